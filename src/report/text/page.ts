import { type Paint, type Style, wrap } from './styles.ts'

/** How lines are made: what they are painted with, and how wide they are. */
export interface Page {
  readonly paint: Paint
  readonly width: number
}

export type Lines = readonly string[]

/** Prose between an indent and the right edge; `first` replaces the indent of the first line. */
export const prose = ({ width }: Page, indent: number, text: string, first = ' '.repeat(indent)): Lines =>
  wrap(text, width - indent).map((line, index) => `${index === 0 ? first : ' '.repeat(indent)}${line}`)

/** Each line in the style. */
export const painted = ({ paint }: Page, style: Style, lines: Lines): Lines => lines.map((line) => paint(style, line))
