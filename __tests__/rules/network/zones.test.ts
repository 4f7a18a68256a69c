import { describe, expect, test } from '@jest/globals'
import type { Facts } from '../../../src/model/facts.ts'
import { zones as rule } from '../../../src/rules/network/zones.ts'
import { aPlan, aSubnet, denied, findingsOf, statuses } from '../../builders.ts'

const second = aSubnet({ subnetId: 'subnet-0bbbbbbb' })
const elsewhere = { ...second, availabilityZone: 'us-west-2b', availabilityZoneId: 'usw2-az2' }
const subnetsOf = (other: Facts['subnets'][string]): Facts['subnets'] => ({
  'subnet-0aaaaaaa': aSubnet(),
  'subnet-0bbbbbbb': other ?? null,
})

describe('network/zones', () => {
  test.each<[string, Facts['subnets'], string, string]>([
    ['two zones', subnetsOf(elsewhere), 'pass', "the plan's 2 subnets are in us-west-2a (usw2-az1), us-west-2b (usw2-az2)"],
    ['one zone', subnetsOf(second), 'fail', 'all 2 subnets of the plan are in us-west-2a (usw2-az1): subnet-0aaaaaaa, subnet-0bbbbbbb'],
    ['one of two exists', subnetsOf(null), 'fail', "subnet-0aaaaaaa, the plan's only subnet, is in us-west-2a (usw2-az1)"],
  ])('%s', (_, subnets, status, message) => {
    expect(findingsOf(rule, aPlan(), { subnets })).toMatchObject([{ status, severity: 'notice', subject: 'subnets', message }])
  })

  test('the fix lists the subnets of the VPC with their zones', () => {
    const [finding] = findingsOf(rule, aPlan({ vpcId: null }), { subnets: subnetsOf(second) })
    expect(finding?.fix?.commands).toEqual([
      "aws ec2 describe-subnets --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d --query 'Subnets[].[SubnetId,AvailabilityZone,AvailableIpAddressCount]' --output table",
    ])
  })

  test('no subnet exists, none is named, or none is known', () => {
    const absent = { 'subnet-0aaaaaaa': null, 'subnet-0bbbbbbb': null }
    expect(statuses(findingsOf(rule, aPlan(), { subnets: absent }))).toEqual(['skipped subnets'])
    expect(statuses(findingsOf(rule, aPlan({ vpcConfig: null }), { subnets: {} }))).toEqual(['skipped plan'])
    expect(statuses(findingsOf(rule, aPlan(), { subnets: denied('ec2:DescribeSubnets') }))).toEqual(['unknown account'])
  })
})
