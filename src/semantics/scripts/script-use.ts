import type { ScriptFolder } from '../../model/facts/scripts.ts'
import type { EntryPoint } from '../plan/lifecycle-folders.ts'
import { scriptReferences } from './script-references.ts'

/**
 * Whether nodes run a script. `run`: an entry point leads to it; `aside`: none does, and nothing that nodes run names it; `unclear`:
 * something that nodes run names it without a call that was understood, or was itself not understood.
 */
export type ScriptUse = 'run' | 'aside' | 'unclear'

/** Words that run, or may run, every script of a folder. */
const runsMany = /\brun-parts\b|\bglob\(|\blistdir\(|\bscandir\(|\biterdir\(/

/** What nodes do with each script of a folder. */
export const scriptUses = (folder: ScriptFolder, entryPoints: readonly EntryPoint[]): ((path: string) => ScriptUse) => {
  const { reached, doubtful } = scriptReferences(folder, entryPoints)
  const run = new Set(reached)
  const texts = reached.map((path) => textOf(folder, path))
  const isUnderstood = reached.length > 0 && doubtful.length === 0 && texts.every((text) => text !== null && !runsMany.test(text))
  return (path) => {
    if (run.has(path)) return 'run'
    return isUnderstood && !texts.some((text) => text !== null && names(text, path)) ? 'aside' : 'unclear'
  }
}

const textOf = ({ files }: ScriptFolder, path: string): string | null => {
  const file = Object.hasOwn(files, path) ? files[path] : undefined
  return file?.kind === 'text' ? withoutComments(file.text) : null
}

/** Comments and messages name scripts, and run none. */
const withoutComments = (text: string): string => text.replaceAll(/^[ \t]*(?:#|(?:echo|printf|print|logger|log)\b)[^\n;|&]*/gm, '')

/** By its file name, or as a Python module. */
const names = (text: string, path: string): boolean => {
  const file = path.slice(path.lastIndexOf('/') + 1)
  if (text.includes(file)) return true
  const modules = file.endsWith('.py') ? [...text.matchAll(/\b(?:import|from)[ \t]+([\w.]+)/g)].map(([, name = '']) => name) : []
  return modules.some((name) => name.split('.').includes(file.slice(0, -'.py'.length)))
}
