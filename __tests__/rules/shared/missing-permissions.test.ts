import { describe, expect, test } from '@jest/globals'
import type { RolePolicy } from '../../../src/model/facts/iam.ts'
import { missingPermissionsFix } from '../../../src/rules/shared/missing-permissions.ts'
import type { RequiredAction } from '../../../src/semantics/policies/required-actions.ts'
import { type Permission, type PermissionDecision, policyTitle } from '../../../src/semantics/policies/role-permissions.ts'
import { aPolicy, aRole, aRolePolicy } from '../../builders.ts'

const required = (action: string, changes: Partial<RequiredAction> = {}): RequiredAction => ({
  action,
  resource: '*',
  sharedResource: null,
  sample: null,
  grantOn: '*',
  context: {},
  managed: false,
  severity: 'error',
  demand: 'always',
  bucket: null,
  ...changes,
})
const ungranted: PermissionDecision = { kind: 'implicit-deny', layer: 'identity' }
const bounded: PermissionDecision = { kind: 'implicit-deny', layer: 'boundary' }
const deniedBy = (policy: string, kind: 'inline' | 'attached' | 'boundary' | 'resource'): PermissionDecision => ({
  kind: 'explicit-deny',
  by: { policy, kind, sid: null, position: 1 },
})
const lacks = (action: string, decision: PermissionDecision, changes: Partial<RequiredAction> = {}): Permission => ({
  required: required(action, changes),
  decision,
})

const managedName = 'AmazonSageMakerClusterInstanceRolePolicy'
const managedArn = `arn:aws:iam::aws:policy/${managedName}`
const attached = (name: string, arn: string): RolePolicy => ({ kind: 'attached', name, arn, document: aPolicy() })
const boundary: RolePolicy = { kind: 'boundary', name: 'limit', arn: 'arn:aws:iam::123456789012:policy/limit', document: aPolicy() }

const role = 'HyperPodExecutionRole'
const attach = `aws iam attach-role-policy --role-name ${role} --policy-arn ${managedArn}`
const put = (name: string, ...statements: readonly object[]): string =>
  `aws iam put-role-policy --role-name ${role} --policy-name ${name} --policy-document '${JSON.stringify({ Version: '2012-10-17', Statement: statements })}'`
const allow = (action: string | readonly string[], resource = '*') => ({ Effect: 'Allow', Action: action, Resource: resource })

const attachText = `Attach ${managedName} to ${role}.`
const putText = `Put the missing actions into an inline policy of ${role}.`
const denyText = 'Take the actions out of the Deny statements: no other policy can undo a Deny.'
const organizationText = `Nothing in account 123456789012 can grant what a service control policy takes away: ask those who manage the organization, in its management account, to let ${role} do it.`

describe('what a role is given', () => {
  test.each<readonly [string, readonly RolePolicy[], readonly Permission[], string, readonly string[]]>([
    ['the managed policy where it grants', [], [lacks('logs:PutLogEvents', ungranted, { managed: true })], attachText, [attach]],
    [
      'the managed policy, and one inline policy with exactly the rest, by resource',
      [],
      [
        lacks('logs:PutLogEvents', ungranted, { managed: true }),
        lacks('ec2:DescribeVpcs', ungranted),
        lacks('s3:GetObject', ungranted, { grantOn: 'arn:aws:s3:::b/*' }),
        lacks('ec2:DescribeSubnets', ungranted),
      ],
      `${attachText} Put the other missing actions into an inline policy of ${role}.`,
      [
        attach,
        put(
          'HyperPodExecutionRoleAdditions',
          allow(['ec2:DescribeVpcs', 'ec2:DescribeSubnets']),
          allow('s3:GetObject', 'arn:aws:s3:::b/*'),
        ),
      ],
    ],
    [
      'an inline policy where the managed one is attached and does not help',
      [attached(managedName, managedArn), attached('other', 'arn:aws:iam::123456789012:policy/other')],
      [lacks('logs:PutLogEvents', ungranted, { managed: true })],
      putText,
      [put('HyperPodExecutionRoleAdditions', allow('logs:PutLogEvents'))],
    ],
    [
      'the managed policy where it is only the boundary, and another is attached',
      [{ ...boundary, arn: managedArn, name: managedName }, attached('other', 'arn:aws:iam::123456789012:policy/other')],
      [lacks('logs:PutLogEvents', ungranted, { managed: true })],
      attachText,
      [attach],
    ],
    [
      'an inline policy of a name that no inline policy has',
      [
        aRolePolicy('HyperPodExecutionRoleAdditions'),
        aRolePolicy('HyperPodExecutionRoleAdditions2'),
        attached('HyperPodExecutionRoleAdditions3', 'arn:aws:iam::123456789012:policy/HyperPodExecutionRoleAdditions3'),
      ],
      [lacks('ec2:DescribeVpcs', ungranted)],
      putText,
      [put('HyperPodExecutionRoleAdditions3', allow('ec2:DescribeVpcs'))],
    ],
    [
      'the boundary, which is shown',
      [boundary],
      [lacks('ec2:DescribeVpcs', bounded), lacks('ec2:DescribeSubnets', ungranted)],
      `${putText} Allow the actions in the permissions boundary limit too.`,
      [
        put('HyperPodExecutionRoleAdditions', allow('ec2:DescribeSubnets')),
        'aws iam get-policy --policy-arn arn:aws:iam::123456789012:policy/limit',
      ],
    ],
    [
      'what only a boundary or the organization withholds is put nowhere',
      [boundary],
      [lacks('ec2:DescribeVpcs', bounded), lacks('ec2:DescribeSubnets', { kind: 'organization-deny' })],
      `Allow the actions in the permissions boundary limit too. ${organizationText}`,
      ['aws iam get-policy --policy-arn arn:aws:iam::123456789012:policy/limit'],
    ],
    [
      'what the simulation denies: the policies to look at are listed',
      [boundary],
      [lacks('ec2:DescribeVpcs', { kind: 'simulated-deny', policies: [] }), lacks('ec2:DescribeSubnets', ungranted)],
      `${putText} ${denyText}`,
      [
        put('HyperPodExecutionRoleAdditions', allow('ec2:DescribeSubnets')),
        `aws iam list-attached-role-policies --role-name ${role}`,
        `aws iam list-role-policies --role-name ${role}`,
      ],
    ],
  ])('%s', (_, policies, missing, text, commands) => {
    expect(missingPermissionsFix(aRole(), policies, missing)).toEqual({ text, commands })
  })

  test('policies that could not be read: the name is to be looked up first, where one is needed', () => {
    expect(missingPermissionsFix(aRole(), null, [lacks('ec2:DescribeVpcs', ungranted)])).toEqual({
      text: `${putText} Its inline policies could not be read here: make sure that HyperPodExecutionRoleAdditions is not among those that the command lists.`,
      commands: [`aws iam list-role-policies --role-name ${role}`, put('HyperPodExecutionRoleAdditions', allow('ec2:DescribeVpcs'))],
    })
    expect(missingPermissionsFix(aRole(), null, [lacks('logs:PutLogEvents', ungranted, { managed: true })])).toEqual({
      text: attachText,
      commands: [attach],
    })
  })

  test('a boundary that could not be read: by the ARN that the role has, if it has one', () => {
    const missing = [lacks('ec2:DescribeVpcs', bounded)]
    const text = 'Allow the actions in the permissions boundary too.'
    const arn = 'arn:aws:iam::123456789012:policy/limit'
    expect(missingPermissionsFix(aRole({ permissionsBoundaryArn: arn }), null, missing)).toEqual({
      text,
      commands: [`aws iam get-policy --policy-arn ${arn}`],
    })
    expect(missingPermissionsFix(aRole(), null, missing)).toEqual({ text, commands: [] })
  })

  test('another partition has a managed policy of its own', () => {
    const china = aRole({ arn: `arn:aws-cn:iam::123456789012:role/${role}` })
    expect(missingPermissionsFix(china, [], [lacks('logs:PutLogEvents', ungranted, { managed: true })]).commands).toEqual([
      `aws iam attach-role-policy --role-name ${role} --policy-arn arn:aws-cn:iam::aws:policy/${managedName}`,
    ])
  })
})

describe('a Deny is shown', () => {
  const strict = attached('strict', 'arn:aws:iam::123456789012:policy/strict')
  const showStrict = 'aws iam get-policy --policy-arn arn:aws:iam::123456789012:policy/strict'
  test.each<readonly [string, readonly Permission[], readonly string[]]>([
    [
      'of an attached policy, once for two actions',
      [lacks('a:A', deniedBy(policyTitle(strict), 'attached')), lacks('a:B', deniedBy(policyTitle(strict), 'attached'))],
      [showStrict],
    ],
    [
      'of an inline policy',
      [lacks('a:A', deniedBy('the inline policy own', 'inline'))],
      [`aws iam get-role-policy --role-name ${role} --policy-name own`],
    ],
    ['of a policy that is not among those read', [lacks('a:A', deniedBy('the inline policy gone', 'inline'))], []],
    [
      'of a bucket, and of no other that something else withholds',
      [
        lacks('s3:GetObject', deniedBy('the policy of bucket b', 'resource'), { bucket: 'b' }),
        lacks('s3:ListBucket', deniedBy('the policy of bucket b', 'resource'), { bucket: 'b' }),
        lacks('s3:GetObject', ungranted, { bucket: 'c', grantOn: 'arn:aws:s3:::c/*' }),
        lacks('s3:GetObject', deniedBy(policyTitle(strict), 'attached'), { bucket: 'd' }),
        lacks('kms:Decrypt', deniedBy('the policy of bucket b', 'resource')),
      ],
      [
        put('HyperPodExecutionRoleAdditions', allow('s3:GetObject', 'arn:aws:s3:::c/*')),
        'aws s3api get-bucket-policy --bucket b',
        showStrict,
      ],
    ],
    ['of a key, for which there is no bucket', [lacks('kms:Decrypt', deniedBy('the policy of key k', 'resource'))], []],
  ])('%s', (_, missing, commands) => {
    const fix = missingPermissionsFix(aRole(), [strict, aRolePolicy('own')], missing)
    expect(fix.commands).toEqual(commands)
    expect(fix.text).toContain(denyText)
  })
})
