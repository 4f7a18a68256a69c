import type { ScriptFolder } from '../../model/facts/scripts.ts'
import type { EntryPoint } from '../plan/lifecycle-folders.ts'
import { pythonCalls } from './python-calls.ts'
import { type CallCertainty, type CallFolder, pathIn, type ScriptCall, type ScriptSteps } from './script-calls.ts'
import { type KnownScript, knownScripts } from './script-language.ts'
import { shellCalls } from './shell-calls.ts'
import { pythonSurroundings, sourcedBy } from './surroundings.ts'

/** A script of the folder calls one that is not there. */
export interface MissingScript {
  /** Where it is looked for, relative to the folder. */
  readonly path: string
  readonly caller: string
  /** Offset of the call in the caller's text. */
  readonly offset: number
  /** The path as the caller has it. */
  readonly written: string
  /**
   * `certain`: on the way of every node; `conditional`: only where a condition holds; `unheeded`: the caller goes on without it;
   * `unused`: no entry point leads to the caller.
   */
  readonly kind: 'certain' | 'conditional' | 'unheeded' | 'unused'
}

/** A command that may run a script, and does not tell which. */
export interface UnresolvedCall {
  readonly caller: string
  readonly offset: number
  /** The word as the caller has it. */
  readonly written: string
}

/** What of a folder is run, as far as the texts tell. */
export interface ScriptReferences {
  readonly missing: readonly MissingScript[]
  /** Scripts that an entry point leads to, entry points first; those whose text is not known are among them. */
  readonly reached: readonly string[]
  /** Those among them of which a part was not understood. */
  readonly doubtful: readonly string[]
  /** Commands of scripts that are reached of which the text does not tell what they run. */
  readonly unresolved: readonly UnresolvedCall[]
  /** Distinct scripts of the folder that are called. */
  readonly called: readonly string[]
  /** Each way to a script, with what is known of how it was started there. */
  readonly visits: readonly Visit[]
  /** What each script does, by path; of the scripts whose text is known. */
  readonly steps: Readonly<Record<string, ScriptSteps>>
}

/** A script on the way, with what is known of how it was started. */
export interface Visit {
  readonly path: string
  /** Null where it is not certain. */
  readonly workingFolder: string | null
  /** `$0` is this script's own path. */
  readonly isCaller: boolean
  readonly certain: boolean
  /** `ends`: where the script fails, so does the entry point. */
  readonly onFailure: 'ends' | 'left'
}

/** More ways through the scripts than this are not followed. */
const maxVisits = 2000

/**
 * Follows the calls of a folder's scripts from the entry points, which HyperPod starts in the folder itself. Certain are only calls
 * whose path and working folder the text fixes.
 * https://github.com/awslabs/awsome-distributed-ai/tree/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config
 */
export const scriptReferences = (folder: ScriptFolder, entryPoints: readonly EntryPoint[]): ScriptReferences => {
  const ofFolder = followed.get(folder) ?? new Map<string, ScriptReferences>()
  followed.set(folder, ofFolder)
  const key = JSON.stringify(entryPoints)
  const references = ofFolder.get(key) ?? follow(folder, entryPoints)
  ofFolder.set(key, references)
  return references
}

/** Several rules ask about the same folder: its scripts are read once. */
const followed = new WeakMap<ScriptFolder, Map<string, ScriptReferences>>()

const follow = (folder: ScriptFolder, entryPoints: readonly EntryPoint[]): ScriptReferences => {
  const scripts = new Map(knownScripts(folder, entryPoints).map((script) => [script.path, script]))
  const steps = new Map([...scripts].map(([path, script]) => [path, stepsOf(script, folder)]))
  const walk = new Walk(folder.paths, steps)
  for (const { script } of entryPoints) if (folder.paths.includes(script)) walk.from(script)
  const reached = walk.reached()
  const onTheWay = new Set(reached)
  for (const path of steps.keys()) if (!onTheWay.has(path)) walk.aside(path)
  const texts = [...scripts.values()].map(({ text }) => text)
  return {
    missing: walk.missing().filter(({ path }) => !texts.some((text) => makes(text, path))),
    reached,
    doubtful: reached.filter((path) => steps.get(path)?.doubtful === true),
    unresolved: [
      ...reached.flatMap((caller) => (steps.get(caller)?.doubts ?? []).map((doubt) => ({ caller, ...doubt }))),
      ...walk.unresolved.values(),
    ],
    called: [...walk.called].sort(),
    visits: walk.visits(),
    steps: Object.fromEntries(steps),
  }
}

const stepsOf = ({ path, language, text }: KnownScript, folder: ScriptFolder): ScriptSteps => {
  if (language.kind === 'shell') return shellCalls(text, sourcedBy(folder, path))
  if (language.kind === 'python') return pythonCalls(text, pythonSurroundings(folder, path))
  return { calls: [], commands: [], doubtful: false, doubts: [] }
}

class Walk {
  readonly called = new Set<string>()
  readonly unresolved = new Map<string, UnresolvedCall>()
  readonly #paths: readonly string[]
  readonly #known: ReadonlySet<string>
  readonly #steps: ReadonlyMap<string, ScriptSteps>
  readonly #endings = new Map<string, readonly string[]>()
  readonly #visits = new Map<string, Visit>()
  readonly #missing = new Map<string, MissingScript>()

  constructor(paths: readonly string[], steps: ReadonlyMap<string, ScriptSteps>) {
    this.#paths = paths
    this.#known = new Set(paths)
    this.#steps = steps
  }

  missing(): readonly MissingScript[] {
    return [...this.#missing.values()]
  }

  visits(): readonly Visit[] {
    return [...this.#visits.values()]
  }

  reached(): readonly string[] {
    return [...new Set([...this.#visits.values()].map(({ path }) => path))]
  }

  from(entryPoint: string): void {
    const waiting: Visit[] = [{ path: entryPoint, workingFolder: '', isCaller: true, certain: true, onFailure: 'ends' }]
    for (let visit = waiting.shift(); visit !== undefined; visit = waiting.shift()) {
      const key = JSON.stringify([visit.path, visit.workingFolder, visit.isCaller, visit.certain, visit.onFailure])
      if (this.#visits.has(key) || this.#visits.size >= maxVisits) continue
      this.#visits.set(key, visit)
      for (const call of this.#steps.get(visit.path)?.calls ?? []) {
        for (const next of this.#follow(visit, call)) waiting.push(next)
      }
    }
  }

  #follow(visit: Visit, call: ScriptCall): readonly Visit[] {
    if (call.certainty === 'never') return []
    const path = inside(resolved(call.target, visit))
    const found = this.#matching(path, call)
    const workingFolder = resolved(call.startedIn, visit)
    if (found.length === 0 && path !== null && judged(call.certainty)) {
      if (this.#isMade(path, call.entered === null ? null : resolved(call.entered, visit))) this.#doubts(visit, call)
      else this.#lacks(path, visit, call)
    }
    for (const script of found) this.called.add(script)
    const certain = visit.certain && call.certainty === 'always'
    const onFailure = visit.onFailure === 'ends' && (call.sourced || call.onFailure === 'ends') ? 'ends' : 'left'
    return found.map((script) => ({ path: script, workingFolder, isCaller: !call.sourced, certain, onFailure }))
  }

  /** Scripts of the folder that a call can mean: the one at the path, or, where that is not certain, all whose path ends like it. */
  #matching(path: string | null, { target }: ScriptCall): readonly string[] {
    if (path !== null && this.#known.has(path)) return [path]
    const wanted = path ?? target.path
    if (/[*?]/.test(wanted)) {
      const pattern = new RegExp(`${path === null ? '(?:^|/)' : '^'}${wanted.split('').map(globbed).join('')}$`)
      return this.#paths.filter((candidate) => pattern.test(candidate))
    }
    return path === null ? this.#endingLike(wanted) : []
  }

  #endingLike(wanted: string): readonly string[] {
    const known = this.#endings.get(wanted)
    if (known !== undefined) return known
    const found = this.#paths.filter((candidate) => endsLike(candidate, wanted))
    this.#endings.set(wanted, found)
    return found
  }

  /** In a folder that was not uploaded, which something makes on the node. */
  #isMade(path: string, folder: string | null): boolean {
    const below = `${folder ?? ''}/`
    return below !== '/' && path.startsWith(below) && !this.#paths.some((candidate) => candidate.startsWith(below))
  }

  #doubts({ path: caller }: Visit, { offset, written }: ScriptCall): void {
    this.unresolved.set(JSON.stringify([caller, offset]), { caller, offset, written })
  }

  #lacks(path: string, { path: caller, certain }: Visit, { offset, written, certainty }: ScriptCall): void {
    if (/[*?]/.test(path)) return
    const key = JSON.stringify([path, caller, offset])
    const kind = certainty === 'unheeded' ? 'unheeded' : certain && certainty === 'always' ? 'certain' : 'conditional'
    if (this.#missing.get(key)?.kind !== 'certain') this.#missing.set(key, { path, caller, offset, written, kind })
  }

  /** A script that no entry point leads to: it lacks what lies nowhere in the folder, wherever it may be started. */
  aside(path: string): void {
    for (const { target, certainty, written, offset } of this.#steps.get(path)?.calls ?? []) {
      if (target.base === 'unknown' || !judged(certainty) || /[*?]/.test(target.path)) continue
      const wanted = inside(pathIn(target.base === 'own' ? folderOf(path) : '', target.path))
      if (wanted === null || this.#paths.some((candidate) => endsLike(candidate, target.path.replace(/^(?:\.\.\/)+/, '')))) continue
      this.#missing.set(JSON.stringify([wanted, path, offset]), { path: wanted, caller: path, offset, written, kind: 'unused' })
    }
  }
}

/** Whether a text puts a file of that name somewhere: another script may then find it. */
const makes = (text: string, path: string): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return text.split('\n').some((line) => {
    const at = line.indexOf(name)
    if (at === -1 || /^\s*#/.test(line)) return false
    const before = line.slice(0, at)
    return /\b(?:tee|cp|mv|ln|curl|wget|aws|tar|unzip)\s/.test(before) || />[ \t]*["']?[^\s;&|<>]*$/.test(before)
  })
}

const judged = (certainty: CallCertainty): boolean => certainty === 'always' || certainty === 'perhaps' || certainty === 'unheeded'

const globbed = (character: string): string => {
  if (character === '*') return '[^/]*'
  return character === '?' ? '[^/]' : character.replace(/[\\^$.|+()[\]{}]/, '\\$&')
}

const endsLike = (candidate: string, wanted: string): boolean => wanted !== '' && (candidate === wanted || candidate.endsWith(`/${wanted}`))

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** A folder or file of a script, relative to the folder of the scripts; null where it is not certain. */
export const resolved = ({ base, path }: CallFolder, visit: Visit): string | null => {
  if (base === 'unknown' || (base === 'own' && !visit.isCaller)) return null
  if (base === 'own') return pathIn(folderOf(visit.path), path)
  return visit.workingFolder === null ? null : pathIn(visit.workingFolder, path)
}

/** Null where the path leads out of the folder. */
const inside = (path: string | null): string | null =>
  path === null || path === '' || path === '..' || path.startsWith('../') ? null : path
