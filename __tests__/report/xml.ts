/** An element of an XML document; `text` is the text directly in it, in one piece. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

const characters = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Reads an XML 1.0 document as strictly as the standard has it, without what no report needs: document types, CDATA, processing
 * instructions. Throws where it is not well-formed, or holds one of these. https://www.w3.org/TR/xml/
 */
export const readXml = (document: string): XmlElement => {
  if (!characters.test(document)) throw new Error('a character that XML does not have')
  const source = document.replaceAll(/\r\n?/g, '\n')
  const prolog = /^(?:<\?xml version="1\.0" encoding="UTF-8" ?\?>)?/.exec(source)?.[0] ?? ''
  const cursor = { source, at: prolog.length }
  skipMisc(cursor)
  const root = readElement(cursor)
  skipMisc(cursor)
  if (cursor.at < source.length) throw new Error(`more than one root: ${source.slice(cursor.at, cursor.at + 40)}`)
  return root
}

interface Cursor {
  readonly source: string
  at: number
}

const take = (cursor: Cursor, pattern: RegExp): RegExpExecArray | null => {
  const sticky = new RegExp(pattern.source, 'uy')
  sticky.lastIndex = cursor.at
  const match = sticky.exec(cursor.source)
  if (match !== null) cursor.at = sticky.lastIndex
  return match
}

const comment = /<!--(?:(?!--)[\s\S])*-->/

const skipMisc = (cursor: Cursor): void => {
  while (take(cursor, /[ \t\n]+/) !== null || take(cursor, comment) !== null);
}

const name = '[A-Za-z_:][\\w:.-]*'

const readElement = (cursor: Cursor): XmlElement => {
  const [, tag = ''] = take(cursor, new RegExp(`<(${name})`)) ?? fail(cursor, 'an element')
  const attributes: Record<string, string> = {}
  for (;;) {
    const attribute = take(cursor, new RegExp(`[ \\t\\n]+(${name})[ \\t\\n]*=[ \\t\\n]*(?:"([^"<]*)"|'([^'<]*)')`))
    if (attribute === null) break
    const [, key = '', double, single] = attribute
    if (Object.hasOwn(attributes, key)) throw new Error(`attribute ${key} twice`)
    attributes[key] = resolved((double ?? single ?? '').replaceAll(/[\t\n]/g, ' '))
  }
  if (take(cursor, /[ \t\n]*\/>/) !== null) return { name: tag, attributes, children: [], text: '' }
  if (take(cursor, /[ \t\n]*>/) === null) fail(cursor, '>')
  const children: XmlElement[] = []
  let text = ''
  while (take(cursor, new RegExp(`</${tag}[ \\t\\n]*>`)) === null) {
    const characterData = take(cursor, /[^<]+/)
    if (characterData === null) {
      if (take(cursor, comment) === null) children.push(readElement(cursor))
    } else if (characterData[0].includes(']]>')) throw new Error(']]> in a text')
    else text += resolved(characterData[0])
  }
  return { name: tag, attributes, children, text }
}

const fail = (cursor: Cursor, expected: string): never => {
  throw new Error(`${expected} is expected at: ${cursor.source.slice(cursor.at, cursor.at + 40)}`)
}

const resolved = (text: string): string =>
  text.replaceAll(/&([^;&\s]*;)?/g, (reference, body: string | undefined) => {
    const [, decimal, hexadecimal, entity = ''] = /^(?:#(\d+)|#x([\da-fA-F]+)|(\w+));$/.exec(body ?? '') ?? []
    const code = decimal ?? hexadecimal
    const character = code === undefined ? entities[entity] : String.fromCodePoint(Number.parseInt(code, decimal === undefined ? 16 : 10))
    if (character === undefined || !characters.test(character)) throw new Error(`${reference} is no reference`)
    return character
  })
