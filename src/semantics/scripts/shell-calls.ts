import {
  type CallFolder,
  type ScriptCall,
  type ScriptCommand,
  type ScriptSteps,
  type StartedScript,
  scriptName,
  startedScript,
  workingWords,
} from './script-calls.ts'
import { type ShellStep, shellSteps } from './shell-steps.ts'
import { shellCommands, shellProgram } from './shell-tree.ts'
import { filesMeant, variablesOf } from './shell-words.ts'

/** Commands that speak of files without making or testing any. */
const speaks = new Set(['echo', 'printf', 'logger', 'log', 'chmod', 'chown', 'dos2unix'])

const declares = new Set(['for', 'export', 'local', 'readonly', 'declare'])

/** Commands that may put files with names of their own into the working folder. */
const unpacks = new Set(['tar', 'unzip', 'git', 'rsync', '7z', 'cpio', 'make', 'cmake', 'scp', 'sftp', 'patch'])

const unknown: CallFolder = { base: 'unknown', path: '' }

/** Calls of one script that are followed. */
const maxCalls = 500
/** In a script of more commands no call is taken for certain. */
const maxSteps = 10_000

/**
 * The commands of a shell script, and the scripts that it calls. A call is certain only where nothing in the text speaks against it:
 * after `cd` to another folder, after something was unpacked, and where the text tests for the file or may make it, its target is
 * `unknown`.
 */
export const shellCalls = (text: string): ScriptSteps => {
  const steps = shellSteps(text)
  const folders = workingFolders(text, steps)
  const variables = variablesOf(steps)
  const parts = steps.length > maxSteps ? [] : partsOf(text, steps)
  const calls: ScriptCall[] = []
  const commands: ScriptCommand[] = []
  for (const [at, step] of steps.entries()) {
    const { words, offset } = step.command
    commands.push({ words, offset, certainty: step.certainty })
    for (const started of startedIn(words)) {
      if (calls.length >= maxCalls) break
      const here = folders[at] ?? unknown
      const meant = filesMeant(started.path, { variables, here })
      const sourced = started.how === 'sourced'
      const doubtful = steps.length > maxSteps || mentionedElsewhere(parts, at, started.path, meant)
      for (const file of meant ?? []) {
        // A name without an ending that variables make up: a file of settings, which may come from elsewhere.
        const isSure = !doubtful && (scriptName.test(file.path) || !started.path.includes('$'))
        const target: CallFolder = isSure ? file : { ...file, base: 'unknown' }
        calls.push({ written: started.path, offset, target, startedIn: here, certainty: step.certainty, sourced })
      }
    }
  }
  return { calls, commands, doubtful: !shellProgram(text).complete }
}

/** The script that a command runs, and those that the substitutions in its words run: `A=$(bash a.sh)`. */
const startedIn = (words: readonly string[]): readonly StartedScript[] => {
  const inner = words
    .flatMap((word) => [...word.matchAll(/\$\(([^()]*)\)/g)].map(([, text = '']) => text))
    .filter((text) => !/\b(?:cd|pushd)\b/.test(text))
    .flatMap((text) => shellCommands(text).map((command) => command.words))
  return [words, ...inner].flatMap((each) => startedScript(workingWords(each)) ?? [])
}

/** The working folder at each step: where the script is started, until the text leaves it. */
const workingFolders = (text: string, steps: readonly ShellStep[]): readonly CallFolder[] => {
  const variables = variablesOf(steps)
  const leaves = (step: ShellStep): CallFolder | null => {
    const [program, target = ''] = workingWords(step.command.words)
    if (program !== 'cd' && program !== 'pushd' && program !== 'popd') return unpacksHere(workingWords(step.command.words)) ? unknown : null
    const files = filesMeant(target, { variables, here: { base: 'working', path: '' } })
    const [own] = files ?? []
    // In brackets, a function or under a condition the change holds for a while only.
    const isPlain =
      step.certainty === 'always' &&
      step.command.inFunction === null &&
      !/\([ \t]*$/.test(text.slice(Math.max(0, step.command.offset - 20), step.command.offset))
    return program === 'cd' && isPlain && own !== undefined && own.base === 'own' && own.path === '' ? own : unknown
  }
  let here: CallFolder = { base: 'working', path: '' }
  const moves = steps.map(leaves)
  const moved = moves.some((move) => move !== null)
  return steps.map((step, at) => {
    // Where a function is called from is not followed: one folder change in the text makes it uncertain there.
    const folder = step.command.inFunction !== null && moved ? unknown : here
    here = moves[at] ?? here
    return folder
  })
}

/** Unpacking into a folder that is named by its whole path puts nothing here. */
const unpacksHere = (words: readonly string[]): boolean => {
  const [program = '', ...args] = words
  // The name of the file is part of an address that the text does not tell.
  const saves = program === 'wget' || (program === 'curl' && args.some((word) => /^-[a-zA-Z]*[OJ]|^--remote-(?:name|header)/.test(word)))
  if (saves) return args.some((word) => word.includes('$') && !word.startsWith('/'))
  if (program === 'aws') return args[0] === 's3' && /^(?:cp|sync)$/.test(args[1] ?? '') && !args.some((word) => word.startsWith('/'))
  if (!unpacks.has(program)) return false
  if (program === 'git' && !args.some((word) => /^(?:clone|checkout|pull|submodule)$/.test(word))) return false
  if (program === 'tar' && !extracts(args)) return false
  const into = args.findIndex((word) => /^(?:-C|-d|--directory)$/.test(word))
  const target = into === -1 ? args.at(-1) : args[into + 1]
  return !(target ?? '').startsWith('/')
}

/** The first word of `tar` may be its options without a dash. */
const extracts = ([first = '', ...args]: readonly string[]): boolean =>
  /^-?[a-zA-Z]*x[a-zA-Z]*$/.test(first) || [first, ...args].some((word) => /^-[a-zA-Z]*x|^--(?:extract|get)$/.test(word))

/** A command with what stands behind it up to the next one: its redirections, and the here-documents. */
interface Part {
  readonly text: string
  readonly isTest: boolean
  /** Runs a script, or speaks of files. */
  readonly isQuiet: boolean
  /** Gives names to values, and does nothing else. */
  readonly isAssignment: boolean
}

const partsOf = (text: string, steps: readonly ShellStep[]): readonly Part[] =>
  steps.map(({ command }, at) => {
    const words = workingWords(command.words)
    const [program = ''] = words
    return {
      text: withoutComments(text.slice(command.offset, steps[at + 1]?.command.offset)),
      isTest: program === '[' || program === '[[' || program === 'test',
      isQuiet: speaks.has(program) || startedScript(words) !== null,
      isAssignment: program === '' || declares.has(program),
    }
  })

/**
 * Whether the script names the file anywhere but where it runs it or speaks of it: it may test for it, or make it. A variable that
 * stands for the file is a name of it as well.
 */
const mentionedElsewhere = (parts: readonly Part[], own: number, written: string, meant: readonly CallFolder[] | null): boolean => {
  const names = (meant ?? []).map(({ path }) => baseName(path)).filter((name) => name !== '')
  const [variables, ofFile] = [variablesIn(written), variablesIn(baseName(written))]
  return parts.some(({ text, isTest, isQuiet, isAssignment }, at) => {
    if (at === own) return false
    if (isTest && variables.some((variable) => text.search(variable) !== -1)) return true
    if (isAssignment && variables.length > 0) return false
    const found = [...names.map((name) => text.indexOf(name)), ...ofFile.map((variable) => text.search(variable))].filter(
      (place) => place !== -1,
    )
    return found.some((place) => !isQuiet || />[ \t]*"?[^\s;&|<>]*$/.test(text.slice(0, place)))
  })
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const variablesIn = (written: string): readonly RegExp[] =>
  [...written.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => new RegExp(`\\$\\{?${name}\\b`))

const withoutComments = (part: string): string => part.replaceAll(/(^|[ \t\n])#[^\n]*/g, '$1')
