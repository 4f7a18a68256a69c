import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Statements } from '../../../../../src/semantics/scripts/python/tree/nodes.ts'
import { pythonProgram } from '../../../../../src/semantics/scripts/python/tree/tree.ts'
import { printed, printedExpression } from './printer.ts'
import { anyStatements } from './trees.ts'

/** A tree without its places. */
const bare = (statements: Statements): unknown =>
  JSON.parse(JSON.stringify(statements, (key, value: unknown) => (key === 'offset' || key === 'end' ? undefined : value)))

describe('the tree of a Python script', () => {
  test('a tree that is printed is read again', () => {
    fc.assert(
      fc.property(anyStatements, (statements) => {
        const { statements: found, complete } = pythonProgram(printed(statements))
        expect(bare(found)).toEqual(bare(statements))
        expect(complete).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  /** An expression in brackets, as it was read. */
  const shape = (text: string): string => {
    const [statement] = pythonProgram(text).statements
    return statement?.kind === 'expression' ? printedExpression(statement.value) : (statement?.kind ?? '')
  }

  test.each([
    ['not a or b and c', '(not a) or (b and c)'],
    ['a and not b or c', '(a and (not b)) or c'],
    ['not a == b or c', '(not (a == b)) or c'],
    ['not not a', 'not (not a)'],
    ['a or b if c else d', '(a or b) if c else d'],
    ['not a if b else c', '(not a) if b else c'],
    ['a + b * c < d', '(a + (b * c)) < d'],
    ['a not in b', 'a not in b'],
    ['a is not b', 'a is not b'],
    ['a < b < c', '~(a < b)'],
    ['(a < b) < c', '(a < b) < c'],
    ['-1', '-1'],
    ['0x1F + 1_000', '(31) + (1000)'],
    ['a, *b', '(a, *b)'],
    ['await a.b(c)', '(a.b)(c)'],
    ['r"\\d" "\\x41\\\n\\u0042\\101" b"c"', '"\\\\dABAc"'],
    ['f"a{{{b}}}{c!r}" "{d}"', "f'''a{{{b}}}{(~c)}{{d}}'''"],
    ['f"a"', '"a"'],
    ['"\\N{DASH}\\q"', '"\\\\N{DASH}\\\\q"'],
    ['print("a")', 'print("a")'],
  ])('%j', (text, expected) => {
    expect(shape(text)).toBe(expected)
  })

  test.each([
    ['f(\nx = 1', 'unread assign'],
    ['x = 1\nif y:\n    z z\n    a\nb', 'assign if expression'],
    ['print "a"\nb', 'unread expression'],
    ['raise E, "x"\nb', 'unread expression'],
    ['<html>\n', 'unread unread'],
    ['a\n(\nb\n))\nc\n', 'unread expression unread expression'],
    ['def f():\n    a\n    b b\n    c\nd', 'function expression'],
    ['with a as (b, c):\n    d\ne', 'unread pass expression expression'],
    [`x = ${'('.repeat(500)}1${')'.repeat(500)}\ny`, 'unread expression'],
    ['x = 1\n'.repeat(50_001), 'unread'],
  ])('what is not understood, %#', (text, expected) => {
    const { statements, complete } = pythonProgram(text)
    expect(statements.map(({ kind }) => kind).join(' ')).toBe(expected)
    expect(complete).toBe(false)
  })

  test.each([
    '\ufeffimport a\n',
    'if x:\r\n    y\r\n',
    'x = 1\n\f\ny = 2\n',
    'if a:\n    b\n# c\n    d\n',
    '',
    '# a',
    '@a.b(c)\n\ndef f(): pass\n',
  ])('%j is complete', (text) => {
    expect(pythonProgram(text).complete).toBe(true)
  })

  test('offsets are those of the text', () => {
    const text = '\ufeffimport a\n# é\nif x:\n    f("y", z)  # w\n'
    const [, condition] = pythonProgram(text).statements
    const inner = condition?.kind === 'if' ? condition.branches[0]?.body[0] : undefined
    expect(text.slice(inner?.offset, inner?.end)).toBe('f("y", z)')
  })

  test('never throws, and time grows as the text does, whatever stands in it', () => {
    const pieces = [
      'if x:',
      '(',
      ')',
      'f"{',
      '"',
      "'''",
      '\\',
      '\n',
      '    ',
      'not ',
      'lambda ',
      'def f(',
      'case ',
      'match x:\n',
      '@',
      '`',
      ',',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (parts) => {
        pythonProgram(parts.join(''))
      }),
      { numRuns: 500 },
    )
    for (const opening of ['if x:', '(', 'f(', '[{', 'f"{', 'elif x:\n', 'try:', ') ', 'not ', 'a.', 'a + ', '@', 'lambda: ', 'x = 1\n']) {
      // Of the processor, so that what else the machine does is left out.
      const time = (length: number): number => {
        const text = opening.repeat(length / opening.length)
        const start = process.cpuUsage()
        pythonProgram(text)
        return process.cpuUsage(start).user / 1000
      }
      time(2000)
      const [short, long] = [Math.max(6, time(5000)), Math.min(time(40_000), time(40_001 + opening.length))]
      expect([opening, long / short < 40]).toEqual([opening, true])
    }
  })
})
