import {
  DescribeTrainingPlanCommand,
  type DescribeTrainingPlanResponse,
  ReservedCapacityStatus,
  type ReservedCapacitySummary,
  type SageMakerClient,
  TrainingPlanStatus,
} from '@aws-sdk/client-sagemaker'
import type { ReservedCapacity, TrainingPlan } from '../../model/facts/capacity.ts'
import { plannedTrainingPlans, type TrainingPlanReference, trainingPlanReference } from '../../semantics/capacity/training-plans.ts'
import { count, countOrNull, field, forms, matching, oneOf, timeOrNull } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attemptEach } from '../engine/gap.ts'

/**
 * The training plans that instance groups name. One whose ARN names another Region is not asked for, and one of the same name but
 * another ARN is not it: both are absent here.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingPlan.html
 */
export const trainingPlans = defineCollector({
  id: 'trainingPlans',
  needs: [],
  actions: ['sagemaker:DescribeTrainingPlan'],
  collect: async ({ plan, clients }: Context) =>
    attemptEach(
      plannedTrainingPlans(plan).map(({ key }) => key),
      async (key) => {
        const reference = trainingPlanReference(key)
        return reference.region === null || reference.region === plan.region ? describe(clients.sageMaker, reference) : null
      },
      'sagemaker:DescribeTrainingPlan',
    ),
})

const describe = async (client: SageMakerClient, { name, arn }: TrainingPlanReference): Promise<TrainingPlan | null> => {
  try {
    const trainingPlan = toTrainingPlan(await client.send(new DescribeTrainingPlanCommand({ TrainingPlanName: name })))
    if (trainingPlan.name !== name) throw new Error(`the answer is about ${trainingPlan.name}, asked for was ${name}`)
    return arn === null || arn === trainingPlan.arn ? trainingPlan : null
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFound') return null
    throw error
  }
}

const toTrainingPlan = (answer: DescribeTrainingPlanResponse): TrainingPlan => ({
  name: field(answer, 'TrainingPlanName'),
  arn: matching(answer, 'TrainingPlanArn', forms.arn),
  status: oneOf(answer, 'Status', Object.values(TrainingPlanStatus)),
  statusMessage: answer.StatusMessage ?? null,
  startTime: timeOrNull(answer, 'StartTime'),
  endTime: timeOrNull(answer, 'EndTime'),
  totalInstanceCount: countOrNull(answer, 'TotalInstanceCount'),
  availableInstanceCount: countOrNull(answer, 'AvailableInstanceCount'),
  targetResources: answer.TargetResources ?? [],
  reservedCapacities: (answer.ReservedCapacitySummaries ?? []).map(toReservedCapacity),
})

const toReservedCapacity = (summary: ReservedCapacitySummary): ReservedCapacity => ({
  instanceType: matching(summary, 'InstanceType', forms.instanceType),
  totalInstanceCount: count(summary, 'TotalInstanceCount'),
  status: oneOf(summary, 'Status', Object.values(ReservedCapacityStatus)),
  availabilityZone: summary.AvailabilityZone ?? null,
  availabilityZoneId: summary.AvailabilityZoneId ?? null,
  startTime: timeOrNull(summary, 'StartTime'),
  endTime: timeOrNull(summary, 'EndTime'),
})
