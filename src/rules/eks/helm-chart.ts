import { toolReferences } from '../../catalog/tools.ts'
import type { Gap } from '../../model/fact.ts'
import type { EksCluster, HelmRelease, HyperPodChart } from '../../model/facts/eks.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { EksClusterReference } from '../../model/plan.ts'
import { eksClusterOf } from '../../semantics/plan/eks.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'

export const helmChart = defineRule({
  id: 'eks/helm-chart',
  title: 'The HyperPod Helm chart is installed in the EKS cluster',
  why: 'HyperPod needs namespaces, roles and agents of its own in the EKS cluster before its first node joins, and AWS gives them as a Helm chart. Without it CreateCluster answers `Amazon EKS orchestrator cluster is missing required dependencies`. The console and the CloudFormation templates of AWS install the chart themselves; who calls the API installs it first.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '8',
  checklistDiffers:
    "The checklist asks for Helm on this machine. What HyperPod asks for is its chart in the cluster, which the EKS API does not show: `helm` looks, else `kubectl`, with the user's own kubeconfig and in no context but one that leads to this very cluster. If neither can look, the rule is unknown: nodes of a cluster without the chart do not come up, and nothing else shows it. kubectl reads labels and annotations alone, never what the secrets of Helm hold. An upgrade that did not end is a warning, as an earlier revision is in place; so are the chart's DaemonSets without a release of Helm's, which is what Argo CD leaves.",
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-install-packages-using-helm-chart.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://github.com/aws/sagemaker-hyperpod-cli/tree/main/helm_chart',
    'https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html',
  ],
  needs: [],
  uses: ['hyperPodChart', 'eksCluster'],
  applies: (plan) => {
    const reference = eksClusterOf(plan)
    return typeof reference === 'string' ? reference : true
  },
  evaluate: ({ hyperPodChart, eksCluster }, plan) => {
    const reference = eksClusterOf(plan)
    if (typeof reference === 'string') return []
    if (!hyperPodChart.ok) return [failedToLook(hyperPodChart.gap, reference, plan.region)]
    const chart = hyperPodChart.value
    if (chart.kind === 'looked') return [judge(chart, reference)]
    const { name, location } = reference
    const absence = eksCluster.ok ? absenceOf(name, eksCluster.value) : null
    return [absence === null ? notLooked(chart, reference, plan.region) : reported(name, absence, 'eks/cluster', { location })]
  },
})

type Looked = Extract<HyperPodChart, { kind: 'looked' }>
type NotLooked = Exclude<HyperPodChart, Looked>

/** What eks/cluster reports of an EKS cluster that nobody can look into; null where there is one to look into. */
const absenceOf = (name: string, found: EksCluster | null): string | null => {
  if (found === null) return `${name} does not exist`
  const isReported = found.status !== 'ACTIVE' && found.status !== 'UPDATING'
  return found.endpoint === null && isReported ? `${name} is ${found.status} and has no API server` : null
}

const judge = (chart: Looked, { name, location }: EksClusterReference): Outcome => {
  const { by, context, releases } = chart
  const deployed = releases.find(({ status }) => status === 'deployed')
  const release = deployed ?? releases[0]
  if (release === undefined) return judgeWithoutRelease(chart, name, location)
  const details = { location, evidence: { by, context, ...evidenceOf(release) } }
  const inPlace = `${titleOf(release)} in namespace ${release.namespace} of ${name}`
  if (deployed !== undefined) return pass(name, `${inPlace} is deployed, says ${by} in context ${context}`, details)
  const message = `${inPlace} is ${release.status}, it must be deployed (${by}, context ${context})`
  return fail(name, message, mend(release, chart), hasEarlierRevision(release) ? { ...details, severity: 'warning' } : details)
}

const titleOf = ({ name, chart }: HelmRelease): string => `release ${name}${chart === null ? '' : ` of ${chart}`}`

const evidenceOf = ({ name, namespace, status, chart }: HelmRelease) => ({
  release: name,
  namespace,
  status,
  ...(chart !== null && { chart }),
})

/** Helm upgrades and rolls back only what was there before. */
const hasEarlierRevision = ({ status }: HelmRelease): boolean => status === 'pending-upgrade' || status === 'pending-rollback'

const judgeWithoutRelease = (chart: Looked, name: string, location: EksClusterReference['location']): Outcome => {
  const { by, context, agentNamespaces } = chart
  const evidence = { by, context }
  if (agentNamespaces !== null && agentNamespaces.length > 0) {
    const message = `${name} has the DaemonSet health-monitoring-agent in ${agentNamespaces.join(', ')} but no Helm release of the HyperPod chart: whether all of the chart is there cannot be told`
    const fix = {
      text: 'If Argo CD or the like installs the chart, look there whether all of it is in place. Otherwise install it with Helm, after removing what is left of it.',
      commands: [command('kubectl', 'get', 'all', '--namespace', agentNamespaces[0] ?? '', '--context', context)],
    }
    return fail(name, message, fix, { location, evidence: { ...evidence, agentNamespaces }, severity: 'warning' })
  }
  const message = `${name} has no release of the HyperPod Helm chart, says ${by} in context ${context}: CreateCluster answers "Amazon EKS orchestrator cluster is missing required dependencies"`
  return fail(
    name,
    message,
    { text: `Install the chart before creating the cluster.${needsHelm(chart)}`, commands: install(context) },
    { location, evidence },
  )
}

const needsHelm = ({ by }: Looked): string => (by === 'kubectl' ? ' It takes Helm 3, which is not on PATH of this machine.' : '')

const folder = 'sagemaker-hyperpod-cli/helm_chart/HyperPodHelmChart'
const fetchChart: readonly string[] = [
  command('git', 'clone', 'https://github.com/aws/sagemaker-hyperpod-cli.git'),
  command('helm', 'dependencies', 'update', folder),
]

const install = (context: string): readonly string[] => [
  ...fetchChart,
  command('helm', 'install', 'hyperpod-dependencies', folder, '--namespace', 'kube-system', '--kube-context', context),
]

/** The way from each state of a release to `deployed`; what Helm is still about cannot be upgraded. */
const mend = (release: HelmRelease, chart: Looked): Fix => {
  const { name, namespace, status } = release
  const { context } = chart
  const place = ['--namespace', namespace, '--kube-context', context]
  const history = command('helm', 'history', name, ...place)
  const more = needsHelm(chart)
  if (hasEarlierRevision(release)) {
    const text = `Wait for the upgrade that may be under way. If nobody is at it any more, go back to the revision before it.${more}`
    return { text, commands: [history, command('helm', 'rollback', name, ...place)] }
  }
  if (status === 'failed') {
    const text = `Install the same release again. Without \`--wait\`: pods stay pending until the first HyperPod node joins, and Helm would call that a failure.${more}`
    const again = command('helm', 'upgrade', '--install', name, folder, ...place)
    return { text, commands: [history, ...fetchChart, again] }
  }
  const text = `Wait for the command of Helm that may be under way. If nobody is at it any more, remove what is left and install the chart anew.${more}`
  return { text, commands: [history, command('helm', 'uninstall', name, ...place), ...install(context)] }
}

/** The EKS API does not show charts, so this machine alone can tell. */
const notLooked = ({ reason, lacks = ['kubeconfig'] }: NotLooked, { name, location }: EksClusterReference, region: string): Outcome => {
  const message = `whether the HyperPod Helm chart is installed in ${name} is not known: ${reason}`
  const kubeconfig = command('aws', 'eks', 'update-kubeconfig', '--region', region, '--name', name)
  const steps = {
    kubeconfig: `In a workflow, add the step \`- run: ${kubeconfig}\` before this check. The credentials need an access entry in ${name} that may list secrets and DaemonSets in all namespaces, as the access policy AmazonEKSAdminViewPolicy allows.`,
    tool: `Install helm or kubectl on this machine: ${toolReferences.helm.installation}`,
  }
  const fix = {
    text: [
      ...lacks.map((lack) => steps[lack]),
      'If this machine cannot look and you know that the chart is installed, waive the finding in the policy file.',
    ].join(' '),
    commands: [...(lacks.includes('kubeconfig') ? [kubeconfig] : []), command('helm', 'list', '--all-namespaces')],
  }
  const gap: Gap = { reason: 'unsupported', action: 'none', message }
  return { status: 'unknown', subject: name, message, gap, fix, ...(location !== null && { location }) }
}

const failedToLook = (gap: Gap, { name, location }: EksClusterReference, region: string): Outcome => {
  // A gap of AWS's API has the fix of all such gaps.
  if (gap.action !== 'none' || gap.reason === 'not-attempted') return unknown(name, gap, { location })
  return {
    status: 'unknown',
    subject: name,
    message: gap.message,
    gap,
    fix: {
      text: `Look by hand. The machine has to reach the API server of ${name}, and its credentials need an access entry there that may list secrets and DaemonSets in all namespaces, as the access policy AmazonEKSAdminViewPolicy allows.`,
      commands: [
        command('aws', 'eks', 'update-kubeconfig', '--region', region, '--name', name),
        command('helm', 'list', '--all-namespaces'),
      ],
    },
    ...(location !== null && { location }),
  }
}
