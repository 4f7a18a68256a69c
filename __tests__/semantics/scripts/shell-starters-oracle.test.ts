import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { shellReading } from '../../../src/semantics/scripts/shell-steps.ts'

/** A file that scripts source, in the folder that they run in. */
const library = 'helper() { call; }\nrun() { bash -c "$1"; }\nstrict() { set -e; }\nleave() { exit 0; }\nhand_on() { "$@"; }\n'

/** Ways in which programs that start others come to `call`. */
const ways: readonly string[] = [
  ...['call', '-E call', '-n call', '-u ubuntu call', '-H -u ubuntu -- call', 'A=b call', '--user=ubuntu call'].map(
    (rest) => `sudo ${rest}`,
  ),
  'sudo bash -c "a && call"',
  'sudo -u ubuntu bash <<EOF\ncall\nEOF',
  'sudo -u ubuntu env A=b timeout 9 call',
  'env call',
  'env A=b call',
  'env -u A call',
  '/usr/bin/env call',
  'timeout 9 call',
  'timeout -k 5 9 call',
  'timeout --kill-after=5 9 call',
  'timeout 9 bash -c call',
  'nohup call',
  'nohup call &\nwait',
  'nice -n 5 call',
  'stdbuf -oL call',
  'command call',
  'exec call\na',
  'time call',
  'xargs call < /dev/null',
  'echo x | xargs call',
  'echo x | xargs -n 1 call',
  'echo x | xargs -I {} call {}',
  'echo x | xargs -n1 bash -c call',
  'find . -maxdepth 0 -exec call {} \\;',
  'find . -maxdepth 0 -exec call {} +',
  'find . -name absent -exec call {} \\;',
  'find . -maxdepth 0 -execdir call {} \\;',
  'find . -maxdepth 0 | xargs call',
  'bash -c call',
  'bash -c "a; call"',
  'bash -ec "a; call"',
  'bash -c "exit 0; call"',
  'bash -c \'call "$1"\' bash x',
  'sh -c call',
  'bash -c "exit 1" || a\ncall',
  'bash <<EOF\ncall\nEOF',
  'bash -s x <<EOF\ncall\nEOF',
  'sh <<EOF\nexit 0\ncall\nEOF',
  'bash <<< call',
  'bash <<EOF || exit 1\ncall\nEOF',
  'su ubuntu -c call',
  'su - ubuntu -c "a && call"',
  'su -c call ubuntu',
  'su ubuntu <<EOF\ncall\nEOF',
  'runuser -u ubuntu -- call',
  'runuser -u ubuntu call',
  'runuser -l ubuntu -c call',
  'runuser - ubuntu -c "call"',
  'eval call',
  'eval "a; call"',
  'eval "f() { call; }"\nf',
  'eval "exit 0"\ncall',
  'A=call\n$A',
  'A="sudo call"\n$A',
  `A=(sudo call)\n"\${A[@]}"`,
  'f() { "$@"; }\nf sudo call',
  'f() { bash -c "$1"; }\nf call',
  'f() { sudo "$@" || exit 1; }\nf call',
  'f() { local c=$1; shift; "$c" "$@"; }\nf sudo call',
  'f() { for x in "$@"; do "$x"; done; }\nf a call',
  'f() { if ! "$@"; then exit 1; fi; }\nf call',
  'f() { case $1 in on) call;; *) a;; esac; }\nf on',
  'if ! sudo call; then exit 1; fi\na',
  'if ! timeout 9 call; then a; exit 1; fi',
  'if sudo call; then a; else exit 1; fi',
  'sudo call || exit 1',
  'sudo call || { a; exit 1; }',
  'sudo call || true',
  'sudo a && sudo call',
  '. ./library.sh\nhelper',
  'source ./library.sh\nrun call',
  '. ./library.sh\na',
  '. ./library.sh\nhand_on sudo call',
  '. ./library.sh\nleave\ncall',
  '. ./library.sh\nstrict\nfalse\ncall',
  '. "$(dirname "$0")/library.sh"\nhelper',
  `D=$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)\n. "$D/library.sh"\nhelper`,
  'bash ./library.sh\ncall',
  'A=$(call)',
  'A=$(sudo call)\na',
  'a "$(call)"',
  'a < <(call)',
  'call > >(a)',
  'while read -r x; do call; done < <(a)',
  'echo x | while read -r x; do call; done',
  'trap call EXIT\na',
  'trap "sudo call" EXIT\na',
  'trap call ERR\na',
  'coproc call\nwait',
  '{ sudo call; } 2>&1 | a',
  '(sudo call)',
  'select x in 1; do call; done < /dev/null',
  'for x in a call; do "$x"; done',
  'for ((i = 0; i < 1; i++)); do call; done',
  'for ((i = 0; i < 0; i++)); do call; done',
  '[[ -d / ]] && sudo call',
  '((1)) && call',
  '((0)) && call',
  '((0)) || call',
  'set -- call\n"$1"',
  'set -- sudo call\n"$@"',
  'alias x=call\na',
  'builtin true && call',
  'unset -f f\nf() { call; }\nf',
  'f() { call; }\nunset -f f\na',
]

const settings: readonly string[] = ['', 'set -e\n', 'set -euo pipefail\n']

const scripts = settings.flatMap((setting) => ways.map((way) => `#!/bin/bash\n${setting}${way}\n`))

const folder = mkdtempSync(path.join(tmpdir(), 'hyperpod-starters-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Programs that start others and need no other user are themselves. */
const own = ['bash', 'sh', 'env', 'timeout', 'nohup', 'nice', 'stdbuf', 'xargs', 'find', 'dirname']

/** Programs that need another user, without one: the rest of what they do as their manuals say. */
const stubs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['call', 'a', 'b'].map((name) => [name, `echo ${name} >> "$CALLED"`])),
  sudo: 'while :; do case $1 in -u) shift 2;; --) shift; break;; -*) shift;; *) break;; esac; done\nexec env "$@"',
  su: 'while [ $# -gt 0 ]; do case $1 in -c) shift; exec sh -c "$1";; *) shift;; esac; done\nexec sh',
  runuser:
    'while [ $# -gt 0 ]; do case $1 in -u) shift 2; [ "$1" = -- ] && shift; exec "$@";; -c) shift; exec sh -c "$1";; *) shift;; esac; done\nexec sh',
}

/** The folder of a program; null where this machine does not have it. */
const whereIs = (name: string): string | null =>
  (process.env['PATH'] ?? '').split(path.delimiter).find((each) => path.isAbsolute(each) && existsSync(path.join(each, name))) ?? null

const places = own.map((name) => [name, whereIs(name)] as const)
const isAble = process.platform === 'linux' && places.every(([, place]) => place !== null)

interface Run {
  readonly called: readonly string[]
  readonly status: number
}

const driver = `
for ((at = 0; at < COUNT; at += 1)); do
  CALLED="$PWD/$at.called" timeout 20 bash "./$at.sh" >/dev/null 2>&1 </dev/null
  printf '%s\\n' "$?" > "$at.status"
  : >> "$at.called"
done
`

const runs: readonly Run[] = (() => {
  if (!isAble) return []
  const bin = path.join(folder, 'bin')
  mkdirSync(bin)
  for (const [name, place] of places) symlinkSync(path.join(place ?? '', name), path.join(bin, name))
  for (const [name, text] of Object.entries(stubs)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(path.join(bin, name), 0o755)
  }
  writeFileSync(path.join(folder, 'library.sh'), library)
  for (const [at, text] of scripts.entries()) writeFileSync(path.join(folder, `${at}.sh`), text)
  spawnSync(path.join(bin, 'bash'), ['-c', driver], { cwd: folder, env: { PATH: bin, COUNT: String(scripts.length) } })
  return scripts.map((_, at) => ({
    called: readFileSync(path.join(folder, `${at}.called`), 'utf8').split('\n'),
    status: Number(readFileSync(path.join(folder, `${at}.status`), 'utf8')),
  }))
})()

const ran = isAble ? describe : describe.skip

ran('what programs start is what bash has called', () => {
  test.each(scripts.map((text, at) => [text, at] as const))('%j', (text, at) => {
    const { called = [], status } = runs[at] ?? {}
    const { runs: found, extent } = shellReading(text, (file) => (file.endsWith('library.sh') ? library : null))
    expect(extent).toBe('whole')
    const certainties = found.filter(({ words }) => words[0] === 'call').map(({ certainty }) => certainty)
    const isCalled = called.includes('call')
    // A call that no way leads to was missed; one that is certain was made, unless the script failed before.
    if (isCalled) expect(certainties.filter((certainty) => certainty !== 'never')).not.toEqual([])
    if (certainties.includes('always') && status === 0) expect(isCalled).toBe(true)
  })
})
