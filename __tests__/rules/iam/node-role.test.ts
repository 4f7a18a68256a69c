import { describe, expect, test } from '@jest/globals'
import type { Role } from '../../../src/model/facts.ts'
import { nodeRole as rule } from '../../../src/rules/iam/node-role.ts'
import { aPlan, aPolicy, aRole, denied, findingsOf, known, statuses } from '../../builders.ts'

const name = 'HyperPodNodeRole'
const plan = aPlan({ nodeRole: { name, arn: null, origin: 'default', instanceGroups: [], location: null } })
const judge = (found: Role | null) => findingsOf(rule, plan, { roles: { [name]: known(found) } })[0]
const trusting = (...services: readonly string[]): Role =>
  aRole({ name, trustPolicy: aPolicy({ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }) })

describe('iam/node-role', () => {
  test.each([
    ['absent', null, 'fail', 'does not exist'],
    ['for EC2', trusting('ec2.amazonaws.com'), 'fail', 'is trusted by ec2.amazonaws.com and not by sagemaker.amazonaws.com'],
    ['for something else', trusting('lambda.amazonaws.com'), 'fail', 'is not trusted by sagemaker.amazonaws.com'],
    ['for SageMaker', trusting('sagemaker.amazonaws.com'), 'pass', 'sagemaker.amazonaws.com may assume'],
    ['for both', trusting('ec2.amazonaws.com', 'sagemaker.amazonaws.com'), 'pass', 'sagemaker.amazonaws.com may assume'],
  ])('%s', (_, found, status, message) => {
    expect(judge(found)).toMatchObject({ status, severity: 'warning', subject: name })
    expect(judge(found)?.message).toContain(message)
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
