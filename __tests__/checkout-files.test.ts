import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Report } from '../src/report/schema/report.ts'
import { type Loopback, serve } from './loopback/server.ts'
import { runAction, runCommand } from './packed.ts'

/** Each test starts processes. */
jest.setTimeout(30_000)

const root = mkdtempSync(join(tmpdir(), 'preflight-checkout-'))
afterAll(() => rmSync(root, { recursive: true }))

const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzzzzz'
const credentials = join(root, 'credentials')
writeFileSync(credentials, `[default]\naws_access_key_id = AKIAQWERTYUIOPASDFGH\naws_secret_access_key = ${secret}\n`)

/** A checkout, with its own files beside the one that a test puts there. */
const checkout = (): string => {
  const folder = mkdtempSync(join(root, 'repository-'))
  mkdirSync(join(folder, '.git'))
  mkdirSync(join(folder, '.github'))
  writeFileSync(join(folder, 'request.json'), '{"ClusterName": "ml"}')
  return folder
}

/** What somebody may put in the place of a file. */
const replacements: Record<string, (path: string) => void> = {
  'a link to credentials': (path) => symlinkSync(credentials, path),
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a link to the environment of the process': (path) => symlinkSync('/proc/self/environ', path),
  'a link to nowhere': (path) => symlinkSync('/nowhere', path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a pipe': (path) => {
    execFileSync('mkfifo', [path])
  },
  'a file of 1 GB': (path) => {
    writeFileSync(path, '')
    truncateSync(path, 1024 ** 3)
  },
}

/** Devices are made by root alone, and not in every container. */
const makesDevices = (): boolean => {
  try {
    execFileSync('mknod', [join(root, 'device'), 'c', '1', '5'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
if (makesDevices()) {
  replacements['a device'] = (path) => {
    execFileSync('mknod', [path, 'c', '1', '5'])
  }
}

/** The files of a checkout that a run reads, and the flags with which it does. */
const files: Readonly<Record<string, readonly string[]>> = {
  'cluster.yaml': ['--cluster-config', 'cluster.yaml'],
  'cluster.json': ['--cluster-config', 'cluster.json'],
  '.github/hyperpod-preflight.yml': ['--cluster-config', 'request.json'],
  'policy.yml': ['--cluster-config', 'request.json', '--policy-file', 'policy.yml'],
  'snapshot.json': ['--snapshot', 'snapshot.json'],
  scripts: ['--cluster-config', 'request.json', '--lifecycle-scripts', 'scripts'],
  'report.json': ['merge', 'report.json'],
}

const unreachable = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'AKIAPREFLIGHT', AWS_SECRET_ACCESS_KEY: secret }

const group = {
  InstanceGroupName: 'controller',
  InstanceType: 'ml.m5.xlarge',
  InstanceCount: 1,
  ExecutionRole: 'arn:aws:iam::123456789012:role/nodes',
  LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-scripts/here/', OnCreate: 'on_create.sh' },
}

/** Notes the most memory that the process held, in MB. */
const measured = (to: string): Readonly<Record<string, string>> => {
  const module = `import { writeFileSync } from 'node:fs'
process.on('exit', () => writeFileSync(${JSON.stringify(to)}, String(process.resourceUsage().maxRSS / 1024)))`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` }
}

describe.each(Object.entries(files))('in the place of %s', (name, words) => {
  test.each(Object.entries(replacements))('%s is bad input, soon and in little memory, and nothing of it is shown', async (_, put) => {
    const folder = checkout()
    put(join(folder, name))
    const note = join(folder, 'memory')
    const started = performance.now()
    const flags = words[0] === 'merge' ? words : ['--region', 'us-west-2', ...words]
    const given = words[0] === '--snapshot' ? words : flags
    const run = await runCommand(given, { ...measured(note), AWS_ACCESS_KEY_ID: 'AKIAPREFLIGHT', AWS_SECRET_ACCESS_KEY: secret }, folder)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(Number(readFileSync(note, 'utf8'))).toBeLessThan(300)
    expect([run.exitCode, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toContain(name)
    expect(run.stderr).not.toMatch(/AKIA|wJalr|aws_access|PATH=/)
  })
})

describe('in the folder of lifecycle scripts', () => {
  const scripts = ['on_create.sh', 'lifecycle_script.py', 'utils/install.sh', 'provisioning_parameters.json']
  /** An account that shows nothing, and says so at once. */
  let closed: Loopback
  beforeAll(async () => {
    closed = await serve(() => ({ status: 403 }))
  })
  afterAll(() => closed.close())

  const folderWithout = (name: string): string => {
    const folder = checkout()
    writeFileSync(join(folder, 'request.json'), JSON.stringify({ ClusterName: 'ml', InstanceGroups: [group] }))
    mkdirSync(join(folder, 'scripts', 'utils'), { recursive: true })
    const calling = '#!/bin/bash\nset -e\nbash utils/install.sh\npython3 lifecycle_script.py\n'
    const texts = { 'on_create.sh': calling, 'lifecycle_script.py': 'import os\n', 'provisioning_parameters.json': '{}' }
    for (const [one, text] of Object.entries({ ...texts, 'utils/install.sh': '#!/bin/bash\nset -e\n' })) {
      if (one !== name) writeFileSync(join(folder, 'scripts', one), text)
    }
    return folder
  }

  // Whoever uploads the folder would upload what is there: it is a finding about the file, not bad input.
  describe.each(scripts)('in the place of %s', (name) => {
    test.each(Object.entries(replacements))('%s is not read, and a finding says so, soon and in little memory', async (_, put) => {
      const folder = folderWithout(name)
      put(join(folder, 'scripts', name))
      const note = join(folder, 'memory')
      const words = ['--cluster-config', 'request.json', '--lifecycle-scripts', 'scripts', '--region', 'us-west-2', '--output', 'json']
      const started = performance.now()
      const run = await runCommand(words, { ...measured(note), ...unreachable, AWS_ENDPOINT_URL: closed.url }, folder)
      expect(performance.now() - started).toBeLessThan(5_000)
      expect(Number(readFileSync(note, 'utf8'))).toBeLessThan(300)
      const { verdict, findings } = JSON.parse(run.stdout) as Report
      expect(verdict).not.toBe('ready')
      const about = findings.filter(
        ({ rule, message }) => rule === 'lifecycle/readable' && message.includes(`scripts/${name} was not checked: `),
      )
      expect(about.map(({ status }) => status)).toEqual(['fail'])
      expect(run.stdout + run.stderr).not.toMatch(/AKIAQWERTY|wJalr|aws_access|PATH=/)
    })
  })
})

test('an event file that is no file excuses nothing, and the verdict is told without a comment', async () => {
  const sample = fileURLToPath(new URL('../examples/sample-account/snapshot.json', import.meta.url))
  for (const put of Object.values(replacements)) {
    const folder = checkout()
    put(join(folder, 'event.json'))
    const note = join(folder, 'memory')
    const event = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: join(folder, 'event.json'), GITHUB_WORKSPACE: folder }
    const inputs = { snapshot: sample, 'github-token': 'ghs_0123456789', 'comment-in-pr': 'always' }
    const run = await runAction(inputs, { ...measured(note), ...event }, folder)
    expect(run.durationMs).toBeLessThan(5_000)
    expect(Number(readFileSync(note, 'utf8'))).toBeLessThan(300)
    expect([run.exitCode, run.outputs['verdict']]).toEqual([1, 'blocked'])
    expect(run.log).toMatch(/^::warning::the pull request comment could not be written: the event in GITHUB_EVENT_PATH /m)
    expect(run.log).not.toMatch(/AKIAQWERTY|wJalr|aws_access|PATH=/)
  }
})

test('a device that is named itself is no file', async () => {
  const { exitCode, stderr } = await runCommand(['--region', 'us-west-2', '--cluster-config', '/dev/zero'], {}, checkout())
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('/dev/zero: is not a regular file')])
})

test.each([
  ['request', ['--region', 'us-west-2', '--cluster-config']],
  ['policy file', ['--region', 'us-west-2', '--cluster-config', 'request.json', '--policy-file']],
  ['snapshot', ['--snapshot']],
  ['report', ['merge']],
])('a file that is no %s shows nothing of itself, wherever it is', async (_, words) => {
  const { exitCode, stderr } = await runCommand([...words, credentials], {}, checkout())
  expect(exitCode).toBe(2)
  expect(stderr).toContain(credentials)
  expect(stderr).not.toMatch(/AKIA|wJalr|aws_access|\[default/)
})

describe('a link that stays in the checkout', () => {
  const linked = (): string => {
    const folder = checkout()
    symlinkSync('request.json', join(folder, 'cluster.json'))
    return folder
  }
  const inputs = { region: 'us-west-2', 'cluster-config': 'cluster.json', 'comment-in-pr': 'never' }

  test('is followed on a push, and not in a pull request', async () => {
    const folder = linked()
    const run = (event: string) =>
      runAction(inputs, { ...unreachable, GITHUB_WORKSPACE: folder, GITHUB_EVENT_NAME: event, GITHUB_EVENT_PATH: '/nowhere' }, folder)
    const [push, pullRequest] = await Promise.all([run('push'), run('pull_request')])
    expect(push.report?.target.clusterName).toBe('ml')
    expect(pullRequest.exitCode).toBe(2)
    expect(pullRequest.log).toContain('cluster.json: is a link, or leads over one: none is followed in a pull request')
  })
})

test('programs are not taken from folders of PATH in the checkout', async () => {
  const folder = checkout()
  const marker = join(root, 'started')
  mkdirSync(join(folder, 'bin'))
  for (const name of ['aws', 'helm', 'kubectl', 'bash', 'shellcheck']) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\necho x >> ${marker}\necho aws-cli/2.33.0\n`, { mode: 0o755 })
  }
  symlinkSync(join(folder, 'bin'), join(root, 'linked-bin'))
  const path = `${join(folder, 'bin')}:${join(root, 'linked-bin')}:${folder}/./bin`
  const words = ['--region', 'us-west-2', '--cluster-config', 'request.json', '--output', 'json']
  const run = await runCommand(words, { ...unreachable, PATH: path, GITHUB_WORKSPACE: folder }, folder)
  expect(JSON.parse(run.stdout)).toMatchObject({ schemaVersion: 1 })
  expect(() => readFileSync(marker)).toThrow('ENOENT')
})

test('a report is not written over a link that leaves the checkout', async () => {
  const folder = checkout()
  const sample = fileURLToPath(new URL('../examples/sample-account/snapshot.json', import.meta.url))
  writeFileSync(join(root, 'bashrc'), 'untouched')
  symlinkSync(join(root, 'bashrc'), join(folder, 'report.json'))
  symlinkSync(dirname(root), join(folder, 'reports'))
  const run = await runCommand(
    ['--snapshot', sample, '--json-file', 'report.json', '--html-file', 'reports/preflight-never.html'],
    {},
    folder,
  )
  expect(run.exitCode).toBe(2)
  expect(run.stdout).toContain('BLOCKED: ')
  expect(run.stderr).toContain('json-file: report.json cannot be written: is a link that leaves the checkout')
  expect(run.stderr).toContain('html-file: reports/preflight-never.html cannot be written: is a link that leaves the checkout')
  expect(readFileSync(join(root, 'bashrc'), 'utf8')).toBe('untouched')
})
