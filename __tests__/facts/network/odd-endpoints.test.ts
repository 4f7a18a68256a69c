import { describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { vpcEndpoints } from '../../../src/facts/network/vpc-endpoints.ts'
import type { Fact } from '../../../src/model/fact.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { endpointsUsable } from '../../../src/rules/network/endpoints-usable.ts'
import { s3Route } from '../../../src/rules/network/s3-route.ts'
import { httpsFromVpc } from '../../../src/rules/security-group/https-from-vpc.ts'
import { aPlan, aRouteTable, aSecurityGroup, aSubnet, aVpc, findingsOf } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()

type Changes = Readonly<Record<string, string | null>>

/** An endpoint as EC2 answers it; null leaves a member out. */
const item = (vpcEndpointId: string, changes: Changes): string => {
  const members = {
    vpcEndpointId,
    vpcEndpointType: 'Interface',
    vpcId: 'vpc-0a1b2c3d',
    state: 'available',
    privateDnsEnabled: 'true',
    ...changes,
  }
  return `<item>${Object.entries(members)
    .map(([name, value]) => (value === null ? '' : `<${name}>${value}</${name}>`))
    .join('')}</item>`
}
const named = (name: string): string => `com.amazonaws.us-west-2.${name}`
const gateway: Changes = {
  vpcEndpointType: 'Gateway',
  serviceName: named('s3'),
  routeTableIdSet: '<item>rtb-0aaaaaaa</item>',
  privateDnsEnabled: 'false',
}

const learn = (...items: readonly string[]): Promise<Fact<Facts['vpcEndpoints']>> => {
  service.current().ec2 = () =>
    `<DescribeVpcEndpointsResponse><vpcEndpointSet>${items.join('')}</vpcEndpointSet></DescribeVpcEndpointsResponse>`
  return attempt(() => vpcEndpoints.collect(service.context(), () => Promise.resolve({})))
}

const given = (endpoints: Fact<Facts['vpcEndpoints']>) => ({
  vpcEndpoints: endpoints,
  subnets: { 'subnet-0aaaaaaa': aSubnet() },
  routeTables: [aRouteTable({ routeTableId: 'rtb-0aaaaaaa', subnetIds: ['subnet-0aaaaaaa'] })],
  natGateways: [],
  prefixLists: {},
  vpc: aVpc(),
  vpcDns: { vpcId: 'vpc-0a1b2c3d', enableDnsHostnames: true, enableDnsSupport: true },
  securityGroups: { 'sg-0aaaaaaa': aSecurityGroup() },
  endpointSecurityGroups: { 'sg-0aaaaaaa': aSecurityGroup() },
  endpointSubnets: { 'subnet-0aaaaaaa': aSubnet() },
})
const plan = aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'], location: null } })

describe('an endpoint that cannot be read', () => {
  test.each<[string, Changes, string]>([
    ['no state', { serviceName: named('logs'), state: null }, 'State'],
    ['no type', { serviceName: named('logs'), vpcEndpointType: null }, 'VpcEndpointType'],
    ['a security group without an id', { serviceName: named('logs'), groupSet: '<item><groupName>x</groupName></item>' }, 'GroupId'],
  ])('with %s: what it serves is not known, and S3 is', async (_, changes, name) => {
    const learned = await learn(item('vpce-0odd', changes), item('vpce-0s3', gateway))
    expect(learned).toMatchObject({
      value: [
        { vpcEndpointId: 'vpce-0odd', serviceName: named('logs'), state: 'unread', unread: { message: expect.stringContaining(name) } },
        { vpcEndpointId: 'vpce-0s3', state: 'available' },
      ],
    })
    expect(findingsOf(s3Route, plan, given(learned))).toMatchObject([{ status: 'pass' }])
    for (const rule of [endpointsUsable, httpsFromVpc]) {
      const gap = { action: 'ec2:DescribeVpcEndpoints' }
      expect(findingsOf(rule, plan, given(learned))).toMatchObject([{ subject: 'vpce-0odd', status: 'unknown', gap }])
    }
  })

  test('that is the one for S3: no way is not proven to be closed', async () => {
    const closed = await learn()
    expect(findingsOf(s3Route, plan, given(closed))).toMatchObject([{ status: 'fail' }])
    const odd = await learn(item('vpce-0s3', { ...gateway, state: null }))
    expect(findingsOf(s3Route, plan, given(odd))).toMatchObject([{ status: 'unknown', gap: { action: 'ec2:DescribeVpcEndpoints' } }])
  })

  test('whose service is not known may serve any: nothing is known of the list', async () => {
    const learned = await learn(item('vpce-0odd', { serviceName: null }), item('vpce-0s3', gateway))
    expect(learned).toMatchObject({ ok: false, gap: { message: expect.stringContaining('ServiceName') } })
  })

  test('of a kind that has no service is read as it is', async () => {
    expect(await learn(item('vpce-0res', { vpcEndpointType: 'Resource' }))).toMatchObject({
      value: [{ serviceName: '', state: 'available' }],
    })
  })
})
