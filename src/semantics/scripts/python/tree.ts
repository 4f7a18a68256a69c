import { parser } from '@lezer/python'
import type { PythonProgram } from './nodes.ts'
import { StatementReader } from './statements.ts'
import { Source, withErrors } from './syntax.ts'

/** Longer texts take the parser seconds: they are not read. Characters. */
const longest = 150_000

/** Texts whose trees are kept: several rules ask for the scripts of one folder, one after the other. */
const keptTexts = 200
const trees = new Map<string, PythonProgram>()

/**
 * A Python script as statements. Never throws; a text that was not understood is not complete, and each part of that kind is an
 * `unread` statement. https://docs.python.org/3/reference/grammar.html
 */
export const pythonProgram = (text: string): PythonProgram => {
  const known = trees.get(text)
  if (known !== undefined) return known
  const program = readProgram(text)
  const [oldest] = trees.keys()
  if (trees.size >= keptTexts && oldest !== undefined) trees.delete(oldest)
  trees.set(text, program)
  return program
}

const readProgram = (text: string): PythonProgram => {
  if (text.length > longest) return { statements: [{ kind: 'unread', offset: 0, end: text.length }], complete: false }
  // A byte order mark and form feeds are blanks to Python.
  const plain = text.replaceAll(/^\uFEFF|\f/g, ' ')
  const reader = new StatementReader(new Source(plain))
  const statements = reader.list(withErrors(parser.parse(plain).topNode))
  return { statements, complete: reader.complete }
}
