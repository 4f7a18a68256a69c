import type { ExistingCluster } from '../../src/model/facts/cluster.ts'
import type { Plan } from '../../src/model/plan.ts'
import { aGroupOfNodes, anExistingCluster, aUsage, type Given } from '../builders.ts'
import { asJson, updatePlan } from '../requested-plan.ts'
import { eksPlan, group, subnetA, subnetB, subnetsOf } from './account.ts'
import { quotas } from './capacity.ts'
import type { Design } from './design.ts'

/** Clusters that exist and are changed, in accounts that hold what the change adds and not a node more. */

const p5 = 'ml.p5.48xlarge'
const ofP5 = `${p5} for cluster usage`
const total = 'Total number of instances allowed across SageMaker HyperPod clusters'
const placed = { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'] }

const workers = (count: number, changes: Readonly<Record<string, unknown>> = {}) => group('worker-1', p5, count, changes)
const request = eksPlan({ InstanceGroups: [workers(11)] }).request?.value ?? null
const training = (changes: Partial<ExistingCluster> = {}): ExistingCluster =>
  anExistingCluster({ request: asJson(request), nodes: [aGroupOfNodes({ running: 11, held: 11 })], ...changes })

const change = (...groups: readonly object[]) => updatePlan({ ClusterName: 'training', InstanceGroups: groups }, training())
const grown = change(workers(16))

/** An account whose only use is the cluster's own; `free` addresses of either subnet. */
const account = (plan: Plan, limit: number, free: readonly [number, number], cluster: ExistingCluster = training()): Given => ({
  namedCluster: cluster,
  hyperPodUsage: aUsage({ clusters: ['training'], instances: 11, byInstanceType: { [p5]: 11 } }),
  subnets: subnetsOf({ ...subnetA, availableIpAddressCount: free[0] }, { ...subnetB, availableIpAddressCount: free[1] }),
  ...quotas(plan, { [ofP5]: limit, [total]: limit }),
})
/** What five P5 nodes take under EKS. */
const five = 5 * 81

const created = { ...eksPlan({ InstanceGroups: [workers(16)] }), operation: 'create', existing: training() } as const
const other = updatePlan(
  { ClusterName: 'training', InstanceGroups: [workers(16)], VpcConfig: { ...placed, Subnets: ['subnet-0aaaaaaa'] } },
  training(),
)

export const updates: readonly Design[] = [
  {
    name: 'a cluster that grows from 11 to 16 nodes',
    plan: grown,
    given: account(grown, 16, [five, five]),
    without: [
      { part: 'quota for the last node', given: quotas(grown, { [ofP5]: 15 }), against: ['fail quota/cluster-usage'] },
      { part: 'room for it in the account', given: quotas(grown, { [total]: 15 }), against: ['fail quota/total-instances'] },
      { part: 'addresses for it', given: account(grown, 16, [five - 1, five - 1]), against: ['fail network/subnet-capacity'] },
      { part: 'a free name, where it is to be created', given: {}, plan: created, against: ['fail plan/cluster-name'] },
      {
        part: 'a cluster that lives',
        given: { namedCluster: training({ status: 'Failed' }) },
        plan: { ...grown, existing: training({ status: 'Failed' }) },
        against: ['fail plan/cluster-name'],
      },
      {
        part: 'its instance type',
        given: {},
        plan: change(group('worker-1', 'ml.p4d.24xlarge', 16)),
        against: ['fail plan/immutable-fields'],
      },
      { part: 'its subnets', given: {}, plan: other, against: ['fail plan/immutable-fields'] },
    ],
  },
  {
    name: 'a cluster that grows where one of its subnets is full: its nodes may be in the other',
    plan: grown,
    given: account(grown, 16, [0, five]),
    without: [
      { part: 'room in either', given: account(grown, 16, [0, five - 1]), against: ['fail network/subnet-capacity'] },
      {
        part: 'nodes that have settled it',
        given: account(grown, 16, [0, five], training({ nodes: [] })),
        plan: updatePlan({ ClusterName: 'training', InstanceGroups: [workers(5)] }, training({ nodes: [] })),
        against: ['fail network/subnet-capacity'],
      },
    ],
  },
  {
    name: 'nodes that move from one group to another',
    plan: change(workers(6), group('worker-2', p5, 5)),
    given: account(grown, 11, [five, five]),
    without: [
      {
        part: 'those that go',
        given: {},
        plan: change(workers(11), group('worker-2', p5, 5)),
        against: ['fail quota/cluster-usage', 'fail quota/total-instances'],
      },
      {
        part: 'quota for those that stay',
        given: account(grown, 10, [five, five]),
        against: ['fail quota/cluster-usage', 'fail quota/total-instances'],
      },
    ],
  },
]
