// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import type { KmsKey, PolicyDocument } from '../../src/model/facts/iam.ts'
import { aPolicy, aRolePolicy, denied, type Given, known } from '../builders.ts'
import {
  account,
  bucket,
  eksPlan,
  group,
  managedPolicy,
  networkPolicy,
  policies,
  roleArn,
  routed,
  s3Gateway,
  script,
  scripted,
  slurmPlan,
  toNat,
} from './account.ts'
import type { Design } from './design.ts'

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

const owner = '999988887777'
const keyArn = (owner: string): string => `arn:aws:kms:us-west-2:${owner}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const key = (changes: Partial<KmsKey> = {}, owner = account): KmsKey => ({
  keyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
  arn: keyArn(owner),
  account: owner,
  region: 'us-west-2',
  manager: 'CUSTOMER',
  state: 'Enabled',
  usage: 'ENCRYPT_DECRYPT',
  spec: 'SYMMETRIC_DEFAULT',
  ...changes,
})
const delegating = aPolicy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' })
const keyed = (arn: string, found: KmsKey | null, policy: PolicyDocument | null): Given => ({
  kmsKeys: { [arn]: known(found) },
  kmsKeyPolicies: { [arn]: known(policy) },
  kmsGrants: { [arn]: known([]) },
})
const onKey = (arn: string, ...actions: readonly string[]) => aRolePolicy('key', { Effect: 'Allow', Action: actions, Resource: arn })
const withKey = (...actions: readonly string[]): Given => ({
  rolePolicies: policies(managedPolicy, networkPolicy, onKey(keyArn(account), ...actions)),
})
const encrypted: Given = { bucketEncryptions: { [bucket]: known({ algorithm: 'aws:kms', kmsKeyId: keyArn(account) }) } }

const rootVolume = { InstanceStorageConfigs: [{ EbsVolumeConfig: { RootVolume: true, VolumeKmsKeyId: keyArn(account) } }] }
const onVolumes = slurmPlan({
  InstanceGroups: [group('controller', 'ml.m5.2xlarge', 1, rootVolume), group('worker-1', 'ml.p5.48xlarge', 4, rootVolume)],
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
    name: 'a bucket under a customer managed key',
    plan: slurmPlan(),
    given: { ...encrypted, ...keyed(keyArn(account), key(), delegating), ...withKey('kms:Decrypt') },
    without: [
      { part: 'the right to decrypt', given: withKey('kms:Encrypt'), against: ['fail iam/kms', 'fail s3/encryption'] },
      {
        part: 'a key that is enabled',
        given: keyed(keyArn(account), key({ state: 'Disabled' }), delegating),
        against: ['fail iam/kms', 'fail s3/encryption'],
      },
      { part: 'the key', given: keyed(keyArn(account), null, null), against: ['fail iam/kms', 'fail s3/encryption'] },
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
  {
    name: 'a bucket under a key of another account',
    plan: slurmPlan(),
    given: {
      bucketEncryptions: { [bucket]: known({ algorithm: 'aws:kms', kmsKeyId: keyArn(owner) }) },
      ...keyed(
        keyArn(owner),
        key({}, owner),
        aPolicy({ Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'kms:Decrypt', Resource: '*' }),
      ),
      rolePolicies: policies(managedPolicy, networkPolicy, onKey(keyArn(owner), 'kms:Decrypt')),
    },
    without: [
      {
        part: 'a policy of the role for it',
        given: { rolePolicies: policies(managedPolicy, networkPolicy) },
        against: ['fail iam/kms', 'fail s3/encryption'],
      },
      {
        part: 'the role in its policy',
        given: keyed(
          keyArn(owner),
          key({}, owner),
          aPolicy({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${owner}:root` }, Action: 'kms:*', Resource: '*' }),
        ),
        against: ['fail iam/kms', 'fail s3/encryption'],
      },
      {
        part: 'leave to read its policy',
        given: { kmsKeyPolicies: { [keyArn(owner)]: denied('kms:GetKeyPolicy') } },
        against: ['unknown iam/kms', 'unknown s3/encryption'],
      },
    ],
  },
  {
    name: 'volumes under a customer managed key',
    plan: onVolumes,
    given: { ...keyed(keyArn(account), key(), delegating), ...withKey('kms:CreateGrant', 'kms:DescribeKey') },
    without: [
      { part: 'the right to make grants', given: withKey('kms:DescribeKey'), against: ['fail iam/kms'] },
      {
        part: 'the account in its policy',
        given: keyed(
          keyArn(account),
          key(),
          aPolicy({ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Action: 'kms:*', Resource: '*' }),
        ),
        against: ['fail iam/kms'],
      },
      {
        part: 'a key for encryption',
        given: keyed(keyArn(account), key({ usage: 'SIGN_VERIFY', spec: 'RSA_2048' }), delegating),
        against: ['fail iam/kms'],
      },
    ],
  },
]
