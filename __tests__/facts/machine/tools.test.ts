import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type ToolReference, toolReferences } from '../../../src/catalog/tools.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { inspect } from '../../../src/facts/machine/tools.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tools-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Puts a script of this name into a folder of its own and gives that folder. */
const script = (name: string, body: string, mode = 0o755): string => {
  const bin = mkdtempSync(path.join(folder, 'bin-'))
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`)
  chmodSync(path.join(bin, name), mode)
  return bin
}

const system = '/usr/bin:/bin'
const never = new AbortController().signal
const look = (folders: readonly string[], tool: ToolReference = toolReferences.helm, signal = never) =>
  attempt(() => inspect(tool, signal, { PATH: [...folders, system].join(path.delimiter) }), 'none')

describe('a tool on this machine', () => {
  test('is run with its version arguments, without a shell and without input', async () => {
    const bin = script('helm', 'echo "v3.14.0+gc309b6f $*"; if read -r line; then echo "got $line"; fi')
    await expect(look([bin])).resolves.toEqual({
      ok: true,
      value: { kind: 'found', path: path.join(bin, 'helm'), output: 'v3.14.0+gc309b6f version --short' },
    })
  })

  test('what it prints on standard error counts too, and only the first 2,000 characters are kept', async () => {
    const onError = await look([script('helm', 'echo v2.17.0 >&2')])
    expect(onError).toMatchObject({ ok: true, value: { output: 'v2.17.0' } })
    const chatty = await look([script('helm', 'yes v3 | head -n 5000')])
    expect(chatty.ok && chatty.value.kind === 'found' && chatty.value.output.length).toBe(2_000)
  })

  test('is the first executable of its name on PATH', async () => {
    const first = script('helm', 'echo v3.1.0')
    const plain = script('helm', 'echo v3.0.0', 0o644)
    const second = script('helm', 'echo v3.2.0')
    const aFolder = mkdtempSync(path.join(folder, 'bin-'))
    mkdirSync(path.join(aFolder, 'helm'))
    await expect(look([plain, aFolder, first, second])).resolves.toMatchObject({ value: { path: path.join(first, 'helm') } })
  })

  test('is absent where no folder of PATH has it, and where only the working folder has it', async () => {
    await expect(look([])).resolves.toEqual({ ok: true, value: { kind: 'absent' } })
    const here = path.relative(process.cwd(), script('helm', 'echo v3.1.0'))
    await expect(look([here, '', '.'])).resolves.toEqual({ ok: true, value: { kind: 'absent' } })
    await expect(inspect(toolReferences.helm, never, {})).resolves.toEqual({ kind: 'absent' })
  })

  test('that fails is a gap with what it printed', async () => {
    const fact = await look([script('helm', 'echo "no such\nlibrary" >&2; exit 127')])
    expect(fact).toMatchObject({ ok: false, gap: { reason: 'unexpected', action: 'none' } })
    expect(!fact.ok && fact.gap.message).toMatch(/^helm version --short \(.*\/helm\) failed with 127: no such library$/)
  })

  test('that does not end in time is a gap, though what it started lives on', async () => {
    const started = performance.now()
    const fact = await look([script('helm', 'sleep 5 & sleep 5')], { ...toolReferences.helm, deadlineMs: 200 })
    expect(fact).toMatchObject({ ok: false, gap: { reason: 'timeout', action: 'none' } })
    expect(!fact.ok && fact.gap.message).toMatch(/did not end within 0\.2 s$/)
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  test("ends with the run's time", async () => {
    const signal = AbortSignal.timeout(200)
    const fact = await look([script('helm', 'sleep 5')], toolReferences.helm, signal)
    expect(fact).toMatchObject({ ok: false, gap: { reason: 'timeout', message: expect.stringContaining('time of this run') } })
  })
})
