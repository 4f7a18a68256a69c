import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Statements, Unit } from '../../../src/semantics/scripts/shell/nodes.ts'
import { shellReading } from '../../../src/semantics/scripts/shell-steps.ts'
import { shellProgram } from '../../../src/semantics/scripts/shell-tree.ts'

/** A statement as it is printed, and what is read of it. */
interface Printed {
  readonly text: string
  readonly shape: string
}

const word = fc.constantFrom('a', 'b1', './c.sh', '"d e"', "'f;g'", '$h', `"\${i:-j}"`, '$(k)', '-l', 'm=n')

const command: fc.Arbitrary<Printed> = fc
  .tuple(fc.constantFrom('run', 'call', './x.sh'), fc.array(word, { maxLength: 3 }))
  .map(([name, words]) => ({ text: [name, ...words].join(' '), shape: name }))

const joined = (parts: readonly Printed[], separator: string): string => parts.map(({ text }) => text).join(separator)
const shapes = (parts: readonly Printed[]): string => parts.map(({ shape }) => shape).join(' ')

const { list } = fc.letrec<{ list: Printed; statement: Printed; pipeline: Printed; unit: Printed }>((tie) => ({
  list: fc
    .array(tie('statement'), { minLength: 1, maxLength: 3, depthIdentifier: 'list' })
    .map((parts) => ({ text: joined(parts, '\n'), shape: shapes(parts) })),
  statement: fc
    .tuple(tie('pipeline'), fc.array(fc.tuple(fc.constantFrom('&&', '||'), tie('pipeline')), { maxLength: 2 }), fc.boolean())
    .map(([first, rest, background]) => ({
      text: `${first.text}${rest.map(([operator, { text }]) => ` ${operator} ${text}`).join('')}${background ? ' &' : ''}`,
      shape: `[${first.shape}${rest.map(([operator, { shape }]) => ` ${operator} ${shape}`).join('')}]${background ? '&' : ''}`,
    })),
  pipeline: fc.tuple(fc.boolean(), fc.array(tie('unit'), { minLength: 1, maxLength: 2 })).map(([negated, units]) => ({
    text: `${negated ? '! ' : ''}${joined(units, ' | ')}`,
    shape: `${negated ? '!' : ''}${units.map(({ shape }) => shape).join('|')}`,
  })),
  unit: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    command,
    tie('list').map(({ text, shape }) => ({ text: `{\n${text}\n}`, shape: `group(${shape})` })),
    tie('list').map(({ text, shape }) => ({ text: `(\n${text}\n)`, shape: `subshell(${shape})` })),
    fc.tuple(tie('list'), tie('list'), fc.option(tie('list'))).map(([asked, body, other]) => ({
      text: `if ${asked.text}\nthen ${body.text}\n${other === null ? '' : `else ${other.text}\n`}fi`,
      shape: `condition(${asked.shape}; ${body.shape}${other === null ? '' : `; ${other.shape}`})`,
    })),
    fc.tuple(fc.constantFrom('while', 'until'), tie('list'), tie('list')).map(([keyword, asked, body]) => ({
      text: `${keyword} ${asked.text}\ndo ${body.text}\ndone`,
      shape: `loop(${asked.shape}; ${body.shape})`,
    })),
    tie('list').map(({ text, shape }) => ({ text: `for x in 1 "$y"; do\n${text}\ndone`, shape: `loop(${shape})` })),
    tie('list').map(({ text, shape }) => ({ text: `case $x in\n1|2)\n${text}\n;;\nesac`, shape: `condition(${shape})` })),
  ),
}))

const shapeOf = (statements: Statements): string =>
  statements
    .map(({ parts, background }) => {
      const inside = parts
        .map(
          ({ operator, negated, pipeline }) =>
            `${operator === null ? '' : `${operator} `}${negated ? '!' : ''}${pipeline.map(unitShape).join('|')}`,
        )
        .join(' ')
      return `[${inside}]${background ? '&' : ''}`
    })
    .join(' ')

const unitShape = (unit: Unit): string => {
  if (unit.kind === 'command') return unit.command.words.find((name) => !name.includes('=')) ?? ''
  if (unit.kind === 'arithmetic') return '(())'
  if (unit.kind === 'function') return `${unit.name}()`
  return `${unit.kind}(${[...unit.conditions, ...unit.branches].map(shapeOf).join('; ')})`
}

describe('a tree', () => {
  test('that is printed is read again', () => {
    fc.assert(
      fc.property(list, ({ text, shape }) => {
        const { statements, complete } = shellProgram(`${text}\n`)
        expect(complete).toBe(true)
        expect(shapeOf(statements)).toBe(shape)
      }),
      { numRuns: 300 },
    )
  })

  test('has each command once, with the place where it is printed', () => {
    fc.assert(
      fc.property(list, ({ text }) => {
        const { steps } = shellReading(`${text}\n`)
        const printed = [...text.matchAll(/(?<=^|[\s(|!])(?:run|call|\.\/x\.sh)(?=[\s)]|$)/g)].map(
          ({ 0: name, index }) => `${name} ${index}`,
        )
        const found = steps.map(({ command: { words, offset } }) => `${words.find((each) => !each.includes('=')) ?? ''} ${offset}`)
        expect(found.filter((each) => /^(?:run|call|\.\/x\.sh) /.test(each))).toEqual(printed)
      }),
      { numRuns: 200 },
    )
  })
})

describe('hostile text', () => {
  const times =
    (text: string) =>
    (count: number): string =>
      text.repeat(count)
  const around =
    (before: string, behind: string) =>
    (count: number): string =>
      `${before.repeat(count)}a${behind.repeat(count)}`
  test.each<readonly [string, (count: number) => string]>([
    ['commands', times('call a b\n')],
    ['lists', times('a && b || c\n')],
    ['one list', times('a && ')],
    ['one pipeline', times('a | ')],
    ['conditions', times('if a; then b; fi\n')],
    ['open conditions', times('if a; then ')],
    ['brackets', around('(', ')')],
    ['open brackets', times('( ')],
    ['open braces', times('{ ')],
    ['substitutions', around('$(', ')')],
    ['expansions', around(`\${a:-`, '}')],
    ['quotes', times('"')],
    ['backticks', times('`a` ')],
    ['here-documents', times('cat <<A\na\nA\n')],
    ['open here-documents', times('cat <<A ')],
    ['functions', times('f() { g; }\ng() { f; }\nf\n')],
    [
      'functions that call the one before',
      (count) => [...Array.from({ length: count }, (_, at) => `f${at + 1}() { f${at}; f${at}; }`), `f${count}`].join('\n'),
    ],
    ['variables', times('A=$A$A$A\n')],
    ['braces of words', times('{a,b}')],
    ['arrays', times('a+=(b c)\n')],
    ['functions without bodies', times('f() ')],
    ['cases', times('case a in b) ')],
    ['comments', times('# (\n')],
    ['line ends of Windows', times('a\r\n')],
    ['tests', times('[[ -f $a ]] && call "$a"\n')],
    ['calls', times('bash "$D/a.sh"\n')],
  ])('%s take time that grows with them', (_, make) => {
    const took = (count: number): number => {
      const text = make(count)
      const start = process.cpuUsage()
      shellReading(text)
      const { user, system } = process.cpuUsage(start)
      return (user + system) / 1000
    }
    took(50)
    const [few, many] = [took(2000), took(8000)]
    // Four times the text takes four times as long; a square would take sixteen. What takes no time is not compared.
    expect(many < 250 || many / few < 10).toBe(true)
  })
})
