import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import * as v from 'valibot'
import type { Environment } from '../disk/checkout.ts'
import { readTextFile } from '../disk/read.ts'
import type { Plan } from '../model/plan.ts'
import type { PullRequestRun } from '../model/pull-request.ts'
import type { Inputs } from './table.ts'

/** What is read of the event. https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
const pullRequestEvent = v.object({
  pull_request: v.object({
    number: v.pipe(v.number(), v.integer(), v.minValue(1)),
    head: v.object({ sha: v.string(), repo: v.nullish(v.object({ full_name: v.string() }), null) }),
  }),
})

/**
 * The pull request that this workflow runs for; null where the event is another one.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables
 *
 * Throws where the runner names an event that cannot be read.
 */
export const readPullRequestRun = async (environment: Environment): Promise<PullRequestRun | null> => {
  if (environment['GITHUB_EVENT_NAME'] !== 'pull_request') return null
  const stated = (name: string): string => {
    const value = environment[name]
    if (!value) throw new Error(`the environment has no ${name}`)
    return value
  }
  const event = v.safeParse(pullRequestEvent, await readEvent(stated('GITHUB_EVENT_PATH')))
  if (!event.success) throw new Error(`the event in GITHUB_EVENT_PATH has no ${v.getDotPath(event.issues[0]) ?? 'pull request'}`)
  const { number, head } = event.output.pull_request
  const repository = stated('GITHUB_REPOSITORY')
  const serverUrl = (environment['GITHUB_SERVER_URL'] || 'https://github.com').replace(/\/+$/, '')
  return {
    repository,
    number,
    head: { repository: head.repo?.full_name ?? null, sha: head.sha },
    isFromFork: head.repo?.full_name !== repository,
    workflow: environment['GITHUB_WORKFLOW'] ?? '',
    job: environment['GITHUB_JOB'] ?? '',
    step: environment['GITHUB_ACTION'] ?? '',
    serverUrl,
    apiUrl: (environment['GITHUB_API_URL'] || 'https://api.github.com').replace(/\/+$/, ''),
    runUrl: `${serverUrl}/${repository}/actions/runs/${stated('GITHUB_RUN_ID')}`,
    workspace: environment['GITHUB_WORKSPACE'] || '.',
  }
}

/** GitHub sends no event of more bytes. https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const maxEventBytes = 25 * 1024 * 1024

/** The parser's own words are not kept: they quote the file. */
const readEvent = async (path: string): Promise<unknown> => {
  const text = await readTextFile(path, maxEventBytes).catch((error: Error) => {
    throw new Error(`the event in GITHUB_EVENT_PATH ${error.message}`)
  })
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('the event in GITHUB_EVENT_PATH is not valid JSON')
  }
}

/**
 * What tells the comments of one pull request apart, as 32 hexadecimal digits: the step that checks, and what it checks. Jobs of a matrix
 * share all names of the runner, so what a matrix is likely to vary is in it. What is learned from AWS is not, because the next run may
 * not learn it; nor is the number of nodes, because a smaller one is how some findings are mended.
 */
export const commentIdOf = (
  { workflow, job, step }: PullRequestRun,
  inputs: Inputs,
  { region, clusterName }: Pick<Plan, 'region' | 'clusterName'>,
): string => {
  const plan = [inputs['cluster-config'] ?? inputs.snapshot, inputs['vpc-id'], inputs['instance-type'], inputs['eks-cluster']]
  return createHash('sha256')
    .update(JSON.stringify([workflow, job, step, region, clusterName, ...plan]))
    .digest('hex')
    .slice(0, 32)
}

/**
 * A path that is given relative to the working folder, as the repository names it, with forward slashes: empty for the repository's own
 * folder, null for what is outside. The outermost checkout of the workspace counts, so that a file in a submodule has the path that
 * the pull request's own repository knows.
 */
export const repositoryPath = (path: string, workspace: string, folder: string = process.cwd()): string | null => {
  const whole = resolve(folder, path)
  const inside = relative(checkoutOf(whole, resolve(folder, workspace)), whole)
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null
  return inside.replaceAll('\\', '/')
}

/** The outermost folder with a `.git` in it, up to the workspace; the workspace itself where there is none (a checkout without git). */
const checkoutOf = (path: string, workspace: string): string => {
  let found: string | null = null
  let current = path
  for (;;) {
    if (existsSync(join(current, '.git'))) found = current
    const parent = dirname(current)
    if (current === workspace || parent === current) return found ?? workspace
    current = parent
  }
}

/**
 * Whether one of the changed files (paths as the repository names them) is one of these files, or in one of these folders, which are given
 * relative to the working folder. A link is what it leads to as well; a submodule stands for everything in it.
 */
export const touchesAny = (
  changed: readonly string[],
  paths: readonly string[],
  workspace: string,
  folder: string = process.cwd(),
): boolean => {
  const watched = paths
    .flatMap((path) => [path, ...targetOf(resolve(folder, path))])
    .map((path) => repositoryPath(path, workspace, folder))
    .filter((path) => path !== null)
  return changed.some((file) => watched.some((path) => path === '' || isWithin(file, path) || isWithin(path, file)))
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

const targetOf = (path: string): readonly string[] => {
  try {
    return [realpathSync(path)]
  } catch {
    return []
  }
}
