import { constants, statSync } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { errorMessage } from '../semantics/text/error-message.ts'
import { type Environment, hasCode, placeOf, Refused } from './checkout.ts'

const notRegular = 'is not a regular file'

/** Whether a word of the command line names a regular file. What is in it is looked at by {@link readTextFile} alone. */
export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/**
 * Opens the regular file at a real path, for reading. A link, a pipe or a device that has taken its place is not opened, and never waited
 * for.
 * @throws what `open` throws, or Refused.
 */
export const openRegular = async (place: string): Promise<FileHandle> => {
  // To open a device may already do something.
  const before = await lstat(place)
  if (!before.isFile() && !before.isSymbolicLink()) throw new Refused(before.isDirectory() ? 'is a folder' : notRegular)
  // Windows has neither flag: there they are undefined.
  const handle = await open(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new Refused(notRegular)
}

/**
 * The text of a file that somebody named: a regular file of at most `maxBytes`, in UTF-8, reached over no link that leaves the checkout.
 * @throws Unreadable with the reason.
 */
export const readTextFile = async (path: string, maxBytes: number, environment?: Environment): Promise<string> => {
  try {
    const bytes = await bytesOf(await placeOf(path, environment), maxBytes)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new Unreadable(whyNot(error))
  }
}

/** A file that is not read; the message says why, as a clause, and quotes nothing of it. */
export class Unreadable extends Error {}

const bytesOf = async (place: string, maxBytes: number): Promise<Uint8Array> => {
  const handle = await openRegular(place)
  try {
    const { size } = await handle.stat()
    if (size > maxBytes) throw new Refused(`the file has ${size} bytes, at most ${maxBytes} are read`)
    const bytes = new Uint8Array(size + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length)
      length += bytesRead
      if (bytesRead === 0 || length === bytes.length) break
    }
    // What the system makes up as it is read, such as the environment of a process in /proc, is said to have no bytes.
    if (length > size) throw new Refused('has more in it than its size: a file of the system, or one that is being written')
    return bytes.subarray(0, length)
  } finally {
    await handle.close()
  }
}

const plainReasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read',
  EISDIR: 'is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  ELOOP: 'is a link that leads to itself, or has just become one',
  EMFILE: 'this process may open no more files',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text',
}

/** Why something could not be read, as a clause. */
export const whyNot = (error: unknown): string => {
  if (error instanceof Refused) return error.message
  const known = Object.entries(plainReasons).find(([code]) => hasCode(error, code))?.[1]
  return known ?? errorMessage(error)
}
