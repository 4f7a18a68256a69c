import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { placeOf, Refused } from '../../disk/checkout.ts'
import { openRegular } from '../../disk/read.ts'
import type { RefusalCause } from '../../model/facts/scripts.ts'
import { isLeftAside } from '../../semantics/lifecycle/folder-copies.ts'
import { GapError } from '../engine/gap.ts'

/** Files and folders that are looked at; a folder of lifecycle scripts with more is another folder. */
const maxEntries = 10_000

/**
 * What a walk finds. `file`: a regular file, or a link to one of the same folder; `place` is its real path, through no link. `refused`:
 * anything else, a folder that was not entered among it. Paths are relative to the folder, with forward slashes.
 */
export type FolderEntry =
  | { readonly kind: 'file'; readonly path: string; readonly place: string; readonly size: number; readonly mode: number }
  | { readonly kind: 'refused'; readonly path: string; readonly cause: RefusalCause; readonly reason: string }

/** A folder on the way down; `above` are the real paths of those that hold it, itself the last. */
interface Branch {
  readonly path: string
  readonly above: readonly string[]
}

const unreadable = (message: string): GapError => new GapError({ reason: 'unexpected', action: 'none', message })

/** `ENOENT: no such file or directory, open '…'` without the place, which is of this machine. */
const codeOf = (error: unknown): string => {
  if (error instanceof Refused) return error.message
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : String(error)
}

/**
 * The real path of a folder that the user names.
 * @throws GapError where it cannot be opened, or is no folder.
 */
export const realRoot = async (name: string): Promise<string> => {
  const root = await placeOf(name).catch((error: unknown) => {
    if (error instanceof Refused) throw unreadable(`${name} ${error.message}`)
    throw unreadable(`the folder of lifecycle scripts ${name} cannot be opened (${String(error).replace(/^Error: /, '')})`)
  })
  if (!(await stat(root)).isDirectory()) throw unreadable(`${name} is not a folder: lifecycle-scripts names the folder of the scripts`)
  return root
}

/**
 * Everything under a folder, as `aws s3 sync` would meet it: links to files and folders of the same folder are followed, and no other:
 * a pull request must not make this read other files of the machine. Sorted by path, by code unit. Opens no file.
 * @throws GapError where there are more than 10,000 files and folders.
 */
export const walk = async (root: string): Promise<readonly FolderEntry[]> => {
  const found: FolderEntry[] = []
  const branches: Branch[] = [{ path: '', above: [root] }]
  let seen = 0
  for (let branch = branches.pop(); branch !== undefined; branch = branches.pop()) {
    const names = await namesIn(branch)
    if (!Array.isArray(names)) {
      found.push(names)
      continue
    }
    seen += names.length
    if (seen > maxEntries) {
      throw unreadable(`more than ${maxEntries} files in the folder of lifecycle scripts: name the folder that holds the scripts alone`)
    }
    const at = branch
    for (const entry of await Promise.all(names.map((name) => look(root, at, name)))) {
      if (entry === null) continue
      if ('above' in entry) branches.push(entry)
      else found.push(entry)
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
}

const realOf = ({ above }: Branch): string => above[above.length - 1] ?? ''

/** The names in a folder as the bytes that they are, or the entry that stands for a folder that cannot be listed. */
const namesIn = async (branch: Branch): Promise<Buffer[] | FolderEntry> => {
  try {
    return await readdir(realOf(branch), { encoding: 'buffer' })
  } catch (error) {
    if (branch.path === '') throw unreadable(`the folder of lifecycle scripts cannot be listed (${codeOf(error)})`)
    return { kind: 'refused', path: branch.path, cause: 'access', reason: `it is a folder that cannot be listed (${codeOf(error)})` }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One name of a folder: a file, a folder to go into, something refused, or null for what is left aside. */
const look = async (root: string, branch: Branch, bytes: Buffer): Promise<FolderEntry | Branch | null> => {
  const name = decoded(bytes)
  const path = `${branch.path}${branch.path === '' ? '' : '/'}${name ?? bytes.toString('utf8')}`
  const refused = (cause: RefusalCause, reason: string): FolderEntry => ({ kind: 'refused', path, cause, reason })
  if (name === null) return refused('name', 'its name is not UTF-8, which the keys of S3 are')
  if (isLeftAside(name)) return null
  const place = join(realOf(branch), name)
  try {
    const status = await lstat(place)
    if (status.isSymbolicLink()) return await followed(root, branch, path, place)
    if (status.isDirectory()) return { path, above: [...branch.above, place] }
    if (status.isFile()) return { kind: 'file', path, place, size: status.size, mode: status.mode }
    return refused('kind', 'it is a pipe, a socket or a device, not a file')
  } catch (error) {
    return refused('access', `it cannot be opened (${codeOf(error)})`)
  }
}

const decoded = (bytes: Buffer): string | null => {
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}

const followed = async (root: string, branch: Branch, path: string, place: string): Promise<FolderEntry | Branch> => {
  const refused = (cause: RefusalCause, reason: string): FolderEntry => ({ kind: 'refused', path, cause, reason })
  const target = await realpath(place).catch(() => null)
  if (target === null) return refused('link-broken', 'it is a link that leads nowhere')
  if (branch.above.includes(target)) return refused('link-loop', 'it is a link to a folder that holds it')
  const inside = relative(root, target)
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    return refused('link-outside', 'it is a link that leaves the folder')
  }
  const aside = inside.split(sep).find(isLeftAside)
  if (aside !== undefined) return refused('link-outside', `it is a link into ${aside}, which is no part of the scripts`)
  const status = await stat(target)
  if (status.isDirectory()) return { path, above: [...branch.above, target] }
  if (status.isFile()) return { kind: 'file', path, place: target, size: status.size, mode: status.mode }
  return refused('kind', 'it is a link to a pipe, a socket or a device')
}

/** The first bytes of a file, at most `limit`, whatever size it is said to have. */
export const firstBytes = async (place: string, limit: number): Promise<Uint8Array> => {
  const handle = await openRegular(place)
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of handle.createReadStream({ start: 0, end: limit - 1, autoClose: false })) chunks.push(chunk as Uint8Array)
    return Buffer.concat(chunks)
  } finally {
    await handle.close()
  }
}

/** The entry that stands for a file that would not open. */
export const wouldNotOpen = (error: unknown): string => `it cannot be opened (${codeOf(error)})`
