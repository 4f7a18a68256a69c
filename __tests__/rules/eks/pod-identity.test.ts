import { describe, expect, test } from '@jest/globals'
import { podIdentity as rule } from '../../../src/rules/eks/pod-identity.ts'
import { anEksCluster, anEksPlan, aPlan, denied, findingsOf, statuses } from '../../builders.ts'

const judged = (eksAddons: readonly string[], autoMode = false) =>
  findingsOf(rule, anEksPlan(), { eksCluster: anEksCluster({ autoMode }), eksAddons })

describe('eks/pod-identity', () => {
  test('the agent is an add-on, or Auto Mode brings it', () => {
    expect(judged(['vpc-cni', 'eks-pod-identity-agent'])).toMatchObject([{ status: 'pass', subject: 'prod' }])
    expect(judged([], true)).toMatchObject([{ status: 'skipped', message: expect.stringContaining('documented nowhere') }])
    expect(judged(['eks-pod-identity-agent'], true)).toMatchObject([{ status: 'pass' }])
  })

  test('its absence is a notice with the command that installs it', () => {
    expect(judged(['vpc-cni'])).toMatchObject([
      {
        status: 'fail',
        severity: 'notice',
        fix: { commands: ['aws eks create-addon --region us-west-2 --cluster-name prod --addon-name eks-pod-identity-agent'] },
      },
    ])
  })

  test('an absent cluster, a denied call, Slurm', () => {
    expect(statuses(findingsOf(rule, anEksPlan(), { eksCluster: null, eksAddons: null }))).toEqual(['skipped prod'])
    const gap = { eksCluster: anEksCluster(), eksAddons: denied('eks:ListAddons') }
    expect(statuses(findingsOf(rule, anEksPlan(), gap))).toEqual(['unknown account'])
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
