import type { ScriptFile } from '../model/facts.ts'

/** A script is read up to this size: 1 MiB. AWS's largest is 30 KiB. */
export const maxScriptBytes = 1024 * 1024

export const tooLarge = (bytes: number): ScriptFile => ({
  kind: 'refused',
  reason: `it has ${bytes} bytes, scripts are read up to ${maxScriptBytes}`,
})

/** Keeps a byte order mark and carriage returns: rules judge them. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `kmsKeyId`: of an object in S3, as {@link ScriptFile} has it. */
export const scriptFile = (bytes: Uint8Array, executable: boolean | null, kmsKeyId?: string | null): ScriptFile => {
  if (bytes.length > maxScriptBytes) return tooLarge(bytes.length)
  try {
    return { kind: 'text', text: utf8.decode(bytes), executable, ...(kmsKeyId !== undefined && { kmsKeyId }) }
  } catch {
    return { kind: 'refused', reason: isUtf16(bytes) ? 'it is UTF-16 text, which no shell reads' : 'it is not UTF-8 text' }
  }
}

const isUtf16 = ([first, second]: Uint8Array): boolean => (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
