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

  test.each<[string, string, readonly string[] | undefined, string, string, string]>([
    ['v1.20.0-eksbuild.1', 'ACTIVE', [], 'pass', 'error', 'is v1.20.0-eksbuild.1'],
    ['v1.20.0-eksbuild.1', 'CREATING', [], 'pass', 'error', ''],
    ['v1.20.0-eksbuild.1', 'UPDATING', [], 'pass', 'error', ''],
    ['v1.20.0-eksbuild.1', 'CREATE_FAILED', ['AccessDenied'], 'fail', 'error', 'is CREATE_FAILED (AccessDenied): nodes without a VPC CNI'],
    ['v1.20.0-eksbuild.1', 'CREATE_FAILED', undefined, 'fail', 'error', 'is CREATE_FAILED: nodes without a VPC CNI'],
    ['v1.20.0-eksbuild.1', 'CREATE_FAILED', ['ConfigurationConflict'], 'unknown', 'error', 'a VPC CNI that EKS does not manage is there'],
    ['v1.16.0-eksbuild.1', 'CREATE_FAILED', ['ConfigurationConflict'], 'unknown', 'error', 'a VPC CNI that EKS does not manage is there'],
    ['v1.20.0-eksbuild.1', 'DEGRADED', undefined, 'fail', 'warning', 'its add-on is DEGRADED'],
    ['v1.20.0-eksbuild.1', 'DEGRADED', ['InsufficientNumberOfReplicas'], 'fail', 'warning', 'DEGRADED (InsufficientNumberOfReplicas)'],
    ['v1.20.0-eksbuild.1', 'UPDATE_FAILED', [], 'fail', 'warning', 'its add-on is UPDATE_FAILED'],
    ['v1.20.0-eksbuild.1', 'DELETING', [], 'fail', 'warning', 'its add-on is DELETING'],
    ['v1.16.0-eksbuild.1', 'DEGRADED', [], 'fail', 'error', 'HyperPod needs 1.18.3 or later'],
  ])('%s that is %s (%j): %s %s', (version, status, issues, expected, severity, message) => {
    const vpcCniAddon = { ...addonOf(version, status), ...(issues !== undefined && { issues }) }
    expect(findingsOf(rule, anEksPlan(), { eksCluster: anEksCluster(), vpcCniAddon })).toMatchObject([
      { status: expected, severity, message: expect.stringContaining(message) },
    ])
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
    expect(finding?.message).toContain('the VPC CNI that EKS then installs by itself with the cluster')
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
