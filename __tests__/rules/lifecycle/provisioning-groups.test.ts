import { describe, expect, test } from '@jest/globals'
import type { Plan } from '../../../src/model/plan.ts'
import { provisioningGroups as rule } from '../../../src/rules/lifecycle/provisioning-groups.ts'
import { aPlan, aRequest, aScriptedGroup, bucketScriptsOf, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

const file = 'scripts/provisioning_parameters.json'
const plan = aPlan({
  orchestrator: { kind: 'slurm', configuration: 'legacy' },
  request: aRequest(),
  instanceGroups: [aScriptedGroup('on_create.sh', { name: 'controller' }), aScriptedGroup('on_create.sh', { name: 'worker-1' })],
  lifecycleScripts: 'scripts',
  lifecycleSources: [],
})
const parameters = (controller: unknown, workers: readonly unknown[], login?: string): string =>
  JSON.stringify(
    {
      version: '1.0.0',
      workload_manager: 'slurm',
      controller_group: controller,
      ...(login !== undefined && { login_group: login }),
      worker_groups: workers.map((name) => ({ instance_group_name: name, partition_name: 'dev' })),
    },
    null,
    2,
  )
const judge = (text: string | null, changes: Partial<Plan> = {}) =>
  findingsOf(
    rule,
    { ...plan, ...changes },
    {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '', ...(text !== null && { 'provisioning_parameters.json': text }) }),
      bucketScripts: {},
    },
  )

describe('lifecycle/provisioning-groups', () => {
  test.each<[string, string, readonly string[]]>([
    ['the same groups', parameters('controller', ['worker-1']), [`pass ${file}`]],
    ['another controller', parameters('head', ['worker-1', 'controller']), [`fail ${file}#/controller_group`]],
    ['a login group that is none', parameters('controller', ['worker-1'], 'login'), [`fail ${file}#/login_group`]],
    [
      'the login group among the workers',
      parameters('controller', ['worker-1'], 'worker-1'),
      [`fail ${file}#/worker_groups/0/instance_group_name`],
    ],
    [
      'the controller among the workers',
      parameters('controller', ['worker-1', 'controller']),
      [`fail ${file}#/worker_groups/1/instance_group_name`],
    ],
    ['a worker too many', parameters('controller', ['worker-1', 'worker-2']), [`fail ${file}#/worker_groups/1/instance_group_name`]],
    ['a worker missing', parameters('controller', []), [`fail ${file}`]],
    ['a name that is no text', parameters(3, ['worker-1', 'controller']), [`pass ${file}`]],
    ['no name at all', '{}', [`skipped ${file}`]],
    ['not JSON', '{', [`skipped ${file}`]],
  ])('%s', (_, text, expected) => {
    expect(statuses(judge(text))).toEqual(expected)
  })

  test.each<[string, string, string]>([
    [
      'a login group that is none',
      parameters('controller', ['worker-1'], 'login-group'),
      'login_group is "login-group", which is no instance',
    ],
    ['the login group as worker', parameters('controller', ['worker-1'], 'worker-1'), 'worker-1 is login_group and a worker group too'],
    [
      'the controller as worker',
      parameters('controller', ['worker-1', 'controller']),
      'controller is controller_group and a worker group too',
    ],
  ])('%s is a warning: nodes come up all the same', (_, text, message) => {
    expect(judge(text)).toMatchObject([{ status: 'fail', severity: 'warning', message: expect.stringContaining(message) }])
  })

  test('a misspelt name points at itself and names the near one; the group that it leaves out is said too', () => {
    const [foreign, forgotten] = judge(parameters('controller', ['Worker-1']))
    expect(foreign).toMatchObject({
      severity: 'error',
      message: `${file}, line 7: worker_groups[0].instance_group_name is "Worker-1", which is no instance group of the request; worker-1 is near`,
      location: { path: file, line: 7, column: 30 },
      fix: { text: "Write the name of one of the request's groups: controller, worker-1." },
    })
    expect(forgotten).toMatchObject({
      subject: file,
      message: `${file} does not name worker-1, an instance group of the request`,
      evidence: { missing: ['worker-1'] },
      location: { path: file, line: 5 },
    })
  })

  test('an object is downloaded, checked and uploaded again', () => {
    const found = findingsOf(
      rule,
      { ...plan, lifecycleScripts: null, lifecycleSources: aPlan().lifecycleSources },
      {
        repositoryScripts: null,
        bucketScripts: bucketScriptsOf({ 'provisioning_parameters.json': parameters('controller', []) }),
      },
    )
    const object = 's3://sagemaker-lifecycle/hyperpod/provisioning_parameters.json'
    expect(found[0]?.fix?.commands).toEqual([
      `aws s3 cp ${object} ./provisioning_parameters.json`,
      'python3 -m json.tool ./provisioning_parameters.json',
      `aws s3 cp ./provisioning_parameters.json ${object}`,
    ])
  })

  test.each<[string, Partial<Plan>]>([
    ['no request', { request: null }],
    ['no group', { instanceGroups: [] }],
    ['EKS', { orchestrator: { kind: 'eks', cluster: null } }],
    ['SlurmConfig', { orchestrator: { kind: 'slurm', configuration: 'api' } }],
  ])('%s skips it', (_, changes) => {
    expect(statuses(judge(parameters('x', []), changes))).toEqual(['skipped plan'])
  })

  test('an absent file is skipped, a gap unknown', () => {
    expect(statuses(judge(null))).toEqual([`skipped ${file}`])
    expect(statuses(findingsOf(rule, plan, { repositoryScripts: denied('none'), bucketScripts: {} }))).toEqual(['unknown scripts'])
  })
})
