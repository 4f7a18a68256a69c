import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { shellProgram } from '../../../src/semantics/scripts/shell-tree.ts'

/** Texts that are right, and how each of them can be broken. */
const texts: readonly string[] = [
  'if a; then b; fi',
  'if a; then b; elif c; then d; else e; fi',
  'while a; do b; done',
  'until a; do b; done',
  'for x in 1 2; do a; done',
  'for x; do a; done',
  'for ((i = 0; i < 3; i++)); do a; done',
  'select x in 1; do a; done',
  'case x in a) b;; (c|d) e;; *) f;; esac',
  'case x in a) b;& c) d;;& esac',
  '{ a; b; }',
  '(a; b)',
  'f() { a; }',
  'function f { a; }',
  'function f() (a)',
  'f() if a; then b; fi',
  'a && b || c',
  'a | b |& c',
  '! a',
  'a &',
  'a & b',
  '[[ -f a && ( b == c* || d =~ ^e$ ) ]]',
  '((a + (b << 2)))',
  'a=(1 2 3)',
  'a[1]=2 b+=3 c',
  `a "b $c \${d:-e} $(f) \`g\`"`,
  "a 'b' $'c\\n' \"d\"",
  `a \${b//c/d} \${#e} \${!f} \${g^^}`,
  'a $((1 + 2)) $(b | c) `d`',
  'a <(b) >(c)',
  'cat <<EOF\na $b\nEOF',
  "cat <<'EOF'\na (\nEOF",
  'cat <<-EOF\n\ta\n\tEOF',
  'cat <<A <<B\n1\nA\n2\nB',
  'a > b 2>&1 < c >> d &> e',
  'a <<< "b"',
  'coproc a',
  'time a',
  'a # b (',
  'a \\\n  b',
  "A=$(cat <<EOF\nIt's\nEOF\n)",
]

const broken: readonly string[] = [
  ...['if a; then b', 'if a; b; fi', 'if; then a; fi', 'then', 'fi', 'else', 'while a; do b', 'done', 'do a', 'for x in 1; done'],
  ...[
    'for in',
    'case x in a) b',
    'esac',
    'case x',
    '{ a',
    '}',
    '(a',
    'a)',
    '()',
    'f() {',
    'f()',
    'function',
    '&& a',
    'a &&',
    'a ||',
    '| a',
  ],
  ...['a |', '; a', 'a ;; b', '"a', "'a", '`a', '$(a', '${a', 'a "$(b"', '[[ a', '[[ a &&', '((a', 'a=(1', 'if a; then; fi'],
  ...['{ }', '( )', 'a > ', 'a <', 'a & & b', 'a &; b', 'case x in ) a;; esac', 'elif a; then b; fi'],
]

const bash = spawnSync('bash', ['--version'])
const accepts = (text: string): boolean => spawnSync('bash', ['-n'], { input: text }).status === 0

const fixtures = new URL('../../fixtures/base-config/', import.meta.url)
const base = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sh'))

const withBash = bash.status === 0 ? describe : describe.skip

withBash('what is read to the end is what bash accepts', () => {
  test.each(texts.map((text) => [text]))('%j', (text) => {
    expect([shellProgram(`${text}\n`).complete, accepts(`${text}\n`)]).toEqual([true, true])
  })

  test.each(broken.map((text) => [text]))('%j is broken', (text) => {
    expect([shellProgram(`${text}\n`).complete, accepts(`${text}\n`)]).toEqual([false, false])
  })

  test('a text cut at any place is not read to its end where bash refuses it', () => {
    const cut = texts.flatMap((text) => Array.from({ length: text.length }, (_, at) => text.slice(0, at)))
    const distinct = [...new Set(cut)].filter((text) => /\S/.test(text))
    // One shell starts all the parsers.
    const script = `while IFS= read -r -d '' text; do "$BASH" -n <<< "$text" 2>/dev/null && printf 1 || printf 0; done`
    const { stdout } = spawnSync('bash', ['-c', script], { input: distinct.map((text) => `${text}\0`).join(''), encoding: 'utf8' })
    expect(stdout).toHaveLength(distinct.length)
    const wrong = distinct.filter((text, at) => shellProgram(`${text}\n`).complete && stdout[at] === '0')
    expect(wrong).toEqual([])
  })

  test.each(base.map((file) => [file]))('%s of AWS', (file) => {
    const text = readFileSync(new URL(file, fixtures), 'utf8')
    expect([shellProgram(text).complete, accepts(text)]).toEqual([true, true])
  })
})
