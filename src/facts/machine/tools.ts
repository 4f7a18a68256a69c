import { type ToolReference, toolReferences } from '../../catalog/tools.ts'
import type { Tool } from '../../model/facts/machine.ts'
import { concernedTools } from '../../semantics/tools/tools.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attempt } from '../engine/gap.ts'
import { findExecutable, programPath } from './executable.ts'
import { runTool } from './tool-process.ts'

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
const versionOutput = async (file: string, tool: ToolReference, signal: AbortSignal, environment: NodeJS.ProcessEnv): Promise<string> => {
  const { name, versionArguments: words, deadlineMs } = tool
  const { PATH: _, ...others } = environment
  const ran = [name, ...words].join(' ')
  const started = { file, ran, words, environment: { ...others, ...programPath(environment) }, deadlineMs, signal }
  const { stdout, stderr } = await runTool(started)
  return `${stdout.trim()}\n${stderr.trim()}`.trim().slice(0, kept)
}
