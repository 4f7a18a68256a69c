import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '../../src/model/report.ts'

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
  aws: 'aws-cli/2.27.63 Python/3.13.4 Linux/6.8.0 exe/x86_64.ubuntu.24',
  'session-manager-plugin': '1.2.814.0',
  hyp: 'hyp version 3.9.0',
  kubectl: '{"clientVersion":{"major":"1","minor":"32","gitVersion":"v1.32.3"},"kustomizeVersion":"v5.5.0"}',
  helm: 'v3.17.0+g301108e',
  eksctl: '0.207.0',
}

/** A folder with every tool of the checklist in it. */
export const toolFolder = (outputs: Readonly<Record<string, string>> = toolOutputs): string => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-tools-'))
  for (const [name, output] of Object.entries(outputs)) writeFileSync(join(folder, name), `#!/bin/sh\necho '${output}'\n`, { mode: 0o755 })
  return folder
}

/** Runs `dist/` as a runner runs an action: inputs in `INPUT_*`, files for outputs and summary, credentials in the environment. */
export const runAction = async (
  awsUrl: string,
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<ActionRun> => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-run-'))
  const file = (name: string): string => {
    const path = join(folder, name)
    writeFileSync(path, '')
    return path
  }
  const files = { GITHUB_OUTPUT: file('output'), GITHUB_STEP_SUMMARY: file('summary') }
  mkdirSync(join(folder, 'home'))
  const started = performance.now()
  const child = spawn(process.execPath, [new URL('../../dist/index.js', import.meta.url).pathname], {
    env: {
      PATH: toolFolder(),
      HOME: join(folder, 'home'),
      RUNNER_TEMP: folder,
      GITHUB_ACTIONS: 'true',
      AWS_ACCESS_KEY_ID: 'AKIAPREFLIGHT',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: awsUrl,
      ...files,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      ...environment,
    },
  })
  let log = ''
  child.stdout.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8')
  })
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const outputs = parseOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8'))
  const report = outputs['report'] ? (JSON.parse(readFileSync(outputs['report'], 'utf8')) as Report) : null
  return {
    exitCode,
    log,
    outputs,
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    report,
    durationMs: performance.now() - started,
  }
}

/** The runner's file format: `name<<delimiter`, the value, the delimiter. */
const parseOutputs = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^(?<name>[\w-]+)<<(?<delimiter>\S+)\n(?<value>[\s\S]*?)\n\k<delimiter>$/gm)].map(({ groups }) => [
      groups?.['name'] ?? '',
      groups?.['value'] ?? '',
    ]),
  )
