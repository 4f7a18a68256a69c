import type { ParsedScript } from '../../model/facts/scripts.ts'
import type { Filtered } from './filter-process.ts'
import { type Lookup, noVerdict, oneLine } from './script-parser.ts'

/**
 * Words that make each shell read a script without running it, and without reading a file of its own first.
 * https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html
 */
const readOnly: Readonly<Record<string, readonly string[]>> = {
  bash: ['--norc', '--noprofile', '-n'],
  zsh: ['-f', '-n'],
}

/** What `-n` of a shell says about a script. */
export const parseShell = async (name: string, text: string, lookup: Lookup): Promise<ParsedScript> => {
  const file = await lookup.find(name)
  if (file === null) return { kind: 'absent' }
  const words = readOnly[name] ?? ['-n']
  const verdict = verdictOf(file, name, await lookup.run(file, words, text))
  if (verdict.kind !== 'refused') return verdict
  if (name === 'bash') return refusedByBash(file, words, text, verdict, lookup)
  return name === 'sh' && (await bashAccepts(text, lookup)) ? { ...verdict, doubt: otherSh } : verdict
}

const otherSh = 'bash accepts it, and is what sh starts on Amazon Linux; on Ubuntu sh is dash'

/** `-n` runs no `shopt`: a script that sets extglob is read with it as well. */
const refusedByBash = async (
  file: string,
  words: readonly string[],
  text: string,
  verdict: ParsedScript & { readonly kind: 'refused' },
  lookup: Lookup,
): Promise<ParsedScript> => {
  if (/\bextglob\b/.test(text)) {
    const extended = verdictOf(file, 'bash', await lookup.run(file, [...words, '-O', 'extglob'], text))
    if (extended.kind === 'accepted') return extended
  }
  const [, version, major] = /version ((\d+)\.\d+)/.exec((await lookup.run(file, ['--version'], '')).stdout) ?? []
  if (version === undefined || Number(major) >= 4) return verdict
  return { ...verdict, by: `bash ${version}`, doubt: `the bash of this machine is ${version}, that of the nodes is newer and knows more` }
}

const bashAccepts = async (text: string, lookup: Lookup): Promise<boolean> => (await parseShell('bash', text, lookup)).kind === 'accepted'

const verdictOf = (file: string, name: string, answer: Filtered): ParsedScript => {
  if (answer.exitCode === 0) return { kind: 'accepted', openHereDocument: openHereDocument(answer.stderr) }
  const refusal = refusalOf(answer.stderr)
  if (refusal === null) throw noVerdict(file, answer)
  return { kind: 'refused', by: name, line: refusal.line, message: oneLine(refusal.message, 200), doubt: null }
}

/** Bash only warns of it. */
const openHereDocument = (stderr: string): { line: number; delimiter: string } | null => {
  const [, line, delimiter = ''] = /here-document at line (\d+) delimited by end-of-file \(wanted `(.*)'\)/.exec(stderr) ?? []
  return line === undefined ? null : { line: Number(line), delimiter: oneLine(delimiter, 100) }
}

/** How shells name the line: bash, mksh, ksh, then dash and zsh. */
const withLine: readonly RegExp[] = [
  /: line (?<line>\d+): (?<message>.+)$/m,
  /<stdin>\[(?<line>\d+)\]: (?<message>.+)$/m,
  /: (?<kind>syntax error) at line (?<line>\d+): (?<message>.+)$/m,
  /: ?(?<line>\d+): (?<message>.+)$/m,
]

const refusalOf = (stderr: string): { readonly line: number | null; readonly message: string } | null => {
  const text = stderr
    .split('\n')
    .filter((line) => !/\bwarning: /.test(line))
    .join('\n')
  for (const pattern of withLine) {
    const { line, message, kind } = pattern.exec(text)?.groups ?? {}
    if (line !== undefined && message !== undefined) {
      return { line: Number(line), message: kind === undefined ? message : `${kind}: ${message}` }
    }
  }
  const message = /(?:syntax error|parse error|unexpected EOF).*$/im.exec(text)?.[0]
  return message === undefined ? null : { line: null, message }
}
