import type { ScriptFolder } from '../../model/facts/scripts.ts'
import type { FileUse } from './script-calls.ts'
import { resolved, type ScriptReferences, type Visit } from './script-references.ts'

/** A command of a script opens a file of the folder that is not there, or hands it on. */
export interface MissingFile {
  /** Where it is looked for, relative to the folder. */
  readonly path: string
  readonly script: string
  /** Offset of the command in the script. */
  readonly offset: number
  /** The path as the script has it. */
  readonly written: string
  readonly how: FileUse['how']
  /** `certain`: every node comes by it, and fails with it; `possible`: else. */
  readonly kind: 'certain' | 'possible'
}

export interface FileReferences {
  readonly missing: readonly MissingFile[]
  /** Distinct files that are there and opened or handed on. */
  readonly found: readonly string[]
}

/**
 * The files that scripts on the way from the entry points open or hand on, looked for in the folder. What any script of the folder may
 * make, or tests for, is not told.
 */
export const fileReferences = (folder: ScriptFolder, { visits, steps }: ScriptReferences): FileReferences => {
  const there = pathsAndFolders(folder)
  const treated = new Set(Object.values(steps).flatMap((each) => [...(each.treated ?? [])]))
  const isTreated = (path: string): boolean => {
    const parts = path.split('/')
    const name = parts.at(-1) ?? ''
    const isFolderMade = parts.slice(0, -1).some((part, at) => treated.has(part) && !there.has(parts.slice(0, at + 1).join('/')))
    return treated.has(name) || isFolderMade
  }
  const missing = new Map<string, MissingFile>()
  const found = new Set<string>()
  const given = new Set<string>()
  for (const visit of visits) {
    for (const use of steps[visit.path]?.files ?? []) {
      const path = use.certainty === 'never' || use.certainty === 'optional' ? null : resolved(use.target, visit)
      if (path === null || path === '' || path.startsWith('..')) continue
      if (use.how === 'given') given.add(path)
      if (there.has(path)) found.add(path)
      else if (!isTreated(path)) lacks(missing, path, visit, use)
    }
  }
  return { missing: [...missing.values()].map((each) => (given.has(each.path) ? { ...each, kind: 'possible' } : each)), found: [...found] }
}

const pathsAndFolders = ({ paths }: ScriptFolder): ReadonlySet<string> => {
  const all = new Set(paths)
  for (const path of paths) for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) all.add(path.slice(0, at))
  return all
}

const lacks = (missing: Map<string, MissingFile>, path: string, visit: Visit, use: FileUse): void => {
  const { offset, written, how, certainty, onFailure } = use
  const key = JSON.stringify([path, visit.path, offset])
  const isCertain = visit.certain && visit.onFailure === 'ends' && how === 'opened' && certainty === 'always' && onFailure === 'ends'
  if (missing.get(key)?.kind === 'certain') return
  missing.set(key, { path, script: visit.path, offset, written, how, kind: isCertain ? 'certain' : 'possible' })
}
