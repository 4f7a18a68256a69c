import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, jest, test } from '@jest/globals'
import { useGitHubServer } from './emulate.ts'
import { type Answer, useLoopbackGitHub } from './loopback-github.ts'

/** Each test starts a process or several. */
jest.setTimeout(60_000)

const sample = fileURLToPath(new URL('../../examples/sample-account/snapshot.json', import.meta.url))
/** The packed action: what it is made of was built before. */
const entry = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

interface Run {
  readonly exitCode: number | null
  readonly log: string
  readonly output: string
}

interface Options {
  readonly url: string
  readonly token?: string
  readonly number?: number
  readonly comment?: string
  readonly event?: string
  readonly job?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly headRepository?: string
}

/** Runs the action as a workflow of a pull request does, on the sample account, with the files of a checkout. */
const run = async ({ url, token = 'ghs_token', number = 7, comment, event = 'pull_request', ...rest }: Options): Promise<Run> => {
  const workspace = mkdtempSync(join(tmpdir(), 'preflight-workspace-'))
  const file = (name: string, text = ''): string => {
    writeFileSync(join(workspace, name), text)
    return join(workspace, name)
  }
  mkdirSync(join(workspace, '.git'))
  file('snapshot.json', readFileSync(sample, 'utf8'))
  const head = { sha: 'c0ffee', repo: { full_name: rest.headRepository ?? 'octocat/clusters' } }
  const inputs = {
    snapshot: 'snapshot.json',
    'github-token': token,
    ...(comment !== undefined && { 'comment-in-pr': comment }),
    ...rest.inputs,
  }
  const child = spawn(process.execPath, [entry], {
    cwd: workspace,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: workspace,
      RUNNER_TEMP: workspace,
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: file('event.json', JSON.stringify({ pull_request: { number, head } })),
      GITHUB_REPOSITORY: 'octocat/clusters',
      GITHUB_WORKSPACE: workspace,
      GITHUB_RUN_ID: '42',
      GITHUB_JOB: rest.job ?? 'check',
      GITHUB_API_URL: url,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString('utf8')
    })
  }
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { exitCode, log, output: readFileSync(join(workspace, 'output'), 'utf8') }
}

describe('the action on a pull request', () => {
  const gitHub = useGitHubServer()
  const options = async (number: number): Promise<Options> => ({
    url: gitHub().url,
    token: await gitHub().appToken('github-actions'),
    number,
  })

  test('comments once, in place, and turns green', async () => {
    const number = await gitHub().open()
    const blocked = await run({ ...(await options(number)), comment: 'on-failure' })
    expect(blocked.exitCode).toBe(1)
    expect(blocked.log).toContain('pull request comment created: ')
    const again = await run({ ...(await options(number)), comment: 'always' })
    expect(again.log).toContain('pull request comment updated: ')
    const same = await run({ ...(await options(number)), comment: 'always' })
    expect(same.log).toContain('pull request comment unchanged: ')
    const comments = await gitHub().comments(number)
    expect(comments).toHaveLength(1)
    expect(comments[0]?.body).toContain('## ❌ Blocked: HyperPod preflight')
    expect(comments[0]?.body).toContain('still there')
    expect([blocked.log, blocked.output, comments[0]?.body].join('\n').replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(
      (await options(number)).token,
    )
  })

  test('of two jobs has two comments', async () => {
    const number = await gitHub().open()
    await run({ ...(await options(number)), comment: 'always', job: 'one' })
    await run({ ...(await options(number)), comment: 'always', job: 'two' })
    expect((await gitHub().comments(number)).map(({ body }) => /\bjob <code>(\w+)/.exec(body)?.[1])).toEqual(['one', 'two'])
  })

  test('whose files are not of the plan gets no comment unless asked', async () => {
    const number = await gitHub().open()
    const untouched = await run(await options(number))
    expect(untouched.exitCode).toBe(1)
    expect(await gitHub().comments(number)).toEqual([])
    const never = await run({ ...(await options(number)), comment: 'never' })
    expect(never.output).toContain('blocked')
    expect(await gitHub().comments(number)).toEqual([])
  })

  test('with a token that may only read warns where a comment was asked for, and judges the same', async () => {
    const number = await gitHub().open()
    const token = await gitHub().appToken('read-only')
    const { exitCode, log, output } = await run({ ...(await options(number)), token, comment: 'always' })
    expect(log).toMatch(
      /^::warning::this token may not comment on the pull request \(POST .* answered 403: .*permissions: pull-requests: write/m,
    )
    expect({ exitCode, blocked: output.includes('blocked') }).toEqual({ exitCode: 1, blocked: true })
  })
})

describe('the action where GitHub does something else', () => {
  const gitHub = useLoopbackGitHub()
  const posted: string[] = []
  const serving =
    (files: readonly string[]) =>
    (asked: string, sent: unknown): Answer => {
      if (asked.includes('/files?')) return { status: 200, body: files.map((filename) => ({ filename })) }
      if (asked.startsWith('GET')) return { status: 200, body: [] }
      posted.push((sent as { body: string }).body)
      return { status: 201, body: { id: 1, html_url: 'https://github.example/1' } }
    }

  test('comments where the pull request touches what is judged', async () => {
    posted.length = 0
    gitHub().answer = serving(['README.md', 'snapshot.json'])
    const { log } = await run({ url: gitHub().url })
    expect(log).toContain('pull request comment created: https://github.example/1')
    expect(posted).toHaveLength(1)
    gitHub().answer = serving(['README.md', 'snapshot.json.md'])
    await run({ url: gitHub().url })
    expect(posted).toHaveLength(1)
  })

  test('only notes that the token may not comment where nobody asked for a comment', async () => {
    gitHub().answer = () => ({ status: 403, body: { message: 'Resource not accessible by integration' } })
    const { exitCode, log } = await run({ url: gitHub().url })
    expect(log).toMatch(/^::notice::this token may not comment on the pull request \(GET .*\/files answered 403: .*pull-requests: write/m)
    expect(log).not.toMatch(/^::warning::.*comment/m)
    expect(exitCode).toBe(1)
  })

  test.each(['push', 'workflow_run', 'pull_request_target'])('asks nothing on %s', async (event) => {
    const { exitCode } = await run({ url: gitHub().url, event, comment: 'always' })
    expect(exitCode).toBe(1)
    expect(gitHub().asked).toEqual([])
  })

  test('asks nothing without a token, and tells a fork why', async () => {
    const { log } = await run({ url: gitHub().url, token: '', comment: 'always', headRepository: 'mallory/clusters' })
    expect(log).toContain('::warning::this token may not comment on the pull request (there is no github-token): ')
    expect(log).toContain('from a fork can only read')
    expect(gitHub().asked).toEqual([])
  })

  test('warns where the server fails, and changes neither exit code nor outputs', async () => {
    gitHub().answer = () => ({ status: 500, body: { message: 'oops\n::error::not mine' } })
    const { exitCode, log, output } = await run({ url: gitHub().url, comment: 'on-failure', inputs: { 'fail-on': 'never' } })
    expect(log).toMatch(/^::warning::the pull request comment could not be written: GET .* answered 500: oops/m)
    expect(log).not.toMatch(/^::error::not mine/m)
    expect(exitCode).toBe(0)
    expect(output).toContain('blocked')
  })

  test('makes no green comment where only failures are asked for', async () => {
    gitHub().answer = serving([])
    posted.length = 0
    await run({ url: gitHub().url, comment: 'on-failure' })
    expect(posted).toHaveLength(1)
    expect(gitHub().asked.filter((asked) => asked.includes('/files?'))).toEqual([])
  })
})
