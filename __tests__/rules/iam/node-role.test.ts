import { describe, expect, test } from '@jest/globals'
import type { Role } from '../../../src/model/facts/iam.ts'
import type { Plan, PlannedRole } from '../../../src/model/plan.ts'
import { nodeRole as rule } from '../../../src/rules/iam/node-role.ts'
import { aPlan, aPolicy, aRole, denied, findingsOf, known, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const name = 'HyperPodNodeRole'
const plan = aPlan({ nodeRole: { name, arn: null, origin: 'default', instanceGroups: [], location: null } })
const judgeIn = (nodes: Plan, found: Role | null) => findingsOf(rule, nodes, { roles: { [name]: known(found) } })
const judge = (found: Role | null) => judgeIn(plan, found)[0]
const trusting = (...services: readonly string[]): Role =>
  aRole({ name, trustPolicy: aPolicy({ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }) })

describe('iam/node-role', () => {
  const cases: readonly (readonly [string, Role | null, string, string])[] = [
    ['absent', null, 'fail', 'does not exist'],
    ['for EC2', trusting('ec2.amazonaws.com'), 'fail', 'is trusted by ec2.amazonaws.com and not by sagemaker.amazonaws.com'],
    ['for something else', trusting('lambda.amazonaws.com'), 'fail', 'is not trusted by sagemaker.amazonaws.com'],
    ['for SageMaker', trusting('sagemaker.amazonaws.com'), 'pass', 'sagemaker.amazonaws.com may assume'],
    ['for both', trusting('ec2.amazonaws.com', 'sagemaker.amazonaws.com'), 'pass', 'sagemaker.amazonaws.com may assume'],
  ]
  test.each(cases)('%s', (_, found, status, message) => {
    expect(judge(found)).toMatchObject({ status, severity: 'warning', subject: name })
    expect(judge(found)?.message).toContain(message)
  })

  test('in full', () => {
    const location = { path: 'cluster.json', line: 3, column: 5 }
    const named = (changes: Partial<PlannedRole>, executionRoles: readonly PlannedRole[] = plan.executionRoles): Plan => {
      const nodeRole: PlannedRole = { name, arn: null, origin: 'request', instanceGroups: [], location, ...changes }
      return aPlan({ nodeRole, executionRoles })
    }
    const two = plan.executionRoles.flatMap((role) => [role, { ...role, name: 'Second' }])
    expectInFull('iam-node-role.yaml', [
      ...cases.map(([title, found]) => [title, judgeIn(named({}), found)] as const),
      ['of another path', judgeIn(named({ arn: `arn:aws:iam::123456789012:role/team/${name}` }), trusting('sagemaker.amazonaws.com'))],
      ['no execution role', judgeIn(named({}, []), null)],
      ['two execution roles', judgeIn(named({}, two), null)],
    ])
  })

  test('the way out is the execution role', () => {
    expect(judge(null)?.fix?.commands).toEqual(['aws iam list-attached-role-policies --role-name HyperPodExecutionRole'])
  })

  test('a role that cannot be read is unknown', () => {
    const findings = findingsOf(rule, plan, { roles: { [name]: denied('iam:GetRole') } })
    expect(statuses(findings)).toEqual([`unknown ${name}`])
    expect(findings[0]?.severity).toBe('warning')
  })

  test('a plan without a node role is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), { roles: {} }))).toEqual(['skipped plan'])
  })
})
