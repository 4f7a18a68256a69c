import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { exitStatus, lastLineRead } from '../../../src/semantics/scripts/exit-status.ts'
import type { Statement } from '../../../src/semantics/scripts/shell/nodes.ts'
import { shellProgram } from '../../../src/semantics/scripts/shell-tree.ts'

/** The shape of a list: kinds of units, with their operators and the lists inside. */
const shape = (statements: readonly Statement[]): string =>
  statements
    .map(({ parts, background }) => {
      const text = parts.map(({ operator, negated, pipeline }) => {
        const units = pipeline.map((unit) => {
          if (unit.kind === 'command') return unit.command.words[0] ?? ''
          if (unit.kind === 'arithmetic') return '(())'
          if (unit.kind === 'function') return `${unit.name}() ${shape(unit.body)}`
          return `${unit.kind}[${unit.branches.map(shape).join(' / ')}]`
        })
        return `${operator ?? ''}${negated ? '!' : ''}${units.join('|')}`
      })
      return text.join(' ') + (background ? ' &' : '')
    })
    .join('; ')

describe('shellProgram', () => {
  test.each([
    ['a; b\nc', 'a; b; c'],
    ['a && b ||\n c', 'a &&b ||c'],
    ['! a | b |& c &\nd', '!a|b|c &; d'],
    ['if a; then b; elif c; then d; else e; fi >f', 'condition[b / d / e]'],
    ['case $x in\n a) b;;\n c|d) e; f ;& *) ;;\nesac\ng', 'condition[b / e; f / ]; g'],
    ['case x in a) b; esac', 'condition[b]'],
    ['for i in a b; do c; done < <(d) && e', 'loop[c] &&e'],
    ['for ((i=0; i<3; i++)); do c; done', 'loop[c]'],
    ['for i\ndo c; done | d', 'loop[c]|d'],
    ['while read -r a; do b; done; until c; do d; done', 'loop[b]; loop[d]'],
    ['{ a; b; } || ( c; d )', 'group[a; b] ||subshell[c; d]'],
    ['f() { a; }\nfunction g\n{ b; }\nh () ( c )', 'f() group[a]; g() group[b]; h() subshell[c]'],
    ['((i++)); time a', '(()); a'],
    ["cat <<E && a\nif\nE\nb 'fi'", 'cat &&a; b'],
  ])('%j', (text, expected) => {
    const program = shellProgram(text)
    expect(shape(program.statements)).toBe(expected)
    expect(program.complete).toBe(true)
  })

  test.each([
    ['a\nif b; then c', 'a'],
    ['a\nfi\nb', 'a'],
    ['a; { b; )', 'a'],
    ['case x in a) b', ''],
    ['a ||', ''],
    ['a\nexit 0\n)) <html>', 'a; exit'],
  ])('%j does not match', (text, expected) => {
    const program = shellProgram(text)
    expect(shape(program.statements)).toBe(expected)
    expect(program.complete).toBe(false)
  })

  test('never throws and takes moderate time, whatever stands in the text', () => {
    const pieces = ['\\', '"', "'", '`', '$(', '{', '}', ')', '(', '((', '<<E', '>', ';', ';;', '&', '&&', '||', '|', '#', 'a', 'f()', '!']
    const words = [
      '\n',
      ' case x in ',
      ' esac ',
      ' if ',
      ' then ',
      ' else ',
      ' fi ',
      ' for i ',
      ' do ',
      ' done ',
      ' [[ ',
      ' ]] ',
      ' exit 1 ',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 60 }), (parts) => {
        const text = parts.join(' ')
        expect(['never-zero', 'question', 'last-step', 'unreadable']).toContain(exitStatus(text).kind)
        lastLineRead(text)
      }),
      { numRuns: 2_000 },
    )
    for (const opening of ['( ', '{ ', 'if ', 'f() ', 'case x in a) ', 'a && ', 'f(){ f; exit 1; }; f\n']) {
      const started = performance.now()
      exitStatus(opening.repeat(50_000))
      expect(performance.now() - started).toBeLessThan(5_000)
    }
  })
})

describe('exitStatus', () => {
  const of = (text: string): string => {
    const found = exitStatus(`#!/bin/bash\n${text}\n`)
    if (found.kind === 'never-zero') return `never-zero ${found.status} ${found.place.line}:${found.place.column} ${found.statement}`
    if (found.kind !== 'question') return found.kind
    return `${found.form} ${found.place.line}:${found.place.column} ${found.statement}${found.mendedByExit ? ' (exit mends)' : ''}`
  }

  test.each([
    ['a\n[ -f x ] && echo y', 'and-list 3:1 [ -f x ] && echo y (exit mends)'],
    ['a\n[[ -n $B && -z $C ]] && echo y # why', 'and-list 3:1 [[ -n $B && -z $C ]] && echo y (exit mends)'],
    ['command -v docker && b && c', 'and-list 2:1 command -v docker && b && c (exit mends)'],
    ['b && grep -q x f && c', 'and-list 2:6 grep -q x f && c (exit mends)'],
    ['! a && b', 'and-list 2:1 ! a && b (exit mends)'],
    ['[ -f x ] && {\n a\n b\n}', 'and-list 2:1 [ -f x ] && { (exit mends)'],
    ['sudo grep -q x /etc/fstab', 'test 2:1 sudo grep -q x /etc/fstab'],
    ['ps aux | grep slurm', 'test 2:1 ps aux | grep slurm'],
    ['set -eo pipefail\ngrep x f | wc -l', 'test 3:1 grep x f | wc -l'],
    ['test -d x', 'test 2:1 test -d x'],
    ['((count++))', 'test 2:1 ((count++))'],
    ['! pgrep slurmd', 'negation 2:1 ! pgrep slurmd (exit mends)'],
    ['a\nfalse', 'never-zero 1 3:1 false'],
    ['if a; then\n [ -f x ] && b\nfi', 'and-list 3:2 [ -f x ] && b (exit mends)'],
    ['for i in a b; do\n [ -x $i ] && $i\ndone', 'and-list 3:2 [ -x $i ] && $i (exit mends)'],
    ['main() {\n a\n [ -f x ] && b\n}\nmain "$@"', 'and-list 4:2 [ -f x ] && b'],
    ['( a; [ -f x ] && b )', 'and-list 2:6 [ -f x ] && b'],
    ['[ -f x ] && b\nexit', 'and-list 2:1 [ -f x ] && b'],
    [`[ -f ${'x'.repeat(99)} ] && b`, `and-list 2:1 [ -f ${'x'.repeat(55)}… (exit mends)`],
  ])('%j asks', (text, expected) => {
    expect(of(text)).toBe(expected)
  })

  test.each([
    ['a\nexit 1', 'never-zero 1 3:1 exit 1'],
    ['a\nexit 1\nb\nexit 0', 'last-step'],
    ['exit 257; b', 'never-zero 1 2:1 exit 257'],
    ['exit -1', 'never-zero 255 2:1 exit -1'],
    ['{ a; exit 3; }', 'never-zero 3 2:6 exit 3'],
    ['f() { a; exit 2; }\nf', 'never-zero 2 2:10 exit 2'],
    ['if a; then exit 1; fi\nexit 2', 'never-zero 2 3:1 exit 2'],
  ])('%j', (text, expected) => {
    expect(of(text)).toBe(expected)
  })

  test.each([
    'a',
    '',
    'exit 0',
    'exit $?',
    'exit "$status"',
    'exit 256',
    'a || exit 1',
    'a && exit 1\nb',
    'if ! a; then exit 1; fi',
    'case $x in y) a;; *) exit 1;; esac',
    'for i in 1 2 3; do a && exit 0; done\nexit 1',
    'if a; then exec b; fi\nexit 1',
    "trap 'exit 0' EXIT\na\nexit 1",
    'f() { if a; then return; fi; exit 1; }\nf\nb',
    'f() { exit 1; }\na || f',
    'f() { exit 1; }\ntrap f ERR\na',
    'exit 1 | a',
    '( exit 1 ) || true',
    '[ -f x ] && a || true',
    '[ -f x ] || [ -f y ]',
    '[ -f x ] && a\nexit 0',
    '[ -f x ] && a\nexit $?',
    '[ $rc -eq 0 ] && exit 0',
    'a && b',
    'mkdir x && [ -f y ] || b',
    'grep -q x f &',
    'grep -q x f | tee log',
    'grep x f | wc -l',
    'if [ -f x ]; then a; fi',
    'if a; then b; else exit 1; fi',
    '[[ "$BASH_SOURCE" == "$0" ]] && main "$@"',
    'for i in a; do [ -f $i ] && b; done || true',
    "trap 'rc=$?; exit 0' EXIT\n[ -f x ] && a",
    'done_with() { a; exit 0; }\ntrap done_with EXIT\n[ -f x ] && a',
    '[ -f x ] && a\nf() { b; }',
    'f() { f; }\nf',
    'set -e\na; cat <<E\nexit 1\nfalse\nE',
    'A=$(grep x f)',
    'while read -r a; do b "$a"; done < f',
    'exec a\n[ -f x ]',
  ])('%j ends with the status of its steps', (text) => {
    expect(of(text)).toBe('last-step')
  })

  test('what does not match is unreadable, unless it ends before', () => {
    expect(of('a\nif b')).toBe('unreadable')
    expect(of('exit 0\nif b')).toBe('last-step')
  })
})

test('lastLineRead', () => {
  expect(lastLineRead('#!/bin/sh\na\nexit 0\n<archive>(')).toBe(3)
  expect(lastLineRead('a\nexec b "$@"\nif')).toBe(2)
  expect(lastLineRead('if a; then\nexit 0\n')).toBeNull()
  expect(lastLineRead('a || exit 0\nb')).toBeNull()
})
