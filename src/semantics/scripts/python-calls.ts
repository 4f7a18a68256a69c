import { type PythonReading, type PythonSurroundings, pythonReading } from './python/reading.ts'
import { certaintyOf, certaintyOfStart, type Start } from './python/starts.ts'
import {
  type CallCertainty,
  type CallFolder,
  type FileUse,
  type ScriptCall,
  type ScriptCommand,
  type ScriptDoubt,
  type ScriptSteps,
  scriptName,
  startedFile,
  startedScript,
  workingWords,
} from './script-calls.ts'
import { folderAt, asWritten as written } from './shell/places.ts'
import { gap, placedIn } from './shell/values.ts'
import { order, weaker } from './shell/walk.ts'
import { shellCalls } from './shell-calls.ts'

/** Calls of one script that are followed. */
const maxCalls = 500

/**
 * The programs that a Python script starts, and the scripts among them: by lists of words, or by texts that a shell reads. A call is
 * certain only where nothing speaks against it: the target of a file that the script hands to something else, which may make it or
 * look for it, is `unknown`.
 * https://docs.python.org/3/library/subprocess.html
 */
export const pythonCalls = (text: string, surroundings?: PythonSurroundings): ScriptSteps => {
  const reading = pythonReading(text, surroundings)
  const calls = new Map<string, ScriptCall>()
  const commands = new Map<string, ScriptCommand>()
  const files = new Map<string, FileUse>()
  const doubts = new Map<number, ScriptDoubt>()
  const started = reading.starts.slice(0, maxCalls).map((start) => ({ start, steps: shellCalls(shellTextOf(start)) }))
  const touched = new Set([...reading.touched, ...started.flatMap(({ steps }) => steps.commands.flatMap(namedAside))])
  for (const { start, steps } of started) {
    const certainty = certaintyOf(start)
    for (const call of steps.calls) keep(calls, callOf(call, start, weaker(call.certainty, certainty), touched))
    for (const use of steps.files ?? []) keep(files, fileOf(use, start, weaker(use.certainty, certainty)))
    for (const { words, certainty: within } of steps.commands) {
      const told = words.filter((word) => !/[\uE000-\uE003]/.test(word) || word.length > 1)
      keep(commands, { words: told, offset: start.site.offset, certainty: weaker(within, certaintyOfStart(start)) })
    }
    for (const written of [...openIn(start), ...steps.doubts.map((doubt) => doubt.written)]) {
      doubts.set(start.site.offset, { offset: start.site.offset, written: asWritten(written) })
    }
  }
  for (const { text: handed, site } of reading.handed) {
    if (scriptName.test(handed)) doubts.set(site.offset, { offset: site.offset, written: asWritten(handed) })
  }
  return {
    calls: [...calls.values(), ...importsOf(reading)],
    commands: [...commands.values()],
    doubtful: reading.extent !== 'whole' || reading.starts.length > maxCalls,
    doubts: [...doubts.values()],
    files: [...files.values()],
    treated: new Set([...touched, ...started.flatMap(({ steps }) => [...(steps.treated ?? [])])]),
  }
}

/** The more certain of two that are the same otherwise. */
const keep = <Step extends { readonly certainty: CallCertainty }>(all: Map<string, Step>, step: Step): void => {
  const key = JSON.stringify({ ...step, certainty: null })
  const known = all.get(key)
  if (known === undefined || order.indexOf(known.certainty) < order.indexOf(step.certainty)) all.set(key, step)
}

/** Words as a shell would read them. */
const shellTextOf = ({ started }: Start): string =>
  started.kind === 'text' ? started.text : started.words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')

/** What is started, where it does not tell which script or program that is. */
const openIn = ({ started }: Start): readonly string[] => {
  if (started.kind === 'text') return started.text.startsWith(gap) ? [started.text] : []
  const [program = gap, ...args] = workingWords(started.words)
  const script = startedFile([program, ...args])
  if (program.includes(gap) && !program.includes('/')) return [program]
  return script !== null && script.how !== 'itself' && script.path.includes(gap) && !script.path.startsWith('/')
    ? [`${program} ${script.path}`]
    : []
}

/** Names of files in the words of commands that are no scripts which the command runs: it may make them. */
const namedAside = ({ words }: ScriptCommand): readonly string[] => {
  const [program = '', ...args] = workingWords(words)
  const isQuiet =
    startedScript(workingWords(words)) !== null || /^(?:echo|printf|logger|chmod|chown|dos2unix|ls|cat|cd|pushd)$/.test(program)
  return isQuiet ? [] : args.flatMap((word) => (/^\S+$/.test(word) ? [word.slice(word.lastIndexOf('/') + 1)] : []))
}

/** A call of a shell that was started in a folder, as one of the script. */
const callOf = (call: ScriptCall, { here, site }: Start, certainty: CallCertainty, touched: ReadonlySet<string>): ScriptCall => {
  const target = placed(call.target, here)
  // The file, or a folder that it is in.
  const isTouched = target.path.split('/').some((part) => touched.has(part))
  return {
    written: asWritten(call.written),
    offset: site.offset,
    target: isTouched ? { ...target, base: 'unknown' } : target,
    startedIn: placed(call.startedIn, here),
    entered: call.entered,
    certainty,
    sourced: call.sourced,
    ...(certainty === 'always' && { onFailure: 'ends' }),
  }
}

const fileOf = (use: FileUse, start: Start, certainty: CallCertainty): FileUse => ({
  written: asWritten(use.written),
  offset: start.site.offset,
  target: placed(use.target, start.here),
  how: use.how,
  certainty,
  onFailure: start.started.kind === 'words' && certaintyOf(start) === 'always' ? 'ends' : 'left',
})

const placed = (folder: CallFolder, here: string): CallFolder => {
  if (folder.base !== 'working') return folder
  const found = folderAt(placedIn(here, folder.path === '' ? '.' : folder.path))
  return found.base === 'unknown' ? { base: 'unknown', path: folder.path } : found
}

/** Without marks, and without the quotes that were put around it. */
const asWritten = (text: string): string => written(text.replaceAll(/^'|'$/g, '')).replaceAll(/[\uE000-\uE003]/g, '…')

/** Modules that lie in the folder of the script. Others may be installed: that there is no file of that name says nothing. */
const importsOf = ({ modules }: PythonReading): readonly ScriptCall[] =>
  modules.map(({ site, file, written, path }) => ({
    written,
    offset: site.offset,
    target: file === null ? { base: 'unknown', path: written } : { base: 'own', path: file },
    startedIn: { base: 'working', path: '' },
    entered: null,
    certainty: path.guards.reduce((found, guard) => weaker(found, guard.certainty), path.level),
    sourced: false,
  }))
