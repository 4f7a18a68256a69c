import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { iamActionOf } from '../src/facts/engine/meter.ts'
import type { Report } from '../src/report/schema/report.ts'

export interface ActionRun {
  readonly exitCode: number | null
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** The JSON report; null where the run could not start. */
  readonly report: Report | null
  /** Milliseconds of the whole process. */
  readonly durationMs: number
}

/** What the tools print on a machine that has them all. */
const toolOutputs = {
  aws: 'aws-cli/2.33.0 Python/3.13.11 Linux/6.8.0 exe/x86_64.ubuntu.24',
  'session-manager-plugin': '1.2.814.0',
  hyp: 'hyp version: 3.9.0',
  kubectl: '{"clientVersion":{"major":"1","minor":"32","gitVersion":"v1.32.3"},"kustomizeVersion":"v5.5.0"}',
  helm: 'v3.17.0+g301108e',
  eksctl: '0.207.0',
}

/** What Helm lists in an EKS cluster that is prepared for HyperPod. */
const releases = [{ name: 'hyperpod-dependencies', namespace: 'kube-system', status: 'deployed', chart: 'hyperpod-helm-chart-0.1.0' }]

/** A folder with every tool of the checklist in it, and with this machine's bash and python3, which parse scripts. */
export const toolFolder = (outputs: Readonly<Record<string, string>> = toolOutputs): string => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-tools-'))
  for (const [name, output] of Object.entries(outputs)) {
    const body = name === 'helm' ? `[ "$1" = list ] && echo '${JSON.stringify(releases)}' || echo '${output}'` : `echo '${output}'`
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  }
  symlinkSync('/bin/bash', join(folder, 'bash'))
  symlinkSync('/usr/bin/python3', join(folder, 'python3'))
  return folder
}

export interface Printed {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const dist = (file: string): string => fileURLToPath(new URL(`../dist/${file}`, import.meta.url))

const run = async (
  file: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  folder?: string,
): Promise<Printed> => {
  const child = spawn(process.execPath, [dist(file), ...words], {
    env: {
      PATH: environment['PATH'] ?? toolFolder(),
      HOME: mkdtempSync(join(tmpdir(), 'preflight-home-')),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
    ...(folder !== undefined && { cwd: folder }),
  })
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      printed[stream] += chunk.toString('utf8')
    })
  }
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { exitCode, ...printed }
}

/** Runs `dist/cli.js` with these words, without credentials, Region or home unless the environment brings them. */
export const runCommand = (
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<Printed> => run('cli.js', words, environment, folder)

/** Runs `dist/index.js` as a runner runs an action: inputs in `INPUT_*`, files for outputs and summary. */
export const runAction = async (
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  workingFolder?: string,
): Promise<ActionRun> => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-run-'))
  const file = (name: string): string => {
    const path = join(folder, name)
    writeFileSync(path, '')
    return path
  }
  const files = { GITHUB_OUTPUT: file('output'), GITHUB_STEP_SUMMARY: file('summary') }
  const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))
  const started = performance.now()
  const { exitCode, stdout, stderr } = await run(
    'index.js',
    [],
    {
      RUNNER_TEMP: folder,
      GITHUB_ACTIONS: 'true',
      ...files,
      ...given,
      ...environment,
    },
    workingFolder,
  )
  const durationMs = performance.now() - started
  const outputs = parseOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8'))
  const report = outputs['report'] ? (JSON.parse(readFileSync(outputs['report'], 'utf8')) as Report) : null
  const strange = Object.keys(report?.calls.byOperation ?? {}).filter((operation) => !readOnlyActions.has(iamActionOf(operation)))
  if (strange.length > 0) throw new Error(`calls that the published policy does not allow: ${strange.join(', ')}`)
  return { exitCode, log: stdout + stderr, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'), report, durationMs }
}

/** The actions of the published policies, which only read. No run may call anything else, in no account and whatever goes wrong. */
const readOnlyActions: ReadonlySet<string> = new Set(
  ['iam-policy.json', 'iam-policy-diagnose.json'].flatMap((name) =>
    (
      JSON.parse(readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8')) as {
        readonly Statement: readonly { readonly Action: readonly string[] }[]
      }
    ).Statement.flatMap(({ Action }) => Action),
  ),
)

/** What a workflow's credentials step leaves in the environment, with the endpoint of a test. */
export const credentialsFor = (awsUrl: string): Readonly<Record<string, string>> => ({
  AWS_ACCESS_KEY_ID: 'AKIAPREFLIGHT',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL: awsUrl,
})

/** The runner's file format: `name<<delimiter`, the value, the delimiter. */
const parseOutputs = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^(?<name>[\w-]+)<<(?<delimiter>\S+)\n(?<value>[\s\S]*?)\n\k<delimiter>$/gm)].map(({ groups }) => [
      groups?.['name'] ?? '',
      groups?.['value'] ?? '',
    ]),
  )
