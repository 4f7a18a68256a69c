import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { subnets } from '../../../src/facts/network/network.ts'
import { aPlan, aSubnet } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'
import { subnetMembers } from './subnet-members.ts'

const loopback = useLoopbackService()

/** A subnet as EC2 answers it; null leaves a member out. */
const item = (subnetId: string, changes: Readonly<Record<string, string | null>> = {}, more = ''): string => {
  const all = Object.entries({ subnetId, ...subnetMembers, ...changes })
  return `<item>${all.map(([name, value]) => (value === null ? '' : `<${name}>${value}</${name}>`)).join('')}${more}</item>`
}
const ipv6 = (state: string): string =>
  `<ipv6CidrBlockAssociationSet><item><ipv6CidrBlock>2600:1f13:cfe:3660::/64</ipv6CidrBlock><ipv6CidrBlockState><state>${state}</state></ipv6CidrBlockState></item></ipv6CidrBlockAssociationSet>`

const learn = (...items: readonly string[]) => {
  loopback.current().ec2 = () => `<DescribeSubnetsResponse><subnetSet>${items.join('')}</subnetSet></DescribeSubnetsResponse>`
  return attempt(() => subnets.collect(loopback.context(aPlan()), () => Promise.reject(new Error('builds on no fact'))))
}
const other = item('subnet-0bbbbbbb')
const otherRead = aSubnet({ subnetId: 'subnet-0bbbbbbb' })

describe('subnets', () => {
  // https://docs.aws.amazon.com/cli/latest/reference/ec2/create-subnet.html#examples
  test.each<[string, Readonly<Record<string, string | null>>]>([
    ['that says so', { cidrBlock: null, availableIpAddressCount: '0', ipv6Native: 'true' }],
    ['that does not say so', { cidrBlock: null, availableIpAddressCount: '0' }],
    ['with an empty block', { cidrBlock: '', availableIpAddressCount: '0', ipv6Native: 'true' }],
  ])('a subnet of IPv6 addresses alone %s has no IPv4 block, which is knowledge', async (_, changes) => {
    const ipv6CidrBlocks = ['2600:1f13:cfe:3660::/64']
    expect(await learn(item('subnet-0aaaaaaa', changes, ipv6('associated')), other)).toEqual({
      ok: true,
      value: {
        'subnet-0aaaaaaa': aSubnet({ cidrBlock: null, availableIpAddressCount: 0, ipv6CidrBlocks }),
        'subnet-0bbbbbbb': otherRead,
      },
    })
  })
})
