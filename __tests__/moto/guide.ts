import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Severity, Status } from '../../src/model/finding.ts'
import { toolFolder } from '../packed.ts'

/** A finding as a guide shows it. Ids of resources stand for others of their kind. */
export interface ShownFinding {
  readonly rule: string
  readonly severity: Severity
  readonly status: Status
  readonly message: string
}

/** A section of a guide, from its heading to the next one. */
export interface Section {
  readonly title: string
  /** Number in the heading; null where the section is no step. */
  readonly step: number | null
  /** Commands, one text a fence. */
  readonly blocks: readonly string[]
  readonly findings: readonly ShownFinding[]
}

export interface Guide {
  readonly text: string
  /** In the order of the document; what stands before the first heading belongs to the first one. */
  readonly sections: readonly Section[]
}

const root = fileURLToPath(new URL('../..', import.meta.url))
export const guideFolder = join(root, 'docs/guides')

export const readGuide = (name: string): Guide => {
  const text = readFileSync(join(guideFolder, name), 'utf8')
  const [before = '', ...parts] = text.split(/^## /m)
  return { text, sections: parts.map((part, index) => section(index === 0 ? `${part}\n${before}` : part)) }
}

/** `> [network/dns](../rules/network/dns.md) (error): message`; `(error, unknown)` where it could not be judged. */
const findingLine = /^> \[([a-z0-9/-]+)\]\(\.\.\/rules\/\1\.md\) \((error|warning|notice)(, unknown)?\): (.+)$/gm

const section = (text: string): Section => {
  const title = text.slice(0, text.indexOf('\n'))
  const step = /^(\d+)\. /.exec(title)?.[1]
  return {
    title,
    step: step === undefined ? null : Number(step),
    blocks: [...text.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block = '']) => block),
    findings: [...text.matchAll(findingLine)].map(([, rule = '', severity, unknown, message = '']) => ({
      rule,
      severity: severity as Severity,
      status: unknown === undefined ? 'fail' : 'unknown',
      message,
    })),
  }
}

/** Languages of the fences of a guide: all that it fences has to be run. */
export const fenceLanguages = ({ text }: Guide): readonly string[] => {
  const fences = [...text.matchAll(/^ *(?:```|~~~)(.*)$/gm)].map(([, language = '']) => language)
  return fences.filter((_, index) => index % 2 === 0)
}

/** Targets of the links to files. */
export const linkedFiles = ({ text }: Guide): readonly string[] =>
  [...text.matchAll(/\]\(((?!https?:)[^)#]+)[^)]*\)/g)].map(([, target = '']) => target)

/** The same for two messages that differ in ids of resources alone. */
export const withoutIds = (message: string): string => message.replace(/\b(igw|nat|rtb|sg|subnet|vpc|vpce)-[0-9a-f]{8,17}\b/g, '$1-…')

/** Commands on PATH of somebody who follows a guide, with the folder in which they work. */
export interface Workplace {
  readonly folder: string
  /** Folder with every tool, for the action under test. */
  readonly tools: string
  readonly environment: Readonly<Record<string, string>>
}

/**
 * A machine with the real AWS CLI, the packed command, and stand-ins for git, helm and kubectl: there is no Kubernetes here. Helm
 * remembers what it installed, and installs only a chart that is there.
 */
export const workplace = (): Workplace => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-guide-'))
  const releases = join(folder, 'releases.json')
  const tools = toolFolder({
    aws: 'aws-cli/2.33.0 Python/3.13.11 Linux/6.8.0 exe/x86_64.ubuntu.24',
    'session-manager-plugin': '1.2.814.0',
    hyp: 'hyp version: 3.9.0',
    eksctl: '0.207.0',
  })
  const program = (into: string, name: string, body: string): void =>
    writeFileSync(join(into, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${body}`, { mode: 0o755 })
  program(tools, 'helm', helm(releases))
  program(tools, 'kubectl', kubectl)

  const commands = mkdtempSync(join(tmpdir(), 'preflight-commands-'))
  for (const name of ['helm', 'kubectl']) symlinkSync(join(tools, name), join(commands, name))
  program(commands, 'git', git)
  program(
    commands,
    'hyperpod-preflight',
    `PATH='${commands}:/usr/bin:/bin' exec '${process.execPath}' '${join(root, 'dist/cli.js')}' "$@"\n`,
  )
  symlinkSync(join(dirname(process.env['MOTO_PYTHON'] ?? ''), 'aws'), join(commands, 'aws'))
  mkdirSync(join(folder, 'work'))
  const environment = { HOME: folder, KUBECONFIG: join(folder, 'kubeconfig'), AWS_EC2_METADATA_DISABLED: 'true', LC_ALL: 'C.UTF-8' }
  return { folder: join(folder, 'work'), tools, environment: { PATH: `${commands}:/usr/bin:/bin`, ...environment } }
}

const helm = (releases: string): string => `set -e
case "$1" in
  version) echo 'v3.17.0+g301108e' ;;
  dependencies) test "$2" = update && test -f "$3/Chart.yaml" ;;
  install)
    grep -q '^name: hyperpod-helm-chart$' "$3/Chart.yaml" && test "$4 $5" = '--namespace kube-system'
    echo '[{"name":"'"$2"'","namespace":"kube-system","revision":"1","status":"deployed","chart":"hyperpod-helm-chart-0.1.0"}]' >'${releases}' ;;
  list) cat '${releases}' 2>/dev/null || echo '[]' ;;
  *) exit 1 ;;
esac
`

const kubectl = `case "$1" in
  version) echo '{"clientVersion":{"major":"1","minor":"33","gitVersion":"v1.33.1"},"kustomizeVersion":"v5.5.0"}' ;;
  get) ;;
  *) exit 1 ;;
esac
`

const git = `set -e
test "$*" = 'clone https://github.com/aws/sagemaker-hyperpod-cli.git'
mkdir -p sagemaker-hyperpod-cli/helm_chart/HyperPodHelmChart
echo 'name: hyperpod-helm-chart' >sagemaker-hyperpod-cli/helm_chart/HyperPodHelmChart/Chart.yaml
`

/** One bash in which blocks run one after the other, so that variables and functions carry over. */
export interface Shell {
  /** Runs a block to its end; throws with what was printed where a command of it fails. */
  run(block: string): Promise<void>
  close(): void
}

export const openShell = ({ folder, environment }: Workplace, more: Readonly<Record<string, string>>): Shell => {
  const child = spawn('/bin/bash', ['--noprofile', '--norc'], { cwd: folder, env: { ...environment, ...more } })
  const blocks = mkdtempSync(join(tmpdir(), 'preflight-blocks-'))
  let printed = ''
  let count = 0
  let settled: () => void = () => undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8')
      settled()
    })
  }
  child.on('close', () => settled())
  child.stdin.on('error', () => settled())
  child.stdin.write('set -euo pipefail\n')

  const run = (block: string): Promise<void> => {
    count += 1
    const done = `block ${count} is done`
    const file = join(blocks, `${count}.sh`)
    writeFileSync(file, block)
    printed = ''
    return new Promise((resolve, reject) => {
      settled = () => {
        if (printed.includes(done)) resolve()
        else if (child.exitCode !== null) reject(new Error(`a command failed:\n${block}\n${printed}`))
      }
      // Commands read nothing from the shell's own input.
      child.stdin.write(`source '${file}' </dev/null; echo '${done}'\n`)
    })
  }
  return { run, close: () => void child.kill() }
}
