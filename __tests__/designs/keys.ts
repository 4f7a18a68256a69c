import type { KmsKey, PolicyDocument } from '../../src/model/facts/iam.ts'
import { aPolicy, aRolePolicy, denied, type Given, known } from '../builders.ts'
import { account, bucket, group, roleArn, slurmPlan } from './account.ts'
import type { Design } from './design.ts'
import { managedPolicy, networkPolicy, policies } from './role-policies.ts'

/** Customer managed keys of buckets and volumes. */

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

export const keys: readonly Design[] = [
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
