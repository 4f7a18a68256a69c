import { describe, expect, test } from '@jest/globals'
import { gapFrom } from '../../../src/facts/engine/gap.ts'
import { simulate } from '../../../src/facts/iam/policy-simulation.ts'
import type { SimulatedAction } from '../../../src/model/facts/iam.ts'
import type { SimulationRequest } from '../../../src/semantics/policies/policy-simulation.ts'
import { type QueryAnswer, useLoopbackService } from '../loopback-service.ts'
import { type Given, members, page, refusal, specific, whole } from './simulation-answers.ts'

const service = useLoopbackService()
const source = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'

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
    ['by the organization', { decision: 'implicitDeny', organization: false }, { decision: 'implicitDeny', allowedByOrganizations: false }],
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

  test('several ARNs: each has its own decision, keys and boundary; the organization speaks of those that are denied', async () => {
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
