import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { carriageReturns, errorHandling, misplacedShebang, shebangOf } from '../../../src/semantics/scripts/shell-script.ts'
import { shellCommands } from '../../../src/semantics/scripts/shell-tree.ts'

const words = (text: string) => shellCommands(text).map((command) => command.words.join(' '))

describe('shellCommands', () => {
  test.each([
    ['comments and blank lines', '#!/bin/bash\n# set -e\n\n  echo a # b\n', ['echo a']],
    ['lists and pipelines', 'a && b || c; d | e & f', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['continued lines', 'aws s3 cp \\\n  a b', ['aws s3 cp a b']],
    ['quotes that hold operators', `echo "a; b" 'c && d' e\\;f`, ['echo a; b c && d e;f']],
    ['substitutions', 'A=$(b | c) d "$(e "f;g")" `h;i`', ['A=$(b | c) d $(e "f;g") `h;i`']],
    ['a quote in a comment of a substitution', "A=$(b # don't\n)\nset -e", ["A=$(b # don't\n)", 'set -e']],
    ['a dollar before a quote', 'echo "cost: $"; set -e', ['echo cost: $', 'set -e']],
    ['redirections', 'exec > >(tee -a "$LOG") 2>&1\na &>b 2>/dev/null <c', ['exec', 'a']],
    ['here-documents', "cat <<'EOF' > f\nset -e; don't\nEOF\ncat <<-E\n\tx\n\tE\nset -e", ['cat', 'cat', 'set -e']],
    ['here-strings', 'read -r a <<< "b c"\nd', ['read -r a', 'd']],
    ['a list in an assignment', 'A=(b "c d" # e\n f)\ng', ['A=(b "c d" # e\n f)', 'g']],
    ['conditions', 'if [[ -f a && -d b ]]; then c; elif d; then e; else f; fi', ['[[', 'c', 'd', 'e', 'f']],
    ['loops', 'for i in a b; do c; done\nfor ((i=0; i<5; i++)); do d; done', ['for i in a b', 'c', 'for', 'd']],
    ['arithmetic', '((a += 1))\nb', ['b']],
    ['case', 'case "$1" in\n  start|stop) a ;;\n  (*) b\nesac\nc', ['a', 'b', 'c']],
    ['windows line ends', 'set -e\r\na\r\n', ['set -e', 'a']],
  ])('%s', (_, text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  test('knows the function in which a command stands', () => {
    const found = shellCommands('a() { b; { c; }; }\nfunction d {\n e\n}\nf () ( g )\nh')
    expect(found.map(({ words, inFunction }) => [words[0], inFunction])).toEqual([
      ['b', 'a'],
      ['c', 'a'],
      ['e', 'd'],
      ['g', 'f'],
      ['h', null],
    ])
  })

  test('knows whose status the shell takes', () => {
    const found = shellCommands('if a; then b; fi; ! c; d || e; f && g; h | i; j &\nwhile k; do l; done')
    expect(found.filter(({ statusTaken }) => statusTaken).map(({ words }) => words[0])).toEqual(['a', 'c', 'd', 'f', 'h', 'j', 'k'])
  })

  test('never throws, and names the place of every first word', () => {
    const pieces = ['\\', '"', "'", '`', '$(', '$', '{', '}', ')', '(', '((', '<<E', '>', '>(', ';', ';;', '&', '|', '#', 'a', '=(', 'f()']
    const words = [' ', '\n', '\t', '\r', ' case x in ', ' esac ', ' if ', ' fi ', ' { ', ' [[ ', ' ]] ', ' function ']
    const piece = fc.constantFrom(...pieces, ...words)
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (parts) => {
        const text = parts.join('')
        const found = shellCommands(text)
        expect(found.every(({ offset }) => offset >= 0 && offset < text.length)).toBe(true)
        expect(found.map(({ offset }) => offset)).toEqual(found.map(({ offset }) => offset).toSorted((a, b) => a - b))
      }),
      { numRuns: 2_000 },
    )
  })

  test('a text that opens everything and closes nothing is read in moderate time', () => {
    for (const opening of ['"$(', '((', 'case x in ', 'f(){ ', 'cat <<A ', '`', '[[ ']) {
      const text = opening.repeat(50_000)
      const started = performance.now()
      shellCommands(text)
      expect(performance.now() - started).toBeLessThan(5_000)
    }
  })
})

describe('shebangOf', () => {
  test.each([
    ['#!/bin/bash\n', '/bin/bash', 'bash', []],
    ['#! /bin/sh -eu\n', '/bin/sh', 'sh', ['-eu']],
    ['#!/usr/bin/env bash\n', '/usr/bin/env', 'bash', []],
    ['#!/usr/bin/env -S LANG=C bash -e\n', '/usr/bin/env', 'bash', ['-e']],
    ['#!/bin/bash\r\n', '/bin/bash', 'bash', []],
    ['#!bash', 'bash', 'bash', []],
    ['#!\n/bin/bash', '', '', []],
    ['#!/usr/bin/env\n', '/usr/bin/env', '', []],
  ])('%j', (text, path, interpreter, options) => {
    expect(shebangOf(text)).toEqual({ path, interpreter, options })
  })

  test.each(['', 'echo', ' #!/bin/bash', '\n#!/bin/bash', '\uFEFF#!/bin/bash', '# !/bin/bash'])('none in %j', (text) => {
    expect(shebangOf(text)).toBeNull()
  })
})

test.each([
  ['\n#!/bin/bash', { line: 2, column: 1 }],
  ['  #!/bin/bash', { line: 1, column: 3 }],
  ['# Copyright\n# MIT-0\n#!/bin/bash\n', { line: 3, column: 1 }],
  ['#!/bin/bash\n', null],
  ['echo\n#!/bin/bash', null],
])('misplacedShebang of %j', (text, place) => {
  expect(misplacedShebang(text)).toEqual(place)
})

test.each([
  ['a\nb\n', null],
  ['a\r\nb\r\n', { count: 2, first: { line: 1, column: 2 }, allAtLineEnds: true }],
  ['a\nb\r', { count: 1, first: { line: 2, column: 2 }, allAtLineEnds: true }],
  ['a\nb\rc\n', { count: 1, first: { line: 2, column: 2 }, allAtLineEnds: false }],
])('carriageReturns of %j', (text, expected) => {
  expect(carriageReturns(text)).toEqual(expected)
})

describe('errorHandling', () => {
  const after = (text: string) => {
    const found = errorHandling(`#!/bin/bash\n${text}`)
    return 'place' in found ? `${found.kind} ${found.how} ${found.place.line}:${found.place.column}` : found.kind
  }

  test.each([
    ['set -e\na', 'stops set -e 2:1'],
    ['set -euxo pipefail\na', 'stops set -euxo pipefail 2:1'],
    ['set -o pipefail -o errexit\na', 'stops set -o pipefail -o errexit 2:1'],
    ["trap 'echo failed; exit 1' ERR\na", 'stops trap echo failed; exit 1 ERR 2:1'],
    ['# Copyright\n\nLOG=/tmp/a\nexport B=c\nlog() { tee -a "$LOG"; }\n  set -e\na', 'stops set -e 7:3'],
    ['echo start; exec > >(tee log) 2>&1\nset -e\na', 'stops set -e 3:1'],
    ['[[ -n $DEBUG ]] && set -x\nset -e\na', 'stops set -e 3:1'],
    ['if [ "$EUID" -ne 0 ]; then echo root; exit 1; fi\nset -e\na', 'stops set -e 3:1'],
    ['main() {\n set -e\n a\n}\nmain "$@"', 'stops set -e 3:2'],
    ['exec python3 setup.py', 'stops exec python3 setup.py 2:1'],
    ['apt-get update\nset -e\na', 'late set -e 3:1'],
    ['a\nb', 'goes-on'],
    ['a\nexec b', 'goes-on'],
    ['set -x\na\nb', 'goes-on'],
    ['set +e\na\nb', 'goes-on'],
    ['set -- -e\na\nb', 'goes-on'],
    ['set -o pipefail\na\nb', 'goes-on'],
    ['f() { a; }\nf\nset -e', 'late set -e 4:1'],
    ['f() { set -e; }\na\nb', 'goes-on'],
    ['f() { f; }\nf\nb\nc', 'goes-on'],
    ['', 'nothing-to-lose'],
    ['echo done', 'nothing-to-lose'],
    ['bash ./main.sh', 'nothing-to-lose'],
    ['bash ./main.sh\nstatus=$?\nexit $status', 'nothing-to-lose'],
    ['bash ./main.sh\nexit 0', 'goes-on'],
    ['a || exit 1\nif ! b; then exit 1; fi', 'nothing-to-lose'],
  ])('%j', (text, expected) => {
    expect(after(text)).toBe(expected)
  })

  test('-e in the shebang counts', () => {
    expect(errorHandling('#!/bin/bash -ex\na\nb')).toMatchObject({ kind: 'stops', how: '-ex', place: { line: 1 } })
    expect(errorHandling('#!/bin/bash -x\na\nb').kind).toBe('goes-on')
  })

  test('names the first command whose failure is lost', () => {
    expect(errorHandling('#!/bin/bash\necho a\nA=b apt-get update\nset -e')).toMatchObject({
      kind: 'late',
      first: { name: 'apt-get', place: { line: 3, column: 1 } },
    })
  })
})
