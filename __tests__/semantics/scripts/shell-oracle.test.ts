import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { shellSteps } from '../../../src/semantics/scripts/shell-steps.ts'
import { shellProgram } from '../../../src/semantics/scripts/shell-tree.ts'

/** Ways in which a script comes to `call`; every other program is a stub as well, which succeeds. */
const ways: readonly string[] = [
  'call',
  'a; call; b',
  'a && call',
  'a || call',
  'call || exit 1',
  'call || { a; exit 1; }',
  '[ -f absent ] && call',
  '[ -f absent ] || call',
  '[ -d / ] && call',
  '[ -d / ] || exit 0\ncall',
  '[ -d / ] || exit\ncall',
  '[ -f absent ] || exit 1\ncall',
  '[ -f absent ] || exit 0\ncall',
  '[ -f absent ] && exit 0\ncall',
  'if call; then a; fi',
  'if ! call; then exit 1; fi\na',
  'if [ -f absent ]; then call; fi',
  'if [ -d / ]; then a; else call; fi',
  'if [ -f absent ]; then exit 0; fi\ncall',
  'if [ -d / ]; then exit 0; fi\ncall',
  'if [ -d / ]; then call; else exit 1; fi',
  'if a; then b; elif c; then call; else d; fi',
  'for x in 1 2; do call; done',
  'for x in $EMPTY; do call; done',
  'for x in *.absent; do a; done; call',
  'for x in 1 2; do [ -d / ] && break; call; done',
  'for x in 1; do break; call; done',
  'for x in 1; do continue; call; done',
  'for x in 1; do exit 0; done\ncall',
  'while false; do call; done',
  'while [ -f absent ]; do exit 0; done; call',
  'until a; do call; done',
  'case x in x) call;; *) a;; esac',
  'case x in y) call;; *) exit 1;; esac',
  'case x in x) exit 0;; esac\ncall',
  'f() { call; }\nf',
  'f() { call; }\na',
  'f() { g; }\ng() { call; }\na',
  'f() { g; }\ng() { call; }\nf',
  'f() { return; call; }\nf',
  'f() { [ -d / ] && return; call; }\nf',
  'f() { for x in 1; do return; done; call; }\nf',
  'f() { exit 0; }\nf\ncall',
  'die() { exit 1; }\n[ -f absent ] || die\ncall',
  'f() { call; }\ntrap f EXIT',
  'f() { call; }\nn=f\n$n',
  'f() { call; }\nf_of() { "$@"; }\nf_of f',
  '(exit 0)\ncall',
  '(exit 1) || a\ncall',
  'f() { false; }\nf || a\ncall',
  '{ false; a; } || b\ncall',
  'if (exit 1); then a; fi\ncall',
  'f() { return 1; }\nif f; then a; fi\ncall',
  'f() { return 1; }\nf && a\ncall',
  'f() { exit 1; }\nf || a\ncall',
  '{ exit 0; }\ncall',
  'exit 0 | a\ncall',
  'exit 0 &\ncall',
  'exit 0\ncall',
  'exec a\ncall',
  'A=$(exit 0)\ncall',
  "MSG=$(cat <<EOF\nIt's ready\nEOF\n)\ncall",
  'cat <<EOF\ncall\nEOF\na',
  'cat <<-\tEOF && call\n\tb\n\tEOF',
  'a | call',
  '! call',
  '! a || call',
  'true && call',
  'false || call',
]

/** What comes before: the setting of the shell. */
const settings: readonly string[] = ['', 'set -e\n', 'set -euo pipefail\nEMPTY=\n']

const scripts = settings.flatMap((setting) => ways.map((way) => `${setting}${way}\n`))

interface Run {
  readonly called: readonly string[]
  readonly status: number
}

const folder = mkdtempSync(path.join(tmpdir(), 'hyperpod-oracle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs every script by the shell itself, in one process that starts the others; no program is found, each is only written down. */
const driver = `
command_not_found_handle() { printf '%s\\n' "$1" >> "$CALLED"; return 0; }
export -f command_not_found_handle
for ((at = 0; at < COUNT; at += 1)); do
  CALLED="$at.called" "$BASH" "$at.sh" >/dev/null 2>&1 </dev/null
  printf '%s\\n' "$?" > "$at.status"
  : >> "$at.called"
done
`

const bash = spawnSync('bash', ['-c', 'printf %s "$BASH"'], { encoding: 'utf8' })
const runs: readonly Run[] = (() => {
  if (bash.status !== 0) return []
  for (const [at, text] of scripts.entries()) writeFileSync(path.join(folder, `${at}.sh`), text)
  spawnSync(bash.stdout, ['-c', driver], { cwd: folder, env: { PATH: '/absent', COUNT: String(scripts.length) } })
  return scripts.map((_, at) => ({
    called: readFileSync(path.join(folder, `${at}.called`), 'utf8').split('\n'),
    status: Number(readFileSync(path.join(folder, `${at}.status`), 'utf8')),
  }))
})()

const ran = bash.status === 0 ? describe : describe.skip

ran('what the tree says of a script is what bash does', () => {
  test.each(scripts.map((text, at) => [text, at] as const))('%j', (text, at) => {
    expect(shellProgram(text).complete).toBe(true)
    const { called = [], status } = runs[at] ?? {}
    const programs = shellSteps(text).filter(({ command }) => /^(?:call|a|b|c|d)$/.test(command.words[0] ?? ''))
    const wrong = programs.filter(({ command, certainty }) => {
      const isCalled = called.includes(command.words[0] ?? '')
      return (certainty === 'never' && isCalled) || (certainty === 'always' && status === 0 && !isCalled)
    })
    expect(wrong.map(({ command, certainty }) => `${command.words.join(' ')}: ${certainty}`)).toEqual([])
  })
})
