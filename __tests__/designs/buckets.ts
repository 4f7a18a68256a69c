import { aPolicy, aRolePolicy, denied, type Given, known } from '../builders.ts'
import { account, bucket, eksPlan, group, routed, s3Gateway, script, scripted, slurmPlan, toNat } from './account.ts'
import type { Design } from './design.ts'
import { managedPolicy, networkPolicy, policies } from './role-policies.ts'

/** Buckets and keys that let in what is theirs and nothing else. */

const objects = { Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] }
/** The policy of the bucket shuts out what does not meet the condition, whoever asks. */
const shutUnless = (condition: object): Given => ({
  bucketPolicies: { [bucket]: known(aPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', ...objects, Condition: condition })) },
})
const unlessThrough = (...endpoints: readonly string[]): object => ({ StringNotEquals: { 'aws:SourceVpce': endpoints } })
const pastEndpoint: Given = { vpcEndpoints: [{ ...s3Gateway, routeTableIds: [] }], routeTables: routed(toNat) }

/** The endpoint of S3 with a policy of these statements. */
const endpointOf = (...statements: readonly object[]): Given => ({
  vpcEndpoints: [{ ...s3Gateway, policyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }) }],
})
const own = { Effect: 'Allow', Principal: '*', Action: ['s3:ListBucket', 's3:GetObject'], ...objects }
const layers = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::prod-us-west-2-starport-layer-bucket/*' }
const ofAccount = (id: string): object => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { StringEquals: { 'aws:ResourceAccount': id, 'aws:PrincipalAccount': id } },
})

/** A bucket of another account, which does not tell what its policy says. */
const foreign = 'team-scripts'
const fromForeign = { LifeCycleConfig: { SourceS3Uri: `s3://${foreign}/hyperpod/`, OnCreate: 'on_create.sh' } }
const foreignPlan = eksPlan({ InstanceGroups: [group('worker-1', 'ml.p5.48xlarge', 4, fromForeign)] })
const ofOther: Given = { bucketOwners: { [foreign]: known('other') }, bucketPolicies: { [foreign]: denied('s3:GetBucketPolicy') } }
const reading = aRolePolicy('scripts', {
  Effect: 'Allow',
  Action: ['s3:ListBucket', 's3:GetObject'],
  Resource: [`arn:aws:s3:::${foreign}`, `arn:aws:s3:::${foreign}/*`],
})

export const buckets: readonly Design[] = [
  {
    name: 'a bucket that lets in one endpoint alone',
    plan: slurmPlan(),
    given: shutUnless(unlessThrough('vpce-0gateway')),
    without: [
      { part: 'that endpoint in its policy', given: shutUnless(unlessThrough('vpce-0other00')), against: ['fail s3/role-access'] },
      { part: 'the association of the endpoint', given: pastEndpoint, against: ['fail s3/role-access'] },
    ],
  },
  {
    name: 'a bucket that lets in one VPC alone',
    plan: eksPlan(),
    given: shutUnless({ StringNotEquals: { 'aws:SourceVpc': 'vpc-0a1b2c3d' } }),
    without: [
      {
        part: 'that VPC in its policy',
        given: shutUnless({ StringNotEquals: { 'aws:SourceVpc': 'vpc-0other000' } }),
        against: ['fail s3/role-access'],
      },
      { part: 'the association of the endpoint', given: pastEndpoint, against: ['fail s3/role-access'] },
    ],
  },
  {
    name: 'a bucket that lets in one account alone, over TLS 1.2',
    plan: slurmPlan(),
    given: {
      bucketPolicies: {
        [bucket]: known(
          aPolicy(
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              ...objects,
              Condition: { StringNotEquals: { 'aws:PrincipalAccount': account } },
            },
            { Effect: 'Deny', Principal: '*', Action: 's3:*', ...objects, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
            { Effect: 'Deny', Principal: '*', Action: 's3:*', ...objects, Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } },
          ),
        ),
      },
    },
    without: [
      {
        part: 'the account of the role',
        given: shutUnless({ StringNotEquals: { 'aws:PrincipalAccount': '999988887777' } }),
        against: ['fail s3/role-access'],
      },
      {
        part: 'an ARN of the role',
        given: shutUnless({ ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/Admin` } }),
        against: ['fail s3/role-access'],
      },
    ],
  },
  {
    name: 'a bucket that lets in one organization alone',
    plan: slurmPlan(),
    given: shutUnless({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
    // Which organization an account is in takes a right that nothing else needs.
    open: ['unknown s3/role-access'],
    without: [
      {
        part: 'the association of the endpoint that it lets in besides',
        given: { ...shutUnless(unlessThrough('vpce-0gateway')), ...pastEndpoint },
        against: ['fail s3/role-access'],
      },
      {
        part: 'the action in its policy',
        given: shutUnless({ StringNotEquals: { 'aws:PrincipalType': 'User' } }),
        against: ['fail s3/role-access'],
      },
    ],
  },
  {
    name: 'a gateway endpoint for the bucket and for image layers alone',
    plan: eksPlan(),
    given: endpointOf(own, layers),
    without: [
      { part: 'the layers', given: endpointOf(own), against: ['fail network/s3-endpoint-policy'] },
      { part: 'the bucket', given: endpointOf(layers), against: ['fail network/s3-endpoint-policy'] },
    ],
  },
  {
    name: 'a gateway endpoint for buckets and roles of the account alone',
    plan: slurmPlan(),
    given: endpointOf(ofAccount(account)),
    without: [
      { part: 'that account', given: endpointOf(ofAccount('999988887777')), against: ['fail network/s3-endpoint-policy'] },
      { part: 'reading', given: endpointOf({ ...own, Action: 's3:PutObject' }), against: ['fail network/s3-endpoint-policy'] },
    ],
  },
  {
    name: 'the same on EKS, with image layers apart',
    plan: eksPlan(),
    given: endpointOf(ofAccount(account), layers),
    without: [
      { part: 'the layers', given: endpointOf(ofAccount(account)), against: ['unknown network/s3-endpoint-policy'] },
      { part: 'any statement', given: endpointOf(), against: ['fail network/s3-endpoint-policy'] },
    ],
  },
  {
    name: 'a role that takes from buckets of its account alone',
    plan: slurmPlan(),
    given: {
      rolePolicies: policies(
        managedPolicy,
        networkPolicy,
        aRolePolicy('perimeter', {
          Effect: 'Deny',
          Action: 's3:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:ResourceAccount': account } },
        }),
      ),
    },
    without: [
      {
        part: 'a bucket of that account',
        given: { bucketOwners: { [bucket]: known('other') }, bucketPolicies: { [bucket]: denied('s3:GetBucketPolicy') } },
        against: ['fail s3/role-access'],
      },
      {
        part: 'the managed policy',
        given: { rolePolicies: policies(networkPolicy) },
        against: ['fail iam/execution-role-permissions', 'fail s3/role-access'],
      },
    ],
  },
  {
    name: 'a bucket of another account',
    plan: foreignPlan,
    given: { ...ofOther, rolePolicies: policies(managedPolicy, networkPolicy, reading) },
    // What its policy says is told to its own account alone.
    open: ['unknown s3/role-access'],
    without: [
      {
        part: 'a policy of the role for it',
        given: { rolePolicies: policies(managedPolicy, networkPolicy) },
        against: ['fail s3/role-access'],
      },
      { part: 'the bucket', given: { buckets: { [foreign]: known({ kind: 'absent', name: foreign }) } }, against: ['fail s3/bucket'] },
      {
        part: 'the Region of the cluster',
        given: { buckets: { [foreign]: known({ kind: 'found', name: foreign, region: 'eu-west-1' }) } },
        against: ['fail s3/region', 'unknown s3/role-access'],
      },
    ],
  },
  {
    name: 'a bucket of the account whose name the managed policy does not cover',
    plan: foreignPlan,
    given: { rolePolicies: policies(managedPolicy, networkPolicy, reading) },
    without: [
      {
        part: 'a policy of the role for it',
        given: { rolePolicies: policies(managedPolicy, networkPolicy) },
        against: ['fail s3/role-access'],
      },
      {
        part: 'the entry point',
        given: scripted({ 'on_start.sh': script }, { bucket: foreign, prefix: 'hyperpod/' }),
        against: ['fail lifecycle/entry-point'],
      },
    ],
  },
]
