import type { InstanceGroup, Plan } from '../../model/plan.ts'

/** A training plan as the user names it. `region` and `account` are known only where an ARN was given. */
export interface TrainingPlanReference {
  readonly name: string
  readonly arn: string | null
  readonly region: string | null
  readonly account: string | null
}

/**
 * Reads the ARN or the bare name of a training plan: `arn:aws:sagemaker:us-west-2:111122223333:training-plan/p5-spring`.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingPlan.html
 */
export const trainingPlanReference = (text: string): TrainingPlanReference => {
  if (!text.startsWith('arn:')) return { name: text, arn: null, region: null, account: null }
  const [, , , region = '', account = ''] = text.split(':')
  return { name: text.slice(text.lastIndexOf('/') + 1), arn: text, region, account }
}

/** A training plan that the plan names, as it names it, with the groups that use it. */
export interface PlannedTrainingPlan {
  readonly key: string
  readonly reference: TrainingPlanReference
  readonly groups: readonly InstanceGroup[]
}

/** Every training plan of the plan, once, in its order. One that is named by ARN and by name is two here. */
export const plannedTrainingPlans = ({ instanceGroups }: Plan): readonly PlannedTrainingPlan[] => {
  const keys = new Set(instanceGroups.flatMap(({ trainingPlanArn }) => trainingPlanArn ?? []))
  return [...keys].map((key) => ({
    key,
    reference: trainingPlanReference(key),
    groups: instanceGroups.filter(({ trainingPlanArn }) => trainingPlanArn === key),
  }))
}
