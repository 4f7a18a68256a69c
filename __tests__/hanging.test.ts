import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { type Loopback, serve } from './loopback/server.ts'
import { runAction } from './packed.ts'

/** All runs at the same time take as long as one, which is over within a minute. */
const runMs = 60_000
jest.setTimeout(runMs + 60_000)

const folder = mkdtempSync(join(tmpdir(), 'preflight-hanging-'))
let silent: Loopback
let trickling: Loopback
beforeAll(async () => {
  silent = await serve(() => null)
  // One byte now and then keeps every time-out of a socket from ending it.
  trickling = await serve((_, socket) => {
    socket.on('error', () => undefined)
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 100000\r\n\r\n')
    const timer = setInterval(() => socket.write(' '), 500)
    socket.on('close', () => clearInterval(timer))
    return null
  })
})
afterAll(async () => {
  await Promise.all([silent.close(), trickling.close()])
  rmSync(folder, { recursive: true })
})

const keys = { AWS_ACCESS_KEY_ID: 'AKIAPREFLIGHT', AWS_SECRET_ACCESS_KEY: 'secret' }
const role = { 'role-to-assume': 'arn:aws:iam::123456789012:role/preflight' }
const issuer = (url: string) => ({ ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/issuer?v=2`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-this-job' })

const configFile = (): string => {
  const path = join(folder, 'config')
  writeFileSync(path, '[profile slow]\ncredential_process = sleep 120\n')
  return path
}
const tokenFile = (): string => {
  const path = join(folder, 'token')
  writeFileSync(path, 'header.payload.signature')
  return path
}

/** A snapshot is judged for a pull request, and GitHub is asked about its comment. */
const forPullRequest = (apiUrl: string): Readonly<Record<string, string>> => {
  const event = join(folder, 'event.json')
  const head = { sha: 'c0ffee', repo: { full_name: 'octocat/clusters' } }
  writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head } }))
  return {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: 'octocat/clusters',
    GITHUB_RUN_ID: '42',
    GITHUB_API_URL: apiUrl,
  }
}

interface Hanging {
  readonly inputs?: Readonly<Record<string, string>>
  readonly environment: () => Readonly<Record<string, string>>
  readonly exitCode: number
  readonly says: string
}

/** What never answers, and how a run ends that waits for it. */
const cases: Readonly<Record<string, Hanging>> = {
  'the OIDC endpoint': { inputs: role, environment: () => issuer(silent.url), exitCode: 2, says: "GitHub's OIDC endpoint" },
  'STS, for web identity': {
    environment: () => ({
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile(),
      AWS_ROLE_ARN: role['role-to-assume'],
      AWS_ENDPOINT_URL: trickling.url,
      AWS_REGION: 'us-west-2',
    }),
    exitCode: 2,
    says: 'STS (sts:AssumeRoleWithWebIdentity',
  },
  'the endpoint of container credentials': {
    environment: () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${trickling.url}/credentials` }),
    exitCode: 2,
    says: 'the endpoint of container credentials',
  },
  credential_process: {
    environment: () => ({ AWS_PROFILE: 'slow', AWS_CONFIG_FILE: configFile() }),
    exitCode: 2,
    says: 'the profile slow (its credential_process',
  },
  'the proxy': {
    environment: () => ({ ...keys, HTTP_PROXY: silent.url, AWS_ENDPOINT_URL: 'http://aws.example' }),
    exitCode: 3,
    says: 'did not answer before the time of this run was up',
  },
  'the end of every answer': {
    environment: () => ({ ...keys, AWS_ENDPOINT_URL: trickling.url }),
    exitCode: 3,
    says: 'no errors in',
  },
}

const sample = fileURLToPath(new URL('../examples/sample-account/snapshot.json', import.meta.url))

/** What GitHub does, and what the run says of it; its verdict and exit code are its own. */
const gitHubs: Readonly<Record<string, readonly [answer: Parameters<typeof serve>[0], says: string]>> = {
  'never answers': [() => null, 'GitHub did not answer in time'],
  'never ends its answer': [
    (_, socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n[')
      return null
    },
    'GitHub did not answer in time',
  ],
  'has pages without end': [
    ({ url, headers }) => {
      const page = Number(new URL(url, 'http://x').searchParams.get('page')) + 1
      const link = `<http://${headers.host}/repos/octocat/clusters/issues/7/comments?page=${page}>; rel="next"`
      return { headers: { 'content-type': 'application/json', link }, body: JSON.stringify([{ id: page, body: 'x', user: null }]) }
    },
    'the pull request has more than 10000 comments',
  ],
  'answers with a page for people': [
    () => ({ headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }),
    'GitHub answered something else than a list',
  ],
  'leads to itself': [({ url }) => ({ status: 302, headers: { location: url } }), 'could not be written'],
}

test.concurrent.each(Object.entries(gitHubs))('where GitHub %s, the verdict stands, and the run ends', async (_, [answer, says]) => {
  const gitHub = await serve(answer)
  try {
    const inputs = { snapshot: sample, 'github-token': 'ghs_0123456789', 'comment-in-pr': 'always' }
    const run = await runAction(inputs, { PATH: '/usr/bin:/bin', ...forPullRequest(gitHub.url) })
    expect(run.durationMs).toBeLessThan(25_000)
    expect([run.exitCode, run.outputs['verdict']]).toEqual([1, 'blocked'])
    expect(run.log).toContain(says)
    expect(run.log).toMatch(/^::warning::the pull request comment could not be written: /m)
  } finally {
    await gitHub.close()
  }
})

test('whatever never answers, the run ends within its minute, with its exit code, and says what it waited for', async () => {
  const path = '/usr/bin:/bin'
  const ended = await Promise.all(
    Object.entries(cases).map(async ([name, { inputs = {}, environment }]) => {
      const given = { region: 'us-west-2', 'vpc-id': 'vpc-0aaaaaaaa', 'comment-in-pr': 'never', ...inputs }
      return [name, await runAction(given, { PATH: path, ...environment() })] as const
    }),
  )
  const late = ended.filter(([, { durationMs }]) => durationMs > runMs + 2_000).map(([name, { durationMs }]) => `${name}: ${durationMs} ms`)
  expect(late).toEqual([])
  for (const [name, { exitCode, log }] of ended) {
    const expected = cases[name]
    expect([name, exitCode]).toEqual([name, expected?.exitCode])
    expect(log).toContain(expected?.says)
    expect(log).not.toMatch(/please report it/)
  }
})
