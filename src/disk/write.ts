import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { access, chmod, constants, mkdir, open, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { hasCode, placeToWrite } from './checkout.ts'

/** Milliseconds that a pipe or a device may take to accept what is written. */
const takeMs = 5_000

/**
 * Writes a file, making its folder if need be: as a whole or not at all, so that whoever reads it at the same time, or after a full disk,
 * finds the old one or the new one. Pipes and devices are written to as they are.
 * @throws Refused, or what the file system throws.
 */
export const writeTextFile = async (path: string, text: string): Promise<void> => {
  const whole = resolve(path)
  if (/^\/(?:dev|proc)\//.test(whole)) return written(whole, text)
  const place = await placeToWrite(whole)
  await mkdir(dirname(place), { recursive: true })
  const there = await statusOf(place)
  if (there !== null && !there.isFile()) return written(place, text)
  if (there !== null) await access(place, constants.W_OK)
  try {
    await replaced(place, text, there)
  } catch (error) {
    // A file in a folder that takes no other, or one that is mounted by itself.
    if (there === null || !hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV')) throw error
    await writeFile(place, text)
  }
}

const statusOf = async (place: string): Promise<Stats | null> => {
  try {
    return await stat(place)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

const replaced = async (place: string, text: string, there: Stats | null): Promise<void> => {
  const temporary = join(dirname(place), `.preflight-${randomBytes(8).toString('hex')}.tmp`)
  try {
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(text)
    } finally {
      await handle.close()
    }
    if (there !== null) await chmod(temporary, there.mode)
    await rename(temporary, place)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
}

/** A pipe that nobody reads would be waited for without end. */
const written = async (place: string, text: string): Promise<void> => {
  const late = AbortSignal.timeout(takeMs)
  await Promise.race([
    writeFile(place, text),
    new Promise<never>((_, reject) =>
      late.addEventListener('abort', () => reject(new Error(`nothing took it within ${takeMs / 1_000} s`))),
    ),
  ])
}
