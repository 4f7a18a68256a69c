import { describe, expect, test } from '@jest/globals'
import type { HelmRelease, HyperPodChart } from '../../../src/model/facts/eks.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { helmChart as rule } from '../../../src/rules/eks/helm-chart.ts'
import { aGap, anEksCluster, aPlan, denied, findingsOf, known } from '../../builders.ts'

const location = { path: 'cluster.json', line: 3, column: 24 }
const onEks: Plan = aPlan({ orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location } } })
const context = 'arn:aws:eks:us-west-2:111122223333:cluster/prod'

const aRelease = (changes: Partial<HelmRelease> = {}): HelmRelease => ({
  name: 'hyperpod-dependencies',
  namespace: 'kube-system',
  status: 'deployed',
  chart: 'hyperpod-helm-chart-0.1.0',
  ...changes,
})
const looked = (changes: Partial<Extract<HyperPodChart, { kind: 'looked' }>> = {}): HyperPodChart => ({
  kind: 'looked',
  by: 'helm',
  context,
  releases: [aRelease()],
  agentNamespaces: null,
  ...changes,
})
const judged = (hyperPodChart: HyperPodChart) => findingsOf(rule, onEks, { hyperPodChart })

const folder = 'sagemaker-hyperpod-cli/helm_chart/HyperPodHelmChart'
const fetching = ['git clone https://github.com/aws/sagemaker-hyperpod-cli.git', `helm dependencies update ${folder}`]
const installing = [...fetching, `helm install hyperpod-dependencies ${folder} --namespace kube-system --kube-context ${context}`]

describe('eks/helm-chart', () => {
  test('a deployed release passes, and says who looked and where', () => {
    expect(judged(looked())).toEqual([
      {
        rule: 'eks/helm-chart',
        status: 'pass',
        severity: 'error',
        subject: 'prod',
        message: `release hyperpod-dependencies of hyperpod-helm-chart-0.1.0 in namespace kube-system of prod is deployed, says helm in context ${context}`,
        evidence: {
          by: 'helm',
          context,
          release: 'hyperpod-dependencies',
          namespace: 'kube-system',
          status: 'deployed',
          chart: 'hyperpod-helm-chart-0.1.0',
        },
        location,
      },
    ])
  })

  test('kubectl cannot tell the chart of a release, and nothing is made up for it', () => {
    const [finding] = judged(looked({ by: 'kubectl', releases: [aRelease({ chart: null })], agentNamespaces: ['aws-hyperpod'] }))
    expect(finding).toMatchObject({
      status: 'pass',
      message: expect.stringMatching(/^release hyperpod-dependencies in namespace kube-system/),
    })
    expect(finding?.evidence).not.toHaveProperty('chart')
  })

  test('of several releases a deployed one counts', () => {
    expect(judged(looked({ releases: [aRelease({ name: 'old', status: 'failed' }), aRelease()] }))).toMatchObject([{ status: 'pass' }])
  })

  test('no release is the failure that CreateCluster would answer, with the way to install the chart', () => {
    const [finding] = judged(looked({ releases: [] }))
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', evidence: { by: 'helm', context }, location })
    expect(finding?.message).toContain('CreateCluster answers "Amazon EKS orchestrator cluster is missing required dependencies"')
    expect(finding?.fix).toEqual({ text: 'Install the chart before creating the cluster.', commands: installing })
  })

  test('where kubectl looked, the fix says that helm is missing here', () => {
    const [finding] = judged(looked({ by: 'kubectl', releases: [], agentNamespaces: [] }))
    expect(finding).toMatchObject({ status: 'fail', severity: 'error' })
    expect(finding?.fix?.text).toContain('Helm 3, which is not on PATH')
  })

  test('a context with spaces or quotes can be pasted all the same', () => {
    const commands = judged(looked({ releases: [], context: "my prod's" }))[0]?.fix?.commands
    expect(commands?.at(-1)).toMatch(/--kube-context 'my prod'\\''s'$/)
  })

  test('its DaemonSet without a release of Helm is no failure that blocks', () => {
    const [finding] = judged(looked({ releases: [], agentNamespaces: ['aws-hyperpod'] }))
    expect(finding).toMatchObject({ status: 'fail', severity: 'warning', evidence: { agentNamespaces: ['aws-hyperpod'] } })
    expect(finding?.fix?.commands).toEqual([`kubectl get all --namespace aws-hyperpod --context ${context}`])
  })

  const place = `--namespace hp --kube-context ${context}`
  const history = `helm history deps ${place}`
  test.each([
    ['failed', 'error', [history, ...fetching, `helm upgrade --install deps ${folder} ${place}`]],
    ['pending-install', 'error', [history, `helm uninstall deps ${place}`, ...installing]],
    ['uninstalling', 'error', [history, `helm uninstall deps ${place}`, ...installing]],
    ['uninstalled', 'error', [history, `helm uninstall deps ${place}`, ...installing]],
    ['unknown', 'error', [history, `helm uninstall deps ${place}`, ...installing]],
    ['pending-upgrade', 'warning', [history, `helm rollback deps ${place}`]],
    ['pending-rollback', 'warning', [history, `helm rollback deps ${place}`]],
  ])('%s: %s, and the way out of it', (status, severity, commands) => {
    const [finding] = judged(looked({ releases: [aRelease({ name: 'deps', namespace: 'hp', status })] }))
    expect(finding).toMatchObject({ status: 'fail', severity, evidence: { release: 'deps', namespace: 'hp', status } })
    expect(finding?.message).toBe(
      `release deps of hyperpod-helm-chart-0.1.0 in namespace hp of prod is ${status}, it must be deployed (helm, context ${context})`,
    )
    expect(finding?.fix?.commands).toEqual(commands)
  })

  describe('where nobody could look', () => {
    const kubeconfig = 'aws eks update-kubeconfig --region us-west-2 --name prod'
    const reason = 'no kubeconfig context on this machine leads to prod'
    const notLooked = (lacks?: readonly ('kubeconfig' | 'tool')[]): HyperPodChart => ({
      kind: 'not-looked',
      reason,
      ...(lacks !== undefined && { lacks }),
    })

    test('it is unknown, and the fix has the step that a workflow needs and the command', () => {
      const [finding, ...others] = judged(notLooked(['kubeconfig']))
      expect(others).toEqual([])
      expect(finding).toMatchObject({ status: 'unknown', severity: 'error', subject: 'prod', location, gap: { action: 'none' } })
      expect(finding?.message).toBe(`whether the HyperPod Helm chart is installed in prod is not known: ${reason}`)
      expect(finding?.fix?.text).toContain(`add the step \`- run: ${kubeconfig}\` before this check`)
      expect(finding?.fix?.text).toContain('AmazonEKSAdminViewPolicy')
      expect(finding?.fix?.text).not.toContain('Install helm')
      expect(finding?.fix?.commands).toEqual([kubeconfig, 'helm list --all-namespaces'])
    })

    test('a tool that is missing is named as well, or alone', () => {
      const [both] = judged(notLooked(['kubeconfig', 'tool']))
      expect(both?.fix?.text).toMatch(/- run: aws eks update-kubeconfig.*Install helm or kubectl on this machine: https:/)
      const [tool] = judged(notLooked(['tool']))
      expect(tool?.fix?.text).toMatch(/^Install helm or kubectl on this machine: https:/)
      expect(tool?.fix?.commands).toEqual(['helm list --all-namespaces'])
    })

    test('a snapshot of an earlier version says only why, and the kubeconfig is what to make', () => {
      expect(judged(notLooked())).toEqual(judged(notLooked(['kubeconfig'])))
    })

    test.each([
      ['does not exist', null, 'skipped', 'prod does not exist: eks/cluster reports it'],
      [
        'is being created',
        anEksCluster({ endpoint: null, status: 'CREATING' }),
        'skipped',
        /^prod is CREATING and .*: eks\/cluster reports/,
      ],
      ['is ACTIVE', anEksCluster(), 'unknown', /is not known/],
      ['is ACTIVE, and its answer names no API server', anEksCluster({ endpoint: null }), 'unknown', /is not known/],
    ] as const)('the EKS cluster %s', (_, eksCluster, status, message) => {
      const findings = findingsOf(rule, onEks, { hyperPodChart: notLooked([]), eksCluster: known(eksCluster) })
      expect(findings).toMatchObject([{ status, severity: 'error', message: expect.stringMatching(message) }])
    })
  })

  test('a tool that failed leaves it unknown, in its own words', () => {
    const message = 'kubectl get secrets with context prod (/usr/bin/kubectl) failed with 1: Error from server (Forbidden)'
    const gap = aGap({ reason: 'unexpected', action: 'none', message })
    const [finding] = findingsOf(rule, onEks, { hyperPodChart: { ok: false, gap } })
    expect(finding).toMatchObject({ status: 'unknown', severity: 'error', subject: 'prod', message, gap, location })
    expect(finding?.fix?.text).toContain('AmazonEKSAdminViewPolicy')
    expect(finding?.fix?.commands).toEqual(['aws eks update-kubeconfig --region us-west-2 --name prod', 'helm list --all-namespaces'])
  })

  test('a cluster that could not be read leaves it unknown, and asks for the IAM action', () => {
    const [finding] = findingsOf(rule, onEks, { hyperPodChart: denied('eks:DescribeCluster') })
    expect(finding).toMatchObject({ status: 'unknown', gap: { action: 'eks:DescribeCluster' } })
    expect(finding?.fix?.text).toContain('Allow eks:DescribeCluster')
  })

  test('a run without credentials, and a plan without EKS, skip it', () => {
    const gap = aGap({ reason: 'not-attempted', action: 'none', message: 'a fork has no credentials' })
    expect(findingsOf(rule, onEks, { hyperPodChart: { ok: false, gap } })).toMatchObject([{ status: 'skipped', message: gap.message }])
    expect(findingsOf(rule, aPlan(), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
    expect(findingsOf(rule, aPlan({ orchestrator: { kind: 'eks', cluster: null } }), {})).toMatchObject([{ status: 'skipped' }])
  })
})
