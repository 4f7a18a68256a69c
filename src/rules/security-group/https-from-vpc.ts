import type { Facts, Gap, SecurityGroup, VpcEndpoint } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { plannedSubnets } from '../../semantics/placement.ts'
import { holdsBlock, onTcpPort, securityGroupPlacements } from '../../semantics/security-groups.ts'
import { command } from '../command.ts'
import { defineRule } from '../define.ts'
import { fail, pass, skip, unknown } from '../outcome.ts'

const https = 443

export const httpsFromVpc = defineRule({
  id: 'security-group/https-from-vpc',
  title: 'Interface endpoints for AWS services accept HTTPS from the VPC',
  why: 'An interface endpoint is a network interface with security groups of its own. With private DNS it takes over the name of its service for the whole VPC, so when its groups do not accept TCP 443 from the nodes, calls to that service time out even where a NAT gateway would have let them through. For Systems Manager that means no login to the nodes.',
  severity: 'notice',
  checklist: '4',
  checklistDiffers:
    "The checklist wants TCP 443 from the VPC CIDR on the nodes' security group, for SSM. The SSM agent only calls out, so nothing on the nodes listens there: the rule belongs on the security groups of the interface endpoints, and is judged there. A VPC without interface endpoints needs it nowhere.",
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html',
    'https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html',
  ],
  needs: ['vpcEndpoints', 'endpointSecurityGroups', 'vpc'],
  uses: [],
  applies: (plan) =>
    plan.vpcId !== null ||
    plannedSubnets(plan).length > 0 ||
    'The plan names no VPC and no subnet: give vpc-id, or VpcConfig in the request.',
  evaluate: ({ vpcEndpoints, endpointSecurityGroups, vpc }, plan) => {
    if (vpc === null) return [skip('plan', 'The VPC does not exist: network/vpc reports it')]
    const shared = bySecurityGroups(vpcEndpoints.filter(isAwsInterface))
    if (shared.length === 0) return [skip(vpc.vpcId, `${vpc.vpcId} has no interface endpoint, so nothing in it needs TCP 443 inbound`)]
    return shared.map((endpoints) => judge(endpoints, endpointSecurityGroups, vpc.cidrBlocks, plan))
  },
})

/** Endpoints that have the same security groups: they are judged, and mended, together. */
interface Endpoints {
  readonly securityGroupIds: readonly string[]
  readonly vpcEndpointIds: readonly string[]
  readonly serviceNames: readonly string[]
}

const bySecurityGroups = (endpoints: readonly VpcEndpoint[]): readonly Endpoints[] => {
  const shared = new Map<string, Endpoints>()
  for (const { securityGroupIds, vpcEndpointId, serviceName } of endpoints) {
    const ids = securityGroupIds.toSorted()
    const others = shared.get(ids.join(', ')) ?? { securityGroupIds: ids, vpcEndpointIds: [], serviceNames: [] }
    shared.set(ids.join(', '), {
      ...others,
      vpcEndpointIds: [...others.vpcEndpointIds, vpcEndpointId],
      serviceNames: [...others.serviceNames, serviceName],
    })
  }
  return [...shared.values()]
}

/** `com.amazonaws.…` and, in China, `cn.com.amazonaws.…`; services of others are not called by nodes. */
const isAwsInterface = ({ type, state, serviceName }: VpcEndpoint): boolean =>
  type === 'Interface' && state === 'available' && /^(?:cn\.)?com\.amazonaws\./.test(serviceName)

const judge = (endpoints: Endpoints, securityGroups: Facts['endpointSecurityGroups'], blocks: readonly string[], plan: Plan): Outcome => {
  const { securityGroupIds, vpcEndpointIds, serviceNames } = endpoints
  const subject = securityGroupIds.join(', ') || vpcEndpointIds.join(', ')
  const evidence = { vpcEndpointIds, serviceNames, cidrBlocks: blocks }
  const groups = securityGroupIds.flatMap((id) => securityGroups[id] ?? [])
  const of = `of ${countOf(endpoints)}`
  if (acceptsHttps(groups, blocks, plan)) return pass(subject, `${subject} ${of} accepts TCP 443 from the VPC`, { evidence })
  const unseen = securityGroupIds.filter((id) => (securityGroups[id] ?? null) === null)
  if (unseen.length > 0) return unknown(subject, unseenGap(unseen), { evidence })
  return fail(
    subject,
    `${subject} ${of} does not accept TCP 443 from ${blocks.join(', ')}`,
    {
      text: `Add TCP 443 from the VPC to a security group ${of}.`,
      commands: securityGroupIds.slice(0, 1).map((id) => openHttps(id, blocks, plan.region)),
    },
    { evidence },
  )
}

const countOf = ({ vpcEndpointIds: [first = '', ...others] }: Endpoints): string =>
  others.length === 0 ? `the interface endpoint ${first}` : `${first} and ${others.length} more interface endpoints`

/** From every block of the VPC, or from a security group that the nodes of every placement carry. */
const acceptsHttps = (groups: readonly SecurityGroup[], blocks: readonly string[], plan: Plan): boolean => {
  const permissions = onTcpPort(
    groups.flatMap(({ ingress }) => ingress),
    https,
  )
  const peers = new Set(permissions.flatMap(({ securityGroupIds }) => securityGroupIds))
  const placements = securityGroupPlacements(plan)
  return (
    blocks.every((block) => holdsBlock(permissions, block)) ||
    (placements.length > 0 && placements.every(({ securityGroupIds }) => securityGroupIds.some((id) => peers.has(id))))
  )
}

/** In a shared VPC the endpoints are its owner's, and so are their groups. */
const unseenGap = (ids: readonly string[]): Gap => ({
  reason: 'unsupported',
  action: 'ec2:DescribeSecurityGroups',
  message: `ec2:DescribeSecurityGroups shows no ${ids.join(', ')} in this account, so what it accepts cannot be read`,
})

const openHttps = (securityGroupId: string, blocks: readonly string[], region: string): string =>
  command(
    ...['aws', 'ec2', 'authorize-security-group-ingress', '--region', region, '--group-id', securityGroupId],
    ...[
      '--ip-permissions',
      `IpProtocol=tcp,FromPort=${https},ToPort=${https},IpRanges=[${blocks.map((block) => `{CidrIp=${block}}`).join(',')}]`,
    ],
  )
