import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { hyperPodChart, lookForChart } from '../../../src/facts/eks/helm-chart.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { anEksCluster } from '../../builders.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chart-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const endpoint = 'https://0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.us-west-2.eks.amazonaws.com'
const elsewhere = 'https://FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF.gr7.us-west-2.eks.amazonaws.com'

/** Clusters by name with their servers, contexts by name with their clusters. */
const kubeconfig = (clusters: Record<string, string>, contexts: Record<string, string>, current = ''): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: Object.entries(clusters).map(([name, server]) => ({ name, cluster: { server, 'certificate-authority-data': 'x' } })),
    contexts: Object.entries(contexts).map(([name, cluster]) => ({ name, context: { cluster, user: 'me' } })),
    users: [{ name: 'me', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws' } } }],
    'current-context': current,
  })
const prod = kubeconfig({ prod: endpoint }, { prod: 'prod' }, 'prod')

const temporary = (): string => mkdtempSync(path.join(folder, 'at-'))
const fileOf = (text: string, name = 'config', into = temporary()): string => {
  writeFileSync(path.join(into, name), text)
  return path.join(into, name)
}
/** Folder of `.kube/config` with this text. */
const homeOf = (text: string): string => {
  const home = temporary()
  mkdirSync(path.join(home, '.kube'))
  fileOf(text, 'config', path.join(home, '.kube'))
  return home
}
/** Puts tools into a folder of its own: shell scripts that note their words in `calls` beside them. */
const tools = (scripts: Readonly<Record<string, string>>): string => {
  const bin = temporary()
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\necho "${name} $*" >>'${bin}/calls'\n${body}\n`, { mode: 0o755 })
  }
  return bin
}
const callsOf = (bin: string): readonly string[] =>
  existsSync(path.join(bin, 'calls')) ? readFileSync(path.join(bin, 'calls'), 'utf8').trim().split('\n').sort() : []

const never = new AbortController().signal
/** `/usr/bin` is left out: the machine's own kubectl is not to be found. */
const look = (bin: string, environment: NodeJS.ProcessEnv = { HOME: homeOf(prod) }, deadlineMs = 10_000, signal = never) =>
  attempt(() => lookForChart(anEksCluster({ endpoint }), signal, { PATH: bin, ...environment }, deadlineMs))
const reasonOf = async (bin: string, environment?: NodeJS.ProcessEnv): Promise<string> => {
  const fact = await look(bin, environment)
  if (!fact.ok || fact.value.kind !== 'not-looked') throw new Error(JSON.stringify(fact))
  return fact.value.reason
}
const contextOf = async (environment: NodeJS.ProcessEnv): Promise<string | null> => {
  const fact = await look(tools({ helm: "echo '[]'" }), environment)
  if (!fact.ok) throw new Error(fact.gap.message)
  return fact.value.kind === 'looked' ? fact.value.context : null
}

/** As Helm 3.14 prints it. */
const helmRelease = (name: string, chart: string, status = 'deployed', namespace = 'kube-system') => ({
  name,
  namespace,
  revision: '1',
  updated: '2025-02-22 02:01:44.82426219 +0000 UTC',
  status,
  chart,
  app_version: '1.16.0',
})
const prints = (value: unknown): string => `echo '${JSON.stringify(value)}'`

describe('with helm', () => {
  test('the releases of the chart by any name, and no others; failed and pending ones too', async () => {
    const bin = tools({
      helm: prints([
        helmRelease('dependencies', 'hyperpod-helm-chart-0.1.0'),
        helmRelease('mine', 'hyperpod-helm-chart-0.2.0', 'pending-install', 'hp'),
        helmRelease('rig-dependencies', 'hyperpod-helm-chart-for-rig-0.1.0'),
        helmRelease('hyperpod-dependencies', 'aws-load-balancer-controller-1.13.0'),
      ]),
      kubectl: 'exit 9',
    })
    expect(await look(bin)).toEqual({
      ok: true,
      value: {
        kind: 'looked',
        by: 'helm',
        context: 'prod',
        releases: [
          { name: 'dependencies', namespace: 'kube-system', status: 'deployed', chart: 'hyperpod-helm-chart-0.1.0' },
          { name: 'mine', namespace: 'hp', status: 'pending-install', chart: 'hyperpod-helm-chart-0.2.0' },
        ],
        agentNamespaces: null,
      },
    })
    expect(callsOf(bin)).toEqual([
      'helm list --all-namespaces --kube-context=prod --deployed --failed --pending --uninstalling --uninstalled --max=10000 --output=json',
    ])
  })

  test('none is knowledge, and kubectl looks for what other tools may have installed', async () => {
    expect(await look(tools({ helm: prints([]) }))).toMatchObject({ ok: true, value: { releases: [], agentNamespaces: null } })
    const agents = "echo 'aws-hyperpod   <none>   <none>'; echo 'aws-hyperpod   <none>   <none>'"
    const bin = tools({ helm: prints([]), kubectl: agents })
    expect(await look(bin)).toMatchObject({ ok: true, value: { by: 'helm', releases: [], agentNamespaces: ['aws-hyperpod'] } })
    expect(callsOf(bin)).toHaveLength(2)
  })

  test('kubectl that fails then leaves what helm said', async () => {
    const bin = tools({ helm: prints([]), kubectl: 'echo no >&2; exit 1' })
    expect(await look(bin)).toMatchObject({ ok: true, value: { releases: [], agentNamespaces: null } })
  })

  test.each([
    ['Error: query: failed to query with labels: secrets is forbidden: User "me" cannot list resource', 'unexpected'],
    ['Error: Kubernetes cluster unreachable: Get "https://x/version": dial tcp 10.0.0.1:443: i/o timeout', 'timeout'],
    ['Error: Kubernetes cluster unreachable: Get "https://x/version": dial tcp: lookup x: no such host', 'unreachable'],
  ])('that fails is a gap in its own words: %s', async (words, reason) => {
    const fact = await look(tools({ helm: `/bin/cat >&2 <<'END'\n${words}\nEND\nexit 1` }))
    expect(fact).toMatchObject({ ok: false, gap: { reason, action: 'none' } })
    expect(!fact.ok && fact.gap.message).toMatch(/^helm list --all-namespaces with context prod \(.*\/helm\) failed with 1: Error: /)
    expect(!fact.ok && fact.gap.message).toContain(words)
  })

  test('words without end are cut', async () => {
    const fact = await look(tools({ helm: 'i=0; while [ $i -lt 500 ]; do echo word >&2; i=$((i+1)); done; exit 1' }))
    expect(!fact.ok && fact.gap.message.length).toBeLessThan(600)
  })

  test.each([['NAME NAMESPACE'], ['{"releases": []}'], ['null'], ['']])('that prints %j is a gap, not an empty list', async (text) => {
    const fact = await look(tools({ helm: `printf %s '${text}'` }))
    expect(fact).toMatchObject({ ok: false, gap: { reason: 'unexpected', message: expect.stringContaining('no list of releases') } })
  })

  test('that hangs is ended at the deadline, with what it started, and with the run', async () => {
    const marker = path.join(temporary(), 'survivor')
    const bin = tools({ helm: `(/bin/sleep 1; : >'${marker}') & /bin/sleep 60` })
    const late = await look(bin, undefined, 300)
    expect(late).toMatchObject({ ok: false, gap: { reason: 'timeout', message: expect.stringMatching(/did not end within 0\.3 s$/) } })
    const over = await look(bin, undefined, 10_000, AbortSignal.timeout(200))
    expect(over).toMatchObject({ ok: false, gap: { reason: 'timeout', message: expect.stringContaining('time of this run') } })
    await new Promise((resolve) => setTimeout(resolve, 1_300))
    expect(existsSync(marker)).toBe(false)
  })

  test('knows the credentials of the user, and nothing that leads to another server; nobody can be asked', async () => {
    const home = homeOf(prod)
    const bin = tools({
      helm: `echo "$AWS_PROFILE|$HELM_KUBEAPISERVER$HELM_KUBETOKEN$HELM_KUBECONTEXT|$HELM_KUBEASUSER|$KUBECONFIG|$PATH|$(read -r line && echo "$line")" >&2; exit 1`,
    })
    const fact = await look(bin, {
      HOME: home,
      PATH: `relative:${bin}`,
      AWS_PROFILE: 'me',
      HELM_KUBEAPISERVER: elsewhere,
      HELM_KUBETOKEN: 'token',
      HELM_KUBECONTEXT: 'other',
      HELM_KUBEASUSER: 'viewer',
    })
    expect(!fact.ok && fact.gap.message).toContain(`: me||viewer|${path.join(home, '.kube', 'config')}|${bin}|`)
  })
})

describe('with kubectl alone', () => {
  /** Answers by what is asked for, as kubectl 1.32 prints both. */
  const kubectl = (daemonSets: string, secrets: string): string =>
    tools({ kubectl: `case "$2" in daemonsets) ${daemonSets} ;; secrets) ${secrets} ;; *) exit 9 ;; esac` })
  const lines = (...all: readonly string[]): string => (all.length === 0 ? ':' : all.map((line) => `echo '${line}'`).join('; '))
  const secret = (namespace: string, name: string, status: string, version: number): string =>
    `${namespace}   sh.helm.release.v1.${name}.v${version}   helm.sh/release.v1   1     3d    ${name}   ${status}   ${version}`
  const releasesOf = async (bin: string) => {
    const fact = await look(bin)
    if (!fact.ok || fact.value.kind !== 'looked') throw new Error(JSON.stringify(fact))
    return fact.value.releases.map(({ namespace, name, status }) => `${namespace}/${name} ${status}`)
  }

  test('asks for labels and annotations, in the context, in all namespaces, with a time limit', async () => {
    const bin = kubectl(
      lines('aws-hyperpod   kube-system   hyperpod-dependencies'),
      lines(secret('kube-system', 'hyperpod-dependencies', 'deployed', 2)),
    )
    expect(await look(bin)).toEqual({
      ok: true,
      value: {
        kind: 'looked',
        by: 'kubectl',
        context: 'prod',
        releases: [{ name: 'hyperpod-dependencies', namespace: 'kube-system', status: 'deployed', chart: null }],
        agentNamespaces: ['aws-hyperpod'],
      },
    })
    const common = '--all-namespaces --no-headers --context=prod --request-timeout=10s'
    const release = '.metadata.annotations.meta\\.helm\\.sh/release-'
    expect(callsOf(bin)).toEqual([
      `kubectl get daemonsets --selector=app in (health-monitoring-agent,health-monitoring-agent-non-nvidia) --output=custom-columns=NAMESPACE:.metadata.namespace,RELEASE_NAMESPACE:${release}namespace,RELEASE:${release}name ${common}`,
      `kubectl get secrets --selector=owner=helm,status!=superseded --label-columns=name,status,version ${common}`,
    ])
  })

  test('a release by any name is found through the DaemonSets that it owns', async () => {
    const all = [secret('hp', 'mine', 'deployed', 1), secret('kube-system', 'mine', 'failed', 1), secret('web', 'site', 'deployed', 1)]
    expect(await releasesOf(kubectl(lines('aws-hyperpod hp mine'), lines(...all)))).toEqual(['hp/mine deployed'])
  })

  test('a release is told by its usual names where the agent is switched off; "dependencies" only in kube-system', async () => {
    const all = [
      secret('web', 'dependencies', 'deployed', 1),
      secret('kube-system', 'dependencies', 'failed', 1),
      secret('hp', 'hyperpod-dependencies', 'deployed', 1),
    ]
    expect(await releasesOf(kubectl(':', lines(...all)))).toEqual(['kube-system/dependencies failed', 'hp/hyperpod-dependencies deployed'])
  })

  test('the latest revision counts, in whatever order they come, as numbers', async () => {
    const all = [9, 10, 2].map((version) => secret('kube-system', 'dependencies', version === 10 ? 'pending-upgrade' : 'deployed', version))
    expect(await releasesOf(kubectl(':', lines(...all)))).toEqual(['kube-system/dependencies pending-upgrade'])
  })

  test('none is knowledge; a secret without the labels of Helm is none of its', async () => {
    const odd = 'kube-system   hyperpod-dependencies   Opaque   1     3d    hyperpod-dependencies'
    expect(await look(kubectl("echo 'No resources found' >&2", lines(odd)))).toMatchObject({
      ok: true,
      value: { kind: 'looked', by: 'kubectl', releases: [], agentNamespaces: [] },
    })
  })

  test('forbidden is a gap, though the other question was answered', async () => {
    const words = 'Error from server (Forbidden): secrets is forbidden'
    const fact = await look(kubectl(lines('aws-hyperpod kube-system x'), `echo '${words}' >&2; exit 1`))
    expect(fact).toMatchObject({ ok: false, gap: { reason: 'unexpected', message: expect.stringContaining(words) } })
  })
})

describe('nobody looks', () => {
  const marked = () => tools({ helm: prints([]), kubectl: ':' })

  test('where no context leads to this cluster: no other one is asked', async () => {
    const bin = marked()
    const reason = await reasonOf(bin, { HOME: homeOf(kubeconfig({ prod: elsewhere }, { prod: 'prod' }, 'prod')) })
    expect(reason).toBe(`no kubeconfig context on this machine leads to prod at ${endpoint}`)
    expect(callsOf(bin)).toEqual([])
  })

  test('where there is no kubeconfig, no tool, no API server, or no cluster', async () => {
    expect(await reasonOf(marked(), { HOME: temporary() })).toContain('no kubeconfig context')
    expect(await reasonOf(temporary())).toContain('neither helm nor kubectl is on PATH')
    expect(await look(marked(), { HOME: temporary() })).toMatchObject({ value: { kind: 'not-looked', lacks: ['kubeconfig'] } })
    expect(await look(temporary())).toMatchObject({ value: { kind: 'not-looked', lacks: ['tool'] } })
    expect(await look(temporary(), { HOME: temporary() })).toMatchObject({
      value: {
        kind: 'not-looked',
        reason: expect.stringContaining(`leads to prod at ${endpoint}, and neither helm nor kubectl is on PATH`),
        lacks: ['kubeconfig', 'tool'],
      },
    })
    expect(await lookForChart(anEksCluster({ endpoint: null }), never, {})).toMatchObject({ kind: 'not-looked', lacks: [] })
    // The context of the collector is not touched where there is no cluster.
    const chart = await hyperPodChart.collect({ plan: { region: 'us-west-2' }, signal: never } as never, () =>
      Promise.resolve(null as never),
    )
    expect(chart).toEqual({ kind: 'not-looked', reason: 'the EKS cluster does not exist', lacks: [] })
  })

  test('in files that a pull request may have filled', async () => {
    const checkout = temporary()
    const inCheckout = fileOf(prod, 'config', checkout)
    const bin = marked()
    const environment = { GITHUB_WORKSPACE: checkout, HOME: homeOf(prod) }
    expect(await reasonOf(bin, { ...environment, KUBECONFIG: inCheckout })).toContain(`left aside: ${inCheckout} is in the checkout`)
    const relative = path.relative(process.cwd(), inCheckout)
    expect(await reasonOf(bin, { ...environment, KUBECONFIG: relative })).toContain(`left aside: ${relative} is relative`)
    const link = path.join(temporary(), 'link')
    symlinkSync(inCheckout, link)
    expect(await reasonOf(bin, { ...environment, KUBECONFIG: link })).toContain('is in the checkout')
    expect(callsOf(bin)).toEqual([])
  })

  test.each([
    ['broken YAML, whose lines are not repeated', 'clusters: [{name: "secret', 'is no kubeconfig in YAML'],
    ['a text', 'hello', 'is no kubeconfig in YAML'],
    ['a list', '- a', 'is no kubeconfig in YAML'],
    ['clusters without names', 'clusters: [{cluster: {}}]', 'is no kubeconfig in YAML'],
    ['several documents', `${prod}\n---\n${prod}`, 'is no kubeconfig in YAML'],
    ['more than is read', `# ${'x'.repeat(4 * 1024 * 1024)}\n`, 'at most 4194304 are read'],
  ])('in %s', async (_, text, why) => {
    const reason = await reasonOf(marked(), { KUBECONFIG: fileOf(text) })
    expect(reason).toContain(why)
    expect(reason).not.toContain('secret')
  })

  test('in a folder', async () => {
    expect(await reasonOf(marked(), { KUBECONFIG: temporary() })).toContain('is no file')
  })

  test('a file without any cluster, or with empty parts, is a kubeconfig all the same', async () => {
    for (const text of [
      '',
      '{}',
      'clusters:\ncontexts:\ncurrent-context:\n',
      'clusters: [{name: a}]\ncontexts: [{name: a, context: null}]',
    ]) {
      expect(await reasonOf(marked(), { KUBECONFIG: fileOf(text) })).not.toContain('left aside')
    }
  })
})

describe('the context', () => {
  test('is found in ~/.kube/config in YAML, as aws eks update-kubeconfig writes it', async () => {
    const arn = 'arn:aws:eks:us-west-2:111122223333:cluster/prod'
    const text = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: LS0t
    server: ${endpoint}
  name: ${arn}
contexts:
- context:
    cluster: ${arn}
    user: ${arn}
  name: ${arn}
current-context: ${arn}
kind: Config
preferences: {}
users:
- name: ${arn}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
`
    expect(await contextOf({ HOME: homeOf(text) })).toBe(arn)
  })

  test('is the current one where it leads there, else the first that does', async () => {
    const contexts = { other: 'other', admin: 'prod', viewer: 'prod' }
    const config = (current: string) => kubeconfig({ prod: endpoint, other: elsewhere }, contexts, current)
    expect(await contextOf({ HOME: homeOf(config('viewer')) })).toBe('viewer')
    expect(await contextOf({ HOME: homeOf(config('other')) })).toBe('admin')
    expect(await contextOf({ HOME: homeOf(config('')) })).toBe('admin')
  })

  test.each([
    ['letter case', endpoint.toLowerCase()],
    ['a final slash', `${endpoint}/`],
    ['the default port', `${endpoint}:443`],
  ])('%s of the server does not matter', async (_, server) => {
    expect(await contextOf({ HOME: homeOf(kubeconfig({ prod: server }, { prod: 'prod' })) })).toBe('prod')
  })

  test.each([
    ['another port', `${endpoint}:6443`],
    ['another scheme', endpoint.replace('https', 'http')],
    ['a path', `${endpoint}/k8s/clusters/c-1`],
    ['a longer name', `${endpoint}.example.com`],
    ['no address', 'prod'],
  ])('%s is another server', async (_, server) => {
    expect(await contextOf({ HOME: homeOf(kubeconfig({ prod: server }, { prod: 'prod' })) })).toBeNull()
  })

  test('KUBECONFIG goes before ~/.kube/config; its files are merged, the first of one name counts', async () => {
    const HOME = homeOf(prod)
    const other = fileOf(kubeconfig({ prod: elsewhere }, { prod: 'prod' }))
    const clusters = fileOf(kubeconfig({ prod: endpoint }, {}))
    const contexts = fileOf(kubeconfig({}, { mine: 'prod' }))
    const files = (...all: readonly string[]) => ({ HOME, KUBECONFIG: all.join(path.delimiter) })
    expect(await contextOf(files(other))).toBeNull()
    expect(await contextOf(files(contexts, clusters))).toBe('mine')
    expect(await contextOf(files(other, contexts, clusters))).toBeNull()
    expect(await contextOf(files('/nowhere/config', '', contexts, clusters))).toBe('mine')
    expect(await contextOf(files('/nowhere/config'))).toBeNull()
    expect(await contextOf({ HOME, KUBECONFIG: '' })).toBe('prod')
  })

  test('files left aside are not handed on to the tools', async () => {
    const good = fileOf(prod)
    const bin = tools({ helm: 'echo "$KUBECONFIG" >&2; exit 1' })
    const fact = await look(bin, { KUBECONFIG: ['relative', fileOf('['), good].join(path.delimiter) })
    expect(!fact.ok && fact.gap.message).toMatch(new RegExp(`: ${good}$`))
  })
})
