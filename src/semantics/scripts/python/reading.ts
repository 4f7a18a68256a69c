import { ownFile, startFolder } from '../shell/values.ts'
import type { ModuleText, TakenModule } from './imports.ts'
import { Path } from './paths.ts'
import { type Failure, PythonReader } from './reader.ts'
import type { Start } from './starts.ts'
import type { Span } from './tree/nodes.ts'
import { pythonProgram } from './tree/tree.ts'
import { moveTo } from './values/scopes.ts'
import { PythonState } from './values/state.ts'

/** What is known beside the text of a script. */
export interface PythonSurroundings {
  readonly moduleText: ModuleText
  /** `workload_manager` of provisioning_parameters.json; null where it is not known. */
  readonly workloadManager: string | null
}

/** What a Python script does, as far as its text tells. */
export interface PythonReading {
  /** Each program that it starts, once for each way there; those in modules of the folder by the call that leads to them. */
  readonly starts: readonly Start[]
  readonly modules: readonly TakenModule[]
  /** Names of files that it hands to something that may make them, or look for them. */
  readonly touched: ReadonlySet<string>
  /** Texts that are handed to what was not understood. */
  readonly handed: readonly { readonly text: string; readonly site: Span }[]
  /** Where it ends on every way with another status than 0; null where it may end otherwise. */
  readonly failure: Failure | null
  /** `cut`: there are more ways than are followed; `part`: a part was not understood. */
  readonly extent: 'whole' | 'part' | 'cut'
}

const alone: PythonSurroundings = { moduleText: () => null, workloadManager: null }

/**
 * Follows a Python script from its first line, as `python3` runs it: functions with what they are given, classes, modules of the
 * folder. Certain is what is on every way on which the script ends with 0, where the programs before it succeed. What nothing calls is
 * not there. Never throws.
 */
export const pythonReading = (text: string, { moduleText, workloadManager }: PythonSurroundings = alone): PythonReading => {
  const reader = new PythonReader(moduleText, workloadManager)
  const state = new PythonState()
  moveTo(startFolder, state)
  const id = reader.fresh()
  const module = { id, name: '__main__', file: ownFile, text: 'own', folder: '' } as const
  const path = new Path(state, { id, kind: 'module', own: null, outer: null, module }, { level: 'always', guards: [], catchers: [] })
  const extent = runThrough(reader, text, path)
  const failsAlways = extent === 'whole' && !path.isAlive && [...path.left].every((how) => how === 'fails' || how === 'raises')
  return {
    starts: reader.starts,
    modules: reader.taken,
    touched: reader.touched,
    handed: reader.handed,
    failure: failsAlways ? (reader.failures.at(-1) ?? null) : null,
    extent,
  }
}

const runThrough = (reader: PythonReader, text: string, path: Path): PythonReading['extent'] => {
  try {
    reader.run(pythonProgram(text), path)
    return reader.extent
  } catch (error) {
    // The stack: thousands of `elif`, or calls inside each other.
    if (error instanceof RangeError) return 'cut'
    throw error
  }
}
