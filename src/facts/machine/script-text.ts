import type { RefusalCause, ScriptFile } from '../../model/facts/scripts.ts'

/** A script is read up to this size: 1 MiB. AWS's largest is 30 KiB. */
export const maxScriptBytes = 1024 * 1024

/** Text read from one folder: 16 MiB. AWS's own scripts are 0.2 MiB together. */
const maxFolderBytes = 16 * maxScriptBytes

export const refuse = (cause: RefusalCause, reason: string): ScriptFile => ({ kind: 'refused', cause, reason })

const tooLarge = (bytes: number): ScriptFile => refuse('size', `it has ${bytes} bytes, scripts are read up to ${maxScriptBytes}`)

/** Keeps a byte order mark and carriage returns: rules judge them. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `kmsKeyId`: of an object in S3, as {@link ScriptFile} has it. */
export const scriptFile = (bytes: Uint8Array, executable: boolean | null, kmsKeyId?: string | null): ScriptFile => {
  if (bytes.length > maxScriptBytes) return tooLarge(bytes.length)
  try {
    return { kind: 'text', text: utf8.decode(bytes), executable, ...(kmsKeyId !== undefined && { kmsKeyId }) }
  } catch {
    return refuse('encoding', isUtf16(bytes) ? 'it is UTF-16 text, which no shell reads' : 'it is not UTF-8 text')
  }
}

const isUtf16 = ([first, second]: Uint8Array): boolean => (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)

/** A file that is to be read. */
export interface Candidate {
  readonly path: string
  /** Bytes. */
  readonly size: number
}

const depth = (path: string): number => path.split('/').length

/**
 * What of a folder is read: those of `first` in their order, then the others from the top down, each depth in the order of its paths,
 * until `maxScripts` files or {@link maxFolderBytes}. Each of the rest comes with the file that stands for it.
 */
export const withinBounds = <C extends Candidate>(
  candidates: readonly C[],
  first: readonly string[],
  maxScripts: number,
): { readonly read: readonly C[]; readonly refused: readonly (readonly [string, ScriptFile])[] } => {
  const rank = (path: string): number => (first.includes(path) ? first.indexOf(path) : first.length)
  const inOrder = [...candidates].sort(
    (a, b) => rank(a.path) - rank(b.path) || depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : Number(a.path > b.path)),
  )
  const read: C[] = []
  const refused: [string, ScriptFile][] = []
  let bytes = 0
  for (const candidate of inOrder) {
    if (candidate.size > maxScriptBytes) refused.push([candidate.path, tooLarge(candidate.size)])
    else if (read.length >= maxScripts) {
      refused.push([candidate.path, refuse('bound', `the folder holds more than ${maxScripts} scripts, the others were not read`)])
    } else if (bytes + candidate.size > maxFolderBytes) {
      refused.push([
        candidate.path,
        refuse('bound', `the folder holds more than ${maxFolderBytes} bytes of scripts, the others were not read`),
      ])
    } else {
      bytes += candidate.size
      read.push(candidate)
    }
  }
  return { read, refused }
}
