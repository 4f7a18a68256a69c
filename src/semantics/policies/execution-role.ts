import type { PolicyStatement, Role } from '../../model/facts/iam.ts'
import { type Decision, decide } from './iam-policy.ts'
import { ownerOf } from './planned-role.ts'
import { type RequestContext, unknownPart } from './policy-text.ts'

/** The service that assumes execution roles. */
export const servicePrincipal = 'sagemaker.amazonaws.com'

const trustPolicyName = 'the trust policy'

/**
 * Whether the role's trust policy lets an AWS service assume it for a cluster of this account and Region. Which ARN HyperPod sends as
 * aws:SourceArn is not documented: only its service, Region and account are taken as known.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export const decideTrust = (role: Role, region: string, service: string): Decision => {
  const { partition, account } = ownerOf(role.arn)
  return decide([{ kind: 'resource', name: trustPolicyName, document: role.trustPolicy }], {
    action: 'sts:AssumeRole',
    resource: role.arn,
    principal: { kind: 'service', name: service },
    context: {
      'aws:SourceAccount': [account],
      'aws:SourceArn': [`arn:${partition}:${service.split('.')[0]}:${region}:${account}:${unknownPart}`],
      'aws:PrincipalServiceName': [service],
      'aws:PrincipalIsAWSService': ['true'],
      'sts:ExternalId': null,
    },
  })
}

/** The statement of a trust policy that lets HyperPod assume the role. */
export const trustStatement: PolicyStatement = {
  sid: null,
  effect: 'Allow',
  principals: { form: 'Principal', values: { Service: [servicePrincipal] } },
  actions: { form: 'Action', patterns: ['sts:AssumeRole'] },
  resources: null,
  conditions: {},
}

/** What an assumed role's own request carries, wherever it goes to. */
export const roleContext = (role: Pick<Role, 'arn'>, region: string): RequestContext => ({
  'aws:PrincipalAccount': [ownerOf(role.arn).account],
  'aws:PrincipalArn': [role.arn],
  'aws:PrincipalType': ['AssumedRole'],
  'aws:PrincipalIsAWSService': ['false'],
  'aws:PrincipalServiceName': null,
  'aws:username': null,
  'aws:RequestedRegion': [region],
  // The agents on the nodes speak HTTPS only.
  'aws:SecureTransport': ['true'],
})

/**
 * The version of TLS that a request to S3 comes over: one of those that its endpoints take, and which of them is not known. AWS's policy
 * engine is not told: of such a key it takes one value.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingEncryptionInTransit.html
 */
export const tlsContext: RequestContext = { 's3:TlsVersion': ['1.2', '1.3'] }
