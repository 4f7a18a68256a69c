import type { Fact, Gap } from '../../model/fact.ts'
import type { Identity } from '../../model/facts/iam.ts'
import type { VpcEndpoint } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { InstanceGroup, Plan, PlannedRole } from '../../model/plan.ts'
import { keyed } from '../../semantics/fact.ts'
import { s3EndpointOf, unreadEndpointOf } from '../../semantics/network/endpoints.ts'
import { routeTableOf } from '../../semantics/network/routes.ts'
import { type LifecycleFolder, lifecycleFolders } from '../../semantics/plan/lifecycle-folders.ts'
import { placementOf } from '../../semantics/plan/placement.ts'
import {
  allowingStatements,
  endpointPolicyName,
  imageLayerBucket,
  imageLayersThrough,
  type Origin,
  type Passage,
  type Reader,
  readThrough,
} from '../../semantics/policies/endpoint-policy.ts'
import { statementName } from '../../semantics/policies/iam-policy.ts'
import { foldersOf, groupsOf, readRole, roleSubject } from '../../semantics/policies/planned-role.ts'
import { parsePolicyDocument, policyJson } from '../../semantics/policies/policy-document.ts'
import { ownBuckets } from '../../semantics/policies/role-permissions.ts'
import { trustedIn } from '../../semantics/ways/network.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip, unknown } from '../engine/outcome.ts'
import { namesSubnet, subnetsInVpc } from '../shared/each-subnet.ts'
import { vouchText } from '../shared/ways.ts'

export const s3EndpointPolicy = defineRule({
  id: 'network/s3-endpoint-policy',
  title: 'The policy of the S3 endpoint lets nodes read their lifecycle scripts and image layers',
  why: 'A VPC endpoint can have a policy of its own, and what it does not let through S3 answers with `AccessDenied`, whatever the role and the bucket allow: lifecycle scripts cannot be fetched, and the cluster fails with "Lifecycle scripts did not run successfully". A gateway endpoint takes all requests to S3 of the Region from its route tables, so a NAT gateway beside it is no way around. On EKS the layers of images in Amazon ECR come through it too, from a bucket of AWS\'s own: a policy that names only your buckets leaves nodes without their add-ons.',
  severity: 'error',
  checklist: '5',
  sources: [
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html',
    'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html',
    'https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
  ],
  needs: ['identity', 'subnets', 'routeTables', 'vpcEndpoints'],
  uses: ['roles', 'bucketPolicies'],
  applies: (plan) =>
    plan.lifecycleSources.length > 0 || plan.orchestrator.kind === 'eks'
      ? namesSubnet(plan)
      : 'The plan names no lifecycle scripts in S3, and only EKS nodes fetch anything else from there.',
  evaluate: ({ identity, subnets, routeTables, vpcEndpoints, roles, bucketPolicies }, plan) => {
    if (identity.kind === 'refused') return [reported('plan', 'AWS refuses the credentials of this run', 'credentials/identity')]
    const { doors, others } = doorsOf(plan, { subnets, routeTables, vpcEndpoints })
    const outcomes = [...doors.flatMap((door) => judgeDoor(door, { identity, roles, bucketPolicies, plan })), ...others]
    return outcomes.length > 0 ? outcomes : [reported('plan', 'none of the subnets of the plan exists in its VPC', 'network/subnets')]
  },
})

/** An endpoint, and the subnets of the plan whose requests to S3 it takes. */
interface Door {
  readonly endpoint: VpcEndpoint
  readonly vpcId: string
  readonly subnetIds: readonly string[]
}

const doorsOf = (
  plan: Plan,
  { subnets, routeTables, vpcEndpoints }: Pick<Facts, 'subnets' | 'routeTables' | 'vpcEndpoints'>,
): { readonly doors: readonly Door[]; readonly others: readonly Outcome[] } => {
  const doors = new Map<string, Door>()
  const others: Outcome[] = []
  const unread = unreadEndpointOf('s3', plan.region, vpcEndpoints)
  for (const { subnetId, vpcId } of subnetsInVpc(plan, subnets)) {
    const table = routeTableOf({ subnetId, vpcId }, routeTables)
    const found = table.ok ? s3EndpointOf(plan.region, table.value, vpcEndpoints) : null
    if (!table.ok) others.push(unknown(subnetId, table.gap))
    else if (unread !== null) others.push(unknown(subnetId, unread))
    if (unread !== null) continue
    if (found?.kind === 'none') others.push(skip(subnetId, `${subnetId} reaches S3 through no endpoint: network/s3-route reports its way`))
    if (found?.kind === 'unlisted') others.push(unlisted(subnetId, found.route.target.id, plan))
    if (found?.kind !== 'endpoint') continue
    const { endpoint } = found
    const door = doors.get(endpoint.vpcEndpointId) ?? { endpoint, vpcId, subnetIds: [] }
    doors.set(endpoint.vpcEndpointId, { ...door, subnetIds: [...door.subnetIds, subnetId] })
  }
  return { doors: [...doors.values()], others }
}

/** In a shared VPC the endpoints are its owner's. Whoever vouches for one vouches for its policy. */
const unlisted = (subnetId: string, vpcEndpointId: string, plan: Plan): Outcome => {
  if (trustedIn(plan).includes(vpcEndpointId)) {
    return pass(subnetId, `${subnetId} reaches S3 through endpoint ${vpcEndpointId}, which the policy file trusts`)
  }
  const message = `ec2:DescribeVpcEndpoints does not list ${vpcEndpointId}, which may be the S3 endpoint of ${subnetId}: its policy cannot be read`
  return {
    status: 'unknown',
    subject: subnetId,
    message,
    gap: { reason: 'unexpected', action: 'ec2:DescribeVpcEndpoints', message },
    fix: {
      text: `Read the policy of ${vpcEndpointId} with an identity of the account that owns its VPC: endpoints of another account are not listed. ${vouchText([vpcEndpointId])}`,
      commands: [describe(vpcEndpointId, plan.region)],
    },
  }
}

interface Given {
  readonly identity: Extract<Identity, { readonly kind: 'caller' }>
  readonly roles: Fact<Facts['roles']>
  readonly bucketPolicies: Fact<Facts['bucketPolicies']>
  readonly plan: Plan
}

/** What is asked of an endpoint for one bucket, and what its policy says to it. */
interface Asked {
  readonly subject: string
  /** As part of a sentence: `HyperPodExecutionRole read s3://bucket/prefix/`. */
  readonly what: string
  readonly bucket: string
  readonly location: LifecycleFolder['source']['location']
  readonly passages: readonly Passage[]
  /** Why the ARN of a role that reads it is not known. */
  readonly gaps: readonly Gap[]
}

const judgeDoor = (door: Door, given: Given): readonly Outcome[] => {
  const { endpoint, vpcId } = door
  const { identity, plan } = given
  const origin: Origin = { region: plan.region, partition: identity.partition, account: identity.account, vpcId }
  const asked = [
    ...lifecycleFolders(plan).flatMap((folder) => askFolder(door, origin, folder, given)),
    ...(plan.orchestrator.kind === 'eks' ? [askLayers(endpoint, origin)] : []),
  ]
  const lacking = asked.flatMap(({ passages }) => passages.filter(({ decision }) => decision.kind === 'implicit-deny'))
  const id = endpoint.vpcEndpointId
  if (asked.length === 0) return [skip(id, `no nodes behind ${id} read lifecycle scripts`)]
  return asked.map((question) => judge(endpoint, question, lacking, plan.region))
}

const askFolder = (door: Door, origin: Origin, folder: LifecycleFolder, given: Given): readonly Asked[] => {
  const { source, uri } = folder
  const owner = ownBuckets(given.bucketPolicies).has(source.bucket) ? given.identity.account : null
  const readers = readersOf(door, folder, given)
  if (readers.length === 0) return []
  const keys = (groups: readonly string[] | null): readonly string[] =>
    folder.entryPoints
      .filter(({ hook, instanceGroups }) => hook !== null && (groups === null || instanceGroups.some((name) => groups.includes(name))))
      .map(({ script }) => `${source.prefix}${script}`)
  const names = readers.map(({ title }) => title)
  return [
    {
      subject: `${door.endpoint.vpcEndpointId} ${uri}`,
      what: `${names.join(' and ')} read ${uri}`,
      bucket: source.bucket,
      location: source.location,
      passages: readers.flatMap(({ reader, groups }) => readThrough(door.endpoint, origin, reader, { source, keys: keys(groups), owner })),
      gaps: readers.flatMap(({ gap }) => gap ?? []),
    },
  ]
}

const askLayers = (endpoint: VpcEndpoint, origin: Origin): Asked => {
  const bucket = imageLayerBucket(origin.region)
  return {
    subject: `${endpoint.vpcEndpointId} ${bucket}`,
    what: `image layers through from ${bucket}, where Amazon ECR keeps them`,
    bucket,
    location: null,
    passages: [imageLayersThrough(endpoint, origin)],
    gaps: [],
  }
}

interface FolderReader {
  readonly reader: Reader
  /** What findings call it. */
  readonly title: string
  /** Names of the instance groups behind the endpoint that read the folder under the role; null where no group is known to. */
  readonly groups: readonly string[] | null
  readonly gap: Gap | null
}

/** The roles that read a folder from behind an endpoint. A plan may place the groups that do behind another one. */
const readersOf = ({ subnetIds }: Door, { source }: LifecycleFolder, { plan, roles }: Given): readonly FolderReader[] => {
  if (plan.executionRoles.length === 0) return [{ reader: { name: null, arn: null }, title: 'the nodes', groups: null, gap: null }]
  const reads = ({ lifecycle }: InstanceGroup): boolean =>
    lifecycle.mode !== 'ami' && lifecycle.source?.bucket === source.bucket && lifecycle.source.prefix === source.prefix
  const behind = (group: InstanceGroup): boolean => {
    const placed = placementOf(group, plan)?.subnetIds ?? []
    return placed.length === 0 || placed.some((id) => subnetIds.includes(id))
  }
  return plan.executionRoles.flatMap((role) => {
    if (!foldersOf(role, plan).includes(source)) return []
    const groups = groupsOf(role, plan).filter(reads)
    if (groups.length > 0 && !groups.some(behind)) return []
    const names = groups.length === 0 ? null : groups.filter(behind).map(({ name }) => name)
    return [{ ...readerOf(role, roles), title: roleSubject(role, plan), groups: names }]
  })
}

const readerOf = (planned: PlannedRole, roles: Fact<Facts['roles']>): Pick<FolderReader, 'reader' | 'gap'> => {
  const { name, arn } = planned
  if (arn !== null) return { reader: { name, arn }, gap: null }
  const found = keyed(roles, name)
  if (!found.ok) return { reader: { name, arn: null }, gap: found.gap }
  const reading = readRole(planned, found.value)
  return { reader: { name, arn: reading.kind === 'found' ? reading.role.arn : null }, gap: null }
}

const judge = (endpoint: VpcEndpoint, asked: Asked, lacking: readonly Passage[], region: string): Outcome => {
  const { subject, what, passages, location } = asked
  const title = `${endpoint.type === 'Gateway' ? 'gateway' : 'interface'} endpoint ${endpoint.vpcEndpointId}`
  const at = { location, evidence: evidenceOf(endpoint, asked) }
  const reasons = denials(endpoint, passages)
  if (reasons.length > 0) {
    return fail(subject, `${title} does not let ${what}: ${reasons.join('; ')}`, fixOf(endpoint, asked, lacking, region), at)
  }
  const doubts = doubtsOf(passages)
  if (doubts.length === 0) return pass(subject, `${title} lets ${what}`, at)
  const [gap] = asked.gaps
  const message = [`whether ${title} lets ${what} cannot be told: ${doubts.join('; ')}`, ...(gap ? [gap.message] : [])].join('; ')
  return {
    status: 'unknown',
    subject,
    message,
    gap: { reason: gap?.reason ?? 'unsupported', action: gap?.action ?? 'none', message },
    evidence: at.evidence,
    fix: {
      text: `Compare the policy of ${endpoint.vpcEndpointId} with the requests that its nodes will send.`,
      commands: [describe(endpoint.vpcEndpointId, region)],
    },
    ...(location !== null && { location }),
  }
}

const actionsWith = (passages: readonly Passage[], kind: Passage['decision']['kind']): readonly string[] => [
  ...new Set(passages.flatMap(({ action, decision }) => (decision.kind === kind ? [action] : []))),
]

const evidenceOf = (endpoint: VpcEndpoint, { bucket, passages }: Asked): Evidence => ({
  vpcEndpointId: endpoint.vpcEndpointId,
  bucket,
  needed: [...new Set(passages.map(({ action }) => action))],
  explicitlyDenied: actionsWith(passages, 'explicit-deny'),
  notAllowed: actionsWith(passages, 'implicit-deny'),
  undecided: actionsWith(passages, 'undecided'),
})

const denials = (endpoint: VpcEndpoint, passages: readonly Passage[]): readonly string[] => {
  const notAllowed = actionsWith(passages, 'implicit-deny')
  const denied = passages.flatMap(({ action, decision }) =>
    decision.kind === 'explicit-deny' ? [`${statementName(decision.by)} denies ${action}`] : [],
  )
  const lack = `${endpointPolicyName(endpoint)} does not allow ${notAllowed.join(' and ')} there`
  return [...new Set(denied), ...(notAllowed.length > 0 ? [lack] : [])]
}

const doubtsOf = (passages: readonly Passage[]): readonly string[] => {
  const doubts = passages.flatMap(({ decision }) => (decision.kind === 'undecided' ? decision.because : []))
  return [...new Set(doubts.map(({ statement, policy, reason }) => `${statement === null ? policy : statementName(statement)}: ${reason}`))]
}

/** One command adds all that the endpoint's policy lacks for the plan: each call replaces the whole document. */
const fixOf = (endpoint: VpcEndpoint, { passages }: Asked, lacking: readonly Passage[], region: string): Fix => {
  const id = endpoint.vpcEndpointId
  const denied = actionsWith(passages, 'explicit-deny').length > 0
  const added = passages.some(({ decision }) => decision.kind === 'implicit-deny')
  const document = parsePolicyDocument(endpoint.policyDocument ?? '')
  const statements = [...(document?.statements ?? []), ...allowingStatements(lacking)]
  const modify = ['modify-vpc-endpoint', '--region', region, '--vpc-endpoint-id', id, '--policy-document', policyJson({ statements })]
  return {
    text: [
      ...(denied ? [`Take these requests out of the Deny statements of ${endpointPolicyName(endpoint)}: no Allow can undo a Deny.`] : []),
      ...(added ? [`Allow what is missing in ${endpointPolicyName(endpoint)}: the command keeps its statements and adds the others.`] : []),
    ].join(' '),
    commands: [...(denied ? [describe(id, region)] : []), ...(added ? [command('aws', 'ec2', ...modify)] : [])],
  }
}

const describe = (vpcEndpointId: string, region: string): string =>
  command(
    ...['aws', 'ec2', 'describe-vpc-endpoints', '--region', region, '--vpc-endpoint-ids', vpcEndpointId],
    ...['--query', 'VpcEndpoints[].PolicyDocument', '--output', 'text'],
  )
