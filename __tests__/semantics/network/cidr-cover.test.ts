import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { coversAll, familyOf } from '../../../src/semantics/network/cidr-cover.ts'

describe('coversAll', () => {
  test.each<readonly [string, readonly string[], readonly string[], boolean]>([
    ['the block itself', ['10.0.0.0/16'], ['10.0.0.0/16'], true],
    ['more than the block', ['10.0.0.0/8'], ['10.0.0.0/16'], true],
    ['a part of it', ['10.0.0.0/17'], ['10.0.0.0/16'], false],
    ['its neighbour', ['10.1.0.0/16'], ['10.0.0.0/16'], false],
    ['two halves, in any order', ['10.0.128.0/17', '10.0.0.0/17'], ['10.0.0.0/16'], true],
    ['the halves of everything', ['128.0.0.0/1', '0.0.0.0/1'], ['0.0.0.0/0'], true],
    ['halves of different sizes', ['10.0.0.0/17', '10.0.128.0/18', '10.0.192.0/18'], ['10.0.0.0/16'], true],
    ['halves with a hole', ['10.0.0.0/17', '10.0.129.0/24', '10.0.192.0/18'], ['10.0.0.0/16'], false],
    ['a large range before small ones within it', ['10.0.0.0/8', '10.0.0.0/24', '10.0.1.0/24'], ['10.200.0.0/16'], true],
    ['every block', ['10.0.0.0/16'], ['10.0.0.0/17', '10.0.200.0/24'], true],
    ['one block of two', ['10.0.0.0/16'], ['10.0.0.0/17', '100.64.0.0/24'], false],
    ['the last address', ['255.255.255.255/32'], ['255.255.255.255/32'], true],
    ['IPv6', ['2600:1f14::/33', '2600:1f14:8000::/33'], ['2600:1f14::/32'], true],
    ['all of IPv6', ['::/0'], ['2000::/3'], true],
    ['IPv6 for IPv4', ['::/0'], ['10.0.0.0/16'], false],
    ['IPv4 for IPv6', ['0.0.0.0/0'], ['::/128'], false],
    ['host bits in a range', ['10.0.3.7/16'], ['10.0.0.0/16'], true],
    ['a range that is no CIDR', ['anywhere'], ['10.0.0.0/16'], false],
    ['a block that is no CIDR', ['0.0.0.0/0'], ['anywhere'], false],
    ['nothing to hold', [], [], true],
  ])('%s', (_, ranges, blocks, expected) => expect(coversAll(ranges, blocks)).toBe(expected))

  const block = fc
    .record({ address: fc.ipV4(), prefix: fc.integer({ min: 0, max: 32 }) })
    .map(({ address, prefix }) => `${address}/${prefix}`)

  test('everything holds every block, and a block itself', () => {
    fc.assert(
      fc.property(block, (cidr) => {
        expect(coversAll(['0.0.0.0/0'], [cidr])).toBe(true)
        expect(coversAll([cidr], [cidr])).toBe(true)
      }),
    )
  })

  test('a block is held by its two halves, and by neither alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 8, max: 23 }), (octet, prefix) => {
        const halves = [`${octet}.0.0.0/${prefix + 1}`, `${octet}.${addressAfter(prefix + 1)}/${prefix + 1}`]
        const whole = `${octet}.0.0.0/${prefix}`
        expect(coversAll(halves, [whole])).toBe(true)
        for (const half of halves) expect(coversAll([half], [whole])).toBe(false)
      }),
    )
  })
})

/** The last three octets of the first address of the upper half. */
const addressAfter = (prefix: number): string => {
  const number = 2 ** (32 - prefix)
  return [number >> 16, (number >> 8) & 255, number & 255].join('.')
}

describe('familyOf', () => {
  test.each([
    ['10.0.0.0/16', 'ipv4'],
    ['::/0', 'ipv6'],
    ['10.0.0.0', null],
    ['pl-68a54001', null],
  ])('%s is %s', (cidr, family) => expect(familyOf(cidr)).toBe(family))
})
