import type { Assignment, Redirection, Word } from 'unbash'

/** A simple command of a shell script: a program, builtin or function with its arguments. */
export interface ShellCommand {
  /** Quotes removed, expansions as written. Leading assignments are words too: `A=b`. Empty for a redirection alone. */
  readonly words: readonly string[]
  /** The same words as the parser has them, in their parts; of a `for` or `select` only the words that it goes through. */
  readonly nodes: readonly (Word | Assignment)[]
  readonly redirections: readonly Redirection[]
  /** Of its first word, in the text. */
  readonly offset: number
  /** The function in whose body it stands; null outside of all. */
  readonly inFunction: string | null
  /** Its exit status is looked at (`if`, `while`, `!`, `&&`, `||`) or dropped (`a | b`, `a &`) by the shell itself: `set -e` does not act on it. */
  readonly statusTaken: boolean
}

/** Pipelines joined by `&&` and `||`, up to the end of the line, `;` or `&`. */
export interface Statement {
  readonly parts: readonly StatementPart[]
  /** Ends in `&`: the shell does not wait for it. */
  readonly background: boolean
}

export interface StatementPart {
  /** What stands before it; null for the first. */
  readonly operator: '&&' | '||' | null
  /** `!` before the pipeline. */
  readonly negated: boolean
  /** At least one. */
  readonly pipeline: readonly Unit[]
}

export type Statements = readonly Statement[]

/** What a pipeline is made of. */
export type Unit =
  /** `end` is the offset behind it. */
  | { readonly kind: 'command'; readonly command: ShellCommand; readonly end: number }
  /** `((…))` */
  | { readonly kind: 'arithmetic'; readonly offset: number; readonly end: number }
  | Compound
  | { readonly kind: 'function'; readonly name: string; readonly body: Statements }

export interface Compound {
  /** `group` is `{ }`. */
  readonly kind: 'group' | 'subshell' | 'condition' | 'loop'
  /** `while` and `until` ask before each round; `for` and `select` have words. */
  readonly asks: 'while' | 'until' | null
  /** The conditions of `if` with its `elif`s, or of a loop, in order. */
  readonly conditions: readonly Statements[]
  /** The lists of which one runs (`if`, `case`), or the one that runs or is repeated. */
  readonly branches: readonly Statements[]
  /** One of the branches runs in any case: `else`, `*)`. */
  readonly exhaustive: boolean
  /** The head of `for` and `select`: `for x in a b`. */
  readonly head: ShellCommand | null
}

export interface ShellProgram {
  readonly statements: Statements
  /** False where brackets or keywords do not match, or the text is past what is read: statements before that place are known. */
  readonly complete: boolean
}

/** Conditions and branches as they are written: each condition before its branch. */
export const inOrder = ({ conditions, branches }: Compound): readonly Statements[] => {
  const rounds = Array.from({ length: Math.max(conditions.length, branches.length) }, (_, at) => at)
  return rounds.flatMap((at) => [conditions[at], branches[at]].flatMap((list) => (list === undefined ? [] : [list])))
}

/** Every unit of the list and of the lists within, outer ones first. */
export const unitsOf = (statements: Statements): readonly Unit[] => {
  const found: Unit[] = []
  const add = (list: Statements): void => {
    for (const unit of list.flatMap(({ parts }) => parts.flatMap(({ pipeline }) => pipeline))) {
      found.push(unit)
      if (unit.kind === 'function') add(unit.body)
      if ('branches' in unit) for (const inner of inOrder(unit)) add(inner)
    }
  }
  add(statements)
  return found
}
