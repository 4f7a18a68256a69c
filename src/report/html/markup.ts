import { htmlText } from '../wording/escape.ts'

class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** Finished HTML. It is made in this module alone: text reaches a page escaped or not at all. */
export type Html = Markup

type Value = Html | readonly Html[] | string | number | null

/** HTML around values: text and numbers are escaped, finished HTML is taken as it is, null is nothing. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Markup(parts.map((part, index) => `${part}${textOf(values[index] ?? null)}`).join(''))

const textOf = (value: Value): string => {
  if (value === null) return ''
  if (value instanceof Markup) return value.toString()
  if (typeof value === 'object') return value.map(String).join('')
  return htmlText(String(value))
}

/** A command, whole: half of one must never be pasted. */
export const wholeText = (command: string): Html => new Markup(htmlText(command, Number.POSITIVE_INFINITY))

/** Constants of this folder, which are no text. Nothing that comes from outside may pass here. */
export const verbatim = (constant: string): Html => new Markup(constant)
