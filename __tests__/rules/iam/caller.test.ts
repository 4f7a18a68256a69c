import { describe, expect, test } from '@jest/globals'
import type { Fact } from '../../../src/model/fact.ts'
import type { Caller, RolePolicy, SimulatedAction } from '../../../src/model/facts/iam.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { caller as rule } from '../../../src/rules/iam/caller.ts'
import { type CallingEntity, creationActions } from '../../../src/semantics/policies/cluster-creation.ts'
import { concreteResource } from '../../../src/semantics/policies/policy-simulation.ts'
import { aPlan, aPolicy, aRequest, aRole, aRolePolicy, denied, findingsOf, known } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const account = '123456789012'
const executionRole = `arn:aws:iam::${account}:role/HyperPodExecutionRole`
const deployer: Caller = { kind: 'role', name: 'Deployer', arn: `arn:aws:iam::${account}:role/ci/Deployer`, permissionsBoundaryArn: null }
const roles = { HyperPodExecutionRole: known(aRole()) }
const onEks: Partial<Plan> = {
  orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location: null } },
}
const tagged: Partial<Plan> = { request: aRequest({ value: { Tags: [{ Key: 'team', Value: 'ml' }] } }) }
const admin = aRolePolicy('Admin', { Effect: 'Allow', Action: '*', Resource: '*' })
const create = { Effect: 'Allow', Action: 'sagemaker:CreateCluster', Resource: '*' }
const pass = (service: string): object => ({
  Effect: 'Allow',
  Action: 'iam:PassRole',
  Resource: `arn:aws:iam::${account}:role/HyperPod*`,
  Condition: { StringEquals: { 'iam:PassedToService': service } },
})

type Answer = Partial<SimulatedAction>
/** What the policy engine answers: allowed, but for the actions named. */
const simulated = (plan: Plan, who: CallingEntity, others: Readonly<Record<string, Answer>> = {}): readonly SimulatedAction[] =>
  creationActions(plan, who, roles).map((needed) => ({
    action: needed.action,
    resource: concreteResource(needed),
    decision: 'allowed',
    missingContextValues: [],
    allowedByOrganizations: null,
    allowedByPermissionsBoundary: null,
    matchedPolicies: [],
    ...others[needed.action],
  }))

interface Given {
  readonly plan?: Partial<Plan>
  readonly who?: Caller
  readonly policies?: readonly RolePolicy[] | null | Fact<never>
  readonly simulation?: readonly SimulatedAction[] | Fact<never> | null
  readonly served?: boolean | Fact<never>
}

const refused = denied('iam:SimulatePrincipalPolicy')

const judge = ({ plan = {}, who = deployer, policies = [], simulation = refused, served = true }: Given): Finding => {
  const facts = { caller: who, roles, callerPolicies: policies, callerSimulation: simulation, hyperPodServiceRole: served }
  const [finding, ...others] = findingsOf(rule, aPlan(plan), facts)
  if (finding === undefined || others.length > 0) throw new Error('one outcome for the caller')
  return finding
}
const brief = ({ status, severity, message }: Finding): string => `${status} ${severity} ${message}`
const grantedBy = (finding: Finding): object[] =>
  JSON.parse(/--policy-document '(.*)'$/.exec(finding.fix?.commands[0] ?? '')?.[1] ?? '{}').Statement

const denies = aRolePolicy('No', { Sid: 'Frozen', Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' })
const boundary: RolePolicy = {
  kind: 'boundary',
  name: 'Bound',
  arn: `arn:aws:iam::${account}:policy/Bound`,
  document: aPolicy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }),
}

describe('iam/caller, by the policies of the role', () => {
  const cases: readonly [string, Given, string][] = [
    [
      'everything',
      { policies: [admin] },
      `pass warning Deployer may create the cluster: it is allowed sagemaker:CreateCluster, iam:PassRole on ${executionRole}`,
    ],
    [
      'a role that only reads',
      { policies: [aRolePolicy('Read', { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' })] },
      `fail notice Deployer may not call sagemaker:CreateCluster, as a role that only checks need not: the one that creates the cluster needs sagemaker:CreateCluster, iam:PassRole on ${executionRole}`,
    ],
    [
      'no iam:PassRole',
      { policies: [aRolePolicy('Create', create)] },
      `fail warning Deployer could not create the cluster: it lacks iam:PassRole on ${executionRole} (no policy allows it)`,
    ],
    [
      'iam:PassRole to EC2',
      { policies: [aRolePolicy('Create', create, pass('ec2.amazonaws.com'))] },
      `fail warning Deployer could not create the cluster: it lacks iam:PassRole on ${executionRole} (no policy allows it)`,
    ],
    [
      'iam:PassRole to SageMaker',
      { policies: [aRolePolicy('Create', create, pass('sagemaker.amazonaws.com'))] },
      `pass warning Deployer may create the cluster: it is allowed sagemaker:CreateCluster, iam:PassRole on ${executionRole}`,
    ],
    [
      'a Deny, of a role that only reads',
      { policies: [denies] },
      `fail warning Deployer could not create the cluster: it lacks sagemaker:CreateCluster (no policy allows it), iam:PassRole on ${executionRole} (statement "Frozen" of the inline policy No denies it)`,
    ],
    [
      'a boundary',
      { policies: [admin, boundary] },
      `fail warning Deployer could not create the cluster: it lacks iam:PassRole on ${executionRole} (the permissions boundary does not allow it)`,
    ],
    [
      'the first cluster of the account',
      { policies: [aRolePolicy('Create', create, pass('sagemaker.amazonaws.com'))], served: false },
      'fail warning Deployer could not create the cluster: it lacks iam:CreateServiceLinkedRole (no policy allows it); AWSServiceRoleForSageMakerHyperPod does not exist yet',
    ],
    [
      'nobody knows whether it is the first',
      { policies: [aRolePolicy('Create', create, pass('sagemaker.amazonaws.com'))], served: denied('iam:GetRole') },
      'fail warning Deployer could not create the cluster: it lacks iam:CreateServiceLinkedRole (no policy allows it)',
    ],
    [
      'tags',
      { plan: tagged, policies: [aRolePolicy('Create', create, pass('sagemaker.amazonaws.com'))] },
      'fail warning Deployer could not create the cluster: it lacks sagemaker:AddTags (no policy allows it)',
    ],
    [
      'EKS, access entries of the cluster only',
      {
        plan: onEks,
        policies: [
          aRolePolicy('Create', create, pass('sagemaker.amazonaws.com'), {
            Effect: 'Allow',
            Action: 'eks:*',
            Resource: `arn:aws:eks:us-west-2:${account}:cluster/prod`,
          }),
        ],
      },
      'fail warning Deployer could not create the cluster: it lacks eks:DescribeAccessEntry, eks:AssociateAccessPolicy, eks:DeleteAccessEntry (no policy allows it)',
    ],
    [
      'neither policies nor simulator',
      { policies: denied('iam:ListRolePolicies') },
      `unknown warning whether Deployer may do sagemaker:CreateCluster, iam:PassRole on ${executionRole} cannot be told: iam:SimulatePrincipalPolicy answered AccessDenied (HTTP 403)`,
    ],
  ]
  test.each(cases)('%s', (_, given, expected) => {
    expect(brief(judge(given))).toBe(expected)
  })

  test('in full', () => {
    expectInFull(
      'iam-caller.yaml',
      cases.map(([name, given]) => [name, [judge(given)]]),
    )
  })
})

describe('iam/caller, by the policy simulator', () => {
  const answers = (others: Readonly<Record<string, Answer>>, plan: Partial<Plan> = {}): readonly SimulatedAction[] =>
    simulated(aPlan(plan), deployer as CallingEntity, others)
  const implicit: Answer = { decision: 'implicitDeny' }

  const simulations: readonly [string, Given, string][] = [
    ['allowed', { simulation: answers({}), policies: null }, 'pass warning Deployer may create the cluster'],
    [
      'the organisation, whatever the documents say',
      { simulation: answers({ 'iam:PassRole': { ...implicit, allowedByOrganizations: false } }), policies: [admin] },
      `fail warning Deployer could not create the cluster: it lacks iam:PassRole on ${executionRole} (a policy of the organisation does not allow it)`,
    ],
    [
      'the organisation does not allow the call itself',
      { simulation: answers({ 'sagemaker:CreateCluster': { ...implicit, allowedByOrganizations: false } }), policies: [admin] },
      'fail warning Deployer could not create the cluster: it lacks sagemaker:CreateCluster (a policy of the organisation does not allow it)',
    ],
    [
      'a Deny',
      { simulation: answers({ 'iam:PassRole': { decision: 'explicitDeny', matchedPolicies: ['Guard'] } }), policies: null },
      `fail warning Deployer could not create the cluster: it lacks iam:PassRole on ${executionRole} (a statement of Guard denies it)`,
    ],
    [
      'only the call itself lacks',
      { simulation: answers({ 'sagemaker:CreateCluster': implicit }), policies: null },
      'fail notice Deployer may not call sagemaker:CreateCluster',
    ],
    [
      'a key that only the call has, and no documents',
      { simulation: answers({ 'iam:PassRole': { ...implicit, missingContextValues: ['aws:SourceVpce'] } }), policies: null },
      `unknown warning whether Deployer may do iam:PassRole on ${executionRole} cannot be told: it depends on aws:SourceVpce, which only the call itself has`,
    ],
    [
      'the same, and documents that know',
      { simulation: answers({ 'iam:PassRole': { ...implicit, missingContextValues: ['aws:SourceVpce'] } }), policies: [admin] },
      'pass warning Deployer may create the cluster',
    ],
    [
      'one cluster id only, which may be the one',
      {
        simulation: answers({ 'sagemaker:CreateCluster': implicit }),
        policies: [aRolePolicy('One', { ...create, Resource: `arn:aws:sagemaker:us-west-2:${account}:cluster/zz*` })],
      },
      'unknown warning whether Deployer may do sagemaker:CreateCluster cannot be told: statement 1 of the inline policy One: its resources cover a part only',
    ],
  ]
  test.each(simulations)('%s', (_, given, expected) => {
    expect(brief(judge(given))).toContain(expected)
  })

  test('in full', () => {
    expectInFull(
      'iam-caller-simulated.yaml',
      simulations.map(([name, given]) => [name, [judge(given)]]),
    )
  })

  test('a role for scaling is passed too, to a service that nobody documents', () => {
    const scaling = `arn:aws:iam::${account}:role/Scaling`
    const plan = { request: aRequest({ value: { ClusterRole: scaling } }) }
    expect(judge({ plan, policies: [admin] }).evidence?.['needed']).toContain(`iam:PassRole on ${scaling}`)
    expect(judge({ plan, policies: [aRolePolicy('Create', create, pass('sagemaker.amazonaws.com'))] }).status).toBe('fail')
  })
})

describe('iam/caller, the fix', () => {
  test('puts exactly what lacks into an inline policy of a new name, and with it the rule passes', () => {
    const own = { ...aRolePolicy('x', create), name: 'HyperPodClusterCreation' }
    const given: Given = { plan: { ...onEks, ...tagged }, policies: [own], served: false }
    const finding = judge(given)
    expect(finding.fix?.commands).toEqual([
      `aws iam put-role-policy --role-name Deployer --policy-name HyperPodClusterCreation2 --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sagemaker:AddTags","Resource":"arn:aws:sagemaker:us-west-2:123456789012:cluster/*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/HyperPodExecutionRole","Condition":{"StringEquals":{"iam:PassedToService":"sagemaker.amazonaws.com"}}},{"Effect":"Allow","Action":["eks:DescribeCluster","eks:CreateAccessEntry"],"Resource":"arn:aws:eks:us-west-2:123456789012:cluster/prod"},{"Effect":"Allow","Action":["eks:DescribeAccessEntry","eks:AssociateAccessPolicy","eks:DeleteAccessEntry"],"Resource":"arn:aws:eks:us-west-2:123456789012:access-entry/prod/*"},{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"arn:aws:iam::123456789012:role/aws-service-role/hyperpod.sagemaker.amazonaws.com/AWSServiceRoleForSageMakerHyperPod","Condition":{"StringEquals":{"iam:AWSServiceName":"hyperpod.sagemaker.amazonaws.com"}}}]}'`,
    ])
    expect(judge({ ...given, policies: [own, aRolePolicy('Added', ...grantedBy(finding))] }).status).toBe('pass')
  })

  test('for a role that only reads it makes a policy and changes no role', () => {
    const finding = judge({ plan: onEks })
    expect(finding.fix?.commands).toHaveLength(1)
    expect(finding.fix?.commands[0]).toMatch(/^aws iam create-policy --policy-name HyperPodClusterCreation /)
    expect(judge({ plan: onEks, policies: [aRolePolicy('Creating', ...grantedBy(finding))] }).status).toBe('pass')
  })

  test('a permission set is changed in IAM Identity Center', () => {
    const who: Caller = { ...deployer, kind: 'role', name: 'AWSReservedSSO_Admin_0123456789abcdef', permissionsBoundaryArn: null }
    const { fix } = judge({ who, policies: [aRolePolicy('Create', create)] })
    expect(fix?.commands).toEqual(['aws sso-admin list-instances'])
    expect(fix?.text).toContain('inline policy of its permission set: {"Version":"2012-10-17"')
  })

  test('a user gets a policy attached', () => {
    const who: Caller = { kind: 'user', name: 'ann', arn: `arn:aws:iam::${account}:user/team/ann` }
    const simulation = simulated(aPlan(), who, { 'iam:PassRole': { decision: 'implicitDeny' } })
    const commands = judge({ who, policies: null, simulation }).fix?.commands
    expect(commands?.[0]).toMatch(/^aws iam create-policy /)
    expect(commands?.[1]).toBe(
      `aws iam attach-user-policy --user-name ann --policy-arn arn:aws:iam::${account}:policy/HyperPodClusterCreation`,
    )
  })

  test('a Deny and a boundary are shown', () => {
    expect(judge({ policies: [admin, denies] }).fix?.commands).toEqual(['aws iam get-role-policy --role-name Deployer --policy-name No'])
    expect(judge({ policies: [admin, boundary] }).fix?.commands).toEqual([
      `aws iam get-policy --policy-arn arn:aws:iam::${account}:policy/Bound`,
    ])
  })
})

describe('iam/caller, who is no role or user', () => {
  test.each<[Caller, string]>([
    [{ kind: 'root', arn: `arn:aws:iam::${account}:root` }, 'pass warning'],
    [{ kind: 'unreadable', arn: `arn:aws:sts::${account}:federated-user/x`, reason: 'it is federated' }, 'unknown warning'],
  ])('%j', (who, expected) => {
    expect(brief(judge({ who, policies: null, simulation: null }))).toMatch(new RegExp(`^${expected} `))
  })

  test('a caller that could not be learned is unknown', () => {
    const facts: { readonly [K in keyof Facts]?: Facts[K] | Fact<never> } = { caller: denied('iam:GetRole'), roles }
    expect(findingsOf(rule, aPlan(), facts).map(({ status, gap }) => `${status} ${gap?.action}`)).toEqual(['unknown iam:GetRole'])
  })
})
