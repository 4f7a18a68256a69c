import { type Expression, listsIn, type Statement, type Statements } from './tree/nodes.ts'
import { pythonProgram } from './tree/tree.ts'

/** One value of Python as it is written in the source, where it is a text, a truth or a number. */
export type PythonLiteral = string | boolean | number

/** An assignment to a name, with the class that it stands in; null outside of all. */
export interface PythonAssignment {
  readonly owner: string | null
  readonly name: string
  /** Null for what is no literal. */
  readonly value: PythonLiteral | null
  /** Of the value. */
  readonly offset: number
}

/** Assignments of a module and its classes, in the order of the text; those in functions and under conditions count too. */
export const pythonAssignments = (text: string): readonly PythonAssignment[] => {
  const found: PythonAssignment[] = []
  const visit = (statements: Statements, owner: string | null): void => {
    for (const statement of statements) {
      found.push(...assignedIn(statement, owner))
      for (const list of listsIn(statement)) visit(list, statement.kind === 'class' ? statement.name : owner)
    }
  }
  visit(pythonProgram(text).statements, null)
  return found
}

const assignedIn = (statement: Statement, owner: string | null): readonly PythonAssignment[] => {
  if (statement.kind !== 'assign') return []
  const value = literalOf(statement.value)
  return statement.targets.flatMap((target) =>
    target.kind === 'name' ? [{ owner, name: target.name, value, offset: statement.value.offset }] : [],
  )
}

const literalOf = (expression: Expression): PythonLiteral | null =>
  expression.kind === 'text' || expression.kind === 'number' || expression.kind === 'constant' ? expression.value : null

/** Settings that a module assigns once, by `Class.name`: what AWS's base scripts read from their config.py. */
export const settingsOf = (text: string): ReadonlyMap<string, PythonLiteral> => {
  const settings = new Map<string, PythonLiteral | null>()
  for (const { owner, name, value } of pythonAssignments(text)) {
    const key = owner === null ? name : `${owner}.${name}`
    settings.set(key, settings.has(key) ? null : value)
  }
  return new Map([...settings].flatMap(([key, value]) => (value === null ? [] : [[key, value]])))
}
