import { describe, expect, test } from '@jest/globals'
import type { Role } from '../../../src/model/facts/iam.ts'
import type { PlannedRole } from '../../../src/model/plan.ts'
import { executionRoleTrust as rule } from '../../../src/rules/iam/execution-role-trust.ts'
import { aPlan, aPolicy, aRole, denied, findingsOf, known, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const name = 'HyperPodExecutionRole'
const judge = (found: Role | null) => findingsOf(rule, aPlan(), { roles: { [name]: known(found) } })
const trust = { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }
const ec2 = { ...trust, Principal: { Service: 'ec2.amazonaws.com' } }
const when = (operator: string, key: string, value: string) => ({ ...trust, Condition: { [operator]: { [key]: value } } })

describe('iam/execution-role-trust', () => {
  const cases: readonly (readonly [string, readonly object[], string])[] = [
    ['the service', [trust], 'pass'],
    ['the service beside EC2', [{ ...trust, Principal: { Service: ['ec2.amazonaws.com', 'sagemaker.amazonaws.com'] } }], 'pass'],
    ['everybody', [{ ...trust, Principal: '*' }], 'pass'],
    ['the account of the role', [when('StringEquals', 'aws:SourceAccount', '123456789012')], 'pass'],
    ['another account', [when('StringEquals', 'aws:SourceAccount', '999999999999')], 'fail'],
    ['all of SageMaker in the account', [when('ArnLike', 'aws:SourceArn', 'arn:aws:sagemaker:us-west-2:123456789012:*')], 'pass'],
    [
      'clusters in the account: HyperPod may send another ARN',
      [when('ArnLike', 'aws:SourceArn', 'arn:aws:sagemaker:*:*:cluster/*')],
      'unknown',
    ],
    ['another Region', [when('ArnLike', 'aws:SourceArn', 'arn:aws:sagemaker:eu-west-1:123456789012:*')], 'fail'],
    ['an external id, which services do not send', [when('StringEquals', 'sts:ExternalId', 'x')], 'fail'],
    ['a condition that nobody knows', [when('StringEquals', 'aws:SourceOrgID', 'o-1')], 'unknown'],
    ['EC2 only', [ec2], 'fail'],
    ['Allow and Deny', [trust, { ...trust, Effect: 'Deny' }], 'fail'],
    ['Deny of all but SageMaker', [trust, { Effect: 'Deny', NotPrincipal: trust.Principal, Action: 'sts:*' }], 'pass'],
    ['nobody', [], 'fail'],
    ['nobody, by a Deny alone', [{ ...ec2, Effect: 'Deny' }], 'fail'],
    [
      'five others',
      ['ec2', 'ecs', 'eks', 'glue', 'ssm'].map((service) => ({ ...trust, Principal: { Service: `${service}.amazonaws.com` } })),
      'fail',
    ],
    ['three others', [{ ...trust, Principal: { Service: ['ec2', 'ecs', 'eks'].map((service) => `${service}.amazonaws.com`) } }], 'fail'],
    ['all but an account', [{ Effect: 'Allow', NotPrincipal: { AWS: '999999999999' }, Action: 'sts:AssumeRole' }], 'pass'],
  ]
  test.each(cases)('%s', (_, statements, expected) => {
    expect(judge(aRole({ trustPolicy: aPolicy(...statements) }))[0]?.status).toBe(expected)
  })

  test('in full', () => {
    const planned: PlannedRole = {
      name,
      arn: null,
      origin: 'request',
      instanceGroups: ['worker-1'],
      location: { path: 'cluster.json', line: 3, column: 5 },
    }
    const plan = aPlan({ executionRoles: [planned] })
    const judged = (statements: readonly object[]) =>
      findingsOf(rule, plan, { roles: { [name]: known(aRole({ trustPolicy: aPolicy(...statements) })) } })
    expectInFull(
      'iam-execution-role-trust.yaml',
      cases.map(([title, statements]) => [title, judged(statements)]),
    )
  })

  test('a role for EC2: who is trusted, and a command that keeps them', () => {
    const [finding] = judge(aRole({ trustPolicy: aPolicy({ ...ec2, Sid: "Ann's" }) }))
    expect(finding?.message).toBe(`${name} is trusted by ec2.amazonaws.com, not by sagemaker.amazonaws.com`)
    expect(finding?.fix?.commands).toEqual([
      `aws iam update-assume-role-policy --role-name ${name} --policy-document '{"Version":"2012-10-17","Statement":[{"Sid":"Ann'\\''s","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}'`,
    ])
  })

  test('a condition that bars the cluster is said', () => {
    const [finding] = judge(aRole({ trustPolicy: aPolicy(when('StringEquals', 'aws:SourceAccount', '999999999999')) }))
    expect(finding?.message).toContain('does not meet: {"StringEquals":{"aws:SourceAccount":["999999999999"]}}')
  })

  test('a Deny is named, and not papered over with an Allow', () => {
    const [finding] = judge(aRole({ trustPolicy: aPolicy(trust, { ...trust, Sid: 'Frozen', Effect: 'Deny' }) }))
    expect(finding?.message).toContain('statement "Frozen" of the trust policy')
    expect(finding?.fix?.commands).toEqual([`aws iam get-role --role-name ${name} --query Role.AssumeRolePolicyDocument`])
  })

  test('what is open is said, with the condition key', () => {
    const [finding] = judge(aRole({ trustPolicy: aPolicy(when('StringEquals', 'aws:SourceOrgID', 'o-1')) }))
    expect(finding).toMatchObject({ status: 'unknown', severity: 'error' })
    expect(finding?.message).toContain('its condition on aws:SourceOrgID cannot be evaluated here')
    expect(finding?.fix?.commands).toHaveLength(1)
  })

  test('a trust policy that is not in the grammar is unknown', () => {
    expect(judge(aRole({ trustPolicy: null }))[0]?.status).toBe('unknown')
  })

  test('an absent role, and one of another path, are skipped', () => {
    expect(statuses(judge(null))).toEqual([`skipped ${name}`])
    const arn = `arn:aws:iam::123456789012:role/team/${name}`
    const plan = aPlan({ executionRoles: [{ name, arn, origin: 'request', instanceGroups: [], location: null }] })
    expect(statuses(findingsOf(rule, plan, { roles: { [name]: known(aRole()) } }))).toEqual([`skipped ${name}`])
  })

  test('a role that cannot be read is unknown, and so are all where none could be', () => {
    expect(statuses(findingsOf(rule, aPlan(), { roles: { [name]: denied('iam:GetRole') } }))).toEqual([`unknown ${name}`])
    expect(statuses(findingsOf(rule, aPlan(), { roles: denied('iam:GetRole') }))).toEqual(['unknown account'])
  })

  test('without an execution role in the plan it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan({ executionRoles: [] }), { roles: {} }))).toEqual(['skipped plan'])
  })
})
