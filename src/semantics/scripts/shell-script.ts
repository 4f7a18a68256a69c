import { type Place, placeAt } from '../text/place.ts'
import type { ShellCommand } from './shell/nodes.ts'
import { shellCommands, shellProgram } from './shell-tree.ts'

/** The byte order mark as a decoded text keeps it. */
export const byteOrderMark = '\uFEFF'

/** The first line of a script that names its interpreter, as the kernel reads it. */
export interface Shebang {
  /** The program that is started: `/bin/bash`, or `/usr/bin/env`. Empty where the line names none. */
  readonly path: string
  /** Name of the interpreter without its folder, also behind `env`: `bash`, `python3`. */
  readonly interpreter: string
  /** What is handed to the interpreter: `-e`. */
  readonly options: readonly string[]
}

/**
 * The shebang of a script; null where the text does not start with `#!`. A byte order mark before it counts: the kernel does not
 * find the `#!` then. https://man7.org/linux/man-pages/man2/execve.2.html
 */
export const shebangOf = (text: string): Shebang | null => {
  const line = /^#![ \t]*([^\r\n]*)/.exec(text)?.[1]
  if (line === undefined) return null
  const words = line.split(/[ \t]+/).filter((word) => word !== '')
  const [path = '', ...rest] = words
  if (baseName(path) !== 'env') return { path, interpreter: baseName(path), options: rest }
  const at = rest.findIndex((word) => !word.startsWith('-') && !word.includes('='))
  return at === -1 ? { path, interpreter: '', options: [] } : { path, interpreter: baseName(rest[at] ?? ''), options: rest.slice(at + 1) }
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const shells = new Set(['bash', 'sh', 'dash', 'ash', 'ksh', 'mksh', 'zsh'])

/** Whether the interpreter is a shell, which goes on after a failed command unless it is told to stop. */
export const isShell = ({ interpreter }: Shebang): boolean => shells.has(interpreter)

/** Where a shebang stands that is not at the start of the text, or has something before it on its line; null where there is none. */
export const misplacedShebang = (text: string): Place | null => {
  const match = /^[\s\uFEFF]+(?=#!)/.exec(text) ?? /^(?:[ \t]*(?:#.*)?\r?\n)+(?=#!\s*\/)/.exec(text)
  return match === null ? null : placeAt(text, match[0].length)
}

export interface CarriageReturns {
  readonly count: number
  /** The first of them. */
  readonly first: Place
  /** Each stands at the end of a line, as Windows ends lines. */
  readonly allAtLineEnds: boolean
}

/** Carriage returns of a text; null where it has none. A shell takes each for a character of the command that it stands in. */
export const carriageReturns = (text: string): CarriageReturns | null => {
  const count = text.split('\r').length - 1
  if (count === 0) return null
  return { count, first: placeAt(text, text.indexOf('\r')), allAtLineEnds: !/\r(?![\r\n]|$)/.test(text) }
}

/** What becomes of a command of a script that fails. */
export type ErrorHandling =
  /** The script ends: `how` is the setting that makes it, as written. */
  | { readonly kind: 'stops'; readonly how: string; readonly place: Place }
  /** The setting comes after commands whose failure is lost. */
  | { readonly kind: 'late'; readonly how: string; readonly place: Place; readonly first: FirstCommand }
  /** The script goes on. */
  | { readonly kind: 'goes-on'; readonly first: FirstCommand }
  /** A part of the text was not understood, and what was does not stop at errors. */
  | { readonly kind: 'unreadable' }
  /** No command's failure can be lost: there is none, one alone ends the script, or each is looked at where it stands. */
  | { readonly kind: 'nothing-to-lose' }

/** The first command whose failure would be lost. */
interface FirstCommand {
  readonly name: string
  readonly place: Place
}

/**
 * Commands that may come before `set -e`: they set the shell up, say something, or ask a question, and a node is no worse when they
 * fail.
 */
export const harmless: ReadonlySet<string> = new Set(
  ': true false echo printf export readonly declare typeset local shopt umask unset alias set trap exec exit return break continue shift read [[ [ test for select let sleep date tee hostname uname id whoami'.split(
    ' ',
  ),
)

/** Functions that are followed to where they are called; more are taken for commands, so that no script uses up the stack. */
const maxCalls = 500

const assignment = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/

/**
 * Whether a shell script ends at its first failing step: `set -e` in any spelling, `trap … ERR`, or `-e` in the shebang, before the
 * first command whose failure matters. Functions count where they are called.
 * https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html
 */
export const errorHandling = (text: string): ErrorHandling => {
  const options = shebangOf(text)?.options ?? []
  if (setsErrexit(['set', ...options])) return { kind: 'stops', how: options.join(' '), place: { line: 1, column: 1 } }
  const commands = shellCommands(text).map(withoutAssignments)
  const found = firstThatMatters(commands)
  const isRead = shellProgram(text).complete
  if (!isRead && (found === null || !stops(found))) return { kind: 'unreadable' }
  if (found === null || isLastAndOnly(found, commands)) return { kind: 'nothing-to-lose' }
  const place = placeAt(text, found.offset)
  if (stops(found)) return { kind: 'stops', how: found.words.join(' '), place }
  const first = { name: found.words[0] ?? '', place }
  const late = commands.find((command) => command.offset > found.offset && catchesErrors(command))
  return late === undefined
    ? { kind: 'goes-on', first }
    : { kind: 'late', how: late.words.join(' '), place: placeAt(text, late.offset), first }
}

const withoutAssignments = (command: ShellCommand): ShellCommand => {
  const at = command.words.findIndex((word) => !assignment.test(word))
  return { ...command, words: at === -1 ? [] : command.words.slice(at) }
}

/** The command that ends the search: one that makes the script stop at errors, or one whose failure is lost. */
const firstThatMatters = (commands: readonly ShellCommand[]): ShellCommand | null => {
  const bodies = new Map<string | null, ShellCommand[]>()
  for (const command of commands) {
    const body = bodies.get(command.inFunction)
    if (body === undefined) bodies.set(command.inFunction, [command])
    else body.push(command)
  }
  const entered = new Set<string>()
  const search = (body: string | null): ShellCommand | null => {
    for (const command of bodies.get(body) ?? []) {
      const [name] = command.words
      if (name === undefined) continue
      if (stops(command)) return command
      if (harmless.has(name) || entered.has(name)) continue
      const isFunction = bodies.has(name) && entered.size < maxCalls
      if (isFunction) entered.add(name)
      const lost = isFunction ? search(name) : command.statusTaken ? null : command
      if (lost !== null) return lost
    }
    return null
  }
  return search(null)
}

/** `exec program` counts: the script becomes the program, whose exit status is the node's answer. */
const stops = (command: ShellCommand): boolean => catchesErrors(command) || (command.words[0] === 'exec' && command.words.length > 1)

/** Either of them makes every later command count. */
const catchesErrors = ({ words }: ShellCommand): boolean => setsErrexit(words) || (words[0] === 'trap' && words.slice(1).includes('ERR'))

const setsErrexit = (words: readonly string[]): boolean => {
  if (words[0] !== 'set') return false
  const end = words.indexOf('--')
  const options = end === -1 ? words : words.slice(0, end)
  return options.some((word, at) => /^-[A-Za-z]*e[A-Za-z]*$/.test(word) || (/^-[A-Za-z]*o$/.test(word) && options[at + 1] === 'errexit'))
}

/** The exit status of the script is that of its one command: nothing follows it, or only an exit with that status. */
const isLastAndOnly = (command: ShellCommand, commands: readonly ShellCommand[]): boolean => {
  if (stops(command) || command.inFunction !== null) return false
  const at = commands.indexOf(command)
  return (
    commands.slice(0, at).every(({ words }) => harmless.has(words[0] ?? ':')) &&
    commands.slice(at + 1).every(({ words: [name, status] }) => name === undefined || (name === 'exit' && (status ?? '$?').startsWith('$')))
  )
}
