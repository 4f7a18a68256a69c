import { describe, expect, test } from '@jest/globals'
import { lifecycleMode as rule } from '../../../src/rules/plan/lifecycle-mode.ts'
import { whyNoScripts } from '../../../src/semantics/plan/lifecycle-folders.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const SourceS3Uri = 's3://sagemaker-scripts/base/'
const eks = { Orchestrator: { Eks: { ClusterArn: 'arn:aws:eks:us-west-2:111122223333:cluster/prod' } } }
const judged = (LifeCycleConfig: unknown, changes: Readonly<Record<string, unknown>> = {}, inputs: Readonly<Record<string, string>> = {}) =>
  findingsOf(rule, requestedPlan(clusterRequest({ InstanceGroups: [groupRequest({ LifeCycleConfig })], ...changes }), inputs), {})

describe('plan/lifecycle-mode', () => {
  test.each<[string, unknown, string, string]>([
    ['no configuration', undefined, 'pass', 'fail'],
    ['OnCreate', { SourceS3Uri, OnCreate: 'a.sh' }, 'pass', 'pass'],
    ['OnInitComplete', { SourceS3Uri, OnInitComplete: 'a.sh' }, 'pass', 'fail'],
    ['both scripts', { SourceS3Uri, OnCreate: 'a.sh', OnInitComplete: 'b.sh' }, 'fail', 'fail'],
    ['a source without a script', { SourceS3Uri }, 'fail', 'fail'],
    ['OnCreate without a source', { OnCreate: 'a.sh' }, 'fail', 'fail'],
    ['OnInitComplete without a source', { OnInitComplete: 'a.sh' }, 'fail', 'fail'],
    ['nothing in it', {}, 'fail', 'fail'],
    ['only null in it', { SourceS3Uri: null, OnCreate: null }, 'fail', 'fail'],
  ])('%s: Slurm and EKS', (_, config, onSlurm, onEks) => {
    expect(statuses(judged(config))).toEqual([`${onSlurm} worker-1`])
    expect(statuses(judged(config, eks))).toEqual([`${onEks} worker-1`])
  })

  test.each([
    's3://My_Bucket/a/',
    'https://example.com/a/',
    's3://arn:aws:s3:us-west-2:111122223333:accesspoint/a',
    ' s3://bucket/a',
    's3://bucket ',
    7,
  ])('a source that names no bucket is not taken for none: %j', (source) => {
    const LifeCycleConfig = { SourceS3Uri: source, OnCreate: 'a.sh' }
    const [finding] = judged(LifeCycleConfig, eks)
    expect(finding).toMatchObject({ status: 'unknown', severity: 'error', location: { path: 'cluster.json' } })
    const plan = requestedPlan(clusterRequest({ InstanceGroups: [groupRequest({ LifeCycleConfig })] }))
    expect(whyNoScripts(plan)).toBe(
      'No folder of lifecycle scripts could be read from the request (worker-1): plan/lifecycle-mode reports it.',
    )
  })

  test('EKS: the fix is a fragment with the folder that the plan knows', () => {
    const [finding] = judged(undefined, eks, { bucket: 's3://sagemaker-scripts/base' })
    expect(finding).toMatchObject({
      severity: 'error',
      message: 'worker-1 has no LifeCycleConfig, EKS requires SourceS3Uri and OnCreate on every group',
      fix: { text: 'Write: "LifeCycleConfig": {"SourceS3Uri":"s3://sagemaker-scripts/base/","OnCreate":"on_create.sh"}.' },
      location: { path: 'cluster.json', line: 4 },
    })
  })

  test('no folder is invented', () => {
    expect(judged(undefined, eks)[0]?.fix?.text).toBe(
      'State SourceS3Uri, the s3:// folder of the scripts, and OnCreate, the entry point in it (on_create.sh).',
    )
  })

  test('both scripts: the finding stands at the second, and the choice is explained', () => {
    const [finding] = judged({ SourceS3Uri, OnCreate: 'a.sh', OnInitComplete: 'b.sh' })
    expect(finding).toMatchObject({
      message: 'worker-1 has both OnCreate and OnInitComplete, which exclude each other',
      location: { line: 12 },
    })
    expect(finding?.fix?.text).toContain('Keep OnCreate (a.sh)')
  })

  test('a half is completed with the user’s own script, or removed on Slurm', () => {
    expect(judged({ SourceS3Uri, OnInitComplete: 'b.sh' }, eks)[0]?.fix?.text).toBe(
      'Write: "LifeCycleConfig": {"SourceS3Uri":"s3://sagemaker-scripts/base/","OnCreate":"b.sh"}.',
    )
    expect(judged({ SourceS3Uri })[0]?.fix?.text).toContain('can do without LifeCycleConfig')
  })

  test('each group is judged, a broken one too; restricted groups have no scripts', () => {
    const InstanceGroups = [groupRequest({ LifeCycleConfig: { SourceS3Uri } }), {}]
    const RestrictedInstanceGroups = [groupRequest({ InstanceGroupName: 'nova' })]
    expect(statuses(judged(undefined, { InstanceGroups, RestrictedInstanceGroups }))).toEqual(['fail worker-1', 'pass InstanceGroups[1]'])
    expect(statuses(judged(undefined, { InstanceGroups: undefined, RestrictedInstanceGroups }))).toEqual(['skipped plan'])
  })

  test('without a request file it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
