import { describe, expect, test } from '@jest/globals'
import type { VpcEndpoint } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { s3EndpointPolicy as rule } from '../../../src/rules/network/s3-endpoint-policy.ts'
import {
  aGap,
  aGroup,
  aPlan,
  aRequest,
  aRole,
  aRoute,
  aRouteTable,
  aScriptedGroup,
  aSubnet,
  aVpcEndpoint,
  denied,
  findingsOf,
  known,
  statuses,
} from '../../builders.ts'

const folder = 's3://sagemaker-lifecycle/hyperpod/'
const layers = 'prod-us-west-2-starport-layer-bucket'
const planOf = (changes: Partial<Plan> = {}) =>
  aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null }, ...changes })
const eks: Partial<Plan> = { orchestrator: { kind: 'eks', cluster: null } }

const all = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }
const bucket = 'arn:aws:s3:::sagemaker-lifecycle'
const own = { ...all, Action: 's3:*', Resource: [bucket, `${bucket}/*`] }
const data = { ...all, Sid: 'Data', Action: 's3:*', Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'] }
const policy = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const gateway = (policyDocument: string | null, changes: Partial<VpcEndpoint> = {}) =>
  aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'], policyDocument, ...changes })

type Given = Parameters<typeof findingsOf>[2]
const identity: Facts['identity'] = { kind: 'caller', account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ci', partition: 'aws' }
const factsOf = (vpcEndpoints: readonly VpcEndpoint[], changes: Given = {}): Given => ({
  identity,
  subnets: { 'subnet-0aaaaaaa': aSubnet() },
  routeTables: [aRouteTable()],
  vpcEndpoints,
  roles: { HyperPodExecutionRole: known(aRole()) },
  bucketPolicies: { 'sagemaker-lifecycle': known(null) },
  ...changes,
})
const linesOf = (plan: Plan, given: Given): readonly string[] =>
  findingsOf(rule, plan, given).map(({ status, severity, subject, message }) => `${status} ${severity} [${subject}] ${message}`)

const asRole = (operator: string, role: string) => ({
  ...all,
  Effect: 'Deny',
  Sid: 'OthersOut',
  Condition: { [operator]: { 'aws:PrincipalArn': `arn:aws:iam::123456789012:role/${role}` } },
})

describe('network/s3-endpoint-policy', () => {
  test.each<[string, Partial<Plan>, readonly VpcEndpoint[], readonly string[]]>([
    [
      'the default policy',
      {},
      [gateway(null)],
      [`pass error [vpce-0aaaaaaa ${folder}] gateway endpoint vpce-0aaaaaaa lets HyperPodExecutionRole read ${folder}`],
    ],
    [
      'the default policy on EKS',
      eks,
      [gateway(null)],
      [
        `pass error [vpce-0aaaaaaa ${folder}] gateway endpoint vpce-0aaaaaaa lets HyperPodExecutionRole read ${folder}`,
        `pass error [vpce-0aaaaaaa ${layers}] gateway endpoint vpce-0aaaaaaa lets image layers through from ${layers}, where Amazon ECR keeps them`,
      ],
    ],
    [
      'another bucket only, on EKS',
      eks,
      [gateway(policy(data))],
      [
        `fail error [vpce-0aaaaaaa ${folder}] gateway endpoint vpce-0aaaaaaa does not let HyperPodExecutionRole read ${folder}: the policy of vpce-0aaaaaaa does not allow s3:ListBucket and s3:GetObject there`,
        `fail error [vpce-0aaaaaaa ${layers}] gateway endpoint vpce-0aaaaaaa does not let image layers through from ${layers}, where Amazon ECR keeps them: the policy of vpce-0aaaaaaa does not allow s3:GetObject there`,
      ],
    ],
    [
      'objects without the listing',
      {},
      [gateway(policy({ ...own, Action: 's3:GetObject' }))],
      [
        `fail error [vpce-0aaaaaaa ${folder}] gateway endpoint vpce-0aaaaaaa does not let HyperPodExecutionRole read ${folder}: the policy of vpce-0aaaaaaa does not allow s3:ListBucket there`,
      ],
    ],
    [
      'Deny of other roles',
      {},
      [gateway(policy(all, asRole('StringNotEquals', 'Other')))],
      [
        `fail error [vpce-0aaaaaaa ${folder}] gateway endpoint vpce-0aaaaaaa does not let HyperPodExecutionRole read ${folder}: statement "OthersOut" of the policy of vpce-0aaaaaaa denies s3:ListBucket; statement "OthersOut" of the policy of vpce-0aaaaaaa denies s3:GetObject`,
      ],
    ],
    [
      'Deny of all but the role',
      {},
      [gateway(policy(all, asRole('StringNotEquals', 'HyperPodExecutionRole')))],
      [`pass error [vpce-0aaaaaaa ${folder}] gateway endpoint vpce-0aaaaaaa lets HyperPodExecutionRole read ${folder}`],
    ],
    [
      'an interface endpoint that takes over the names',
      {},
      [gateway(policy(data), { type: 'Interface', routeTableIds: [], privateDnsEnabled: true })],
      [
        `fail error [vpce-0aaaaaaa ${folder}] interface endpoint vpce-0aaaaaaa does not let HyperPodExecutionRole read ${folder}: the policy of vpce-0aaaaaaa does not allow s3:ListBucket and s3:GetObject there`,
      ],
    ],
    [
      'an interface endpoint beside the gateway that names do not lead to',
      {},
      [gateway(policy(own)), gateway(policy(data), { vpcEndpointId: 'vpce-0bbbbbbb', type: 'Interface', routeTableIds: [] })],
      [`pass error [vpce-0aaaaaaa ${folder}] gateway endpoint vpce-0aaaaaaa lets HyperPodExecutionRole read ${folder}`],
    ],
    [
      'no endpoint',
      {},
      [],
      ['skipped error [subnet-0aaaaaaa] subnet-0aaaaaaa reaches S3 through no endpoint: network/s3-route reports its way'],
    ],
    [
      'an endpoint on other tables',
      {},
      [gateway(policy(data), { routeTableIds: ['rtb-0other00'] })],
      ['skipped error [subnet-0aaaaaaa] subnet-0aaaaaaa reaches S3 through no endpoint: network/s3-route reports its way'],
    ],
  ])('%s', (_, plan, endpoints, expected) => {
    expect(linesOf(planOf(plan), factsOf(endpoints))).toEqual(expected)
  })

  test('every folder and every role that reads it', () => {
    const second = { bucket: 'scripts', prefix: 'login/', location: { path: 'cluster.json', line: 20, column: 7 } }
    const login = aScriptedGroup('on_create.sh', {
      name: 'login',
      executionRole: 'LoginRole',
      lifecycle: { mode: 'custom', source: second, script: 'on_create.sh', location: null },
    })
    const roles = [
      { name: 'HyperPodExecutionRole', arn: null, origin: 'request', instanceGroups: ['worker-1'], location: null },
      { name: 'LoginRole', arn: 'arn:aws:iam::123456789012:role/LoginRole', origin: 'request', instanceGroups: ['login'], location: null },
    ] as const
    const plan = planOf({
      instanceGroups: [aScriptedGroup(), login],
      executionRoles: roles,
      lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null }, second],
      request: aRequest(),
    })
    const endpoint = gateway(policy(all, asRole('ArnEquals', 'LoginRole')))
    const findings = findingsOf(rule, plan, factsOf([endpoint]))
    expect(statuses(findings)).toEqual([`fail vpce-0aaaaaaa s3://scripts/login/`, `pass vpce-0aaaaaaa ${folder}`].toReversed())
    expect(findings[1]).toMatchObject({ message: expect.stringContaining('does not let LoginRole read'), location: second.location })
  })

  test('each endpoint is asked for the folders of the groups behind it', () => {
    const placed = (subnetId: string) => ({ subnetIds: [subnetId], securityGroupIds: [], location: null })
    const source = { bucket: 'scripts', prefix: '', location: null }
    const plan = planOf({
      instanceGroups: [
        aScriptedGroup(),
        aScriptedGroup('on_create.sh', {
          name: 'other',
          overrideVpcConfig: placed('subnet-0bbbbbbb'),
          lifecycle: { mode: 'custom', source, script: 'on_create.sh', location: null },
        }),
        aGroup({ name: 'ami', overrideVpcConfig: placed('subnet-0ccccccc') }),
      ],
      lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null }, source],
      request: aRequest(),
    })
    const tables = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb', 'subnet-0ccccccc'].map((id, index) =>
      aRouteTable({ routeTableId: `rtb-${index}`, isMain: false, subnetIds: [id] }),
    )
    const scripts = { ...all, Resource: ['arn:aws:s3:::scripts', 'arn:aws:s3:::scripts/*'] }
    const facts = factsOf(
      [
        gateway(policy(own), { vpcEndpointId: 'vpce-0', routeTableIds: ['rtb-0'] }),
        gateway(policy(scripts), { vpcEndpointId: 'vpce-1', routeTableIds: ['rtb-1'] }),
        gateway(policy(data), { vpcEndpointId: 'vpce-2', routeTableIds: ['rtb-2'] }),
      ],
      {
        subnets: Object.fromEntries(tables.flatMap(({ subnetIds }) => subnetIds.map((subnetId) => [subnetId, aSubnet({ subnetId })]))),
        routeTables: tables,
      },
    )
    expect(statuses(findingsOf(rule, plan, facts))).toEqual([`pass vpce-0 ${folder}`, 'pass vpce-1 s3://scripts/', 'skipped vpce-2'])
  })

  test('a customary name of a script is not taken for a known object', () => {
    const narrow = gateway(policy({ ...own, Resource: [bucket, `${bucket}/hyperpod/main.sh`] }))
    expect(statuses(findingsOf(rule, planOf(), factsOf([narrow])))).toEqual([`unknown vpce-0aaaaaaa ${folder}`])
    const scripted = planOf({ request: aRequest(), instanceGroups: [aScriptedGroup('on_create.sh')] })
    expect(statuses(findingsOf(rule, scripted, factsOf([narrow])))).toEqual([`fail vpce-0aaaaaaa ${folder}`])
  })

  describe('the fix', () => {
    test('one command adds all that the plan lacks and keeps the rest', () => {
      const findings = findingsOf(rule, planOf(eks), factsOf([gateway(policy(data))]))
      const [command = ''] = findings[0]?.fix?.commands ?? []
      expect(findings.map(({ fix }) => fix?.commands)).toEqual([[command], [command]])
      const start = 'aws ec2 modify-vpc-endpoint --region us-west-2 --vpc-endpoint-id vpce-0aaaaaaa --policy-document '
      expect(command.startsWith(`${start}'{`)).toBe(true)
      expect(JSON.parse(command.slice(start.length).replace(/^'|'$/g, ''))).toEqual({
        Version: '2012-10-17',
        Statement: [
          data,
          { ...all, Action: 's3:ListBucket', Resource: bucket },
          { ...all, Action: 's3:GetObject', Resource: [`${bucket}/hyperpod/*`, `arn:aws:s3:::${layers}/*`] },
        ],
      })
    })

    test('a Deny is shown, not undone', () => {
      const [finding] = findingsOf(rule, planOf(), factsOf([gateway(policy(all, asRole('StringNotEquals', 'Other')))]))
      expect(finding?.fix).toEqual({
        text: 'Take these requests out of the Deny statements of the policy of vpce-0aaaaaaa: no Allow can undo a Deny.',
        commands: [
          "aws ec2 describe-vpc-endpoints --region us-west-2 --vpc-endpoint-ids vpce-0aaaaaaa --query 'VpcEndpoints[].PolicyDocument' --output text",
        ],
      })
    })

    test('the evidence says which action stands how', () => {
      const [finding] = findingsOf(rule, planOf(), factsOf([gateway(policy({ ...own, Action: 's3:GetObject' }))]))
      expect(finding?.evidence).toEqual({
        vpcEndpointId: 'vpce-0aaaaaaa',
        bucket: 'sagemaker-lifecycle',
        needed: ['s3:ListBucket', 's3:GetObject'],
        explicitlyDenied: [],
        notAllowed: ['s3:ListBucket'],
        undecided: [],
      })
    })
  })

  describe('what cannot be known', () => {
    const organisation = policy({ ...all, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } })
    const byRole = policy({
      ...all,
      Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/HyperPodExecutionRole' } },
    })
    const byOwner = policy({ ...all, Condition: { StringEquals: { 's3:ResourceAccount': '123456789012' } } })
    const noRoles = { roles: denied('iam:GetRole') }
    test.each<[string, string, Given, string, string]>([
      ['the organisation', organisation, {}, 'none', 'statement 1 of the policy of vpce-0aaaaaaa: its condition on aws:PrincipalOrgID'],
      ['a policy that is none', '{', {}, 'none', 'the policy of vpce-0aaaaaaa: it is not a document in the policy grammar'],
      [
        'roles not read',
        byRole,
        noRoles,
        'iam:GetRole',
        'its condition on aws:PrincipalArn cannot be evaluated here; iam:GetRole answered',
      ],
      [
        'one role not read',
        byRole,
        { roles: { HyperPodExecutionRole: { ok: false, gap: aGap({ action: 'iam:GetRole' }) } } },
        'iam:GetRole',
        'aws:PrincipalArn',
      ],
      ['a role that does not exist yet', byRole, { roles: { HyperPodExecutionRole: known(null) } }, 'none', 'aws:PrincipalArn'],
      ['whose bucket it is', byOwner, { bucketPolicies: denied('s3:GetBucketPolicy') }, 'none', 's3:ResourceAccount'],
    ])('%s', (_, document, changes, action, message) => {
      expect(findingsOf(rule, planOf(), factsOf([gateway(document)], changes))).toMatchObject([
        {
          status: 'unknown',
          severity: 'error',
          subject: `vpce-0aaaaaaa ${folder}`,
          gap: { action },
          message: expect.stringContaining(message),
        },
      ])
    })

    test('a policy that does not ask who it is passes without roles and without execution role', () => {
      expect(statuses(findingsOf(rule, planOf(), factsOf([gateway(policy(own))], noRoles)))).toEqual([`pass vpce-0aaaaaaa ${folder}`])
      expect(linesOf(planOf({ executionRoles: [] }), factsOf([gateway(policy(own))]))).toEqual([
        `pass error [vpce-0aaaaaaa ${folder}] gateway endpoint vpce-0aaaaaaa lets the nodes read ${folder}`,
      ])
    })

    test('an endpoint that is not listed', () => {
      const routes = [aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0unseen0' } })]
      const [finding] = findingsOf(rule, planOf(), factsOf([], { routeTables: [aRouteTable({ routes })] }))
      expect(finding).toMatchObject({ status: 'unknown', subject: 'subnet-0aaaaaaa', gap: { action: 'ec2:DescribeVpcEndpoints' } })
      expect(finding?.fix?.commands[0]).toContain('--vpc-endpoint-ids vpce-0unseen0')
      expect(finding?.fix?.text).toContain("trusted-targets: [{ id: 'vpce-0unseen0', reason: why, owner: who }]")
    })

    test('one that is not listed and that the policy file trusts passes', () => {
      const routes = [aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0unseen0' } })]
      const trustedTargets = [{ id: 'vpce-0unseen0', reason: 'shared network', owner: 'network team' }]
      expect(linesOf(planOf({ trustedTargets }), factsOf([], { routeTables: [aRouteTable({ routes })] }))).toEqual([
        'pass error [subnet-0aaaaaaa] subnet-0aaaaaaa reaches S3 through endpoint vpce-0unseen0, which the policy file trusts',
      ])
    })

    test.each<[string, Given, readonly string[]]>([
      ['endpoints denied', { vpcEndpoints: denied('ec2:DescribeVpcEndpoints') }, ['unknown account']],
      ['no route table', { routeTables: [] }, ['unknown subnet-0aaaaaaa']],
      ['credentials refused', { identity: { kind: 'refused', code: 'ExpiredToken', message: '' } }, ['skipped plan']],
      ['no subnet found', { subnets: { 'subnet-0aaaaaaa': null } }, ['skipped plan']],
    ])('%s', (_, changes, expected) => {
      expect(statuses(findingsOf(rule, planOf(), factsOf([gateway(null)], changes)))).toEqual(expected)
    })
  })

  test.each<[string, Partial<Plan>, readonly string[]]>([
    ['AMI-based Slurm', { lifecycleSources: [] }, ['skipped plan']],
    ['orchestrator unstated, no scripts', { lifecycleSources: [], orchestrator: { kind: 'unstated' } }, ['skipped plan']],
    ['EKS without scripts', { lifecycleSources: [], ...eks }, [`pass vpce-0aaaaaaa ${layers}`]],
    ['no subnet', { vpcConfig: null }, ['skipped plan']],
  ])('%s', (_, plan, expected) => {
    expect(statuses(findingsOf(rule, planOf(plan), factsOf([gateway(null)])))).toEqual(expected)
  })
})
