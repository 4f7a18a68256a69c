import { describe, expect, test } from '@jest/globals'
import { dependentFields as rule } from '../../../src/rules/plan/dependent-fields.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan, roleArn } from '../../requested-plan.ts'

const judged = (changes: Readonly<Record<string, unknown>>) => findingsOf(rule, requestedPlan(clusterRequest(changes)), {})
const continuous = { NodeProvisioningMode: 'Continuous' }
const spot = { InstanceGroups: [groupRequest({ CapacityRequirements: { Spot: {} } })] }
const flexible = {
  InstanceGroups: [groupRequest({ InstanceType: undefined, InstanceRequirements: { InstanceTypes: ['ml.p5.48xlarge'] } })],
}
const database = { Orchestrator: { Slurm: { AccountingDatabase: { Endpoint: 'db', SecretArn: 'arn' } } } }
const strategy = { Orchestrator: { Slurm: { SlurmConfigStrategy: 'Merge' } } }
const scaling = { AutoScaling: { Mode: 'Enable', AutoScalerType: 'Karpenter' } }

const good = ['pass cluster.json']

describe('plan/dependent-fields', () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['nothing that depends', {}, good],
    ['on-demand capacity', { InstanceGroups: [groupRequest({ CapacityRequirements: { OnDemand: {} } })] }, good],
    ['spot with Continuous', { ...continuous, ...spot }, good],
    ['spot without', spot, ['fail cluster.json: InstanceGroups[0].CapacityRequirements.Spot']],
    ['several types with Continuous', { ...continuous, ...flexible }, good],
    ['several types without', flexible, ['fail cluster.json: InstanceGroups[0].InstanceRequirements']],
    [
      'several types in a restricted group, which takes none: plan/unknown-field says so',
      { InstanceGroups: undefined, RestrictedInstanceGroups: flexible.InstanceGroups },
      good,
    ],
    ['a database with Continuous', { ...continuous, ...database }, good],
    ['a database without', database, ['fail cluster.json: Orchestrator.Slurm.AccountingDatabase']],
    ['a strategy without Continuous', strategy, good],
    ['a strategy with Continuous', { ...continuous, ...strategy }, ['fail cluster.json: Orchestrator.Slurm.SlurmConfigStrategy']],
    ['as many nodes at least as at most', { InstanceGroups: [groupRequest({ InstanceCount: 4, MinInstanceCount: 4 })] }, good],
    [
      'more nodes at least than at most',
      { ...continuous, InstanceGroups: [groupRequest({ InstanceCount: 4, MinInstanceCount: 5 })] },
      ['fail cluster.json: InstanceGroups[0].MinInstanceCount'],
    ],
    [
      'one node at least of none',
      { InstanceGroups: [groupRequest({ InstanceCount: 0, MinInstanceCount: 1 })] },
      ['fail cluster.json: InstanceGroups[0].MinInstanceCount'],
    ],
    ['a least number that is no number', { InstanceGroups: [groupRequest({ InstanceCount: 4, MinInstanceCount: '5' })] }, good],
    ['autoscaling with a role', { ...scaling, ClusterRole: roleArn }, good],
    ['autoscaling without', scaling, ['fail cluster.json: AutoScaling']],
    ['autoscaling switched off', { AutoScaling: { Mode: 'Disable' } }, good],
  ])('%s', (_, changes, expected) => {
    expect(statuses(judged(changes))).toEqual(expected)
  })

  test('it warns at the field, with the fragment that it needs', () => {
    expect(judged(spot)[0]).toMatchObject({
      severity: 'warning',
      fix: { text: 'Write: "NodeProvisioningMode": "Continuous", or remove InstanceGroups[0].CapacityRequirements.Spot.' },
      location: { path: 'cluster.json', line: 10 },
    })
  })

  test('a least number that is never reached is an error', () => {
    expect(judged({ ...continuous, InstanceGroups: [groupRequest({ InstanceCount: 4, MinInstanceCount: 5 })] })[0]).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('waits for 5 nodes (MinInstanceCount) and asks for 4 (InstanceCount)'),
      fix: { text: 'Set MinInstanceCount to at most 4, or InstanceCount to at least 5.' },
    })
  })

  test('without a request file it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
