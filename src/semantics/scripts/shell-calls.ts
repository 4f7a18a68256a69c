import {
  type CallFolder,
  pathIn,
  type ScriptCall,
  type ScriptCommand,
  type ScriptDoubt,
  type ScriptSteps,
  scriptName,
  startedFile,
  startedScript,
  workingWords,
} from './script-calls.ts'
import { shellFiles, treatedFiles } from './shell/files.ts'
import { asWritten, folderAt, unknownFolder } from './shell/places.ts'
import { gap, placedIn, startFolder } from './shell/values.ts'
import { order } from './shell/walk.ts'
import { type ShellRun, type ShellStep, type SourcedText, shellReading } from './shell-steps.ts'
import { shellProgram } from './shell-tree.ts'

/** Commands that speak of files without making or testing any. */
const speaks = new Set([':', 'echo', 'printf', 'logger', 'log', 'chmod', 'chown', 'dos2unix'])

const declares = new Set(['for', 'export', 'local', 'readonly', 'declare'])

/** Calls of one script that are followed. */
const maxCalls = 500
/** In a script of more commands no call is taken for certain. */
const maxSteps = 10_000

/**
 * The commands of a shell script, and the scripts that it calls. A call is certain only where nothing in the text speaks against it:
 * in a folder that the text does not tell, after something was unpacked, and where the text tests for the file or may make it, its
 * target is `unknown`. `sourced` has the texts that it sources.
 */
export const shellCalls = (text: string, sourced?: (target: CallFolder) => string | null): ScriptSteps => {
  const { steps, runs, extent } = shellReading(text, sourcedBy(sourced))
  const isLong = steps.length > maxSteps || extent === 'cut'
  const parts = isLong ? [] : partsOf(text, steps)
  const isMentionedElsewhere = mentionsIn(parts)
  const calls = new Map<string, ScriptCall>()
  const doubts = new Map<string, ScriptDoubt>()
  for (const run of runs) {
    const found = callOf(run)
    if (found === null) continue
    const { call, raw } = found
    const meant = call.target.base === 'unknown' && call.target.path === '' ? null : call.target
    const isMentioned = isLong || isMentionedElsewhere(run, raw, meant)
    if (meant === null) {
      if (!isMentioned && isJudged(call)) doubts.set(String(call.offset), { offset: call.offset, written: call.written })
      continue
    }
    // A name without an ending that variables make up: a file of settings, which may come from elsewhere.
    const isSure = !isMentioned && (scriptName.test(meant.path) || !raw.includes('$'))
    const target: CallFolder = isSure ? meant : { ...meant, base: 'unknown' }
    const key = JSON.stringify([call.offset, target, call.startedIn, call.sourced])
    const known = calls.get(key)
    if (known === undefined ? calls.size < maxCalls : order.indexOf(known.certainty) < order.indexOf(call.certainty)) {
      calls.set(key, { ...call, target })
    }
  }
  return {
    calls: [...calls.values()],
    commands: [...steps.map(({ command: { words, offset }, certainty }) => ({ words, offset, certainty })), ...handedOn(runs)],
    doubtful: !shellProgram(text).complete || extent === 'cut',
    doubts: [...doubts.values()],
    files: isLong ? [] : shellFiles(runs),
    treated: treatedFiles(
      runs,
      steps,
      parts.flatMap(({ isTest, text, command: { inFunction } }) => (isTest ? [{ text, inFunction }] : [])),
    ),
  }
}

const isJudged = ({ certainty }: ScriptCall): boolean => certainty === 'always' || certainty === 'perhaps'

const sourcedBy =
  (sourced: ((target: CallFolder) => string | null) | undefined): SourcedText =>
  (path) => {
    const target = folderAt(path)
    return sourced === undefined || target.base === 'unknown' ? null : sourced(target)
  }

/** Commands that functions were given: what they are is told where the function is called. */
const handedOn = (runs: readonly ShellRun[]): readonly ScriptCommand[] =>
  runs.flatMap(({ words, command, site, certainty }) => {
    const isTold = site !== command && words.length > 1 && !words.some((word) => word.includes(gap))
    return isTold ? [{ words: words.map(asWritten), offset: site.offset, certainty }] : []
  })

interface FoundCall {
  readonly call: ScriptCall
  /** The word of the command that names the script, as the text has it. */
  readonly raw: string
}

/** The call of a file that may be one of the folder; its target is empty where the text does not tell which file it is. */
const callOf = (run: ShellRun): FoundCall | null => {
  const { words, command, site, certainty, here } = run
  const started = startedFile(words)
  if (started === null) return programOf(run)
  const written = startedFile(workingWords(command.words))?.path ?? command.words.find((word) => word.includes('$')) ?? started.path
  const isVariable = command.words.some((word) => word.includes('$'))
  const isNamed = started.path.startsWith('./') && (started.how === 'shell' || started.how === 'python')
  if (!scriptName.test(started.path) && !isVariable && !isNamed) return null
  const target = targetOf(started.path, here)
  if (target === null) return null
  return {
    raw: written,
    call: {
      written: site === command ? written : asWritten(started.path),
      offset: site.offset,
      target,
      startedIn: folderAt(here),
      entered: here === startFolder ? null : folderAt(here),
      certainty,
      sourced: started.how === 'sourced',
      ...(run.onFailure === 'ends' && { onFailure: 'ends' }),
    },
  }
}

/** A program whose name the text does not tell: it may be a script. */
const programOf = ({ words: [name = ''], command, site, certainty, here }: ShellRun): FoundCall | null => {
  if (!name.startsWith(gap)) return null
  const raw = workingWords(command.words)[0] ?? ''
  const call = {
    written: raw,
    offset: site.offset,
    target: unknownFolder,
    startedIn: folderAt(here),
    entered: null,
    certainty,
    sourced: false,
  }
  return { raw, call }
}

/** Null for what is outside of the folder for certain. */
const targetOf = (path: string, here: string): CallFolder | null => {
  // What `find` has found.
  const found = path.startsWith(`${gap}/`) && /[*?]/.test(path) ? path.slice(2) : ''
  if (found !== '' && !/[\uE000-\uE003]/.test(found)) return { base: 'unknown', path: found }
  if (path.startsWith('/')) return null
  const isTold = !/[\uE000-\uE003]/.test(path)
  const target = folderAt(placedIn(here, path))
  if (target.base !== 'unknown' || !isTold) return target
  return { base: 'unknown', path: pathIn('', path) }
}

/** A command with what stands behind it up to the next one: its redirections, and the here-documents. */
interface Part {
  readonly command: ShellStep['command']
  readonly text: string
  readonly isTest: boolean
  /** Runs a script, or speaks of files. */
  readonly isQuiet: boolean
  /** Gives names to values, and does nothing else. */
  readonly isAssignment: boolean
}

const partsOf = (text: string, steps: readonly ShellStep[]): readonly Part[] => {
  const functions = new Set(steps.map(({ command }) => command.inFunction))
  return steps.map(({ command }, at) => {
    const words = workingWords(command.words)
    const [program = ''] = words
    return {
      command,
      text: withoutComments(text.slice(command.offset, steps[at + 1]?.command.offset)),
      isTest: program === '[' || program === '[[' || program === 'test',
      isQuiet: speaks.has(program) || functions.has(program) || startedScript(words) !== null,
      isAssignment: program === '' || declares.has(program),
    }
  })
}

/**
 * Whether the script names the file anywhere but where it runs it or speaks of it: it may test for it, or make it. A variable that
 * stands for the file is a name of it as well.
 */
const mentionsIn = (parts: readonly Part[]): ((run: ShellRun, written: string, meant: CallFolder | null) => boolean) => {
  // A script of thousands of calls mostly makes the same one again.
  const known = new Map<string, readonly Part[]>()
  return ({ command, site }, written, meant) => {
    const key = JSON.stringify([written, meant?.path, command.inFunction])
    const mentions = known.get(key) ?? parts.filter(mentionOf(command.inFunction, written, meant))
    known.set(key, mentions)
    return mentions.some(({ command: own }) => own !== command && own !== site)
  }
}

const mentionOf = (inFunction: string | null, written: string, meant: CallFolder | null): ((part: Part) => boolean) => {
  const name = meant === null ? '' : baseName(meant.path)
  const names = name === '' ? [] : [name]
  const [variables, ofFile] = [variablesIn(written), variablesIn(baseName(written))]
  const parameters = parametersIn(written)
  return ({ command: own, text, isTest, isQuiet, isAssignment }) => {
    if (isTest && variables.some((variable) => text.search(variable) !== -1)) return true
    if (isTest && own.inFunction === inFunction && parameters.some((parameter) => text.search(parameter) !== -1)) return true
    if (isAssignment && (variables.length > 0 || parameters.length > 0)) return false
    const found = [...names.map((name) => text.indexOf(name)), ...ofFile.map((variable) => text.search(variable))].filter(
      (place) => place !== -1,
    )
    return found.some((place) => !isQuiet || />[ \t]*"?[^\s;&|<>]*$/.test(text.slice(0, place)))
  }
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

const variablesIn = (written: string): readonly RegExp[] =>
  [...written.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => new RegExp(`\\$\\{?${name}\\b`))

const parametersIn = (written: string): readonly RegExp[] =>
  [...written.matchAll(/\$\{?([1-9@*])/g)].map(([, name = '']) => new RegExp(`\\$\\{?${name.replace('*', '\\*')}`))

const withoutComments = (part: string): string => part.replaceAll(/(^|[ \t\n])#[^\n]*/g, '$1')
