import { describe, expect, test } from '@jest/globals'
import { pythonAssignments, settingsOf } from '../../../../src/semantics/scripts/python/settings.ts'

describe('assignments', () => {
  /** `owner.name = value`, and what stands at the offset. */
  const assignments = (text: string): readonly string[] =>
    pythonAssignments(text).map(({ owner, name, value, offset }) => {
      const rest = text.slice(offset).split('\n')[0]
      return `${owner === null ? '' : `${owner}.`}${name} = ${JSON.stringify(value)} at ${rest}`
    })

  test.each<readonly [string, readonly string[]]>([
    ['a = True', ['a = true at True']],
    ['a = 12', ['a = 12 at 12']],
    ['a = -1.5', ['a = -1.5 at -1.5']],
    ['a: int = 3', ['a = 3 at 3']],
    ["a = 'b' # c", [`a = "b" at 'b' # c`]],
    ['a = r"b"', ['a = "b" at r"b"']],
    ['a = ""', ['a = "" at ""']],
    ['a = """b\nc"""', ['a = "b\\nc" at """b']],
    ['a = b = 1', ['a = 1 at 1', 'b = 1 at 1']],
    ['if x:\n    a = 1', ['a = 1 at 1']],
    ['a = None', ['a = null at None']],
    ['a = f(x)', ['a = null at f(x)']],
    ['a = f"{b}"', ['a = null at f"{b}"']],
    ['a == 1', []],
    ['a.b = 1', []],
    ['a[0] = 1', []],
    ['# a = 1', []],
    ['"""\na = 1\n"""', []],
    ['a: int', []],
  ])('%j', (text, expected) => {
    expect(assignments(text)).toEqual(expected)
  })

  test('belong to the class that they stand in, until its block ends', () => {
    const text = 'a = 1\nclass One:\n    b = 2\n\n    def f(self):\n        c = 3\nclass Two(One):\n    d = 4\ne = 5'
    expect(assignments(text)).toEqual(['a = 1 at 1', 'One.b = 2 at 2', 'One.c = 3 at 3', 'Two.d = 4 at 4', 'e = 5 at 5'])
  })
})

test('settings are those that are assigned once', () => {
  const text = 'top = True\nclass A:\n    b = 1\n    c = "x"\n    c = "y"\n    d = None\nclass B:\n    b = False\n'
  expect([...settingsOf(text)]).toEqual([
    ['top', true],
    ['A.b', 1],
    ['B.b', false],
  ])
})
