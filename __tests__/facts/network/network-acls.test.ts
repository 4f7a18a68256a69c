import { expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { networkAcls } from '../../../src/facts/network/network-acls.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { networkAclOf } from '../../../src/semantics/network/network-acl.ts'
import { aNetworkAcl, anAclEntry, aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const ask = (plan: Plan = aPlan()) => attempt(() => networkAcls.collect(service.context(plan), async () => ({})))
const entry = (ruleNumber: number, egress: boolean, rest: string): string =>
  `<item><ruleNumber>${ruleNumber}</ruleNumber><egress>${egress}</egress>${rest}</item>`
const denyRest = '<protocol>-1</protocol><ruleAction>deny</ruleAction><cidrBlock>0.0.0.0/0</cidrBlock>'
const acl = (entries: readonly string[]): string =>
  `<item><networkAclId>acl-0aaaaaaa</networkAclId><vpcId>vpc-0a1b2c3d</vpcId><default>true</default>
   <entrySet>${entries.join('')}</entrySet>
   <associationSet><item><subnetId>subnet-0aaaaaaa</subnetId></item><item><subnetId>subnet-0bbbbbbb</subnetId></item></associationSet></item>`
const answer = (items: readonly string[], nextToken = ''): string =>
  `<DescribeNetworkAclsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><networkAclSet>${items.join('')}</networkAclSet>${
    nextToken === '' ? '' : `<nextToken>${nextToken}</nextToken>`
  }</DescribeNetworkAclsResponse>`

test('all pages are read; entries come by number, with ports, families and directions', async () => {
  service.current().ec2 = (form) =>
    form.get('NextToken') === null
      ? answer([], 'more')
      : answer([
          acl([
            entry(32_767, false, denyRest),
            entry(32_767, true, denyRest),
            entry(
              110,
              false,
              '<protocol>6</protocol><ruleAction>allow</ruleAction><cidrBlock>10.0.0.0/16</cidrBlock><portRange><from>1024</from><to>65535</to></portRange>',
            ),
            entry(100, true, '<protocol>-1</protocol><ruleAction>allow</ruleAction><ipv6CidrBlock>::/0</ipv6CidrBlock>'),
          ]),
        ])
  expect(await ask()).toEqual({
    ok: true,
    value: [
      aNetworkAcl({
        entries: [
          anAclEntry({ ruleNumber: 100, direction: 'egress', cidrBlock: '::/0' }),
          anAclEntry({ ruleNumber: 110, protocol: '6', cidrBlock: '10.0.0.0/16', fromPort: 1024, toPort: 65_535 }),
        ],
      }),
    ],
  })
  const forms = service.current().asked.map((body) => new URLSearchParams(body))
  expect(forms.map((form) => [form.get('Filter.1.Name'), form.get('Filter.1.Value.1')])).toEqual([
    ['vpc-id', 'vpc-0a1b2c3d'],
    ['vpc-id', 'vpc-0a1b2c3d'],
  ])
})

test('nothing is asked where no VPC is known', async () => {
  expect(await ask(aPlan({ vpcId: null, vpcConfig: null }))).toEqual({ ok: true, value: [] })
  expect(service.current().asked).toEqual([])
})

test.each<[string, string]>([
  ['without a block', entry(100, true, '<protocol>-1</protocol><ruleAction>allow</ruleAction>')],
  ['without a number', `<item><egress>true</egress>${denyRest}</item>`],
  [
    'of an action that is not known',
    entry(100, true, '<protocol>-1</protocol><ruleAction>count</ruleAction><cidrBlock>0.0.0.0/0</cidrBlock>'),
  ],
])('an entry %s makes its ACL the unknown one, and no other', async (_, odd) => {
  const other = acl([odd])
    .replaceAll('acl-0aaaaaaa', 'acl-0odd0000')
    .replaceAll('subnet-0aaaaaaa', 'subnet-0odd0000')
    .replace('subnet-0bbbbbbb', 'subnet-0odd1111')
  service.current().ec2 = () => answer([other, acl([entry(32_767, true, denyRest)])])
  const learned = await ask()
  const acls = learned.ok ? learned.value : []
  expect(acls.map(({ networkAclId }) => networkAclId)).toEqual(['acl-0aaaaaaa'])
  expect(networkAclOf('subnet-0aaaaaaa', acls)).toMatchObject({ ok: true })
  expect(networkAclOf('subnet-0odd0000', acls)).toMatchObject({ ok: false, gap: { action: 'ec2:DescribeNetworkAcls' } })
})
