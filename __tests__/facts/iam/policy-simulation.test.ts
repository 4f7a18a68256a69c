import { beforeEach, describe, expect, test } from '@jest/globals'
import { GapError, gapFrom } from '../../../src/facts/engine/gap.ts'
import { roleSimulations, simulate } from '../../../src/facts/iam/policy-simulation.ts'
import type { Keyed } from '../../../src/model/fact.ts'
import type { Role, SimulatedAction } from '../../../src/model/facts/iam.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { PlannedRole } from '../../../src/model/plan.ts'
import type { SimulationRequest } from '../../../src/semantics/policies/policy-simulation.ts'
import { aGap, aPlan, aRole, known } from '../../builders.ts'
import { type QueryAnswer, useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const source = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'

/** Members of a list of the form, in order: `ActionNames.member.1` … */
const members = (form: URLSearchParams, name: string): readonly string[] =>
  [...form].flatMap(([key, value]) => (key.startsWith(`${name}.member.`) && /^[^.]+\.member\.\d+$/.test(key) ? [value] : []))

const list = (tag: string, items: readonly string[]): string =>
  `<${tag}>${items.map((item) => `<member>${item}</member>`).join('')}</${tag}>`

const statement = (policy: string): string =>
  `<SourcePolicyId>${policy}</SourcePolicyId><SourcePolicyType>IAM Policy</SourcePolicyType><StartPosition><Line>3</Line><Column>17</Column></StartPosition><EndPosition><Line>8</Line><Column>6</Column></EndPosition>`

const page = (results: readonly string[], marker?: string): string =>
  `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult>${marker === undefined ? '<IsTruncated>false</IsTruncated>' : `<IsTruncated>true</IsTruncated><Marker>${marker}</Marker>`}${list('EvaluationResults', results)}</SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>1cdb5b0a-4c15-11e5-b121-bd8c7EXAMPLE</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>`

const refusal = (status: number, code: string, message: string): QueryAnswer => ({
  status,
  body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
})

interface Given {
  readonly decision?: string
  readonly missing?: readonly string[]
  readonly organization?: boolean
  readonly boundary?: boolean
  readonly policy?: string
}

const details = ({ missing = [], boundary, policy }: Given): string =>
  [
    list('MatchedStatements', policy === undefined ? [] : [statement(policy)]),
    list('MissingContextValues', missing),
    ...(boundary === undefined
      ? []
      : [
          `<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>${boundary}</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>`,
        ]),
  ].join('')

const organized = (organization: boolean | undefined): string =>
  organization === undefined
    ? ''
    : `<OrganizationsDecisionDetail><AllowedByOrganizations>${organization}</AllowedByOrganizations></OrganizationsDecisionDetail>`

/** The result of one action without ARNs. */
const whole = (action: string, given: Given): string =>
  `<EvalActionName>${action}</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>${given.decision ?? 'allowed'}</EvalDecision>${details(given)}${organized(given.organization)}`

/** The result of one action with ARNs: the name of the whole is the template of the resource type. */
const specific = (action: string, of: Readonly<Record<string, Given>>, organization?: boolean): string =>
  `<EvalActionName>${action}</EvalActionName><EvalResourceName>arn:\${Partition}:s3:::\${BucketName}</EvalResourceName><EvalDecision>implicitDeny</EvalDecision><MatchedStatements/><MissingContextValues/>${organized(organization)}${list(
    'ResourceSpecificResults',
    Object.entries(of).map(
      ([arn, given]) =>
        `<EvalResourceName>${arn}</EvalResourceName><EvalResourceDecision>${given.decision ?? 'allowed'}</EvalResourceDecision>${details(given)}`,
    ),
  )}`

const ask = (...requests: readonly Partial<SimulationRequest>[]): Promise<readonly SimulatedAction[]> =>
  simulate(
    service.context().clients.iam,
    source,
    requests.map((changes) => ({ action: 's3:ListBucket', resource: 'arn:aws:s3:::a', context: {}, ...changes })),
  )

const answerWith = (answer: (form: URLSearchParams, call: number) => QueryAnswer): void => {
  let call = 0
  service.current().ec2 = (form) => {
    call += 1
    return answer(form, call)
  }
}

describe('simulate', () => {
  test('what is asked', async () => {
    answerWith(() => page([whole('ssmmessages:OpenDataChannel', {})]))
    await ask({ action: 'ssmmessages:OpenDataChannel', resource: '*', context: { 'aws:SecureTransport': ['true'] } })
    const form = new URLSearchParams(service.current().asked[0])
    expect(Object.fromEntries(form)).toMatchObject({
      Action: 'SimulatePrincipalPolicy',
      PolicySourceArn: source,
      MaxItems: '1000',
      'ActionNames.member.1': 'ssmmessages:OpenDataChannel',
      'ResourceArns.member.1': '*',
      'ContextEntries.member.1.ContextKeyName': 'aws:SecureTransport',
      'ContextEntries.member.1.ContextKeyType': 'boolean',
      'ContextEntries.member.1.ContextKeyValues.member.1': 'true',
    })
  })

  test.each<[string, Given, Partial<SimulatedAction>]>([
    ['allowed', { policy: 'Admin' }, { decision: 'allowed', matchedPolicies: ['Admin'] }],
    ['denied', { decision: 'explicitDeny', policy: 'No' }, { decision: 'explicitDeny', matchedPolicies: ['No'] }],
    ['by the organisation', { decision: 'implicitDeny', organization: false }, { decision: 'implicitDeny', allowedByOrganizations: false }],
    ['by the boundary', { decision: 'implicitDeny', boundary: false }, { decision: 'implicitDeny', allowedByPermissionsBoundary: false }],
    ['with both on its side', { organization: true, boundary: true }, { allowedByOrganizations: true, allowedByPermissionsBoundary: true }],
    [
      'without a context value',
      { decision: 'implicitDeny', missing: ['aws:SourceVpc'] },
      { decision: 'implicitDeny', missingContextValues: ['aws:SourceVpc'] },
    ],
  ])('without ARNs: %s', async (_, given, expected) => {
    answerWith(() => page([whole('ec2:DescribeVpcs', given)]))
    const plain = { action: 'ec2:DescribeVpcs', resource: '*', decision: 'allowed', missingContextValues: [], matchedPolicies: [] }
    const layers = { allowedByOrganizations: null, allowedByPermissionsBoundary: null }
    expect(await ask({ action: 'ec2:DescribeVpcs', resource: '*' })).toEqual([{ ...plain, ...layers, ...expected }])
  })

  test('several ARNs: each has its own decision, keys and boundary; the organisation speaks of those that are denied', async () => {
    answerWith(() =>
      page([
        specific(
          's3:ListBucket',
          {
            'arn:aws:s3:::a': { policy: 'Admin' },
            'arn:aws:s3:::b': { decision: 'implicitDeny', boundary: false },
            'arn:aws:s3:::c': { decision: 'implicitDeny', missing: ['aws:ResourceAccount'] },
          },
          false,
        ),
      ]),
    )
    const answers = await ask({}, { resource: 'arn:aws:s3:::b' }, { resource: 'arn:aws:s3:::c' })
    expect(service.current().asked).toHaveLength(1)
    expect(answers).toMatchObject([
      { resource: 'arn:aws:s3:::a', decision: 'allowed', allowedByOrganizations: true, matchedPolicies: ['Admin'] },
      { resource: 'arn:aws:s3:::b', decision: 'implicitDeny', allowedByOrganizations: false, allowedByPermissionsBoundary: false },
      { resource: 'arn:aws:s3:::c', decision: 'implicitDeny', missingContextValues: ['aws:ResourceAccount'] },
    ])
  })

  test('one ARN without results of its own is the whole; several cannot be told apart', async () => {
    answerWith((form) => page(members(form, 'ActionNames').map((action) => whole(action, {}))))
    expect(await ask({})).toMatchObject([{ resource: 'arn:aws:s3:::a', decision: 'allowed' }])
    await expect(ask({}, { resource: 'arn:aws:s3:::b' })).rejects.toThrow('the answer for s3:ListBucket tells no resource from the others')
  })

  test('all pages', async () => {
    answerWith((form) =>
      form.get('Marker') === 'next'
        ? page([whole('ec2:DescribeSubnets', { decision: 'implicitDeny' })])
        : page([whole('ec2:DescribeVpcs', {})], 'next'),
    )
    const answers = await ask({ action: 'ec2:DescribeVpcs', resource: '*' }, { action: 'ec2:DescribeSubnets', resource: '*' })
    expect(answers.map(({ action, decision }) => `${action} ${decision}`)).toEqual([
      'ec2:DescribeVpcs allowed',
      'ec2:DescribeSubnets implicitDeny',
    ])
  })

  test('throttled once, then answered', async () => {
    answerWith((_, call) => (call === 1 ? refusal(400, 'Throttling', 'Rate exceeded') : page([whole('ec2:DescribeVpcs', {})])))
    expect(await ask({ action: 'ec2:DescribeVpcs', resource: '*' })).toHaveLength(1)
    expect(service.current().asked).toHaveLength(2)
  })

  test('actions that IAM does not evaluate together are asked apart', async () => {
    answerWith((form) => {
      const actions = members(form, 'ActionNames')
      return actions.includes('ec2:CreateTags') && actions.length > 1
        ? refusal(
            400,
            'InvalidInput',
            `Invalid Input Actions: [${actions.filter((action) => action !== 'ec2:CreateTags').join(',')}] and [ec2:CreateTags] require different authorization information.`,
          )
        : page(actions.map((action) => whole(action, {})))
    })
    const actions = ['ec2:CreateNetworkInterface', 'ec2:CreateTags', 'ec2:DeleteNetworkInterface']
    const answers = await ask(...actions.map((action) => ({ action })))
    expect(answers.map(({ action }) => action).toSorted()).toEqual(actions)
    expect(service.current().asked).toHaveLength(3)
  })

  test.each<[string, QueryAnswer, string]>([
    [
      'denied',
      refusal(403, 'AccessDenied', 'User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized'),
      'denied iam:SimulatePrincipalPolicy',
    ],
    ['not invented', { status: 404, body: 'Not yet implemented' }, 'unsupported iam:SimulatePrincipalPolicy'],
    ['invalid for another reason', refusal(400, 'InvalidInput', 'Invalid resource'), 'unexpected iam:SimulatePrincipalPolicy'],
  ])('%s', async (_, answer, expected) => {
    answerWith(() => answer)
    const gap = gapFrom(await ask({}).catch((error: unknown) => error))
    expect(`${gap.reason} ${gap.action}`).toBe(expected)
  })
})

describe('roleSimulations', () => {
  const planned = (name: string, arn: string | null = null): PlannedRole => ({
    name,
    arn,
    origin: 'request',
    instanceGroups: [],
    location: null,
  })
  const learn = (
    names: readonly PlannedRole[],
    roles: Keyed<Role | null>,
    policies: () => Facts['bucketPolicies'] = () => ({}),
  ): Promise<Facts['roleSimulations']> => {
    const get = async (id: 'roles' | 'bucketPolicies') => (id === 'roles' ? roles : policies())
    return roleSimulations.collect(service.context(aPlan({ executionRoles: names })), get as Parameters<typeof roleSimulations.collect>[1])
  }
  beforeEach(() => {
    answerWith((form) => {
      const resources = members(form, 'ResourceArns')
      return page(
        members(form, 'ActionNames').map((action) =>
          resources[0] === '*' ? whole(action, {}) : specific(action, Object.fromEntries(resources.map((resource) => [resource, {}]))),
        ),
      )
    })
  })
  const resourceAccounts = (): number => service.current().asked.filter((form) => form.includes('aws%3AResourceAccount')).length

  test('a role, one that is absent, one of another account, one that could not be read', async () => {
    const facts = await learn(
      [planned('A'), planned('Gone'), planned('Other', 'arn:aws:iam::999999999999:role/Other'), planned('Closed')],
      {
        A: known(aRole({ name: 'A' })),
        Gone: known(null),
        Other: known(aRole({ name: 'Other', arn: 'arn:aws:iam::123456789012:role/Other' })),
        Closed: { ok: false, gap: aGap({ action: 'iam:GetRole' }) },
      },
    )
    expect(facts['A']).toMatchObject({ ok: true, value: expect.arrayContaining([expect.objectContaining({ action: 's3:GetObject' })]) })
    expect([facts['Gone'], facts['Other']]).toEqual([known(null), known(null)])
    expect(facts['Closed']).toMatchObject({ ok: false, gap: { action: 'iam:GetRole' } })
    expect(new Set(service.current().asked.map((form) => new URLSearchParams(form).get('PolicySourceArn'))).size).toBe(1)
  })

  test('bucket policies that are a gap leave the owner open and stop nothing', async () => {
    const role = { HyperPodExecutionRole: known(aRole()) }
    await learn([planned('HyperPodExecutionRole')], role, () => ({ 'sagemaker-lifecycle': known(null) }))
    const owned = resourceAccounts()
    service.current().asked.length = 0
    const facts = await learn([planned('HyperPodExecutionRole')], role, () => {
      throw new GapError(aGap({ action: 's3:GetBucketPolicy' }))
    })
    expect(facts['HyperPodExecutionRole']?.ok).toBe(true)
    expect(owned - resourceAccounts()).toBe(2)
  })

  test('one role that cannot be simulated leaves the others alone', async () => {
    const answer = service.current().ec2
    service.current().ec2 = (form) =>
      form.get('PolicySourceArn')?.endsWith('B') === true ? refusal(403, 'AccessDenied', 'no') : answer(form)
    const facts = await learn([planned('A'), planned('B')], {
      A: known(aRole({ name: 'A', arn: 'arn:aws:iam::123456789012:role/A' })),
      B: known(aRole({ name: 'B', arn: 'arn:aws:iam::123456789012:role/B' })),
    })
    expect([facts['A']?.ok, facts['B']]).toMatchObject([
      true,
      { ok: false, gap: { reason: 'denied', action: 'iam:SimulatePrincipalPolicy' } },
    ])
  })

  test('without roles nothing is asked', async () => {
    expect(await learn([], {})).toEqual({})
    expect(service.current().asked).toEqual([])
  })
})
