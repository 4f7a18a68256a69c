/** What a member of an answer holds, as the answer itself shows it. */
export type MemberKind = 'number' | 'flag' | 'text' | 'list' | 'part'

/** A member of an answer, wherever it occurs in it: one for all items of a list. */
export interface Member {
  /** `Subnets[].AvailableIpAddressCount`, or the names of the elements in XML: `subnetSet.item.availableIpAddressCount`. */
  readonly path: string
  readonly kind: MemberKind
  /** The answer with this in the place of the member; undefined leaves the member out. */
  readonly replaced: (by: unknown) => string
}

/** The members of an answer in JSON or XML; none of any other text. */
export const membersOf = (text: string): readonly Member[] => {
  if (/^\s*</.test(text)) return xmlMembers(text)
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? jsonMembers(parsed) : []
  } catch {
    return []
  }
}

type Visit = (path: string, value: unknown) => unknown

/** A copy in which each member is what the visitor makes of it. What it makes undefined is left out. */
const copied = (value: unknown, path: string, visit: Visit): unknown => {
  if (Array.isArray(value)) return value.map((item) => copied(item, `${path}[]`, visit))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const here = path === '' ? name : `${path}.${name}`
      return [name, copied(visit(here, member), here, visit)]
    }),
  )
}

const jsonMembers = (root: object): readonly Member[] => {
  const kinds = new Map<string, MemberKind>()
  copied(root, '', (path, value) => {
    const kind = jsonKind(value)
    if (kind !== null) kinds.set(path, kind)
    return value
  })
  return [...kinds].map(([path, kind]) => ({
    path,
    kind,
    replaced: (by) => withInfinity(JSON.stringify(copied(root, '', (here, value) => (here === path ? by : value)))),
  }))
}

const jsonKind = (value: unknown): MemberKind | null => {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return value === null ? null : 'part'
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'flag' : 'text'
}

/** JSON has no word for a number beyond all numbers, but a service can write one that reads so. */
export const beyondNumbers = 'beyond all numbers'
const withInfinity = (json: string): string => json.replaceAll(`"${beyondNumbers}"`, '1e999')

/** An element of XML: where it begins and ends, and what is in it. */
interface Element {
  readonly path: string
  readonly from: number
  readonly to: number
  readonly name: string
  readonly inner: string
  readonly children: readonly string[]
}

const elementsOf = (xml: string): readonly Element[] => {
  const found: Element[] = []
  const open: { readonly name: string; readonly from: number; readonly inside: number; readonly children: string[] }[] = []
  for (const match of xml.matchAll(/<(\/?)([A-Za-z][\w:.-]*)[^>]*?(\/?)>/g)) {
    const [tag, closing, name = '', alone] = match
    const end = match.index + tag.length
    if (closing === '') open.at(-1)?.children.push(name)
    if (closing === '' && alone === '') {
      open.push({ name, from: match.index, inside: end, children: [] })
      continue
    }
    const began = closing === '' ? { name, from: match.index, inside: end, children: [] } : open.pop()
    if (began === undefined) continue
    const path = [...open.slice(1).map((outer) => outer.name), began.name].join('.')
    const inner = closing === '' ? '' : xml.slice(began.inside, match.index)
    // The root stands for the whole answer.
    if (open.length > 0) found.push({ path, from: began.from, to: end, name: began.name, inner, children: began.children })
  }
  return found
}

const xmlMembers = (xml: string): readonly Member[] => {
  const byPath = new Map<string, readonly Element[]>()
  for (const element of elementsOf(xml)) {
    // What an empty element would hold is not to be seen.
    const isOwn =
      element.inner.trim() !== '' && !/RequestId|ResponseMetadata/i.test(element.path) && !/^(?:item|member)$/.test(element.name)
    if (isOwn) byPath.set(element.path, [...(byPath.get(element.path) ?? []), element])
  }
  return [...byPath].map(([path, elements]) => ({
    path,
    kind: xmlKind(elements),
    replaced: (by) =>
      [...elements]
        .sort((a, b) => b.from - a.from)
        .reduce((text, { from, to, name }) => `${text.slice(0, from)}${elementOf(name, by)}${text.slice(to)}`, xml),
  }))
}

const elementOf = (name: string, by: unknown): string => (by === undefined ? '' : `<${name}>${xmlText(by)}</${name}>`)

const xmlText = (by: unknown): string => {
  if (by === beyondNumbers) return '1e999'
  if (typeof by !== 'object' || by === null) return String(by)
  return Object.entries(by)
    .map(([name, value]) => elementOf(name, value))
    .join('')
}

/** XML does not say what a text stands for: digits are a number, unless they are as many as an account id has. */
const xmlKind = (elements: readonly Element[]): MemberKind => {
  const every = (pattern: RegExp): boolean => elements.every(({ inner }) => pattern.test(inner))
  if (elements.some(({ children }) => children.some((child) => /^(?:item|member)$/.test(child)))) return 'list'
  if (elements.some(({ children }) => children.length > 0)) return 'part'
  return every(/^-?\d{1,11}$/) ? 'number' : every(/^(?:true|false)$/) ? 'flag' : 'text'
}
