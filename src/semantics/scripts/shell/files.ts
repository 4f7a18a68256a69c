import { namedFiles } from '../opened-files.ts'
import { type FileUse, workingWords } from '../script-calls.ts'
import type { ShellRun, ShellStep } from '../shell-steps.ts'
import { parameterWord } from './looks.ts'
import { asWritten, folderAt } from './places.ts'
import { startedBy } from './starters.ts'
import { placedIn } from './values.ts'
import { order } from './walk.ts'

/** Files of one script that are kept. */
const mostFiles = 1000

/** The files that commands of a script open or hand to other scripts; those in a folder that is not told are left out. */
export const shellFiles = (runs: readonly ShellRun[]): readonly FileUse[] => {
  const uses = new Map<string, FileUse>()
  for (const { words, inputs, here, site, certainty, onFailure } of runs) {
    const opened = inputs.filter((path) => !path.startsWith('/')).map((path) => ({ path, how: 'opened' as const }))
    for (const { path, how } of [...namedFiles(words), ...opened]) {
      const target = folderAt(placedIn(here, path))
      if (target.base === 'unknown') continue
      const key = JSON.stringify([site.offset, target, how])
      const known = uses.get(key)
      const isStronger = known === undefined || order.indexOf(known.certainty) < order.indexOf(certainty)
      if (isStronger && uses.size < mostFiles)
        uses.set(key, { written: asWritten(path), offset: site.offset, target, how, certainty, onFailure })
    }
  }
  return [...uses.values()]
}

const speaks = new Set([':', 'echo', 'printf', 'logger', 'log'])

/** Programs whose last operand is where the files go. */
const copies = /^(?:cp|mv|ln|install|rsync|scp|aws)$/

/** A `[[ … ]]`, `[ … ]` or `test`, as written. */
export interface FileTest {
  readonly text: string
  readonly inFunction: string | null
}

/** Names of the files that commands treat in any other way: they may test for them, or make them. */
export const treatedFiles = (runs: readonly ShellRun[], steps: readonly ShellStep[], tests: readonly FileTest[]): ReadonlySet<string> => {
  const names = new Set<string>()
  const given = givenIn(steps)
  for (const test of tests) addTested(names, test, given)
  for (const { words, command } of runs) {
    for (const word of treatedWords(words)) addNames(names, word, 'below')
    for (const redirection of command.redirections) {
      if (redirection.type === 'HereDoc') addNames(names, redirection.body.text, 'below')
      else if (redirection.operator.includes('>') && redirection.target !== undefined) addNames(names, redirection.target.value, 'below')
    }
    const [program = '', ...args] = workingWords(words)
    const isBroughtHere = copies.test(program) && !(args.at(-1) ?? '/').startsWith('/')
    if (isBroughtHere) for (const word of args.slice(0, -1)) addNames(names, word, 'anywhere')
  }
  return names
}

/** The values of variables, and the words that functions are called with, as written. */
interface Given {
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly args: ReadonlyMap<string, readonly string[]>
}

const givenIn = (steps: readonly ShellStep[]): Given => {
  const values = new Map<string, string[]>()
  const args = new Map<string, string[]>()
  const add = (map: Map<string, string[]>, name: string, words: readonly string[]): void => {
    const known = map.get(name)
    if (known === undefined) map.set(name, [...words])
    else known.push(...words)
  }
  for (const { command } of steps) {
    const [name = '', ...rest] = command.words
    add(args, name, rest)
    for (const word of command.words) {
      const [, variable, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? []
      if (variable !== undefined) add(values, variable, [value])
    }
  }
  return { values, args }
}

/** What a test names, what its variables were given, and what its function was. */
const addTested = (names: Set<string>, { text, inFunction }: FileTest, given: Given): void => {
  addNames(names, text, 'below')
  const values = [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].flatMap(([, name = '']) => given.values.get(name) ?? [])
  for (const value of values.slice(0, mostFiles)) addNames(names, value, 'anywhere')
  if (inFunction === null || ![text, ...values].some((each) => parameterWord.test(each))) return
  for (const word of (given.args.get(inFunction) ?? []).slice(0, mostFiles)) addNames(names, word, 'anywhere')
}

/** The words of a command but for files that it opens or hands on, and texts that are read as commands of their own. */
const treatedWords = (words: readonly string[]): readonly string[] => {
  const [program = ''] = workingWords(words)
  if (speaks.has(program) || startedBy(words, null)?.kind === 'text') return []
  const used = new Set(namedFiles(words).map(({ path }) => path))
  return words.filter((word) => !used.has(word.replace(/^--?[\w-]+=/, '')))
}

/** What in a text may be a path: one that does not begin at the root, or any. */
const addNames = (names: Set<string>, text: string, where: 'below' | 'anywhere'): void => {
  for (const [path] of text.matchAll(/[^\s"'=,;()<>|&[\]{}]+/g)) {
    const below = path.replace(/^[\w.-]*:(?!\/\/)/, '')
    if (where === 'anywhere' || !/^[-/]/.test(below)) names.add(below.slice(below.lastIndexOf('/') + 1))
  }
}
