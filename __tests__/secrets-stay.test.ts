import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { type HttpAnswer, type HttpRequest, type Loopback, serve } from './loopback/server.ts'
import { runAction, runCommand } from './packed.ts'

jest.setTimeout(60_000)

const folder = mkdtempSync(join(tmpdir(), 'preflight-secrets-'))
const secrets = {
  AWS_ACCESS_KEY_ID: 'ASIAQWERTYUIOPASDFGH',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYzzzzzzzzzz',
  AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjEAYaCXVzLWVhc3QtMSJHMEUCIQDx+/aaaaaaaa==',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-of-this-job-0123456789',
}
const gitHubToken = 'ghs_abcdefghijklmnopqrstuvwxyz0123456789'
const oidcToken = 'header0123456789.payload0123456789.signature0123456789'
const assumed = {
  key: 'ASIAASSUMEDASSUMEDAS',
  secret: 'assumedassumed/assumed+assumedassumedass',
  token: 'assumed-session-token-0123456789',
}
const everything = [...Object.values(secrets), gitHubToken, oidcToken, ...Object.values(assumed)].join(' ')

/** Says every secret back in whatever it answers, as a proxy does that shows the headers of a request it does not like. */
let chatty: Loopback
beforeAll(async () => {
  chatty = await serve(answer)
})
afterAll(async () => {
  await chatty.close()
  rmSync(folder, { recursive: true })
})

const answer = ({ url, body }: HttpRequest): HttpAnswer => {
  if (url.startsWith('/issuer')) return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ value: oidcToken }) }
  if (body.includes('AssumeRoleWithWebIdentity') && body.includes('role%2Fgranted')) {
    const credentials = `<AccessKeyId>${assumed.key}</AccessKeyId><SecretAccessKey>${assumed.secret}</SecretAccessKey><SessionToken>${assumed.token}</SessionToken>`
    const result = `<AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult>`
    return {
      headers: { 'content-type': 'text/xml' },
      body: `<AssumeRoleWithWebIdentityResponse>${result}</AssumeRoleWithWebIdentityResponse>`,
    }
  }
  const refusal = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${everything}</Message></Error></ErrorResponse>`
  return { status: 403, headers: { 'content-type': 'text/xml', 'x-amzn-errortype': 'AccessDeniedException' }, body: refusal }
}

/** A checkout whose files hold the secrets too. */
const checkout = (): string => {
  const path = mkdtempSync(join(folder, 'checkout-'))
  writeFileSync(
    join(path, 'request.json'),
    JSON.stringify({ ClusterName: 'ml', Tags: [{ Key: 'note', Value: everything }], [everything]: 1 }),
  )
  mkdirSync(join(path, 'scripts'))
  writeFileSync(join(path, 'scripts', 'on_create.sh'), `#!/bin/bash\n# ${everything}\nsource ${secrets.AWS_SESSION_TOKEN}\n`)
  return path
}

const shown = (text: string): readonly string[] =>
  everything.split(' ').filter((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)))

/** What the runner hides by being told; it is told on lines that nobody sees. */
const withoutMasks = (log: string): string => log.replaceAll(/^::add-mask::.*$/gm, '')

const files = {
  'save-snapshot': 'snapshot.json',
  'json-file': 'report.json',
  'sarif-file': 'report.sarif',
  'junit-file': 'report.xml',
  'html-file': 'report.html',
}

test.each([
  ['its own', undefined],
  ['a role that is assumed', 'arn:aws:iam::123456789012:role/granted'],
  ['a role that is refused', 'arn:aws:iam::123456789012:role/refused'],
])('a run with the credentials of %s shows none of them: not in its log, its summary, its files', async (_, role) => {
  const path = checkout()
  const run = await runAction(
    {
      region: 'us-west-2',
      'cluster-config': 'request.json',
      'lifecycle-scripts': 'scripts',
      'github-token': gitHubToken,
      ...(role !== undefined && { 'role-to-assume': role }),
      ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(path, file)])),
    },
    { ...secrets, AWS_ENDPOINT_URL: chatty.url, ACTIONS_ID_TOKEN_REQUEST_URL: `${chatty.url}/issuer?v=2` },
    path,
  )
  expect(run.log).not.toContain('please report it')
  const own = role === undefined ? [oidcToken, ...Object.values(assumed)] : role.endsWith('refused') ? Object.values(assumed) : []
  const texts = [
    withoutMasks(run.log),
    run.summary,
    ...readdirSync(path).flatMap((name) => (Object.values(files).includes(name) ? [readFileSync(join(path, name), 'utf8')] : [])),
  ]
  expect(texts).toHaveLength(role?.endsWith('refused') === true ? 2 : 7)
  for (const text of texts) expect(shown(text).filter((secret) => !own.includes(secret))).toEqual([])
  expect(texts.join('')).toContain('***')
})

test('bad input that holds a secret does not show it', async () => {
  const { exitCode, stderr } = await runCommand(['--region', secrets.AWS_SECRET_ACCESS_KEY, '--vpc-id', secrets.AWS_ACCESS_KEY_ID], secrets)
  expect(exitCode).toBe(2)
  expect(shown(stderr)).toEqual([])
})
