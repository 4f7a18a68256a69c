import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { InstanceType } from '../../../src/model/facts/capacity.ts'
import {
  addressesPerNode,
  addressModelOf,
  groupDemand,
  smallestPrefix,
  usableAddresses,
} from '../../../src/semantics/capacity/addresses.ts'
import { aGroup, aPlan, sizesOf } from '../../builders.ts'

const sized = (name: string): InstanceType => {
  const type = sizesOf(name)[name] ?? null
  if (type === null) throw new Error(`${name} is not in the catalog`)
  return type
}

describe('addresses of one node', () => {
  test.each([
    ['ml.p5.48xlarge', null, 32, 81],
    ['ml.p5en.48xlarge', null, 16, 65],
    ['ml.p4d.24xlarge', null, 4, 53],
    ['ml.trn1.32xlarge', null, 8, 57],
    ['ml.p6-b300.48xlarge', null, 17, 66],
    ['ml.g5.8xlarge', null, 1, 30],
    ['ml.c5.large', null, 1, 10],
    ['ml.t3.medium', null, 1, 6],
    ['ml.p5.48xlarge', 'efa', 32, 81],
    ['ml.p5.48xlarge', 'efa-only', 1, 50],
  ] as const)('%s %s: Slurm %i, EKS %i', (name, interfaceType, slurm, eks) => {
    expect(addressesPerNode(sized(name), 'slurm', interfaceType)).toBe(slurm)
    expect(addressesPerNode(sized(name), 'eks', interfaceType)).toBe(eks)
  })

  const anyType = fc.record({
    name: fc.constant('ml.any'),
    vcpus: fc.constant(1),
    efaSupported: fc.boolean(),
    networkCards: fc.integer({ min: 1, max: 64 }),
    ipv4AddressesPerInterface: fc.integer({ min: 1, max: 100 }),
    source: fc.constant('api' as const),
  })

  test('EKS never takes less than Slurm, and EFA-only interfaces never more than EFA', () => {
    fc.assert(
      fc.property(anyType, (type) => {
        expect(addressesPerNode(type, 'eks')).toBeGreaterThanOrEqual(addressesPerNode(type, 'slurm'))
        expect(addressesPerNode(type, 'eks', 'efa-only')).toBeLessThanOrEqual(addressesPerNode(type, 'eks'))
        expect(addressesPerNode(type, 'slurm', 'efa-only')).toBe(1)
      }),
    )
  })

  test('a plan that names no orchestrator is read as EKS', () => {
    expect(addressModelOf(aPlan({ orchestrator: { kind: 'unstated' } }))).toBe('eks')
    expect(addressModelOf(aPlan({ orchestrator: { kind: 'eks', cluster: null } }))).toBe('eks')
    expect(addressModelOf(aPlan())).toBe('slurm')
  })
})

describe('sizes of subnets', () => {
  test.each([
    [28, 11],
    [25, 123],
    [24, 251],
    [23, 507],
    [16, 65531],
  ])('a /%i has %i usable addresses', (prefixLength, addresses) => expect(usableAddresses(prefixLength)).toBe(addresses))

  test.each([
    [0, 28],
    [11, 28],
    [12, 27],
    [128, 24],
    [251, 24],
    [252, 23],
    [324, 23],
    [65531, 16],
    [65532, null],
  ])('%i addresses take a /%p', (addresses, prefixLength) => expect(smallestPrefix(addresses)).toBe(prefixLength))

  test('the smallest prefix holds the addresses, and the next smaller one does not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: usableAddresses(16) }), (addresses) => {
        const prefixLength = smallestPrefix(addresses)
        expect(prefixLength).not.toBeNull()
        if (prefixLength === null) return
        expect(usableAddresses(prefixLength)).toBeGreaterThanOrEqual(addresses)
        if (prefixLength < 28) expect(usableAddresses(prefixLength + 1)).toBeLessThan(addresses)
      }),
    )
  })
})

describe('demand of a group', () => {
  const types = sizesOf('ml.p5.48xlarge', 'ml.p4d.24xlarge', 'ml.p6e-gb200.36xlarge')
  const demand = (changes: Parameters<typeof aGroup>[0]) => groupDemand(aGroup(changes), types, 'slurm')

  test('of several types the one that takes most counts, and at least the one that takes fewest', () => {
    expect(demand({ instanceTypes: ['ml.p4d.24xlarge', 'ml.p5.48xlarge'] })).toMatchObject({
      instanceType: 'ml.p5.48xlarge',
      addressesPerNode: 32,
      addresses: 128,
      leastAddresses: 16,
      unknownTypes: [],
    })
  })

  test.each([
    [null, 128],
    [1, 32],
    [0, 0],
    [9, 128],
  ])('MinInstanceCount %p of 4 nodes: at least %i', (minInstanceCount, leastAddresses) =>
    expect(demand({ minInstanceCount })).toMatchObject({ addresses: 128, leastAddresses }),
  )

  test('types of unknown size are named; they could take less than any other', () => {
    expect(demand({ instanceTypes: ['ml.p4d.24xlarge', 'ml.p6e-gb200.36xlarge'] })).toMatchObject({
      instanceType: 'ml.p4d.24xlarge',
      addresses: 16,
      leastAddresses: 0,
      unknownTypes: ['ml.p6e-gb200.36xlarge'],
    })
    expect(demand({ instanceTypes: ['ml.p6e-gb200.36xlarge'] })).toMatchObject({ instanceType: null, addresses: 0, leastAddresses: 0 })
  })
})
