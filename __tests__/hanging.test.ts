import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
