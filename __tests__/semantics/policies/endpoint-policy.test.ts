// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import { describe, expect, test } from '@jest/globals'
import {
  allowingStatements,
  imageLayerBucket,
  imageLayersThrough,
  type Origin,
  type Passage,
  type ReadFolder,
  readThrough,
} from '../../../src/semantics/policies/endpoint-policy.ts'
import { parsePolicyDocument, policyJson } from '../../../src/semantics/policies/policy-document.ts'
import { aVpcEndpoint } from '../../builders.ts'

const account = '123456789012'
const role = `arn:aws:iam::${account}:role/HyperPodExecutionRole`
const otherRole = `arn:aws:iam::${account}:role/Other`
const origin: Origin = { region: 'us-west-2', partition: 'aws', account, vpcId: 'vpc-0a1b2c3d' }
const folder: ReadFolder = {
  source: { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/' },
  keys: ['hyperpod/on_create.sh'],
  owner: account,
}

const endpointWith = (policyDocument: string | null, type: 'Gateway' | 'Interface' = 'Gateway') => aVpcEndpoint({ type, policyDocument })
const policy = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })

/** The worst answer: a Deny, then what is not allowed, then what is open. */
const verdict = (passages: readonly Passage[]): string =>
  ['explicit-deny', 'implicit-deny', 'undecided', 'allowed'].find((kind) => passages.some(({ decision }) => decision.kind === kind)) ??
  'nothing'

const bucket = 'arn:aws:s3:::sagemaker-lifecycle'
const layers = 'arn:aws:s3:::prod-us-west-2-starport-layer-bucket/*'
const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }
const own = { ...all, Action: ['s3:GetObject', 's3:ListBucket'], Resource: [bucket, `${bucket}/*`] }
const deny = { ...all, Effect: 'Deny' }
const when = (operator: string, key: string, value: unknown, statement: object = all): object => ({
  ...statement,
  Condition: { [operator]: { [key]: value } },
})

/** Policies of gateway endpoints, and what they let the role do with the folder and ECR with its layers. */
const table: readonly (readonly [string, string | null, string, string])[] = [
  ['none', null, 'allowed', 'allowed'],
  [
    'the default, as AWS hands it out',
    '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
    'allowed',
    'allowed',
  ],
  ['the default of the other spelling', policy({ ...all, Principal: { AWS: '*' } }), 'allowed', 'allowed'],
  ['no statement', policy(), 'implicit-deny', 'implicit-deny'],
  ['not JSON', '{"Version":', 'undecided', 'undecided'],
  ['not in the grammar', policy({ ...all, Effect: 'Permit' }), 'undecided', 'undecided'],
  ['the bucket alone', policy(own), 'allowed', 'implicit-deny'],
  ['the bucket and the layers', policy(own, { ...all, Action: 's3:GetObject', Resource: layers }), 'allowed', 'allowed'],
  ['the layers alone', policy({ ...all, Action: 's3:GetObject', Resource: layers }), 'implicit-deny', 'allowed'],
  ['another bucket', policy({ ...own, Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'] }), 'implicit-deny', 'implicit-deny'],
  ['the objects, not the bucket', policy({ ...own, Resource: `${bucket}/*` }), 'implicit-deny', 'implicit-deny'],
  ['the bucket, not its objects', policy({ ...own, Resource: bucket }), 'implicit-deny', 'implicit-deny'],
  ['another folder', policy({ ...own, Resource: [bucket, `${bucket}/datasets/*`] }), 'implicit-deny', 'implicit-deny'],
  ['the folder', policy({ ...own, Resource: [bucket, `${bucket}/hyperpod/*`] }), 'allowed', 'implicit-deny'],
  ['the entry point alone', policy({ ...own, Resource: [bucket, `${bucket}/hyperpod/on_create.sh`] }), 'undecided', 'implicit-deny'],
  ['read only by a wildcard', policy({ ...all, Action: ['s3:Get*', 's3:List*'] }), 'allowed', 'allowed'],
  ['write only', policy({ ...all, Action: 's3:PutObject' }), 'implicit-deny', 'implicit-deny'],
  ['NotAction without a read', policy({ Effect: 'Allow', Principal: '*', NotAction: 's3:Delete*', Resource: '*' }), 'allowed', 'allowed'],
  [
    'NotAction with the listing',
    policy({ Effect: 'Allow', Principal: '*', NotAction: 's3:List*', Resource: '*' }),
    'implicit-deny',
    'allowed',
  ],
  [
    'Deny of all but the bucket (NotResource)',
    policy(all, { Effect: 'Deny', Principal: '*', Action: 's3:*', NotResource: [bucket, `${bucket}/*`] }),
    'allowed',
    'explicit-deny',
  ],
  [
    'Deny of all but another bucket (NotResource)',
    policy(all, { Effect: 'Deny', Principal: '*', Action: 's3:*', NotResource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'] }),
    'explicit-deny',
    'explicit-deny',
  ],
  ['Deny of deleting', policy(all, { ...deny, Action: 's3:Delete*' }), 'allowed', 'allowed'],
  ['the organisation', policy(when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5')), 'undecided', 'undecided'],
  [
    'Deny of other organisations',
    policy(all, when('StringNotEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5', deny)),
    'undecided',
    'undecided',
  ],
  ['the account of the role', policy(when('StringEquals', 'aws:PrincipalAccount', account)), 'allowed', 'undecided'],
  ['another account', policy(when('StringEquals', 'aws:PrincipalAccount', '999999999999')), 'implicit-deny', 'undecided'],
  ['buckets of the account', policy(when('StringEquals', 's3:ResourceAccount', account)), 'allowed', 'undecided'],
  ['resources of the account', policy(when('StringEquals', 'aws:ResourceAccount', '${aws:PrincipalAccount}')), 'allowed', 'undecided'],
  ['buckets of another account', policy(when('StringEquals', 'aws:ResourceAccount', '999999999999')), 'implicit-deny', 'undecided'],
  ['the role', policy(when('ArnEquals', 'aws:PrincipalArn', role)), 'allowed', 'undecided'],
  ['another role', policy(when('ArnEquals', 'aws:PrincipalArn', otherRole)), 'implicit-deny', 'undecided'],
  ['Deny of all but the role', policy(all, when('StringNotEquals', 'aws:PrincipalArn', role, deny)), 'allowed', 'undecided'],
  ['Deny of all but another', policy(all, when('StringNotEquals', 'aws:PrincipalArn', otherRole, deny)), 'explicit-deny', 'undecided'],
  ['the VPC', policy(when('StringEquals', 'aws:SourceVpc', 'vpc-0a1b2c3d')), 'allowed', 'allowed'],
  ['another VPC', policy(when('StringEquals', 'aws:SourceVpc', 'vpc-0other00')), 'implicit-deny', 'implicit-deny'],
  ['itself', policy(when('StringEquals', 'aws:SourceVpce', 'vpce-0aaaaaaa')), 'allowed', 'allowed'],
  ['addresses', policy(when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')), 'implicit-deny', 'implicit-deny'],
  ['Deny of other private addresses', policy(all, when('NotIpAddress', 'aws:VpcSourceIp', '10.0.0.0/8', deny)), 'undecided', 'undecided'],
  ['Deny without TLS', policy(all, when('Bool', 'aws:SecureTransport', 'false', deny)), 'allowed', 'allowed'],
  ['Deny before TLS 1.2', policy(all, when('NumericLessThan', 's3:TlsVersion', '1.2', deny)), 'allowed', 'allowed'],
  ['Deny before TLS 1.3', policy(all, when('NumericLessThan', 's3:TlsVersion', '1.3', deny)), 'undecided', 'undecided'],
  ['Deny of other Regions', policy(all, when('StringNotEquals', 'aws:RequestedRegion', 'us-west-2', deny)), 'allowed', 'allowed'],
  [
    'listing of the folder',
    policy({ ...own, Action: 's3:GetObject' }, when('StringLike', 's3:prefix', 'hyperpod*', { ...own, Action: 's3:ListBucket' })),
    'allowed',
    'implicit-deny',
  ],
  [
    'listing of the folder with its slash',
    policy({ ...own, Action: 's3:GetObject' }, when('StringLike', 's3:prefix', 'hyperpod/*', { ...own, Action: 's3:ListBucket' })),
    'undecided',
    'implicit-deny',
  ],
  [
    'listing of another folder',
    policy({ ...own, Action: 's3:GetObject' }, when('StringLike', 's3:prefix', 'data/*', { ...own, Action: 's3:ListBucket' })),
    'implicit-deny',
    'implicit-deny',
  ],
  ['requests of AWS services', policy(own, when('Bool', 'aws:PrincipalIsAWSService', 'true')), 'allowed', 'undecided'],
  ['through AWS services only', policy(when('Bool', 'aws:ViaAWSService', 'true')), 'implicit-deny', 'undecided'],
  ['a principal tag', policy(when('StringEquals', 'aws:PrincipalTag/team', 'ml')), 'undecided', 'undecided'],
]

describe('what the policy of a gateway endpoint lets through', () => {
  test.each(table)('%s', (_, document, scripts, images) => {
    const endpoint = endpointWith(document)
    expect(verdict(readThrough(endpoint, origin, { name: 'HyperPodExecutionRole', arn: role }, folder))).toBe(scripts)
    expect(imageLayersThrough(endpoint, origin).decision.kind).toBe(images)
  })
})

describe('principals', () => {
  const by = (Principal: unknown, statement: object = all): string => policy({ ...statement, Principal })
  test.each<[string, string, string, string]>([
    // A gateway endpoint that allows an account allows its root user alone.
    ['the account by its root', by({ AWS: `arn:aws:iam::${account}:root` }), 'implicit-deny', 'allowed'],
    ['the account by its id', by({ AWS: account }), 'implicit-deny', 'allowed'],
    ['another account', by({ AWS: '999999999999' }), 'implicit-deny', 'implicit-deny'],
    ['the role', by({ AWS: role }), 'undecided', 'allowed'],
    ['another role', by({ AWS: otherRole }), 'implicit-deny', 'implicit-deny'],
    ['a session of the role', by({ AWS: `arn:aws:sts::${account}:assumed-role/HyperPodExecutionRole/i-1` }), 'undecided', 'undecided'],
    ['a service', by({ Service: 'sagemaker.amazonaws.com' }), 'implicit-deny', 'implicit-deny'],
    ['Deny of the account', policy(all, { ...deny, Principal: { AWS: account } }), 'undecided', 'explicit-deny'],
    ['Deny of the role', policy(all, { ...deny, Principal: { AWS: role } }), 'undecided', 'explicit-deny'],
    ['Deny of another role', policy(all, { ...deny, Principal: { AWS: otherRole } }), 'allowed', 'allowed'],
    ['Deny of a canonical user', policy(all, { ...deny, Principal: { CanonicalUser: '79a59df900b949e5' } }), 'undecided', 'undecided'],
    ['a canonical user', by({ CanonicalUser: '79a59df900b949e5' }), 'undecided', 'undecided'],
    [
      'Deny of all but another role',
      policy(all, { Effect: 'Deny', NotPrincipal: { AWS: otherRole }, Action: '*', Resource: '*' }),
      'undecided',
      'explicit-deny',
    ],
    ['Deny of nobody', policy(all, { Effect: 'Deny', NotPrincipal: '*', Action: '*', Resource: '*' }), 'allowed', 'allowed'],
  ])('%s', (_, document, gateway, byInterface) => {
    const reader = { name: 'HyperPodExecutionRole', arn: role }
    expect(verdict(readThrough(endpointWith(document, 'Gateway'), origin, reader, folder))).toBe(gateway)
    expect(verdict(readThrough(endpointWith(document, 'Interface'), origin, reader, folder))).toBe(byInterface)
  })

  test.each<[string, string, string]>([
    ['everybody', policy(all), 'allowed'],
    ['Deny of everybody', policy(all, deny), 'explicit-deny'],
    ['somebody', by({ AWS: role }), 'undecided'],
    ['its account', policy(when('StringEquals', 'aws:PrincipalAccount', account)), 'allowed'],
    ['its ARN without a path', policy(when('ArnEquals', 'aws:PrincipalArn', role)), 'undecided'],
    ['another ARN', policy(when('ArnEquals', 'aws:PrincipalArn', otherRole)), 'implicit-deny'],
  ])('a role whose ARN is not known, %s', (_, document, expected) => {
    expect(verdict(readThrough(endpointWith(document), origin, { name: 'HyperPodExecutionRole', arn: null }, folder))).toBe(expected)
  })
})

describe('what is asked for', () => {
  const asked = (changes: Partial<ReadFolder>) =>
    readThrough(endpointWith(null), origin, { name: null, arn: null }, { ...folder, ...changes }).map(({ action, allowOn }) => [
      action,
      allowOn,
    ])

  test('the bucket, the known objects and the rest of the folder', () => {
    expect(asked({})).toEqual([
      ['s3:ListBucket', bucket],
      ['s3:GetObject', `${bucket}/hyperpod/*`],
      ['s3:GetObject', `${bucket}/hyperpod/*`],
    ])
  })

  test('a folder that is the bucket', () => {
    expect(asked({ source: { bucket: 'scripts', prefix: '' }, keys: [] })).toEqual([
      ['s3:ListBucket', 'arn:aws:s3:::scripts'],
      ['s3:GetObject', 'arn:aws:s3:::scripts/*'],
    ])
  })

  test('a bucket whose owner is not known leaves conditions on it open', () => {
    const endpoint = endpointWith(policy(when('StringEquals', 's3:ResourceAccount', account)))
    expect(verdict(readThrough(endpoint, origin, { name: null, arn: role }, { ...folder, owner: null }))).toBe('undecided')
  })

  test('buckets of other partitions', () => {
    const china: Origin = { ...origin, region: 'cn-north-1', partition: 'aws-cn' }
    expect(imageLayerBucket('cn-north-1')).toBe('prod-cn-north-1-starport-layer-bucket')
    expect(imageLayersThrough(endpointWith(null), china).allowOn).toBe('arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*')
  })
})

describe('allowingStatements', () => {
  test('beside the statements that were there, they let everything through that was asked for', () => {
    const before = policy({ ...all, Action: 's3:PutObject' })
    const passages = [
      ...readThrough(endpointWith(before), origin, { name: null, arn: role }, folder),
      imageLayersThrough(endpointWith(before), origin),
    ]
    const statements = [...(parsePolicyDocument(before)?.statements ?? []), ...allowingStatements(passages)]
    const after = policyJson({ statements })
    expect(JSON.parse(after)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { ...all, Action: 's3:PutObject' },
        { ...all, Action: 's3:ListBucket', Resource: bucket },
        { ...all, Action: 's3:GetObject', Resource: [`${bucket}/hyperpod/*`, layers] },
      ],
    })
    expect(verdict(readThrough(endpointWith(after), origin, { name: null, arn: role }, folder))).toBe('allowed')
    expect(imageLayersThrough(endpointWith(after), origin).decision.kind).toBe('allowed')
  })
})
