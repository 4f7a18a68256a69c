import type { Fact, Gap } from '../../model/fact.ts'
import type { ReservedCapacity, TrainingPlan } from '../../model/facts/capacity.ts'
import type { Subnet } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Fix, Outcome, Severity } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { type PlannedTrainingPlan, plannedTrainingPlans } from '../../semantics/capacity/training-plans.ts'
import { entry, readItems, unreadGap } from '../../semantics/fact.ts'
import { placementOf } from '../../semantics/plan/placement.ts'
import { conjunction, plural } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass, reported, skip, unknown } from '../engine/outcome.ts'

export const trainingPlan = defineRule({
  id: 'network/training-plan',
  title: 'Every training plan can be used, holds the nodes that are planned on it, and has a subnet in its zone',
  why: 'A training plan is capacity of one instance type in one Availability Zone for one span of time, bought for one kind of use. A group that names a plan which has expired, was bought for training jobs, is too small or is already in use gets no nodes; nor does one whose subnets are in another zone than the capacity. A plan that is `Scheduled` passes: its nodes come up when it starts, which this rule states and does not compare with the clock. One whose end has passed when the facts are read is over, whatever its status says.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingPlan.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ReservedCapacitySummary.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingPlan.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html',
  ],
  needs: ['trainingPlans'],
  uses: ['subnets', 'identity'],
  applies: (plan) => plannedTrainingPlans(plan).length > 0 || 'No instance group of the plan has a training plan.',
  evaluate: ({ trainingPlans, subnets, identity }, plan, _, takenAt) =>
    plannedTrainingPlans(plan).flatMap((planned) => {
      const { name } = planned.reference
      const location = planned.groups[0]?.location ?? null
      return given(
        entry(trainingPlans, planned.key),
        name,
        (found) =>
          found === null
            ? absent(planned, identity, plan)
            : [
                judgePlan(planned, found, plan, takenAt),
                ...planned.groups.map((group) => judgeGroup(group, found, subnets, plan, takenAt)),
              ],
        { location },
      )
    }),
})

const describePlan = (name: string, region: string): string =>
  command('aws', 'sagemaker', 'describe-training-plan', '--region', region, '--training-plan-name', name)

const listPlans = (region: string): string => command('aws', 'sagemaker', 'list-training-plans', '--region', region)

const namesOf = (groups: readonly InstanceGroup[]): string => conjunction(groups.map(({ name }) => name))

const absent = ({ reference, groups }: PlannedTrainingPlan, identity: Fact<Facts['identity']>, { region }: Plan): Outcome => {
  const { name } = reference
  const location = groups[0]?.location ?? null
  if (reference.region !== null && reference.region !== region) {
    return fail(
      name,
      `training plan ${name} of ${namesOf(groups)} is in ${reference.region}, the cluster in ${region}`,
      { text: `Take a training plan of ${region}: capacity cannot be used in another Region.`, commands: [listPlans(region)] },
      { location },
    )
  }
  // In another account the plan may exist all the same, and without knowing whose credentials these are that cannot be told.
  if (reference.account !== null && !identity.ok) return unknown(name, identity.gap, { location })
  const account = identity.ok && identity.value.kind === 'caller' ? identity.value.account : null
  if (reference.account !== null && account !== null && reference.account !== account) {
    return fail(
      name,
      `training plan ${name} of ${namesOf(groups)} belongs to account ${reference.account}, these credentials to ${account}: it could not be read`,
      {
        text: `Check with account ${reference.account} that this account may use the plan, or name one of its own.`,
        commands: [listPlans(region)],
      },
      { location, severity: 'warning' },
    )
  }
  return fail(
    name,
    `training plan ${name} of ${namesOf(groups)} does not exist in ${region}`,
    {
      text: 'Correct the ARN or the name, or the Region: the command lists the training plans that there are.',
      commands: [listPlans(region)],
    },
    { location },
  )
}

/** Instances that nothing uses, and those that the cluster itself has. */
const availableTo = ({ existing }: Plan, { arn, availableInstanceCount }: TrainingPlan): number | null => {
  const own = (existing?.nodes ?? []).reduce((sum, { trainingPlanArn, running }) => sum + (trainingPlanArn === arn ? running : 0), 0)
  return availableInstanceCount === null ? null : availableInstanceCount + own
}

/** One thing that is wrong with a plan. */
interface Fault {
  readonly problem: string
  readonly advice: string
  readonly severity: Severity
}

const judgePlan = ({ groups }: PlannedTrainingPlan, read: TrainingPlan, plan: Plan, takenAt: string): Outcome => {
  const { region } = plan
  const found = { ...read, availableInstanceCount: availableTo(plan, read) }
  const { name } = found
  const location = groups[0]?.location ?? null
  const need = groups.reduce((sum, { instanceCount }) => sum + instanceCount, 0)
  const evidence = {
    need,
    status: found.status,
    ...(found.totalInstanceCount !== null && { totalInstances: found.totalInstanceCount }),
    ...(found.availableInstanceCount !== null && { availableInstances: found.availableInstanceCount }),
    ...(found.startTime !== null && { startTime: found.startTime }),
    ...(found.endTime !== null && { endTime: found.endTime }),
  }
  const faults = [...statusFaults(found, takenAt), ...targetFaults(found), ...sizeFaults(groups, found, need)]
  if (faults.length === 0)
    return pass(name, `${standing(found)}, ${counted(found)}, ${namesOf(groups)} ${wants(groups, need)}`, { location, evidence })
  return fail(
    name,
    `training plan ${name}: ${faults.map(({ problem }) => problem).join('; ')}`,
    { text: [...new Set(faults.map(({ advice }) => advice))].join(' '), commands: [describePlan(name, region), listPlans(region)] },
    { location, evidence, ...(faults.every(({ severity }) => severity === 'warning') && { severity: 'warning' }) },
  )
}

const standing = ({ name, status, startTime, endTime }: TrainingPlan): string => {
  const span = [...(startTime === null ? [] : [`from ${startTime}`]), ...(endTime === null ? [] : [`until ${endTime}`])].join(' ')
  const waits = status === 'Scheduled' ? ', nodes come up when it starts' : ''
  return `training plan ${name} is ${status}${span === '' ? '' : ` ${span}`}${waits}`
}

const counted = ({ status, totalInstanceCount, availableInstanceCount }: TrainingPlan): string => {
  if (totalInstanceCount === null) return 'AWS does not say how many instances it has'
  return status === 'Active' && availableInstanceCount !== null
    ? `${availableInstanceCount} of its ${totalInstanceCount} instances are available`
    : `it has ${totalInstanceCount} instances`
}

const wants = (groups: readonly InstanceGroup[], need: number): string => `${groups.length === 1 ? 'wants' : 'want'} ${need}`

/** By its status, or because its end has passed: AWS may take a while to say so. */
const isOver = ({ status, endTime }: Pick<TrainingPlan, 'status' | 'endTime'>, takenAt: string): boolean =>
  status === 'Expired' || status === 'Failed' || hasPassed(endTime, takenAt)

const hasPassed = (time: string | null, takenAt: string): boolean => time !== null && Date.parse(time) <= Date.parse(takenAt)

/** When a plan that can be used by its status ended: by its own end, or by those of all its capacities. Null where it did not. */
const endedAt = ({ endTime, reservedCapacities }: TrainingPlan, takenAt: string): string | null => {
  if (hasPassed(endTime, takenAt)) return endTime
  const ends = reservedCapacities.map((capacity) => capacity.endTime)
  return ends.length > 0 && ends.every((end) => hasPassed(end, takenAt)) ? (ends.toSorted().at(-1) ?? null) : null
}

const usable: ReadonlySet<string> = new Set(['Active', 'Scheduled'])

const statusFaults = (found: TrainingPlan, takenAt: string): readonly Fault[] => {
  const { status, statusMessage } = found
  if (usable.has(status)) {
    const ended = endedAt(found, takenAt)
    const advice = 'Name a training plan that has not ended, or buy one.'
    return ended === null ? [] : [{ problem: `it is ${status} and ended at ${ended}`, advice, severity: 'error' }]
  }
  const said = statusMessage === null || statusMessage === '' ? '' : ` (${statusMessage})`
  const over = isOver(found, takenAt)
  return [
    {
      problem: `it is ${status}${said}, it must be Active or Scheduled`,
      advice: over
        ? 'Name a training plan that is Active or Scheduled, or buy one.'
        : 'Wait until the training plan is Active or Scheduled.',
      severity: over ? 'error' : 'warning',
    },
  ]
}

const targetFaults = ({ targetResources }: TrainingPlan): readonly Fault[] =>
  targetResources.length === 0 || targetResources.includes('hyperpod-cluster')
    ? []
    : [
        {
          problem: `it was bought for ${targetResources.join(', ')}, not for hyperpod-cluster`,
          advice: 'Take a training plan for HyperPod clusters: plans of one use cannot be used for another.',
          severity: 'error',
        },
      ]

/** Before a plan starts nothing of it is available, so only its size counts then. */
const sizeFaults = (groups: readonly InstanceGroup[], found: TrainingPlan, need: number): readonly Fault[] => {
  const { totalInstanceCount: total, availableInstanceCount: available, status } = found
  const room = Math.min(
    total ?? Number.POSITIVE_INFINITY,
    status === 'Active' ? (available ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY,
  )
  if (need <= room) return []
  const least = groups.reduce(
    (sum, { instanceCount, minInstanceCount }) => sum + Math.min(instanceCount, minInstanceCount ?? instanceCount),
    0,
  )
  const minimum = least <= room ? `; their MinInstanceCount, ${least} in all, is met` : ''
  return [
    {
      problem: `${counted(found)}, ${namesOf(groups)} ${wants(groups, need)}: ${need - room} short${minimum}`,
      advice: `Plan at most ${plural(room, 'node')} on it, or take the rest from another training plan${room < (total ?? 0) ? ', or free what uses it now' : ''}.`,
      severity: minimum === '' ? 'error' : 'warning',
    },
  ]
}

const noCapacities = ({ name }: TrainingPlan): Gap => ({
  reason: 'unexpected',
  action: 'sagemaker:DescribeTrainingPlan',
  message: `sagemaker:DescribeTrainingPlan names no reserved capacity of ${name}: the type and the zone of its instances are not known`,
})

const noZones = ({ name }: TrainingPlan): Gap => ({
  reason: 'unexpected',
  action: 'sagemaker:DescribeTrainingPlan',
  message: `sagemaker:DescribeTrainingPlan names no zone of the capacity of ${name}: whether there is a subnet in it is not known`,
})

const judgeGroup = (group: InstanceGroup, found: TrainingPlan, subnets: Fact<Facts['subnets']>, plan: Plan, takenAt: string): Outcome => {
  const { name, instanceTypes, location } = group
  const capacities = found.reservedCapacities.filter((capacity) => !isOver(capacity, takenAt))
  const fitting = capacities.filter(({ instanceType }) => instanceTypes.includes(instanceType))
  const types = instanceTypes.join(' or ')
  if (isOver(found, takenAt) || endedAt(found, takenAt) !== null)
    return skip(
      name,
      `training plan ${found.name} is ${usable.has(found.status) ? 'over' : found.status}: its type and zone do not matter any more`,
      { location },
    )
  if (capacities.length === 0) return unknown(name, noCapacities(found), { location })
  if (fitting.length === 0) {
    const reserved = [...new Set(capacities.map(({ instanceType }) => instanceType))]
    return fail(
      name,
      `${name} is of ${types}, training plan ${found.name} reserves ${reserved.join(', ')}`,
      {
        text: `Give ${name} the instance type of the training plan, or a training plan of its type.`,
        commands: [describePlan(found.name, plan.region)],
      },
      { location, evidence: { instanceTypes, reservedTypes: reserved } },
    )
  }
  const subnetIds = placementOf(group, plan)?.subnetIds ?? []
  if (subnetIds.length === 0) return pass(name, `training plan ${found.name} reserves ${types}; ${name} names no subnet`, { location })
  if (!subnets.ok) return unknown(name, subnets.gap, { location })
  const gap = unreadGap(subnets.value, subnetIds)
  if (gap !== null) return unknown(name, gap, { location })
  const known = readItems(subnets.value, subnetIds)
  if (known.length === 0) return reported(name, `none of the subnets of ${name} exists`, 'network/subnets', { location })
  return judgeZones(group, found, fitting, known, plan)
}

const zoneOf = ({ availabilityZone, availabilityZoneId }: Pick<ReservedCapacity, 'availabilityZone' | 'availabilityZoneId'>): string =>
  availabilityZone !== null && availabilityZoneId !== null
    ? `${availabilityZone} (${availabilityZoneId})`
    : (availabilityZone ?? availabilityZoneId ?? 'a zone that AWS does not name')

/** Zones by id where the answer has it: names mean other zones in other accounts. */
const isIn = (subnet: Subnet, { availabilityZone, availabilityZoneId }: ReservedCapacity): boolean =>
  availabilityZoneId === null ? availabilityZone === subnet.availabilityZone : availabilityZoneId === subnet.availabilityZoneId

const judgeZones = (
  { name, instanceTypes, location }: InstanceGroup,
  found: TrainingPlan,
  capacities: readonly ReservedCapacity[],
  subnets: readonly Subnet[],
  plan: Plan,
): Outcome => {
  const zones = [...new Set(capacities.map(zoneOf))]
  const types = instanceTypes.join(' or ')
  const located = capacities.filter(({ availabilityZone, availabilityZoneId }) => availabilityZone !== null || availabilityZoneId !== null)
  const without = located.filter((capacity) => !subnets.some((subnet) => isIn(subnet, capacity)))
  const inZone = subnets.filter((subnet) => located.some((capacity) => isIn(subnet, capacity))).map(({ subnetId }) => subnetId)
  const evidence = { reservedZones: zones, subnetZones: [...new Set(subnets.map(zoneOf))], subnetsInZone: inZone }
  if (located.length === 0) return unknown(name, noZones(found), { location, evidence })
  if (without.length === 0)
    return pass(name, `training plan ${found.name} reserves ${types} in ${zones.join(', ')}: ${inZone.join(', ')}`, { location, evidence })
  const nowhere = inZone.length === 0 && without.length === capacities.length
  const missing = [...new Set(without.map(zoneOf))].join(', ')
  return fail(
    name,
    nowhere
      ? `training plan ${found.name} has its capacity in ${missing}, the subnets of ${name} are in ${[...new Set(subnets.map(zoneOf))].join(', ')}`
      : `training plan ${found.name} has part of its capacity in ${missing}, where ${name} has no subnet`,
    wayOut(name, subnets[0]?.vpcId, without, plan),
    { location, evidence, ...(!nowhere && { severity: 'warning' }) },
  )
}

const wayOut = (name: string, vpcId: string | undefined, capacities: readonly ReservedCapacity[], plan: Plan): Fix => {
  const zones = [...new Set(capacities.map(zoneOf))].join(', ')
  const filters = capacities.map(({ availabilityZone, availabilityZoneId }) =>
    availabilityZoneId === null
      ? `Name=availability-zone,Values=${availabilityZone}`
      : `Name=availability-zone-id,Values=${availabilityZoneId}`,
  )
  return {
    text: `Give ${name} a subnet in ${zones}, in VpcConfig or in its OverrideVpcConfig: subnets of a cluster cannot be changed later.`,
    commands: [...new Set(filters)].map((filter) =>
      command(
        ...['aws', 'ec2', 'describe-subnets', '--region', plan.region, '--filters', filter],
        ...(vpcId === undefined ? [] : [`Name=vpc-id,Values=${vpcId}`]),
        ...['--query', 'Subnets[].[SubnetId,AvailabilityZone,AvailableIpAddressCount]', '--output', 'table'],
      ),
    ),
  }
}
