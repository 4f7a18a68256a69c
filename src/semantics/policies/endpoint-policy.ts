import type { PolicyStatement } from '../../model/facts/iam.ts'
import type { VpcEndpoint } from '../../model/facts/network.ts'
import type { BucketPrefix } from '../../model/plan.ts'
import { roleContext, tlsContext } from './execution-role.ts'
import { type Decision, decide, type Policy, type Principal } from './iam-policy.ts'
import { parsePolicyDocument } from './policy-document.ts'
import { type RequestContext, unknownPart } from './policy-text.ts'

/**
 * What the policy of an S3 endpoint lets through. It grants nothing: a request that it lets through still needs the policies of the role
 * and of the bucket.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */

/** The account, and the network, that a request through an endpoint comes from. */
export interface Origin {
  readonly region: string
  readonly partition: string
  readonly account: string
  readonly vpcId: string
}

/** An execution role that reads a folder. `name` is null where the plan names no role; `arn` is null where it is not known. */
export interface Reader {
  readonly name: string | null
  readonly arn: string | null
}

/** A folder of scripts in S3. `keys` are those of the objects that are known to be read, relative to the bucket. */
export interface ReadFolder {
  readonly source: Pick<BucketPrefix, 'bucket' | 'prefix'>
  readonly keys: readonly string[]
  /** The account that the bucket is known to belong to; null where that is not known. */
  readonly owner: string | null
}

/** One request, what the endpoint's policy says to it, and the resource of a statement that would allow it. */
export interface Passage {
  readonly action: 's3:ListBucket' | 's3:GetObject'
  readonly allowOn: string
  readonly decision: Decision
}

/** How findings name the policy of an endpoint. */
export const endpointPolicyName = ({ vpcEndpointId }: Pick<VpcEndpoint, 'vpcEndpointId'>): string => `the policy of ${vpcEndpointId}`

/**
 * What a role needs to set up nodes from a folder, through an endpoint: to list the bucket, to get the objects that are known and
 * whatever else is in the folder.
 */
export const readThrough = (endpoint: VpcEndpoint, origin: Origin, reader: Reader, folder: ReadFolder): readonly Passage[] => {
  const { partition } = origin
  const { bucket, prefix } = folder.source
  const owned: RequestContext = folder.owner === null ? {} : { 'aws:ResourceAccount': [folder.owner], 's3:ResourceAccount': [folder.owner] }
  const bucketArn = `arn:${partition}:s3:::${bucket}`
  const ask = (action: Passage['action'], resource: string, changes: RequestContext = {}): Decision =>
    decideThrough(endpoint, origin, reader, { action, resource, context: { ...owned, ...changes } })
  return [
    // Whether the listing ends in the slash of the folder is not documented.
    {
      action: 's3:ListBucket',
      allowOn: bucketArn,
      decision: ask('s3:ListBucket', bucketArn, { 's3:prefix': [`${prefix.replace(/\/$/, '')}${unknownPart}`] }),
    },
    ...[...folder.keys, `${prefix}${unknownPart}`].map((key) => ({
      action: 's3:GetObject' as const,
      allowOn: `${bucketArn}/${prefix}*`,
      decision: ask('s3:GetObject', `${bucketArn}/${key}`),
    })),
  ]
}

/** What is asked of a service through its endpoint; `context` adds to what is known of every request of nodes. */
export interface Question {
  readonly action: string
  readonly resource: string
  readonly context?: RequestContext
}

/** What the policy of an endpoint says to a request that a role makes from a node. */
export const decideThrough = (endpoint: VpcEndpoint, origin: Origin, reader: Reader, { action, resource, context }: Question): Decision => {
  const { partition, account, region } = origin
  // The path of a role is not known before the role is.
  const arn = reader.arn ?? `arn:${partition}:iam::${account}:role/${unknownPart}${reader.name ?? ''}`
  const principal: Principal | undefined = reader.arn === null ? undefined : { kind: 'role', arn: reader.arn }
  return decide([policyOf(endpoint)], {
    action,
    resource,
    ...(principal && { principal }),
    context: {
      ...roleContext({ arn }, region),
      ...networkContext(endpoint, origin),
      // Nodes ask AWS themselves.
      'aws:ViaAWSService': ['false'],
      'aws:CalledVia': null,
      ...context,
    },
  })
}

/**
 * The bucket that Amazon ECR keeps the layers of images in.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-setting-up-s3-gateway
 */
export const imageLayerBucket = (region: string): string => `prod-${region}-starport-layer-bucket`

/** Whether layers of images get through an endpoint. ECR signs these requests beforehand: as whom is not documented. */
export const imageLayersThrough = (endpoint: VpcEndpoint, origin: Origin): Passage => {
  const objects = `arn:${origin.partition}:s3:::${imageLayerBucket(origin.region)}/`
  const context = networkContext(endpoint, origin)
  const decision = decide([policyOf(endpoint)], { action: 's3:GetObject', resource: `${objects}${unknownPart}`, context })
  return { action: 's3:GetObject', allowOn: `${objects}*`, decision }
}

/** A statement for each action that everybody may do, on these resources: what an endpoint's policy lacks for the passages. */
export const allowingStatements = (passages: readonly Passage[]): readonly PolicyStatement[] => {
  const actions = [...new Set(passages.map(({ action }) => action))]
  return actions.map((action) => ({
    sid: null,
    effect: 'Allow',
    principals: { form: 'Principal', values: { AWS: ['*'] } },
    actions: { form: 'Action', patterns: [action] },
    resources: {
      form: 'Resource',
      patterns: [...new Set(passages.filter((passage) => passage.action === action).map(({ allowOn }) => allowOn))],
    },
    conditions: {},
  }))
}

/** An endpoint without a policy has the default one: everybody may do everything. */
const policyOf = (endpoint: VpcEndpoint): Policy => ({
  kind: endpoint.type === 'Gateway' ? 'gateway-endpoint' : 'interface-endpoint',
  name: endpointPolicyName(endpoint),
  document: endpoint.policyDocument === null ? { statements: [fullAccess] } : parsePolicyDocument(endpoint.policyDocument),
})

const fullAccess: PolicyStatement = {
  sid: null,
  effect: 'Allow',
  principals: { form: 'Principal', values: { AWS: ['*'] } },
  actions: { form: 'Action', patterns: ['*'] },
  resources: { form: 'Resource', patterns: ['*'] },
  conditions: {},
}

/** A request through an endpoint has no aws:SourceIp: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const networkContext = ({ vpcEndpointId }: VpcEndpoint, { vpcId, region }: Origin): RequestContext => ({
  'aws:SourceVpc': [vpcId],
  'aws:SourceVpce': [vpcEndpointId],
  'aws:SourceIp': null,
  'aws:RequestedRegion': [region],
  'aws:SecureTransport': ['true'],
  ...tlsContext,
})
