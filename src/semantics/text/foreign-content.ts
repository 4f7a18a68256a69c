/** What a file holds in place of a script. */
export interface ForeignContent {
  /** In words: `an HTML page`. */
  readonly what: string
  readonly fix: 'fences' | 'download' | 'git-lfs'
  /** Counts from 1. */
  readonly line: number
}

/** Answers of web servers in plain text, as the whole of a file. */
const answers =
  /^\s*(?:(?:HTTP\/[\d.]+ )?[45]\d\d:? [A-Z][\w ]{2,40}|Not Found|Forbidden|Unauthorized|Access Denied|File not found\.?)\s*$/i

/** Characters at the start of a file in which it shows. */
const looked = 4000

/**
 * Whether a file is what an assistant, a browser or a failed download left where a script should be; null for what may be one. A shell
 * takes much of it for commands, so that its parser may accept it.
 * https://spec.commonmark.org/0.31.2/#fenced-code-blocks and https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 */
export const foreignContent = (text: string): ForeignContent | null => {
  const start = text.slice(0, looked).replace(/^\uFEFF/, '')
  if (/^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(start)) return { what: 'an HTML page', fix: 'download', line: 1 }
  const [, code] = /^\s*(?:<\?xml[^>]*\?>)?\s*<Error>\s*(?:<Code>(\w+)<)?/.exec(start) ?? []
  if (code !== undefined) return { what: `an error answer of S3 (${code})`, fix: 'download', line: 1 }
  if (text.length < 300 && answers.test(text)) return { what: `an error answer (${text.trim()})`, fix: 'download', line: 1 }
  if (isErrorObject(text)) return { what: 'an error answer in JSON', fix: 'download', line: 1 }
  if (start.startsWith('version https://git-lfs.github.com/spec/')) return { what: 'a pointer of Git LFS', fix: 'git-lfs', line: 1 }
  return betweenFences(start)
}

const isErrorObject = (text: string): boolean =>
  text.length < 2000 && /^\s*\{\s*"(?:message|error|errors|code|status|documentation_url)"\s*:/.test(text) && text.trimEnd().endsWith('}')

/** A fence in the first line that holds anything, or before the shebang. Below it, here-documents may hold Markdown. */
const betweenFences = (start: string): ForeignContent | null => {
  const lines = start.split(/\r?\n/)
  const shebang = lines.findIndex((line) => line.startsWith('#!'))
  const first = lines.findIndex((line) => line.trim() !== '')
  const fence = lines.findIndex((line) => /^ {0,3}(?:`{3,}|~{3,})[\w +-]*$/.test(line))
  const isBefore = fence !== -1 && (fence === first || (shebang > fence && !lines.slice(0, fence).some(isCode)))
  return isBefore ? { what: 'text with a Markdown fence', fix: 'fences', line: fence + 1 } : null
}

/** A line by which a text is no plain prose: an assignment, an option of the shell, a here-document. */
const isCode = (line: string): boolean => /<<|^\s*(?:set -|[A-Za-z_]\w*=|\w+\s*\(\)\s*\{|import |from \w+ import)/.test(line)
