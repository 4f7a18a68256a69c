import { plain } from './escape.ts'

/** A part of a text. `link`: it is a web address that may be followed. */
export interface TextPart {
  readonly text: string
  readonly isLink: boolean
}

/** Pages that texts of this program name, and that nobody else can write on. */
const trusted = /(https:\/\/(?:www\.shellcheck\.net\/wiki\/SC\d+|docs\.aws\.amazon\.com\/[\w/.#-]*\w))/

/** The parts of a text, printable and on one line. Other addresses than those of AWS's and shellcheck's pages are no links: a name may hold any. */
export const linkedParts = (text: string): readonly TextPart[] =>
  plain(text)
    .split(trusted)
    .map((part, index) => ({ text: part, isLink: index % 2 === 1 }))
    .filter((part) => part.text !== '')
