import { describe, expect, test } from '@jest/globals'
import { orchestrator as rule } from '../../../src/rules/plan/orchestrator.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const arn = 'arn:aws:eks:us-west-2:111122223333:cluster/prod'
const Eks = { ClusterArn: arn }
const VpcConfig = { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa'] }
const judged = (changes: Readonly<Record<string, unknown>>, inputs: Readonly<Record<string, string>> = {}) =>
  findingsOf(rule, requestedPlan(clusterRequest(changes), inputs), {})
const grouped = (changes: Readonly<Record<string, unknown>>) => ({ InstanceGroups: [groupRequest(changes)] })

const place = (path: string) => `cluster.json: ${path}`
const first = (path: string) => place(`InstanceGroups[0].${path}`)

describe('plan/orchestrator', () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['none stated is Slurm', {}, [`pass ${place('Orchestrator')}`]],
    ['Slurm', { Orchestrator: { Slurm: {} } }, [`pass ${place('Orchestrator')}`]],
    ['EKS in a VPC', { Orchestrator: { Eks }, VpcConfig }, [`pass ${place('Orchestrator')}`, `pass ${place('VpcConfig')}`]],
    ['EKS without VpcConfig', { Orchestrator: { Eks } }, [`pass ${place('Orchestrator')}`, `fail ${place('VpcConfig')}`]],
    [
      'both, so what goes with it is open',
      { Orchestrator: { Eks, Slurm: {} }, ...grouped({ SlurmConfig: { NodeType: 'Compute' }, KubernetesConfig: {} }) },
      [`fail ${place('Orchestrator')}`],
    ],
    ['neither', { Orchestrator: {} }, [`fail ${place('Orchestrator')}`]],
    ['neither but null', { Orchestrator: { Eks: null } }, [`fail ${place('Orchestrator')}`]],
    ['one that is newer than the tool', { Orchestrator: { Nomad: {} } }, [`pass ${place('Orchestrator')}`]],
    [
      'labels on Slurm',
      grouped({ KubernetesConfig: { Labels: {} } }),
      [`pass ${place('Orchestrator')}`, `fail ${first('KubernetesConfig')}`],
    ],
    [
      'draining pods on Slurm',
      grouped({ AutoPatchConfig: { PatchingStrategy: 'DrainFirst' } }),
      [`pass ${place('Orchestrator')}`, `fail ${first('AutoPatchConfig.PatchingStrategy')}`],
    ],
    ['patching of idle nodes on Slurm', grouped({ AutoPatchConfig: { PatchingStrategy: 'WhenIdle' } }), [`pass ${place('Orchestrator')}`]],
    ['Karpenter on Slurm', { AutoScaling: { Mode: 'Enable' } }, [`pass ${place('Orchestrator')}`, `fail ${place('AutoScaling')}`]],
    ['Karpenter switched off', { AutoScaling: { Mode: 'Disable' } }, [`pass ${place('Orchestrator')}`]],
    [
      'a Slurm node type on EKS',
      { Orchestrator: { Eks }, VpcConfig, ...grouped({ SlurmConfig: { NodeType: 'Compute' } }) },
      [`pass ${place('Orchestrator')}`, `pass ${place('VpcConfig')}`, `fail ${first('SlurmConfig')}`],
    ],
    [
      'EKS fields on EKS',
      { Orchestrator: { Eks }, VpcConfig, NodeProvisioningMode: 'Continuous', ...grouped({ KubernetesConfig: { Labels: {} } }) },
      [`pass ${place('Orchestrator')}`, `pass ${place('VpcConfig')}`],
    ],
  ])('%s', (_, changes, expected) => {
    expect(statuses(judged(changes))).toEqual(expected)
  })

  test('Slurm with Continuous is a warning only: the documentation disagrees with itself', () => {
    expect(judged({ NodeProvisioningMode: 'Continuous' })[1]).toMatchObject({ status: 'fail', severity: 'warning' })
    const Slurm = { AccountingDatabase: { Endpoint: 'db', SecretArn: 'arn' } }
    expect(statuses(judged({ NodeProvisioningMode: 'Continuous', Orchestrator: { Slurm } }))).toEqual([`pass ${place('Orchestrator')}`])
    expect(judged(grouped({ KubernetesConfig: { Labels: {} } }))[1]).toMatchObject({ severity: 'error' })
  })

  test('what only the inputs say is a warning, with the fragment for the request', () => {
    const inputs = { orchestrator: 'eks', 'eks-cluster': arn, 'subnet-ids': 'subnet-0aaaaaaa', 'security-group-ids': 'sg-0aaaaaaa' }
    const findings = judged({}, inputs)
    expect(findings.map(({ severity, fix }) => [severity, fix?.text])).toEqual([
      ['warning', `Write: "Orchestrator": {"Eks":{"ClusterArn":"${arn}"}}.`],
      [
        'warning',
        'Write: "VpcConfig": {"SecurityGroupIds":["sg-0aaaaaaa"],"Subnets":["subnet-0aaaaaaa"]}, or give it to create-cluster as --vpc-config.',
      ],
    ])
  })

  test('a cluster known by its name: the command prints the ARN', () => {
    expect(judged({}, { 'eks-cluster': 'prod' })[0]?.fix?.commands).toEqual([
      'aws eks describe-cluster --region us-west-2 --name prod --query cluster.arn',
    ])
    expect(judged({}, { orchestrator: 'eks' })[0]?.fix?.commands).toEqual(['aws eks list-clusters --region us-west-2'])
  })

  test('without a request file it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
