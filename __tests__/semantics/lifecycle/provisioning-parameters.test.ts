import { describe, expect, test } from '@jest/globals'
import type { Json } from '../../../src/model/plan.ts'
import { dotted, namedGroups, parameterIssues, pointer } from '../../../src/semantics/lifecycle/provisioning-parameters.ts'

const good = {
  version: '1.0.0',
  workload_manager: 'slurm',
  controller_group: 'controller',
  worker_groups: [{ instance_group_name: 'worker-1', partition_name: 'dev' }],
}
const issues = (value: Json) => parameterIssues(value).map(({ path, message }) => `${dotted(path)}: ${message}`)
const { controller_group: _, ...withoutController } = good

describe('parameterIssues', () => {
  test.each<[string, Json, readonly string[]]>([
    ['the smallest file', good, []],
    ['every field', { ...good, login_group: 'l', fsx_dns_name: 'd', fsx_mountname: 'm', slurm_configurations: { slurm_sns_arn: 'a' } }, []],
    ['fields of the user', { ...good, my_own: { anything: 1 } }, []],
    ['both FSx fields empty', { ...good, fsx_dns_name: '', fsx_mountname: '' }, []],
    ['optional fields null', { ...good, login_group: null, fsx_openzfs_dns_name: null, slurm_configurations: null }, []],
    ['no controller', withoutController, ['controller_group: controller_group is missing']],
    ['empty controller', { ...good, controller_group: '' }, ['controller_group: controller_group is empty, it must name something']],
    ['a number as version', { ...good, version: 1 }, ['version: version is the number 1, it must be a string']],
    ['another manager', { ...good, workload_manager: 'pbs' }, ['workload_manager: workload_manager is "pbs", it must be "slurm"']],
    ['workers as an object', { ...good, worker_groups: {} }, ['worker_groups: worker_groups is an object, it must be a list']],
    [
      'a worker without partition (the public validator passes it)',
      { ...good, worker_groups: [{ instance_group_name: 'worker-1' }] },
      ['worker_groups[0].partition_name: worker_groups[0].partition_name is missing'],
    ],
    ['a worker as text', { ...good, worker_groups: ['w'] }, ['worker_groups[0]: worker_groups[0] is "w", it must be an object']],
    ['a login group that is a list', { ...good, login_group: ['l'] }, ['login_group: login_group is a list, it must be a string']],
    [
      'half a file system',
      { ...good, fsx_mountname: 'abcdefg' },
      ['fsx_mountname: fsx_mountname is given without fsx_dns_name: the file system would not be mounted'],
    ],
    ['a list', [], [': the document is a list, it must be an object']],
    ['null', null, [': the document is null, it must be an object']],
  ])('%s', (_name, value, expected) => {
    expect(issues(value)).toEqual(expected)
  })
})

test('namedGroups takes the names that are there, whatever is wrong around them', () => {
  const found = namedGroups({ controller_group: 'c', login_group: null, worker_groups: [3, { instance_group_name: 'w' }, {}] })
  expect(found).toEqual([
    { path: ['controller_group'], name: 'c' },
    { path: ['worker_groups', 1, 'instance_group_name'], name: 'w' },
  ])
  expect(namedGroups([])).toEqual([])
})

test('pointer escapes as RFC 6901 asks', () => {
  expect(pointer(['a/b', 0, 'c~d'])).toBe('/a~1b/0/c~0d')
})
