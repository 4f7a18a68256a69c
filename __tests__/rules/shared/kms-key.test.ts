import { describe, expect, test } from '@jest/globals'
import type { KmsGrant, KmsKey, RolePolicy } from '../../../src/model/facts/iam.ts'
import { judgeKey, type KeyCase } from '../../../src/rules/shared/kms-key.ts'
import { aPolicy, aRole, aRolePolicy, denied, known } from '../../builders.ts'

const roleArn = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'
const arn = 'arn:aws:kms:us-west-2:123456789012:key/k'
const aKey = (changes: Partial<KmsKey> = {}): KmsKey => ({
  keyId: 'k',
  arn,
  account: '123456789012',
  region: 'us-west-2',
  manager: 'CUSTOMER',
  state: 'Enabled',
  usage: 'ENCRYPT_DECRYPT',
  spec: 'SYMMETRIC_DEFAULT',
  ...changes,
})
const foreignKey = aKey({ arn: 'arn:aws:kms:us-west-2:999988887777:key/k', account: '999988887777' })
const root = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }
const named = (action: string | readonly string[], effect = 'Allow') => ({
  Effect: effect,
  Principal: { AWS: roleArn },
  Action: action,
  Resource: '*',
})
const both = ['kms:CreateGrant', 'kms:DescribeKey']
const own = (action: string | readonly string[], effect = 'Allow'): RolePolicy =>
  aRolePolicy('own', { Effect: effect, Action: action, Resource: '*' })
const boundary = (action: string): RolePolicy => ({
  kind: 'boundary',
  name: 'limit',
  arn: 'arn:aws:iam::123456789012:policy/limit',
  document: aPolicy({ Effect: 'Allow', Action: action, Resource: '*' }),
})
const inBucket = { purpose: { kind: 'bucket', bucket: 'scripts' }, what: 'the scripts in scripts' } as const
const location = { path: 'cluster.json', line: 9, column: 3 }
const aliases = ['aws kms list-aliases --region us-west-2']
const documentOf = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })

interface Given extends Partial<KeyCase> {
  readonly key?: KeyCase['facts']['kmsKeys'][string]
  readonly keyPolicy?: KeyCase['facts']['kmsKeyPolicies'][string]
  readonly grants?: readonly KmsGrant[]
}

const judged = ({ key = known(aKey()), keyPolicy = known(aPolicy(root)), grants = [], name = 'k', ...changes }: Given) =>
  judgeKey({
    subject: 'k for HyperPodExecutionRole',
    name,
    what: 'the volumes of worker-1',
    purpose: { kind: 'volume' },
    owner: known('own'),
    role: aRole(),
    policies: known([]),
    facts: { kmsKeys: { [name]: key }, kmsKeyPolicies: { [name]: keyPolicy }, kmsGrants: { [name]: known(grants) } },
    region: 'us-west-2',
    location,
    ...changes,
  })

describe('a key that cannot be used by anybody', () => {
  const elsewhere = 'arn:aws:kms:eu-west-1:123456789012:key/k'
  test.each<readonly [string, Given, string, string, readonly string[]]>([
    [
      'of another Region',
      { name: elsewhere },
      `${elsewhere} is in eu-west-1, volumes in us-west-2 need a key of that Region`,
      'Name a key of us-west-2: a key, other than a multi-Region one with a replica there, serves its own Region only.',
      aliases,
    ],
    [
      'absent, for volumes',
      { key: known(null) },
      'k is no key in us-west-2, the volumes of worker-1 need it',
      'Correct VolumeKmsKeyId: the listing shows the aliases of the Region.',
      aliases,
    ],
    [
      'absent, for scripts',
      { key: known(null), ...inBucket },
      'k is no key in us-west-2, the scripts in scripts need it',
      'Encrypt the scripts with a key that exists: set the default encryption of scripts to one, and upload them again.',
      aliases,
    ],
    [
      'asymmetric, for encryption',
      { key: known(aKey({ spec: 'RSA_2048' })) },
      'k is a key of RSA_2048 for ENCRYPT_DECRYPT, needed is a symmetric encryption key (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)',
      'Name a symmetric encryption key: the spec of a key cannot be changed.',
      aliases,
    ],
    [
      'for codes that prove who wrote',
      { key: known(aKey({ usage: 'GENERATE_VERIFY_MAC' })) },
      'k is a key of SYMMETRIC_DEFAULT for GENERATE_VERIFY_MAC, needed is a symmetric encryption key (SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT)',
      'Name a symmetric encryption key: the spec of a key cannot be changed.',
      aliases,
    ],
    [
      'to be deleted',
      { key: known(aKey({ state: 'PendingDeletion' })) },
      'k is PendingDeletion, the volumes of worker-1 need it Enabled',
      'Cancel the deletion and enable the key, or name another key.',
      [`aws kms cancel-key-deletion --region us-west-2 --key-id ${arn}`, `aws kms enable-key --region us-west-2 --key-id ${arn}`],
    ],
    [
      'disabled',
      { key: known(aKey({ state: 'Disabled' })) },
      'k is Disabled, the volumes of worker-1 need it Enabled',
      'Enable the key, or name another one.',
      [`aws kms enable-key --region us-west-2 --key-id ${arn}`],
    ],
    [
      'in a state that no command of ours ends',
      { key: known(aKey({ state: 'PendingImport' })) },
      'k is PendingImport, the volumes of worker-1 need it Enabled',
      'Enable the key, or name another one.',
      [`aws kms describe-key --region us-west-2 --key-id ${arn}`],
    ],
  ])('%s', (_, given, message, text, commands) => {
    expect(judged(given)).toEqual({
      status: 'fail',
      subject: 'k for HyperPodExecutionRole',
      message,
      fix: { text, commands },
      location,
    })
    expect(judged({ ...given, severity: 'notice' })).toMatchObject({ severity: 'notice' })
  })

  test('scripts may be encrypted with a key of any Region: S3 asks there', () => {
    expect(judged({ ...inBucket, name: elsewhere, policies: known([own('kms:*')]) })).toMatchObject({ status: 'pass' })
  })

  test('a Region named in the ARN of a key, the same as that of the cluster', () => {
    expect(judged({ name: arn, policies: known([own('kms:*')]) })).toMatchObject({ status: 'pass' })
  })
})

describe('keys of AWS', () => {
  const ofAws = (account: string): Given => ({ key: known(aKey({ manager: 'AWS', account })) })
  test('for volumes: documented are customer managed keys, so a warning, unless the caller says what it is', () => {
    const expected = {
      status: 'fail',
      severity: 'warning',
      message: 'alias/aws/ebs is managed by AWS, HyperPod documents customer managed keys for the volumes of worker-1',
      fix: {
        text: 'Name a customer managed key, or leave VolumeKmsKeyId out where the request allows it: volumes are then encrypted with a key of AWS.',
        commands: aliases,
      },
      location,
    }
    expect(judged({ name: 'alias/aws/ebs' })).toMatchObject(expected)
    expect(judged({ name: 'alias/aws/ebs', severity: 'notice' })).toMatchObject({ severity: 'notice' })
  })

  test.each<readonly [string, Given]>([
    ['by its alias', { name: 'alias/aws/s3' }],
    ['by the ARN of its alias', { name: 'arn:aws:kms:us-west-2:123456789012:alias/aws/s3' }],
    ['by what KMS says of it', ofAws('123456789012')],
  ])('for scripts of a bucket of the account, %s', (_, given) => {
    const message = `the scripts in scripts are encrypted with ${given.name ?? 'k'}, which S3 uses for every role of the account that may read them`
    expect(judged({ ...inBucket, ...given })).toEqual({ status: 'pass', subject: 'k for HyperPodExecutionRole', message, location })
  })

  test.each<readonly [string, Given]>([
    ['the bucket is not ours', { name: 'alias/aws/s3', owner: known('other') }],
    ['the key is not ours', ofAws('999988887777')],
  ])('for scripts of another account: %s', (_, given) => {
    expect(judged({ ...inBucket, ...given })).toEqual({
      status: 'fail',
      subject: 'k for HyperPodExecutionRole',
      message: `the scripts in scripts are encrypted with the AWS managed key of another account (${given.name ?? 'k'}), which no role of this account can use`,
      fix: {
        text: `Let the owner of scripts encrypt the scripts with a customer managed key whose policy names ${roleArn}, or with S3's own keys: the policy of an AWS managed key cannot be changed.`,
        commands: [],
      },
      location,
    })
  })

  test('nobody knows whose the bucket is', () => {
    expect(judged({ ...inBucket, name: 'alias/aws/s3', owner: denied('s3:ListBucket'), severity: 'notice' })).toMatchObject({
      status: 'unknown',
      gap: { action: 's3:ListBucket' },
      location,
      severity: 'notice',
    })
  })

  test.each(['alias/awsome', 'alias/mine/alias/aws/s3', 'alias/aws'])('%s is none of them', (name) => {
    expect(judged({ ...inBucket, name, key: known(null) })).toMatchObject({
      message: `${name} is no key in us-west-2, the scripts in scripts need it`,
    })
  })
})

describe('a key of a bucket of another account, by a name that only that account knows', () => {
  const [other, unsure] = [known('other' as const), denied('s3:ListBucket')]
  const elsewhere = aKey({ keyId: 'another' })
  const opened = known(aPolicy({ Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'kms:*', Resource: '*' }))

  test.each<readonly [string, Given, string]>([
    ['an alias that this account has too', { name: 'alias/scripts', key: known(elsewhere), keyPolicy: opened, owner: other }, 'unknown'],
    ['an alias that this account has not', { name: 'alias/scripts', key: known(null), owner: other }, 'unknown'],
    ['an id that is none of this account', { name: 'k', key: known(null), owner: other }, 'unknown'],
    ['an alias, and nobody knows whose the bucket is', { name: 'alias/scripts', key: known(null), owner: unsure }, 'unknown'],
    ['an id of this account all the same', { name: 'k', keyPolicy: opened, owner: other }, 'pass'],
    ['an ARN', { name: arn, keyPolicy: opened, owner: other }, 'pass'],
    ['an alias, of a bucket of this account', { name: 'alias/scripts', key: known(elsewhere), keyPolicy: opened }, 'pass'],
    ['an alias that this account lacks, of a bucket of its own', { name: 'alias/scripts', key: known(null) }, 'fail'],
  ])('%s', (_, given, status) => {
    expect(judged({ ...inBucket, ...given })).toMatchObject({ status })
  })

  test('is told', () => {
    const asked = { ...inBucket, name: 'alias/scripts', key: known(null) }
    expect(judged({ ...asked, owner: other })).toMatchObject({
      message: 'alias/scripts names a key of the account that owns scripts, which is another account',
      gap: { action: 'kms:DescribeKey' },
    })
    expect(judged({ ...asked, owner: unsure })).toMatchObject({
      message: expect.stringMatching(/^alias\/scripts names a key of the account that owns scripts, which is not known: s3:ListBucket /),
      gap: { action: 's3:ListBucket' },
    })
  })
})

describe('a role that may not use the key', () => {
  const lacksPolicy = 'neither the policy of the key nor a grant lets the role, or its account, in'
  const lacksRole = 'the key does not name the role, and no policy of the role allows it'
  const putRole = (action: string | readonly string[]): string =>
    `aws iam put-role-policy --role-name HyperPodExecutionRole --policy-name HyperPodExecutionRoleAdditions --policy-document '${documentOf({ Effect: 'Allow', Action: action, Resource: arn })}'`
  const showKey = `aws kms get-key-policy --region us-west-2 --key-id ${arn} --policy-name default --output text`
  const putKey = (...statements: readonly object[]): string =>
    `aws kms put-key-policy --region us-west-2 --key-id ${arn} --policy-name default --policy '${documentOf(...statements)}'`
  const addition = { Effect: 'Allow', Principal: { AWS: roleArn }, Action: both, Resource: '*' }

  test.each<readonly [string, Given, string, string, readonly string[]]>([
    [
      'its account is let in, its policies do not allow it',
      {},
      `(kms:CreateGrant, kms:DescribeKey): ${lacksRole}`,
      'HyperPodExecutionRole',
      [putRole(both)],
    ],
    [
      'one action of two',
      { policies: known([own('kms:DescribeKey')]) },
      `(kms:CreateGrant): ${lacksRole}`,
      'HyperPodExecutionRole',
      [putRole('kms:CreateGrant')],
    ],
    [
      'the key lets nobody in',
      { keyPolicy: known(aPolicy(named('kms:Encrypt'))), policies: known([own('kms:*')]) },
      `(kms:CreateGrant, kms:DescribeKey): ${lacksPolicy}`,
      'Let HyperPodExecutionRole in by the policy of the key: the command writes the policy as it is now with one statement more.',
      [putKey(named('kms:Encrypt'), addition)],
    ],
    [
      'a Deny in the key: its policy is shown',
      { keyPolicy: known(aPolicy(root, named('kms:CreateGrant', 'Deny'))), policies: known([own('kms:*')]) },
      '(kms:CreateGrant): denied by statement 2 of the policy of key k',
      'Take the actions out of the Deny statements: no other policy can undo a Deny.',
      [showKey],
    ],
    [
      'two reasons, one for each action',
      { keyPolicy: known(aPolicy(named('kms:CreateGrant', 'Deny'), named('kms:Decrypt'))), policies: known([own('kms:*')]) },
      `(kms:CreateGrant, kms:DescribeKey): denied by statement 1 of the policy of key k; ${lacksPolicy}`,
      'Let HyperPodExecutionRole in by the policy of the key: the command writes the policy as it is now with one statement more. ',
      [putKey(named('kms:CreateGrant', 'Deny'), named('kms:Decrypt'), { ...addition, Action: 'kms:DescribeKey' }), showKey],
    ],
    [
      'its boundary',
      { policies: known([own('kms:*'), boundary('s3:*')]) },
      '(kms:CreateGrant, kms:DescribeKey): the permissions boundary of the role does not allow it',
      'boundary',
      [],
    ],
  ])('%s', (_, given, reasons, text, commands) => {
    const outcome = judged(given)
    expect(outcome).toMatchObject({
      status: 'fail',
      message: `HyperPodExecutionRole may not use k for the volumes of worker-1 ${reasons}`,
      evidence: { keyArn: arn, roleArn, needed: both },
      location,
    })
    const fix = outcome.status === 'fail' ? outcome.fix : { text: '', commands: [] }
    expect(fix.text).toContain(text)
    if (commands.length > 0) expect(fix.commands).toEqual(expect.arrayContaining([...commands]))
    expect(judged({ ...given, severity: 'notice' })).toMatchObject({ severity: 'notice' })
  })

  test('a Deny in the role: nothing is said of the policy of the key', () => {
    const outcome = judged({ keyPolicy: known(aPolicy(named('kms:*'))), policies: known([own('kms:CreateGrant', 'Deny')]) })
    expect(outcome).toMatchObject({ message: expect.stringContaining('denied by statement 1 of the inline policy own') })
    expect(JSON.stringify(outcome)).not.toContain('get-key-policy')
  })

  test('a key of another account: its owner is asked, no command is given', () => {
    const shut = judged({ key: known(foreignKey), keyPolicy: known(aPolicy(named('kms:Encrypt'))), policies: known([own('kms:*')]) })
    expect(shut).toMatchObject({
      fix: {
        text: `Ask account 999988887777, which owns the key, to add this statement to the policy of the key: ${documentOf(addition)}`,
        commands: [],
      },
    })
    const deny = aPolicy(named('kms:*'), named('kms:CreateGrant', 'Deny'))
    const outcome = judged({ key: known(foreignKey), keyPolicy: known(deny), policies: known([own('kms:*')]) })
    expect(outcome).toMatchObject({ status: 'fail' })
    expect(JSON.stringify(outcome)).not.toContain('get-key-policy')
  })
})

describe('what cannot be told', () => {
  const asked = 'whether HyperPodExecutionRole may use k (kms:CreateGrant, kms:DescribeKey) cannot be told: '
  const grant = (grantId: string): KmsGrant => ({
    grantId,
    granteePrincipal: roleArn,
    operations: ['CreateGrant', 'DescribeKey'],
    constrained: true,
  })

  test('policies of the role that were not read', () => {
    expect(judged({ policies: denied('iam:ListRolePolicies'), severity: 'notice' })).toMatchObject({
      status: 'unknown',
      gap: { action: 'iam:ListRolePolicies' },
      location,
      severity: 'notice',
    })
  })

  test('the policy of the key was not read', () => {
    const keyPolicy = denied('kms:GetKeyPolicy')
    const unread = keyPolicy.ok ? '' : keyPolicy.gap.message
    const outcome = judged({ keyPolicy, policies: known([own('kms:*')]), severity: 'notice' })
    expect(outcome).toEqual({
      status: 'unknown',
      subject: 'k for HyperPodExecutionRole',
      message: `${asked}${unread}`,
      gap: { reason: 'denied', action: 'kms:GetKeyPolicy', message: `${asked}${unread}` },
      evidence: { keyArn: arn, roleArn, needed: both },
      fix: {
        text: 'Allow kms:GetKeyPolicy for the role that runs this check, or read the policy of the key.',
        commands: [`aws kms get-key-policy --region us-west-2 --key-id ${arn} --policy-name default --output text`],
      },
      location,
      severity: 'notice',
    })
    expect(judged({ keyPolicy, policies: known([own('kms:*')]), location: null })).not.toHaveProperty('location')
    expect(judged({ keyPolicy, policies: known([own('kms:*')]) })).not.toHaveProperty('severity')
  })

  test('the policy of the key is no policy', () => {
    expect(judged({ keyPolicy: known(null), policies: known([own('kms:*')]) })).toMatchObject({
      status: 'unknown',
      message: `${asked}the policy of key k: it is not a document in the policy grammar`,
    })
  })

  test('that of a key of another account: the statement that its owner has to have', () => {
    expect(judged({ key: known(foreignKey), keyPolicy: denied('kms:GetKeyPolicy'), policies: known([own('kms:*')]) })).toMatchObject({
      status: 'unknown',
      fix: {
        text: `Ask account 999988887777, which owns the key, whether its policy has this statement: ${documentOf({ Effect: 'Allow', Principal: { AWS: roleArn }, Action: both, Resource: '*' })}`,
        commands: [],
      },
    })
  })

  test('grants with constraints: three of them are named', () => {
    const outcome = judged({ grants: ['g1', 'g2', 'g3', 'g4'].map(grant), policies: known([]) })
    expect(outcome).toMatchObject({ status: 'unknown', gap: { reason: 'unsupported', action: 'kms:GetKeyPolicy' } })
    const reasons = outcome.message.replace(asked, '').split('; ')
    expect(reasons).toHaveLength(3)
    expect(reasons[0]).toMatch(/^statement 1 of grant g1: /)
    expect(reasons[2]).toMatch(/^statement 1 of grant g3: /)
  })
})
