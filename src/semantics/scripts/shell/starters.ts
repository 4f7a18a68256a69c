import { isShellName, withoutStarter } from '../script-calls.ts'
import { gap } from './values.ts'

/** What a command runs that is not its first word itself. */
export type Started =
  /** `login`: in another folder. `perhaps`: as often as something is found or handed over. */
  | {
      readonly kind: 'words'
      readonly words: readonly string[]
      readonly where: 'here' | 'elsewhere'
      readonly certainty: 'always' | 'perhaps'
    }
  /** A text that a shell reads, with `$1` and so on. `own`: the shell that runs the script. */
  | {
      readonly kind: 'text'
      readonly text: string
      readonly parameters: readonly string[]
      readonly by: 'own' | 'another'
      readonly where: 'here' | 'elsewhere'
      /** `perhaps`: where a signal comes, or something fails. */
      readonly certainty: 'always' | 'perhaps'
    }

/** Null where the command is what it says. `input`: the here-document or here-string that it reads. */
export const startedBy = (words: readonly string[], input: string | null): Started | null => {
  const [first = '', ...args] = words
  const name = first.slice(first.lastIndexOf('/') + 1)
  if (name === 'eval') return { kind: 'text', text: args.join(' '), parameters: [], by: 'own', where: 'here', certainty: 'always' }
  if (name === 'trap') return byTrap(args)
  if (isShellName(name)) return byShell(args, input)
  if (name === 'su' || (name === 'runuser' && !args.includes('-u'))) return byUser(args, input)
  if (name === 'xargs') return byXargs(args)
  if (name === 'find') return byFind(args)
  const rest = withoutStarter(words)
  return rest === words || rest.length === 0
    ? null
    : { kind: 'words', words: rest, where: movesAway(name, args) ? 'elsewhere' : 'here', certainty: 'always' }
}

/** A text that is run later, if at all. What it ends has ended by then. */
const byTrap = (args: readonly string[]): Started | null => {
  const [text = '', ...signals] = args.filter((word) => word !== '--')
  return signals.length === 0 || text.startsWith('-') || text === '' ? null : { ...read(text, []), certainty: 'perhaps' }
}

/** `sudo -i` begins in the home of the user, and some take a folder. */
const movesAway = (name: string, args: readonly string[]): boolean => {
  const options = args.slice(
    0,
    args.findIndex((word) => !word.startsWith('-')),
  )
  if (name === 'sudo') return options.some((word) => /^-[a-zA-Z]*i|^--(?:login|chdir)|^-D|^-R|^--chroot/.test(word))
  return name === 'env' && options.some((word) => /^-C|^--chdir/.test(word))
}

const byShell = (args: readonly string[], input: string | null): Started | null => {
  for (const [at, word] of args.entries()) {
    if (/^-[A-Za-z]*c$/.test(word)) {
      const text = args[at + 1]
      return text === undefined
        ? null
        : { kind: 'text', text, parameters: args.slice(at + 3), by: 'another', where: 'here', certainty: 'always' }
    }
    if (/^-[A-Za-z]*s$/.test(word)) return input === null ? null : read(input, args.slice(at + 1))
    if (!/^[-+]/.test(word) && !/^[-+][A-Za-z]*o$/.test(args[at - 1] ?? '')) return null
  }
  return input === null ? null : read(input, [])
}

const read = (text: string, parameters: readonly string[]): Started => ({
  kind: 'text',
  text,
  parameters,
  by: 'another',
  where: 'here',
  certainty: 'always',
})

/** https://man7.org/linux/man-pages/man1/su.1.html */
const byUser = (args: readonly string[], input: string | null): Started | null => {
  const where = args.some((word) => /^(?:-|-[a-zA-Z]*l|--login)$/.test(word)) ? 'elsewhere' : 'here'
  const at = args.findIndex((word) => /^-[a-z]*c$|^--(?:session-)?command$/.test(word))
  const text = at === -1 ? args.find((word) => /^--command=/.test(word))?.replace('--command=', '') : args[at + 1]
  if (text !== undefined) return { ...read(text, []), where }
  return input === null ? null : { ...read(input, []), where }
}

/** The words that it reads are not told. */
const byXargs = (args: readonly string[]): Started | null => {
  const start = commandAt(args, /^-[aEIdLnPs]$|^--(?:arg-file|delimiter|max-args|max-procs|max-lines|replace)$/)
  const words = args.slice(start)
  if (words.length === 0) return null
  const place = args.slice(0, start).findIndex((word) => word.startsWith('-I'))
  const name = place === -1 ? null : args[place] === '-I' ? (args[place + 1] ?? '{}') : (args[place] ?? '').slice(2)
  const filled = name === null || name === '' ? [...words, gap] : words.map((word) => word.replaceAll(name, () => gap))
  return { kind: 'words', words: filled, where: 'here', certainty: 'perhaps' }
}

const commandAt = (args: readonly string[], takesWord: RegExp): number => {
  let start = 0
  while ((args[start] ?? '').startsWith('-')) start += takesWord.test(args[start] ?? '') ? 2 : 1
  return start
}

/** What is found below a folder, by the pattern of `-name`. */
const byFind = (args: readonly string[]): Started | null => {
  const at = args.findIndex((word) => /^-(?:exec|execdir|ok|okdir)$/.test(word))
  if (at === -1) return null
  const end = args.findIndex((word, index) => index > at && (word === ';' || word === '+'))
  const words = args.slice(at + 1, end === -1 ? undefined : end)
  const named = args.indexOf('-name')
  const found = named === -1 ? gap : `${gap}/${args[named + 1] ?? ''}`
  const where = /dir$/.test(args[at] ?? '') ? 'elsewhere' : 'here'
  return { kind: 'words', words: words.map((word) => word.replaceAll('{}', () => found)), where, certainty: 'perhaps' }
}
