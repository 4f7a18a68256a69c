import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Subnet } from '../../../src/model/facts/network.ts'
import type { InstanceGroup, Plan } from '../../../src/model/plan.ts'
import { overfullSubnets } from '../../../src/semantics/capacity/bin-packing.ts'
import { nodesThatFit, subnetDemands } from '../../../src/semantics/capacity/packing.ts'
import { aGroup, anInstanceType, aPlan, aSubnet } from '../../builders.ts'

/** One address a node on Slurm, so that nodes and addresses are the same numbers. */
const types = {
  'ml.one': anInstanceType({ name: 'ml.one', efaSupported: false, networkCards: 1 }),
  'ml.two': anInstanceType({ name: 'ml.two', networkCards: 2 }),
  'ml.unknown': null,
}
const override = (...subnetIds: string[]) => ({ subnetIds, securityGroupIds: [], location: null })
const group = (name: string, instanceCount: number, subnetIds: readonly string[] = [], changes: Partial<InstanceGroup> = {}) =>
  aGroup({
    name,
    instanceTypes: ['ml.one'],
    instanceCount,
    overrideVpcConfig: subnetIds.length === 0 ? null : override(...subnetIds),
    ...changes,
  })
const subnetsOf = (free: Readonly<Record<string, number>>): Readonly<Record<string, Subnet>> =>
  Object.fromEntries(
    Object.entries(free).map(([subnetId, availableIpAddressCount]) => [subnetId, aSubnet({ subnetId, availableIpAddressCount })]),
  )
const planOf = (clusterSubnets: readonly string[], ...instanceGroups: InstanceGroup[]): Plan =>
  aPlan({ vpcConfig: override(...clusterSubnets), instanceGroups })
const verdicts = (plan: Plan, free: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    subnetDemands(plan, subnetsOf(free), types).map(({ subnetId, verdict, addresses }) => [subnetId, `${verdict} ${addresses}`]),
  )

interface Item {
  readonly candidates: readonly string[]
  readonly addresses: number
}

/** Every way to place the items, as the subnets that each way overfills. */
const everyPlacement = (items: readonly Item[], free: ReadonlyMap<string, number>): readonly ReadonlySet<string>[] => {
  let placements: readonly ReadonlyMap<string, number>[] = [new Map()]
  for (const { candidates, addresses } of items) {
    placements = placements.flatMap((taken) => candidates.map((id) => new Map([...taken, [id, (taken.get(id) ?? 0) + addresses]])))
  }
  return placements.map((taken) => new Set([...taken].filter(([id, sum]) => sum > (free.get(id) ?? 0)).map(([id]) => id)))
}

const ids = ['a', 'b', 'c', 'd']
const anyCandidates = fc.subarray(ids, { minLength: 1 })
const anyItems = fc.array(fc.record({ candidates: anyCandidates, addresses: fc.nat(9) }), { maxLength: 6 })
const anyFree = fc
  .tuple(fc.nat(14), fc.nat(14), fc.nat(14), fc.nat(14))
  .map((free) => new Map(ids.map((id, index) => [id, free[index] ?? 0])))

describe('overfull subnets', () => {
  test('there are none exactly where a placement exists in which everything fits', () => {
    fc.assert(
      fc.property(anyItems, anyFree, (items, free) => {
        const fits = everyPlacement(items, free).some((overfilled) => overfilled.size === 0)
        expect(overfullSubnets(items, free).size === 0).toBe(fits)
      }),
      { numRuns: 1000 },
    )
  })

  test('every placement overfills one of them, and some placement overfills no other', () => {
    fc.assert(
      fc.property(anyItems, anyFree, (items, free) => {
        const overfull = overfullSubnets(items, free)
        fc.pre(overfull.size > 0)
        const placements = everyPlacement(items, free)
        expect(placements.every((overfilled) => [...overfilled].some((id) => overfull.has(id)))).toBe(true)
        expect(placements.some((overfilled) => [...overfilled].every((id) => overfull.has(id)))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('100 groups in the same three subnets are decided at once', () => {
    const items = Array.from({ length: 100 }, (_, index) => ({ candidates: ['a', 'b', 'c'], addresses: 32 + (index % 5) }))
    const total = items.reduce((sum, { addresses }) => sum + addresses, 0)
    const room = (each: number) =>
      new Map([
        ['a', each],
        ['b', each],
        ['c', each],
      ])
    expect(overfullSubnets(items, room(Math.ceil(total / 3) + 40)).size).toBe(0)
    expect(overfullSubnets(items, room(35)).size).toBe(3)
  })
})

describe('demand on subnets', () => {
  const roomy = { a: 100, b: 100, c: 100, d: 100 }

  test('each candidate of the cluster holds every group without an override', () => {
    expect(verdicts(planOf(['a', 'b'], group('one', 60), group('two', 41)), { a: 101, b: 100 })).toEqual({
      a: 'holds 101',
      b: 'overfull 101',
    })
  })

  test('a group with an override asks each of its own subnets for all of its nodes, and none of the cluster', () => {
    expect(verdicts(planOf(['a'], group('one', 1), group('two', 128, ['c', 'd'])), { ...roomy, d: 128 })).toEqual({
      a: 'holds 1',
      c: 'may-overflow 128',
      d: 'holds 128',
    })
  })

  test('an override that no subnet of its own holds is overfull in all of them', () => {
    expect(verdicts(planOf([], group('one', 128, ['c', 'd'])), roomy)).toEqual({ c: 'overfull 128', d: 'overfull 128' })
  })

  test('groups of single subnets add up', () => {
    expect(verdicts(planOf([], group('one', 60, ['a']), group('two', 41, ['a'])), roomy)).toEqual({ a: 'overfull 101' })
  })

  test('two groups that fit alone but not together need a subnet each', () => {
    const groups = [group('one', 60, ['a', 'b']), group('two', 60, ['a', 'b'])]
    expect(verdicts(planOf([], ...groups), roomy)).toEqual({ a: 'may-overflow 120', b: 'may-overflow 120' })
    expect(verdicts(planOf([], ...groups, group('three', 60, ['a', 'b'])), roomy)).toEqual({ a: 'overfull 180', b: 'overfull 180' })
  })

  test('overrides make room for the groups without one', () => {
    const plan = planOf(['a'], group('shared', 60), group('other', 60, ['a', 'b']))
    expect(verdicts(plan, roomy)).toEqual({ a: 'may-overflow 120', b: 'holds 60' })
    expect(verdicts(plan, { a: 100, b: 50 })).toEqual({ a: 'overfull 120', b: 'overfull 60' })
  })

  test('what has to be in a subnet counts alone where it is too much already', () => {
    expect(verdicts(planOf(['a'], group('shared', 101), group('other', 60, ['a', 'b'])), roomy)).toEqual({
      a: 'overfull 101',
      b: 'holds 60',
    })
  })

  test('trouble elsewhere is not told here', () => {
    expect(verdicts(planOf(['a'], group('shared', 60), group('big', 200, ['c'])), roomy)).toEqual({ a: 'holds 60', c: 'overfull 200' })
  })

  test('the least that the request accepts: MinInstanceCount, and the smallest of several types', () => {
    const enough = group('one', 128, ['a'], { minInstanceCount: 100 })
    expect(verdicts(planOf([], enough), roomy)).toEqual({ a: 'holds-least 128' })
    expect(verdicts(planOf([], { ...enough, minInstanceCount: 101 }), roomy)).toEqual({ a: 'overfull 128' })
    expect(verdicts(planOf([], group('one', 60, ['a'], { instanceTypes: ['ml.two', 'ml.one'] })), roomy)).toEqual({ a: 'holds-least 120' })
  })

  test('restricted groups count like others; groups without nodes, and subnets that do not exist in the VPC, do not', () => {
    const plan = planOf(['a', 'gone'], group('one', 60, [], { kind: 'restricted' }), group('two', 41), group('none', 0, ['a']))
    expect(verdicts(plan, { a: 100 })).toEqual({ a: 'overfull 101' })
    expect(verdicts({ ...plan, vpcId: 'vpc-other' }, { a: 100 })).toEqual({})
  })

  const anyPlan = fc
    .tuple(
      fc.option(fc.record({ candidates: anyCandidates, nodes: fc.integer({ min: 1, max: 9 }) }), { nil: null }),
      fc.array(fc.record({ candidates: anyCandidates, nodes: fc.integer({ min: 1, max: 9 }) }), { maxLength: 4 }),
    )
    .map(([cluster, overrides]) => ({ cluster, overrides }))

  test('a verdict is what trying every placement says', () => {
    fc.assert(
      fc.property(anyPlan, anyFree, ({ cluster, overrides }, free) => {
        const groups = overrides.map(({ candidates, nodes }, index) => group(`override-${index}`, nodes, candidates))
        const plan = planOf(cluster?.candidates ?? [], ...(cluster === null ? [] : [group('shared', cluster.nodes)]), ...groups)
        const items = overrides.map(({ candidates, nodes }): Item => ({ candidates, addresses: nodes }))
        const choices = cluster === null ? [null] : cluster.candidates
        const placements = new Map(
          choices.map((id) => [
            id,
            everyPlacement(cluster === null || id === null ? items : [{ candidates: [id], addresses: cluster.nodes }, ...items], free),
          ]),
        )
        const fits = (id: string | null): boolean => (placements.get(id) ?? []).some((overfilled) => overfilled.size === 0)
        const demands = subnetDemands(plan, subnetsOf(Object.fromEntries(free)), types)
        const blocked = demands.filter(({ verdict }) => verdict === 'overfull').map(({ subnetId }) => subnetId)

        expect(blocked.length === 0).toBe(choices.every(fits))
        for (const { subnetId, verdict } of demands) {
          expect(verdict === 'holds').toBe([...placements.values()].flat().every((overfilled) => !overfilled.has(subnetId)))
          if (cluster?.candidates.includes(subnetId) === true ? fits(subnetId) : choices.some(fits)) expect(verdict).not.toBe('overfull')
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('one node more never makes a verdict better', () => {
    const order = ['holds', 'may-overflow', 'holds-least', 'overfull']
    fc.assert(
      fc.property(anyPlan, anyFree, ({ cluster, overrides }, free) => {
        const judged = (more: number) => {
          const shared = cluster === null ? [] : [group('shared', cluster.nodes + more)]
          const groups = overrides.map(({ candidates, nodes }, index) => group(`override-${index}`, nodes + more, candidates))
          return subnetDemands(planOf(cluster?.candidates ?? [], ...shared, ...groups), subnetsOf(Object.fromEntries(free)), types)
        }
        const after = judged(1)
        judged(0).forEach(({ verdict }, index) => {
          expect(order.indexOf(after[index]?.verdict ?? '')).toBeGreaterThanOrEqual(order.indexOf(verdict))
        })
      }),
    )
  })
})

describe('nodes that fit', () => {
  const roomFor = (plan: Plan, free: Readonly<Record<string, number>>, index = 0) =>
    Object.fromEntries(
      nodesThatFit(plan.instanceGroups[index] ?? aGroup(), plan, subnetsOf(free), types).map(({ subnetId, nodes }) => [subnetId, nodes]),
    )

  test('what the other groups without an override leave in each subnet of the cluster', () => {
    expect(roomFor(planOf(['a', 'b'], group('one', 5), group('two', 40)), { a: 100, b: 41 })).toEqual({ a: 60, b: 1 })
  })

  test('never fewer than none', () => expect(roomFor(planOf(['a'], group('one', 5), group('two', 40)), { a: 30 })).toEqual({ a: 0 }))

  test('others with a choice make room, those without one do not', () => {
    const plan = planOf([], group('one', 5, ['a', 'b']), group('two', 40, ['a', 'b']), group('three', 10, ['b']))
    expect(roomFor(plan, { a: 100, b: 100 })).toEqual({ a: 100, b: 90 })
    expect(roomFor(plan, { a: 100, b: 45 })).toEqual({ a: 60, b: 35 })
  })

  test('nothing can be said of types of unknown size, nor of subnets that are not there', () => {
    expect(roomFor(planOf(['a'], group('one', 5, [], { instanceTypes: ['ml.unknown'] })), { a: 100 })).toEqual({})
    expect(roomFor(planOf(['a', 'gone'], group('one', 5)), { a: 100 })).toEqual({ a: 100 })
  })

  test('of several types the one that takes most counts', () =>
    expect(roomFor(planOf(['a'], group('one', 5, [], { instanceTypes: ['ml.one', 'ml.two'] })), { a: 101 })).toEqual({ a: 50 }))

  test('is the most for which a placement of everything exists', () => {
    fc.assert(
      fc.property(anyItems, anyCandidates, anyFree, (items, candidates, free) => {
        const withNodes = items.filter(({ addresses }) => addresses > 0)
        const others = withNodes.map((item, index) => group(`other-${index}`, item.addresses, item.candidates))
        const plan = planOf([], group('own', 1, candidates), ...others)
        for (const [subnetId, nodes] of Object.entries(roomFor(plan, Object.fromEntries(free)))) {
          const placeable = (count: number): boolean =>
            everyPlacement([{ candidates: [subnetId], addresses: count }, ...withNodes], free).some((overfilled) => overfilled.size === 0)
          if (!placeable(0)) continue
          expect(placeable(nodes)).toBe(true)
          expect(placeable(nodes + 1)).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })
})
