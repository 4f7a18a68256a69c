import type { SyntaxNode } from '@lezer/common'

/** A part of the text that the parser did not understand, or that is deeper than what is read. */
export class UnreadPart extends Error {}

/** Nodes inside each other. */
const deepest = 400

/** Nodes of the parser with the text that they stand in. */
export class Source {
  readonly text: string
  #depth = 0

  constructor(text: string) {
    this.text = text
  }

  of({ from, to }: SyntaxNode): string {
    return this.text.slice(from, to)
  }

  /** @throws UnreadPart below the deepest level that is read. */
  within<Result>(read: () => Result): Result {
    if (this.#depth >= deepest) throw new UnreadPart()
    this.#depth += 1
    try {
      return read()
    } finally {
      this.#depth -= 1
    }
  }
}

/** The children, without comments. @throws UnreadPart where one of them is an error. */
export const childrenOf = (node: SyntaxNode): readonly SyntaxNode[] => {
  const children = withErrors(node)
  if (children.some(({ type }) => type.isError)) throw new UnreadPart()
  return children
}

export const withErrors = (node: SyntaxNode): readonly SyntaxNode[] => {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (child.name !== 'Comment') children.push(child)
  return children
}

/** The nodes between those of one name, in their groups: `a, b` by `,`. Empty groups are left out. */
export const separated = (nodes: readonly SyntaxNode[], separator: string): readonly (readonly SyntaxNode[])[] => {
  const groups: SyntaxNode[][] = [[]]
  for (const node of nodes) {
    if (node.name === separator) groups.push([])
    else groups.at(-1)?.push(node)
  }
  return groups.filter((group) => group.length > 0)
}

/** The one node of a list. @throws UnreadPart where there is none, or more. */
export const only = (nodes: readonly SyntaxNode[]): SyntaxNode => {
  const [node] = nodes
  if (node === undefined || nodes.length > 1) throw new UnreadPart()
  return node
}
