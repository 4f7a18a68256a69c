// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Decision, decide, type Policy, statementName } from '../../../src/semantics/policies/iam-policy.ts'
import { unknownPart } from '../../../src/semantics/policies/policy-text.ts'
import { allow, deny, policy, request, rows, when } from './policy-table.ts'

type Kind = Decision['kind']
type Statement = object

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }

describe('decide, as the documentation of AWS does', () => {
  test('the table is no smaller than it was, and every title in it is another', () => {
    expect(rows.length).toBeGreaterThanOrEqual(190)
    expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length)
  })

  test.each(rows.map((row) => [row.title, row] as const))('%s', (_, { policies, request: asked, decision }) => {
    expect(policies.filter(({ name, document }) => name === 'of a version' && document === null)).toEqual([])
    expect(decide(policies, asked).kind).toBe(decision)
  })
})

describe('decide', () => {
  test('a part of the resource that is not known leaves narrower statements open', () => {
    const open = { ...request, resource: `arn:aws:s3:::sagemaker-a/scripts/${unknownPart}` }
    const kind = (Resource: string, ...others: readonly Statement[]) =>
      decide([policy('inline', { ...allow, Resource }, ...others)], open).kind
    expect(kind('arn:aws:s3:::sagemaker-a/*')).toBe('allowed')
    expect(kind('arn:aws:s3:::sagemaker-a/scripts/*.sh')).toBe('undecided')
    expect(kind('arn:aws:s3:::sagemaker-a/other/*')).toBe('implicit-deny')
    expect(kind('*', { ...deny, Resource: '*/secret.txt' })).toBe('undecided')
  })

  test('names the statement that decides', () => {
    const decision = decide([policy('attached', allow), policy('inline', { ...allow, Sid: 'A' }, { ...deny, Sid: 'NoScripts' })], request)
    expect(decision).toMatchObject({ kind: 'explicit-deny', by: { kind: 'inline', sid: 'NoScripts', position: 2 } })
    if (decision.kind === 'explicit-deny') expect(statementName(decision.by)).toBe('statement "NoScripts" of the inline policy')
  })

  test('says which layer does not allow', () => {
    expect(decide([policy('inline', allow), policy('boundary')], request)).toEqual({ kind: 'implicit-deny', layer: 'boundary' })
    expect(decide([policy('boundary', everything)], request)).toEqual({ kind: 'implicit-deny', layer: 'identity' })
  })

  test.each<[string, readonly Policy[], readonly string[]]>([
    [
      'a condition key',
      [policy('inline', when('StringEquals', 'aws:SourceVpce', 'vpce-1'))],
      ['its condition on aws:SourceVpce cannot be evaluated here'],
    ],
    [
      'a boundary and everybody',
      [policy('resource', { ...allow, Principal: '*' }), policy('boundary')],
      ['whether the permissions boundary limits whom it names'],
    ],
  ])('says what leaves it open: %s', (_, policies, reasons) => {
    const decision = decide(policies, request)
    expect(decision.kind === 'undecided' ? decision.because.map(({ reason }) => reason) : []).toEqual(reasons)
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
    { StringNotEquals: { 'aws:SourceVpce': ['vpce-1', '${aws:userid}'] } },
    { Null: { 'aws:userid': 'true' } },
    { 'ForAnyValue:StringLikeIfExists': { 'aws:userid': 'A*' } },
  ]
  const statement = (effect: fc.Arbitrary<string>): fc.Arbitrary<Statement> =>
    fc
      .record({
        Effect: effect,
        Action: fc.constantFrom('*', 's3:*', 's3:GetObject', 'ec2:*'),
        Resource: fc.constantFrom('*', 'arn:aws:s3:::sagemaker-*', 'arn:aws:s3:::other/*', 'arn:aws:s3:::sagemaker-a/${aws:userid}/*'),
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

  test('the order of policies and of statements decides nothing', () => {
    fc.assert(
      fc.property(policies, (list) => {
        const turned = list.map((each) => ({ ...each, document: { statements: each.document?.statements.toReversed() ?? [] } }))
        expect(of(list.toReversed())).toBe(of(list))
        expect(of(turned)).toBe(of(list))
      }),
      { numRuns: 500 },
    )
  })

  test('saying it twice decides nothing', () => {
    fc.assert(
      fc.property(policies, (list) => {
        const twice = list.map((each) => ({
          ...each,
          document: { statements: each.document?.statements.flatMap((one) => [one, one]) ?? [] },
        }))
        expect(decide([...list, ...list], request).kind).toBe(decide(list, request).kind)
        expect(decide(twice, request).kind).toBe(decide(list, request).kind)
      }),
      { numRuns: 500 },
    )
  })

  test('a Deny more never makes a denied request undecided, an Allow more never makes an allowed one so', () => {
    fc.assert(
      fc.property(policies, granting, statement(fc.constant('Deny')), statement(fc.constant('Allow')), (list, kind, denying, allowing) => {
        const before = decide(list, request).kind
        if (before === 'explicit-deny') {
          expect(decide([...list, policy(kind, denying), policy(kind, allowing)], request).kind).toBe('explicit-deny')
        }
        if (before === 'allowed') expect(decide([...list, policy(kind, allowing)], request).kind).toBe('allowed')
        if (before === 'implicit-deny') expect(decide([...list, policy(kind, denying)], request).kind).toMatch(/-deny$/)
      }),
      { numRuns: 1_000 },
    )
  })

  const values = fc.constantFrom<readonly string[] | null>(null, [], [''], ['vpce-1'], ['vpce-2'], ['AROA'], ['vpce-1', 'AROA'])
  test('knowing keys more never turns what was decided', () => {
    fc.assert(
      fc.property(policies, fc.dictionary(fc.constantFrom('aws:SourceVpce', 'aws:userid'), values), (list, known) => {
        const before = decide(list, request).kind
        const after = decide(list, { ...request, context: { ...request.context, ...known } }).kind
        if (before === 'allowed' || before === 'explicit-deny') expect(after).toBe(before)
        if (before === 'implicit-deny') expect(after).toMatch(/-deny$/)
      }),
      { numRuns: 2_000 },
    )
  })

  test('knowing the rest of a resource never turns what was decided', () => {
    const open = { ...request, resource: `arn:aws:s3:::${unknownPart}` }
    fc.assert(
      fc.property(policies, fc.constantFrom('sagemaker-a/on_create.sh', 'sagemaker-a/AROA/x', 'other/x', 'else'), (list, rest) => {
        const before = decide(list, open).kind
        const after = decide(list, { ...open, resource: `arn:aws:s3:::${rest}` }).kind
        if (before === 'allowed' || before === 'explicit-deny') expect(after).toBe(before)
        if (before === 'implicit-deny') expect(after).toMatch(/-deny$/)
      }),
      { numRuns: 2_000 },
    )
  })
})
