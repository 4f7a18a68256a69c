import { type Clause, type Expression, listsIn, type Parameter, type Pattern, type Statement, type Statements } from './tree/nodes.ts'

/** The expressions that stand in a statement itself, outside of the lists in it. */
export const expressionsIn = (statement: Statement): readonly Expression[] => {
  const given = (value: Expression | null): readonly Expression[] => (value === null ? [] : [value])
  switch (statement.kind) {
    case 'function':
      return [...statement.decorators, ...defaultsOf(statement.parameters)]
    case 'class':
      return [...statement.decorators, ...statement.bases.map(({ value }) => value)]
    case 'if':
      return statement.branches.map(({ test }) => test)
    case 'match':
      return [statement.subject, ...statement.cases.flatMap(({ guard }) => given(guard))]
    case 'for':
      return [statement.target, statement.iterable]
    case 'while':
    case 'assert':
      return [statement.test]
    case 'try':
      return statement.handlers.flatMap(({ type }) => given(type))
    case 'with':
      return statement.items.flatMap(({ value, target }) => [value, ...given(target)])
    case 'return':
    case 'raise':
      return given(statement.value)
    case 'assign':
      return [...statement.targets, statement.value]
    case 'update':
      return [statement.target, statement.value]
    case 'expression':
      return [statement.value]
    case 'delete':
      return statement.targets
    default:
      return []
  }
}

const defaultsOf = (parameters: readonly Parameter[]): readonly Expression[] =>
  parameters.flatMap((parameter) => (parameter.default === null ? [] : [parameter.default]))

/** The expressions that an expression is made of. */
export const partsOf = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'format':
      return expression.parts.flatMap((part) => (typeof part === 'string' ? [] : [part]))
    case 'attribute':
      return [expression.of]
    case 'subscript':
      return expression.index === null ? [expression.of] : [expression.of, expression.index]
    case 'call':
      return [expression.callee, ...expression.given.map(({ value }) => value)]
    case 'sequence':
      return expression.items.map(({ value }) => value)
    case 'dictionary':
      return expression.entries.flatMap(({ key, value }) => (key === null ? [value] : [key, value]))
    case 'conditional':
      return [expression.test, expression.ifTrue, expression.ifFalse]
    case 'boolean':
    case 'comparison':
    case 'arithmetic':
      return [expression.left, expression.right]
    case 'not':
      return [expression.operand]
    case 'lambda':
      return [...defaultsOf(expression.parameters), expression.body]
    case 'named':
      return [expression.target, expression.value]
    case 'comprehension':
      return [...expression.element, ...expression.clauses.flatMap(clauseParts)]
    case 'several':
      return expression.of
    default:
      return []
  }
}

const clauseParts = ({ target, iterable, conditions }: Clause): readonly Expression[] => [target, iterable, ...conditions]

/** Every expression of a list of statements, in functions and classes within as well where `where` is `everywhere`. */
const allExpressions = (statements: Statements, where: 'here' | 'everywhere'): readonly Expression[] => {
  const found: Expression[] = []
  const add = (expression: Expression): void => {
    found.push(expression)
    for (const part of partsOf(expression)) add(part)
  }
  const visit = (list: Statements): void => {
    for (const statement of list) {
      for (const expression of expressionsIn(statement)) add(expression)
      const isDefinition = statement.kind === 'function' || statement.kind === 'class'
      if (!isDefinition || where === 'everywhere') for (const inner of listsIn(statement)) visit(inner)
    }
  }
  visit(statements)
  return found
}

/** Names that a target gives values to, as a variable. */
export const namesOf = (target: Expression): readonly string[] => {
  if (target.kind === 'name') return [target.name]
  return target.kind === 'sequence' ? target.items.flatMap(({ value }) => namesOf(value)) : []
}

const patternNames = (pattern: Pattern): readonly string[] => {
  if (pattern.kind === 'other') return pattern.names
  return pattern.kind === 'any' && pattern.name !== null ? [pattern.name] : []
}

const assignedBy = (statement: Statement): readonly string[] => {
  switch (statement.kind) {
    case 'assign':
    case 'delete':
      return statement.targets.flatMap(namesOf)
    case 'update':
    case 'for':
      return namesOf(statement.target)
    case 'with':
      return statement.items.flatMap(({ target }) => (target === null ? [] : namesOf(target)))
    case 'import':
      return statement.modules.map(({ name, alias }) => alias ?? name.replace(/\..*$/, ''))
    case 'from':
      return statement.names.map(({ name, alias }) => alias ?? name)
    case 'function':
    case 'class':
      return [statement.name]
    case 'try':
      return statement.handlers.flatMap(({ name }) => (name === null ? [] : [name]))
    case 'match':
      return statement.cases.flatMap(({ pattern }) => patternNames(pattern))
    default:
      return []
  }
}

/** Statements of a list and of the lists within, but for those of functions and classes. */
const ownStatements = (statements: Statements): readonly Statement[] => {
  const found: Statement[] = []
  const visit = (list: Statements): void => {
    for (const statement of list) {
      found.push(statement)
      if (statement.kind !== 'function' && statement.kind !== 'class') for (const inner of listsIn(statement)) visit(inner)
    }
  }
  visit(statements)
  return found
}

/** What happens to the names of a list of statements, outside of functions and classes in it. */
export interface Changes {
  /** Names that are given values. */
  readonly assigned: ReadonlySet<string>
  /** Names that `global` and `nonlocal` take from outside. */
  readonly outer: ReadonlySet<string>
  /** What is changed in place: `a` of `a.append(x)`, `a.b` of `a.b = x`. */
  readonly changed: readonly Expression[]
}

const known = new WeakMap<Statements, Changes>()

export const changesIn = (statements: Statements): Changes => {
  const found = known.get(statements)
  if (found !== undefined) return found
  const own = ownStatements(statements)
  const expressions = allExpressions(statements, 'here')
  const outer = own.flatMap((statement) => (statement.kind === 'global' || statement.kind === 'nonlocal' ? statement.names : []))
  const named = expressions.flatMap((each) => (each.kind === 'named' ? namesOf(each.target) : []))
  const targets = own.flatMap((statement) => {
    if (statement.kind === 'assign') return statement.targets
    return statement.kind === 'update' ? [statement.target] : []
  })
  const changes: Changes = {
    assigned: new Set([...own.flatMap(assignedBy), ...named]),
    outer: new Set(outer),
    changed: [
      ...targets.flatMap((target) => (target.kind === 'subscript' ? [target.of] : [target])),
      ...expressions.flatMap((each) =>
        each.kind === 'call' && each.callee.kind === 'attribute' && inPlace.has(each.callee.name) ? [each.callee.of] : [],
      ),
    ],
  }
  known.set(statements, changes)
  return changes
}

/** Methods that change a list or a dictionary in place. */
export const inPlace: ReadonlySet<string> = new Set(
  'append extend insert remove pop clear update add discard sort reverse setdefault'.split(' '),
)

/** Whether an expression names one of these. */
export const mentions = (expression: Expression, names: ReadonlySet<string>): boolean =>
  (expression.kind === 'name' && names.has(expression.name)) || partsOf(expression).some((part) => mentions(part, names))

const handed = new WeakMap<Statements, ReadonlySet<string>>()

/** Names in a function's body that stand for what it is given, or for what is made of that. */
export const givenNames = (parameters: readonly Parameter[], body: Statements): ReadonlySet<string> => {
  const before = handed.get(body)
  if (before !== undefined) return before
  const names = new Set(parameters.map(({ name }) => name))
  for (const statement of ownStatements(body)) {
    if (statement.kind === 'assign' && mentions(statement.value, names))
      for (const name of statement.targets.flatMap(namesOf)) names.add(name)
    if (statement.kind === 'for' && mentions(statement.iterable, names)) for (const name of namesOf(statement.target)) names.add(name)
  }
  handed.set(body, names)
  return names
}
