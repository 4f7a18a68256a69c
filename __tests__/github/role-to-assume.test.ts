import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Loopback, serve } from '../loopback/server.ts'
import { runAction } from '../packed.ts'

const token = 'header.payload.signature'
const roleArn = 'arn:aws:iam::123456789012:role/preflight'

const asked: string[] = []
/** GitHub's issuer of tokens and AWS's STS in one. STS refuses, so that the run ends there. */
let server: Loopback
beforeAll(async () => {
  server = await serve(async ({ method, url, headers, body }) => {
    const isIssuer = url.startsWith('/issuer?')
    asked.push(isIssuer ? `${method} ${url} ${headers.authorization}` : body.toString('utf8'))
    if (isIssuer) return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ value: token }) }
    const refusal = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for this repository</Message></Error></ErrorResponse>'
    return { status: 403, headers: { 'content-type': 'text/xml' }, body: refusal }
  })
})
afterAll(() => server.close())

test('a role is assumed with the token that GitHub gives for AWS, which the log never shows', async () => {
  const run = await runAction(
    { region: 'us-west-2', 'vpc-id': 'vpc-0aaaaaaaa', 'role-to-assume': roleArn },
    {
      AWS_ENDPOINT_URL: server.url,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/issuer?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-this-job',
    },
  )
  const [issuer, sts] = asked
  expect(asked).toHaveLength(2)
  expect(issuer).toBe('GET /issuer?api-version=2&audience=sts.amazonaws.com Bearer of-this-job')
  expect(Object.fromEntries(new URLSearchParams(sts))).toMatchObject({
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: roleArn,
    WebIdentityToken: token,
  })
  expect(run.exitCode).toBe(2)
  expect(run.log).toContain(`${roleArn} could not be assumed: not for this repository`)
  expect(run.log.split('\n').filter((line) => line.includes(token))).toEqual([`::add-mask::${token}`])
})
