import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/parse.ts'
import { type PlanInputs, planFromInputs, planFromRequest } from '../../src/inputs/plan.ts'
import { parseRequest } from '../../src/inputs/request.ts'
import type { Plan } from '../../src/model/plan.ts'
import { requestFaults } from '../../src/semantics/plan/request-shape.ts'
import { isOf } from '../../src/semantics/policies/planned-role.ts'
import { asJson, clusterRequest, groupRequest, requestedPlan } from '../requested-plan.ts'

const inputs = (given: Readonly<Record<string, string>> = {}): PlanInputs => {
  const parsed = parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: name })))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return { ...parsed.value, region: 'us-west-2' }
}

const fromRequest = (request: object | string, given: Readonly<Record<string, string>> = {}): Plan => {
  const parsed = parseRequest('request.yaml', typeof request === 'string' ? request : JSON.stringify(request))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return planFromRequest(parsed.value, inputs(given))
}

const role = 'arn:aws:iam::111122223333:role/ml/HyperPodRole'
const group = { InstanceGroupName: 'worker', InstanceType: 'ml.p5.48xlarge', InstanceCount: 16, ExecutionRole: role }
const source = 's3://sagemaker-scripts/base'

describe('a flat plan', () => {
  test('the checklist’s own command line', () => {
    const plan = planFromInputs(
      inputs({ 'vpc-id': 'vpc-0aaaaaaa', 'subnet-ids': 'subnet-0aaaaaaa,subnet-0bbbbbbb', bucket: 's3://my-bucket/hyperpod/' }),
    )
    expect(plan).toMatchObject({
      vpcId: 'vpc-0aaaaaaa',
      vpcConfig: { subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'], securityGroupIds: [] },
      orchestrator: { kind: 'unstated' },
      instanceGroups: [],
      lifecycleSources: [{ bucket: 'my-bucket', prefix: 'hyperpod/' }],
      executionRoles: [{ name: 'HyperPodExecutionRole', origin: 'default' }],
      nodeRole: { name: 'HyperPodNodeRole', origin: 'default' },
    })
  })

  test('a type makes one group, of one node unless a count is given, that runs on_create.sh of the bucket', () => {
    const [worker] = planFromInputs(inputs({ 'instance-type': 'ml.p5.48xlarge', bucket: 'my-bucket' })).instanceGroups
    expect(worker).toMatchObject({
      name: 'worker-1',
      instanceTypes: ['ml.p5.48xlarge'],
      instanceCount: 1,
      executionRole: 'HyperPodExecutionRole',
      lifecycle: { mode: 'custom', script: 'on_create.sh', source: { bucket: 'my-bucket', prefix: '' } },
    })
  })

  test.each([
    [{}, { kind: 'unstated' }],
    [{ orchestrator: 'slurm' }, { kind: 'slurm', configuration: 'unstated' }],
    [{ orchestrator: 'eks' }, { kind: 'eks', cluster: null }],
    [{ 'eks-cluster': 'ml' }, { kind: 'eks', cluster: { name: 'ml', arn: null } }],
    [
      { 'eks-cluster': 'arn:aws:eks:us-east-2:111122223333:cluster/ml' },
      { kind: 'eks', cluster: { name: 'ml', region: 'us-east-2', account: '111122223333' } },
    ],
  ])('%j is orchestrated as %j', (given, expected) => {
    expect(planFromInputs(inputs(given)).orchestrator).toMatchObject(expected)
  })
})

describe('a plan from a request', () => {
  test('groups, placement, scripts, roles and file systems are read with their places', () => {
    const plan = fromRequest(
      [
        'ClusterName: ml',
        'VpcConfig:',
        '  Subnets: [subnet-0aaaaaaa]',
        '  SecurityGroupIds: [sg-0aaaaaaa]',
        'InstanceGroups:',
        '  - InstanceGroupName: worker',
        '    InstanceType: ml.p5.48xlarge',
        '    InstanceCount: 16',
        `    ExecutionRole: ${role}`,
        '    LifeCycleConfig: { SourceS3Uri: s3://sagemaker-scripts//base, OnCreate: setup.sh }',
        '    OverrideVpcConfig: { Subnets: [subnet-0bbbbbbb], SecurityGroupIds: [sg-0aaaaaaa] }',
        '    InstanceStorageConfigs:',
        '      - EbsVolumeConfig: { VolumeSizeInGB: 500 }',
        '      - FsxLustreConfig: { DnsName: fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com, MountName: abcdef }',
        '',
      ].join('\n'),
    )
    expect(plan).toMatchObject({
      clusterName: 'ml',
      orchestrator: { kind: 'slurm', configuration: 'legacy' },
      vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], location: { path: 'request.yaml', line: 3, column: 3 } },
      instanceGroups: [
        {
          name: 'worker',
          instanceCount: 16,
          executionRole: 'HyperPodRole',
          overrideVpcConfig: { subnetIds: ['subnet-0bbbbbbb'] },
          lifecycle: { mode: 'custom', script: 'setup.sh', source: { bucket: 'sagemaker-scripts', prefix: 'base/' } },
          ebsVolumes: [{ kind: 'secondary', sizeGb: 500 }],
          location: { line: 6, column: 5 },
        },
      ],
      lifecycleSources: [{ bucket: 'sagemaker-scripts', prefix: 'base/' }],
      executionRoles: [{ name: 'HyperPodRole', arn: role, origin: 'request', instanceGroups: ['worker'], location: { line: 9 } }],
      nodeRole: null,
      fileSystems: [{ type: 'lustre', fileSystemId: 'fs-0123456789abcdef0', mountName: 'abcdef', instanceGroups: ['worker'] }],
    })
  })

  test.each([
    ['absent', undefined, { mode: 'ami' }],
    ['OnCreate', { SourceS3Uri: source, OnCreate: 'a.sh' }, { mode: 'custom', script: 'a.sh' }],
    ['OnInitComplete', { SourceS3Uri: source, OnInitComplete: 'b.sh' }, { mode: 'extension', script: 'b.sh' }],
    ['both', { SourceS3Uri: source, OnCreate: 'a.sh', OnInitComplete: 'b.sh' }, { mode: 'incomplete' }],
    ['no source', { OnCreate: 'a.sh' }, { mode: 'incomplete', source: null, script: 'a.sh' }],
    ['no script', { SourceS3Uri: source }, { mode: 'incomplete', script: null }],
    ['empty', {}, { mode: 'incomplete', source: null, script: null }],
  ])('LifeCycleConfig %s', (_, LifeCycleConfig, expected) => {
    expect(fromRequest({ InstanceGroups: [{ ...group, LifeCycleConfig }] }).instanceGroups[0]?.lifecycle).toMatchObject(expected)
  })

  test.each([
    [{}, {}, { kind: 'slurm', configuration: 'legacy' }],
    [{ SlurmConfig: { NodeType: 'Controller' } }, {}, { kind: 'slurm', configuration: 'api' }],
    [{}, { Orchestrator: { Slurm: { SlurmConfigStrategy: 'Merge' } } }, { kind: 'slurm', configuration: 'api' }],
    [
      {},
      { Orchestrator: { Eks: { ClusterArn: 'arn:aws:eks:us-west-2:111122223333:cluster/ml' } } },
      { kind: 'eks', cluster: { name: 'ml' } },
    ],
  ])('orchestrator of %j and %j', (groupPart, rootPart, expected) => {
    expect(fromRequest({ ...rootPart, InstanceGroups: [{ ...group, ...groupPart }] }).orchestrator).toMatchObject(expected)
  })

  test('several types, Spot, restricted groups and training plans are kept apart', () => {
    const plan = fromRequest({
      InstanceGroups: [
        {
          ...group,
          InstanceType: undefined,
          InstanceRequirements: { InstanceTypes: ['ml.p5.48xlarge', 'ml.p5e.48xlarge'] },
          CapacityRequirements: { Spot: {} },
          MinInstanceCount: 2,
        },
      ],
      RestrictedInstanceGroups: [{ ...group, InstanceGroupName: 'nova', TrainingPlanArn: 'arn:plan' }],
    })
    expect(plan.instanceGroups).toMatchObject([
      { kind: 'standard', instanceTypes: ['ml.p5.48xlarge', 'ml.p5e.48xlarge'], capacity: 'spot', minInstanceCount: 2 },
      { kind: 'restricted', name: 'nova', trainingPlanArn: 'arn:plan', capacity: 'on-demand' },
    ])
  })

  test('inputs fill what the request leaves open', () => {
    const plan = fromRequest(
      { InstanceGroups: [{ ...group, ExecutionRole: undefined }] },
      {
        'vpc-id': 'vpc-0aaaaaaa',
        'subnet-ids': 'subnet-0aaaaaaa',
        'security-group-ids': 'sg-0aaaaaaa',
        bucket: 's3://my-bucket/x/',
        'eks-cluster': 'ml',
        'execution-role': 'Filled',
        'fsx-file-system-id': 'fs-0123456789abcdef0',
      },
    )
    expect(plan).toMatchObject({
      vpcId: 'vpc-0aaaaaaa',
      vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'] },
      lifecycleSources: [{ bucket: 'my-bucket', prefix: 'x/' }],
      orchestrator: { kind: 'eks', cluster: { name: 'ml' } },
      executionRoles: [{ name: 'Filled', origin: 'input', instanceGroups: ['worker'] }],
      fileSystems: [{ fileSystemId: 'fs-0123456789abcdef0', type: 'unstated' }],
      overriddenInputs: [],
    })
  })

  test('of more groups than CreateCluster takes the first are judged', () => {
    const InstanceGroups = Array.from({ length: 2000 }, (_, index) =>
      groupRequest({ InstanceGroupName: `g${index}`, ExecutionRole: `${index}` }),
    )
    const { instanceGroups, executionRoles } = requestedPlan(clusterRequest({ InstanceGroups }))
    expect([instanceGroups.length, instanceGroups.at(-1)?.name, executionRoles.length]).toEqual([100, 'g99', 100])
    expect(
      requestFaults(asJson(clusterRequest({ InstanceGroups: Array.from({ length: 2000 }, () => ({})) }))).filter(
        ({ pointer }) => pointer === '/InstanceGroups',
      ),
    ).toHaveLength(1)
    expect(
      requestFaults(asJson(clusterRequest({ InstanceGroups: Array.from({ length: 2000 }, () => ({})) }))).some(({ pointer }) =>
        pointer.startsWith('/InstanceGroups/100'),
      ),
    ).toBe(false)
  })

  test('roles of one name in other accounts or paths are roles of their own, a bare name is the role that an ARN names', () => {
    const arns = [
      'arn:aws:iam::111122223333:role/Nodes',
      'arn:aws:iam::444455556666:role/Nodes',
      'arn:aws:iam::111122223333:role/gpu/Nodes',
    ]
    const InstanceGroups = [...arns, 'Nodes', arns[0]].map((ExecutionRole, index) =>
      groupRequest({ InstanceGroupName: `g${index}`, ExecutionRole }),
    )
    const { executionRoles, instanceGroups } = requestedPlan(clusterRequest({ InstanceGroups }))
    expect(executionRoles.map(({ arn, instanceGroups: users }) => [arn, users])).toEqual([
      [arns[0], ['g0', 'g4', 'g3']],
      [arns[1], ['g1', 'g3']],
      [arns[2], ['g2', 'g3']],
    ])
    expect(executionRoles.map((role) => instanceGroups.filter((group) => isOf(group, role)).length)).toEqual([3, 2, 2])
    const old = instanceGroups.map(({ executionRoleArn: _, ...group }) => group)
    expect(executionRoles.map((role) => old.filter((group) => isOf(group, role)).length)).toEqual([5, 5, 5])
  })

  test('what the request says wins, and the input that says otherwise is noted', () => {
    const plan = fromRequest(
      { VpcConfig: { Subnets: ['subnet-0bbbbbbb'], SecurityGroupIds: ['sg-0bbbbbbb'] }, InstanceGroups: [group] },
      { 'subnet-ids': 'subnet-0aaaaaaa', 'security-group-ids': 'sg-0bbbbbbb', 'instance-count': '4' },
    )
    expect(plan.vpcConfig?.subnetIds).toEqual(['subnet-0bbbbbbb'])
    expect(plan.overriddenInputs).toMatchObject([
      { input: 'subnet-ids', value: 'subnet-0aaaaaaa', requestSays: 'subnet-0bbbbbbb' },
      { input: 'instance-count', value: '4', requestSays: '16' },
    ])
  })

  test.each([null, 7, [], { InstanceGroups: 'four' }, { InstanceGroups: [{ InstanceCount: 'four' }, null, 3] }, { VpcConfig: [] }])(
    'a request of another shape (%j) still makes a plan: plan/request-shape judges it',
    (request) => {
      expect(fromRequest(JSON.stringify(request)).instanceGroups).toEqual([])
    },
  )
})
