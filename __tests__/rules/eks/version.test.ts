import { describe, expect, test } from '@jest/globals'
import type { Thresholds } from '../../../src/model/plan.ts'
import { version as rule } from '../../../src/rules/eks/version.ts'
import { anEksCluster, anEksPlan, aPlan, denied, findingsOf } from '../../builders.ts'

const judged = (version: string, thresholds: Thresholds = {}) =>
  findingsOf(rule, anEksPlan({ thresholds }), { eksCluster: anEksCluster({ version }) })

describe('eks/version', () => {
  test.each([
    ['1.29', 'fail'],
    ['1.30', 'pass'],
    ['1.33', 'pass'],
    ['1.35', 'pass'],
    ['1.36', 'fail'],
    ['2.0', 'unknown'],
    ['latest', 'unknown'],
  ])('%s', (version, status) => {
    expect(judged(version)).toMatchObject([{ status, severity: 'warning', subject: 'prod' }])
  })

  test('the policy file moves the range', () => {
    expect(judged('1.36', { 'kubernetes-newest-minor': 36 })).toMatchObject([{ status: 'pass' }])
    expect(judged('1.30', { 'kubernetes-oldest-minor': 31 })).toMatchObject([{ status: 'fail' }])
  })

  test('too old: the next minor version is the first step, and all are counted', () => {
    const [finding] = judged('1.28')
    expect(finding?.message).toBe('prod runs Kubernetes 1.28, HyperPod documents 1.30 to 1.35')
    expect(finding?.fix?.text).toContain('2 times')
    expect(finding?.fix?.commands).toEqual(['aws eks update-cluster-version --region us-west-2 --name prod --kubernetes-version 1.29'])
  })

  test('too new: the fix names the threshold, and no command goes back', () => {
    expect(judged('1.37')[0]?.fix).toMatchObject({ text: expect.stringContaining('kubernetes-newest-minor: 37'), commands: [] })
  })

  test('an absent cluster is left to eks/cluster, a denied call is unknown, Slurm is skipped', () => {
    expect(findingsOf(rule, anEksPlan(), { eksCluster: null })).toMatchObject([{ status: 'skipped', subject: 'prod' }])
    expect(findingsOf(rule, anEksPlan(), { eksCluster: denied('eks:DescribeCluster') })).toMatchObject([{ status: 'unknown' }])
    expect(findingsOf(rule, aPlan(), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
