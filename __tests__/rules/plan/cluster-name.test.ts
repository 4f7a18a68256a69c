import { describe, expect, test } from '@jest/globals'
import type { ExistingCluster } from '../../../src/model/facts/cluster.ts'
import { clusterName as rule } from '../../../src/rules/plan/cluster-name.ts'
import { anExistingCluster, aPlan, aUsage, denied, findingsOf } from '../../builders.ts'
import { aRequest, clusterRequest, requestedPlan } from '../../requested-plan.ts'

const stated = (operation?: string) => requestedPlan(clusterRequest(), operation === undefined ? {} : { operation })
const update = { ...stated(), change: aRequest(clusterRequest()) }
const judged = (namedCluster: ExistingCluster | null, plan = stated()) =>
  findingsOf(rule, plan, { namedCluster, hyperPodUsage: aUsage({ clusters: [] }) })

const deletion = 'aws sagemaker delete-cluster --region us-west-2 --cluster-name training'

describe('plan/cluster-name', () => {
  test('a name that nothing has is free', () => {
    expect(judged(null)).toMatchObject([
      {
        status: 'pass',
        subject: 'training',
        message: 'no HyperPod cluster in us-west-2 is named training',
        location: { line: 2, column: 18 },
      },
    ])
  })

  test('a living cluster is updated', () => {
    expect(judged(anExistingCluster(), update)).toMatchObject([
      {
        status: 'pass',
        message: 'training exists in us-west-2 and is InService, created 2026-10-01; the plan is judged as an update of it',
      },
    ])
  })

  test.each(['Creating', 'RollingBack', 'SystemUpdating', 'Updating'])('a cluster that is %s is waited for', (status) => {
    expect(judged(anExistingCluster({ status }), update)).toMatchObject([
      { status: 'fail', severity: 'warning', fix: { text: 'Wait until training is InService before you update it.' } },
    ])
  })

  test('a new cluster cannot have the name of one that exists', () => {
    expect(judged(anExistingCluster(), stated('create'))).toMatchObject([
      {
        status: 'fail',
        severity: 'error',
        message: 'training exists in us-west-2 and is InService, created 2026-10-01; CreateCluster refuses a name that is taken',
        fix: { text: 'Use another name, or check the request as a change of training with operation: update.', commands: [] },
      },
    ])
    expect(judged(anExistingCluster(), aPlan({ clusterName: 'training' }))).toMatchObject([
      { status: 'fail', severity: 'error', fix: { text: expect.stringContaining('give its UpdateCluster request as cluster-config') } },
    ])
  })

  test.each([stated(), stated('create'), { ...update, operation: 'update' as const }])(
    'a failed one is deleted first, whatever is asked',
    (plan) => {
      const failed = anExistingCluster({ status: 'Failed', failureMessage: 'no capacity' })
      expect(judged(failed, plan)).toMatchObject([
        {
          status: 'fail',
          severity: 'error',
          message: expect.stringContaining('is Failed, created 2026-10-01 (no capacity);'),
          fix: { commands: [deletion, expect.stringContaining('describe-cluster')] },
        },
      ])
    },
  )

  test('one that is being deleted is waited for', () => {
    const [finding] = judged(anExistingCluster({ status: 'Deleting', created: null }))
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'error',
      message: 'training exists in us-west-2 and is Deleting; its name is taken until the cluster is gone',
    })
    expect(finding?.fix?.commands).toHaveLength(1)
    expect(finding?.fix?.commands[0]).not.toContain('delete-cluster')
  })

  test('the list of clusters proves that a name is free, and no more than that', () => {
    const namedCluster = denied('sagemaker:DescribeCluster')
    const listed = (...clusters: readonly string[]) => findingsOf(rule, stated(), { namedCluster, hyperPodUsage: aUsage({ clusters }) })
    expect(listed('other')).toMatchObject([{ status: 'pass' }])
    expect(listed('other', 'training')).toMatchObject([
      { status: 'unknown', severity: 'error', gap: { action: 'sagemaker:DescribeCluster' } },
    ])
    expect(findingsOf(rule, stated(), { namedCluster, hyperPodUsage: denied('sagemaker:ListClusters') })).toMatchObject([
      { status: 'unknown', severity: 'error' },
    ])
  })

  test('without a name there is nothing to look for', () => {
    expect(findingsOf(rule, aPlan(), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
