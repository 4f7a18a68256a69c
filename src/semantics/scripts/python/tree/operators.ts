import type { SyntaxNode } from '@lezer/common'
import { childrenOf } from './syntax.ts'

/** Whether it compares, outside of brackets. */
export const isComparison = (node: SyntaxNode): boolean =>
  node.name === 'BinaryExpression' && childrenOf(node).some(({ name }) => name === 'CompareOp' || /^(?:in|not|is)$/.test(name))

/** The operands of `and`, `or` and `not` with the words between them, as they are written. */
export const flat = (outermost: SyntaxNode): readonly (SyntaxNode | 'and' | 'or' | 'not')[] => {
  const found: (SyntaxNode | 'and' | 'or' | 'not')[] = []
  const waiting: SyntaxNode[] = [outermost]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const children = childrenOf(node)
    const isJoined =
      (node.name === 'BinaryExpression' && children.some(({ name }) => name === 'and' || name === 'or')) ||
      (node.name === 'UnaryExpression' && children[0]?.name === 'not')
    if (isJoined) waiting.push(...children.toReversed())
    else if (node.name === 'and' || node.name === 'or' || node.name === 'not') found.push(node.name)
    else found.push(node)
  }
  return found
}
