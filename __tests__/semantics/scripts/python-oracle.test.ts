import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { pythonReading } from '../../../src/semantics/scripts/python/reading.ts'
import { certaintyOf, certaintyOfStart, type Start } from '../../../src/semantics/scripts/python/starts.ts'
import { pythonProgram } from '../../../src/semantics/scripts/python/tree/tree.ts'
import type { CallCertainty } from '../../../src/semantics/scripts/script-calls.ts'
import { gap } from '../../../src/semantics/scripts/shell/values.ts'
import { order } from '../../../src/semantics/scripts/shell/walk.ts'
import { modules, oracleScripts } from './python-oracle-scripts.ts'

interface Run {
  readonly called: readonly string[]
  readonly status: number
}

const folder = mkdtempSync(path.join(tmpdir(), 'hyperpod-python-oracle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs every script by Python itself, each in a process of its own. Programs write down that they were called. */
const driver = `
import os, runpy, sys
sys.path[0] = os.getcwd()
sys.stdout = sys.stderr = open(os.devnull, "w")
sys.dont_write_bytecode = True
for failing in ("none", "call"):
    for at in range(int(os.environ["COUNT"])):
        name = f"{at}.{failing}"
        child = os.fork()
        if child == 0:
            os.environ.update(CALLED=os.path.abspath(name + ".called"), FAILING=failing)
            sys.argv = [f"{at}.py"]
            runpy.run_path(f"{at}.py", run_name="__main__")
            sys.exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        open(name + ".status", "w").write(str(status))
        open(name + ".called", "a").close()
`

/** A program that fails where it is told to. */
const stub = `#!/bin/sh
printf '%s\\n' "\${0##*/}" >> "$CALLED"
[ "\${0##*/}" != "$FAILING" ] || exit 3
`

const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable if sys.version_info >= (3, 10) else "")'], {
  encoding: 'utf8',
})
const executable = python.status === 0 ? python.stdout.trim() : ''
const programs = ['call', 'a', 'b', 'c']

const runAll = (): void => {
  mkdirSync(path.join(folder, 'bin'))
  for (const name of programs) writeFileSync(path.join(folder, 'bin', name), stub, { mode: 0o755 })
  for (const [name, text] of Object.entries(modules)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  for (const [at, text] of oracleScripts.entries()) writeFileSync(path.join(folder, `${at}.py`), text)
  writeFileSync(path.join(folder, 'driver.py'), driver)
  spawnSync(executable, ['driver.py'], { cwd: folder, env: { PATH: path.join(folder, 'bin'), COUNT: String(oracleScripts.length) } })
}

if (executable !== '') runAll()

const runOf = (at: number, failing: 'none' | 'call'): Run => {
  const read = (ending: string): string => readFileSync(path.join(folder, `${at}.${failing}.${ending}`), 'utf8')
  return { called: read('called').split('\n'), status: Number(read('status')) }
}

/** The most certain of the starts of a program, and `perhaps` where a start does not tell its program; `never` where there is none. */
const strongest = (starts: readonly Start[], name: string, of: (start: Start) => CallCertainty): CallCertainty => {
  const texts = starts.map((start) => ({ start, text: start.started.kind === 'text' ? start.started.text : start.started.words.join(' ') }))
  const found = texts.flatMap(({ start, text }) => (text.split(/\W+/).includes(name) ? [start] : []))
  if (found.length === 0 && texts.some(({ text }) => text.includes(gap))) return 'perhaps'
  return found.map(of).reduce<CallCertainty>((one, other) => (order.indexOf(one) < order.indexOf(other) ? other : one), 'never')
}

const ran = executable === '' ? describe.skip : describe

ran('what the tree says of a Python script is what Python does', () => {
  test.each(oracleScripts.map((text, at) => [text, at] as const))('%j', (text, at) => {
    expect(pythonProgram(text).complete).toBe(true)
    const { starts, failure, extent } = pythonReading(text, { moduleText: (name) => modules[name] ?? null, workloadManager: null })
    const [success, failed] = [runOf(at, 'none'), runOf(at, 'call')]
    expect(extent).toBe('whole')
    const wrong = programs.filter((name) => {
      const certainty = strongest(starts, name, certaintyOfStart)
      const isCalled = success.called.includes(name)
      if (certainty === 'never') return isCalled || failed.called.includes(name)
      return certainty === 'always' && success.status === 0 && !isCalled
    })
    expect(wrong.map((name) => `${name}: ${strongest(starts, name, certaintyOfStart)}`)).toEqual([])
    if (failure !== null) expect({ status: success.status }).toEqual({ status: failure.status })
    const withFailure = strongest(starts, 'call', certaintyOf)
    if (!failed.called.includes('call') || success.status !== 0) return
    if (withFailure === 'always') expect(failed.status).not.toBe(0)
    if (withFailure === 'unheeded' || withFailure === 'optional') expect(failed.status).toBe(0)
  })

  test('most of what is decided is said to be', () => {
    const decided = oracleScripts.filter((text) => {
      const { starts } = pythonReading(text, { moduleText: (name) => modules[name] ?? null, workloadManager: null })
      return strongest(starts, 'call', certaintyOf) !== 'perhaps'
    })
    expect(decided.length / oracleScripts.length).toBeGreaterThan(0.6)
  })
})
