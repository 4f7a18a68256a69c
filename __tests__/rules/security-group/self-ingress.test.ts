import { describe, expect, test } from '@jest/globals'
import { selfIngress as rule } from '../../../src/rules/security-group/self-ingress.ts'
import { aGroup, anInstanceType, aPermission, aPlan, aSecurityGroup, denied, findingsOf } from '../../builders.ts'

const instanceTypes = {
  'ml.p5.48xlarge': anInstanceType(),
  'ml.m5.xlarge': anInstanceType({ name: 'ml.m5.xlarge', efaSupported: false }),
}
const withIngress = (...ingress: readonly ReturnType<typeof aPermission>[]) => ({ 'sg-0aaaaaaa': aSecurityGroup({ ingress }) })
const tcpOnly = aPermission({ protocol: 'tcp', fromPort: 0, toPort: 65535, securityGroupIds: ['sg-0aaaaaaa'] })

describe('security-group/self-ingress', () => {
  test.each([
    ['all traffic from itself', withIngress(aPermission({ securityGroupIds: ['sg-0fffffff', 'sg-0aaaaaaa'] })), 'pass'],
    ['TCP from itself', withIngress(tcpOnly), 'fail'],
    ['all traffic from the VPC', withIngress(aPermission({ ipv4Ranges: ['10.0.0.0/16'] })), 'fail'],
    ['outbound only', withIngress(), 'fail'],
  ])('%s', (_, securityGroups, status) => {
    expect(findingsOf(rule, aPlan(), { securityGroups, instanceTypes })).toMatchObject([
      { status, severity: 'error', subject: 'sg-0aaaaaaa' },
    ])
  })

  test('a range that covers the VPC is named as no substitute, with the command that adds the rule', () => {
    const [finding] = findingsOf(rule, aPlan(), {
      securityGroups: withIngress(aPermission({ ipv4Ranges: ['10.0.0.0/16'] })),
      instanceTypes,
    })
    expect(finding?.message).toContain('no inbound rule for all traffic from itself')
    expect(finding?.message).toContain('a rule from 10.0.0.0/16 is not a substitute')
    expect(finding?.fix?.commands).toEqual([
      "aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-0aaaaaaa --ip-permissions 'IpProtocol=-1,UserIdGroupPairs=[{GroupId=sg-0aaaaaaa}]'",
    ])
  })

  test('without an EFA type it is a warning; in a request that asks for EFA interfaces an error', () => {
    const judged = (group: ReturnType<typeof aGroup>) =>
      findingsOf(rule, aPlan({ instanceGroups: [group] }), { securityGroups: withIngress(), instanceTypes })[0]?.severity
    expect(judged(aGroup({ instanceTypes: ['ml.m5.xlarge'] }))).toBe('warning')
    expect(judged(aGroup({ instanceTypes: ['ml.m5.xlarge'], interfaceType: 'efa' }))).toBe('error')
  })

  test('a rule from another group that the same nodes carry: enough without EFA, a warning with it', () => {
    const plan = (type: string) =>
      aPlan({
        instanceGroups: [aGroup({ instanceTypes: [type] })],
        vpcConfig: { subnetIds: [], securityGroupIds: ['sg-0aaaaaaa', 'sg-0bbbbbbb'], location: null },
      })
    const securityGroups = {
      ...withIngress(aPermission({ securityGroupIds: ['sg-0bbbbbbb'] })),
      'sg-0bbbbbbb': aSecurityGroup({ securityGroupId: 'sg-0bbbbbbb', ingress: [] }),
    }
    expect(findingsOf(rule, plan('ml.m5.xlarge'), { securityGroups, instanceTypes })).toMatchObject([
      {
        status: 'pass',
        message:
          'the rules of sg-0aaaaaaa, sg-0bbbbbbb allow all TCP and UDP traffic from the other nodes; none of its instance types has EFA',
      },
    ])
    expect(findingsOf(rule, plan('ml.p5.48xlarge'), { securityGroups, instanceTypes })).toMatchObject([
      { status: 'fail', severity: 'warning' },
    ])
  })

  test('denied is unknown', () => {
    expect(findingsOf(rule, aPlan(), { securityGroups: denied('ec2:DescribeSecurityGroups'), instanceTypes })).toMatchObject([
      { status: 'unknown', severity: 'error' },
    ])
  })
})
