import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Clients } from '../../../src/facts/engine/clients.ts'
import type { Context, Get } from '../../../src/facts/engine/collect.ts'
import { GapError } from '../../../src/facts/engine/gap.ts'
import { parseEach, scriptSyntax } from '../../../src/facts/machine/script-syntax.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { scriptLanguage } from '../../../src/semantics/scripts/script-language.ts'
import { aPlan, bucketScriptsOf, repositoryScriptsOf } from '../../builders.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'syntax-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A folder with these programs in it. */
const programs = (bodies: Readonly<Record<string, string>>): string => {
  const bin = mkdtempSync(join(folder, 'bin-'))
  for (const [name, body] of Object.entries(bodies)) writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  return bin
}

const never = new AbortController().signal
const noShellcheck = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((path) => !existsSync(join(path, 'shellcheck')))
  .join(delimiter)

const script = (path: string, text: string) => {
  const language = scriptLanguage(path, text, false)
  if (language === null) throw new Error(`${path} is no script`)
  return { path, text, language, name: path }
}

const parse = async (text: string, { bin = '', path = 'a.sh', system = noShellcheck, environment = {} } = {}) =>
  (await parseEach([script(path, text)], never, { ...environment, PATH: [bin, system].join(delimiter) }))[path]

const parsed = async (...words: Parameters<typeof parse>) => {
  const fact = await parse(...words)
  return fact?.ok === true ? fact.value.parsed : fact
}

const accepted = { kind: 'accepted', openHereDocument: null }

describe('what bash says', () => {
  test.each([
    ['#!/bin/bash\na=(1 2)\nb <(c) |& d\n'],
    [''],
    ['shopt -s extglob\nrm -- !(a|b)\n'],
    ['#!/bin/bash\r\nif a; then\r\n  b\r\nfi\r\n'],
    ['\uFEFFif a; then b; fi\n'],
    ['case $1 in a) b ;; esac'],
  ])('%j is accepted', async (text) => {
    expect(await parsed(text)).toEqual(accepted)
  })

  test.each([
    ['a\n\nfi\n', 3, /^syntax error near unexpected token `fi'$/],
    ['a\nif b; then\n c\n', 4, /^syntax error: unexpected end of file/],
    ["a\r\necho 'b\r\n", null, /^unexpected EOF while looking for matching `''$/],
    ['shopt -s extglob\nrm !(a|b)\nfi\n', null, /^syntax error/],
    ['rm -- !(a|b)\n', 1, /^syntax error near unexpected token `\('$/],
  ])('%j is refused', async (text, line, message) => {
    const found = await parsed(text)
    expect(found).toMatchObject({ kind: 'refused', by: 'bash', message: expect.stringMatching(message), doubt: null })
    if (line !== null) expect(found).toMatchObject({ line })
  })

  test('a here-document without an end is accepted with its line', async () => {
    expect(await parsed('a\ncat <<"END OF"\nb\n')).toEqual({ kind: 'accepted', openHereDocument: { line: 2, delimiter: 'END OF' } })
  })

  test('a bash older than that of the nodes refuses with a doubt', async () => {
    const version = 'GNU bash, version 3.2.57(1)-release (arm64-apple-darwin23)'
    const body = `case "$*" in *--version*) echo "${version}";; *) echo "$0: line 1: syntax error near unexpected token '&'" >&2; exit 2;; esac`
    expect(await parsed('a |& b', { bin: programs({ bash: body }) })).toEqual({
      kind: 'refused',
      by: 'bash 3.2',
      line: 1,
      message: "syntax error near unexpected token '&'",
      doubt: 'the bash of this machine is 3.2, that of the nodes is newer and knows more',
    })
  })

  test('a bash that says something else gives no verdict', async () => {
    const bin = programs({ bash: 'echo "No distribution is installed" >&2; exit 1' })
    expect(await parse('a', { bin })).toMatchObject({
      ok: false,
      gap: {
        reason: 'unexpected',
        message: expect.stringMatching(/bash ended with 1 and no verdict about the script: No distribution is installed$/),
      },
    })
  })
})

describe('the shell of the shebang', () => {
  test.each([
    ['dash', '/usr/bin/dash: 3: Syntax error: "fi" unexpected', 3, 'Syntax error: "fi" unexpected'],
    ['mksh', "/usr/bin/mksh: <stdin>[3]: syntax error: unexpected 'fi'", 3, "syntax error: unexpected 'fi'"],
    ['ksh', "/usr/bin/ksh: syntax error at line 3: `fi' unexpected", 3, "syntax error: `fi' unexpected"],
    ['zsh', "zsh: parse error near `fi'", null, "parse error near `fi'"],
    ['ash', 'ash: syntax error: unexpected "fi"', null, 'syntax error: unexpected "fi"'],
  ])('%s', async (name, says, line, message) => {
    const bin = programs({ [name]: `cat <<'E' >&2\n${says}\nE\nexit 2` })
    expect(await parsed(`#!/usr/bin/env ${name}\na\nfi\n`, { bin })).toEqual({ kind: 'refused', by: name, line, message, doubt: null })
  })

  test('only its name counts, not its path; absent is said', async () => {
    const marker = join(folder, 'evil')
    const evil = programs({ 'no-such-bash': `touch '${marker}'`, bash: `touch '${marker}'` })
    expect(await parsed(`#!${evil}/bash\na\n`)).toEqual(accepted)
    expect(await parsed('#!/bin/ksh\na\n', { system: '' })).toEqual({ kind: 'absent' })
    expect(await parsed('a\n', { system: '' })).toEqual({ kind: 'absent' })
    expect(existsSync(marker)).toBe(false)
  })

  test('what sh refuses and bash accepts is refused with a doubt', async () => {
    const bin = programs({ sh: `echo 'sh: 2: Syntax error: "(" unexpected' >&2; exit 2` })
    expect(await parsed('#!/bin/sh\na=(1)\n', { bin })).toMatchObject({ kind: 'refused', by: 'sh', line: 2, doubt: /bash accepts it/ })
    expect(await parsed('#!/bin/sh\na=(\n', { bin })).toMatchObject({ kind: 'refused', by: 'sh', doubt: null })
  })
})

describe('nothing of a script is run', () => {
  const harmful = (marker: string): string =>
    [
      `touch '${marker}'`,
      `cat <<E\n$(touch '${marker}')\n\`touch '${marker}'\`\nE`,
      `a=$(touch '${marker}'); b=\${c:-$(touch '${marker}')}; d[$(touch '${marker}')]=1; (( e[\`touch '${marker}'\`] ))`,
      `set +n; set +o noexec; touch '${marker}'`,
      `trap "touch '${marker}'" EXIT DEBUG`,
      `. '${marker}.source'; exec > '${marker}'; > '${marker}'`,
      `[[ $(touch '${marker}') ]]; f() { touch '${marker}'; }; f`,
    ].join('\n')

  test.each(['bash', 'sh'])('%s', async (shell) => {
    const marker = join(folder, `marker-${shell}`)
    const home = mkdtempSync(join(folder, 'home-'))
    const startup = join(home, 'startup')
    for (const name of ['.bashrc', '.bash_profile', '.profile', 'startup']) writeFileSync(join(home, name), `touch '${marker}'\n`)
    writeFileSync(`${marker}.source`, `touch '${marker}'\n`)
    const text = `#!/bin/${shell}\n${shell === 'sh' ? harmful(marker).replaceAll(/^.*(?:\[\[|\(\().*$/gm, '') : harmful(marker)}\n`
    const environment = { HOME: home, BASH_ENV: startup, ENV: startup, SHELLOPTS: 'posix', 'BASH_FUNC_touch%%': `() { : > '${marker}'; }` }
    expect(await parsed(text, { environment })).toEqual(accepted)
    expect(await parsed(`${text}\nfi\n`, { environment })).toMatchObject({ kind: 'refused' })
    expect(existsSync(marker)).toBe(false)
  })

  test('python3', async () => {
    const marker = join(folder, 'marker-python')
    const home = mkdtempSync(join(folder, 'python-'))
    for (const name of ['json.py', 'sitecustomize.py', 'usercustomize.py'])
      writeFileSync(join(home, name), `open(${JSON.stringify(marker)}, "w")\n`)
    const environment = { PYTHONPATH: home, PYTHONSTARTUP: join(home, 'json.py'), HOME: home }
    const text = `open(${JSON.stringify(marker)}, "w")\n@print\nclass A(open(${JSON.stringify(marker)}, "w")):\n    pass\n`
    expect(await parsed(text, { path: 'a.py', environment })).toEqual(accepted)
    expect(existsSync(marker)).toBe(false)
  })
})

describe('what python3 says', () => {
  test.each([
    ['import os\nprint(f"{os.name}")\r\n', null, null],
    ['# -*- coding: latin-1 -*-\na = "é"\n', null, null],
    ['def a():\n  if b\n    pass\n', 2, /./],
    ['print "a"\n', 1, /./],
    ['a = 1\nreturn a\n', 2, /'return' outside function/],
    ['a = "\\d"\n', null, null],
    ['a\0b', undefined, /null bytes/],
  ])('%j', async (text, line, message) => {
    const found = await parsed(text, { path: 'a.py' })
    if (message === null) expect(found).toEqual(accepted)
    else
      expect(found).toMatchObject({
        kind: 'refused',
        by: expect.stringMatching(/^Python 3\.\d+$/),
        message: expect.stringMatching(message),
      })
    if (typeof line === 'number') expect(found).toMatchObject({ line })
  })

  test('absent, and a python3 that fails', async () => {
    expect(await parsed('a', { path: 'a.py', system: '' })).toEqual({ kind: 'absent' })
    const bin = programs({ python3: 'echo "pyenv: version 3.99 is not installed" >&2; exit 1' })
    expect(await parse('a', { path: 'a.py', bin })).toMatchObject({ ok: false, gap: { message: expect.stringMatching(/pyenv: version/) } })
    const lies = programs({ python3: 'echo "{}"' })
    expect(await parse('a', { path: 'a.py', bin: lies })).toMatchObject({ ok: false })
  })
})

/** Printed by ShellCheck 0.11.0 for `cd /tmp/é`, `local x=$(ls)`. */
const printed =
  '{"comments":[{"file":"-","line":2,"endLine":2,"column":1,"endColumn":10,"level":"warning","code":2164,"message":"Use \'cd ... || exit\' or \'cd ... || return\' in case cd fails.","fix":{"replacements":[{"column":10,"endColumn":10,"endLine":2,"insertionPoint":"beforeStart","line":2,"precedence":5,"replacement":" || exit"}]}},{"file":"-","line":3,"endLine":3,"column":1,"endColumn":6,"level":"error","code":2168,"message":"\'local\' is only valid in functions.","fix":null}]}'

describe('shellcheck', () => {
  const shellcheck = async (text: string, body: string) => {
    const words = join(mkdtempSync(join(folder, 'words-')), 'words')
    const bin = programs({ shellcheck: `echo "$*" >> '${words}'\n${body}` })
    const fact = await parse(text, { bin })
    return { found: fact?.ok === true ? fact.value.shellcheck : fact, words: existsSync(words) ? readFileSync(words, 'utf8').trim() : '' }
  }

  test('is asked without settings of anybody, and its findings are kept', async () => {
    const { found, words } = await shellcheck('#!/bin/bash\ncd /tmp/é\n', `cat > /dev/null\ncat <<'E'\n${printed}\nE\nexit 1`)
    expect(words).toBe('--norc --format=json1 --severity=warning --shell=bash -')
    expect(found).toEqual({
      ok: true,
      value: {
        total: 2,
        comments: [
          { line: 2, column: 1, level: 'warning', code: 2164, message: "Use 'cd ... || exit' or 'cd ... || return' in case cd fails." },
          { line: 3, column: 1, level: 'error', code: 2168, message: "'local' is only valid in functions." },
        ],
      },
    })
  })

  test('of many findings the first 50 are kept', async () => {
    const one = '{"line":1,"column":1,"level":"warning","code":2034,"message":"a"}'
    const { found } = await shellcheck('a\n', `echo '{"comments":[${Array(51).fill(one).join(',')}]}'; exit 1`)
    expect(found).toMatchObject({ ok: true, value: { total: 51, comments: Array(50).fill(JSON.parse(one)) } })
  })

  test('is told the shell; a refused script and zsh are not its matter', async () => {
    const nothing = 'echo \'{"comments":[]}\''
    expect((await shellcheck('#!/bin/sh\na\n', nothing)).words).toMatch(/--shell=sh -$/)
    expect(await shellcheck('fi\n', nothing)).toEqual({ found: { ok: true, value: null }, words: '' })
    expect(await shellcheck('#!/bin/zsh\na\n', nothing)).toEqual({ found: { ok: true, value: null }, words: '' })
  })

  test('absent is null, one that fails is a gap of its own', async () => {
    expect(await parse('a\n')).toEqual({
      ok: true,
      value: { interpreter: 'bash', parsed: accepted, shellcheck: { ok: true, value: null } },
    })
    const { found } = await shellcheck('a\n', 'echo "unrecognized option --norc" >&2; exit 3')
    expect(found).toMatchObject({ ok: false, gap: { message: expect.stringMatching(/ended with 3 and no verdict.*--norc$/) } })
  })
})

describe('parseEach', () => {
  test('the same text is parsed once, four at a time', async () => {
    const log = join(folder, 'log')
    const bin = programs({ bash: `echo start >> '${log}'; cat > /dev/null; sleep 0.1; echo end >> '${log}'` })
    const many = Array.from({ length: 12 }, (_, at) => script(`${at}.sh`, `a${Math.floor(at / 2)}\n`))
    const facts = await parseEach(many, never, { PATH: `${bin}:/usr/bin:/bin` })
    expect(Object.keys(facts)).toHaveLength(12)
    const steps = readFileSync(log, 'utf8').trim().split('\n')
    expect(steps.filter((step) => step === 'start')).toHaveLength(6)
    const running = steps.map((_, at) => steps.slice(0, at + 1).reduce((sum, step) => sum + (step === 'start' ? 1 : -1), 0))
    expect(Math.max(...running)).toBeLessThanOrEqual(4)
    expect(Math.max(...running)).toBeGreaterThan(1)
  })

  test('the same text under two shells is two scripts', async () => {
    const bin = programs({ zsh: 'echo "zsh: parse error near `a\'" >&2; exit 1' })
    const scripts = [script('a.sh', 'a\n'), { ...script('b.sh', 'a\n'), language: { kind: 'shell', interpreter: 'zsh' } as const }]
    const facts = await parseEach(scripts, never, { PATH: `${bin}:${noShellcheck}` })
    expect(Object.values(facts).map((fact) => fact.ok && fact.value.parsed.kind)).toEqual(['accepted', 'refused'])
  })
})

describe('scriptSyntax', () => {
  const plan = aPlan({ lifecycleScripts: './scripts' })
  const collect = (repository: () => Facts['repositoryScripts'], bucket: () => Facts['bucketScripts']) => {
    const get = async (id: string) => (id === 'repositoryScripts' ? repository() : bucket())
    // The collector makes no call.
    const context: Context = { plan, clients: {} as Clients, signal: never }
    return scriptSyntax.collect(context, get as Get<'repositoryScripts' | 'bucketScripts'>)
  }
  const denied = () => {
    throw new GapError({ reason: 'denied', action: 's3:GetObject', message: 'denied' })
  }
  const files = {
    'on_create.sh': 'a\n',
    'utils/x.py': 'a = 1\n',
    hook: '#!/usr/bin/perl\n',
    'provisioning_parameters.json': '{}',
    'b.sh': { refused: 'too large' },
  }

  test('names scripts as reports do, of both origins, and leaves out what is no script', async () => {
    const found = await collect(
      () => repositoryScriptsOf(files, './scripts'),
      () => bucketScriptsOf(files),
    )
    expect(Object.keys(found).sort()).toEqual([
      's3://sagemaker-lifecycle/hyperpod/on_create.sh',
      's3://sagemaker-lifecycle/hyperpod/utils/x.py',
      'scripts/on_create.sh',
      'scripts/utils/x.py',
    ])
  })

  test('a folder that could not be read leaves the other alone', async () => {
    const repository = await collect(() => repositoryScriptsOf(files), denied)
    expect(Object.keys(repository)).toEqual(['scripts/on_create.sh', 'scripts/utils/x.py'])
    expect(Object.keys(await collect(denied, () => bucketScriptsOf(files)))).toHaveLength(2)
    expect(
      await collect(
        () => null,
        () => ({}),
      ),
    ).toEqual({})
    expect(scriptSyntax.actions).toEqual([])
  })
})
