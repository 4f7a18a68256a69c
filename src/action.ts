import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as core from '@actions/core'
import type { Kept, PullRequestClient } from './github/client.ts'
import { type Connection, gitHubProblem } from './github/problem.ts'
import { actionInputs } from './inputs/action-inputs.ts'
import { parseInputs } from './inputs/parse.ts'
import { commentIdOf, readPullRequestRun, repositoryPath, touchesAny } from './inputs/pull-request.ts'
import { defaultPolicyFile, type Inputs } from './inputs/table.ts'
import type { Fault } from './model/fault.ts'
import type { Location } from './model/plan.ts'
import type { PullRequestRun } from './model/pull-request.ts'
import { preflight, tool } from './preflight.ts'
import { type Annotation, annotations } from './report/annotations.ts'
import { commentLimit, commentMarker, linePage, renderComment } from './report/comment/comment.ts'
import { faultLines } from './report/faults.ts'
import { outputs } from './report/outputs.ts'
import type { Report } from './report/schema/report.ts'
import { renderSummary } from './report/summary.ts'
import { renderQuiet, renderText } from './report/text/text.ts'
import { plain } from './report/wording/escape.ts'
import { exitMeaning } from './report/wording/wording.ts'
import type { Secrets } from './run/secrets.ts'
import { errorMessage } from './semantics/text/error-message.ts'

/** GitHub's limit for the summary of one step. https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const summaryLimitBytes = 1024 * 1024

/** The GitHub Action: reads its inputs, runs the preflight, and writes log, annotations, summary and outputs. */
export const action = async (secrets: Secrets): Promise<void> => {
  try {
    const token = process.env['INPUT_GITHUB-TOKEN']?.trim()
    if (token) core.setSecret(token)
    const parsed = parseInputs(actionInputs(process.env))
    if (!parsed.ok) return couldNotStart(secrets.hideIn(parsed.faults))
    const inputs = withReportFile(parsed.value)
    const done = await preflight(inputs, {
      now: new Date(),
      idToken: async (audience) => (await gitHubClient()).getIDToken(audience),
      noCredentialsBecause,
      progress: () => undefined,
      secrets,
    })
    if (!done.ok) return couldNotStart(secrets.hideIn(done.faults))
    const { report, unwritten } = done.value
    const isWritten = !unwritten.some(({ source }) => source === 'json-file')
    await write(report, isWritten ? inputs['json-file'] : null)
    await comment(report, inputs, secrets)
    if (unwritten.length > 0) couldNotWrite(secrets.hideIn(unwritten))
  } catch (error) {
    const snapshot = process.env['INPUT_SAVE-SNAPSHOT']
    const where = snapshot ? ` with ${snapshot}` : ''
    core.setFailed(`fault in ${tool.name} ${tool.version}, please report it${where}: ${secrets.hide(errorMessage(error))}`)
    process.exitCode = 2
  }
}

/** A quarter of the program that few runs need: it is a file of its own in `dist/`, which ncc must leave where it is. */
const gitHubClient = () => import(/* webpackIgnore: true */ './github/client.ts')

/**
 * GitHub gives the workflows of these pull requests neither secrets nor an OIDC token; Dependabot's run as if they came from a fork.
 * https://docs.github.com/en/actions/reference/github_token-reference
 */
const noCredentialsBecause = async (): Promise<string | null> => {
  // An event that cannot be read excuses nothing.
  const run = await readPullRequestRun(process.env).catch(() => null)
  if (run === null) return null
  if (run.isFromFork) return 'the pull request comes from a fork, so its workflow gets no AWS credentials'
  if (process.env['GITHUB_ACTOR'] === 'dependabot[bot]') return 'Dependabot made the pull request, so its workflow gets no AWS credentials'
  return null
}

/** The `report` output names a file: where the inputs name none, it goes to the runner's temporary folder. */
const withReportFile = (inputs: Inputs): Inputs => {
  const temporary = process.env['RUNNER_TEMP']
  return inputs['json-file'] !== null || !temporary ? inputs : { ...inputs, 'json-file': join(temporary, 'hyperpod-preflight-report.json') }
}

const write = async (report: Report, reportPath: string | null): Promise<void> => {
  const options = { colour: true, width: 120 }
  // The verdict is the last thing that the step prints.
  const quiet = renderQuiet(report, options)
  if (quiet !== '') await core.group(`${report.counts.pass} passed, ${report.counts.skipped} skipped`, async () => core.info(quiet))
  core.info(renderText(report, { ...options, listed: 'listed above' }))
  for (const annotation of annotations(report)) annotate(annotation)
  // What the runner does not take keeps nothing else of the verdict from being told.
  const refused = await Promise.all([
    problemOf(async () => {
      for (const [name, value] of Object.entries({ ...outputs(report), report: reportPath ?? '' })) core.setOutput(name, value)
    }),
    problemOf(() => writeSummary(renderSummary(report, { maxBytes: summaryLimitBytes }))),
  ])
  if (report.exitCode !== 0) {
    core.setFailed(`${tool.name}: ${report.verdict}${report.exitBecause === null ? '' : ` (${exitMeaning(report)})`}`)
    process.exitCode = report.exitCode
  }
  for (const problem of refused.filter((message) => message !== null)) {
    core.setFailed(`the runner did not take the outputs or the summary: ${plain(problem)}`)
    process.exitCode = 2
  }
}

/** Why it failed; null where it did not. */
const problemOf = async (attempt: () => Promise<void>): Promise<string | null> => {
  try {
    await attempt()
    return null
  } catch (error) {
    return errorMessage(error)
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

/** The verdict is told by then; what was to be written and is not there fails the run all the same. */
const couldNotWrite = (faults: readonly Fault[]): void => {
  for (const line of faultLines(faults)) core.error(line)
  core.setFailed(`${tool.name}: ${faults.length === 1 ? 'one file' : `${faults.length} files`} could not be written`)
  process.exitCode = 2
}

const couldNotStart = (faults: readonly Fault[]): void => {
  for (const line of faultLines(faults)) core.error(line)
  core.setFailed(`${tool.name} could not start: ${faults.length === 1 ? 'one input is' : `${faults.length} inputs are`} wrong`)
  process.exitCode = 2
}

/** Milliseconds that reading and writing the comment may take. */
const commentTimeoutMs = 20_000

/** Says how it went, and never anything else: what was judged is in the log, the outputs and the summary. */
const comment = async (report: Report, inputs: Inputs, secrets: Secrets): Promise<void> => {
  const when = inputs['comment-in-pr'] ?? 'on-change'
  if (when === 'never') return
  const connection = {
    token: inputs['github-token'] ?? '',
    signal: AbortSignal.timeout(commentTimeoutMs),
    userAgent: `${tool.name}/${tool.version}`,
  }
  let run: PullRequestRun | null = null
  try {
    run = await readPullRequestRun(process.env)
    if (run === null) return
    if (connection.token === '') return forbidden(run, when, 'there is no github-token')
    const kept = await keepComment(run, connection, report, inputs)
    if (kept.kind !== 'none') core.info(`pull request comment ${kept.kind}: ${plain(secrets.hide(kept.url))}`)
  } catch (error) {
    const problem = secrets.hideIn(gitHubProblem(error, connection))
    if (problem.forbidden && run !== null) forbidden(run, when, problem.message)
    else core.warning(`the pull request comment could not be written: ${plain(problem.message)}`)
  }
}

/** A token that may not comment is what a workflow has unless it asks for more: worth a warning only where a comment was asked for. */
const forbidden = (run: PullRequestRun, when: NonNullable<Inputs['comment-in-pr']>, message: string): void => {
  const wayOut = run.isFromFork
    ? 'the token of a pull request from a fork can only read; the job summary has everything'
    : 'to let it, give the job permissions: pull-requests: write; the job summary has everything'
  const text = `this token may not comment on the pull request (${plain(message)}): ${wayOut}`
  if (when === 'on-change') core.notice(text)
  else core.warning(text)
}

/** A comment that is there is kept up to date even where none would be made. */
const keepComment = async (run: PullRequestRun, connection: Connection, report: Report, inputs: Inputs): Promise<Kept> => {
  const { pullRequestClient } = await gitHubClient()
  const client = pullRequestClient(run, connection)
  const id = commentIdOf(run, inputs, report.target)
  return client.keepComment({
    marker: commentMarker(id),
    mayCreate: await wantsComment(run, client, report, inputs),
    body: (previous) =>
      renderComment(report, {
        id,
        previous,
        digest: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 11),
        maxCharacters: commentLimit,
        job: run.job,
        runUrl: run.runUrl,
        commit: run.head.sha,
        linkTo: (location) => pageOf(run, location),
      }),
  })
}

const wantsComment = async (
  run: PullRequestRun,
  client: PullRequestClient,
  { verdict, exitCode }: Report,
  inputs: Inputs,
): Promise<boolean> => {
  const when = inputs['comment-in-pr'] ?? 'on-change'
  if (when === 'on-change') return touchesPlan(run, await client.changedFiles(), inputs)
  return when === 'always' || (when === 'on-failure' && (verdict !== 'ready' || exitCode !== 0))
}

const touchesPlan = (
  { workspace }: PullRequestRun,
  { paths, cut }: { readonly paths: readonly string[]; readonly cut: boolean },
  inputs: Inputs,
): boolean => {
  const watched = [
    inputs['lifecycle-scripts'],
    inputs['cluster-config'],
    inputs.snapshot,
    inputs['policy-file'] ?? defaultPolicyFile,
  ].filter((path) => path !== null)
  const touches = touchesAny(paths, watched, workspace)
  if (cut && !touches)
    core.notice(
      'GitHub lists only some of the files of this pull request: whether it changes the lifecycle scripts or the request cannot be told, so there may be no comment',
    )
  return touches
}

const pageOf = ({ head, serverUrl, workspace }: PullRequestRun, { path, line }: Location): string | null => {
  const inRepository = repositoryPath(path, workspace)
  return head.repository === null || !inRepository ? null : linePage(serverUrl, head.repository, head.sha, inRepository, line)
}

/** A job without a summary file (an old server, a local run) still gets its log and its verdict. */
const writeSummary = async (text: string): Promise<void> => {
  if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(text).write()
}
