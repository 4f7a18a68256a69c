import { describe, expect, test } from '@jest/globals'
import { vpcCni as rule } from '../../../src/rules/eks/vpc-cni.ts'
import { anEksCluster, anEksPlan, aPlan, denied, findingsOf } from '../../builders.ts'

const addonOf = (version: string, status = 'ACTIVE') => ({ name: 'vpc-cni', version, status })
const judged = (version: string) => findingsOf(rule, anEksPlan(), { eksCluster: anEksCluster(), vpcCniAddon: addonOf(version) })

describe('eks/vpc-cni', () => {
  test.each([
    ['v1.16.0-eksbuild.1', 'fail', 'error'],
    ['v1.18.2-eksbuild.9', 'fail', 'error'],
    ['v1.18.3-eksbuild.1', 'pass', 'error'],
    ['v1.9.3-eksbuild.1', 'fail', 'error'],
    ['v1.21.9-eksbuild.1', 'pass', 'error'],
    ['v1.22.0-eksbuild.1', 'fail', 'warning'],
    ['v1.22.3-eksbuild.2', 'fail', 'warning'],
    ['v1.22.4-eksbuild.1', 'pass', 'error'],
    ['v2.0.0', 'pass', 'error'],
    ['newest', 'unknown', 'error'],
  ])('%s', (version, status, severity) => {
    expect(judged(version)).toMatchObject([{ status, severity, subject: 'prod' }])
  })

  test('the fix updates the add-on of this cluster', () => {
    const versions = 'aws eks describe-addon-versions --region us-west-2 --addon-name vpc-cni --kubernetes-version 1.33 --query'
    expect(judged('v1.18.2-eksbuild.9')[0]?.fix).toEqual({
      text: expect.stringContaining('to 1.18.3 or later'),
      commands: [
        `${versions} 'addons[].addonVersions[].[addonVersion, compatibilities[0].defaultVersion]' --output text`,
        `aws eks update-addon --region us-west-2 --cluster-name prod --addon-name vpc-cni --resolve-conflicts PRESERVE --addon-version "$(${versions} 'addons[].addonVersions[?compatibilities[0].defaultVersion].addonVersion[]' --output text)"`,
      ],
    })
    expect(judged('v1.22.2-eksbuild.1')[0]?.fix?.text).toContain('to 1.22.4 or later')
  })

  test('one that EKS does not manage is unknown, and says how to look', () => {
    const [finding] = findingsOf(rule, anEksPlan(), { eksCluster: anEksCluster(), vpcCniAddon: null })
    expect(finding).toMatchObject({ status: 'unknown', severity: 'error', gap: { reason: 'unsupported' } })
    expect(finding?.fix?.text).toContain('waive this finding')
    expect(finding?.fix?.commands[0]).toMatch(/^kubectl get daemonset aws-node/)
  })

  test('Auto Mode has none, an absent cluster is left to eks/cluster, a denied call is unknown, Slurm is skipped', () => {
    const autoMode = { eksCluster: anEksCluster({ autoMode: true }), vpcCniAddon: null }
    expect(findingsOf(rule, anEksPlan(), autoMode)).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, anEksPlan(), { eksCluster: null, vpcCniAddon: null })).toMatchObject([{ status: 'skipped' }])
    const gap = { eksCluster: anEksCluster(), vpcCniAddon: denied('eks:DescribeAddon') }
    expect(findingsOf(rule, anEksPlan(), gap)).toMatchObject([{ status: 'unknown', gap: { action: 'eks:DescribeAddon' } }])
    expect(findingsOf(rule, aPlan(), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
  })
})
