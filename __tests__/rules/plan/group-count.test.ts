import { describe, expect, test } from '@jest/globals'
import { groupCount as rule } from '../../../src/rules/plan/group-count.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const eks = { Orchestrator: { Eks: { ClusterArn: 'arn:aws:eks:us-west-2:111122223333:cluster/prod' } } }
const groups = (count: number) => Array.from({ length: count }, (_, index) => groupRequest({ InstanceGroupName: `g${index}` }))
const judged = (changes: Readonly<Record<string, unknown>>) => findingsOf(rule, requestedPlan(clusterRequest(changes)), {})

describe('plan/group-count', () => {
  test.each([
    ['20 groups', { ...eks, InstanceGroups: groups(20) }, ['pass cluster.json: InstanceGroups']],
    ['21 groups', { ...eks, InstanceGroups: groups(21) }, ['fail cluster.json: InstanceGroups']],
    [
      'restricted groups count',
      { ...eks, InstanceGroups: groups(20), RestrictedInstanceGroups: groups(1) },
      ['fail cluster.json: InstanceGroups'],
    ],
    ['a broken group counts', { ...eks, InstanceGroups: [...groups(20), {}] }, ['fail cluster.json: InstanceGroups']],
    ['Slurm', { InstanceGroups: groups(21) }, ['skipped plan']],
  ])('%s', (_, changes, expected) => {
    expect(statuses(judged(changes))).toEqual(expected)
  })

  test('it warns with both numbers, where the groups stand', () => {
    expect(judged({ InstanceGroups: groups(21), ...eks })[0]).toMatchObject({
      severity: 'warning',
      evidence: { groups: 21, documented: 20 },
      location: { path: 'cluster.json', line: 3, column: 21 },
    })
  })

  test('a flat plan on EKS has one group', () => {
    expect(statuses(findingsOf(rule, aPlan({ orchestrator: { kind: 'eks', cluster: null } }), {}))).toEqual(['pass instance groups'])
  })
})
