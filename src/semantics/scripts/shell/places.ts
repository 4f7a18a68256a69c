import { type CallFolder, pathIn } from '../script-calls.ts'
import { ownFolder, startFolder } from './values.ts'

export const unknownFolder: CallFolder = { base: 'unknown', path: '' }

/** The folder or file that a text of the shell's values stands for. */
export const folderAt = (text: string): CallFolder => {
  const base = text.startsWith(ownFolder) ? 'own' : text.startsWith(startFolder) ? 'working' : 'unknown'
  const path = text.slice(1)
  return base === 'unknown' || /[\uE000-\uE003]/.test(path) ? unknownFolder : { base, path: pathIn('', path) }
}

/** A value as a script would write it. */
export const asWritten = (text: string): string => text.replaceAll(new RegExp(`[${ownFolder}${startFolder}]/?`, 'g'), './')
