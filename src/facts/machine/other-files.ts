import type { OtherFile } from '../../model/facts/scripts.ts'
import { issuedCredentials } from '../../semantics/scripts/secrets.ts'
import { placesIn } from '../../semantics/text/place.ts'
import type { Candidate } from './script-text.ts'

/** Keys and files of settings are small: 256 KiB. */
const maxBytes = 256 * 1024
/** Bytes of one folder that are looked through: 16 MiB. */
const maxFolderBytes = 16 * 1024 * 1024
/** Credentials of one file that are kept. */
const maxKept = 20

/** Archives, programs, pictures: what is in them is not told by their bytes. */
const packed =
  /\.(?:gz|tgz|bz2|xz|zst|zip|7z|tar|whl|egg|jar|deb|rpm|so|a|o|bin|exe|dll|run|sqsh|img|iso|pyc|png|jpe?g|gif|svg|ico|webp|pdf|mp4|woff2?|npz?|pt|safetensors|parquet)$/i

/** What is looked through for credentials, of files that are no scripts, and what there is no room for. */
export const othersWithinBounds = <C extends Candidate>(
  candidates: readonly C[],
  maxFiles: number,
): { readonly read: readonly C[]; readonly unread: readonly (readonly [string, OtherFile])[] } => {
  const read: C[] = []
  const unread: [string, OtherFile][] = []
  let bytes = 0
  for (const candidate of candidates) {
    if (candidate.size === 0 || candidate.size > maxBytes || packed.test(candidate.path)) continue
    if (read.length >= maxFiles || bytes + candidate.size > maxFolderBytes) {
      unread.push([candidate.path, { kind: 'unread', reason: 'the folder holds more files than are looked through' }])
    } else {
      bytes += candidate.size
      read.push(candidate)
    }
  }
  return { read, unread }
}

/** What is kept of a file: the places of its credentials. Bytes that are no UTF-8 are no part of any. */
export const otherFile = (bytes: Uint8Array): OtherFile => {
  const text = new TextDecoder('utf-8').decode(bytes)
  const place = placesIn(text)
  const credentials = issuedCredentials(text)
    .slice(0, maxKept)
    .map(({ what, offset, certain }) => ({ what, line: place(offset).line, certain }))
  return { kind: 'read', credentials }
}
