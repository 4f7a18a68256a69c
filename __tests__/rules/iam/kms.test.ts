import { describe, expect, test } from '@jest/globals'
import type { Fact } from '../../../src/model/fact.ts'
import type { KmsGrant, KmsKey, PolicyDocument } from '../../../src/model/facts/iam.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { kms as rule } from '../../../src/rules/iam/kms.ts'
import { aGroup, aPlan, aPolicy, aRole, aRolePolicy, bucketScriptsOf, denied, findingsOf, known, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const roleName = 'HyperPodExecutionRole'
const roleArn = `arn:aws:iam::123456789012:role/${roleName}`
const keyArn = 'arn:aws:kms:us-west-2:123456789012:key/k'
const aKey = (changes: Partial<KmsKey> = {}): KmsKey => ({
  keyId: 'k',
  arn: keyArn,
  account: '123456789012',
  region: 'us-west-2',
  manager: 'CUSTOMER',
  state: 'Enabled',
  usage: 'ENCRYPT_DECRYPT',
  spec: 'SYMMETRIC_DEFAULT',
  ...changes,
})
const root = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }
const names = (...actions: readonly string[]) => ({ Effect: 'Allow', Principal: { AWS: roleArn }, Action: actions, Resource: '*' })
const volumeUse = { Effect: 'Allow', Action: ['kms:CreateGrant', 'kms:DescribeKey'], Resource: keyArn }
const aGrant = (changes: Partial<KmsGrant> = {}): KmsGrant => ({
  grantId: 'g',
  granteePrincipal: roleArn,
  operations: ['CreateGrant', 'DescribeKey', 'Decrypt'],
  constrained: false,
  ...changes,
})

interface Given {
  readonly name?: string
  readonly key?: Facts['kmsKeys'][string]
  readonly keyPolicy?: PolicyDocument | Facts['kmsKeyPolicies'][string]
  readonly grants?: Facts['kmsGrants'][string]
  readonly policies?: readonly object[]
}

const findings = ({ name = 'k', key = known(aKey()), keyPolicy = aPolicy(root), grants = known([]), policies = [] }: Given) => {
  const volume = { kind: 'secondary', sizeGb: 500, kmsKeyId: name, location: { path: 'cluster.json', line: 9, column: 3 } } as const
  return findingsOf(rule, aPlan({ lifecycleSources: [], instanceGroups: [aGroup({ ebsVolumes: [volume] })] }), {
    roles: { [roleName]: known(aRole()) },
    rolePolicies: { [roleName]: known([aRolePolicy('own', { Effect: 'Allow', Action: 's3:*', Resource: '*' }, ...policies)]) },
    kmsKeys: { [name]: key },
    kmsKeyPolicies: { [name]: 'statements' in keyPolicy ? known(keyPolicy) : keyPolicy },
    kmsGrants: { [name]: grants },
    bucketEncryptions: {},
    bucketScripts: {},
  })
}

/** AWS's own statement: https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-autoscaling-iam.html */
const documented = {
  Effect: 'Allow',
  Action: ['kms:CreateGrant', 'kms:DescribeKey'],
  Resource: 'arn:aws:kms:*:*:key/*',
  Condition: {
    StringLike: { 'kms:ViaService': 'sagemaker.*.amazonaws.com' },
    Bool: { 'kms:GrantIsForAWSResource': 'true' },
    'ForAllValues:StringEquals': {
      'kms:GrantOperations': [
        'CreateGrant',
        'Decrypt',
        'DescribeKey',
        'GenerateDataKeyWithoutPlaintext',
        'ReEncryptTo',
        'ReEncryptFrom',
        'RetireGrant',
      ],
    },
  },
}
const onlyDecrypt = { ...documented, Condition: { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] } } }
const foreign = aKey({ arn: 'arn:aws:kms:us-west-2:999988887777:key/k', account: '999988887777' })
const everyKey = { ...volumeUse, Resource: '*' }

describe('iam/kms, keys of volumes', () => {
  const cases: readonly (readonly [string, Given, string, string])[] = [
    [
      'the key leaves it to the account, the role allows',
      { policies: [volumeUse] },
      'pass',
      'for the volumes of worker-1 (kms:CreateGrant, kms:DescribeKey)',
    ],
    ["AWS's own statement", { policies: [documented] }, 'pass', ''],
    ['the key names the role', { keyPolicy: aPolicy(names('kms:CreateGrant', 'kms:DescribeKey')) }, 'pass', ''],
    ['a grant', { keyPolicy: aPolicy(names('kms:Decrypt')), grants: known([aGrant()]) }, 'pass', ''],
    ['allowed whatever the grants are', { policies: [volumeUse], grants: denied('kms:ListGrants') }, 'pass', ''],
    [
      'the key leaves it to the account, the role does not',
      {},
      'fail',
      'the key does not name the role, and no policy of the role allows it',
    ],
    [
      'the role allows, the key lets nobody in',
      { keyPolicy: aPolicy(names('kms:Encrypt')), policies: [volumeUse] },
      'fail',
      'neither the policy of the key nor a grant',
    ],
    [
      'an account that is let in through another service',
      {
        keyPolicy: aPolicy({ ...root, Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' } } }),
        policies: [volumeUse],
      },
      'fail',
      'neither',
    ],
    [
      'a condition on the encryption context',
      { keyPolicy: aPolicy({ ...names('kms:*'), Condition: { StringLike: { 'kms:EncryptionContext:aws:ebs:id': 'vol-*' } } }) },
      'fail',
      'neither',
    ],
    ['one of the two', { policies: [{ ...volumeUse, Action: 'kms:CreateGrant' }] }, 'fail', '(kms:DescribeKey)'],
    [
      'a Deny in the key',
      { keyPolicy: aPolicy(root, { ...names('kms:CreateGrant'), Effect: 'Deny' }), policies: [volumeUse] },
      'fail',
      'denied by statement 2 of the policy of key k',
    ],
    [
      'a Deny in the role',
      { keyPolicy: aPolicy(names('kms:*')), policies: [{ Effect: 'Deny', Action: 'kms:CreateGrant', Resource: '*' }] },
      'fail',
      'denied by statement 2 of the inline policy own',
    ],
    ['a grant for some contexts', { grants: known([aGrant({ constrained: true })]) }, 'unknown', 'grant g'],
    ['fewer operations than documented', { policies: [onlyDecrypt] }, 'unknown', 'kms:GrantOperations'],
    ['the policy of the key not read', { keyPolicy: denied('kms:GetKeyPolicy'), policies: [volumeUse] }, 'unknown', 'kms:GetKeyPolicy'],
    ['the grants not read, nothing else allows', { grants: denied('kms:ListGrants') }, 'unknown', 'kms:ListGrants'],
    ['the key not read', { key: denied('kms:DescribeKey') }, 'unknown', 'kms:DescribeKey'],
    ['absent', { key: known(null) }, 'fail', 'k is no key in us-west-2'],
    ['disabled', { key: known(aKey({ state: 'Disabled' })), policies: [volumeUse] }, 'fail', 'k is Disabled'],
    ['to be deleted', { key: known(aKey({ state: 'PendingDeletion' })) }, 'fail', 'k is PendingDeletion'],
    ['asymmetric', { key: known(aKey({ spec: 'RSA_2048', usage: 'SIGN_VERIFY' })) }, 'fail', 'needed is a symmetric encryption key'],
    ['another Region', { name: 'arn:aws:kms:eu-west-1:123456789012:key/k', key: denied('kms:DescribeKey') }, 'fail', 'is in eu-west-1'],
    [
      "another account's, the role does not allow",
      { key: known(foreign), keyPolicy: denied('kms:GetKeyPolicy') },
      'fail',
      'no policy of the role allows it',
    ],
    [
      "another account's, the role allows",
      { key: known(foreign), keyPolicy: denied('kms:GetKeyPolicy'), policies: [everyKey] },
      'unknown',
      'kms:GetKeyPolicy',
    ],
    [
      "another account's that names the role, which allows",
      { key: known(foreign), keyPolicy: aPolicy(names('kms:*')), policies: [everyKey] },
      'pass',
      '',
    ],
    [
      "another account's that names the role, which does not",
      { key: known(foreign), keyPolicy: aPolicy(names('kms:*')) },
      'fail',
      'no policy of the role allows it',
    ],
  ]
  test.each(cases)('%s', (_, given, status, message) => {
    const [finding, ...others] = findings(given)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ status, severity: 'error', subject: `${given.name ?? 'k'} for ${roleName}`, location: { line: 9 } })
    expect(finding?.message).toContain(message)
  })

  test('in full', () => {
    expectInFull(
      'iam-kms.yaml',
      cases.map(([name, given]) => [name, findings(given)]),
    )
  })

  test('a key of AWS is a warning', () => {
    expect(findings({ name: 'alias/aws/ebs' })[0]).toMatchObject({ status: 'fail', severity: 'warning' })
    expect(findings({ key: known(aKey({ manager: 'AWS' })) })[0]).toMatchObject({ status: 'fail', severity: 'warning' })
  })

  test('fixes: the policy of the role, or that of the key as it is with one statement more', () => {
    expect(findings({})[0]?.fix?.commands).toEqual([
      `aws iam put-role-policy --role-name ${roleName} --policy-name HyperPodExecutionRoleAdditions --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:CreateGrant","kms:DescribeKey"],"Resource":"${keyArn}"}]}'`,
    ])
    expect(findings({ keyPolicy: aPolicy({ ...names('kms:Encrypt'), Sid: 'Kept' }) })[0]?.fix?.commands).toEqual([
      `aws kms put-key-policy --region us-west-2 --key-id ${keyArn} --policy-name default --policy '{"Version":"2012-10-17","Statement":[{"Sid":"Kept","Effect":"Allow","Principal":{"AWS":"${roleArn}"},"Action":"kms:Encrypt","Resource":"*"},{"Effect":"Allow","Principal":{"AWS":"${roleArn}"},"Action":["kms:CreateGrant","kms:DescribeKey"],"Resource":"*"}]}'`,
    ])
    expect(findings({ key: known(aKey({ state: 'PendingDeletion' })) })[0]?.fix?.commands).toEqual([
      `aws kms cancel-key-deletion --region us-west-2 --key-id ${keyArn}`,
      `aws kms enable-key --region us-west-2 --key-id ${keyArn}`,
    ])
  })
})

describe('iam/kms, keys of buckets', () => {
  const facts = (
    encryption: Facts['bucketEncryptions'][string],
    policies: readonly object[] = [],
    bucketScripts: Fact<Facts['bucketScripts']> = known(bucketScriptsOf({ 'on_create.sh': 'a' })),
  ) =>
    findingsOf(rule, aPlan(), {
      roles: { [roleName]: known(aRole()) },
      rolePolicies: { [roleName]: known([aRolePolicy('own', { Effect: 'Allow', Action: 's3:*', Resource: '*' }, ...policies)]) },
      kmsKeys: { k: known(aKey()) },
      kmsKeyPolicies: { k: known(aPolicy(root)) },
      kmsGrants: { k: known([]) },
      bucketEncryptions: { 'sagemaker-lifecycle': encryption },
      bucketScripts,
      bucketOwners: { 'sagemaker-lifecycle': known('own') },
    })
  const encrypted = known({ algorithm: 'aws:kms', kmsKeyId: 'k' } as const)

  test('kms:Decrypt through S3', () => {
    const through = (service: string) => ({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: keyArn,
      Condition: { StringEquals: { 'kms:ViaService': `${service}.us-west-2.amazonaws.com` } },
    })
    expect(statuses(facts(encrypted, [through('s3')]))).toEqual([`pass k for ${roleName}`])
    expect(statuses(facts(encrypted, [through('sagemaker')]))).toEqual([`fail k for ${roleName}`])
  })

  test('no customer key, or one that is not known', () => {
    expect(statuses(facts(known({ algorithm: 'AES256', kmsKeyId: null })))).toEqual([`skipped ${roleName}`])
    expect(statuses(facts(denied('s3:GetEncryptionConfiguration')))).toEqual([`unknown sagemaker-lifecycle for ${roleName}`])
  })

  test('objects that were not read may have keys of their own', () => {
    const unencrypted = known({ algorithm: 'AES256', kmsKeyId: null } as const)
    const folder = 's3://sagemaker-lifecycle/hyperpod/'
    for (const scripts of [denied('s3:GetObject'), known({ [folder]: denied('s3:GetObject') })]) {
      expect(facts(unencrypted, [], scripts)).toMatchObject([
        { status: 'unknown', severity: 'error', subject: `${folder} for ${roleName}`, gap: { action: 's3:GetObject' } },
      ])
    }
    expect(statuses(facts(encrypted, [], denied('s3:GetObject')))).toEqual([`fail k for ${roleName}`])
  })

  test('a plan that names no key is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan({ lifecycleSources: [] }), {}))).toEqual(['skipped plan'])
  })
})
