import type { ScriptFolder } from '../../model/facts/scripts.ts'
import { type EntryPoint, isPythonName, isShellScriptName } from '../plan/lifecycle-folders.ts'
import { byteOrderMark, isShell, shebangOf } from './shell-script.ts'

/** Whose language a script is written in. */
export interface ScriptLanguage {
  /** `other`: a language that is not parsed here. */
  readonly kind: 'shell' | 'python' | 'other'
  /** Name of the program that reads the script: `bash`, `python3`, `perl`. */
  readonly interpreter: string
}

/**
 * The language of a file: that of its shebang (a byte order mark before it does not hide it here), else of its name; an entry point
 * without either is read by bash. Null for a file that is no script.
 */
export const scriptLanguage = (path: string, text: string, isEntryPoint: boolean): ScriptLanguage | null => {
  const shebang = shebangOf(text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text)
  if (shebang !== null && shebang.interpreter !== '') {
    if (isShell(shebang)) return { kind: 'shell', interpreter: shebang.interpreter }
    // AWS's lifecycle_script.py names `python` and is started by python3.
    const isPython = /^python(?:3(?:\.\d+)*)?$/.test(shebang.interpreter)
    return isPython ? { kind: 'python', interpreter: 'python3' } : { kind: 'other', interpreter: shebang.interpreter }
  }
  if (isPythonName(path)) return { kind: 'python', interpreter: 'python3' }
  return isEntryPoint || isShellScriptName(path) ? { kind: 'shell', interpreter: 'bash' } : null
}

/** A script of a folder whose text is known. */
export interface KnownScript {
  readonly path: string
  readonly text: string
  readonly language: ScriptLanguage
}

/** Every script of the folder whose text is known, in the order of the paths. */
export const knownScripts = ({ files }: ScriptFolder, entryPoints: readonly EntryPoint[]): readonly KnownScript[] => {
  const first = new Set(entryPoints.map(({ script }) => script))
  return Object.entries(files).flatMap(([path, file]) => {
    const language = file.kind === 'text' ? scriptLanguage(path, file.text, first.has(path)) : null
    return file.kind === 'text' && language !== null ? [{ path, text: file.text, language }] : []
  })
}
