/** A Python script with its comments, and texts that stand alone as documentation, blanked out: offsets and lines are kept. */
export const pythonCode = (text: string): string => {
  const token =
    /#[^\n]*|[A-Za-z]{0,2}(?:'''(?:[^\\]|\\[\s\S])*?(?:'''|$)|"""(?:[^\\]|\\[\s\S])*?(?:"""|$))|'(?:[^'\\\n]|\\[\s\S])*'?|"(?:[^"\\\n]|\\[\s\S])*"?/g
  return text.replace(token, (found, offset: number) => {
    const isComment = found.startsWith('#')
    const isDocumentation = /^[A-Za-z]{0,2}(?:'''|""")/.test(found) && /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, offset - 200), offset))
    return isComment || isDocumentation ? found.replaceAll(/[^\n]/g, ' ') : found
  })
}

/** One value of Python as it is written in the source, where it is a text, a truth or a number. */
type PythonLiteral = string | boolean | number

/** An assignment of a literal, with the class that it stands in; null outside of all. */
export interface PythonAssignment {
  readonly owner: string | null
  readonly name: string
  readonly value: PythonLiteral
  /** Of the value. */
  readonly offset: number
}

/** Assignments of literals in a module and its classes; those in functions and under conditions count too. */
export const pythonAssignments = (code: string): readonly PythonAssignment[] => {
  const found: PythonAssignment[] = []
  let owner: { readonly name: string; readonly indent: number } | null = null
  let offset = 0
  for (const line of code.split('\n')) {
    const indent = line.length - line.trimStart().length
    if (line.trim() !== '' && owner !== null && indent <= owner.indent) owner = null
    const name = /^\s*class\s+(\w+)/.exec(line)?.[1]
    if (name !== undefined) owner = { name, indent }
    const [, before = '', target, written = ''] = assigned(line)
    const value = literalOf(written)
    if (target !== undefined && value !== null)
      found.push({ owner: owner?.name ?? null, name: target, value, offset: offset + before.length })
    offset += line.length + 1
  }
  return found
}

/** What stands before the value, the name, and the value of an assignment. Longer lines are data, not settings. */
const assigned = (line: string): readonly string[] =>
  line.length > 2000 ? [] : (/^(\s*(\w+)\s*(?::[^=]+)?=\s*)([^=\s].*)$/.exec(line.trimEnd()) ?? [])

const literalOf = (written: string): PythonLiteral | null => {
  if (written === 'True' || written === 'False') return written === 'True'
  if (/^-?\d+(?:\.\d+)?$/.test(written)) return Number(written)
  const [, , text] = /^[rRuU]?(["'])((?:(?!\1)[^\\\n]|\\.)*)\1$/.exec(written) ?? []
  return text ?? null
}
