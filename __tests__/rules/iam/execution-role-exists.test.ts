import { describe, expect, test } from '@jest/globals'
import type { Fact } from '../../../src/model/fact.ts'
import type { Identity, Role } from '../../../src/model/facts/iam.ts'
import type { PlannedRole } from '../../../src/model/plan.ts'
import { executionRoleExists as rule } from '../../../src/rules/iam/execution-role-exists.ts'
import { aPlan, aRole, denied, findingsOf, known, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const name = 'HyperPodExecutionRole'
const planned = (changes: Partial<PlannedRole> = {}): PlannedRole => ({
  name,
  arn: null,
  origin: 'request',
  instanceGroups: ['worker-1'],
  location: null,
  ...changes,
})
const identity: Identity = { kind: 'caller', account: '123456789012', arn: 'arn:aws:sts::123456789012:assumed-role/ci/x', partition: 'aws' }
const judge = (role: PlannedRole, found: Fact<Role | null>, caller: Identity | Fact<Identity> = identity) =>
  findingsOf(rule, aPlan({ executionRoles: [role] }), { roles: { [name]: found }, identity: caller })

describe('iam/execution-role-exists', () => {
  test.each([
    ['by name', planned(), 'pass error'],
    ['by ARN', planned({ arn: `arn:aws:iam::123456789012:role/${name}` }), 'pass error'],
    ['by an ARN without its path', planned({ arn: `arn:aws:iam::123456789012:role/team/${name}` }), 'fail error'],
    ['by an ARN of another account', planned({ arn: `arn:aws:iam::999999999999:role/${name}` }), 'fail error'],
    ['by the default name', planned({ origin: 'default' }), 'pass error'],
  ])('found, %s', (_, role, expected) => {
    const [finding] = judge(role, known(aRole()))
    expect(`${finding?.status} ${finding?.severity}`).toBe(expected)
  })

  test.each([
    ['named', planned(), 'fail error'],
    ['the default name', planned({ origin: 'default' }), 'fail warning'],
  ])('absent: %s', (_, role, expected) => {
    const [finding] = judge(role, known(null))
    expect(`${finding?.status} ${finding?.severity}`).toBe(expected)
    expect(finding?.message).toMatch(/^the role HyperPodExecutionRole does not exist in account 123456789012/)
  })

  test.each([
    ['named', planned(), 'unknown error'],
    ['the default name', planned({ origin: 'default' }), 'unknown warning'],
  ])('not readable: %s', (_, role, expected) => {
    const [finding] = judge(role, denied('iam:GetRole'))
    expect(`${finding?.status} ${finding?.severity}`).toBe(expected)
    expect(finding?.gap?.action).toBe('iam:GetRole')
  })

  test('in full', () => {
    const location = { path: 'cluster.json', line: 3, column: 5 }
    const arn = (path: string, account = '123456789012') => `arn:aws:iam::${account}:role${path}${name}`
    const roles: readonly (readonly [string, Partial<PlannedRole>])[] = [
      ['by name', {}],
      ['by ARN', { arn: arn('/') }],
      ['by an ARN with another path', { arn: arn('/team/a/') }],
      ['by an ARN of another account', { arn: arn('/', '999999999999') }],
      ['by the default name', { origin: 'default' }],
      ['by a placeless name', { location: null }],
    ]
    const found: readonly (readonly [string, Fact<Role | null>])[] = [
      ['found', known(aRole())],
      ['absent', known(null)],
      ['refused', denied('iam:GetRole')],
    ]
    expectInFull(
      'iam-execution-role-exists.yaml',
      roles.flatMap(([how, changes]) =>
        found.map(([what, role]) => [`${what}, ${how}`, judge(planned({ location, ...changes }), role)] as const),
      ),
    )
    expectInFull('iam-execution-role-exists-no-identity.yaml', [
      ...found.map(([what, role]) => [what, judge(planned({ location }), role, denied('sts:GetCallerIdentity'))] as const),
      [
        'credentials refused',
        judge(planned({ location, arn: arn('/') }), known(null), { kind: 'refused', code: 'ExpiredToken', message: 'it is over' }),
      ],
    ])
  })

  test('the fix creates the role with its path, trust and managed policy, in the right partition', () => {
    const arn = `arn:aws-us-gov:iam::123456789012:role/team/${name}`
    const [finding] = judge(planned({ arn }), known(null))
    expect(finding?.fix?.commands).toEqual([
      `aws iam create-role --path /team/ --role-name ${name} --assume-role-policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}'`,
      `aws iam attach-role-policy --role-name ${name} --policy-arn arn:aws-us-gov:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy`,
    ])
  })

  test('another account is said with both accounts, also where no role of the name is found', () => {
    const [finding] = judge(planned({ arn: `arn:aws:iam::999999999999:role/${name}` }), known(null))
    expect(finding?.message).toBe(
      `arn:aws:iam::999999999999:role/${name} is in account 999999999999, the cluster would be in 123456789012: a role cannot be passed to another account`,
    )
  })

  test('without the identity it still judges', () => {
    const caller = denied('sts:GetCallerIdentity')
    expect(judge(planned(), known(null), caller)[0]?.message).toBe(`the role ${name} does not exist`)
    expect(statuses(judge(planned({ arn: `arn:aws:iam::999999999999:role/${name}` }), known(aRole()), caller))).toEqual([`fail ${name}`])
  })

  test('each role has its own outcome', () => {
    const plan = aPlan({ executionRoles: [planned({ name: 'A' }), planned({ name: 'B' }), planned({ name: 'C' })] })
    const roles = { A: known(aRole({ name: 'A' })), B: known(null), C: denied('iam:GetRole') }
    expect(statuses(findingsOf(rule, plan, { roles, identity }))).toEqual(['pass A', 'fail B', 'unknown C'])
  })

  test('without an execution role in the plan it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan({ executionRoles: [] }), { roles: {}, identity }))).toEqual(['skipped plan'])
  })
})
