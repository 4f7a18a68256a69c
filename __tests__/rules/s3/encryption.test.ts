import { describe, expect, test } from '@jest/globals'
import type { KmsKey } from '../../../src/model/facts/iam.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { encryption as rule } from '../../../src/rules/s3/encryption.ts'
import { aPlan, aPolicy, aRole, aRolePolicy, denied, findingsOf, known, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const bucket = 'sagemaker-lifecycle'
const uri = `s3://${bucket}/hyperpod/`
const roleName = 'HyperPodExecutionRole'
const subject = `${uri} for ${roleName}`
const arnOf = (id: string, account = '123456789012') => `arn:aws:kms:us-west-2:${account}:key/${id}`
const aKey = (id: string, changes: Partial<KmsKey> = {}) =>
  known<KmsKey>({
    keyId: id,
    arn: arnOf(id, changes.account),
    account: '123456789012',
    region: 'us-west-2',
    manager: 'CUSTOMER',
    state: 'Enabled',
    usage: 'ENCRYPT_DECRYPT',
    spec: 'SYMMETRIC_DEFAULT',
    ...changes,
  })
const root = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }

/** `good`: the role may decrypt with it; `bad`: it may not; `aws` and `aws-abroad` are keys of AWS. */
const keys: Pick<Facts, 'kmsKeys' | 'kmsKeyPolicies' | 'kmsGrants'> = {
  kmsKeys: {
    [arnOf('good')]: aKey('good'),
    [arnOf('bad')]: aKey('bad'),
    [arnOf('aws')]: aKey('aws', { manager: 'AWS' }),
    [arnOf('aws', '999988887777')]: aKey('aws', { manager: 'AWS', account: '999988887777' }),
    [arnOf('gone')]: known(null),
    [arnOf('closed')]: denied('kms:DescribeKey'),
  },
  kmsKeyPolicies: Object.fromEntries(['good', 'bad'].map((id) => [arnOf(id), known(aPolicy(root))])),
  kmsGrants: Object.fromEntries(['good', 'bad'].map((id) => [arnOf(id), known([])])),
}

const scriptsWith = (...ids: readonly (string | null)[]): Facts['bucketScripts'][string] =>
  known({
    origin: 'bucket',
    name: uri,
    paths: [],
    files: Object.fromEntries(ids.map((kmsKeyId, at) => [`${at}.sh`, { kind: 'text', text: '', executable: null, kmsKeyId }])),
  })
const byDefault = (kmsKeyId: string | null) => known({ algorithm: 'aws:kms', kmsKeyId } as const)
const plain = known({ algorithm: 'AES256', kmsKeyId: null } as const)

interface Given {
  readonly scripts?: Facts['bucketScripts'][string]
  readonly encryption?: Facts['bucketEncryptions'][string]
  readonly owner?: Facts['bucketOwners'][string]
  readonly found?: Facts['buckets'][string]
}

const findings = ({ scripts = scriptsWith(null), encryption = plain, owner = known('own'), found }: Given) =>
  findingsOf(rule, aPlan(), {
    roles: { [roleName]: known(aRole()) },
    rolePolicies: {
      [roleName]: known([aRolePolicy('own', { Effect: 'Allow', Action: 'kms:Decrypt', Resource: arnOf('good') })]),
    },
    buckets: { [bucket]: found ?? known({ kind: 'found', name: bucket, region: 'us-west-2' }) },
    bucketEncryptions: { [bucket]: encryption },
    bucketScripts: { [uri]: scripts },
    bucketOwners: { [bucket]: owner },
    ...keys,
  })

describe('s3/encryption', () => {
  const cases: readonly (readonly [string, Given, readonly string[], string])[] = [
    ['S3 keys', {}, ['pass error'], 'no script read from s3://sagemaker-lifecycle/hyperpod/ is encrypted with a KMS key'],
    ['a key that the role may use', { scripts: scriptsWith(arnOf('good')) }, ['pass error'], 'may use'],
    ['one that it may not', { scripts: scriptsWith(arnOf('bad'), null) }, ['fail error'], '(kms:Decrypt)'],
    ['two keys', { scripts: scriptsWith(arnOf('good'), arnOf('bad')) }, ['pass error', 'fail error'], ''],
    ["AWS's key", { scripts: scriptsWith(arnOf('aws')) }, ['pass error'], 'every role of the account'],
    [
      "AWS's key of another account",
      { scripts: scriptsWith(arnOf('aws', '999988887777')) },
      ['fail error'],
      'AWS managed key of another account',
    ],
    ['a key that is gone', { scripts: scriptsWith(arnOf('gone')) }, ['fail error'], 'is no key in us-west-2'],
    ['a key that is closed', { scripts: scriptsWith(arnOf('closed')) }, ['unknown error'], 'kms:DescribeKey'],
    ['plain scripts, a default that the role may not use', { encryption: byDefault(arnOf('bad')) }, ['pass error', 'fail warning'], ''],
    ['plain scripts, the default not read', { encryption: denied('s3:GetEncryptionConfiguration') }, ['pass error'], ''],
    [
      'the default is the key of the scripts',
      { scripts: scriptsWith(arnOf('bad')), encryption: byDefault(arnOf('bad')) },
      ['fail error'],
      '',
    ],
    ['no scripts yet, S3 keys', { scripts: scriptsWith() }, ['pass error'], 'AES256'],
    [
      'no scripts yet, a default that the role may not use',
      { scripts: scriptsWith(), encryption: byDefault(arnOf('bad')) },
      ['fail error'],
      '',
    ],
    ['no scripts yet, aws/s3', { scripts: scriptsWith(), encryption: byDefault(null) }, ['pass error'], 'alias/aws/s3'],
    [
      'no scripts yet, aws/s3 of another account',
      { scripts: scriptsWith(), encryption: byDefault(null), owner: known('other') },
      ['fail error'],
      '',
    ],
    [
      'no scripts yet, aws/s3 of nobody knows whom',
      { scripts: scriptsWith(), encryption: byDefault(null), owner: denied('s3:ListBucket') },
      ['unknown error'],
      '',
    ],
    [
      'no scripts yet, the default not read',
      { scripts: scriptsWith(), encryption: denied('s3:GetEncryptionConfiguration') },
      ['unknown error'],
      '',
    ],
    ['scripts not read', { scripts: denied('s3:GetObject') }, ['unknown error'], 's3:GetObject'],
    [
      'scripts not read, a default that the role may not use',
      { scripts: denied('s3:GetObject'), encryption: byDefault(arnOf('bad')) },
      ['unknown error', 'fail warning'],
      '',
    ],
    ['absent', { found: known({ kind: 'absent', name: bucket }) }, ['skipped error'], 's3/bucket'],
    ['in another Region', { found: known({ kind: 'found', name: bucket, region: 'eu-west-1' }) }, ['skipped error'], 's3/region'],
  ]
  test.each(cases)('%s', (_, given, expected, message) => {
    const found = findings(given)
    expect(found.map(({ status, severity }) => `${status} ${severity}`)).toEqual(expected)
    expect(new Set(found.map((finding) => finding.subject))).toEqual(new Set([subject]))
    expect(found[0]?.message).toContain(message)
  })

  test('in full', () => {
    expectInFull(
      's3-encryption.yaml',
      cases.map(([name, given]) => [name, findings(given)]),
    )
  })

  test('keys that were not learned at all are unknown, not a pass', () => {
    const facts = {
      roles: { [roleName]: known(aRole()) },
      rolePolicies: { [roleName]: known([]) },
      buckets: { [bucket]: known({ kind: 'found', name: bucket, region: 'us-west-2' } as const) },
      bucketEncryptions: { [bucket]: plain },
      bucketScripts: { [uri]: scriptsWith(arnOf('good')) },
    }
    expect(statuses(findingsOf(rule, aPlan(), facts))).toEqual([`unknown ${subject}`])
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, rolePolicies: { [roleName]: known(null) } }))).toEqual([`unknown ${subject}`])
  })

  test('a plan without a bucket is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan({ lifecycleSources: [] }), {}))).toEqual(['skipped plan'])
  })
})
