import { describe, expect, test } from '@jest/globals'
import { slurmGroups as rule } from '../../../src/rules/plan/slurm-groups.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const vpcConfig = { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa'] }
const group = (name: string, NodeType: string | undefined, PartitionNames?: readonly string[], more: object = {}) =>
  groupRequest({ InstanceGroupName: name, ...(NodeType !== undefined && { SlurmConfig: { NodeType, PartitionNames } }), ...more })
const head = group('head', 'Controller')
const worker = group('worker', 'Compute', ['dev'])
const judged = (groups: readonly object[], changes: Readonly<Record<string, unknown>> = {}) =>
  findingsOf(rule, requestedPlan(clusterRequest({ InstanceGroups: groups, ...changes })), {})

describe('plan/slurm-groups', () => {
  test.each<[string, readonly object[], readonly string[]]>([
    ['head and worker', [head, worker], ['pass Controller', 'pass Login', 'pass head', 'pass worker']],
    ['a login group', [head, group('login', 'Login'), worker], ['pass Controller', 'pass Login', 'pass head', 'pass login', 'pass worker']],
    ['no controller', [worker], ['fail Controller', 'pass Login', 'pass worker']],
    ['two controllers', [head, group('head-2', 'Controller')], ['fail Controller', 'pass Login', 'pass head', 'pass head-2']],
    [
      'two login groups',
      [head, group('l1', 'Login'), group('l2', 'Login')],
      ['pass Controller', 'fail Login', 'pass head', 'pass l1', 'pass l2'],
    ],
    ['a worker without a partition', [head, group('worker', 'Compute')], ['pass Controller', 'pass Login', 'pass head', 'fail worker']],
    ['a worker with an empty list', [head, group('worker', 'Compute', [])], ['pass Controller', 'pass Login', 'pass head', 'fail worker']],
    [
      'a controller in a partition',
      [group('head', 'Controller', ['dev']), worker],
      ['pass Controller', 'pass Login', 'fail head', 'pass worker'],
    ],
    [
      'a login group in a partition',
      [head, group('login', 'Login', ['dev'])],
      ['pass Controller', 'pass Login', 'pass head', 'fail login'],
    ],
    [
      'an empty list on the controller',
      [group('head', 'Controller', []), worker],
      ['pass Controller', 'pass Login', 'pass head', 'pass worker'],
    ],
    ['a group without SlurmConfig', [head, group('other', undefined)], ['pass Controller', 'pass Login', 'pass head', 'skipped other']],
    [
      'a node type that does not exist',
      [head, group('worker', 'Worker', ['dev'])],
      ['pass Controller', 'pass Login', 'pass head', 'skipped worker'],
    ],
    [
      'a node type that does not exist where the controller may be meant',
      [group('head', 'Head'), worker],
      ['skipped Controller', 'pass Login', 'skipped head', 'pass worker'],
    ],
  ])('%s', (_, groups, expected) => {
    expect(statuses(judged(groups))).toEqual(expected)
  })

  test('two controllers are named, at the place of the second', () => {
    expect(judged([head, group('head-2', 'Controller')])[0]).toMatchObject({
      severity: 'error',
      message: '2 Controller groups (head, head-2), SlurmConfig takes exactly one',
      evidence: { controllerGroups: ['head', 'head-2'] },
      location: { path: 'cluster.json', line: 19 },
    })
  })

  test('Orchestrator.Slurm without any SlurmConfig is a warning', () => {
    const [finding] = judged([groupRequest()], { Orchestrator: { Slurm: {} } })
    expect(finding).toMatchObject({ status: 'fail', severity: 'warning', subject: 'Controller' })
  })

  test('a placement of its own needs one of the cluster', () => {
    const placed = group('worker', 'Compute', ['dev'], { OverrideVpcConfig: vpcConfig })
    expect(statuses(judged([head, placed])).at(-1)).toBe('fail cluster.json: InstanceGroups[1].OverrideVpcConfig')
    expect(statuses(judged([head, placed], { VpcConfig: vpcConfig }))).toEqual([
      'pass Controller',
      'pass Login',
      'pass head',
      'pass worker',
    ])
  })

  test('it is skipped without a request, on EKS and where Slurm is configured by a file', () => {
    expect(statuses(findingsOf(rule, aPlan({ orchestrator: { kind: 'slurm', configuration: 'api' } }), {}))).toEqual(['skipped plan'])
    expect(statuses(judged([groupRequest()]))).toEqual(['skipped plan'])
    const Orchestrator = { Eks: { ClusterArn: 'arn:aws:eks:us-west-2:111122223333:cluster/prod' } }
    expect(statuses(judged([head], { Orchestrator }))).toEqual(['skipped plan'])
  })
})
