// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { executionRoleActions } from '../../../src/catalog/execution-role-actions.ts'
import type { Fact } from '../../../src/model/fact.ts'
import type { Role, RolePolicy, SimulatedAction } from '../../../src/model/facts/iam.ts'
import type { Subnet } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { executionRolePermissions as rule } from '../../../src/rules/iam/execution-role-permissions.ts'
import { isUnread } from '../../../src/semantics/fact.ts'
import { concreteResource } from '../../../src/semantics/policies/policy-simulation.ts'
import { requiredActions } from '../../../src/semantics/policies/required-actions.ts'
import { aGroup, aPlan, aPolicy, aRole, aRolePolicy, aSubnet, denied, findingsOf, known, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const name = 'HyperPodExecutionRole'
/** Version 1, as AWS publishes it. */
const managed: RolePolicy = {
  kind: 'attached',
  name: 'AmazonSageMakerClusterInstanceRolePolicy',
  arn: 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy',
  document: aPolicy(
    {
      Effect: 'Allow',
      Action: ['logs:PutLogEvents', 'logs:CreateLogStream', 'logs:DescribeLogStreams'],
      Resource: ['arn:aws:logs:*:*:log-group:/aws/sagemaker/Clusters/*:log-stream:*'],
    },
    { Effect: 'Allow', Action: ['logs:CreateLogGroup'], Resource: ['arn:aws:logs:*:*:log-group:/aws/sagemaker/Clusters/*'] },
    {
      Effect: 'Allow',
      Action: ['cloudwatch:PutMetricData'],
      Resource: ['*'],
      Condition: { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Clusters' } },
    },
    {
      Effect: 'Allow',
      Action: ['s3:ListBucket', 's3:GetObject'],
      Resource: ['arn:aws:s3:::sagemaker-*'],
      Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
    },
    {
      Effect: 'Allow',
      Action: [
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      Resource: '*',
    },
  ),
}
const vpcStatements = [
  {
    Effect: 'Allow',
    Action: [
      'ec2:CreateNetworkInterface',
      'ec2:CreateNetworkInterfacePermission',
      'ec2:DeleteNetworkInterface',
      'ec2:DeleteNetworkInterfacePermission',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeVpcs',
      'ec2:DescribeDhcpOptions',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
      'ec2:DetachNetworkInterface',
    ],
    Resource: '*',
  },
  { Effect: 'Allow', Action: 'ec2:CreateTags', Resource: ['arn:aws:ec2:*:*:network-interface/*'] },
]
const vpc = aRolePolicy('Vpc', ...vpcStatements)
const eks = aRolePolicy('Eks', {
  Effect: 'Allow',
  Action: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:AttachNetworkInterface',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:UnassignPrivateIpAddresses',
    'ec2:DescribeInstances',
    'ec2:DescribeInstanceTypes',
    'ec2:DescribeTags',
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer',
  ],
  Resource: '*',
})
const admin = aRolePolicy('Admin', { Effect: 'Allow', Action: '*', Resource: '*' })
const boundary = (...statements: readonly object[]): RolePolicy => ({
  ...aRolePolicy('Bound', ...statements),
  kind: 'boundary',
  arn: 'arn:aws:iam::123456789012:policy/Bound',
})

const withoutOwner = ({ ownerId: _, ...subnet }: Subnet): Subnet => subnet

const slurm = { kind: 'slurm', configuration: 'unstated' } as const
const inEks = { kind: 'eks', cluster: null } as const
const unstated = { kind: 'unstated' } as const
const noVpc: Partial<Plan> = { vpcId: null, vpcConfig: null }

/** As from an endpoint that does not know the call. */
const notSimulated: Fact<never> = {
  ok: false,
  gap: { reason: 'unsupported', action: 'iam:SimulatePrincipalPolicy', message: 'iam:SimulatePrincipalPolicy answered Error (HTTP 404)' },
}

const judge = (
  policies: readonly RolePolicy[] | null,
  plan: Partial<Plan> = {},
  { role = aRole(), subnets = {} }: { readonly role?: Role; readonly subnets?: Facts['subnets'] } = {},
): Finding => {
  const [finding, ...others] = findingsOf(rule, aPlan(plan), {
    roles: { [name]: known(role) },
    rolePolicies: { [name]: known(policies) },
    roleSimulations: { [name]: notSimulated },
    subnets,
  })
  expect(others).toEqual([])
  if (finding === undefined) throw new Error('nothing was judged')
  return finding
}
const missing = (finding: Finding) => finding.evidence?.['missing']
const needed = (finding: Finding) => finding.evidence?.['needed']

describe('iam/execution-role-permissions', () => {
  const cases: readonly [string, readonly RolePolicy[], Partial<Plan>, string][] = [
    ['Slurm in a VPC', [managed, vpc], {}, 'pass error'],
    ['Slurm in a VPC without the EC2 part', [managed], {}, 'fail error'],
    ['Slurm in no VPC without the EC2 part', [managed], noVpc, 'pass error'],
    ['EKS', [managed, vpc, eks], { orchestrator: inEks }, 'pass error'],
    ['EKS without its part', [managed, vpc], { orchestrator: inEks }, 'fail error'],
    ['EKS needs the VPC whatever the plan says', [managed, eks], { ...noVpc, orchestrator: inEks }, 'fail error'],
    ['orchestrator unstated, without the EKS part', [managed, vpc], { orchestrator: unstated }, 'fail warning'],
    ['orchestrator unstated, without the VPC part', [managed, eks], { orchestrator: unstated }, 'fail error'],
    ['orchestrator unstated, with everything', [managed, vpc, eks], { orchestrator: unstated }, 'pass error'],
    ['an administrator', [admin], { orchestrator: inEks }, 'pass error'],
    ['no policy at all', [], {}, 'fail error'],
    ['a boundary that allows all', [admin, boundary({ Effect: 'Allow', Action: '*', Resource: '*' })], {}, 'pass error'],
    ['a boundary without EC2', [admin, boundary({ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' })], {}, 'fail error'],
    ['a Deny', [admin, aRolePolicy('No', { Effect: 'Deny', Action: 'logs:*', Resource: '*' })], {}, 'fail error'],
    [
      'a Deny without TLS',
      [admin, aRolePolicy('No', { Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      {},
      'pass error',
    ],
    [
      'a Deny under a condition that nobody knows',
      [
        admin,
        aRolePolicy('No', {
          Effect: 'Deny',
          Action: 'logs:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
        }),
      ],
      {},
      'unknown error',
    ],
    [
      'a Deny in other Regions',
      [
        admin,
        aRolePolicy('No', {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-west-2' } },
        }),
      ],
      {},
      'pass error',
    ],
    ['a policy that is not in the grammar', [admin, { ...vpc, document: null }], {}, 'unknown error'],
  ]
  test.each(cases)('%s', (_, policies, plan, expected) => {
    const finding = judge(policies, { orchestrator: slurm, ...plan })
    expect(`${finding.status} ${finding.severity}`).toBe(expected)
  })

  test('in full', () => {
    expectInFull(
      'iam-execution-role-permissions.yaml',
      cases.map(([name, policies, plan]) => [name, [judge(policies, { orchestrator: slurm, ...plan })]]),
    )
  })

  describe('what is needed follows the plan', () => {
    test('what the bucket of the scripts needs is left to s3/role-access', () => {
      const noS3 = aRolePolicy('NoS3', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' })
      expect(needed(judge([managed, vpc]))).toEqual(expect.not.arrayContaining([expect.stringMatching(/^s3:/)]))
      expect(judge([noS3]).status).toBe('pass')
    })

    test('only the groups of the role say whether it needs a VPC', () => {
      const override = { subnetIds: ['subnet-1'], securityGroupIds: [], location: null }
      const other = aGroup({ name: 'other', executionRole: 'Other', overrideVpcConfig: override })
      expect(judge([managed], { ...noVpc, instanceGroups: [aGroup(), other] }).status).toBe('pass')
      expect(judge([managed], { ...noVpc, instanceGroups: [aGroup({ overrideVpcConfig: override })] }).status).toBe('fail')
    })

    test('a log policy for another cluster does not do', () => {
      const logs = (cluster: string) =>
        aRolePolicy('Logs', {
          Effect: 'Allow',
          Action: 'logs:*',
          Resource: `arn:aws:logs:us-west-2:123456789012:log-group:/aws/sagemaker/Clusters/${cluster}/*`,
        })
      const rest = aRolePolicy('Rest', { Effect: 'Allow', NotAction: 'logs:*', Resource: '*' })
      expect(judge([rest, logs('mine')], { clusterName: 'mine' }).status).toBe('pass')
      expect(judge([rest, logs('yours')], { clusterName: 'mine' }).status).toBe('fail')
      expect(judge([rest, logs('yours')], { clusterName: null }).status).toBe('unknown')
    })
  })

  describe('subnets', () => {
    const onSubnets = (...resources: readonly string[]): RolePolicy =>
      aRolePolicy(
        'Scoped',
        ...vpcStatements.slice(1),
        {
          Effect: 'Allow',
          Action: 'ec2:CreateNetworkInterface',
          Resource: ['arn:aws:ec2:*:*:network-interface/*', ...resources],
        },
        { Effect: 'Allow', NotAction: 'ec2:CreateNetworkInterface', Resource: '*' },
      )
    const own = 'arn:aws:ec2:us-west-2:123456789012:subnet/'
    const ofVpc = (account: string): string => `arn:aws:ec2:us-west-2:${account}:vpc/vpc-0a1b2c3d`
    const ownerless = (subnets: Facts['subnets']): Facts['subnets'] =>
      Object.fromEntries(Object.entries(subnets).map(([id, subnet]) => [id, isUnread(subnet) ? subnet : subnet && withoutOwner(subnet)]))

    test('AWS’s template: the subnets by ARN, no security group', () => {
      expect(judge([managed, onSubnets(`${own}subnet-0aaaaaaa`, `${own}subnet-0bbbbbbb`)]).status).toBe('pass')
    })

    test('a subnet that the policy leaves out is named', () => {
      const finding = judge([managed, onSubnets(`${own}subnet-0aaaaaaa`)])
      expect(finding.status).toBe('fail')
      expect(missing(finding)).toEqual(['ec2:CreateNetworkInterface on arn:aws:ec2:us-west-2:123456789012:subnet/subnet-0bbbbbbb'])
    })

    test('whose subnet it is, is not known: an ARN of another account may be a shared one', () => {
      const finding = judge([managed, onSubnets('arn:aws:ec2:us-west-2:999999999999:subnet/*')])
      expect(finding.status).toBe('unknown')
    })

    describe('a VPC that another account shares', () => {
      const shared = (ownerId: string): Facts['subnets'] => ({
        'subnet-0aaaaaaa': aSubnet({ ownerId }),
        'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', ownerId }),
      })
      const other = 'arn:aws:ec2:us-west-2:999999999999:'
      const vpcKey = (operator: string, vpcArn: string): RolePolicy =>
        aRolePolicy(
          'Inside',
          { Effect: 'Allow', NotAction: 'ec2:CreateNetworkInterface*', Resource: '*' },
          { Effect: 'Allow', Action: 'ec2:CreateNetworkInterface*', Resource: '*', Condition: { [operator]: { 'ec2:Vpc': vpcArn } } },
        )
      const outside = (vpcArn: string): RolePolicy =>
        aRolePolicy(
          'Outside',
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'ec2:CreateNetworkInterface', Resource: '*', Condition: { ArnNotEquals: { 'ec2:Vpc': vpcArn } } },
        )
      test.each<readonly [string, RolePolicy, Facts['subnets'], string]>([
        ["the role's own subnets only", onSubnets(`${own}*`), shared('999999999999'), 'fail error'],
        ["the owner's subnets", onSubnets(`${other}subnet/*`), shared('999999999999'), 'pass error'],
        ["the owner's subnets, where they are the role's own", onSubnets(`${other}subnet/*`), shared('123456789012'), 'fail error'],
        ["the role's own subnets, which are its own", onSubnets(`${own}*`), shared('123456789012'), 'pass error'],
        ['subnets of any account', onSubnets('arn:aws:ec2:*:*:subnet/*'), shared('999999999999'), 'pass error'],
        ["a snapshot without owners, the role's own subnets", onSubnets(`${own}*`), ownerless(shared('999999999999')), 'pass error'],
        ["in the owner's VPC", vpcKey('ArnEquals', `${other}vpc/vpc-0a1b2c3d`), shared('999999999999'), 'pass error'],
        [
          'in a VPC of the same id in the account of the role',
          vpcKey('StringEquals', ofVpc('123456789012')),
          shared('999999999999'),
          'fail error',
        ],
        ['in the VPC of the plan', vpcKey('ArnEquals', ofVpc('123456789012')), shared('123456789012'), 'pass error'],
        ['in another VPC', vpcKey('ArnLike', 'arn:aws:ec2:*:*:vpc/vpc-0other'), shared('123456789012'), 'fail error'],
        ['denied outside of the VPC', outside(ofVpc('123456789012')), shared('123456789012'), 'pass error'],
        [
          'denied outside of another VPC',
          outside('arn:aws:ec2:us-west-2:123456789012:vpc/vpc-0other'),
          shared('123456789012'),
          'fail error',
        ],
        ['in the VPC of the plan, whose owner is not known', vpcKey('ArnEquals', ofVpc('123456789012')), {}, 'unknown error'],
        ['in a VPC by its id, whose owner is not known', vpcKey('ArnLike', 'arn:aws:ec2:*:*:vpc/vpc-0a1b2c3d'), {}, 'pass error'],
      ])('%s', (_, policy, subnets, expected) => {
        const finding = judge([managed, policy], {}, { subnets })
        expect(`${finding.status} ${finding.severity}`).toBe(expected)
      })

      test('what is missing is named by the ARN of its owner', () => {
        const finding = judge([managed, onSubnets(`${own}*`)], {}, { subnets: shared('999999999999') })
        expect(missing(finding)).toEqual([
          `ec2:CreateNetworkInterface on ${other}subnet/subnet-0aaaaaaa`,
          `ec2:CreateNetworkInterface on ${other}subnet/subnet-0bbbbbbb`,
        ])
      })
    })
  })

  describe('the severity follows the consequence', () => {
    const without = (...actions: readonly string[]): RolePolicy =>
      aRolePolicy('Most', { Effect: 'Allow', NotAction: actions, Resource: '*' })
    const severityOf = (plan: Partial<Plan>, ...actions: readonly string[]): string => {
      const { status, severity } = judge([without(...actions)], plan)
      return `${status} ${severity}`
    }

    test.each<readonly [Partial<Plan>['orchestrator'] & object, readonly string[], string]>([
      [slurm, ['ec2:CreateNetworkInterface'], 'fail error'],
      [slurm, ['ec2:CreateNetworkInterfacePermission'], 'fail error'],
      [slurm, ['ec2:DescribeSubnets'], 'fail error'],
      [slurm, ['logs:CreateLogStream'], 'fail error'],
      [slurm, ['ec2:DetachNetworkInterface'], 'fail warning'],
      [slurm, ['ec2:CreateTags'], 'fail warning'],
      [slurm, ['ec2:DetachNetworkInterface', 'ec2:CreateTags'], 'fail warning'],
      [slurm, ['ec2:CreateTags', 'ec2:CreateNetworkInterface'], 'fail error'],
      [slurm, ['ecr:BatchGetImage', 'ec2:AssignPrivateIpAddresses'], 'pass error'],
      [slurm, ['ec2:DescribeNetworkInterfaces'], 'fail warning'],
      [inEks, ['ec2:DescribeNetworkInterfaces'], 'fail error'],
      // The VPC CNI ends at its start where it may not tag the interfaces of its node.
      [inEks, ['ec2:CreateTags'], 'fail error'],
      [inEks, ['ec2:AssignPrivateIpAddresses'], 'fail error'],
      [inEks, ['ecr:GetAuthorizationToken'], 'fail error'],
      [inEks, ['ecr:BatchGetImage'], 'fail error'],
      [inEks, ['ecr:GetDownloadUrlForLayer'], 'fail error'],
      [inEks, ['ecr:BatchCheckLayerAvailability'], 'fail warning'],
      [
        inEks,
        ['ec2:AttachNetworkInterface', 'ec2:DescribeInstances', 'ec2:DescribeInstanceTypes', 'ec2:DescribeTags', 'ec2:DescribeDhcpOptions'],
        'fail warning',
      ],
      [inEks, ['ec2:DescribeSecurityGroups'], 'fail warning'],
      [inEks, ['ec2:DescribeSecurityGroups', 'ecr:BatchGetImage'], 'fail error'],
      [unstated, ['ecr:BatchGetImage'], 'fail warning'],
      [unstated, ['ec2:CreateTags'], 'fail warning'],
    ])('%j without %j', (orchestrator, actions, expected) => {
      expect(severityOf({ orchestrator }, ...actions)).toBe(expected)
    })

    test('every action of the catalog is a failure where it is missing, and blocks exactly where it is required', () => {
      for (const { action, doneBy, requiredBy } of executionRoleActions) {
        const onEks = doneBy === 'scripted' ? 'pass error' : `fail ${requiredBy === 'none' ? 'warning' : 'error'}`
        const onSlurm =
          doneBy === 'scripted' || doneBy === 'on-eks' ? 'pass error' : `fail ${requiredBy === 'every-cluster' ? 'error' : 'warning'}`
        expect([action, severityOf({ orchestrator: inEks }, action)]).toEqual([action, onEks])
        expect([action, severityOf({ orchestrator: slurm }, action)]).toEqual([action, onSlurm])
      }
    })

    const keyed = (action: string, ...others: readonly string[]): readonly RolePolicy[] => [
      without(action, ...others),
      aRolePolicy('Keyed', {
        Effect: 'Allow',
        Action: action,
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalTag/team': 'ml' } },
      }),
    ]
    test.each<readonly [string, readonly RolePolicy[], string]>([
      ['an error-level action is open', keyed('ec2:DescribeSubnets'), 'unknown error'],
      ['a warning-level action is open', keyed('ec2:CreateTags'), 'unknown warning'],
      ['an error-level action is missing, another open', keyed('ec2:DescribeSubnets', 'logs:PutLogEvents'), 'fail error'],
      ['a warning-level action is missing, an error-level one open', keyed('ec2:DescribeSubnets', 'ec2:CreateTags'), 'unknown error'],
      ['an error-level action is missing, a warning-level one open', keyed('ec2:CreateTags', 'ec2:DescribeSubnets'), 'fail error'],
      ['a warning-level action is missing, another open', keyed('ec2:CreateTags', 'ec2:DetachNetworkInterface'), 'fail warning'],
    ])('%s', (_, policies, expected) => {
      const finding = judge(policies)
      expect(`${finding.status} ${finding.severity}`).toBe(expected)
    })

    test('what is open is told with what is missing beside it', () => {
      const finding = judge(keyed('ec2:DescribeSubnets', 'ec2:CreateTags'))
      expect(finding.message).toBe(
        `it is not known whether ${name} may do ec2:DescribeSubnets: statement 1 of the inline policy Keyed: its condition on aws:PrincipalTag/team cannot be evaluated here; it lacks ec2:CreateTags`,
      )
      expect(finding.evidence).toMatchObject({ missing: ['ec2:CreateTags'], blocking: [], undecided: ['ec2:DescribeSubnets'] })
    })

    test('the message says what does not block', () => {
      const message = (plan: Partial<Plan>, ...actions: readonly string[]): string => judge([without(...actions)], plan).message
      expect(message({}, 'ec2:CreateTags')).toBe(
        `${name} lacks 1 of the 20 actions of its nodes: ec2:CreateTags, which nodes are not known to need to come up`,
      )
      expect(message({}, 'ec2:CreateTags', 'ec2:DescribeSubnets')).toBe(
        `${name} lacks 2 of the 20 actions of its nodes: ec2:DescribeSubnets; and ec2:CreateTags, which nodes are not known to need to come up`,
      )
      expect(message({}, 'ec2:DescribeSubnets')).toBe(`${name} lacks 1 of the 20 actions of its nodes: ec2:DescribeSubnets`)
      expect(message({ orchestrator: unstated }, 'ecr:BatchGetImage')).toBe(
        `${name} lacks 1 of the 31 actions of its nodes: ecr:BatchGetImage, which only EKS needs, and the plan does not say which orchestrator it will be`,
      )
    })

    test('an added Deny never makes a judgement better', () => {
      const worse = ['pass error', 'unknown warning', 'fail warning', 'unknown error', 'fail error']
      const actions = fc.subarray(
        executionRoleActions.map(({ action }) => action),
        { minLength: 1 },
      )
      const condition = fc.constantFrom({}, { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'ml' } } })
      const plans = fc.constantFrom<Partial<Plan>>({ orchestrator: slurm }, { orchestrator: inEks }, { orchestrator: unstated })
      fc.assert(
        fc.property(actions, actions, condition, plans, (lacking, denied, under, plan) => {
          const policies = [without(...lacking)]
          const deny = aRolePolicy('No', { Effect: 'Deny', Action: denied, Resource: '*', ...under })
          const [before, after] = [judge(policies, plan), judge([...policies, deny], plan)].map(
            ({ status, severity }) => `${status} ${severity}`,
          )
          expect(worse.indexOf(after ?? '')).toBeGreaterThanOrEqual(worse.indexOf(before ?? ''))
        }),
        { numRuns: 50 },
      )
    })
  })

  test('eight names at most, those that block first, then a count; the evidence has them all', () => {
    const finding = judge([managed], { orchestrator: inEks })
    expect(finding.message).toBe(
      `${name} lacks 22 of the 31 actions of its nodes: ec2:CreateNetworkInterface, ec2:CreateNetworkInterfacePermission, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ec2:CreateTags, ec2:AssignPrivateIpAddresses, ecr:GetAuthorizationToken, ecr:BatchGetImage and 1 more; and ec2:DeleteNetworkInterface, ec2:DeleteNetworkInterfacePermission, ec2:DetachNetworkInterface and 10 more, which nodes are not known to need to come up`,
    )
    expect(missing(finding)).toHaveLength(22)
    expect(finding.evidence?.['blocking']).toHaveLength(9)
  })

  test('a pass says what was not part of it', () => {
    expect(judge([managed, vpc]).message).toBe(
      `${name} is allowed the 20 actions of its nodes, as the documents of its policies say, apart from policies of the organization (SCP, RCP), which were not read`,
    )
  })

  describe('the fix', () => {
    test('attaches the managed policy in the right partition, and puts exactly the rest', () => {
      const gov = aRole({ arn: `arn:aws-us-gov:iam::123456789012:role/${name}` })
      const partly = aRolePolicy('Vpc', { Effect: 'Allow', Action: ['ec2:Describe*', 'ec2:*NetworkInterface*'], Resource: '*' })
      expect(judge([partly], {}, { role: gov }).fix?.commands).toEqual([
        `aws iam attach-role-policy --role-name ${name} --policy-arn arn:aws-us-gov:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy`,
        `aws iam put-role-policy --role-name ${name} --policy-name HyperPodExecutionRoleAdditions --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:CreateTags","Resource":"arn:aws-us-gov:ec2:*:*:network-interface/*"}]}'`,
      ])
    })

    test('what it grants passes', () => {
      const finding = judge([managed], { orchestrator: inEks })
      const json = /--policy-document '(.*)'$/.exec(finding.fix?.commands[0] ?? '')?.[1] ?? ''
      const granted = aRolePolicy('Granted', ...(JSON.parse(json).Statement as object[]))
      expect(judge([managed, granted], { orchestrator: inEks }).status).toBe('pass')
    })

    test('an inline policy of the same name is not overwritten', () => {
      const [command] = judge([managed, { ...eks, name: 'HyperPodExecutionRoleAdditions' }]).fix?.commands ?? []
      expect(command).toContain('--policy-name HyperPodExecutionRoleAdditions2 ')
    })

    test('a Deny is shown, not answered with an Allow', () => {
      const finding = judge([admin, aRolePolicy('No', { Sid: 'Frozen', Effect: 'Deny', Action: 'logs:PutLogEvents', Resource: '*' })])
      expect(finding.message).toBe(
        `${name} lacks 1 of the 20 actions of its nodes: logs:PutLogEvents; denied by statement "Frozen" of the inline policy No`,
      )
      expect(finding.fix?.commands).toEqual([`aws iam get-role-policy --role-name ${name} --policy-name No`])
    })

    test('a boundary is shown, and no policy is put beside it', () => {
      const finding = judge([admin, boundary({ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' })])
      expect(finding.message).toContain('the permissions boundary does not allow all of them')
      expect(finding.fix?.commands).toEqual(['aws iam get-policy --policy-arn arn:aws:iam::123456789012:policy/Bound'])
    })

    test('what is open can be asked of IAM', () => {
      const finding = judge([admin, { ...vpc, document: null }])
      expect(finding.message).toContain('the inline policy Vpc: it is not a document in the policy grammar')
      expect(finding.fix?.commands[0]).toMatch(
        /^aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::123456789012:role\/HyperPodExecutionRole --action-names logs:CreateLogGroup /,
      )
    })
  })

  describe('with AWS’s simulation', () => {
    type Change = Partial<SimulatedAction>
    const deniedAs = (changes: Change = {}): Change => ({ decision: 'implicitDeny', ...changes })
    /** What AWS answers where everything is allowed but the actions named. */
    const simulation = (of: Readonly<Record<string, Change>> = {}, plan: Partial<Plan> = {}): readonly SimulatedAction[] => {
      const [planned] = aPlan(plan).executionRoles
      if (planned === undefined) throw new Error('the plan has a role')
      return requiredActions(planned, aRole(), aPlan(plan), {}).map((required) => ({
        action: required.action,
        resource: concreteResource(required),
        decision: 'allowed',
        missingContextValues: [],
        allowedByOrganizations: null,
        allowedByPermissionsBoundary: null,
        matchedPolicies: [],
        ...of[required.action],
      }))
    }
    const simulated = (
      policies: Fact<readonly RolePolicy[]>,
      of: Readonly<Record<string, Change>> = {},
      plan: Partial<Plan> = {},
    ): Finding => {
      const [finding] = findingsOf(rule, aPlan(plan), {
        roles: { [name]: known(aRole()) },
        rolePolicies: { [name]: policies },
        roleSimulations: { [name]: known(simulation(of, plan)) },
        subnets: {},
      })
      if (finding === undefined) throw new Error('nothing was judged')
      return finding
    }
    const unread = denied('iam:GetRolePolicy')
    const full = known([managed, vpc])
    const noDescribe = known([aRolePolicy('Most', { Effect: 'Allow', NotAction: 'ec2:DescribeSubnets', Resource: '*' })])
    const broken = known([{ ...admin, document: null }])
    const onKey = known([
      aRolePolicy(
        'Keyed',
        { Effect: 'Allow', NotAction: 'ec2:DescribeSubnets', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'ec2:DescribeSubnets',
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
        },
      ),
    ])
    const describeSubnets = (change: Change) => ({ 'ec2:DescribeSubnets': change })
    const keyed = { missingContextValues: ['aws:SourceVpc'] }
    test.each<[string, Fact<readonly RolePolicy[]>, Readonly<Record<string, Change>>, string]>([
      ['both allow', full, {}, 'pass error'],
      ['AWS allows, the documents could not be read', unread, {}, 'pass error'],
      ['AWS allows, the documents are not in the grammar', broken, {}, 'pass error'],
      ['AWS allows, the documents deny', noDescribe, {}, 'pass error'],
      ['AWS denies, the documents allow', full, describeSubnets(deniedAs()), 'fail error'],
      ['AWS denies, the documents could not be read', unread, describeSubnets(deniedAs()), 'fail error'],
      ['AWS denies, the documents are not in the grammar', broken, describeSubnets(deniedAs()), 'fail error'],
      ['both deny', noDescribe, describeSubnets(deniedAs()), 'fail error'],
      ['a Deny', full, describeSubnets({ decision: 'explicitDeny' }), 'fail error'],
      ['the boundary denies', full, describeSubnets(deniedAs({ allowedByPermissionsBoundary: false })), 'fail error'],
      ['the organization denies', full, describeSubnets(deniedAs({ allowedByOrganizations: false })), 'fail error'],
      [
        'the organization denies by a Deny',
        full,
        describeSubnets({ decision: 'explicitDeny', allowedByOrganizations: false }),
        'fail error',
      ],
      [
        'the organization denies what nodes are not known to need',
        full,
        { 'ec2:CreateTags': deniedAs({ allowedByOrganizations: false }) },
        'fail warning',
      ],
      [
        'the organization denies without a key that a condition may ask for',
        full,
        describeSubnets(deniedAs({ allowedByOrganizations: false, ...keyed })),
        'unknown error',
      ],
      [
        'the organization denies without such a key what nodes are not known to need',
        full,
        { 'ec2:CreateTags': deniedAs({ allowedByOrganizations: false, ...keyed }) },
        'unknown warning',
      ],
      [
        'the organization denies without a key that the request does not carry',
        full,
        describeSubnets(deniedAs({ allowedByOrganizations: false, missingContextValues: ['aws:username'] })),
        'fail error',
      ],
      [
        'the organization denies without a key, and so do the documents',
        noDescribe,
        describeSubnets(deniedAs({ allowedByOrganizations: false, ...keyed })),
        'fail error',
      ],
      [
        'the organization denies, the documents could not be read',
        unread,
        describeSubnets(deniedAs({ allowedByOrganizations: false })),
        'fail error',
      ],
      [
        'the organization denies, and so do the documents',
        noDescribe,
        describeSubnets(deniedAs({ allowedByOrganizations: false })),
        'fail error',
      ],
      [
        'the organization denies one, the boundary another',
        full,
        {
          'ec2:DescribeSubnets': deniedAs({ allowedByOrganizations: false }),
          'ec2:CreateNetworkInterfacePermission': deniedAs({ allowedByPermissionsBoundary: false }),
        },
        'fail error',
      ],
      ['a key is missing, the documents allow', full, describeSubnets(deniedAs(keyed)), 'pass error'],
      ['a key is missing, the documents deny', noDescribe, describeSubnets(keyed), 'fail error'],
      ['a key is missing, the documents hang on it too', onKey, describeSubnets(deniedAs(keyed)), 'unknown error'],
      ['a key is missing, the documents could not be read', unread, describeSubnets(deniedAs(keyed)), 'unknown error'],
      [
        'a key is missing that the request does not carry',
        full,
        describeSubnets(deniedAs({ missingContextValues: ['aws:username'] })),
        'fail error',
      ],
      ['a made-up interface is denied, the documents could not be read', unread, { 'ec2:CreateTags': deniedAs() }, 'unknown warning'],
      ['a made-up interface is denied, the documents allow all', full, { 'ec2:CreateTags': deniedAs() }, 'fail warning'],
    ])('%s', (_, policies, of, expected) => {
      const finding = simulated(policies, of)
      expect(`${finding.status} ${finding.severity}`).toBe(expected)
    })

    test('a shared subnet is an ARN of another account', () => {
      const subnets = simulation().map((answer) => (answer.resource.includes(':subnet/') ? { ...answer, ...deniedAs() } : answer))
      const judged = (policies: Fact<readonly RolePolicy[]>) =>
        findingsOf(rule, aPlan(), {
          roles: { [name]: known(aRole()) },
          rolePolicies: { [name]: policies },
          roleSimulations: { [name]: known(subnets) },
          subnets: {},
        }).map(({ status }) => status)
      expect([judged(unread), judged(known([managed]))]).toEqual([['unknown'], ['fail']])
    })

    test('the message names the layer', () => {
      const message = (change: Change) => simulated(full, describeSubnets(change)).message.split('; ').slice(1)
      expect(message(deniedAs())).toEqual([])
      expect(message(deniedAs({ allowedByPermissionsBoundary: false }))).toEqual(['the permissions boundary does not allow all of them'])
      expect(message({ decision: 'explicitDeny', matchedPolicies: ['Frozen'] })).toEqual(["AWS's policy simulation finds a Deny in Frozen"])
      expect(message(deniedAs({ allowedByOrganizations: false }))).toEqual([
        "service control policies (SCP) of the organization deny ec2:DescribeSubnets, as AWS's policy simulation says",
      ])
    })

    test('an organization’s deny is for others to undo', () => {
      const { fix } = simulated(full, describeSubnets(deniedAs({ allowedByOrganizations: false })))
      expect(fix).toEqual({
        text: `Nothing in account 123456789012 can grant what a service control policy takes away: ask those who manage the organization, in its management account, to let ${name} do it.`,
        commands: [],
      })
    })

    test('an inline policy is not put blindly over others', () => {
      const { fix } = simulated(unread, describeSubnets(deniedAs()))
      expect(fix?.text).toContain('make sure that HyperPodExecutionRoleAdditions is not among those that the command lists')
      expect(fix?.commands[0]).toBe(`aws iam list-role-policies --role-name ${name}`)
    })

    test('a pass says what proved it', () => {
      const how = (finding: Finding): string => finding.message.replace(/^.* of its nodes, /, '')
      expect(how(simulated(full))).toBe("as AWS's policy simulation says, apart from resource control policies (RCP), which were not read")
      expect(how(simulated(full, describeSubnets(deniedAs(keyed))))).toBe(
        "as AWS's policy simulation says of 19 and the documents of its policies say of 1, apart from policies of the organization (SCP, RCP), which were not read",
      )
      expect(simulated(full, describeSubnets(keyed)).evidence?.['decidedByDocuments']).toEqual(['ec2:DescribeSubnets'])
    })

    test('what contradicts the documents is evidence', () => {
      const against = (finding: Finding) => finding.evidence?.['simulationAgainstDocuments']
      expect(against(simulated(full))).toEqual([])
      expect(against(simulated(noDescribe))).toEqual(['ec2:DescribeSubnets'])
      expect(against(simulated(full, describeSubnets(deniedAs())))).toEqual(['ec2:DescribeSubnets'])
      expect(against(simulated(broken, describeSubnets(deniedAs())))).toEqual([])
    })

    test('what the organization denies without a key names the key', () => {
      const finding = simulated(full, describeSubnets(deniedAs({ allowedByOrganizations: false, ...keyed })))
      expect(finding.message).toBe(
        `it is not known whether ${name} may do ec2:DescribeSubnets: service control policies (SCP) of the organization: they deny it where a request has no aws:SourceVpc, and the values of the nodes' requests are not known`,
      )
    })

    test('what stays open names the keys, and what to allow', () => {
      expect(simulated(onKey, describeSubnets(deniedAs(keyed))).message).toContain(
        "AWS's policy simulation: it had no value of aws:SourceVpc",
      )
      const finding = simulated(unread, describeSubnets(deniedAs(keyed)))
      expect(finding.gap).toMatchObject({ reason: 'denied', action: 'iam:GetRolePolicy' })
      expect(finding.message).toContain("and AWS's policy simulation does not decide: it had no value of aws:SourceVpc")
      expect(finding.fix?.text).toMatch(/^Allow iam:GetRolePolicy for the role that runs this check, or ask IAM /)
    })

    test('neither: the gap of the documents', () => {
      const [finding] = findingsOf(rule, aPlan(), {
        roles: { [name]: known(aRole()) },
        rolePolicies: unread,
        roleSimulations: denied('iam:SimulatePrincipalPolicy'),
        subnets: {},
      })
      expect(finding).toMatchObject({ status: 'unknown', subject: name, gap: { action: 'iam:GetRolePolicy' } })
    })
  })

  test('absent, unreadable and changed roles', () => {
    const given = { subnets: {}, roleSimulations: { [name]: notSimulated } }
    expect(
      statuses(findingsOf(rule, aPlan(), { ...given, roles: { [name]: known(null) }, rolePolicies: { [name]: known(null) } })),
    ).toEqual([`skipped ${name}`])
    expect(statuses(findingsOf(rule, aPlan(), { ...given, roles: { [name]: denied('iam:GetRole') }, rolePolicies: {} }))).toEqual([
      `unknown ${name}`,
    ])
    const unread = findingsOf(rule, aPlan(), {
      ...given,
      roles: { [name]: known(aRole()) },
      rolePolicies: { [name]: denied('iam:GetPolicy') },
    })
    expect(unread[0]).toMatchObject({ status: 'unknown', gap: { action: 'iam:GetPolicy' } })
    expect(judge(null).status).toBe('unknown')
  })

  test('without an execution role in the plan it is skipped', () => {
    const findings = findingsOf(rule, aPlan({ executionRoles: [] }), {
      roles: {},
      rolePolicies: {},
      roleSimulations: {},
      subnets: {},
    })
    expect(statuses(findings)).toEqual(['skipped plan'])
  })
})
