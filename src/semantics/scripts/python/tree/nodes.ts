/** A stretch of a Python script: offsets of its first character, and behind its last. */
export interface Span {
  readonly offset: number
  readonly end: number
}

export type Expression = Span & ExpressionKind

type ExpressionKind =
  /** A literal, with its escapes read; several that stand behind each other are one. */
  | { readonly kind: 'text'; readonly value: string }
  /** An f-string: texts, and what is put in between them. */
  | { readonly kind: 'format'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'constant'; readonly value: boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  /** `a[b]`; the index is null for a slice. */
  | { readonly kind: 'subscript'; readonly of: Expression; readonly index: Expression | null }
  | { readonly kind: 'call'; readonly callee: Expression; readonly given: readonly Argument[] }
  | { readonly kind: 'sequence'; readonly type: 'list' | 'tuple' | 'set'; readonly items: readonly Item[] }
  /** The key is null for `**a`. */
  | { readonly kind: 'dictionary'; readonly entries: readonly { readonly key: Expression | null; readonly value: Expression }[] }
  /** `a if test else b` */
  | { readonly kind: 'conditional'; readonly test: Expression; readonly ifTrue: Expression; readonly ifFalse: Expression }
  | { readonly kind: 'boolean'; readonly operator: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  /** Of two operands; those that are chained (`a < b < c`) are not told apart. */
  | { readonly kind: 'comparison'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'arithmetic'; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'lambda'; readonly parameters: readonly Parameter[]; readonly body: Expression }
  | {
      readonly kind: 'comprehension'
      readonly type: 'list' | 'set' | 'dictionary' | 'generator'
      readonly element: readonly Expression[]
      readonly clauses: readonly Clause[]
    }
  /** `name := value` */
  | { readonly kind: 'named'; readonly target: Expression; readonly value: Expression }
  /** Any other one: its parts are evaluated, its value is not known. */
  | { readonly kind: 'several'; readonly of: readonly Expression[] }

/** `a`, `*a` (`rest`), `name=a`, `**a` (`named rest`). */
export interface Argument {
  readonly kind: 'plain' | 'rest' | 'named' | 'named rest'
  /** Of a named one; empty for the others. */
  readonly name: string
  readonly value: Expression
}

/** `isRest` is `*a`. */
export interface Item {
  readonly isRest: boolean
  readonly value: Expression
}

/** Of a comprehension: `for target in iterable if condition`. */
export interface Clause {
  readonly target: Expression
  readonly iterable: Expression
  readonly conditions: readonly Expression[]
}

/** `by name`: behind a `*`, so that only `name=…` gives it. */
export interface Parameter {
  readonly kind: 'plain' | 'by name' | 'rest' | 'named rest'
  readonly name: string
  readonly default: Expression | null
}

export type Statements = readonly Statement[]

export type Statement = Span & StatementKind

type StatementKind =
  /** `import a.b as c, d` */
  | { readonly kind: 'import'; readonly modules: readonly ImportedName[] }
  /** `from ..a import b as c`: `level` is the count of dots; `*` is a name. */
  | { readonly kind: 'from'; readonly module: string; readonly level: number; readonly names: readonly ImportedName[] }
  | {
      readonly kind: 'function'
      readonly name: string
      readonly parameters: readonly Parameter[]
      readonly body: Statements
      readonly decorators: readonly Expression[]
    }
  | {
      readonly kind: 'class'
      readonly name: string
      readonly bases: readonly Argument[]
      readonly body: Statements
      readonly decorators: readonly Expression[]
    }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: Statements | null }
  | { readonly kind: 'match'; readonly subject: Expression; readonly cases: readonly MatchCase[] }
  | {
      readonly kind: 'for'
      readonly target: Expression
      readonly iterable: Expression
      readonly body: Statements
      readonly otherwise: Statements | null
    }
  | { readonly kind: 'while'; readonly test: Expression; readonly body: Statements; readonly otherwise: Statements | null }
  | {
      readonly kind: 'try'
      readonly body: Statements
      readonly handlers: readonly Handler[]
      readonly otherwise: Statements | null
      /** `finally` */
      readonly last: Statements | null
    }
  | {
      readonly kind: 'with'
      readonly items: readonly { readonly value: Expression; readonly target: Expression | null }[]
      readonly body: Statements
    }
  | { readonly kind: 'return' | 'raise'; readonly value: Expression | null }
  | { readonly kind: 'assert'; readonly test: Expression }
  | { readonly kind: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
  /** `a += b`: the operator is `+`. */
  | { readonly kind: 'update'; readonly target: Expression; readonly operator: string; readonly value: Expression }
  | { readonly kind: 'expression'; readonly value: Expression }
  | { readonly kind: 'delete'; readonly targets: readonly Expression[] }
  | { readonly kind: 'global' | 'nonlocal'; readonly names: readonly string[] }
  | { readonly kind: 'pass' | 'break' | 'continue' }
  /** The parser did not understand it. */
  | { readonly kind: 'unread' }

export interface ImportedName {
  readonly name: string
  /** Behind `as`; null without. */
  readonly alias: string | null
}

export interface Branch {
  readonly test: Expression
  readonly body: Statements
}

export interface MatchCase {
  readonly pattern: Pattern
  readonly guard: Expression | null
  readonly body: Statements
}

export type Pattern =
  /** `_`, or a name that takes the subject. */
  | { readonly kind: 'any'; readonly name: string | null }
  /** `"a" | "b"` */
  | { readonly kind: 'values'; readonly values: readonly Expression[] }
  /** Whether it fits is not told; the names that it fills. */
  | { readonly kind: 'other'; readonly names: readonly string[] }

/** Of `try`: `except type as name`. The type is null for a bare `except`. */
export interface Handler {
  readonly type: Expression | null
  readonly name: string | null
  readonly body: Statements
}

export interface PythonProgram {
  readonly statements: Statements
  /** False where a part was not understood, or the text is past what is read. Python itself then runs nothing of it, or knows more. */
  readonly complete: boolean
}

/** The lists inside a statement, as they are written. */
export const listsIn = (statement: Statement): readonly Statements[] => {
  const given = (list: Statements | null): readonly Statements[] => (list === null ? [] : [list])
  switch (statement.kind) {
    case 'function':
    case 'class':
    case 'with':
      return [statement.body]
    case 'if':
      return [...statement.branches.map(({ body }) => body), ...given(statement.otherwise)]
    case 'match':
      return statement.cases.map(({ body }) => body)
    case 'for':
    case 'while':
      return [statement.body, ...given(statement.otherwise)]
    case 'try':
      return [statement.body, ...statement.handlers.map(({ body }) => body), ...given(statement.otherwise), ...given(statement.last)]
    default:
      return []
  }
}

/** Every statement of the list and of the lists within, in the order in which they are written. */
export const statementsIn = (statements: Statements): readonly Statement[] => {
  const found: Statement[] = []
  const add = (list: Statements): void => {
    for (const statement of list) {
      found.push(statement)
      for (const inner of listsIn(statement)) add(inner)
    }
  }
  add(statements)
  return found
}
