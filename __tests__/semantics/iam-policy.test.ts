// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Decision, decide, type Policy, type PolicyRequest, statementName } from '../../src/semantics/iam-policy.ts'
import { unknownPart } from '../../src/semantics/policy-text.ts'
import { aPolicy } from '../builders.ts'

type Kind = Decision['kind']
type Statement = object

const policy = (kind: Policy['kind'], ...statements: readonly Statement[]): Policy => ({
  kind,
  name: `the ${kind} policy`,
  document: aPolicy(...statements),
})

const role = 'arn:aws:iam::123456789012:role/team/Nodes'
const request: PolicyRequest = {
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::sagemaker-a/scripts/on_create.sh',
  principal: { kind: 'role', arn: role },
  context: {
    'aws:PrincipalAccount': ['123456789012'],
    'aws:ResourceAccount': ['123456789012'],
    'aws:PrincipalArn': [role],
    'aws:SecureTransport': ['true'],
    'aws:RequestedRegion': ['us-west-2'],
    'aws:SourceIp': ['10.0.0.7'],
    'aws:CurrentTime': ['2026-11-23T12:00:00Z'],
    'aws:MultiFactorAuthAge': ['300'],
    'aws:TagKeys': ['team', 'stage'],
    'aws:username': null,
  },
}

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const deny = { ...allow, Effect: 'Deny' }
const when = (operator: string, key: string, value: unknown, statement: Statement = allow): Statement => ({
  ...statement,
  Condition: { [operator]: { [key]: value } },
})

/**
 * Statements of an inline policy, and what AWS's documentation says of the request: element pages, condition operators, evaluation logic.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html
 */
const table: readonly (readonly [string, readonly Statement[], Kind])[] = [
  ['nothing', [], 'implicit-deny'],
  ['the action', [allow], 'allowed'],
  ['another action', [{ ...allow, Action: 's3:PutObject' }], 'implicit-deny'],
  ['the action in another case', [{ ...allow, Action: 'S3:getobject' }], 'allowed'],
  ['a wildcard in the action', [{ ...allow, Action: 's3:Get*' }], 'allowed'],
  ['one character of the action', [{ ...allow, Action: 's3:?etObject' }], 'allowed'],
  ['all actions', [{ ...allow, Action: '*' }], 'allowed'],
  ['a list of actions', [{ ...allow, Action: ['ec2:*', 's3:GetObject'] }], 'allowed'],
  ['NotAction with another', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'allowed'],
  ['NotAction with the action', [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }], 'implicit-deny'],
  ['Deny of NotAction with another', [allow, { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }], 'explicit-deny'],
  ['the resource', [{ ...allow, Resource: request.resource }], 'allowed'],
  ['the resource in another case', [{ ...allow, Resource: 'arn:aws:s3:::sagemaker-a/Scripts/*' }], 'implicit-deny'],
  ['a wildcard in the resource', [{ ...allow, Resource: 'arn:aws:s3:::sagemaker-*' }], 'allowed'],
  ['the bucket, not its objects', [{ ...allow, Resource: 'arn:aws:s3:::sagemaker-a' }], 'implicit-deny'],
  ['an incomplete ARN', [{ ...allow, Resource: 'arn:aws:s3*' }], 'allowed'],
  ['NotResource with another', [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::secret/*' }], 'allowed'],
  ['NotResource with the resource', [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::sagemaker-a/*' }], 'implicit-deny'],
  ['a variable in the resource', [{ ...allow, Resource: 'arn:aws:s3:::sagemaker-a/${aws:username}/*' }], 'implicit-deny'],
  ['Deny beside Allow', [allow, deny], 'explicit-deny'],
  ['Deny of everything', [allow, { Effect: 'Deny', Action: '*', Resource: '*' }], 'explicit-deny'],
  ['Deny of another resource', [allow, { ...deny, Resource: 'arn:aws:s3:::secret/*' }], 'allowed'],
  ['Deny without Allow', [deny], 'explicit-deny'],
  ['the managed policy’s condition', [when('StringEquals', 'aws:ResourceAccount', '${aws:PrincipalAccount}')], 'allowed'],
  ['StringEquals, another value', [when('StringEquals', 'aws:ResourceAccount', '999999999999')], 'implicit-deny'],
  ['StringEquals knows no wildcards', [when('StringEquals', 'aws:RequestedRegion', 'us-*')], 'implicit-deny'],
  ['StringEquals, one of two', [when('StringEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-west-2'])], 'allowed'],
  ['StringNotEquals', [when('StringNotEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-west-2'])], 'implicit-deny'],
  ['StringNotEquals, no such key in the request', [when('StringNotEquals', 'aws:username', 'ann')], 'allowed'],
  ['StringEquals, no such key in the request', [when('StringEquals', 'aws:username', 'ann')], 'implicit-deny'],
  ['IfExists, no such key in the request', [when('StringEqualsIfExists', 'aws:username', 'ann')], 'allowed'],
  ['IfExists, another value', [when('StringEqualsIfExists', 'aws:RequestedRegion', 'eu-west-1')], 'implicit-deny'],
  ['StringEqualsIgnoreCase', [when('StringEqualsIgnoreCase', 'aws:RequestedRegion', 'US-WEST-2')], 'allowed'],
  ['StringNotEqualsIgnoreCase', [when('StringNotEqualsIgnoreCase', 'aws:RequestedRegion', 'US-WEST-2')], 'implicit-deny'],
  ['StringLike', [when('StringLike', 'aws:RequestedRegion', 'us-*')], 'allowed'],
  ['StringNotLike', [when('StringNotLike', 'aws:RequestedRegion', 'us-*')], 'implicit-deny'],
  ['the key in another case', [when('StringLike', 'AWS:requestedregion', 'us-*')], 'allowed'],
  ['ArnLike', [when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/team/*')], 'allowed'],
  ['ArnEquals is ArnLike', [when('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/team/*')], 'allowed'],
  ['ArnLike, another account', [when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::9:role/*')], 'implicit-deny'],
  ['ArnNotLike', [when('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/team/*')], 'implicit-deny'],
  ['Bool', [when('Bool', 'aws:SecureTransport', 'true')], 'allowed'],
  ['Deny without TLS', [allow, when('Bool', 'aws:SecureTransport', 'false', deny)], 'allowed'],
  ['Null: must be absent', [when('Null', 'aws:username', 'true')], 'allowed'],
  ['Null: must be there', [when('Null', 'aws:username', 'false')], 'implicit-deny'],
  ['Null of a key that is there', [when('Null', 'aws:SourceIp', 'false')], 'allowed'],
  ['IpAddress', [when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')], 'allowed'],
  ['IpAddress, one address', [when('IpAddress', 'aws:SourceIp', '10.0.0.8')], 'implicit-deny'],
  ['IpAddress of the other family', [when('IpAddress', 'aws:SourceIp', '2001:db8::/32')], 'implicit-deny'],
  ['NotIpAddress', [when('NotIpAddress', 'aws:SourceIp', ['192.168.0.0/16', '172.16.0.0/12'])], 'allowed'],
  ['DateGreaterThan', [when('DateGreaterThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z')], 'allowed'],
  ['DateLessThan', [when('DateLessThan', 'aws:CurrentTime', '1700000000')], 'implicit-deny'],
  ['NumericLessThanEquals', [when('NumericLessThanEquals', 'aws:MultiFactorAuthAge', 300)], 'allowed'],
  ['NumericGreaterThan', [when('NumericGreaterThan', 'aws:MultiFactorAuthAge', '300')], 'implicit-deny'],
  ['NumericEquals of no number', [when('NumericEquals', 'aws:MultiFactorAuthAge', 'many')], 'undecided'],
  ['ForAllValues', [when('ForAllValues:StringEquals', 'aws:TagKeys', ['team', 'stage', 'cost'])], 'allowed'],
  ['ForAllValues, one too many', [when('ForAllValues:StringEquals', 'aws:TagKeys', ['team'])], 'implicit-deny'],
  ['ForAllValues, no such key in the request', [when('ForAllValues:StringEquals', 'aws:username', ['ann'])], 'allowed'],
  ['ForAnyValue', [when('ForAnyValue:StringLike', 'aws:TagKeys', ['te*'])], 'allowed'],
  ['ForAnyValue, none', [when('ForAnyValue:StringEquals', 'aws:TagKeys', ['cost'])], 'implicit-deny'],
  ['ForAnyValue, no such key in the request', [when('ForAnyValue:StringEquals', 'aws:username', ['ann'])], 'implicit-deny'],
  ['several values without a set operator', [when('StringEquals', 'aws:TagKeys', 'team')], 'undecided'],
  ['Allow on a key that is not known', [when('StringEquals', 'aws:SourceVpce', 'vpce-1')], 'undecided'],
  ['Allow on such a key beside a plain one', [allow, when('StringEquals', 'aws:SourceVpce', 'vpce-1')], 'allowed'],
  ['Deny on a key that is not known', [allow, when('StringNotEquals', 'aws:SourceVpce', 'vpce-1', deny)], 'undecided'],
  ['Deny on such a key, and no Allow', [when('StringNotEquals', 'aws:SourceVpce', 'vpce-1', deny)], 'implicit-deny'],
  [
    'a false condition beside one that is not known',
    [when('Bool', 'aws:SecureTransport', 'false', when('Bool', 'aws:x', 'true'))],
    'implicit-deny',
  ],
  ['an operator that is not known', [when('BinaryEquals', 'aws:RequestedRegion', 'x')], 'undecided'],
  [
    'two operators, one false',
    [{ ...allow, Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:RequestedRegion': 'x' } } }],
    'implicit-deny',
  ],
  [
    'two operators, one open',
    [{ ...allow, Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:SourceVpc': 'x' } } }],
    'undecided',
  ],
]

describe('decide, by an identity policy', () => {
  test('the table is no smaller than it was', () => expect(table.length).toBeGreaterThanOrEqual(60))

  test.each(table)('%s', (_, statements, expected) => {
    expect(decide([policy('inline', ...statements)], request).kind).toBe(expected)
  })

  test('a part of the resource that is not known leaves narrower statements open', () => {
    const open = { ...request, resource: `arn:aws:s3:::sagemaker-a/scripts/${unknownPart}` }
    const kind = (Resource: string, ...others: readonly Statement[]) =>
      decide([policy('inline', { ...allow, Resource }, ...others)], open).kind
    expect(kind('arn:aws:s3:::sagemaker-a/*')).toBe('allowed')
    expect(kind('arn:aws:s3:::sagemaker-a/scripts/*.sh')).toBe('undecided')
    expect(kind('arn:aws:s3:::sagemaker-a/other/*')).toBe('implicit-deny')
    expect(kind('*', { ...deny, Resource: '*/secret.txt' })).toBe('undecided')
  })
})

describe('decide, by several policies', () => {
  const all = { Effect: 'Allow', Action: '*', Resource: '*' }
  const unread = (kind: Policy['kind']): Policy => ({ kind, name: 'x', document: null })
  test.each<[string, readonly Policy[], Kind]>([
    ['no policy at all', [], 'implicit-deny'],
    ['the boundary allows too', [policy('inline', allow), policy('boundary', all)], 'allowed'],
    ['a boundary grants nothing', [policy('boundary', all)], 'implicit-deny'],
    ['the boundary does not allow', [policy('inline', allow), policy('boundary', { ...all, Action: 'ec2:*' })], 'implicit-deny'],
    ['an empty boundary', [policy('inline', allow), policy('boundary')], 'implicit-deny'],
    ['the boundary denies', [policy('inline', allow), policy('boundary', all, deny)], 'explicit-deny'],
    ['the boundary is open', [policy('inline', allow), policy('boundary', when('Bool', 'aws:x', 'true', all))], 'undecided'],
    ['one allows, another denies', [policy('attached', allow), policy('inline', deny)], 'explicit-deny'],
    ['one could not be read', [policy('attached', allow), unread('inline')], 'undecided'],
    ['only one that could not be read', [unread('inline')], 'undecided'],
    ['a Deny beside one that could not be read', [policy('inline', deny), unread('attached')], 'explicit-deny'],
    ['a boundary that could not be read, and no Allow', [policy('inline'), unread('boundary')], 'implicit-deny'],
    ['a boundary that could not be read', [policy('inline', allow), unread('boundary')], 'undecided'],
  ])('%s', (_, policies, expected) => {
    expect(decide(policies, request).kind).toBe(expected)
  })

  test('names the statement that decides', () => {
    const decision = decide([policy('attached', allow), policy('inline', { ...allow, Sid: 'A' }, { ...deny, Sid: 'NoScripts' })], request)
    expect(decision).toMatchObject({ kind: 'explicit-deny', by: { kind: 'inline', sid: 'NoScripts', position: 2 } })
    if (decision.kind === 'explicit-deny') expect(statementName(decision.by)).toBe('statement "NoScripts" of the inline policy')
  })

  test('says which layer does not allow', () => {
    expect(decide([policy('inline', allow), policy('boundary')], request)).toEqual({ kind: 'implicit-deny', layer: 'boundary' })
    expect(decide([policy('boundary', all)], request)).toEqual({ kind: 'implicit-deny', layer: 'identity' })
  })

  test('says which condition keys leave it open', () => {
    const decision = decide([policy('inline', when('StringEquals', 'aws:SourceVpce', 'vpce-1', { ...allow, Sid: 'Vpce' }))], request)
    expect(decision.kind === 'undecided' ? decision.because.map(({ reason }) => reason) : []).toEqual([
      'its condition on aws:SourceVpce cannot be evaluated here',
    ])
  })
})

describe('decide, by a policy with principals', () => {
  const bucket = (Principal: unknown, statement: Statement = allow): Policy => policy('resource', { ...statement, Principal })
  const except = (NotPrincipal: unknown): Policy => policy('resource', { ...deny, NotPrincipal })
  const own = policy('inline', allow)
  test.each<[string, readonly Policy[], Kind]>([
    ['everybody', [bucket('*')], 'allowed'],
    ['all of AWS', [bucket({ AWS: '*' })], 'allowed'],
    ['the role', [bucket({ AWS: role })], 'allowed'],
    ['another role', [bucket({ AWS: 'arn:aws:iam::123456789012:role/Other' })], 'implicit-deny'],
    ['the account hands on', [bucket({ AWS: '123456789012' })], 'implicit-deny'],
    ['the account, and the role’s own policy', [bucket({ AWS: 'arn:aws:iam::123456789012:root' }), own], 'allowed'],
    ['a session of the role', [bucket({ AWS: 'arn:aws:sts::123456789012:assumed-role/Nodes/i-1' })], 'undecided'],
    ['a service', [bucket({ Service: 'sagemaker.amazonaws.com' })], 'implicit-deny'],
    ['Deny of the account', [own, bucket({ AWS: '123456789012' }, deny)], 'explicit-deny'],
    ['Deny of another account', [own, bucket({ AWS: '999999999999' }, deny)], 'allowed'],
    ['Deny of all but another role', [own, except({ AWS: 'arn:aws:iam::123456789012:role/Other' })], 'explicit-deny'],
    ['Deny of all but the role', [own, except({ AWS: [role, '123456789012'] })], 'undecided'],
    ['Deny of nobody', [own, except('*')], 'allowed'],
    ['the bucket policy grants, the boundary does not', [bucket({ AWS: role }), policy('boundary')], 'implicit-deny'],
  ])('a role: %s', (_, policies, expected) => {
    expect(decide(policies, request).kind).toBe(expected)
  })

  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole' }
  const sagemaker: PolicyRequest = {
    action: 'sts:AssumeRole',
    resource: role,
    principal: { kind: 'service', name: 'sagemaker.amazonaws.com' },
    context: {},
  }
  test.each<[string, readonly Statement[], Kind]>([
    ['the service', [{ ...trust, Principal: { Service: 'sagemaker.amazonaws.com' } }], 'allowed'],
    ['one of several', [{ ...trust, Principal: { Service: ['ec2.amazonaws.com', 'sagemaker.amazonaws.com'] } }], 'allowed'],
    ['another service', [{ ...trust, Principal: { Service: 'ec2.amazonaws.com' } }], 'implicit-deny'],
    ['everybody', [{ ...trust, Principal: '*' }], 'allowed'],
    ['another action', [{ ...trust, Action: 'sts:TagSession', Principal: '*' }], 'implicit-deny'],
    ['all actions of STS', [{ ...trust, Action: 'sts:*', Principal: '*' }], 'allowed'],
    ['all but another', [{ ...trust, NotPrincipal: { Service: 'ec2.amazonaws.com' } }], 'allowed'],
    ['all but the service', [{ ...trust, NotPrincipal: { Service: 'sagemaker.amazonaws.com' } }], 'implicit-deny'],
    [
      'Deny',
      [
        { ...trust, Principal: '*' },
        { ...trust, Effect: 'Deny', Principal: { Service: 'sagemaker.amazonaws.com' } },
      ],
      'explicit-deny',
    ],
  ])('a service: %s', (_, statements, expected) => {
    expect(decide([policy('resource', ...statements)], sagemaker).kind).toBe(expected)
  })

  test('a principal is named and nobody knows who asks', () => {
    expect(decide([bucket({ AWS: role })], { action: request.action, resource: request.resource, context: {} }).kind).toBe('undecided')
  })
})

describe('laws', () => {
  const strength: Readonly<Record<Kind, number>> = { 'explicit-deny': 0, 'implicit-deny': 0, undecided: 1, allowed: 2 }
  const conditions = [
    {},
    { Bool: { 'aws:SecureTransport': 'true' } },
    { Bool: { 'aws:SecureTransport': 'false' } },
    { StringEquals: { 'aws:SourceVpce': 'vpce-1' } },
    { StringNotLike: { 'aws:RequestedRegion': 'eu-*' } },
    { 'ForAllValues:StringLike': { 'aws:TagKeys': 't*' } },
  ]
  const statement = (effect: fc.Arbitrary<string>): fc.Arbitrary<Statement> =>
    fc
      .record({
        Effect: effect,
        Action: fc.constantFrom('*', 's3:*', 's3:GetObject', 'ec2:*'),
        Resource: fc.constantFrom('*', 'arn:aws:s3:::sagemaker-*', 'arn:aws:s3:::other/*', 'arn:aws:s3:::sagemaker-a/${aws:unheard}/*'),
        Condition: fc.constantFrom(...conditions),
        negated: fc.boolean(),
      })
      .map(({ negated, Action, Resource, ...rest }) => (negated ? { ...rest, NotAction: Action, Resource } : { ...rest, Action, Resource }))
  const some = fc.array(statement(fc.constantFrom('Allow', 'Deny')), { maxLength: 4 })
  const kinds = fc.constantFrom<Policy['kind']>('attached', 'inline', 'boundary', 'resource')
  const policies = fc.array(
    fc.tuple(kinds, some).map(([kind, statements]) => policy(kind, ...statements)),
    { maxLength: 4 },
  )
  const granting = fc.constantFrom<Policy['kind']>('attached', 'inline', 'resource')
  const of = (list: readonly Policy[]): number => strength[decide(list, request).kind]

  test('a Deny more never allows more', () => {
    fc.assert(
      fc.property(policies, granting, statement(fc.constant('Deny')), (list, kind, added) => {
        expect(of([...list, policy(kind, added)])).toBeLessThanOrEqual(of(list))
      }),
      { numRuns: 1_000 },
    )
  })

  test('an Allow more never allows less', () => {
    fc.assert(
      fc.property(policies, granting, statement(fc.constant('Allow')), (list, kind, added) => {
        expect(of([...list, policy(kind, added)])).toBeGreaterThanOrEqual(of(list))
      }),
      { numRuns: 1_000 },
    )
  })

  test('a boundary never allows more', () => {
    fc.assert(
      fc.property(policies, some, (list, statements) => {
        const bare = list.filter(({ kind }) => kind !== 'boundary')
        expect(of([...bare, policy('boundary', ...statements)])).toBeLessThanOrEqual(of(bare))
      }),
      { numRuns: 1_000 },
    )
  })

  test('the order of policies decides nothing', () => {
    fc.assert(
      fc.property(policies, (list) => {
        expect(of(list.toReversed())).toBe(of(list))
      }),
    )
  })

  test('knowing a key more never turns what was decided', () => {
    fc.assert(
      fc.property(policies, fc.constantFrom('vpce-1', 'vpce-2', null), (list, value) => {
        const before = of(list)
        const context = { ...request.context, 'aws:SourceVpce': value === null ? null : [value] }
        if (before !== 1) expect(strength[decide(list, { ...request, context }).kind]).toBe(before)
      }),
      { numRuns: 1_000 },
    )
  })
})
