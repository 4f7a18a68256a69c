import { pythonValues } from './python/values-in.ts'
import { workingWords } from './script-calls.ts'
import type { ScriptLanguage } from './script-language.ts'
import { simpleCommands } from './shell-tree.ts'

/** A value that an example or a template left open. */
export interface FoundPlaceholder {
  /** As it stands in the text, at most 60 characters. */
  readonly value: string
  readonly offset: number
}

/**
 * What examples put where a value of one's own belongs. Account ids: the ones that AWS's documentation uses.
 * https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
 */
const patterns: readonly RegExp[] = [
  /\b(?:fs|fsvol|fsap|subnet|sg|vpc|eni|rtb|ami|ws|i)-(?:[xX]{3,}|[xX]+[\dxX]{3,}|\.{3}|<)[\w>]*/,
  /\bws-abcd1234-abcd-1234-ab12-1234abcd1234\b/,
  /<(?:your|my|insert|enter|replace|change|add|put|the)[\w .:-]{0,60}>/i,
  /<[A-Za-z]+(?:[-_ ][A-Za-z\d]+){1,6}>/,
  /<(?:bucket|account|region|cluster|endpoint|password|token|id|name|arn|vpc|subnet)>/i,
  /(?<![A-Za-z\d${_-])(?:REPLACE|CHANGE|FILL|EDIT)[-_ ]?(?:ME|THIS|IN)(?![a-z])/,
  /(?<![A-Za-z\d${_-])(?:REPLACE|CHANGE)_WITH_\w+/,
  /(?<![A-Za-z\d${_-])(?:replace|change)[-_]?me(?![A-Za-z])/,
  /(?<![A-Za-z\d${_-])(?:TODO|FIXME|TBD)(?:[-_:]\w*|$)/,
  /(?<![A-Za-z\d${_-])(?:YOUR_[A-Z\d_]+|your-[a-z\d-]+)/,
  /(?<![A-Za-z\d.])(?:[xX]{5,})(?![A-Za-z\d])/,
  /\b(?:AKIAIOSFODNN7EXAMPLE|AKIAI44QH8DHBEXAMPLE)\b|wJalrXUtnFEMI\/K7MDENG\/bPxRfiCYEXAMPLEKEY/,
  /\b(?:DOC-EXAMPLE-BUCKET|amzn-s3-demo-[a-z\d-]*bucket\d*)\b/,
  /\barn:aws[\w-]*:[^:\s]*:[^:\s]*:(?:123456789012|111122223333|444455556666|000000000000|012345678901):[\w/.-]{0,40}/,
  /\b(?:123456789012|111122223333|444455556666|000000000000|012345678901)\.dkr\.ecr\.[\w.-]+/,
]

/** Commands that speak, ask, or fill a template: what they name is not what the node is set up with. */
const quiet = new Set([
  'echo',
  'printf',
  'logger',
  'log',
  'sed',
  'grep',
  'egrep',
  'awk',
  'perl',
  'mktemp',
  '[',
  '[[',
  'test',
  'trap',
  'case',
])

/** Functions that scripts give to messages. */
const speaks = /^_?(?:usage|help|die|err\w*|warn\w*|info\w*|log\w*|fail\w*|msg\w*|note|say|debug\w*|abort)$/i

/** Values left open in a script: in what its commands are given, not in comments, here-documents, messages and tests. */
export const placeholdersIn = (text: string, { kind }: Pick<ScriptLanguage, 'kind'>): readonly FoundPlaceholder[] => {
  if (kind === 'shell') return inShell(text)
  return kind === 'python' ? inPython(text) : []
}

const inShell = (text: string): readonly FoundPlaceholder[] =>
  simpleCommands(text).flatMap(({ command: { words, offset }, end }) => {
    const [program = ''] = workingWords(words)
    if (quiet.has(program) || speaks.test(program)) return []
    return words.flatMap((word) => {
      if (/\bmktemp\b|\bsed\b|\bgrep\b/.test(word)) return []
      const value = placeholderOf(word.replace(/^[A-Za-z_]\w*\+?=/, ''))
      if (value === null) return []
      const at = text.slice(offset, end).indexOf(value)
      return [{ value: shown(value), offset: offset + Math.max(0, at) }]
    })
  })

/** Texts that are assigned or handed over. SssdConfig is judged with the directory service. */
const inPython = (text: string): readonly FoundPlaceholder[] =>
  pythonValues(text).flatMap(({ value: given, owner, offset, end }) => {
    const value = owner === 'SssdConfig' ? null : placeholderOf(given)
    if (value === null) return []
    return [{ value: shown(value), offset: offset + Math.max(0, text.slice(offset, end).indexOf(value)) }]
  })

/** The part of a value that was left open; null where nothing was. */
export const placeholderOf = (value: string): string | null => {
  const text = value.slice(0, 2000)
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) return found
  }
  return null
}

const shown = (value: string): string => (value.length > 60 ? `${value.slice(0, 59)}…` : value)
