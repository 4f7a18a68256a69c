/** SGR codes of ECMA-48: on and off. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

export type Style = keyof typeof codes

/** Puts a style on finished text. */
export type Paint = (style: Style, text: string) => string

const sequence = (code: number): string => `${String.fromCharCode(27)}[${code}m`

/** Colour is on or off because the caller says so, whatever the environment and the stream are. */
export const painter = (colour: boolean): Paint =>
  colour ? (style, text) => `${sequence(codes[style][0])}${text}${sequence(codes[style][1])}` : (_, text) => text

/**
 * Breaks text at its blanks into lines of at most `width` characters. A longer word (an id, a web address) stays whole. A word such as
 * `::/0` stays with the word before it: at the start of a line the runner of GitHub Actions could take it for a command.
 */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = []
  for (const word of text.split(/ (?!::)/)) {
    const last = lines.at(-1)
    if (last !== undefined && [...last].length + 1 + [...word].length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
