import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { type Loopback, serve } from './loopback/server.ts'
import { runAction } from './packed.ts'

jest.setTimeout(60_000)

const command = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const sample = fileURLToPath(new URL('../examples/sample-account/snapshot.json', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'preflight-machine-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a line of bash; in it `preflight` is the command. */
const bash = (line: string, environment: Readonly<Record<string, string>> = {}) => {
  const script = `preflight() { "${process.execPath}" "${command}" "$@"; }\n${line}`
  const { status, stdout, stderr } = spawnSync('/bin/bash', ['--norc', '-c', script], { cwd: folder, encoding: 'utf8', env: environment })
  return { exitCode: status, stdout, stderr }
}

const unreachable = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'AKIAPREFLIGHT',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_EC2_METADATA_DISABLED: 'true',
}
const check = 'preflight --region us-west-2 --vpc-id vpc-0aaaaaaaa'

describe('an output that takes nothing', () => {
  test.each([
    ['is full', `preflight --snapshot ${sample} > /dev/full`, 'ENOSPC'],
    ['is closed by its reader', `( sleep 1; preflight --snapshot ${sample}; echo "exit $?" >&2 ) | true`, 'EPIPE'],
  ])('and %s is said in one line, with exit code 2', (_, line, code) => {
    const { exitCode, stderr } = bash(line, { ...unreachable, PATH: '/usr/bin:/bin' })
    const [said, ...others] = stderr.trim().split('\n')
    expect(said).toMatch(new RegExp(`^hyperpod-preflight: what it has to say could not be printed: .*${code}`))
    expect(others).toEqual(exitCode === 2 ? [] : ['exit 2'])
  })

  test('and is closed from the start is no stack trace', () => {
    const { exitCode, stderr } = bash(`preflight --snapshot ${sample} >&-`)
    expect([0, 1, 2]).toContain(exitCode)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test('for errors changes nothing', () => {
    expect(bash(`preflight --region mars 2> /dev/full`).exitCode).toBe(2)
    expect(bash(`preflight --snapshot ${sample} 2>&-`).exitCode).toBe(1)
  })
})

describe('a machine of little memory', () => {
  // Node itself reserves some 1.5 GB of addresses before the program starts, without using them: below that no program of Node runs.
  const bounds = [
    ['3 GB of addresses', 'ulimit -v 3145728', {}],
    ['64 MB of objects', 'true', { NODE_OPTIONS: '--max-old-space-size=64' }],
  ] as const

  test.each(bounds)('and %s judges as any other', (_, bound, environment) => {
    const judge = `preflight --snapshot ${sample} --html-file report.html --sarif-file report.sarif`
    const [bounded, free] = [bash(`${bound}; ${judge}`, environment), bash(judge)]
    expect([bounded.exitCode, bounded.stderr]).toEqual([1, ''])
    expect(bounded.stdout).toBe(free.stdout)
  })

  test.each(bounds)('and %s refuses a file of 1 GB in one line', (_, bound, environment) => {
    const { exitCode, stdout, stderr } = bash(
      `truncate -s 1G big.json; ${bound}; preflight --snapshot big.json; code=$?; rm big.json; exit $code`,
      {
        PATH: '/usr/bin:/bin',
        ...environment,
      },
    )
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain('big.json: the file has 1073741824 bytes')
  })

  test.each(bounds)('and %s asks AWS, and judges what it can', (_, bound, environment) => {
    const { exitCode, stdout, stderr } = bash(`${bound}; ${check}`, { ...unreachable, ...environment })
    expect([exitCode, stderr]).toEqual([3, ''])
    expect(stdout).toContain('UNPROVEN: ')
  })
})

describe('a machine', () => {
  test.each([
    ['without HOME', `unset HOME; ${check}`, {}],
    ['with an empty HOME', `HOME= ${check}`, {}],
    ['without PATH', check, {}],
  ])('%s judges what it can', (_, line, environment) => {
    const { exitCode, stdout, stderr } = bash(line, { ...unreachable, ...environment })
    expect([exitCode, stderr]).toEqual([3, ''])
    expect(stdout).toContain('UNPROVEN: ')
  })

  test('of few open files judges what it can, scripts and tools included', () => {
    const scripts = join(folder, 'scripts')
    mkdirSync(scripts)
    for (let index = 0; index < 40; index += 1) writeFileSync(join(scripts, `step-${index}.sh`), '#!/bin/bash\ntrue\n')
    writeFileSync(join(scripts, 'on_create.sh'), '#!/bin/bash\nbash step-0.sh\n', { mode: 0o755 })
    const environment = { ...unreachable, HOME: folder, PATH: '/usr/bin:/bin' }
    const { exitCode, stdout, stderr } = bash(`ulimit -n 32; ${check} --lifecycle-scripts scripts`, environment)
    expect(stderr).toBe('')
    expect([1, 3]).toContain(exitCode)
    expect(stdout).toMatch(/^(?:UNPROVEN|BLOCKED): /m)
    expect(stdout).not.toContain('fault in hyperpod-preflight')
  })

  const asNobody = process.getuid?.() === 0 ? test : test.skip
  asNobody('whose user it does not know judges what it can', () => {
    const node = `setpriv --reuid 54321 --clear-groups "${process.execPath}"`
    const { exitCode, stdout, stderr } = bash(`unset HOME; cd /; ${node} "${command}" --region us-west-2 --vpc-id vpc-0aaaaaaaa`, {
      ...unreachable,
      PATH: '/usr/bin:/bin',
    })
    expect([exitCode, stderr]).toEqual([3, ''])
    expect(stdout).toContain('UNPROVEN: ')
  })

  test('without credentials and without HOME says so in one line', () => {
    const { exitCode, stderr } = bash(`unset HOME; ${check}`, { AWS_EC2_METADATA_DISABLED: 'true' })
    expect([exitCode, stderr.trim().split('\n').length]).toEqual([2, 2])
    expect(stderr).toContain('credentials: no AWS credentials were found')
  })

  test('with an empty HOME does not take the AWS configuration, which names programs, from the working folder', () => {
    const marker = join(folder, 'started')
    const config = `mkdir -p .aws; printf '[default]\\ncredential_process = touch ${marker}\\n' > .aws/config`
    const { stderr } = bash(`${config}; HOME= ${check}; HOME=. ${check}; ls ${marker}`, {
      PATH: '/usr/bin:/bin',
      AWS_EC2_METADATA_DISABLED: 'true',
    })
    expect(stderr).toMatch(/No such file/i)
  })
})

describe('behind a proxy', () => {
  const asked: string[] = []
  let proxy: Loopback
  beforeAll(async () => {
    proxy = await serve(({ url, body }) => {
      asked.push(`${url} ${new URLSearchParams(body.toString('utf8')).get('Action')}`)
      if (url.includes('/issuer')) return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ value: 'a.b.c' }) }
      const refusal = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for this repository</Message></Error></ErrorResponse>'
      return { status: 403, headers: { 'content-type': 'text/xml' }, body: refusal }
    })
  })
  afterAll(() => proxy.close())

  test('STS is asked over it, for a role and for a web identity', async () => {
    const token = join(folder, 'token')
    writeFileSync(token, 'header.payload.signature')
    const arn = 'arn:aws:iam::123456789012:role/preflight'
    const inputs = { region: 'us-west-2', 'vpc-id': 'vpc-0aaaaaaaa', 'comment-in-pr': 'never' }
    const environment = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, AWS_ENDPOINT_URL: 'http://sts.example', AWS_REGION: 'us-west-2' }
    const issuer = { ACTIONS_ID_TOKEN_REQUEST_URL: `${proxy.url}/issuer?v=2`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x', no_proxy: '127.0.0.1' }
    const runs = await Promise.all([
      runAction({ ...inputs, 'role-to-assume': arn }, { ...environment, ...issuer }),
      runAction(inputs, { ...environment, AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: arn }),
    ])
    for (const { exitCode, log } of runs) {
      expect(exitCode).toBe(2)
      expect(log).toContain('not for this repository')
    }
    expect(asked.filter((line) => line === 'http://sts.example/ AssumeRoleWithWebIdentity')).toHaveLength(2)
  })
})
