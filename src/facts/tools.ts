import { type ExecFileException, execFile } from 'node:child_process'
import { type ToolReference, toolReferences } from '../catalog/tools.ts'
import type { Gap, Tool } from '../model/facts.ts'
import { concernedTools } from '../semantics/tools.ts'
import { type Context, defineCollector } from './collect.ts'
import { findExecutable } from './executable.ts'
import { attempt, GapError } from './gap.ts'

/** The command-line tools that concern the plan, each found on PATH and asked for its version. No shell is involved. */
export const tools = defineCollector({
  id: 'tools',
  needs: [],
  actions: [],
  collect: async ({ plan, signal }: Context) =>
    Object.fromEntries(
      await Promise.all(
        concernedTools(plan).map(async (name) => [name, await attempt(() => inspect(toolReferences[name], signal))] as const),
      ),
    ),
})

/** Exported for tests: `environment` names the folders to look in. */
export const inspect = async (tool: ToolReference, signal: AbortSignal, environment: NodeJS.ProcessEnv = process.env): Promise<Tool> => {
  const file = await findExecutable(tool.name, environment)
  return file === null ? { kind: 'absent' } : { kind: 'found', path: file, output: await versionOutput(file, tool, signal, environment) }
}

/** Characters kept of what a version command printed. */
const kept = 2_000

/** What the tool printed on both streams: some versions print theirs on standard error. */
const versionOutput = (file: string, tool: ToolReference, signal: AbortSignal, environment: NodeJS.ProcessEnv): Promise<string> =>
  new Promise((resolve, reject) => {
    const { versionArguments, deadlineMs } = tool
    const ran = [tool.name, ...versionArguments].join(' ')
    const options = {
      encoding: 'utf8',
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
      signal,
      windowsHide: true,
      // The AWS CLI can be set to ask for missing parameters.
      env: { ...environment, AWS_CLI_AUTO_PROMPT: 'off' },
    } as const
    const child = execFile(file, versionArguments, options, (error, stdout, stderr) => {
      const output = [stdout, stderr]
        .map((text) => text.trim())
        .join('\n')
        .trim()
      if (error === null) resolve(output.slice(0, kept))
      else reject(new GapError(gapOf(error, `${ran} (${file})`, output, tool, signal)))
    })
    child.stdin?.end()
  })

const gapOf = (error: ExecFileException, ran: string, output: string, { deadlineMs }: ToolReference, signal: AbortSignal): Gap => {
  const gap = (reason: Gap['reason'], message: string): Gap => ({ reason, action: 'none', message })
  if (signal.aborted) return gap('timeout', `${ran} did not end before the time of this run was up`)
  if (error.killed === true) return gap('timeout', `${ran} did not end within ${deadlineMs / 1_000} s`)
  const printed = output.replaceAll(/\s+/g, ' ').slice(0, 200)
  return gap('unexpected', `${ran} failed with ${String(error.code ?? error.message)}${printed === '' ? '' : `: ${printed}`}`)
}
