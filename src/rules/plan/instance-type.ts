import { createClusterModel, listedInstanceTypes } from '../../catalog/create-cluster.ts'
import type { Fact } from '../../model/fact.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { keyed } from '../../semantics/fact.ts'
import { requestGroups } from '../../semantics/plan/request-part.ts'
import { nearestName } from '../../semantics/text/nearest-name.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'

const { version, date } = createClusterModel

export const instanceType = defineRule({
  id: 'plan/instance-type',
  title: 'Every instance type is one that HyperPod knows',
  why: 'CreateCluster refuses a type that HyperPod does not offer. The list in the API model is a floor, for types are added between its releases: a type outside it is believed when Service Quotas has a quota `<type> for cluster usage`, and is a warning otherwise.',
  severity: 'warning',
  checklist: '1',
  checklistDiffers:
    'The checklist names five types. The API model of this tool lists more than two hundred, among them the small types that controller and login groups use.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
  ],
  needs: [],
  uses: ['quotas'],
  applies: (plan) => plannedTypes(plan).length > 0 || 'The plan names no instance type: give instance-type, or a request file.',
  evaluate: ({ quotas }, plan) => plannedTypes(plan).map((planned) => judge(planned, quotas, plan.region)),
})

interface PlannedType {
  readonly type: string
  readonly location: Location | null
}

/** Every type of the plan once; of a request as it is written, so that the finding stands where the type does. */
const plannedTypes = (plan: Plan): readonly PlannedType[] => {
  const found = new Map<string, PlannedType>()
  for (const planned of plan.request === null ? flatTypes(plan) : requestedTypes(plan.request)) {
    if (!found.has(planned.type)) found.set(planned.type, planned)
  }
  return [...found.values()]
}

const flatTypes = ({ instanceGroups }: Plan): readonly PlannedType[] =>
  instanceGroups.flatMap(({ instanceTypes, location }) => instanceTypes.map((type) => ({ type, location })))

const requestedTypes = (request: NonNullable<Plan['request']>): readonly PlannedType[] =>
  requestGroups(request)
    .flatMap(({ part }) => [part.at('InstanceType'), ...part.at('InstanceRequirements').at('InstanceTypes').items])
    .flatMap(({ text, location }) => (text === null ? [] : [{ type: text, location }]))

const judge = ({ type, location }: PlannedType, quotas: Fact<Facts['quotas']>, region: string): Outcome => {
  if (listedInstanceTypes.includes(type)) {
    return pass(type, `${type} is in the API model's list of instance types (botocore ${version}, ${date})`, { location })
  }
  if (!type.startsWith('ml.')) return reported(type, `${type} is no name of a SageMaker instance type`, 'plan/request-shape', { location })

  const quotaName = `${type} for cluster usage`
  const quota = keyed(quotas, quotaName)
  const evidence = { inDatedList: false, modelVersion: version, quotaName, quota: quotaState(quota) }
  if (quota.ok && quota.value !== null) {
    return pass(type, `${type} is newer than the list of botocore ${version} (${date}), but ${region} has the quota "${quotaName}"`, {
      location,
      evidence,
    })
  }
  const unlisted = `${type} is not in the list of botocore ${version} (${date}), and`
  const details = { location, evidence }
  if (!quota.ok) {
    const message = `${unlisted} the quota that could tell, "${quotaName}", could not be asked: ${quota.gap.message}`
    return { ...unknown(type, quota.gap, { ...details, fix: fix(type, quotaName, region) }), message }
  }
  return fail(type, `${unlisted} ${region} has no quota "${quotaName}" either`, fix(type, quotaName, region), details)
}

const quotaState = (quota: Fact<unknown>): 'exists' | 'absent' | 'not known' => {
  if (!quota.ok) return 'not known'
  return quota.value === null ? 'absent' : 'exists'
}

const fix = (type: string, quotaName: string, region: string): Fix => {
  const nearest = nearestName(type, listedInstanceTypes)
  const correct = nearest === null ? 'Correct the instance type' : `Write ${nearest} if that is what was meant`
  return {
    text: `${correct}, or see whether Service Quotas of the Region knows the type.`,
    // Quotes would end the literal of the query.
    commands: /^[\w.-]+$/.test(type)
      ? [
          command(
            ...['aws', 'service-quotas', 'list-service-quotas', '--region', region, '--service-code', 'sagemaker'],
            ...['--query', `Quotas[?QuotaName=='${quotaName}']`],
          ),
        ]
      : [],
  }
}
