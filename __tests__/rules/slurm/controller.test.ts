import { describe, expect, test } from '@jest/globals'
import type { Plan } from '../../../src/model/plan.ts'
import { controller as rule } from '../../../src/rules/slurm/controller.ts'
import { aGroup, anEksPlan, aPlan, aRequest, aScriptedGroup, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const file = 'scripts/provisioning_parameters.json'
const multiHead = {
  slurm_database_secret_arn: 'arn:aws:secretsmanager:us-west-2:111122223333:secret:slurm-a1b2c3',
  slurm_database_endpoint: 'slurm.cluster-a1b2c3.us-west-2.rds.amazonaws.com',
  slurm_database_user: 'slurm',
  slurm_shared_directory: '/fsx',
  slurm_sns_arn: 'arn:aws:sns:us-west-2:111122223333:slurm',
}

describe('slurm/controller, configured in the request', () => {
  const planOf = (...counts: readonly number[]): Plan =>
    aPlan({
      orchestrator: { kind: 'slurm', configuration: 'api' },
      request: aRequest(),
      instanceGroups: [
        ...counts.map((instanceCount, at) => aGroup({ name: `head-${at}`, instanceCount, slurmNodeType: 'Controller' })),
        aGroup({ slurmNodeType: 'Compute', partitionNames: ['dev'] }),
      ],
    })
  test.each<[string, readonly number[], readonly string[]]>([
    ['one node', [1], ['pass head-0']],
    ['no node', [0], ['fail head-0']],
    ['two nodes', [2], ['fail head-0']],
    ['no group: plan/slurm-groups says so', [], ['skipped Controller']],
    ['two groups: plan/slurm-groups says so', [1, 1], ['pass head-0', 'pass head-1']],
  ])('%s', (_, counts, expected) => {
    expect(statuses(findingsOf(rule, planOf(...counts), {}))).toEqual(expected)
  })
})

describe('slurm/controller, configured by provisioning_parameters.json', () => {
  const planOf = (instanceCount: number): Plan =>
    aPlan({
      orchestrator: { kind: 'slurm', configuration: 'legacy' },
      request: aRequest(),
      instanceGroups: [aScriptedGroup('on_create.sh', { name: 'head', instanceCount }), aScriptedGroup()],
      lifecycleScripts: 'scripts',
      lifecycleSources: [],
    })
  const judged = (instanceCount: number, settings?: object, controllerGroup: unknown = 'head') =>
    findingsOf(rule, planOf(instanceCount), {
      repositoryScripts: repositoryScriptsOf({
        'on_create.sh': '',
        'provisioning_parameters.json': JSON.stringify({ controller_group: controllerGroup, slurm_configurations: settings }, null, 2),
      }),
      bucketScripts: {},
    })
  const without = (name: keyof typeof multiHead) => Object.fromEntries(Object.entries(multiHead).filter(([key]) => key !== name))

  const cases: readonly [string, () => ReturnType<typeof judged>, readonly string[]][] = [
    ['one node', () => judged(1), [`pass ${file}`]],
    ['no node', () => judged(0), ['fail head']],
    ['two nodes that share nothing', () => judged(2), [`fail ${file}#/controller_group`]],
    ['two nodes that share an empty object', () => judged(2, {}), [`fail ${file}#/controller_group`]],
    ['two nodes with all settings', () => judged(2, multiHead), [`pass ${file}#/slurm_configurations`]],
    ['a controller group that is not in the request', () => judged(1, multiHead, 'other'), [`skipped ${file}`]],
    ['no controller group', () => judged(1, multiHead, null), [`skipped ${file}`]],
  ]
  test.each(cases)('%s', (_, findings, expected) => {
    expect(statuses(findings())).toEqual(expected)
  })

  test('in full', () => {
    const settings = Object.keys(multiHead) as (keyof typeof multiHead)[]
    expectInFull('slurm-controller.yaml', [
      ...cases.map(([name, findings]) => [name, findings()] as const),
      ...settings.map((name) => [`without ${name}`, judged(2, without(name))] as const),
      ['without two', judged(2, { ...without('slurm_database_user'), slurm_sns_arn: undefined })],
    ])
  })

  test.each(Object.keys(multiHead) as (keyof typeof multiHead)[])('%s is missing', (name) => {
    const [finding] = judged(3, without(name))
    expect(finding).toMatchObject({ status: 'fail', severity: name === 'slurm_sns_arn' ? 'warning' : 'error' })
    expect(finding?.message).toContain(`${name} is missing`)
  })

  test('ARNs are of their service and of the Region', () => {
    const other = { ...multiHead, slurm_database_secret_arn: multiHead.slurm_database_secret_arn.replace('us-west-2', 'us-east-1') }
    expect(judged(2, other)[0]?.message).toContain('slurm_database_secret_arn is in us-east-1, the cluster is to be in us-west-2')
    expect(judged(2, { ...multiHead, slurm_sns_arn: multiHead.slurm_database_secret_arn })[0]).toMatchObject({
      severity: 'warning',
      message: expect.stringContaining('slurm_sns_arn is no ARN of sns'),
    })
  })

  test('points at the settings, in their line', () => {
    expect(judged(2, without('slurm_database_user'))[0]?.location).toEqual({ path: file, line: 3, column: expect.any(Number) })
  })

  test('a file that is not there or not JSON is left to the rules about it', () => {
    const scripts = (text: string | null) => ({
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '', ...(text !== null && { 'provisioning_parameters.json': text }) }),
      bucketScripts: {},
    })
    expect(statuses(findingsOf(rule, planOf(2), scripts(null)))).toEqual([`skipped ${file}`])
    expect(statuses(findingsOf(rule, planOf(2), scripts('{')))).toEqual([`skipped ${file}`])
  })

  test('EKS, and a plan without a request, are skipped', () => {
    expect(statuses(findingsOf(rule, anEksPlan(), {}))).toEqual(['skipped plan'])
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
