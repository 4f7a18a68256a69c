import path from 'node:path'
import * as v from 'valibot'
import type { Gap } from '../../model/fact.ts'
import type { EksCluster, HelmRelease, HyperPodChart } from '../../model/facts/eks.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attempt, GapError } from '../engine/gap.ts'
import { findExecutable, programPath } from '../machine/executable.ts'
import { runTool } from '../machine/tool-process.ts'
import { readKubeconfig } from './kubeconfig.ts'

/**
 * Whether the HyperPod Helm chart is in the plan's EKS cluster. The EKS API does not show charts, so helm or kubectl has to look, with
 * the user's own kubeconfig and nowhere but in a context that leads to this very cluster.
 */
export const hyperPodChart = defineCollector({
  id: 'hyperPodChart',
  needs: ['eksCluster'],
  actions: [],
  collect: async ({ signal }: Context, get) => {
    const cluster = await get('eksCluster')
    return cluster === null ? notLooked('the EKS cluster does not exist', []) : lookForChart(cluster, signal)
  },
})

/** Milliseconds that one command may take: programs that log in to EKS for it count too. */
const usualDeadlineMs = 20_000

/** Exported for tests: `environment` names the folders of the tools and the kubeconfig files. */
export const lookForChart = async (
  { name, endpoint }: Pick<EksCluster, 'name' | 'endpoint'>,
  signal: AbortSignal,
  environment: NodeJS.ProcessEnv = process.env,
  deadlineMs: number = usualDeadlineMs,
): Promise<HyperPodChart> => {
  if (endpoint === null) return notLooked(`${name} has no API server`, [])
  const [helm, kubectl, { context, files, leftAside }] = await Promise.all([
    findExecutable('helm', environment),
    findExecutable('kubectl', environment),
    readKubeconfig(endpoint, environment),
  ])
  const hasTool = helm !== null || kubectl !== null
  const noTool = 'neither helm nor kubectl is on PATH'
  if (context === null) {
    const others = leftAside.length === 0 ? '' : `; left aside: ${leftAside.join(', ')}`
    const reason = `no kubeconfig context on this machine leads to ${name} at ${endpoint}${hasTool ? '' : `, and ${noTool}`}${others}`
    return notLooked(reason, hasTool ? ['kubeconfig'] : ['kubeconfig', 'tool'])
  }
  const look: Look = { context, environment: environmentOf(environment, files), deadlineMs, signal }
  if (helm !== null) return lookWithHelm(helm, kubectl, look)
  return kubectl !== null ? lookWithKubectl(kubectl, look) : notLooked(noTool, ['tool'])
}

type NotLooked = Extract<HyperPodChart, { kind: 'not-looked' }>

const notLooked = (reason: string, lacks: NonNullable<NotLooked['lacks']>): NotLooked => ({ kind: 'not-looked', reason, lacks })

/** How the tools are to be run: what is the same for all commands. */
interface Look {
  readonly context: string
  readonly environment: NodeJS.ProcessEnv
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

/**
 * The user's own environment, so that programs of the kubeconfig can log in, without what would lead elsewhere than the context: files
 * left aside, other servers and tokens for helm, and kubectl's own default flags.
 * https://helm.sh/docs/helm/helm/ and https://kubernetes.io/docs/reference/kubectl/kuberc/
 */
const environmentOf = (environment: NodeJS.ProcessEnv, files: readonly string[]): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => name !== 'PATH' && !/^HELM_KUBE(?!AS)/.test(name))),
  ...programPath(environment),
  KUBECONFIG: files.join(path.delimiter),
  KUBERC: 'off',
})

/** Name of the chart in its Chart.yaml; that of restricted instance groups, `hyperpod-helm-chart-for-rig`, comes on top of it. */
const hyperPodChartName = /^hyperpod-helm-chart-v?\d/

/** https://github.com/helm/helm/blob/main/pkg/cmd/list.go */
const helmListSchema = v.array(v.object({ name: v.string(), namespace: v.string(), status: v.string(), chart: v.string() }))

/** The latest revision of each release, whatever its state: unlike `--all` these flags mean the same in all versions of Helm. */
const helmListWords = ['--deployed', '--failed', '--pending', '--uninstalling', '--uninstalled', '--max=10000', '--output=json']

const lookWithHelm = async (helm: string, kubectl: string | null, look: Look): Promise<HyperPodChart> => {
  const printed = await run('helm', helm, ['list', '--all-namespaces', `--kube-context=${look.context}`, ...helmListWords], look)
  const list = v.safeParse(v.pipe(v.string(), v.parseJson(), helmListSchema), printed)
  if (!list.success) throw unreadable(helm)
  const releases = list.output.filter(({ chart }) => hyperPodChartName.test(chart)).map(toRelease)
  // Argo CD and others install the same objects without a release of Helm's: worth a second look before saying that nothing is there.
  const agents = releases.length > 0 || kubectl === null ? null : await attempt(() => listAgents(kubectl, look))
  const agentNamespaces = agents?.ok === true ? namespacesOf(agents.value) : null
  return { kind: 'looked', by: 'helm', context: look.context, releases, agentNamespaces }
}

const unreadable = (helm: string): GapError =>
  new GapError({ reason: 'unexpected', action: 'none', message: `helm list (${helm}) printed no list of releases in JSON` })

const toRelease = ({ name, namespace, status, chart }: v.InferOutput<typeof helmListSchema>[number]): HelmRelease => ({
  name,
  namespace,
  status,
  chart,
})

/** The name in AWS's documentation and Terraform, and that in the chart's own instructions, which alone would be anybody's. */
const isUsualName = ({ name, namespace }: HelmRelease): boolean =>
  name === 'hyperpod-dependencies' || (name === 'dependencies' && namespace === 'kube-system')

/** Without helm the chart of a release is not known: it is told by its usual names, and by what the chart's DaemonSets name. */
const lookWithKubectl = async (kubectl: string, look: Look): Promise<HyperPodChart> => {
  const [agents, all] = await Promise.all([listAgents(kubectl, look), listReleases(kubectl, look)])
  const owners = new Set(agents.flatMap(({ release }) => (release === null ? [] : [release])))
  const releases = all.filter((release) => isUsualName(release) || owners.has(`${release.namespace}/${release.name}`))
  return { kind: 'looked', by: 'kubectl', context: look.context, releases, agentNamespaces: namespacesOf(agents) }
}

interface Agent {
  readonly namespace: string
  /** `namespace/name` of the Helm release that it belongs to; null where Helm did not install it. */
  readonly release: string | null
}

/** DaemonSets of the chart's one part that HyperPod's resiliency cannot do without: two, of which one is for other than NVIDIA GPUs. */
const listAgents = async (kubectl: string, look: Look): Promise<readonly Agent[]> => {
  const annotation = '.metadata.annotations.meta\\.helm\\.sh/release-'
  const columns = ['NAMESPACE:.metadata.namespace', `RELEASE_NAMESPACE:${annotation}namespace`, `RELEASE:${annotation}name`]
  const rows = await kubectlGet(kubectl, look, [
    'daemonsets',
    '--selector=app in (health-monitoring-agent,health-monitoring-agent-non-nvidia)',
    `--output=custom-columns=${columns.join(',')}`,
  ])
  return rows.map(([namespace = '', releaseNamespace = none, release = none]) => ({
    namespace,
    release: release === none ? null : `${releaseNamespace}/${release}`,
  }))
}

/** What kubectl prints for a value that is not there. */
const none = '<none>'

const namespacesOf = (agents: readonly Agent[]): readonly string[] => [...new Set(agents.map(({ namespace }) => namespace))].sort()

/**
 * The latest revision of each release, from the labels of the secrets that Helm keeps them in. As a table the API server sends names and
 * labels alone: what the secrets hold does not leave the cluster.
 */
const listReleases = async (kubectl: string, look: Look): Promise<readonly HelmRelease[]> => {
  const rows = await kubectlGet(kubectl, look, [
    'secrets',
    '--selector=owner=helm,status!=superseded',
    '--label-columns=name,status,version',
  ])
  const latest = new Map<string, HelmRelease & { readonly revision: number }>()
  for (const row of rows) {
    // NAMESPACE NAME TYPE DATA AGE, then the labels: a secret that lacks one is not Helm's.
    const [namespace, , , , , name, status, revision] = row
    if (namespace === undefined || name === undefined || status === undefined || revision === undefined) continue
    const key = `${namespace}/${name}`
    if (Number(revision) < (latest.get(key)?.revision ?? 0)) continue
    latest.set(key, { name, namespace, status, chart: null, revision: Number(revision) })
  }
  return [...latest.values()].map(({ revision, ...release }) => release)
}

/** Rows of the table that `kubectl get` prints, in words: none of the columns asked for holds a space. */
const kubectlGet = async (kubectl: string, look: Look, words: readonly string[]): Promise<readonly (readonly string[])[]> => {
  const { context, deadlineMs } = look
  const common = ['--all-namespaces', '--no-headers', `--context=${context}`, `--request-timeout=${Math.ceil(deadlineMs / 1_000)}s`]
  const printed = await run('kubectl', kubectl, ['get', ...words, ...common], look)
  return printed.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim().split(/\s+/)]))
}

const run = async (name: 'helm' | 'kubectl', file: string, words: readonly string[], look: Look): Promise<string> => {
  const { context, ...rest } = look
  const ran = `${name} ${words.slice(0, 2).join(' ')} with context ${context}`
  return (await runTool({ ...rest, file, ran, words, reasonOf })).stdout
}

/** By what Go's network and Kubernetes' client say. A refusal by Kubernetes is `unexpected`: no IAM action would allow it. */
const reasonOf = (printed: string): Gap['reason'] => {
  if (/i\/o timeout|deadline exceeded|Client\.Timeout|handshake timeout|timed out/i.test(printed)) return 'timeout'
  if (/no such host|connection refused|no route to host|network is unreachable|did you specify the right host/i.test(printed)) {
    return 'unreachable'
  }
  return 'unexpected'
}
