import { describe, expect, test } from '@jest/globals'
import { pythonAssignments, pythonCode } from '../../../src/semantics/scripts/python-text.ts'

describe('Python without what is not code', () => {
  test.each([
    ['x = 1 # y = 2\nz', 'x = 1        \nz'],
    ['x = "a # b" # c', 'x = "a # b"    '],
    ["x = 'a # b' # c", "x = 'a # b'    "],
    ["x = 'it\\'s # b' # c", "x = 'it\\'s # b'    "],
    ['x = "it\\"s # b" # c', 'x = "it\\"s # b"    '],
    ['"""a\nb"""\nx', '    \n    \nx'],
    ["def f():\n    r'''a\n    b'''\n    x", 'def f():\n         \n        \n    x'],
    ['x = """a\n# b"""', 'x = """a\n# b"""'],
    ["x = '''a\n# b'''", "x = '''a\n# b'''"],
    ['x = """it\\"""s # b""" # c', 'x = """it\\"""s # b"""    '],
    ['f("a", """b # c""") # d', 'f("a", """b # c""")    '],
    ['"""never closed # a', '                   '],
    ['x = """never closed # a', 'x = """never closed # a'],
    ["x = 'never closed\ny # a", "x = 'never closed\ny    "],
    ['x = "never closed\ny # a', 'x = "never closed\ny    '],
  ])('%j', (text, code) => {
    expect(pythonCode(text)).toBe(code)
  })

  test('a documentation that is indented by less than 200 blanks', () => {
    const indented = `x\n${' '.repeat(150)}"""a"""`
    expect(pythonCode(indented)).toBe(`x\n${' '.repeat(157)}`)
  })
})

describe('assignments of literals', () => {
  /** `owner.name = value`, and what stands at the offset. */
  const assignments = (code: string): readonly string[] =>
    pythonAssignments(code).map(({ owner, name, value, offset }) => {
      const rest = code.slice(offset).split('\n')[0]
      return `${owner === null ? '' : `${owner}.`}${name} = ${JSON.stringify(value)} at ${rest}`
    })

  test.each<readonly [string, readonly string[]]>([
    ['a = True', ['a = true at True']],
    ['a = False', ['a = false at False']],
    ['a = 12', ['a = 12 at 12']],
    ['a = -1.5', ['a = -1.5 at -1.5']],
    ['a: int = 3', ['a = 3 at 3']],
    ['a="b"', ['a = "b" at "b"']],
    ["a = 'b'", [`a = "b" at 'b'`]],
    ['a = r"b"', ['a = "b" at r"b"']],
    ['a = U"b"', ['a = "b" at U"b"']],
    ['a = ""', ['a = "" at ""']],
    ['a = "it\'s"', [`a = "it's" at "it's"`]],
    ['a = "b"  ', ['a = "b" at "b"  ']],
    ['  a = 1', ['a = 1 at 1']],
    ['a = None', []],
    ['a = f()', []],
    ['a = f"b"', []],
    ['a = "b" + "c"', []],
    ['a = "b\' ', []],
    ['a = 1.2.3', []],
    ['a = 1 2', []],
    ['a = x1', []],
    ['a = Truely', []],
    ['a == 1', []],
    ['a.b = 1', []],
    ['if a = 1', []],
    ['a[0] = 1', []],
    ['a =', []],
    [`a = "${'b'.repeat(1990)}"`, [`a = "${'b'.repeat(1990)}" at "${'b'.repeat(1990)}"`]],
    [`a = "${'b'.repeat(2000)}"`, []],
  ])('%j', (code, expected) => {
    expect(assignments(code)).toEqual(expected)
  })

  test('belong to the class that they stand in, until its block ends', () => {
    const code = [
      'a = 1',
      'class One:',
      '    b = 2',
      '',
      '    def f(self):',
      '        c = 3',
      'class Two(One):',
      '    d = 4',
      'e = 5',
    ].join('\n')
    expect(assignments(code)).toEqual(['a = 1 at 1', 'One.b = 2 at 2', 'One.c = 3 at 3', 'Two.d = 4 at 4', 'e = 5 at 5'])
  })
})
