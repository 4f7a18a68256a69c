import { folderOfText, gap, nameOfText, ownFolder, placedIn, startFolder } from '../../shell/values.ts'
import { asText, isTold, joinedText, numberValue, type PythonValue, textValue, truth, unknown } from '../values/values.ts'

/** What a method of a text answers; unknown where that is not told. `given` are its plain arguments. */
export const textMethod = (name: string, text: string, at: number | null, given: readonly PythonValue[]): PythonValue => {
  const [first, second] = given.map(asText)
  switch (name) {
    case 'strip':
    case 'lstrip':
    case 'rstrip':
      return first === undefined ? textValue(stripped(name, text), at) : unknown
    case 'lower':
      return textValue(text.toLowerCase(), at)
    case 'upper':
      return textValue(text.toUpperCase(), at)
    case 'encode':
    case 'decode':
    case 'expandtabs':
      return textValue(text, at)
    case 'replace':
      if (first === undefined || second === undefined || !isTold(text + first.text + second.text) || first.text === '')
        return textValue(gap, at)
      return textValue(
        text.replaceAll(first.text, () => second.text),
        at,
      )
    case 'startswith':
      return first !== undefined && given[0]?.kind === 'text' && isTold(text + first.text) ? truth(text.startsWith(first.text)) : unknown
    case 'endswith':
      return first !== undefined && given[0]?.kind === 'text' && isTold(text + first.text) ? truth(text.endsWith(first.text)) : unknown
    case 'isdigit':
      return isTold(text) ? truth(/^\d+$/.test(text)) : unknown
    default:
      return unknown
  }
}

const stripped = (name: string, text: string): string => {
  if (name === 'lstrip') return text.trimStart()
  return name === 'rstrip' ? text.trimEnd() : text.trim()
}

/** `"{} {name}".format(…)`; what has a format of its own is not told. */
export const formatted = (
  text: string,
  at: number | null,
  given: readonly PythonValue[],
  named: ReadonlyMap<string, PythonValue>,
): PythonValue => {
  let next = 0
  let place = at
  const whole = text.replaceAll(/\{\{|\}\}|\{([^{}]*)\}/g, (all, field?: string) => {
    if (field === undefined) return all.charAt(0)
    const value = field === '' ? given[next++] : /^\d+$/.test(field) ? given[Number(field)] : named.get(field)
    if (value === undefined) return gap
    const found = asText(value)
    place = found.at ?? place
    return found.text
  })
  return textValue(whole, place)
}

/** `"a %s" % b` */
export const interpolated = (text: string, at: number | null, given: readonly PythonValue[]): PythonValue => {
  let next = 0
  let place = at
  const whole = text.replaceAll(/%(?:%|[sdr]|[-+ #0-9.]*[a-zA-Z]|\(\w+\)[a-zA-Z])/g, (all) => {
    if (all === '%%') return '%'
    const value = all === '%s' || all === '%d' ? given[next++] : undefined
    if (value === undefined) return gap
    const found = asText(value)
    place = found.at ?? place
    return found.text
  })
  return textValue(whole, place)
}

/** The words of a text, as a shell takes it apart; null where quotes and variables are in the way. */
export const splitText = (text: string, at: number | null): readonly PythonValue[] | null => {
  const words = text.match(/"[^"\\$`]*"|'[^']*'|[^\s"'\\$`;&|<>]+/g) ?? []
  if (/["']\S*["']\S|\S["']/.test(text.replaceAll(/"[^"\\$`]*"|'[^']*'/g, '')) || /[\\$`;&|<>]/.test(text)) return null
  return words.map((word) => textValue(word.replaceAll(/^["']|["']$/g, ''), at))
}

/** Functions of `os.path` on paths; null for others. `here` is the folder in which the script is. */
export const pathFunction = (name: string, given: readonly PythonValue[], here: string): PythonValue | null => {
  const [first] = given
  if (name === 'join') return joinedPath(given)
  if (first === undefined) return null
  const { text, at } = asText(first)
  switch (name) {
    case 'dirname':
      return textValue(parentOf(text), at)
    case 'basename':
      return textValue(nameOfText(text), at)
    case 'abspath':
    case 'realpath':
    case 'normpath':
      return textValue(placedIn(here, text), at)
    case 'expanduser':
    case 'expandvars':
      return textValue(/[~$]/.test(text) ? gap : text, at)
    default:
      return null
  }
}

/** As `os.path.dirname`: of a plain name the folder in which it is. */
export const parentOf = (path: string): string => {
  const folder = folderOfText(path)
  return folder === '.' ? '' : folder
}

/** A whole path begins anew. */
export const joinedPath = (given: readonly PythonValue[]): PythonValue => {
  const parts = given.map((value) => ({ ...asText(value) }))
  const start = parts.findLastIndex(({ text }) => text.startsWith('/') || text.startsWith(ownFolder) || text.startsWith(startFolder))
  const used = parts.slice(Math.max(0, start)).filter(({ text }) => text !== '')
  const place = used.findLast(({ at }) => at !== null)?.at ?? null
  return textValue(used.map(({ text }, at) => (at < used.length - 1 ? text.replace(/\/$/, '') : text)).join('/'), place)
}

/** `"sep".join(items)` */
export const joinedBy = (separator: string, items: readonly PythonValue[]): PythonValue => joinedText(items, separator)

export const lengthOf = (text: string): PythonValue => (isTold(text) ? numberValue(text.length) : unknown)
