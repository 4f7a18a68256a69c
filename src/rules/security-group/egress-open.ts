import type { Fact, Facts, SecurityGroup, SecurityGroupPermission, VpcEndpoint } from '../../model/facts.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import {
  existingGroups,
  holdsBlock,
  onTcpPort,
  type SecurityGroupPlacement,
  securityGroupPlacements,
} from '../../semantics/security-groups.ts'
import { command } from '../command.ts'
import { defineRule } from '../define.ts'
import { fail, pass, skip, unknown } from '../outcome.ts'

/** Every AWS API is spoken over TLS on this TCP port. */
const https = 443
const everywhere = '0.0.0.0/0'

export const egressOpen = defineRule({
  id: 'security-group/egress-open',
  title: 'The nodes may open HTTPS connections to AWS, at least to S3',
  why: 'Nodes call AWS while they come up: S3 for the lifecycle scripts, ECR, CloudWatch, Systems Manager. Outbound rules that leave no way on TCP 443 make lifecycle scripts time out, and the cluster is rolled back with a message that does not name the security group.',
  severity: 'warning',
  checklist: '4',
  checklistDiffers:
    'The checklist wants all traffic to `0.0.0.0/0`. TCP 443 is what calls to AWS need, so that passes too; and a network without a way to the internet can do with rules to the prefix list of S3 or to an S3 interface endpoint. The rule to `0.0.0.0/0` is not a substitute for the self rule that EFA needs: `security-group/self-egress` judges that.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites.html',
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html',
  ],
  needs: ['securityGroups'],
  uses: ['vpcEndpoints', 'routeTables', 'vpc'],
  applies: (plan) =>
    securityGroupPlacements(plan).length > 0 ||
    'The plan names no security group for its nodes: give security-group-ids, or VpcConfig in the request.',
  evaluate: (facts, plan) => securityGroupPlacements(plan).map((placement) => judge(placement, facts, plan)),
})

interface Read {
  readonly securityGroups: Facts['securityGroups']
  readonly vpcEndpoints: Fact<Facts['vpcEndpoints']>
  readonly routeTables: Fact<Facts['routeTables']>
  readonly vpc: Fact<Facts['vpc']>
}

const judge = (placement: SecurityGroupPlacement, facts: Read, plan: Plan): Outcome => {
  const { subject, location } = placement
  const groups = existingGroups(placement, facts.securityGroups)
  const [first] = groups
  if (first === undefined) return skip(subject, `${subject} does not exist: security-group/exists reports it`, { location })
  const permissions = onTcpPort(
    groups.flatMap(({ egress }) => egress),
    https,
  )
  if (holdsBlock(permissions, everywhere)) return pass(subject, `${subject} allows TCP 443 to ${everywhere}`, { location })

  if (!facts.vpcEndpoints.ok) return unknown(subject, facts.vpcEndpoints.gap, { location })
  const s3 = facts.vpcEndpoints.value.filter(
    ({ serviceName, state }) => serviceName.endsWith(`.${plan.region}.s3`) && state === 'available',
  )
  const way = s3.find((endpoint) => endpoint.type === 'Interface' && leadsTo(endpoint, permissions, facts.vpc))
  if (way !== undefined) {
    return pass(subject, `${subject} allows TCP 443 to the S3 interface endpoint ${way.vpcEndpointId}, and not to ${everywhere}`, {
      location,
    })
  }
  const prefixLists = [...new Set(permissions.flatMap(({ prefixListIds }) => prefixListIds))]
  return prefixLists.length > 0
    ? throughPrefixLists(placement, first, prefixLists, s3, facts, plan)
    : fail(subject, closed(subject, s3), openEgress(first, plan.region), { location })
}

/** Only the routes to a gateway endpoint tell which prefix list is that of S3. */
const throughPrefixLists = (
  { subject, location }: SecurityGroupPlacement,
  first: SecurityGroup,
  prefixLists: readonly string[],
  s3: readonly VpcEndpoint[],
  { routeTables }: Read,
  { region }: Plan,
): Outcome => {
  const named = prefixLists.join(', ')
  const gateways = new Set(s3.filter(({ type }) => type === 'Gateway').map(({ vpcEndpointId }) => vpcEndpointId))
  const routes = routeTables.ok ? routeTables.value.flatMap((table) => table.routes) : []
  const ofS3 = routes.filter(({ target }) => gateways.has(target.id)).map(({ destination }) => destination)
  const right = ofS3.find((destination) => prefixLists.includes(destination))
  const evidence = { prefixListIds: prefixLists }
  if (right !== undefined) {
    return pass(subject, `${subject} allows TCP 443 to ${right}, the prefix list of S3, and not to ${everywhere}`, { location, evidence })
  }
  if (ofS3.length > 0) {
    const message = `${subject} allows TCP 443 to ${named} only, and the prefix list of S3 is ${[...new Set(ofS3)].join(', ')}`
    return fail(subject, message, openEgress(first, region), { location, evidence })
  }
  const message = `${subject} allows TCP 443 to ${named} only, and whether that is the prefix list of S3 is not known`
  return {
    status: 'unknown',
    subject,
    message,
    gap: { reason: 'unsupported', action: 'ec2:DescribePrefixLists', message },
    fix: {
      text: `Look whether one of ${named} is com.amazonaws.${region}.s3; if none is, the nodes cannot fetch lifecycle scripts.`,
      commands: [command('aws', 'ec2', 'describe-prefix-lists', '--region', region, '--prefix-list-ids', ...prefixLists)],
    },
    evidence,
    ...(location !== null && { location }),
  }
}

const leadsTo = (endpoint: VpcEndpoint, permissions: readonly SecurityGroupPermission[], vpc: Read['vpc']): boolean =>
  permissions.some(({ securityGroupIds }) => securityGroupIds.some((id) => endpoint.securityGroupIds.includes(id))) ||
  (vpc.ok && (vpc.value?.cidrBlocks ?? []).some((block) => holdsBlock(permissions, block)))

const closed = (subject: string, s3: readonly VpcEndpoint[]): string => {
  const endpoint = s3[0]
  const rest =
    endpoint === undefined
      ? 'there is no S3 endpoint in the VPC either'
      : `the S3 ${endpoint.type.toLowerCase()} endpoint ${endpoint.vpcEndpointId} is of no use without an outbound rule that leads to it`
  return `${subject} has no outbound rule for TCP 443 to ${everywhere} nor to a prefix list, and ${rest}`
}

const openEgress = ({ securityGroupId }: SecurityGroup, region: string): Fix => ({
  text: `Allow ${securityGroupId} all outbound traffic, beside its rule to itself; or TCP 443 to the prefix list of S3 and to the interface endpoints, where nodes must not reach the internet.`,
  commands: [
    command(
      ...['aws', 'ec2', 'authorize-security-group-egress', '--region', region, '--group-id', securityGroupId],
      ...['--ip-permissions', `IpProtocol=-1,IpRanges=[{CidrIp=${everywhere}}]`],
    ),
  ],
})
