import { describe, expect, test } from '@jest/globals'
import type { Fact } from '../../../src/model/fact.ts'
import type { EksCluster } from '../../../src/model/facts/eks.ts'
import { kubectl as rule } from '../../../src/rules/tools/kubectl.ts'
import { aFoundTool, aMachine, anEksCluster, aPlan, denied, findingsOf, known } from '../../builders.ts'

const onEks = aPlan({ orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location: null } } })
const printed = (version: string) => aFoundTool(JSON.stringify({ clientVersion: { gitVersion: version } }))
const judged = (version: string, eksCluster: EksCluster | null | Fact<EksCluster | null>, plan = onEks) =>
  findingsOf(rule, plan, { tools: { kubectl: printed(version) }, eksCluster })[0]

describe('tools/kubectl', () => {
  test.each([
    ['v1.31.9', 'fail'],
    ['v1.32.0', 'pass'],
    ['v1.33.4-eks-a737599', 'pass'],
    ['v1.34.1', 'pass'],
    ['v1.35.0', 'fail'],
    ['v1.28.0', 'fail'],
    ['v2.33.0', 'fail'],
  ])('%s beside Kubernetes 1.33', (version, status) => {
    expect(judged(version, anEksCluster({ version: '1.33' }))).toMatchObject({ status, severity: 'warning', subject: 'kubectl' })
  })

  test('says both versions and which to install', () => {
    const finding = judged('v1.28.0', anEksCluster({ version: '1.33' }))
    expect(finding?.message).toBe('kubectl 1.28.0 is more than one minor version from Kubernetes 1.33 of prod')
    expect(finding?.fix?.text).toBe('Install version 1.33: https://kubernetes.io/docs/tasks/tools/')
  })

  test('the commands install the version of the cluster, and none is given where it is not known', () => {
    const fixFor = (eksCluster: EksCluster | null | Fact<EksCluster | null>) =>
      findingsOf(rule, onEks, { tools: { kubectl: known({ kind: 'absent' }) }, eksCluster, machine: aMachine() })[0]?.fix
    expect(fixFor(anEksCluster({ version: '1.33' }))?.commands).toEqual([
      'curl -LO "https://dl.k8s.io/release/$(curl -L -s https://dl.k8s.io/release/stable-1.33.txt)/bin/linux/amd64/kubectl"',
      'sudo install -o root -g root -m 0755 kubectl /usr/local/bin/kubectl',
    ])
    const none = { text: 'Install the version of the EKS cluster: https://kubernetes.io/docs/tasks/tools/', commands: [] }
    for (const unknown of [null, denied('eks:DescribeCluster'), anEksCluster({ version: '$(id)' })]) expect(fixFor(unknown)).toEqual(none)
  })

  test.each([
    ['v1.28.0', 'pass'],
    ['v1.27.9', 'fail'],
  ])('%s without a cluster to compare with', (version, status) => {
    expect(judged(version, null)).toMatchObject({ status })
  })

  test('the cluster could not be read: absent is still absent, a version cannot be judged', () => {
    const eksCluster = denied('eks:DescribeCluster')
    expect(judged('v1.33.0', eksCluster)).toMatchObject({ status: 'unknown', severity: 'warning', gap: { action: 'eks:DescribeCluster' } })
    expect(findingsOf(rule, onEks, { tools: { kubectl: known({ kind: 'absent' }) }, eksCluster })).toMatchObject([{ status: 'fail' }])
  })

  test('skipped for Slurm, a notice where nothing is stated, an error where it is required, for Slurm too', () => {
    const facts = { tools: { kubectl: known({ kind: 'absent' } as const) }, eksCluster: null }
    expect(findingsOf(rule, aPlan(), facts)).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, aPlan({ orchestrator: { kind: 'unstated' } }), facts)).toMatchObject([{ status: 'fail', severity: 'notice' }])
    expect(findingsOf(rule, aPlan({ requiredTools: ['kubectl'] }), facts)).toMatchObject([{ status: 'fail', severity: 'error' }])
  })
})
