/**
 * Names from AWS, S3, files and pull requests are hostile: every renderer passes every field of a report through here.
 *
 * What cannot be shown is made visible, never dropped: a name that hides a character is itself a finding for the reader.
 */

/** Characters of one field that are shown. */
const fieldLimit = 1_000

/**
 * Control characters (C0, DEL, C1, so every ANSI sequence), format characters (bidirectional overrides, zero-width, tags), line and
 * paragraph separators, lone surrogates, code points that are no characters and that HTML and XML forbid.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}]/gu

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const visible = (character: string): string => named[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/**
 * One line of printable text: what a terminal or a log would act on is written as an escape (`\n`, `\u{1b}`), and what goes beyond
 * `limit` characters is cut, with `…` as the last one.
 */
export const plain = (text: string, limit: number = fieldLimit): string => {
  // One character more than the limit, each of at most two UTF-16 units: enough to know whether it is cut, and cheap for a huge field.
  const characters = [...text.slice(0, (limit + 1) * 2).replaceAll(invisible, visible)]
  return characters.length <= limit ? characters.join('') : `${characters.slice(0, limit - 1).join('')}…`
}

/** A command as one line, whole: half a command must never be pasted. */
export const plainCommand = (command: string): string => plain(command, Number.POSITIVE_INFINITY)

const escapeCharacter = String.fromCharCode(27)
const workflowCommand = new RegExp(`^((?:\\s|${escapeCharacter}\\[[0-9;]*m)*)::`)

/**
 * A finished line of a log that the runner takes for text. It obeys `::command::` at the start of a line, blanks aside, and the older
 * `##[command]` anywhere in it.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export const logLine = (line: string): string => line.replace(workflowCommand, '$1\\::').replaceAll('##[', '##\\[')

/**
 * Characters that mean something inside a line of GitHub's Markdown or HTML, web addresses (which would become links), mentions of people
 * and of issues (`#12`, `GH-12`: the issue would tell that it was mentioned).
 * https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
const meaningful = /:\/\/|(?<=www)\.|(?<![\w@])@(?=\w)|#(?=\d)|(?<=GH)-(?=\d)|[&<>`*_[\]|~\\$]/gi

/**
 * Text for a table cell, for between HTML tags, or for a paragraph after its first word (at the start of one, `-` or `#` would still
 * mean something) of GitHub's Markdown: shown as it is, on one line. Character references hold in all three, backslashes do not.
 */
export const markdownCell = (text: string): string => plain(text).replaceAll(meaningful, harmless)

const harmless = (match: string): string => {
  if (match === '://') return '&#58;//'
  // GitHub looks for mentions after it has resolved references, so only a character in between keeps one from being made.
  if (match === '@' || match === '#' || match === '-') return `${match}&#8203;`
  return `&#${match.charCodeAt(0)};`
}

/** The same for the start of a paragraph or of a list item, where these characters could begin a list, a heading or a block of code. */
export const markdownProse = (text: string): string =>
  markdownCell(text).replace(/^[-+#=\d\s]/, (character) => `&#${character.charCodeAt(0)};`)

/** Inline code. As an HTML element, because a code span of backticks cannot hold a pipe in a table cell, nor every run of backticks. */
export const markdownCode = (text: string): string => `<code>${markdownCell(text)}</code>`

/** A block of shell commands, fenced by more backticks than any of them holds. */
export const markdownFence = (commands: readonly string[]): string => {
  const lines = commands.map(plainCommand)
  const longest = lines.flatMap((line) => line.match(/`+/g) ?? []).reduce((length, run) => Math.max(length, run.length), 0)
  const fence = '`'.repeat(Math.max(3, longest + 1))
  return [`${fence}sh`, ...lines, fence].join('\n')
}

/** Characters of one text in a diagram that are shown: a node has to stay readable among many. */
export const mermaidLimit = 60

/**
 * Letters, digits, blanks and what joins them within a word. All else may mean something to Mermaid (quotes, brackets, `%%{init}`,
 * icons, entities), or to the Markdown or HTML that it makes of a label (`1. ` and `- ` would be lists, which it refuses).
 */
const unsafeInDiagram = /[^\p{L}\p{N}\p{M} .,/×…-]|(?<![\p{L}\p{N}])[.-]|[.-](?![\p{L}\p{N}])/gu

/**
 * Text between the double quotes of a Mermaid label, on one line. Mermaid knows characters by number as `#34;`; it reads them before
 * anything else, and shows them after all else. A label without a character is an error to it: a blank one holds a no-break space.
 * https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
export const mermaidLabel = (text: string): string =>
  text.trim() === '' ? '#160;' : plain(text, mermaidLimit).replaceAll(unsafeInDiagram, (character) => `#${character.codePointAt(0)};`)

/** What an XML 1.0 document cannot hold, not even as a reference. https://www.w3.org/TR/xml/#charsets */
const outsideXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

const xmlReference = (character: string): string => `&#${character.charCodeAt(0)};`

/** Text between XML tags. A reader gets the same text back, line breaks too; what XML cannot hold is made visible (`\u{1b}`). */
export const xmlText = (text: string): string => text.replaceAll(outsideXml, visible).replaceAll(/[&<>\r]/g, xmlReference)

/** Text between the quotes of an XML attribute, likewise. */
export const xmlAttribute = (text: string): string => text.replaceAll(outsideXml, visible).replaceAll(/[&<>"'\t\n\r]/g, xmlReference)

const reserved: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text between the tags, or in a quoted attribute, of HTML, on one line. */
export const htmlText = (text: string, limit: number = fieldLimit): string =>
  plain(text, limit).replaceAll(/[&<>"']/g, (character) => reserved[character] ?? '')

/** Makes JSON text safe to print without changing what it says: the same characters, as escapes of JSON. */
export const plainJson = (json: string): string =>
  json
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => (character === '\n' ? character : jsonEscape(character)))
    .replaceAll('##[', '#\\u0023[')

const jsonEscape = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
