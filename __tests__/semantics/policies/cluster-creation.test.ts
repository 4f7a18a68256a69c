import { describe, expect, test } from '@jest/globals'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan, PlannedRole } from '../../../src/model/plan.ts'
import { type CallingEntity, type CreationAction, creationActions } from '../../../src/semantics/policies/cluster-creation.ts'
import { unknownPart } from '../../../src/semantics/policies/policy-text.ts'
import { aPlan, aRequest, aRole, denied, known } from '../../builders.ts'

const deployer: CallingEntity = {
  kind: 'role',
  name: 'Deployer',
  arn: 'arn:aws:iam::123456789012:role/ci/Deployer',
  permissionsBoundaryArn: null,
}
const user: CallingEntity = { kind: 'user', name: 'ann', arn: 'arn:aws:iam::123456789012:user/ann' }
const account = ['123456789012']
const ofCaller = {
  'aws:PrincipalAccount': account,
  'aws:PrincipalArn': [deployer.arn],
  'aws:PrincipalType': ['AssumedRole'],
  'aws:PrincipalIsAWSService': ['false'],
  'aws:username': null,
  'aws:SecureTransport': ['true'],
}
const inRegion = { ...ofCaller, 'aws:RequestedRegion': ['us-west-2'] }
const tagged = (...tags: readonly Readonly<Record<string, string>>[]): Partial<Plan> => ({ request: aRequest({ value: { Tags: tags } }) })
const serviceRole = `arn:aws:iam::123456789012:role/aws-service-role/hyperpod.sagemaker.amazonaws.com/AWSServiceRoleForSageMakerHyperPod`

const needed = (plan: Partial<Plan>, caller: CallingEntity = deployer, roles: Facts['roles'] = {}): readonly CreationAction[] =>
  creationActions(aPlan(plan), caller, roles)
const one = (action: string, plan: Partial<Plan>, caller?: CallingEntity, roles?: Facts['roles']): CreationAction | undefined =>
  needed(plan, caller, roles).find((each) => each.action === action)

describe('what creating a cluster takes', () => {
  test('whoever calls', () => {
    const cluster = 'arn:aws:sagemaker:us-west-2:123456789012:cluster/'
    expect(needed({ orchestrator: { kind: 'slurm', configuration: 'api' }, executionRoles: [] })).toEqual([
      {
        action: 'sagemaker:CreateCluster',
        title: 'sagemaker:CreateCluster',
        resource: `${cluster}${unknownPart}`,
        sample: `${cluster}a1b2c3d4e5f6`,
        grantOn: `${cluster}*`,
        grantUnder: {},
        context: { ...inRegion, 'aws:ResourceAccount': account },
      },
      {
        action: 'iam:CreateServiceLinkedRole',
        title: 'iam:CreateServiceLinkedRole',
        resource: serviceRole,
        sample: null,
        grantOn: serviceRole,
        grantUnder: { StringEquals: { 'iam:AWSServiceName': ['hyperpod.sagemaker.amazonaws.com'] } },
        context: { ...ofCaller, 'iam:AWSServiceName': ['hyperpod.sagemaker.amazonaws.com'] },
      },
    ])
  })

  test('a user has a name', () => {
    expect(one('sagemaker:CreateCluster', {}, user)?.context).toMatchObject({
      'aws:PrincipalArn': [user.arn],
      'aws:PrincipalType': ['User'],
      'aws:username': ['ann'],
    })
  })

  test('tags of the request are a right and a context of their own', () => {
    const plan = tagged({ Key: 'team', Value: 'ml' }, { Key: 'empty' }, { Value: 'no key' })
    const create = one('sagemaker:CreateCluster', plan)
    expect(create?.context).toEqual({
      ...inRegion,
      'aws:ResourceAccount': account,
      'aws:TagKeys': ['team', 'empty'],
      'aws:RequestTag/team': ['ml'],
      'aws:RequestTag/empty': [''],
    })
    expect(one('sagemaker:AddTags', plan)).toEqual({ ...create, action: 'sagemaker:AddTags', title: 'sagemaker:AddTags' })
  })

  test('a request without tags says that there are none; without a request nobody knows', () => {
    expect(one('sagemaker:CreateCluster', tagged())?.context).toHaveProperty(['aws:TagKeys'], null)
    expect(one('sagemaker:CreateCluster', { request: null })?.context).not.toHaveProperty(['aws:TagKeys'])
    expect([tagged(), { request: null }].map((plan) => one('sagemaker:AddTags', plan))).toEqual([undefined, undefined])
  })
})

describe('roles that are passed', () => {
  const planned = (name: string, arn: string | null = null): PlannedRole => ({
    name,
    arn,
    origin: 'request',
    instanceGroups: [],
    location: null,
  })
  const passed = (plan: Partial<Plan>, roles: Facts['roles'] = {}) =>
    needed(plan, deployer, roles).filter(({ action }) => action === 'iam:PassRole')

  test('to SageMaker, each once', () => {
    const role = 'arn:aws:iam::123456789012:role/a'
    expect(passed({ executionRoles: [planned('a'), planned('a')] })).toEqual([
      {
        action: 'iam:PassRole',
        title: `iam:PassRole on ${role}`,
        resource: role,
        sample: null,
        grantOn: role,
        grantUnder: { StringEquals: { 'iam:PassedToService': ['sagemaker.amazonaws.com'] } },
        context: { ...ofCaller, 'aws:ResourceAccount': account, 'iam:PassedToService': ['sagemaker.amazonaws.com'] },
      },
    ])
  })

  test.each<readonly [string, string | null, Facts['roles'], string]>([
    ['the ARN of the plan', 'arn:aws:iam::123456789012:role/x/a', {}, 'arn:aws:iam::123456789012:role/x/a'],
    [
      'that of the account',
      null,
      { a: known(aRole({ name: 'a', arn: 'arn:aws:iam::123456789012:role/y/a' })) },
      'arn:aws:iam::123456789012:role/y/a',
    ],
    [
      'that of the plan before that of the account',
      'arn:aws:iam::123456789012:role/x/a',
      { a: known(aRole({ name: 'a', arn: 'arn:aws:iam::123456789012:role/y/a' })) },
      'arn:aws:iam::123456789012:role/x/a',
    ],
    ['one without a path where there is none', null, { a: known(null) }, 'arn:aws:iam::123456789012:role/a'],
    ['the same where it was not learned', null, { a: denied('iam:GetRole') }, 'arn:aws:iam::123456789012:role/a'],
  ])('by %s', (_, arn, roles, resource) => {
    expect(passed({ executionRoles: [planned('a', arn)] }, roles).map((each) => each.resource)).toEqual([resource])
  })

  test('the role for scaling, to either of two services, unless it is passed already', () => {
    const scaling = 'arn:aws:iam::123456789012:role/scaling'
    const request = aRequest({ value: { ClusterRole: scaling } })
    expect(passed({ request, executionRoles: [] })).toEqual([
      {
        action: 'iam:PassRole',
        title: `iam:PassRole on ${scaling}`,
        resource: scaling,
        sample: null,
        grantOn: scaling,
        grantUnder: { StringEquals: { 'iam:PassedToService': ['sagemaker.amazonaws.com', 'hyperpod.sagemaker.amazonaws.com'] } },
        context: ofCaller,
      },
    ])
    expect(passed({ request, executionRoles: [planned('scaling')] })).toHaveLength(1)
  })
})

describe('on EKS', () => {
  const on = (name: string | null): Partial<Plan> => ({
    orchestrator: { kind: 'eks', cluster: name === null ? null : { name, arn: null, region: null, account: null, location: null } },
  })

  test('access entries are made with the rights of the caller', () => {
    const arn = 'arn:aws:eks:us-west-2:123456789012:'
    const entries = `${arn}access-entry/prod/role/123456789012/`
    const eks = needed(on('prod')).filter(({ action }) => action.startsWith('eks:'))
    expect(eks.map(({ action, resource, sample, grantOn }) => ({ action, resource, sample, grantOn }))).toEqual([
      ...['eks:DescribeCluster', 'eks:CreateAccessEntry'].map((action) => ({
        action,
        resource: `${arn}cluster/prod`,
        sample: null,
        grantOn: `${arn}cluster/prod`,
      })),
      ...['eks:DescribeAccessEntry', 'eks:AssociateAccessPolicy', 'eks:DeleteAccessEntry'].map((action) => ({
        action,
        resource: `${entries}${unknownPart}`,
        sample: `${entries}AWSServiceRoleForSageMakerHyperPod/54cae684-118a-2dd9-2a3d-01868c5231fa`,
        grantOn: `${arn}access-entry/prod/*`,
      })),
    ])
  })

  test('nothing of that where the cluster is not named, or is of Slurm', () => {
    const without = [on(null), { orchestrator: { kind: 'slurm', configuration: 'api' } as const }].flatMap((plan) => needed(plan))
    expect(without.filter(({ action }) => action.startsWith('eks:'))).toEqual([])
  })
})
