import { describe, expect, test } from '@jest/globals'
import { authenticationMode as rule } from '../../../src/rules/eks/authentication-mode.ts'
import { anEksCluster, aPlan, denied, findingsOf } from '../../builders.ts'

const plan = aPlan({ orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location: null } } })
const judged = (mode: string | null) => findingsOf(rule, plan, { eksCluster: anEksCluster({ authenticationMode: mode }) })

describe('eks/authentication-mode', () => {
  test.each([
    ['API', 'pass'],
    ['API_AND_CONFIG_MAP', 'pass'],
    ['CONFIG_MAP', 'fail'],
    [null, 'unknown'],
    ['PASSKEY', 'unknown'],
  ])('%s', (mode, status) => {
    expect(judged(mode)).toMatchObject([{ status, severity: 'error', subject: 'prod' }])
  })

  test('CONFIG_MAP comes with the command that changes it', () => {
    expect(judged('CONFIG_MAP')[0]?.fix?.commands).toEqual([
      'aws eks update-cluster-config --region us-west-2 --name prod --access-config authenticationMode=API_AND_CONFIG_MAP',
    ])
  })

  test('an absent cluster is left to eks/cluster, a denied call is unknown, a Slurm plan is skipped', () => {
    expect(findingsOf(rule, plan, { eksCluster: null })).toMatchObject([{ status: 'skipped', subject: 'prod' }])
    expect(findingsOf(rule, plan, { eksCluster: denied('eks:DescribeCluster') })).toMatchObject([{ status: 'unknown' }])
    expect(findingsOf(rule, aPlan(), { eksCluster: null })).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
