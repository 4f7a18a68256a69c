import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { clusterUsageQuota, quotaNames, spotUsageQuota } from '../../../src/catalog/quotas.ts'
import type { Quota, TrainingPlan } from '../../../src/model/facts/capacity.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { InstanceGroup, Plan } from '../../../src/model/plan.ts'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import type { Headroom } from '../../../src/report/schema/headroom.ts'
import { clusterHeadroom, headroom } from '../../../src/semantics/capacity/headroom.ts'
import { aGroup, anInstanceType, aPlan, aQuota, aSubnet, aUsage, denied, known, quotasOf, sizesOf } from '../../builders.ts'

const p5 = 'ml.p5.48xlarge'
const p5e = 'ml.p5e.48xlarge'
const clusterQuota = (value: number, type = p5): Quota => aQuota({ name: clusterUsageQuota(type), value })
const named = (name: string, value: number): Quota => aQuota({ name, value, quotaCode: 'L-0' })
const wide: readonly Quota[] = [
  named(quotaNames.instancesPerCluster, 1000),
  named(quotaNames.totalInstances, 2000),
  named(quotaNames.networkInterfaces, 100_000),
]

/** Everything is known and wide, but what the test names. */
const facts = (changes: Snapshot['facts'] = {}, ...quotas: readonly Quota[]): Snapshot['facts'] => ({
  quotas: known(quotasOf(...wide, ...quotas)),
  hyperPodUsage: known(aUsage()),
  subnets: known({
    'subnet-0aaaaaaa': aSubnet({ availableIpAddressCount: 4091 }),
    'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', availableIpAddressCount: 4091 }),
  }),
  instanceTypes: known(sizesOf(p5, p5e, 'ml.c5.large')),
  networkInterfaceCount: known(0),
  ...changes,
})

const planOf = (...groups: readonly Partial<InstanceGroup>[]): Plan => aPlan({ instanceGroups: groups.map((group) => aGroup(group)) })

const only = (plan: Plan, given: Snapshot['facts']): Headroom => {
  const [entry, ...more] = headroom(plan, given)
  if (entry === undefined || more.length > 0) throw new Error('not one entry')
  return entry
}

const limitOf = (entry: Headroom | undefined, rule: string) => entry?.limits.find((limit) => limit.rule === rule)
const unknowns = ({ unknown }: Headroom): readonly string[] => unknown.map(({ rule, subject }) => `${rule} ${subject}`)

test('what each limit leaves, the binding one first, in the words of the rules', () => {
  const usage = aUsage({ clusters: ['research'], instances: 11, byInstanceType: { [p5]: 11 } })
  const subnets = known({
    'subnet-0aaaaaaa': aSubnet({ availableIpAddressCount: 400 }),
    'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', availableIpAddressCount: 1019 }),
  })
  expect(only(planOf({ instanceCount: 16 }), facts({ hyperPodUsage: known(usage), subnets }, clusterQuota(20)))).toEqual({
    group: 'worker-1',
    instanceType: p5,
    wanted: 16,
    possible: 9,
    limits: [
      {
        rule: 'quota/cluster-usage',
        subject: p5,
        possible: 9,
        evidence: { quotaName: `${p5} for cluster usage`, quotaCode: 'L-8762A75F', quota: 20, inUse: 11, otherGroups: 0 },
      },
      {
        rule: 'network/subnet-capacity',
        subject: 'subnet-0aaaaaaa',
        possible: 12,
        evidence: { freeAddresses: 400, addressesPerNode: 32, otherGroupsAddresses: 0 },
      },
      {
        rule: 'network/subnet-capacity',
        subject: 'subnet-0bbbbbbb',
        possible: 31,
        evidence: { freeAddresses: 1019, addressesPerNode: 32, otherGroupsAddresses: 0 },
      },
      {
        rule: 'quota/instances-per-cluster',
        subject: quotaNames.instancesPerCluster,
        possible: 1000,
        evidence: { quotaName: quotaNames.instancesPerCluster, quotaCode: 'L-0', quota: 1000, otherGroups: 0 },
      },
      {
        rule: 'quota/total-instances',
        subject: quotaNames.totalInstances,
        possible: 1989,
        evidence: { quotaName: quotaNames.totalInstances, quotaCode: 'L-0', quota: 2000, inUse: 11, otherGroups: 0 },
      },
      {
        rule: 'quota/network-interfaces',
        subject: quotaNames.networkInterfaces,
        possible: 3125,
        evidence: {
          quotaName: quotaNames.networkInterfaces,
          quotaCode: 'L-0',
          quota: 100_000,
          inUse: 0,
          otherGroups: 0,
          interfacesPerNode: 32,
        },
      },
    ],
    instanceTypes: [p5],
    unknown: [],
  })
})

describe('other groups', () => {
  test('take what they want, of the same type from its quota, of any type from the cluster and the subnets', () => {
    const plan = planOf(
      { name: 'a', instanceCount: 4 },
      { name: 'b', instanceCount: 6 },
      { name: 'c', instanceTypes: ['ml.c5.large'], instanceCount: 10 },
    )
    const given = facts({}, clusterQuota(20), clusterQuota(50, 'ml.c5.large'))
    const [a, b, c] = headroom(plan, given)
    expect([a, b, c].map((entry) => limitOf(entry, 'quota/cluster-usage')?.possible)).toEqual([14, 16, 50])
    expect([a, b, c].map((entry) => limitOf(entry, 'quota/instances-per-cluster')?.possible)).toEqual([984, 986, 990])
    // 4091 free: 6 × 32 + 10 × 1 for the others of a, 4 × 32 + 10 for those of b, 10 × 32 for those of c.
    expect([a, b, c].map((entry) => limitOf(entry, 'network/subnet-capacity')?.possible)).toEqual([121, 123, 3771])
    expect(limitOf(a, 'network/subnet-capacity')?.evidence['otherGroupsAddresses']).toBe(202)
    expect(limitOf(a, 'quota/network-interfaces')?.evidence['otherGroups']).toBe(202)
  })

  test('may take more than there is: then nothing is left, never less', () => {
    const [a] = headroom(planOf({ name: 'a' }, { name: 'b', instanceCount: 30 }), facts({}, clusterQuota(20)))
    expect(a).toMatchObject({ possible: 0, limits: [{ rule: 'quota/cluster-usage', possible: 0 }, {}, {}, {}, {}, {}] })
  })
})

describe('a group of several types', () => {
  const both = { instanceTypes: [p5, p5e] }
  test('can have what all of them have left', () => {
    const usage = aUsage({ instances: 5, byInstanceType: { [p5]: 5 } })
    const entry = only(planOf(both), facts({ hyperPodUsage: known(usage) }, clusterQuota(2), clusterQuota(8, p5e)))
    expect(entry).toMatchObject({ instanceType: p5, instanceTypes: [p5, p5e], possible: 8 })
    expect(entry.limits[0]).toMatchObject({ subject: `${p5} or ${p5e}`, evidence: { leftByType: [`${p5}: 0`, `${p5e}: 8`] } })
  })

  test('is unknown where the quota of one of them is', () => {
    const entry = only(planOf(both), facts({}, clusterQuota(2)))
    expect(limitOf(entry, 'quota/cluster-usage')).toBeUndefined()
    expect(unknowns(entry)).toEqual([`quota/cluster-usage ${p5e}`])
  })

  test('is in the way of the others of each of its types, and they of it', () => {
    const plan = planOf({ name: 'a' }, { name: 'b', ...both, instanceCount: 3 })
    const entries = headroom(plan, facts({}, clusterQuota(10), clusterQuota(8, p5e)))
    expect(entries.map((entry) => limitOf(entry, 'quota/cluster-usage')?.possible)).toEqual([7, 14])
  })
})

describe('what AWS does not say is counted against the group, and told', () => {
  const planDoubt = 'AWS does not say whether the quota counts nodes under a training plan'
  const spotDoubt = 'AWS does not say whether the quota counts Spot nodes'
  const inPlan = { trainingPlanArn: 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/spring' }
  const planUsage = aUsage({ instances: 3, byInstanceType: { [p5]: 3 }, trainingPlanByInstanceType: { [p5]: 3 } })
  const spot = { capacity: 'spot' } as const
  test.each<[string, readonly Partial<InstanceGroup>[], Snapshot['facts'], string, number, string | undefined]>([
    ['no doubt', [{}], {}, 'quota/cluster-usage', 20, undefined],
    ['a training plan', [inPlan], {}, 'quota/cluster-usage', 20, planDoubt],
    ['a training plan of another group', [{}, { ...inPlan, instanceCount: 2 }], {}, 'quota/cluster-usage', 18, planDoubt],
    ['a training plan in use', [{}], { hyperPodUsage: known(planUsage) }, 'quota/cluster-usage', 17, planDoubt],
    ['Spot nodes in one cluster', [{}, { ...spot, instanceCount: 2 }], {}, 'quota/instances-per-cluster', 998, spotDoubt],
    ['a Spot group', [spot], {}, 'quota/total-instances', 2000, spotDoubt],
    [
      'Spot nodes in use',
      [{}],
      { hyperPodUsage: known(aUsage({ spotByInstanceType: { [p5]: 7 } })) },
      'quota/total-instances',
      1993,
      spotDoubt,
    ],
  ])('%s', (_, groups, given, rule, possible, caveat) => {
    const limit = limitOf(headroom(planOf(...groups), facts(given, clusterQuota(20)))[0], rule)
    expect([limit?.possible, limit?.caveat]).toEqual([possible, caveat])
  })

  test('a type without a quota in the Region', () => {
    const quotas = known({ ...quotasOf(...wide), [clusterUsageQuota(p5)]: known(null) })
    expect(limitOf(only(planOf({}), facts({ quotas })), 'quota/cluster-usage')).toEqual({
      rule: 'quota/cluster-usage',
      subject: p5,
      possible: 0,
      evidence: { quotaName: `${p5} for cluster usage` },
      caveat: `Service Quotas has no "${p5} for cluster usage" in us-west-2`,
    })
  })
})

test('Spot groups draw on the Spot quotas, not on those of on-demand nodes', () => {
  const plan = planOf({ capacity: 'spot', instanceCount: 3 }, { name: 'b', capacity: 'spot', instanceCount: 2 }, { name: 'c' })
  const usage = aUsage({ instances: 9, byInstanceType: { [p5]: 9 }, spotByInstanceType: { [p5]: 4 } })
  const quotas = [
    named(spotUsageQuota(p5), 16),
    named(quotaNames.spotInstancesPerCluster, 30),
    named(quotaNames.totalSpotInstances, 40),
    clusterQuota(0),
  ]
  const [spot] = headroom(plan, facts({ hyperPodUsage: known(usage) }, ...quotas))
  expect(limitOf(spot, 'quota/cluster-usage')).toBeUndefined()
  const limits = spot?.limits.filter(({ rule }) => rule === 'quota/spot').map(({ subject, possible }) => [subject, possible])
  expect(limits).toEqual([
    [p5, 10],
    [quotaNames.spotInstancesPerCluster, 28],
    [quotaNames.totalSpotInstances, 34],
  ])
})

describe('training plans', () => {
  const arn = 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/spring'
  const aTrainingPlan = (changes: Partial<TrainingPlan> = {}): TrainingPlan => ({
    name: 'spring',
    arn,
    status: 'Active',
    statusMessage: null,
    startTime: null,
    endTime: null,
    totalInstanceCount: 16,
    availableInstanceCount: 12,
    targetResources: ['hyperpod-cluster'],
    reservedCapacities: [],
    ...changes,
  })
  const reserved = (instanceType: string, totalInstanceCount: number, status = 'Active') => ({
    instanceType,
    totalInstanceCount,
    status,
    availabilityZone: null,
    availabilityZoneId: null,
    startTime: null,
    endTime: null,
  })
  const caller = known({ kind: 'caller', account: '999988887777', arn: 'arn', partition: 'aws' } as const)
  test.each<[string, TrainingPlan | null, Snapshot['facts'], number | undefined]>([
    ['what is available now', aTrainingPlan(), {}, 10],
    ['its size, before it starts', aTrainingPlan({ status: 'Scheduled', availableInstanceCount: 0 }), {}, 14],
    ['expired', aTrainingPlan({ status: 'Expired' }), {}, 0],
    ['for training jobs', aTrainingPlan({ targetResources: ['training-job'] }), {}, 0],
    ['the capacities of the type', aTrainingPlan({ reservedCapacities: [reserved(p5, 5), reserved(p5e, 11)] }), {}, 3],
    ['of another type', aTrainingPlan({ reservedCapacities: [reserved(p5e, 16)] }), {}, 0],
    ['capacities that are over', aTrainingPlan({ reservedCapacities: [reserved(p5, 5, 'Expired')] }), {}, 10],
    ['not there', null, {}, 0],
    ["another account's, which cannot be read", null, { identity: caller }, undefined],
    ['nothing said', aTrainingPlan({ totalInstanceCount: null, availableInstanceCount: null }), {}, undefined],
  ])('%s', (_, found, more, possible) => {
    const plan = planOf({ trainingPlanArn: arn, instanceCount: 4 }, { name: 'b', trainingPlanArn: arn, instanceCount: 2 })
    const [entry] = headroom(plan, facts({ trainingPlans: known({ [arn]: known(found) }), ...more }, clusterQuota(99)))
    expect(limitOf(entry, 'network/training-plan')?.possible).toBe(possible)
    expect(entry?.unknown).toEqual(possible === undefined ? [{ rule: 'network/training-plan', subject: 'spring' }] : [])
  })
})

describe('subnets', () => {
  const cidr = (sizes: Readonly<Record<string, number | null>>): Snapshot['facts'] => ({
    subnets: known(
      Object.fromEntries(
        Object.entries(sizes).map(([subnetId, free]) => [
          subnetId,
          free === null ? null : aSubnet({ subnetId, availableIpAddressCount: free }),
        ]),
      ),
    ),
  })
  const override = { overrideVpcConfig: { subnetIds: ['subnet-0a', 'subnet-0b'], securityGroupIds: [], location: null } }

  test('an empty /24 holds 3 P5 nodes on EKS and 7 on Slurm', () => {
    const slurm = aPlan({ vpcConfig: { subnetIds: ['subnet-0a'], securityGroupIds: [], location: null } })
    const eks: Plan = { ...slurm, orchestrator: { kind: 'eks', cluster: null } }
    const given = facts(cidr({ 'subnet-0a': 251 }), clusterQuota(99))
    expect([slurm, eks].map((plan) => only(plan, given).possible)).toEqual([7, 3])
  })

  test('of an override the roomiest counts', () => {
    const entry = only(planOf(override), facts(cidr({ 'subnet-0a': 64, 'subnet-0b': 128 }), clusterQuota(99)))
    expect(entry.limits.filter(({ rule }) => rule === 'network/subnet-capacity')).toMatchObject([{ subject: 'subnet-0b', possible: 4 }])
    expect(entry.unknown).toEqual([])
  })

  test.each<[string, Plan, Snapshot['facts'], readonly string[]]>([
    ['one that does not exist', aPlan(), cidr({ 'subnet-0aaaaaaa': 251, 'subnet-0bbbbbbb': null }), ['subnet-0bbbbbbb']],
    ['an override of which none exists', planOf(override), cidr({ 'subnet-0a': null, 'subnet-0b': null }), ['subnet-0a', 'subnet-0b']],
    ['an override of which one exists', planOf(override), cidr({ 'subnet-0a': 64, 'subnet-0b': null }), []],
    ['no subnet in the plan', aPlan({ vpcConfig: null }), cidr({}), []],
    ['subnets not known', aPlan(), { subnets: denied('ec2:DescribeSubnets') }, ['subnet-0aaaaaaa', 'subnet-0bbbbbbb']],
    [
      'a neighbour of unknown size',
      planOf({}, { instanceTypes: ['ml.x9.large'] }),
      {
        instanceTypes: known({ [p5]: anInstanceType(), 'ml.x9.large': null }),
      },
      ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
    ],
    [
      'a neighbour of unknown size without nodes',
      planOf({}, { instanceTypes: ['ml.x9.large'], instanceCount: 0 }),
      {
        instanceTypes: known({ [p5]: anInstanceType(), 'ml.x9.large': null }),
      },
      [],
    ],
  ])('not known: %s', (_, plan, given, subjects) => {
    const [entry] = headroom(plan, facts(given, clusterQuota(99)))
    const unknown = entry?.unknown.filter(({ rule }) => rule === 'network/subnet-capacity').map(({ subject }) => subject)
    expect(unknown).toEqual(subjects)
  })
})

describe('what is not known', () => {
  test('no limit at all: how many are possible is not stated, and every limit is named', () => {
    const entry = only(aPlan(), {})
    expect(entry).toMatchObject({ wanted: 4, possible: null, limits: [] })
    expect(unknowns(entry)).toEqual([
      `quota/cluster-usage ${p5}`,
      `quota/instances-per-cluster ${quotaNames.instancesPerCluster}`,
      `quota/total-instances ${quotaNames.totalInstances}`,
      'network/subnet-capacity subnet-0aaaaaaa',
      'network/subnet-capacity subnet-0bbbbbbb',
      `quota/network-interfaces ${quotaNames.networkInterfaces}`,
    ])
  })

  test('use that could not be read leaves an upper bound', () => {
    const entry = only(aPlan(), facts({ hyperPodUsage: denied('sagemaker:ListClusters') }, clusterQuota(6)))
    expect(entry).toMatchObject({ possible: 6, limits: [{ evidence: { quota: 6, otherGroups: 0 } }, {}, {}, {}, {}, {}] })
    expect(entry.limits[0]?.evidence).not.toHaveProperty('inUse')
    expect(unknowns(entry)).toEqual([`quota/cluster-usage ${p5}`, `quota/total-instances ${quotaNames.totalInstances}`])
  })

  test('a quota that Service Quotas does not list', () => {
    const quotas = known({ ...quotasOf(clusterQuota(6)), ...Object.fromEntries(wide.map(({ name }) => [name, known(null)])) })
    const entry = only(aPlan(), facts({ quotas }))
    expect([unknowns(entry), entry.limits.map(({ rule }) => rule)]).toEqual([
      [
        `quota/instances-per-cluster ${quotaNames.instancesPerCluster}`,
        `quota/total-instances ${quotaNames.totalInstances}`,
        `quota/network-interfaces ${quotaNames.networkInterfaces}`,
      ],
      ['quota/cluster-usage', 'network/subnet-capacity', 'network/subnet-capacity'],
    ])
  })

  test('interfaces that were not counted, because no node was to be placed in a VPC', () => {
    expect(unknowns(only(aPlan(), facts({ networkInterfaceCount: known(null) }, clusterQuota(6))))).toEqual([
      `quota/network-interfaces ${quotaNames.networkInterfaces}`,
    ])
  })

  test('a fact that an older snapshot has in another shape', () => {
    const { spotByInstanceType: _, ...older } = aUsage()
    const entry = only(
      aPlan(),
      JSON.parse(JSON.stringify(facts({ hyperPodUsage: known(older as Facts['hyperPodUsage']) }, clusterQuota(6)))),
    )
    expect([entry.possible, unknowns(entry)]).toEqual([6, ['quota/total-instances worker-1']])
  })

  test('a group that wants no node is an entry too; its quota is not asked for', () => {
    const entry = only(planOf({ instanceCount: 0 }), facts())
    expect([entry.wanted, unknowns(entry)]).toEqual([0, [`quota/cluster-usage ${p5}`]])
  })

  test('no group, no entry', () => {
    expect(headroom(aPlan({ instanceGroups: [] }), facts())).toEqual([])
  })
})

describe('laws', () => {
  const types = [p5, p5e, 'ml.c5.large'] as const
  const ids = ['subnet-0a', 'subnet-0b', 'subnet-0c'] as const
  const group = fc.record({
    instanceTypes: fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 2 }),
    instanceCount: fc.nat(12),
    capacity: fc.constantFrom('on-demand' as const, 'on-demand' as const, 'spot' as const),
    overrideVpcConfig: fc.option(
      fc
        .uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 2 })
        .map((subnetIds) => ({ subnetIds, securityGroupIds: [], location: null })),
    ),
  })
  const plan = fc.array(group, { minLength: 1, maxLength: 4 }).map(
    (groups): Plan =>
      aPlan({
        vpcConfig: { subnetIds: ['subnet-0a', 'subnet-0b'], securityGroupIds: [], location: null },
        instanceGroups: groups.map((changes, index) => aGroup({ ...changes, name: `g-${index}` })),
      }),
  )
  const quotaKeys: readonly string[] = [
    ...types.flatMap((type) => [clusterUsageQuota(type), spotUsageQuota(type)]),
    ...[quotaNames.instancesPerCluster, quotaNames.totalInstances, quotaNames.networkInterfaces],
    ...[quotaNames.spotInstancesPerCluster, quotaNames.totalSpotInstances],
  ]
  const account = fc.record({
    quotas: fc.array(fc.nat(40), { minLength: quotaKeys.length, maxLength: quotaKeys.length }),
    inUse: fc.array(fc.nat(6), { minLength: types.length, maxLength: types.length }),
    spotInUse: fc.array(fc.nat(6), { minLength: types.length, maxLength: types.length }),
    free: fc.array(fc.nat(600), { minLength: ids.length, maxLength: ids.length }),
    interfaces: fc.nat(10),
  })
  type Account = typeof account extends fc.Arbitrary<infer A> ? A : never
  const byType = (counts: readonly number[]) => Object.fromEntries(types.map((type, index) => [type, counts[index] ?? 0]))
  const factsOf = ({ quotas, inUse, spotInUse, free, interfaces }: Account): Snapshot['facts'] => ({
    quotas: known(quotasOf(...quotaKeys.map((name, index) => named(name, quotas[index] ?? 0)))),
    hyperPodUsage: known(
      aUsage({ instances: inUse.reduce((a, b) => a + b, 0), byInstanceType: byType(inUse), spotByInstanceType: byType(spotInUse) }),
    ),
    subnets: known(
      Object.fromEntries(ids.map((subnetId, index) => [subnetId, aSubnet({ subnetId, availableIpAddressCount: free[index] ?? 0 })])),
    ),
    instanceTypes: known(sizesOf(...types)),
    networkInterfaceCount: known(interfaces),
  })
  const possibles = (some: Plan, of: Account): readonly number[] =>
    headroom(some, factsOf(of)).map(({ possible }) => possible ?? Number.NaN)
  const raised = (values: readonly number[], index: number, by: number): number[] =>
    values.map((value, at) => (at === index % values.length ? value + by : value))
  const noneLower = (before: readonly number[], after: readonly number[]): void => {
    for (const [index, possible] of before.entries()) expect(after[index]).toBeGreaterThanOrEqual(possible)
  }

  test('limits ascend, the first one is what is possible, nothing is below 0', () => {
    fc.assert(
      fc.property(plan, account, (some, of) => {
        for (const { possible, limits, unknown } of headroom(some, factsOf(of))) {
          const numbers = limits.map((limit) => limit.possible)
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
          expect([possible, unknown]).toEqual([numbers[0], []])
          expect(numbers[0]).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  test('what a group wants does not change what is possible for it', () => {
    fc.assert(
      fc.property(plan, account, fc.nat(3), fc.nat(50), (some, of, at, wanted) => {
        const index = at % some.instanceGroups.length
        const instanceGroups = some.instanceGroups.map((one, place) => (place === index ? { ...one, instanceCount: wanted } : one))
        expect(headroom({ ...some, instanceGroups }, factsOf(of))[index]).toEqual({ ...headroom(some, factsOf(of))[index], wanted })
      }),
    )
  })

  test('a quota that is raised never lowers it', () => {
    fc.assert(
      fc.property(plan, account, fc.nat(), fc.nat(30), (some, of, at, by) => {
        noneLower(possibles(some, of), possibles(some, { ...of, quotas: raised(of.quotas, at, by) }))
      }),
    )
  })

  test('a larger subnet never lowers it', () => {
    fc.assert(
      fc.property(plan, account, fc.nat(), fc.nat(600), (some, of, at, by) => {
        noneLower(possibles(some, of), possibles(some, { ...of, free: raised(of.free, at, by) }))
      }),
    )
  })

  test('more in use, and more for another group, never raise it', () => {
    fc.assert(
      fc.property(plan, account, fc.nat(), fc.nat(9), (some, of, at, by) => {
        noneLower(possibles(some, { ...of, inUse: raised(of.inUse, at, by), interfaces: of.interfaces + by }), possibles(some, of))
        const [first, ...others] = some.instanceGroups
        const grown = others.map((other) => ({ ...other, instanceCount: other.instanceCount + by }))
        const more = { ...some, instanceGroups: [...(first === undefined ? [] : [first]), ...grown] }
        noneLower(possibles(more, of).slice(0, 1), possibles(some, of).slice(0, 1))
      }),
    )
  })

  test('every number of a limit is in the snapshot, or the sum of what the plan asks for, and gives what it leaves', () => {
    fc.assert(
      fc.property(plan, account, (some, of) => {
        const given = factsOf(of)
        headroom(some, given).forEach(({ limits, instanceTypes }, index) => {
          const others = some.instanceGroups.filter((_, at) => at !== index)
          for (const { rule, subject, possible, evidence } of limits) {
            const { quotaName, quota, inUse, otherGroups, leftByType, interfacesPerNode = 1, freeAddresses } = evidence
            if (quotaName !== undefined) {
              expect(quota).toBe(of.quotas[quotaKeys.indexOf(String(quotaName))])
              expect(possible).toBe(
                Math.max(0, Math.floor((Number(quota) - Number(inUse ?? 0) - Number(otherGroups)) / Number(interfacesPerNode))),
              )
              expect(otherGroups).toBe(takenBy(others, rule, subject, instanceTypes))
            }
            if (rule === 'network/subnet-capacity') expect(freeAddresses).toBe(of.free[(ids as readonly string[]).indexOf(subject)])
            if (rule === 'quota/network-interfaces') expect(inUse).toBe(of.interfaces)
            if (rule === 'quota/cluster-usage' && quotaName === undefined) {
              const left = instanceTypes.map((type) => {
                const fixed = takenBy(
                  others.filter((other) => other.instanceTypes.length === 1),
                  rule,
                  type,
                  instanceTypes,
                )
                return Math.max(0, (of.quotas[quotaKeys.indexOf(clusterUsageQuota(type))] ?? 0) - (byType(of.inUse)[type] ?? 0) - fixed)
              })
              expect(leftByType).toEqual(instanceTypes.map((type, at) => `${type}: ${left[at]}`))
              expect(possible).toBe(Math.max(0, left.reduce((sum, nodes) => sum + nodes, 0) - Number(otherGroups)))
            }
            if (rule === 'quota/cluster-usage' && quotaName !== undefined) expect(inUse).toBe(byType(of.inUse)[subject])
          }
        })
      }),
    )
  })

  /** What the other groups take of a quota, added up anew from the plan. */
  const takenBy = (others: readonly InstanceGroup[], rule: string, subject: string, own: readonly string[]): number => {
    const sum = (drawing: readonly InstanceGroup[], each: (one: InstanceGroup) => number = () => 1): number =>
      drawing.reduce((total, one) => total + one.instanceCount * each(one), 0)
    const interfaces: Readonly<Record<string, number>> = { [p5]: 32, [p5e]: 32, 'ml.c5.large': 1 }
    if (rule === 'quota/network-interfaces')
      return sum(others, (one) => Math.max(...one.instanceTypes.map((type) => interfaces[type] ?? Number.NaN)))
    if (rule === 'quota/instances-per-cluster' || rule === 'quota/total-instances') return sum(others)
    const spot = rule === 'quota/spot'
    const same = others.filter(({ capacity }) => (capacity === 'spot') === spot)
    if (!own.includes(subject)) return sum(same)
    return sum(same.filter(({ instanceTypes }) => instanceTypes.includes(subject)))
  }
})

describe('the whole cluster', () => {
  const plan = planOf({ name: 'controller', instanceTypes: ['ml.c5.large'], instanceCount: 1 }, { instanceCount: 16 })
  const usage = known(aUsage({ clusters: ['research'], instances: 11, byInstanceType: { [p5]: 11 } }))
  const tight = known(quotasOf(named(quotaNames.instancesPerCluster, 20), named(quotaNames.totalInstances, 30)))

  test('is held to the quotas that count every node: of one cluster, and of all with what is in use', () => {
    expect(clusterHeadroom(plan, facts({ quotas: tight, hyperPodUsage: usage }))).toMatchObject({
      group: 'the whole cluster',
      wanted: 17,
      possible: 19,
      limits: [
        { rule: 'quota/total-instances', possible: 19, evidence: { quota: 30, inUse: 11 } },
        { rule: 'quota/instances-per-cluster', possible: 20, evidence: { quota: 20 } },
      ],
      unknown: [],
    })
  })

  test('with the use not known, what is known is an upper bound', () => {
    const entry = clusterHeadroom(plan, facts({ quotas: tight, hyperPodUsage: denied('sagemaker:ListClusters') }))
    expect(entry).toMatchObject({ possible: 20, unknown: [{ rule: 'quota/total-instances' }] })
  })

  test('is nothing where the plan has no group', () => {
    expect(clusterHeadroom(aPlan({ instanceGroups: [] }), facts())).toBeNull()
  })
})
