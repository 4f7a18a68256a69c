import { join } from 'node:path'
import * as core from '@actions/core'
import { actionInputs } from './inputs/action-inputs.ts'
import { parseInputs, withoutEffect } from './inputs/parse.ts'
import type { Inputs } from './inputs/table.ts'
import type { Fault } from './model/fault.ts'
import type { Report } from './model/report.ts'
import { preflight, tool } from './preflight.ts'
import { type Annotation, annotations } from './report/annotations.ts'
import { faultLines } from './report/faults.ts'
import { outputs } from './report/outputs.ts'
import { renderSummary } from './report/summary.ts'
import { renderText } from './report/text.ts'

/** GitHub's limit for the summary of one step. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const summaryLimitBytes = 1024 * 1024

/** The GitHub Action: reads its inputs, runs the preflight, and writes log, annotations, summary and outputs. */
export const action = async (): Promise<void> => {
  try {
    const given = actionInputs(process.env)
    for (const source of withoutEffect(given)) core.warning(`${source} has no effect in ${tool.name} ${tool.version}`)
    const parsed = parseInputs(given)
    if (!parsed.ok) return couldNotStart(parsed.faults)
    const inputs = withReportFile(parsed.value)
    const report = await preflight(inputs, { now: new Date(), idToken: (audience) => core.getIDToken(audience), progress: () => undefined })
    if (!report.ok) return couldNotStart(report.faults)
    await write(report.value, inputs['json-file'])
  } catch (error) {
    const snapshot = process.env['INPUT_SAVE-SNAPSHOT']
    const where = snapshot ? ` with ${snapshot}` : ''
    core.setFailed(
      `fault in ${tool.name} ${tool.version}, please report it${where}: ${error instanceof Error ? error.message : String(error)}`,
    )
    process.exitCode = 2
  }
}

/** The `report` output names a file: where the inputs name none, it goes to the runner's temporary folder. */
const withReportFile = (inputs: Inputs): Inputs => {
  const temporary = process.env['RUNNER_TEMP']
  return inputs['json-file'] !== null || !temporary ? inputs : { ...inputs, 'json-file': join(temporary, 'hyperpod-preflight-report.json') }
}

const write = async (report: Report, reportPath: string | null): Promise<void> => {
  core.info(renderText(report, { colour: true, width: 120 }))
  for (const annotation of annotations(report)) annotate(annotation)
  for (const [name, value] of Object.entries({ ...outputs(report), report: reportPath ?? '' })) core.setOutput(name, value)
  await writeSummary(renderSummary(report, { maxBytes: summaryLimitBytes }))
  if (report.exitCode !== 0) {
    core.setFailed(`${tool.name}: ${report.verdict}`)
    process.exitCode = report.exitCode
  }
}

const annotate = ({ level, title, message, location }: Annotation): void => {
  const properties = {
    title,
    ...(location !== undefined && { file: location.path, startLine: location.line, startColumn: location.column }),
  }
  if (level === 'error') core.error(message, properties)
  else if (level === 'warning') core.warning(message, properties)
  else core.notice(message, properties)
}

const couldNotStart = (faults: readonly Fault[]): void => {
  for (const line of faultLines(faults)) core.error(line)
  core.setFailed(`${tool.name} could not start: ${faults.length === 1 ? 'one input is' : `${faults.length} inputs are`} wrong`)
  process.exitCode = 2
}

/** A job without a summary file (an old server, a local run) still gets its log and its verdict. */
const writeSummary = async (text: string): Promise<void> => {
  if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(text).write()
}
