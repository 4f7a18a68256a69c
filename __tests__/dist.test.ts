import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, jest, test } from '@jest/globals'
import packageJson from '../package.json' with { type: 'json' }
import type { Report } from '../src/report/schema/report.ts'
import { rules } from '../src/rules/index.ts'
import { readySnapshot } from './fuzz/ready-snapshot.ts'
import { type Printed, runAction, runCommand } from './packed.ts'

/** Each test starts a process or two. */
jest.setTimeout(30_000)

const sample = fileURLToPath(new URL('../examples/sample-account/snapshot.json', import.meta.url))
const rootFolder = fileURLToPath(new URL('..', import.meta.url))
const temporary = (): string => mkdtempSync(join(tmpdir(), 'preflight-dist-'))
const written = (name: string, text: string): string => {
  const path = join(temporary(), name)
  writeFileSync(path, text)
  return path
}

describe('the packed command', () => {
  test('blocks the sample account, and says what and how to mend it', async () => {
    const { exitCode, stdout, stderr } = await runCommand(['--snapshot', sample])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('aws service-quotas request-service-quota-increase')
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^BLOCKED: /)
    expect(stdout).not.toContain('\u001B')
    expect(stderr).toBe('')
  })

  test('the format of the output changes neither the verdict nor the exit code', async () => {
    const [text, json] = await Promise.all([
      runCommand(['check', '--snapshot', sample]),
      runCommand(['check', '--snapshot', sample, '--output', 'json']),
    ])
    const report = JSON.parse(json.stdout) as Report
    expect(json.exitCode).toBe(text.exitCode)
    expect(report).toMatchObject({
      schemaVersion: 1,
      verdict: 'blocked',
      tool: { name: 'hyperpod-preflight', version: packageJson.version },
    })
    expect(new Set(report.findings.map(({ rule }) => rule))).toEqual(new Set(rules.map(({ id }) => id)))
  })

  test('fail-on never shows the same verdict and exits 0', async () => {
    const { exitCode, stdout } = await runCommand(['--snapshot', sample, '--fail-on', 'never'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('BLOCKED: ')
  })

  test('warnings can fail a run whose verdict is ready, which says why', async () => {
    const file = join(temporary(), 'ready.json')
    writeFileSync(file, JSON.stringify(readySnapshot()))
    const { exitCode, stdout } = await runCommand(['--snapshot', file, '--fail-on', 'warning'])
    expect([exitCode, stdout.split('\n').at(-2)]).toEqual([1, expect.stringMatching(/^READY: .*\(exit 1, because fail-on is warning\)$/)])
    const run = await runAction({ snapshot: file, 'fail-on': 'warning', 'comment-in-pr': 'never' })
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: 'ready', errors: '0' } })
    expect(run.log).toMatch(/^::error::hyperpod-preflight: ready \(exit 1, because fail-on is warning\)$/m)
    const passing = await runAction({ snapshot: file, 'comment-in-pr': 'never' })
    expect(passing).toMatchObject({ exitCode: 0, outputs: { verdict: 'ready' } })
  })

  test('judges a saved snapshot like the run that saved it', async () => {
    const folder = temporary()
    const files = ['--json-file', join(folder, 'reports', 'a.json'), '--save-snapshot', join(folder, 'again.json')]
    await runCommand(['--snapshot', sample, ...files])
    await runCommand(['--snapshot', join(folder, 'again.json'), '--json-file', join(folder, 'b.json')])
    expect(readFileSync(join(folder, 'b.json'), 'utf8')).toBe(readFileSync(join(folder, 'reports', 'a.json'), 'utf8'))
  })

  test('npm start shows the sample account', async () => {
    const { exitCode, stdout } = await runCommand(
      ['check', '--snapshot', 'examples/sample-account/snapshot.json', '--fail-on', 'never'],
      {},
      rootFolder,
    )
    expect(exitCode).toBe(0)
    expect(stdout).toContain('examples/sample-account/cluster.yaml:')
  })

  test('tells problems alone, everything with --verbose, and a line for each with --quiet', async () => {
    const [problems, everything, brief] = await Promise.all(
      [[], ['--verbose'], ['--quiet']].map((flags) => runCommand(['--snapshot', sample, ...flags])),
    )
    const linesOf = (printed: Printed | undefined): readonly string[] => printed?.stdout.trimEnd().split('\n') ?? []
    expect(linesOf(problems).length).toBeLessThanOrEqual(60)
    expect(
      linesOf(problems)
        .slice(0, 24)
        .some((line) => line.startsWith('✗ error')),
    ).toBe(true)
    expect(everything?.stdout).toContain('\n✓ credentials/identity')
    expect(problems?.stdout).not.toContain('✓ credentials/identity')
    for (const printed of [problems, everything, brief]) expect(linesOf(printed).at(-1)).toMatch(/^BLOCKED: .*\(exit 1\)$/)
    expect(brief?.stdout).not.toContain('Fix:')
    expect(await runCommand(['--snapshot', sample, '--quiet', '--verbose'])).toMatchObject({ exitCode: 2 })
  })

  test('explains a failure message, a part of a rule id and an area', async () => {
    const message = await runCommand(['explain', 'EFA health checks did not run successfully.'])
    expect(message.stdout).toMatch(/the likeliest first:\n {4}security-group\/self-egress /)
    expect((await runCommand(['explain', 'self-egress'])).stdout).toContain('# security-group/self-egress')
    expect((await runCommand(['explain', 'quota'])).stdout.split('\n')[0]).toMatch(/^quota\/cluster-usage +error/)
    expect(await runCommand(['explain', 'the weather'])).toMatchObject({ exitCode: 2, stdout: '' })
  })

  test('lists and explains every rule', async () => {
    const list = await runCommand(['rules'])
    expect(
      list.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(rules.map(({ id }) => id))
    const page = await runCommand(['explain', 'network/s3-route'])
    expect(page.stdout).toContain('# network/s3-route')
    const unknown = await runCommand(['explain', 'network/s3-rout'])
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean network/s3-route?') })
  })

  test('prints an IAM policy that only reads, smaller for a smaller plan', async () => {
    const actions = (stdout: string): readonly string[] =>
      JSON.parse(stdout).Statement.flatMap(({ Action }: { Action: string[] }) => Action)
    const all = await runCommand(['iam-policy'])
    const bucketOnly = await runCommand(['iam-policy', '--bucket', 'my-bucket', '--orchestrator', 'eks'])
    expect(actions(all.stdout).length).toBeGreaterThan(actions(bucketOnly.stdout).length)
    expect(actions(all.stdout)).toEqual(expect.arrayContaining(['s3:GetObject', 'ec2:DescribeSubnets']))
    for (const action of actions(all.stdout)) expect(action).toMatch(/^[a-z0-9-]+:(?:Get|List|Describe|Search|Simulate)/)
  })
})

describe('bad input is told at once, without a stack trace, with exit code 2', () => {
  const cases: readonly (readonly [name: string, words: readonly string[], said: readonly string[]])[] = [
    [
      'unknown flags and bad values',
      ['--vpcid', 'vpc-1', '--region', 'mars', '--instance-count', '0'],
      ['--vpcid: there is no such flag: did you mean --vpc-id?', '--region: "mars"', '--instance-count: "0"'],
    ],
    ['words that belong to nothing', ['check', 'please', '--region', 'us-west-2', '--vpc-id', 'vpc-0aaaaaaaa'], ['please: ']],
    ['an unknown format', ['--snapshot', sample, '--output', 'xml'], ['--output: "xml"']],
    ['nothing to check, no Region, no credentials', [], ['region: ', 'inputs: there is nothing to check', 'credentials: ']],
    [
      'a request that is not there',
      ['--region', 'us-west-2', '--cluster-config', 'nowhere.json'],
      ['cluster-config: nowhere.json: does not exist'],
    ],
    ['a request that is a folder', ['--region', 'us-west-2', '--cluster-config', '.'], ['cluster-config: .: is a folder']],
    [
      'a folder of scripts that is not there',
      ['--region', 'us-west-2', '--lifecycle-scripts', 'nowhere'],
      ['lifecycle-scripts: nowhere: does not exist'],
    ],
    ['a count without a type', ['--region', 'us-west-2', '--vpc-id', 'vpc-0aaaaaaaa', '--instance-count', '4'], ['instance-count: ']],
    ['a snapshot that is not there', ['--snapshot', 'nowhere.json'], ['snapshot: nowhere.json: does not exist']],
    ['a snapshot of another kind', ['--snapshot', 'package.json'], ['snapshot: package.json: schemaVersion']],
    ['a command without what it is about', ['merge'], ["error: missing required argument 'reports'"]],
    ['a flag that a command does not have', ['rules', '--verbose'], ["error: unknown option '--verbose'"]],
    ['a flag without its value', ['check', '--output'], ["error: option '--output <format>' argument missing"]],
    ['a snapshot and a plan', ['--snapshot', sample, '--vpc-id', 'vpc-0aaaaaaaa'], ['vpc-id: ']],
  ]
  test.each(cases)('%s', async (_, words, said) => {
    const { exitCode, stdout, stderr } = await runCommand(words, {}, rootFolder)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    for (const part of said) expect(stderr).toContain(part)
    expect(stderr).not.toMatch(/^\s+at .+:\d+:\d+/m)
  })

  test.each([
    ['request.json', '{\n  "ClusterName": "ml",\n}', ':3:1: not valid JSON'],
    ['request.yaml', 'ClusterName: "ml\n', ':2:1: '],
  ])('a broken %s names its line and column', async (name, text, said) => {
    const path = written(name, text)
    const { exitCode, stderr } = await runCommand(['--region', 'us-west-2', '--cluster-config', path])
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`${path}${said}`)
  })

  test('a report that cannot be written', async () => {
    const { exitCode, stderr } = await runCommand(['--snapshot', sample, '--json-file', join(sample, 'report.json')])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('json-file: ')
  })
})

test.each([
  ['is missing', '/nowhere/event.json'],
  ['is broken', written('event.json', '{')],
])('in a workflow whose event %s, the command prints nothing but its own text, and the action judges', async (_, path) => {
  const event = { GITHUB_EVENT_PATH: path }
  const { exitCode, stdout, stderr } = await runCommand(['--snapshot', sample, '--output', 'json', '--fail-on', 'never'], event)
  expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 })
  expect([exitCode, stderr]).toEqual([0, ''])
  const run = await runAction({ snapshot: sample, 'fail-on': 'never' }, event)
  expect([run.exitCode, run.outputs['verdict']]).toEqual([0, 'blocked'])
  expect(run.log).not.toContain(path)
})

describe('merge', () => {
  const reportOf = async (folder: string, name: string, ...flags: readonly string[]): Promise<string> => {
    const path = join(folder, name)
    await runCommand(['--snapshot', sample, '--json-file', path, ...flags])
    return path
  }

  test('makes one report, verdict and exit code of many', async () => {
    const folder = temporary()
    const first = await reportOf(folder, 'first.json')
    const other: Report = { ...JSON.parse(readFileSync(first, 'utf8')), verdict: 'ready', findings: [], topology: null }
    const second = written('second.json', JSON.stringify({ ...other, target: { ...other.target, clusterName: 'inference' } }))
    const merged = await runCommand(['merge', first, second, '--output', 'json', '--json-file', join(folder, 'merged.json')])
    expect(merged.exitCode).toBe(1)
    const report: Report = JSON.parse(merged.stdout)
    expect(report).toMatchObject({ verdict: 'blocked', target: { clusterName: null, region: 'us-west-2' } })
    expect(report.findings[0]?.subject).toMatch(/^ml-research: /)
    expect(JSON.parse(readFileSync(join(folder, 'merged.json'), 'utf8'))).toEqual(report)
    for (const format of ['text', 'markdown']) {
      const { stdout, exitCode } = await runCommand(['merge', first, second, '--output', format])
      expect(stdout).toContain('ml-research: ')
      expect(exitCode).toBe(1)
    }
  })

  test('flags move its exit code, and not its verdict', async () => {
    const path = await reportOf(temporary(), 'blocked.json')
    const { exitCode, stdout } = await runCommand(['merge', path, '--fail-on', 'never'])
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^BLOCKED: .* \(exit 0, because fail-on is never\)$/m)])
    const refused = await runCommand(['merge', path, '--on-unknown', 'ignore'])
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('--on-unknown')])
  })

  test('names everything that is wrong with what it is given', async () => {
    const { exitCode, stderr } = await runCommand(['merge', written('a.json', '{'), '/nowhere/b.json', '--output', 'pdf'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/it is not JSON/)
    expect(stderr).toContain('/nowhere/b.json')
    expect(stderr).toContain('"pdf" is not valid')
  })
})

describe('the packed action', () => {
  test('fails the sample account with annotations, outputs, a summary and the report', async () => {
    const run = await runAction({ snapshot: sample, 'fail-on': 'error', 'on-unknown': 'fail' })
    expect(run.exitCode).toBe(1)
    expect(run.outputs).toMatchObject({
      verdict: 'blocked',
      errors: String(run.report?.counts.errors),
      unknowns: String(run.report?.counts.unknown),
    })
    expect(run.log).toMatch(/^::error title=quota\/cluster-usage[^:]*,file=examples\/sample-account\/cluster\.yaml,line=9/m)
    expect(run.log).toContain('::error::hyperpod-preflight: blocked')
    expect(run.summary).toContain('quota/cluster-usage')
    expect(run.report).toMatchObject({ schemaVersion: 1, verdict: 'blocked' })
  })

  test('says every bad input at once, and which inputs do nothing', async () => {
    const run = await runAction({
      'vpc-id': 'vpc-xxxxx',
      'instance-count': 'four',
      'subnet-id': 'subnet-0aaaaaaaa',
    })
    expect(run.exitCode).toBe(2)
    expect(run.log).toContain('::error::input vpc-id: "vpc-xxxxx" is not valid; expected vpc- and 8 to 17 hexadecimal digits')
    expect(run.log).toContain('::error::input instance-count: "four" is not valid')
    expect(run.log).toContain('did you mean input subnet-ids?')
    expect(run.log).not.toMatch(/^\s+at .+:\d+:\d+/m)
  })

  test('refuses to guess without credentials', async () => {
    const run = await runAction({ region: 'us-west-2', 'vpc-id': 'vpc-0aaaaaaaa' })
    expect(run.exitCode).toBe(2)
    expect(run.log).toContain('no AWS credentials were found')
    expect(run.outputs['verdict']).toBeUndefined()
  })

  describe('on the pull request of a fork, which gets no credentials', () => {
    const event = { pull_request: { number: 7, head: { sha: 'c0ffee', repo: { full_name: 'somebody/clusters' } } } }
    const judge = (script: string, inputs: Readonly<Record<string, string>> = {}) => {
      const folder = mkdtempSync(join(tmpdir(), 'preflight-fork-'))
      mkdirSync(join(folder, 'scripts'))
      writeFileSync(join(folder, 'scripts', 'on_create.sh'), script)
      writeFileSync(join(folder, 'event.json'), JSON.stringify(event))
      const environment = {
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: join(folder, 'event.json'),
        GITHUB_REPOSITORY: 'octocat/clusters',
        GITHUB_RUN_ID: '42',
      }
      const given = { region: 'us-west-2', orchestrator: 'eks', 'lifecycle-scripts': 'scripts', 'comment-in-pr': 'never', ...inputs }
      return runAction(given, environment, folder)
    }

    test('what needs no account is judged', async () => {
      const run = await judge('#!/bin/bash\r\nset -e\r\n')
      expect(run.outputs).toMatchObject({ verdict: 'blocked', errors: '1', unknowns: '0' })
      expect(run.log).toMatch(/^::error title=lifecycle\/line-endings[^:]*,file=scripts\/on_create\.sh,line=1/m)
      const skipped = run.report?.findings.filter(({ message }) => message.includes('comes from a fork'))
      expect(skipped).toContainEqual(expect.objectContaining({ rule: 'credentials/identity', status: 'skipped' }))
      expect(run.report?.calls.total).toBe(0)
    })

    test('nothing wrong there is no proof, and the workflow may let it pass', async () => {
      const sound = '#!/bin/bash\nset -e\necho ready\n'
      const unproven = await judge(sound)
      expect(unproven).toMatchObject({ exitCode: 3, outputs: { verdict: 'unproven' } })
      expect(unproven.summary).toContain('nothing about the account was judged (the pull request comes from a fork')
      const warned = await judge(sound, { 'on-unknown': 'warn' })
      expect(warned).toMatchObject({ exitCode: 0, outputs: { verdict: 'unproven' } })
      expect(warned.log).not.toMatch(/^::error/m)
      expect(warned.summary).toContain('nothing about the account was judged')
    })
  })
})

test('importing the packed program starts nothing', async () => {
  const { exitCode, stdout, stderr } = await runCommand(['--version'])
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' })
})
