// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import { describe, expect, test } from '@jest/globals'
import type { Fact } from '../../../src/model/fact.ts'
import type { PolicyDocument, RolePolicy, SimulatedAction } from '../../../src/model/facts/iam.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { executionRolePermissions as rule } from '../../../src/rules/iam/execution-role-permissions.ts'
import { requiredActions } from '../../../src/semantics/policies/execution-role.ts'
import { concreteResource } from '../../../src/semantics/policies/policy-simulation.ts'
import { aGroup, aPlan, aPolicy, aRole, aRolePolicy, denied, findingsOf, known, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const name = 'HyperPodExecutionRole'
const bucket = 'sagemaker-lifecycle'
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
  policy: Fact<PolicyDocument | null> = known(null),
  role = aRole(),
): Finding => {
  const [finding, ...others] = findingsOf(rule, aPlan(plan), {
    roles: { [name]: known(role) },
    rolePolicies: { [name]: known(policies) },
    roleSimulations: { [name]: notSimulated },
    bucketPolicies: { [bucket]: policy },
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
    ['a Deny', [admin, aRolePolicy('No', { Effect: 'Deny', Action: 's3:*', Resource: '*' })], {}, 'fail error'],
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
          Action: 's3:*',
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
    const reading = {
      mode: 'custom',
      source: { bucket: 'other', prefix: 'b/', location: null },
      script: 'on_create.sh',
      location: null,
    } as const
    test('no bucket, no S3 actions', () => {
      expect(needed(judge([managed, vpc], { lifecycleSources: [] }))).not.toContain('s3:GetObject')
      expect(needed(judge([managed, vpc]))).toContain('s3:GetObject')
    })

    test('a folder of another role’s groups is not asked for', () => {
      const groups = [aGroup(), aGroup({ name: 'other', executionRole: 'Other', lifecycle: reading })]
      const finding = judge([managed, vpc], { instanceGroups: groups, lifecycleSources: [reading.source] })
      expect(needed(finding)).not.toContain('s3:GetObject')
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

    test('AWS’s template: the subnets by ARN, no security group', () => {
      expect(judge([managed, onSubnets(`${own}subnet-0aaaaaaa`, `${own}subnet-0bbbbbbb`)]).status).toBe('pass')
    })

    test('a subnet that the policy leaves out is named', () => {
      const finding = judge([managed, onSubnets(`${own}subnet-0aaaaaaa`)])
      expect(finding.status).toBe('fail')
      expect(missing(finding)).toEqual(['ec2:CreateNetworkInterface on arn:aws:ec2:us-west-2:123456789012:subnet/subnet-0bbbbbbb'])
    })

    test('an ARN of another account may be a shared subnet', () => {
      const finding = judge([managed, onSubnets('arn:aws:ec2:us-west-2:999999999999:subnet/*')])
      expect(finding.status).toBe('unknown')
    })
  })

  describe('buckets', () => {
    const others = [aRolePolicy('NoS3', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' })]
    const grant = (AWS: string) =>
      aPolicy({ Effect: 'Allow', Principal: { AWS }, Action: ['s3:ListBucket', 's3:GetObject'], Resource: '*' })
    const role = aRole().arn
    const ofBuckets: readonly [string, readonly RolePolicy[], Fact<PolicyDocument | null>, string][] = [
      ['no policy allows', others, known(null), 'fail'],
      ['the bucket policy names the role', others, known(grant(role)), 'pass'],
      ['the bucket policy names the account', others, known(grant('123456789012')), 'fail'],
      [
        'the bucket policy denies the role',
        [admin],
        known(aPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' })),
        'fail',
      ],
      ['the bucket policy could not be read, no other allows', others, denied('s3:GetBucketPolicy'), 'unknown'],
      ['the bucket policy could not be read, another allows', [admin], denied('s3:GetBucketPolicy'), 'pass'],
      ['the bucket policy could not be read, so nobody knows the owner', [managed, vpc], denied('s3:GetBucketPolicy'), 'unknown'],
      [
        'the bucket policy could not be read, but the role is denied',
        [admin, aRolePolicy('No', { Effect: 'Deny', Action: 's3:*', Resource: '*' })],
        denied('s3:GetBucketPolicy'),
        'fail',
      ],
    ]
    test.each(ofBuckets)('%s', (_, policies, policy, expected) => {
      expect(judge(policies, {}, policy).status).toBe(expected)
    })

    test('in full', () => {
      expectInFull(
        'iam-execution-role-permissions-buckets.yaml',
        ofBuckets.map(([name, policies, policy]) => [name, [judge(policies, {}, policy)]]),
      )
    })

    test('a gap of the bucket policy is handed on with its action', () => {
      const finding = judge(others, {}, denied('s3:GetBucketPolicy'))
      expect(finding.gap).toMatchObject({ reason: 'denied', action: 's3:GetBucketPolicy' })
      expect(finding.message).toBe(
        `whether ${name} may do s3:ListBucket, s3:GetObject cannot be told: s3:GetBucketPolicy answered AccessDenied (HTTP 403)`,
      )
      expect(finding.evidence?.['bucketPoliciesNotRead']).toEqual([bucket])
    })

    test('what is missing elsewhere is a failure all the same', () => {
      expect(judge([managed], {}, denied('s3:GetBucketPolicy')).status).toBe('fail')
    })
  })

  test('eight names at most, then a count; the evidence has them all', () => {
    const finding = judge([managed], { orchestrator: inEks })
    expect(finding.message).toBe(
      `${name} lacks 22 of the 33 actions of its nodes: ec2:CreateNetworkInterface, ec2:CreateNetworkInterfacePermission, ec2:DeleteNetworkInterface, ec2:DeleteNetworkInterfacePermission, ec2:DetachNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeVpcs, ec2:DescribeDhcpOptions and 14 more`,
    )
    expect(missing(finding)).toHaveLength(22)
  })

  test('a pass says what was not part of it', () => {
    expect(judge([managed, vpc]).message).toBe(
      `${name} is allowed the 22 actions of its nodes, as the documents of its policies say, apart from policies of the organisation (SCP, RCP), which were not read`,
    )
  })

  test('a pass says which bucket policy was not read', () => {
    expect(judge([admin], {}, denied('s3:GetBucketPolicy')).message).toBe(
      `${name} is allowed the 22 actions of its nodes, as the documents of its policies say, apart from policies of the organisation (SCP, RCP) and the policy of bucket ${bucket}, which were not read`,
    )
  })

  describe('the fix', () => {
    test('attaches the managed policy in the right partition, and puts exactly the rest', () => {
      const gov = aRole({ arn: `arn:aws-us-gov:iam::123456789012:role/${name}` })
      const partly = aRolePolicy('Vpc', { Effect: 'Allow', Action: ['ec2:Describe*', 'ec2:*NetworkInterface*'], Resource: '*' })
      expect(judge([partly], {}, known(null), gov).fix?.commands).toEqual([
        `aws iam attach-role-policy --role-name ${name} --policy-arn arn:aws-us-gov:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy`,
        `aws iam put-role-policy --role-name ${name} --policy-name HyperPodExecutionRoleAdditions --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:CreateTags","Resource":"arn:aws-us-gov:ec2:*:*:network-interface/*"}]}'`,
      ])
    })

    test('a bucket that the managed policy does not cover gets its own statement', () => {
      const finding = judge([managed, vpc], { lifecycleSources: [{ bucket: 'team-bucket', prefix: 'x/', location: null }] })
      // The policy of this bucket was not collected.
      expect(finding.status).toBe('unknown')
      const plan = aPlan({ lifecycleSources: [{ bucket: 'team-bucket', prefix: 'x/', location: null }] })
      const [failing] = findingsOf(rule, plan, {
        roles: { [name]: known(aRole()) },
        rolePolicies: { [name]: known([managed, vpc]) },
        roleSimulations: { [name]: notSimulated },
        bucketPolicies: { 'team-bucket': known(null) },
      })
      expect(failing?.fix?.commands).toEqual([
        `aws iam put-role-policy --role-name ${name} --policy-name HyperPodExecutionRoleAdditions --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::team-bucket"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::team-bucket/x/*"}]}'`,
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
      const finding = judge([admin, aRolePolicy('No', { Sid: 'Frozen', Effect: 'Deny', Action: 's3:GetObject', Resource: '*' })])
      expect(finding.message).toBe(
        `${name} lacks 1 of the 22 actions of its nodes: s3:GetObject; denied by statement "Frozen" of the inline policy No`,
      )
      expect(finding.fix?.commands).toEqual([`aws iam get-role-policy --role-name ${name} --policy-name No`])
    })

    test('a boundary is shown, and no policy is put beside it', () => {
      const finding = judge([admin, boundary({ Effect: 'Allow', NotAction: 'ec2:*', Resource: '*' })])
      expect(finding.message).toContain('the permissions boundary does not allow all of them')
      expect(finding.fix?.commands).toEqual(['aws iam get-policy --policy-arn arn:aws:iam::123456789012:policy/Bound'])
    })

    test('a bucket policy that denies is shown', () => {
      const policy = aPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' })
      expect(judge([admin], {}, known(policy)).fix?.commands).toEqual([`aws s3api get-bucket-policy --bucket ${bucket}`])
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
      return requiredActions(planned, aRole(), aPlan(plan), new Set([bucket])).map((required) => ({
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
      policy: Fact<PolicyDocument | null> = known(null),
      plan: Partial<Plan> = {},
    ): Finding => {
      const [finding] = findingsOf(rule, aPlan(plan), {
        roles: { [name]: known(aRole()) },
        rolePolicies: { [name]: policies },
        roleSimulations: { [name]: known(simulation(of, plan)) },
        bucketPolicies: { [bucket]: policy },
      })
      if (finding === undefined) throw new Error('nothing was judged')
      return finding
    }
    const unread = denied('iam:GetRolePolicy')
    const full = known([managed, vpc])
    const noS3 = known([aRolePolicy('NoS3', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' })])
    const noDescribe = known([aRolePolicy('Most', { Effect: 'Allow', NotAction: 'ec2:DescribeVpcs', Resource: '*' })])
    const broken = known([{ ...admin, document: null }])
    const onKey = known([
      aRolePolicy(
        'Keyed',
        { Effect: 'Allow', NotAction: 'ec2:DescribeVpcs', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'ec2:DescribeVpcs',
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
        },
      ),
    ])
    const describeVpcs = (change: Change) => ({ 'ec2:DescribeVpcs': change })
    const keyed = { missingContextValues: ['aws:SourceVpc'] }
    const s3Denied = { 's3:ListBucket': deniedAs(), 's3:GetObject': deniedAs() }
    const role = aRole().arn
    const grant = aPolicy({ Effect: 'Allow', Principal: { AWS: role }, Action: ['s3:ListBucket', 's3:GetObject'], Resource: '*' })
    const deny = aPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' })

    test.each<[string, Fact<readonly RolePolicy[]>, Readonly<Record<string, Change>>, Fact<PolicyDocument | null>, string]>([
      ['both allow', full, {}, known(null), 'pass error'],
      ['AWS allows, the documents could not be read', unread, {}, known(null), 'pass error'],
      ['AWS allows, the documents are not in the grammar', broken, {}, known(null), 'pass error'],
      ['AWS allows, the documents deny', noDescribe, {}, known(null), 'pass error'],
      ['AWS denies, the documents allow', full, describeVpcs(deniedAs()), known(null), 'fail error'],
      ['AWS denies, the documents could not be read', unread, describeVpcs(deniedAs()), known(null), 'fail error'],
      ['AWS denies, the documents are not in the grammar', broken, describeVpcs(deniedAs()), known(null), 'fail error'],
      ['both deny', noDescribe, describeVpcs(deniedAs()), known(null), 'fail error'],
      ['a Deny', full, describeVpcs({ decision: 'explicitDeny' }), known(null), 'fail error'],
      ['the boundary denies', full, describeVpcs(deniedAs({ allowedByPermissionsBoundary: false })), known(null), 'fail error'],
      ['the organisation denies', full, describeVpcs(deniedAs({ allowedByOrganizations: false })), known(null), 'fail warning'],
      [
        'the organisation denies, and so do the documents',
        noDescribe,
        describeVpcs(deniedAs({ allowedByOrganizations: false })),
        known(null),
        'fail error',
      ],
      [
        'the organisation denies one, the boundary another',
        full,
        {
          'ec2:DescribeVpcs': deniedAs({ allowedByOrganizations: false }),
          'ec2:DescribeSubnets': deniedAs({ allowedByPermissionsBoundary: false }),
        },
        known(null),
        'fail error',
      ],
      ['a key is missing, the documents allow', full, describeVpcs(deniedAs(keyed)), known(null), 'pass error'],
      ['a key is missing, the documents deny', noDescribe, describeVpcs(keyed), known(null), 'fail error'],
      ['a key is missing, the documents hang on it too', onKey, describeVpcs(deniedAs(keyed)), known(null), 'unknown error'],
      ['a key is missing, the documents could not be read', unread, describeVpcs(deniedAs(keyed)), known(null), 'unknown error'],
      [
        'a key is missing that the request does not carry',
        full,
        describeVpcs(deniedAs({ missingContextValues: ['aws:username'] })),
        known(null),
        'fail error',
      ],
      [
        'a made-up interface is denied, the documents could not be read',
        unread,
        { 'ec2:CreateTags': deniedAs() },
        known(null),
        'unknown error',
      ],
      ['a made-up interface is denied, the documents allow all', full, { 'ec2:CreateTags': deniedAs() }, known(null), 'fail error'],
      ['S3 is granted by the bucket policy', noS3, s3Denied, known(grant), 'pass error'],
      ['S3 is granted by nobody', noS3, s3Denied, known(null), 'fail error'],
      ['S3 is granted by nobody, the bucket policy could not be read', noS3, s3Denied, denied('s3:GetBucketPolicy'), 'unknown error'],
      ['S3 is denied by the bucket policy', full, {}, known(deny), 'fail error'],
      ['S3 is denied by the bucket policy, the documents could not be read', unread, {}, known(deny), 'fail error'],
      [
        'S3 past the boundary by the bucket policy',
        full,
        { 's3:ListBucket': deniedAs({ allowedByPermissionsBoundary: false }) },
        known(grant),
        'fail error',
      ],
      ['whose bucket it is, is not known', full, {}, denied('s3:GetBucketPolicy'), 'unknown error'],
    ])('%s', (_, policies, of, policy, expected) => {
      const finding = simulated(policies, of, policy)
      expect(`${finding.status} ${finding.severity}`).toBe(expected)
    })

    test('a shared subnet is an ARN of another account', () => {
      const subnets = simulation().map((answer) => (answer.resource.includes(':subnet/') ? { ...answer, ...deniedAs() } : answer))
      const judged = (policies: Fact<readonly RolePolicy[]>) =>
        findingsOf(rule, aPlan(), {
          roles: { [name]: known(aRole()) },
          rolePolicies: { [name]: policies },
          roleSimulations: { [name]: known(subnets) },
          bucketPolicies: { [bucket]: known(null) },
        }).map(({ status }) => status)
      expect([judged(unread), judged(known([managed]))]).toEqual([['unknown'], ['fail']])
    })

    describe('one object stands for a folder', () => {
      const source = { bucket, prefix: 'hyperpod/', location: null }
      const group = aGroup({ lifecycle: { mode: 'custom', source, script: 'start.sh', location: null } })
      const entryPoint = { instanceGroups: [group], lifecycleSources: [source] }
      const objects = (key: string) =>
        known([
          aRolePolicy('Most', { Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' }),
          aRolePolicy('Objects', { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/hyperpod/${key}` }),
        ])
      test.each<[string, Fact<readonly RolePolicy[]>, Change, Partial<Plan>, string]>([
        ['all objects', objects('*'), {}, entryPoint, 'pass'],
        ['the entry point only', objects('start.sh'), {}, entryPoint, 'unknown'],
        ['another object than the entry point', objects('other.sh'), deniedAs(), entryPoint, 'fail'],
        ['another object, no entry point known', objects('other.sh'), deniedAs(), {}, 'unknown'],
        ['the entry point is denied, the documents could not be read', unread, deniedAs(), entryPoint, 'fail'],
        ['some object is denied, the documents could not be read', unread, deniedAs(), {}, 'unknown'],
      ])('%s', (_, policies, change, plan, expected) => {
        expect(simulated(policies, { 's3:GetObject': change }, known(null), plan).status).toBe(expected)
      })
    })

    test('the message names the layer', () => {
      const message = (change: Change) => simulated(full, describeVpcs(change)).message.split('; ').slice(1)
      expect(message(deniedAs())).toEqual([])
      expect(message(deniedAs({ allowedByPermissionsBoundary: false }))).toEqual(['the permissions boundary does not allow all of them'])
      expect(message({ decision: 'explicitDeny', matchedPolicies: ['Frozen'] })).toEqual(["AWS's policy simulation finds a Deny in Frozen"])
      expect(message(deniedAs({ allowedByOrganizations: false }))).toEqual([
        "service control policies (SCP) of the organisation deny ec2:DescribeVpcs, on which conditions AWS's policy simulation does not tell",
      ])
    })

    test('an organisation’s deny is for others to undo', () => {
      const { fix } = simulated(full, describeVpcs(deniedAs({ allowedByOrganizations: false })))
      expect(fix).toEqual({
        text: `Nothing in account 123456789012 can grant what a service control policy takes away: ask those who manage the organisation, in its management account, to let ${name} do it.`,
        commands: [],
      })
    })

    test('an inline policy is not put blindly over others', () => {
      const { fix } = simulated(unread, describeVpcs(deniedAs()))
      expect(fix?.text).toContain('make sure that HyperPodExecutionRoleAdditions is not among those that the command lists')
      expect(fix?.commands[0]).toBe(`aws iam list-role-policies --role-name ${name}`)
    })

    test('a pass says what proved it', () => {
      const how = (finding: Finding): string => finding.message.replace(/^.* of its nodes, /, '')
      expect(how(simulated(full))).toBe("as AWS's policy simulation says, apart from resource control policies (RCP), which were not read")
      expect(how(simulated(full, describeVpcs(deniedAs(keyed))))).toBe(
        "as AWS's policy simulation says of 21 and the documents of its policies say of 1, apart from policies of the organisation (SCP, RCP), which were not read",
      )
      expect(simulated(full, describeVpcs(keyed)).evidence?.['decidedByDocuments']).toEqual(['ec2:DescribeVpcs'])
    })

    test('what contradicts the documents is evidence', () => {
      const against = (finding: Finding) => finding.evidence?.['simulationAgainstDocuments']
      expect(against(simulated(full))).toEqual([])
      expect(against(simulated(noDescribe))).toEqual(['ec2:DescribeVpcs'])
      expect(against(simulated(full, describeVpcs(deniedAs())))).toEqual(['ec2:DescribeVpcs'])
      expect(against(simulated(broken, describeVpcs(deniedAs())))).toEqual([])
    })

    test('what stays open names the keys, and what to allow', () => {
      expect(simulated(onKey, describeVpcs(deniedAs(keyed))).message).toContain("AWS's policy simulation: it had no value of aws:SourceVpc")
      const finding = simulated(unread, describeVpcs(deniedAs(keyed)))
      expect(finding.gap).toMatchObject({ reason: 'denied', action: 'iam:GetRolePolicy' })
      expect(finding.message).toContain("and AWS's policy simulation does not decide: it had no value of aws:SourceVpc")
      expect(finding.fix?.text).toMatch(/^Allow iam:GetRolePolicy for the role that runs this check, or ask IAM /)
    })

    test('neither: the gap of the documents', () => {
      const [finding] = findingsOf(rule, aPlan(), {
        roles: { [name]: known(aRole()) },
        rolePolicies: unread,
        roleSimulations: denied('iam:SimulatePrincipalPolicy'),
        bucketPolicies: {},
      })
      expect(finding).toMatchObject({ status: 'unknown', subject: name, gap: { action: 'iam:GetRolePolicy' } })
    })
  })

  test('absent, unreadable and changed roles', () => {
    const given = { bucketPolicies: {}, roleSimulations: { [name]: notSimulated } }
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

  test('the bucket policies are not needed where no bucket is planned', () => {
    const findings = findingsOf(rule, aPlan({ lifecycleSources: [] }), {
      roles: { [name]: known(aRole()) },
      rolePolicies: { [name]: known([managed, vpc]) },
      roleSimulations: notSimulated,
      bucketPolicies: denied('s3:GetBucketPolicy'),
    })
    expect(statuses(findings)).toEqual([`pass ${name}`])
  })

  test('without an execution role in the plan it is skipped', () => {
    const findings = findingsOf(rule, aPlan({ executionRoles: [] }), {
      roles: {},
      rolePolicies: {},
      roleSimulations: {},
      bucketPolicies: {},
    })
    expect(statuses(findings)).toEqual(['skipped plan'])
  })
})
