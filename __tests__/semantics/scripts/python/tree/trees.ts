import fc from 'fast-check'
import type {
  Argument,
  Expression,
  Item,
  Parameter,
  Pattern,
  Statement,
  Statements,
} from '../../../../../src/semantics/scripts/python/tree/nodes.ts'

const span = { offset: 0, end: 0 }
const name = fc.constantFrom('a', 'b', 'run', 'os', 'match', 'type', '_x', 'é')
const nameOf: fc.Arbitrary<Expression> = name.map((text) => ({ kind: 'name', name: text, ...span }))
const piece = fc.stringMatching(/^[ -~é]{1,12}$/)

interface Kinds {
  readonly expression: Expression
  readonly statement: Statement
}

const kinds = fc.letrec<Kinds>((tie: fc.LetrecTypedTie<Kinds>) => {
  const expression = tie('expression')
  const optional = <Value>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(of, { nil: null })
  const few = <Value>(of: fc.Arbitrary<Value>, minLength = 0): fc.Arbitrary<readonly Value[]> => fc.array(of, { minLength, maxLength: 3 })
  const operands = { left: expression, right: expression }
  const items: fc.Arbitrary<readonly Item[]> = few(fc.record({ isRest: fc.boolean(), value: expression }))
  const given: fc.Arbitrary<readonly Argument[]> = few(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('plain', 'rest', 'named rest'), name: fc.constant(''), value: expression }),
      fc.record({ kind: fc.constant('named'), name, value: expression }),
    ),
  )
  const parameter = (kind: Parameter['kind']): fc.Arbitrary<Parameter> =>
    fc.record({
      kind: fc.constant(kind),
      name,
      default: kind === 'rest' || kind === 'named rest' ? fc.constant(null) : optional(expression),
    })
  const parameters: fc.Arbitrary<readonly Parameter[]> = fc
    .tuple(
      few(parameter('plain')),
      fc.oneof(fc.constant([]), fc.tuple(parameter('rest'), parameter('by name'))),
      fc.oneof(fc.constant([]), fc.tuple(parameter('named rest'))),
    )
    .map((groups) => groups.flat())
  const stored: fc.Arbitrary<Expression> = fc.oneof(
    nameOf,
    fc.record({ kind: fc.constant('attribute'), of: nameOf, name, offset: fc.constant(0), end: fc.constant(0) }),
    fc.record({ kind: fc.constant('subscript'), of: nameOf, index: expression, offset: fc.constant(0), end: fc.constant(0) }),
  )
  const target: fc.Arbitrary<Expression> = fc.oneof(
    stored,
    few(fc.record({ isRest: fc.constant(false), value: stored }), 2).map((all) => ({
      kind: 'sequence' as const,
      type: 'tuple' as const,
      items: all,
      ...span,
    })),
  )
  // What is put into an f-string has other quotes.
  const put: fc.Arbitrary<Expression> = fc.oneof(
    nameOf,
    fc.record({ kind: fc.constant('call'), callee: nameOf, given: fc.constant([]), offset: fc.constant(0), end: fc.constant(0) }),
  )
  const clause = fc.record({ target: nameOf, iterable: expression, conditions: fc.array(expression, { maxLength: 1 }) })
  const comprehended = fc.oneof(
    fc.record({ type: fc.constantFrom('list', 'set', 'generator'), element: fc.tuple(expression) }),
    fc.record({ type: fc.constant('dictionary'), element: fc.tuple(expression, expression) }),
  )
  const body: fc.Arbitrary<Statements> = fc.array(tie('statement'), { minLength: 1, maxLength: 3 })
  const branch = fc.record({ test: expression, body })
  const pattern: fc.Arbitrary<Pattern> = fc.oneof(
    fc.record({ kind: fc.constant('any'), name: optional(fc.constantFrom('a', 'b')) }),
    fc.record({
      kind: fc.constant('values'),
      values: few(
        piece.map((value): Expression => ({ kind: 'text', value, ...span })),
        1,
      ),
    }),
    fc.record({ kind: fc.constant('other'), names: few(fc.constantFrom('a', 'b')) }),
  )
  const decorators = few(
    fc.oneof(nameOf, fc.record({ kind: fc.constant('call'), callee: nameOf, given, offset: fc.constant(0), end: fc.constant(0) })),
  )
  const handler = fc.oneof(
    fc.record({ type: expression, name: optional(name), body }),
    fc.record({ type: fc.constant(null), name: fc.constant(null), body }),
  )
  const imported = few(fc.record({ name, alias: optional(name) }), 1)
  const spanned = <Value extends object>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value & typeof span> =>
    of.map((value) => ({ ...value, ...span }))
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      nameOf,
      spanned(fc.record({ kind: fc.constant('text'), value: fc.string({ unit: 'binary' }) })),
      spanned(
        fc.record({ kind: fc.constant('number'), value: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })) }),
      ),
      spanned(fc.record({ kind: fc.constant('constant'), value: fc.constantFrom(true, false, null) })),
      spanned(fc.record({ kind: fc.constant('several'), of: fc.constant([]) })),
      spanned(
        fc.tuple(piece, put, fc.array(fc.tuple(piece, put), { maxLength: 2 })).map(([first, value, rest]) => ({
          kind: 'format' as const,
          parts: [first, value, ...rest.flat()],
        })),
      ),
      spanned(fc.record({ kind: fc.constant('attribute'), of: expression, name })),
      spanned(fc.record({ kind: fc.constant('subscript'), of: expression, index: optional(expression) })),
      spanned(fc.record({ kind: fc.constant('call'), callee: expression, given })),
      spanned(fc.record({ kind: fc.constant('sequence'), type: fc.constantFrom('list', 'tuple'), items })),
      spanned(fc.record({ kind: fc.constant('dictionary'), entries: few(fc.record({ key: optional(expression), value: expression })) })),
      spanned(fc.record({ kind: fc.constant('conditional'), test: expression, ifTrue: expression, ifFalse: expression })),
      spanned(fc.record({ kind: fc.constant('boolean'), operator: fc.constantFrom('and', 'or'), ...operands })),
      spanned(fc.record({ kind: fc.constant('not'), operand: expression })),
      spanned(
        fc.record({
          kind: fc.constant('comparison'),
          operator: fc.constantFrom('==', '!=', '<', 'in', 'not in', 'is', 'is not'),
          ...operands,
        }),
      ),
      spanned(
        fc.record({
          kind: fc.constant('arithmetic'),
          operator: fc.constantFrom('+', '-', '*', '/', '//', '%', '**', '|', '&', '<<', '@'),
          ...operands,
        }),
      ),
      spanned(fc.record({ kind: fc.constant('lambda'), parameters, body: expression })),
      spanned(fc.record({ kind: fc.constant('named'), target: nameOf, value: expression })),
      spanned(
        fc
          .tuple(comprehended, few(clause, 1))
          .map(([{ type, element }, clauses]) => ({ kind: 'comprehension' as const, type, element, clauses })),
      ),
    ),
    statement: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      spanned(fc.record({ kind: fc.constant('expression'), value: expression })),
      spanned(fc.record({ kind: fc.constantFrom('pass', 'break', 'continue') })),
      spanned(fc.record({ kind: fc.constant('assign'), targets: few(target, 1), value: expression })),
      spanned(fc.record({ kind: fc.constant('update'), target: stored, operator: fc.constantFrom('+', '//', '|'), value: expression })),
      spanned(fc.record({ kind: fc.constantFrom('return', 'raise'), value: optional(expression) })),
      spanned(fc.record({ kind: fc.constant('assert'), test: expression })),
      spanned(fc.record({ kind: fc.constant('delete'), targets: few(stored, 1) })),
      spanned(fc.record({ kind: fc.constantFrom('global', 'nonlocal'), names: few(name, 1) })),
      spanned(fc.record({ kind: fc.constant('import'), modules: imported })),
      spanned(fc.record({ kind: fc.constant('from'), module: name, level: fc.nat({ max: 4 }), names: imported })),
      spanned(fc.record({ kind: fc.constant('if'), branches: few(branch, 1), otherwise: optional(body) })),
      spanned(
        fc.record({
          kind: fc.constant('match'),
          subject: nameOf,
          cases: few(fc.record({ pattern, guard: optional(expression), body }), 1),
        }),
      ),
      spanned(fc.record({ kind: fc.constant('for'), target, iterable: expression, body, otherwise: optional(body) })),
      spanned(fc.record({ kind: fc.constant('while'), test: expression, body, otherwise: optional(body) })),
      spanned(fc.record({ kind: fc.constant('try'), body, handlers: few(handler, 1), otherwise: optional(body), last: optional(body) })),
      spanned(fc.record({ kind: fc.constant('with'), items: few(fc.record({ value: expression, target: optional(nameOf) }), 1), body })),
      spanned(fc.record({ kind: fc.constant('function'), name, parameters, body, decorators })),
      spanned(fc.record({ kind: fc.constant('class'), name, bases: given, body, decorators })),
    ),
  }
})

/** Statements of every kind, inside each other. */
export const anyStatements: fc.Arbitrary<Statements> = fc.array(kinds.statement, { minLength: 1, maxLength: 4 })
