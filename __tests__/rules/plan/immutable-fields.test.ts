import { describe, expect, test } from '@jest/globals'
import { settledPlan } from '../../../src/inputs/existing/settled-plan.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { planFromRequest } from '../../../src/inputs/plan.ts'
import type { ExistingCluster, GroupNodes } from '../../../src/model/facts/cluster.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { immutableFields as rule } from '../../../src/rules/plan/immutable-fields.ts'
import { aGroupOfNodes, anExistingCluster, aPlan, denied, findingsOf, known } from '../../builders.ts'
import { aRequest, asJson, groupRequest, requestedPlan, roleArn } from '../../requested-plan.ts'

const VpcConfig = { SecurityGroupIds: ['sg-0aaaaaaa', 'sg-0bbbbbbb'], Subnets: ['subnet-0aaaaaaa'] }
const Eks = { ClusterArn: 'arn:aws:eks:us-west-2:111122223333:cluster/prod' }
const workers = { ThreadsPerCore: 2, OverrideVpcConfig: VpcConfig, SlurmConfig: { NodeType: 'Compute' }, InstanceStorageConfigs: [] }
const controller = groupRequest({ InstanceGroupName: 'controller', InstanceType: 'ml.m5.xlarge', InstanceCount: 1 })
const nodes: readonly GroupNodes[] = [aGroupOfNodes({ running: 10, held: 11 }), aGroupOfNodes({ group: 'controller', held: 1, running: 1 })]
const cluster = (changes: Readonly<Record<string, unknown>> = {}): ExistingCluster =>
  anExistingCluster({
    request: asJson({ ClusterName: 'training', VpcConfig, InstanceGroups: [groupRequest(workers), controller], ...changes }),
    nodes,
  })

const updated = async (content: object, existing = cluster()): Promise<Plan> => {
  const inputs = parseInputs([])
  if (!inputs.ok) throw new Error(JSON.stringify(inputs.faults))
  const given = { ...inputs.value, region: 'us-west-2' }
  const plan = await settledPlan(planFromRequest(aRequest(content), given), given, known(existing), async () => [])
  if (!plan.ok) throw new Error(JSON.stringify(plan.faults))
  return plan.value
}
const judged = async (content: object, existing = cluster()): Promise<readonly Finding[]> =>
  findingsOf(rule, await updated(content, existing), {})
const group = (changes: Readonly<Record<string, unknown>>) => ({ ClusterName: 'training', InstanceGroups: [groupRequest(changes)] })
const brief = (findings: readonly Finding[]) =>
  findings.map(({ status, severity, message }) => `${status === 'fail' ? severity : status}: ${message}`)

const staying = 'pass: controller is not in the request and stays as it is'

describe('plan/immutable-fields', () => {
  test.each<[string, object, readonly string[]]>([
    ['more nodes', group({ ...workers, InstanceCount: 16 }), ['pass: worker-1 grows from 11 to 16 nodes', staying]],
    ['as many', group({ ...workers, InstanceCount: 11 }), ['pass: worker-1 keeps its 11 nodes', staying]],
    [
      'fewer',
      group({ ...workers, InstanceCount: 4 }),
      ['notice: worker-1 shrinks from 11 to 4 nodes: 7 are terminated, with what is on their disks', staying],
    ],
    [
      'a group to delete',
      { ClusterName: 'training', InstanceGroupsToDelete: ['worker-1'] },
      [staying, 'notice: worker-1 is deleted with its 11 nodes, and what is on their disks'],
    ],
    [
      'a new group alone',
      group({ InstanceGroupName: 'more' }),
      ['pass: worker-1 and controller are not in the request and stay as they are'],
    ],
    [
      'ids in another order',
      { ...group({ InstanceCount: 11 }), VpcConfig: { ...VpcConfig, SecurityGroupIds: ['sg-0bbbbbbb', 'sg-0aaaaaaa'] } },
      ['pass: worker-1 keeps its 11 nodes', staying],
    ],
    [
      'on-demand, as it is',
      group({ InstanceCount: 11, CapacityRequirements: { OnDemand: {} } }),
      ['pass: worker-1 keeps its 11 nodes', staying],
    ],
  ])('%s', async (_, content, expected) => {
    expect(brief(await judged(content))).toEqual(expected)
  })

  test.each<[string, Readonly<Record<string, unknown>>, string, object]>([
    ['InstanceType', { InstanceType: 'ml.p4d.24xlarge' }, 'ml.p5.48xlarge', { line: 6, column: 23 }],
    ['ExecutionRole', { ExecutionRole: 'arn:aws:iam::111122223333:role/Other' }, roleArn, { line: 8, column: 24 }],
    ['ThreadsPerCore', { ThreadsPerCore: 1 }, '2', { line: 9, column: 25 }],
    [
      'OverrideVpcConfig',
      { OverrideVpcConfig: { ...VpcConfig, Subnets: ['subnet-0ccccccc'] } },
      JSON.stringify(VpcConfig),
      { line: 9, column: 28 },
    ],
    ['CapacityRequirements', { CapacityRequirements: { Spot: {} } }, 'not set', { line: 9, column: 31 }],
    ['SlurmConfig.NodeType', { SlurmConfig: { NodeType: 'Login' } }, 'Compute', { line: 10, column: 21 }],
  ])('%s of a group stays', async (member, changes, is, location) => {
    const [finding, ...others] = await judged(group({ InstanceCount: 11, ...changes }))
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'error',
      message: `${member} of worker-1 is ${is}, and UpdateCluster does not change it`,
      location,
      fix: { text: expect.stringContaining('add a group under a new name and delete worker-1 with InstanceGroupsToDelete') },
    })
    expect(brief(others)).toEqual([staying])
  })

  test.each<[string, object, string, ExistingCluster]>([
    [
      'another VPC',
      { VpcConfig: { ...VpcConfig, Subnets: ['subnet-0ccccccc'] } },
      `VpcConfig of training is ${JSON.stringify(VpcConfig)}`,
      cluster(),
    ],
    ['Slurm to EKS', { Orchestrator: { Eks } }, 'Orchestrator of training is not set', cluster()],
    ['EKS to Slurm', { Orchestrator: { Slurm: {} } }, 'Orchestrator of training is {"Eks"', cluster({ Orchestrator: { Eks } })],
    [
      'another EKS cluster',
      { Orchestrator: { Eks: { ClusterArn: `${Eks.ClusterArn}-2` } } },
      'Orchestrator of training is {"Eks"',
      cluster({ Orchestrator: { Eks } }),
    ],
  ])('%s is refused', async (_, changes, message, existing) => {
    const [finding] = await judged({ ClusterName: 'training', ...changes }, existing)
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', message: expect.stringContaining(message), location: { line: 3 } })
  })

  test('Slurm gets SlurmConfig, a group gets what DescribeCluster may leave out', async () => {
    const legacy = cluster({ InstanceGroups: [groupRequest({ InstanceCount: 11 }), controller] })
    const migrated = {
      ...group({ InstanceCount: 11, ThreadsPerCore: 1, SlurmConfig: { NodeType: 'Compute' } }),
      Orchestrator: { Slurm: {} },
    }
    expect(brief(await judged(migrated, legacy))).toEqual(['pass: worker-1 keeps its 11 nodes', staying])
  })

  test('what no page says is a notice', async () => {
    const [finding] = await judged(group({ InstanceCount: 11, InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 900 } }] }))
    expect(finding).toMatchObject({ status: 'fail', severity: 'notice', message: expect.stringContaining('AWS does not say') })
  })

  test('a plan to create has no change; a cluster that was not read is for plan/cluster-name', () => {
    expect(findingsOf(rule, aPlan(), {})).toMatchObject([{ status: 'skipped' }])
    const { existing: _, ...partial } = { ...requestedPlan(group({})), change: aRequest(group({})), existing: undefined }
    expect(findingsOf(rule, partial, { namedCluster: denied('sagemaker:DescribeCluster') })).toMatchObject([
      { status: 'skipped', message: expect.stringContaining('plan/cluster-name reports it') },
    ])
  })
})
