import type { RolePolicy, SimulatedAction } from '../../src/model/facts/iam.ts'
import type { Plan } from '../../src/model/plan.ts'
import { concreteResource } from '../../src/semantics/policies/policy-simulation.ts'
import { requiredActions, scriptActions } from '../../src/semantics/policies/required-actions.ts'
import { aPolicy, aRole, aRolePolicy, type Given, known } from '../builders.ts'
import { account, eksPlan, group, slurmPlan, subnetA, subnetB, subnetsOf } from './account.ts'
import type { Design } from './design.ts'
import { managedPolicy, networkActions, networkPolicy, policies } from './role-policies.ts'

/** Execution roles under limits: boundaries, paths, conditions, policies of the organization. */

const trusted = (principal: object, condition?: object): Given => ({
  roles: {
    HyperPodExecutionRole: known(
      aRole({
        trustPolicy: aPolicy({
          Effect: 'Allow',
          Principal: principal,
          Action: 'sts:AssumeRole',
          ...(condition && { Condition: condition }),
        }),
      }),
    ),
  },
})
const sageMaker = { Service: 'sagemaker.amazonaws.com' }
const fromAccount = (id: string) => ({ StringEquals: { 'aws:SourceAccount': id } })

const boundaryArn = `arn:aws:iam::${account}:policy/boundary`
const bounded = (...statements: readonly object[]): Given => ({
  roles: { HyperPodExecutionRole: known(aRole({ permissionsBoundaryArn: boundaryArn })) },
  rolePolicies: policies(managedPolicy, networkPolicy, { ...aRolePolicy('boundary', ...statements), kind: 'boundary', arn: boundaryArn }),
})
const allow = (action: string | readonly string[], more: object = {}): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  ...more,
})
const logging = ['logs:*', 'cloudwatch:*', 'ssmmessages:*']

const pathArn = `arn:aws:iam::${account}:role/hyperpod/HyperPodExecutionRole`
const onPath = slurmPlan({
  InstanceGroups: ['controller', 'worker-1'].map((name, index) =>
    group(name, index === 0 ? 'ml.m5.2xlarge' : 'ml.p5.48xlarge', 1 + index, { ExecutionRole: pathArn }),
  ),
})
const pathRole = aRole({ arn: pathArn, path: '/hyperpod/' })

/** Network interfaces in these subnets alone. */
const inSubnets = (...subnets: readonly string[]): RolePolicy =>
  aRolePolicy('network', allow(networkActions.filter((action) => action !== 'ec2:CreateNetworkInterface')), {
    Effect: 'Allow',
    Action: ['ec2:CreateNetworkInterface', 'ec2:CreateTags'],
    Resource: [`arn:aws:ec2:us-west-2:${account}:network-interface/*`, ...subnets],
  })
const subnetArn = (owner: string, id: string): string => `arn:aws:ec2:us-west-2:${owner}:subnet/${id}`
const owner = '999988887777'
const shared: Given = { subnets: subnetsOf({ ...subnetA, ownerId: owner }, { ...subnetB, ownerId: owner }) }

/** Network interfaces in one VPC alone. */
const inVpc = (vpcId: string): Given => ({
  rolePolicies: policies(
    managedPolicy,
    networkPolicy,
    aRolePolicy('inside', {
      Effect: 'Deny',
      Action: ['ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission'],
      Resource: ['arn:aws:ec2:*:*:subnet/*', 'arn:aws:ec2:*:*:network-interface/*'],
      Condition: { ArnNotEquals: { 'ec2:Vpc': `arn:aws:ec2:us-west-2:${account}:vpc/${vpcId}` } },
    }),
  ),
})

/** What AWS's policy engine answers about the one role: everything is allowed, but for what a test says of an action. */
const simulated = (plan: Plan, otherwise: Readonly<Record<string, Partial<SimulatedAction>>> = {}): Given => {
  const [planned] = plan.executionRoles
  if (planned === undefined) return {}
  const asked = [
    ...requiredActions(planned, aRole(), plan, subnetsOf(subnetA, subnetB)),
    ...plan.lifecycleSources.flatMap((folder) => scriptActions(planned, aRole(), plan, folder, true)),
  ]
  const answers = asked.map(
    (request): SimulatedAction => ({
      action: request.action,
      resource: concreteResource(request),
      decision: 'allowed',
      missingContextValues: [],
      allowedByOrganizations: true,
      allowedByPermissionsBoundary: null,
      matchedPolicies: [],
      ...otherwise[request.action],
    }),
  )
  return { roleSimulations: { HyperPodExecutionRole: known(answers) } }
}
const byOrganization = { decision: 'explicitDeny', allowedByOrganizations: false } as const

export const roles: readonly Design[] = [
  {
    name: 'a role that trusts SageMaker for one account',
    plan: slurmPlan(),
    given: trusted(sageMaker, fromAccount(account)),
    without: [
      { part: 'that account', given: trusted(sageMaker, fromAccount('999988887777')), against: ['fail iam/execution-role-trust'] },
      { part: 'SageMaker', given: trusted({ Service: 'ec2.amazonaws.com' }), against: ['fail iam/execution-role-trust'] },
    ],
  },
  {
    name: 'a role that trusts SageMaker for the clusters of one account',
    plan: slurmPlan(),
    given: trusted(sageMaker, { ArnLike: { 'aws:SourceArn': `arn:aws:sagemaker:us-west-2:${account}:*` } }),
    without: [
      {
        part: 'the Region',
        given: trusted(sageMaker, { ArnLike: { 'aws:SourceArn': `arn:aws:sagemaker:eu-west-1:${account}:*` } }),
        against: ['fail iam/execution-role-trust'],
      },
      {
        part: 'a pattern for what is not documented',
        given: trusted(sageMaker, { ArnLike: { 'aws:SourceArn': `arn:aws:sagemaker:us-west-2:${account}:cluster/*` } }),
        against: ['unknown iam/execution-role-trust'],
      },
    ],
  },
  {
    name: 'a permissions boundary by service',
    plan: eksPlan(),
    given: bounded(allow([...logging, 'ec2:*', 'ecr:*', 's3:Get*', 's3:List*'])),
    without: [
      { part: 'S3', given: bounded(allow([...logging, 'ec2:*', 'ecr:*'])), against: ['fail s3/role-access'] },
      { part: 'EC2', given: bounded(allow([...logging, 'ecr:*', 's3:*'])), against: ['fail iam/execution-role-permissions'] },
      { part: 'ECR', given: bounded(allow([...logging, 'ec2:*', 's3:*'])), against: ['fail iam/execution-role-permissions'] },
    ],
  },
  {
    name: 'a permissions boundary that allows all but what it denies',
    plan: slurmPlan(),
    given: bounded(allow('*'), { Effect: 'Deny', Action: ['iam:*', 'organizations:*', 'ec2:RunInstances'], Resource: '*' }),
    without: [
      {
        part: 'network interfaces',
        given: bounded(allow('*'), { Effect: 'Deny', Action: 'ec2:Create*', Resource: '*' }),
        against: ['fail iam/execution-role-permissions'],
      },
      {
        part: 'the Region of the cluster',
        given: bounded(allow('*'), {
          Effect: 'Deny',
          NotAction: 'iam:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
        }),
        against: ['fail iam/execution-role-permissions', 'fail s3/role-access'],
      },
    ],
  },
  {
    name: 'a role on a path',
    plan: onPath,
    given: { roles: { HyperPodExecutionRole: known(pathRole) } },
    without: [
      { part: 'that path', given: { roles: { HyperPodExecutionRole: known(aRole()) } }, against: ['fail iam/execution-role-exists'] },
      { part: 'the role', given: { roles: { HyperPodExecutionRole: known(null) } }, against: ['fail iam/execution-role-exists'] },
    ],
  },
  {
    name: 'a role for the subnets of the account alone',
    plan: slurmPlan(),
    given: {
      rolePolicies: policies(managedPolicy, inSubnets(subnetArn(account, 'subnet-0aaaaaaa'), subnetArn(account, 'subnet-0bbbbbbb'))),
    },
    without: [
      {
        part: 'one of them',
        given: { rolePolicies: policies(managedPolicy, inSubnets(subnetArn(account, 'subnet-0aaaaaaa'))) },
        against: ['fail iam/execution-role-permissions'],
      },
      { part: 'the account in their ARNs', given: shared, against: ['fail iam/execution-role-permissions'] },
    ],
  },
  {
    name: 'a role for the subnets of the account that shares them',
    plan: slurmPlan(),
    given: {
      ...shared,
      rolePolicies: policies(managedPolicy, inSubnets(subnetArn(owner, 'subnet-0aaaaaaa'), subnetArn(owner, 'subnet-0bbbbbbb'))),
    },
    without: [
      {
        part: 'the ARNs of the owner',
        given: {
          rolePolicies: policies(managedPolicy, inSubnets(subnetArn(account, 'subnet-0aaaaaaa'), subnetArn(account, 'subnet-0bbbbbbb'))),
        },
        against: ['fail iam/execution-role-permissions'],
      },
      {
        part: 'any subnet',
        given: { rolePolicies: policies(managedPolicy, inSubnets()) },
        against: ['fail iam/execution-role-permissions'],
      },
    ],
  },
  {
    name: 'a role that is kept inside one VPC',
    plan: slurmPlan(),
    given: inVpc('vpc-0a1b2c3d'),
    without: [
      { part: 'that VPC', given: inVpc('vpc-0other000'), against: ['fail iam/execution-role-permissions'] },
      {
        part: 'the policy for the network',
        given: { rolePolicies: policies(managedPolicy) },
        against: ['fail iam/execution-role-permissions'],
      },
    ],
  },
  {
    name: "an organization that AWS's policy engine knows",
    plan: eksPlan(),
    given: simulated(eksPlan()),
    without: [
      {
        part: 'its leave to make network interfaces',
        given: simulated(eksPlan(), { 'ec2:CreateNetworkInterface': byOrganization }),
        against: ['fail iam/execution-role-permissions'],
      },
      {
        part: 'its leave to read from S3',
        given: simulated(eksPlan(), { 's3:GetObject': byOrganization }),
        against: ['fail s3/role-access'],
      },
      {
        part: 'the values that its denial hangs on',
        given: simulated(eksPlan(), { 'ec2:CreateNetworkInterface': { ...byOrganization, missingContextValues: ['aws:SourceVpc'] } }),
        against: ['unknown iam/execution-role-permissions'],
      },
      {
        part: 'the policy for the network',
        given: {
          rolePolicies: policies(managedPolicy),
          ...simulated(eksPlan(), { 'ec2:CreateNetworkInterface': { decision: 'implicitDeny' } }),
        },
        against: ['fail iam/execution-role-permissions'],
      },
    ],
  },
  {
    name: 'roles of their own for two groups',
    plan: slurmPlan({
      InstanceGroups: [
        group('controller', 'ml.m5.2xlarge', 1),
        group('worker-1', 'ml.p5.48xlarge', 4, { ExecutionRole: `arn:aws:iam::${account}:role/Workers` }),
      ],
    }),
    given: {
      roles: { HyperPodExecutionRole: known(aRole()), Workers: known(aRole({ name: 'Workers' })) },
      rolePolicies: { ...policies(managedPolicy, networkPolicy), Workers: known([managedPolicy, networkPolicy]) },
    },
    without: [
      {
        part: 'the managed policy at one',
        given: { rolePolicies: { ...policies(managedPolicy, networkPolicy), Workers: known([networkPolicy]) } },
        against: ['fail iam/execution-role-permissions', 'fail s3/role-access'],
      },
      {
        part: 'one of them',
        given: {
          roles: { HyperPodExecutionRole: known(aRole()), Workers: known(null) },
          rolePolicies: { ...policies(managedPolicy, networkPolicy), Workers: known(null) },
        },
        against: ['fail iam/execution-role-exists'],
      },
    ],
  },
]
