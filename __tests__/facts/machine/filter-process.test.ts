import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { filter } from '../../../src/facts/machine/filter-process.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'filter-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const program = (body: string): string => {
  const file = join(mkdtempSync(join(folder, 'bin-')), 'program')
  writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return file
}

const environment = { PATH: `relative:${process.env['PATH']}`, BASH_ENV: '/tmp/evil', HOME: '/root', SECRET: 'x' }
const run = (body: string, { input = '', deadlineMs = 5_000, signal = new AbortController().signal } = {}) =>
  attempt(() => filter({ file: program(body), words: ['-a', 'b c'], input, environment, deadlineMs, signal }))

describe('filter', () => {
  test('hands over words and text, and gives both outputs and the exit code', async () => {
    expect(await run('echo "$#:$2:$(cat)"; echo no >&2; exit 3', { input: 'a é\n' })).toEqual({
      ok: true,
      value: { exitCode: 3, stdout: '2:b c:a é\n', stderr: 'no\n' },
    })
  })

  test('the program is started in the root folder and knows PATH alone, without relative folders and those of the checkout', async () => {
    const trusted = (process.env['PATH'] ?? '').split(':').filter((folder) => isAbsolute(folder) && !folder.startsWith(`${process.cwd()}/`))
    const fact = await run('pwd; env | grep -v "^\\(PWD\\|SHLVL\\|_\\|OLDPWD\\)="')
    expect(fact).toMatchObject({ ok: true, value: { stdout: `/\nPATH=${trusted.join(':')}\n` } })
  })

  test('a program that does not read its input to the end is no failure', async () => {
    expect(await run('exit 0', { input: 'x'.repeat(1_000_000) })).toMatchObject({ ok: true, value: { exitCode: 0 } })
  })

  test('what is late is killed with all that it started', async () => {
    const marker = join(folder, 'survivor')
    const fact = await run(`(sleep 1; touch '${marker}') & sleep 60`, { deadlineMs: 300 })
    expect(fact).toMatchObject({
      ok: false,
      gap: { reason: 'timeout', message: expect.stringMatching(/program did not end within 0\.3 s$/) },
    })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(existsSync(marker)).toBe(false)
  })

  test("ends with the run's time, or is not waited for at all", async () => {
    const late = await run('sleep 60', { signal: AbortSignal.timeout(200) })
    expect(late).toMatchObject({ ok: false, gap: { reason: 'timeout', message: expect.stringContaining('time of this run') } })
    const marker = join(folder, 'late')
    expect(await run(`sleep 0.2; touch '${marker}'`, { signal: AbortSignal.abort() })).toMatchObject({
      ok: false,
      gap: { reason: 'timeout' },
    })
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(existsSync(marker)).toBe(false)
  })

  test.each([
    ['yes', 'unexpected', /printed more than 4194304 bytes$/],
    ['kill -9 $$', 'unexpected', /was ended by SIGKILL$/],
  ])('%s', async (body, reason, message) => {
    expect(await run(body)).toMatchObject({ ok: false, gap: { reason, action: 'none', message: expect.stringMatching(message) } })
  })

  test('a program that cannot be started', async () => {
    const signal = new AbortController().signal
    const fact = await attempt(() => filter({ file: join(folder, 'none'), words: [], input: 'a', environment, deadlineMs: 1_000, signal }))
    expect(fact).toMatchObject({
      ok: false,
      gap: { reason: 'unexpected', message: expect.stringMatching(/could not be started: .*ENOENT/) },
    })
  })
})
