import { expressionsIn, partsOf } from './names.ts'
import { type Expression, listsIn, type Span, type Statements } from './tree/nodes.ts'
import { pythonProgram } from './tree/tree.ts'

/** A text that a script assigns or hands over. */
export interface GivenText extends Span {
  readonly value: string
  /** The class that it stands in; null outside of all. */
  readonly owner: string | null
}

/** Functions that speak, or look for a text in another one. */
const speaks =
  /^(?:print|help|log\w*|info|warn\w*|error|debug|exception|critical|echo|exit|match|fullmatch|search|findall|sub|replace|startswith|endswith|split|strip|compile|add_argument|\w*(?:Error|Exception|Exit|Parser))$/

/** The texts that a script assigns or hands over: not those of comparisons, messages, replacements and documentation. */
export const pythonValues = (text: string): readonly GivenText[] => {
  const found: GivenText[] = []
  const add = (expression: Expression, owner: string | null): void => {
    const { kind, offset, end } = expression
    if (kind === 'comparison' || (kind === 'call' && speaks.test(calledName(expression.callee)))) return
    if (kind === 'text') found.push({ value: expression.value, owner, offset, end })
    if (kind === 'format') {
      for (const part of expression.parts) if (typeof part === 'string') found.push({ value: part, owner, offset, end })
    }
    for (const part of partsOf(expression)) add(part, owner)
  }
  const visit = (statements: Statements, owner: string | null): void => {
    for (const statement of statements) {
      const isSpeech =
        ['assert', 'raise', 'match'].includes(statement.kind) || (statement.kind === 'expression' && statement.value.kind === 'text')
      if (!isSpeech) for (const expression of expressionsIn(statement)) add(expression, owner)
      for (const list of listsIn(statement)) visit(list, statement.kind === 'class' ? statement.name : owner)
    }
  }
  visit(pythonProgram(text).statements, null)
  return found
}

const calledName = (callee: Expression): string => (callee.kind === 'name' || callee.kind === 'attribute' ? callee.name : '')
