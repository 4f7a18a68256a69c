import { parser } from '@lezer/python'
import type { PythonProgram, Statement } from './nodes.ts'
import { StatementReader } from './statements.ts'
import { Source, withErrors } from './syntax.ts'

/** Longer texts take the parser seconds: they are not read. Characters. */
const longest = 300_000

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
  // A byte order mark and form feeds are blanks to Python.
  const program = text.length > longest ? unread(0, text.length) : readProgram(text.replaceAll(/^\uFEFF|\f/g, ' '))
  const [oldest] = trees.keys()
  if (trees.size >= keptTexts && oldest !== undefined) trees.delete(oldest)
  trees.set(text, program)
  return program
}

const unread = (offset: number, end: number): PythonProgram => ({ statements: [{ kind: 'unread', offset, end }], complete: false })

/** Stops at the first part that is not understood: going on behind it takes much longer. */
const strict = parser.configure({ strict: true })

/** Parts that are not understood, and the longest one that is gone through for what is understood in it. Characters. */
const mostFaults = 10
const longestFault = 5000

const readProgram = (text: string): PythonProgram => {
  const statements: Statement[] = []
  let at = 0
  for (let faults = 0; faults < mostFaults; faults += 1) {
    const rest = readPart(text, at, text.length)
    if (typeof rest !== 'number') return { statements: [...statements, ...rest.statements], complete: faults === 0 && rest.complete }
    const start = Math.max(at, lineBefore(text, rest))
    const end = lineBehind(text, rest)
    const before = readPart(text, at, start)
    statements.push(...(typeof before === 'number' ? unread(at, start) : before).statements)
    statements.push(...(end - start > longestFault ? unread(start, end) : readFault(text, start, end)).statements)
    at = end
  }
  return { statements: [...statements, ...unread(at, text.length).statements], complete: false }
}

/** A part of the text, or the offset of what is not understood in it. */
const readPart = (text: string, from: number, to: number): PythonProgram | number => {
  const parse = strict.startParse(alone(text, from, to))
  try {
    for (;;) {
      const tree = parse.advance()
      if (tree === null) continue
      const reader = new StatementReader(new Source(text))
      const statements = reader.list(withErrors(tree.topNode))
      return { statements, complete: reader.complete }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return Math.min(parse.parsedPos, to - 1)
  }
}

/** What is understood of a part beside what is not. */
const readFault = (text: string, from: number, to: number): PythonProgram => {
  const reader = new StatementReader(new Source(text))
  return { statements: reader.list(withErrors(parser.parse(alone(text, from, to)).topNode)), complete: false }
}

/** The part, where it stands in the text, with blanks before it. */
const alone = (text: string, from: number, to: number): string => text.slice(0, from).replaceAll(/[^\n]/g, ' ') + text.slice(from, to)

/** Where a statement outside of all others begins. */
const beginning = /^(?!(?:else|elif|except|finally)\b)[^\s#)\]}"']/

const lineBefore = (text: string, at: number): number => {
  for (let end = at; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 1) + 1
    if (beginning.test(text.slice(start, start + 8))) return start
    end = start - 1
  }
  return 0
}

const lineBehind = (text: string, at: number): number => {
  for (let end = text.indexOf('\n', at) + 1; end > 0; end = text.indexOf('\n', end) + 1) {
    if (beginning.test(text.slice(end, end + 8))) return end
  }
  return text.length
}
