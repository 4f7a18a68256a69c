import { type DefaultTreeAdapterMap, defaultTreeAdapter, parse } from 'parse5'

type Node = DefaultTreeAdapterMap['node']

/** An element as a browser reads it. `text` is all text in it, `children` are elements. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
  readonly children: readonly Element[]
}

/** Reads a page as browsers do (the algorithm of the HTML standard), and says where its text is not as the standard wants it. */
export const readPage = (text: string): { readonly root: Element; readonly errors: readonly string[] } => {
  const errors: string[] = []
  const document = parse(text, { onParseError: ({ code, startLine, startCol }) => errors.push(`${code} ${startLine}:${startCol}`) })
  const [root] = elementsIn(document)
  if (root === undefined) throw new Error('an empty page')
  return { root, errors }
}

const elementsIn = (node: Node): readonly Element[] =>
  'childNodes' in node
    ? node.childNodes.filter(defaultTreeAdapter.isElementNode).map((element) => ({
        name: element.tagName,
        attributes: Object.fromEntries(element.attrs.map(({ name, value }) => [name, value])),
        text: textIn(element),
        children: elementsIn(element),
      }))
    : []

const textIn = (node: Node): string => {
  if (defaultTreeAdapter.isTextNode(node)) return node.value
  return 'childNodes' in node ? node.childNodes.map(textIn).join('') : ''
}

/** All elements below one, in the order of the page. */
export const below = (element: Element): readonly Element[] => element.children.flatMap((child) => [child, ...below(child)])

/** Elements by name, by class (`.card`) or both (`tr.item`). */
export const find = (element: Element, what: string): readonly Element[] => {
  const [name = '', ...classes] = what.split('.')
  return below(element).filter((one) => {
    const own = (one.attributes['class'] ?? '').split(' ')
    return (name === '' || one.name === name) && classes.every((wanted) => own.includes(wanted))
  })
}
