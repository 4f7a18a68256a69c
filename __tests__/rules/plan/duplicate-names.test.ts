import { describe, expect, test } from '@jest/globals'
import { duplicateNames as rule } from '../../../src/rules/plan/duplicate-names.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const named = (...names: readonly unknown[]) => names.map((InstanceGroupName) => groupRequest({ InstanceGroupName }))
const tagged = (...keys: readonly string[]) => keys.map((Key) => ({ Key, Value: 'x' }))
const judged = (changes: Readonly<Record<string, unknown>>) => findingsOf(rule, requestedPlan(clusterRequest(changes)), {})

describe('plan/duplicate-names', () => {
  test.each([
    ['names of their own', { InstanceGroups: named('a', 'b'), Tags: tagged('a', 'b') }, ['pass cluster.json']],
    ['names that differ in case', { InstanceGroups: named('a', 'A'), Tags: tagged('a', 'A') }, ['pass cluster.json']],
    ['no name at all', { InstanceGroups: named(undefined, undefined) }, ['pass cluster.json']],
    ['two of one name', { InstanceGroups: named('a', 'b', 'a') }, ['fail cluster.json: InstanceGroups[2].InstanceGroupName']],
    [
      'three of one name',
      { InstanceGroups: named('a', 'a', 'a') },
      ['fail cluster.json: InstanceGroups[1].InstanceGroupName', 'fail cluster.json: InstanceGroups[2].InstanceGroupName'],
    ],
    [
      'a restricted group of the same name',
      { InstanceGroups: named('a'), RestrictedInstanceGroups: named('a') },
      ['fail cluster.json: RestrictedInstanceGroups[0].InstanceGroupName'],
    ],
    ['two tags of one key', { Tags: tagged('team', 'cost', 'team') }, ['fail cluster.json: Tags[2].Key']],
  ])('%s', (_, changes, expected) => {
    expect(statuses(judged(changes))).toEqual(expected)
  })

  test('the first of the name is told with its line', () => {
    expect(judged({ InstanceGroups: named('a', 'a') })[0]).toMatchObject({
      message:
        'InstanceGroups[1].InstanceGroupName is "a", which names another instance group already (InstanceGroups[0].InstanceGroupName, line 5)',
      location: { path: 'cluster.json', line: 11 },
    })
  })

  test('without a request file it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
