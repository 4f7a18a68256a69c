import type { HyperPodUsage, Quota, TrainingPlan } from '../../src/model/facts/capacity.ts'
import type { Plan } from '../../src/model/plan.ts'
import { aQuota, aUsage, type Given, known } from '../builders.ts'
import { account, eksPlan, group, script, scripted, slurmPlan, soundFacts, subnetA, subnetB, subnetsOf } from './account.ts'
import type { Design } from './design.ts'

/** Accounts whose quotas, reservations and subnets hold the plan and not a node more. */

/** The quotas of a plan, with some of these values. */
export const quotas = (plan: Plan, values: Readonly<Record<string, number | null>>): Given => {
  const { quotas: sound } = soundFacts(plan)
  const changed = Object.entries(values).map(([name, value]) => [name, known(value === null ? null : quota(name, value))] as const)
  return { quotas: { ...(sound.ok ? sound.value : {}), ...Object.fromEntries(changed) } }
}
const quota = (name: string, value: number): Quota => aQuota({ name, value })

const ofP5 = 'ml.p5.48xlarge for cluster usage'
const perCluster = 'Maximum number instances allowed per SageMaker HyperPod cluster'
const total = 'Total number of instances allowed across SageMaker HyperPod clusters'
const exact = { [ofP5]: 12, [perCluster]: 5, [total]: 13 }
const inUse: HyperPodUsage = aUsage({ clusters: ['research'], instances: 8, byInstanceType: { 'ml.p5.48xlarge': 8 } })

const planArn = `arn:aws:sagemaker:us-west-2:${account}:training-plan/spring`
const reserved = slurmPlan({
  InstanceGroups: [group('controller', 'ml.m5.2xlarge', 1), group('worker-1', 'ml.p5.48xlarge', 4, { TrainingPlanArn: planArn })],
})
const trainingPlan = (changes: Partial<TrainingPlan> = {}): Given => ({
  trainingPlans: {
    [planArn]: known({
      name: 'spring',
      arn: planArn,
      status: 'Active',
      statusMessage: null,
      startTime: '2026-11-20T11:30:00.000Z',
      endTime: '2026-12-20T11:30:00.000Z',
      totalInstanceCount: 4,
      availableInstanceCount: 4,
      targetResources: ['hyperpod-cluster'],
      reservedCapacities: [
        {
          instanceType: 'ml.p5.48xlarge',
          totalInstanceCount: 4,
          status: 'Active',
          availabilityZone: 'us-west-2a',
          availabilityZoneId: 'usw2-az1',
          startTime: '2026-11-20T11:30:00.000Z',
          endTime: '2026-12-20T11:30:00.000Z',
        },
      ],
      ...changes,
    }),
  },
})

const spot = eksPlan({
  NodeProvisioningMode: 'Continuous',
  InstanceGroups: [group('worker-1', 'ml.g5.12xlarge', 8, { CapacityRequirements: { Spot: {} } })],
})
const ofSpot = 'ml.g5.12xlarge for cluster spot instance usage'

const free = (first: number, second: number): Given => ({
  subnets: subnetsOf({ ...subnetA, availableIpAddressCount: first }, { ...subnetB, availableIpAddressCount: second }),
})

const inZones = (first: readonly string[], second: readonly string[]): Given => ({
  instanceTypeOfferings: { 'ml.m5.2xlarge': first, 'ml.p5.48xlarge': second },
})

/** Files of a cluster whose one group of workers may be empty. */
const parameters = scripted({
  'on_create.sh': script,
  'provisioning_parameters.json': JSON.stringify({
    version: '1.0.0',
    workload_manager: 'slurm',
    controller_group: 'controller',
    worker_groups: [{ instance_group_name: 'worker-1', partition_name: 'dev' }],
  }),
})

export const capacity: readonly Design[] = [
  {
    name: 'quotas that hold what is in use and the plan',
    plan: slurmPlan(),
    given: { ...quotas(slurmPlan(), exact), hyperPodUsage: inUse },
    without: [
      { part: 'one node of the type', given: quotas(slurmPlan(), { ...exact, [ofP5]: 11 }), against: ['fail quota/cluster-usage'] },
      {
        part: 'one node of a cluster',
        given: quotas(slurmPlan(), { ...exact, [perCluster]: 4 }),
        against: ['fail quota/instances-per-cluster'],
      },
      { part: 'one node of all', given: quotas(slurmPlan(), { ...exact, [total]: 12 }), against: ['fail quota/total-instances'] },
      {
        part: 'the quota of the type in Service Quotas',
        given: quotas(slurmPlan(), { ...exact, [ofP5]: null }),
        against: ['unknown quota/cluster-usage'],
      },
    ],
  },
  {
    name: 'a training plan in the zone of a subnet',
    plan: reserved,
    given: trainingPlan(),
    without: [
      { part: 'time left', given: trainingPlan({ endTime: '2026-11-22T11:30:00.000Z' }), against: ['fail network/training-plan'] },
      { part: 'its state', given: trainingPlan({ status: 'Failed' }), against: ['fail network/training-plan'] },
      { part: 'clusters as its use', given: trainingPlan({ targetResources: ['training-job'] }), against: ['fail network/training-plan'] },
      {
        part: 'a subnet in its zone',
        given: {
          subnets: subnetsOf({ ...subnetA, availabilityZone: 'us-west-2c', availabilityZoneId: 'usw2-az3' }, subnetB),
          instanceTypeOfferings: { 'ml.m5.2xlarge': ['usw2-az2', 'usw2-az3'], 'ml.p5.48xlarge': ['usw2-az2', 'usw2-az3'] },
        },
        against: ['fail network/training-plan'],
      },
      {
        part: 'one of its nodes',
        given: trainingPlan({ totalInstanceCount: 3, availableInstanceCount: 3 }),
        against: ['fail network/training-plan'],
      },
    ],
  },
  {
    name: 'Spot nodes on EKS',
    plan: spot,
    given: quotas(spot, { [ofSpot]: 8 }),
    without: [
      { part: 'one node of the quota', given: quotas(spot, { [ofSpot]: 7 }), against: ['fail quota/spot'] },
      {
        part: 'the quota of all Spot nodes',
        given: quotas(spot, { 'Total number of Spot instances allowed across SageMaker HyperPod clusters': 0 }),
        against: ['fail quota/spot'],
      },
    ],
  },
  {
    name: 'subnets with room for the plan alone',
    plan: slurmPlan(),
    // 32 addresses a P5 node, and one for the controller.
    given: free(129, 129),
    without: [
      { part: 'one address in one of them', given: free(129, 128), against: ['fail network/subnet-capacity'] },
      { part: 'any address', given: free(0, 0), against: ['fail network/subnet-capacity'] },
    ],
  },
  {
    name: 'types that one zone offers',
    plan: slurmPlan({ VpcConfig: { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa'] } }),
    given: inZones(['usw2-az1'], ['usw2-az1']),
    without: [
      { part: 'the type of the workers there', given: inZones(['usw2-az1'], ['usw2-az2']), against: ['fail network/type-offered'] },
      { part: 'the type of the controller there', given: inZones(['usw2-az2'], ['usw2-az1']), against: ['fail network/type-offered'] },
    ],
  },
  {
    name: 'workers that come later',
    plan: slurmPlan({ InstanceGroups: [group('controller', 'ml.m5.2xlarge', 1), group('worker-1', 'ml.p5.48xlarge', 0)] }),
    given: { ...free(1, 1), ...parameters },
    without: [
      { part: 'room for the controller', given: free(1, 0), against: ['fail network/subnet-capacity'] },
      { part: 'its quota', given: quotas(slurmPlan(), { 'ml.m5.2xlarge for cluster usage': 0 }), against: ['fail quota/cluster-usage'] },
    ],
  },
]
