import { existsSync, realpathSync } from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, parse, relative, resolve, sep } from 'node:path'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Why a path is not followed, as a clause: `is a link that leaves the checkout`. */
export class Refused extends Error {}

/** The folder whose files anybody's pull request may have written, as it is named and as it is once links are followed. */
interface Checkout {
  readonly named: string
  readonly real: string
}

/**
 * The workflow's checkout; outside of a workflow the repository around the working folder, else that folder.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
const checkoutOf = (environment: Environment): Checkout => {
  const named = resolve(stated(environment) ?? process.cwd())
  return { named, real: realOrSelf(named) }
}

/** The workflow's checkout, or the repository around the working folder; null where there is neither. */
const stated = (environment: Environment): string | null => environment['GITHUB_WORKSPACE'] || repositoryAround(process.cwd())

/** The nearest folder with a `.git` in it. A home that is under version control, and what holds it, is the user's own and no checkout. */
const repositoryAround = (folder: string): string | null => {
  const home = homeFolder()
  for (let current = folder; current !== parse(current).root; current = dirname(current)) {
    if (home !== null && isWithin(current, home)) return null
    if (existsSync(join(current, '.git'))) return current
  }
  return null
}

const homeFolder = (): string | null => {
  try {
    return homedir() || null
  } catch {
    // A user without an entry in passwd, and without HOME.
    return null
  }
}

const realOrSelf = (path: string): string => {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}

/** Whether a path is a folder or in it; both absolute. */
export const isWithin = (folder: string, path: string): boolean => {
  const way = relative(folder, path)
  return !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`)
}

/** The events whose checkout has what a pull request brings. https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows */
const bringsForeignFiles = (environment: Environment): boolean =>
  /^(?:pull_request|merge_group)/.test(environment['GITHUB_EVENT_NAME'] ?? '')

/**
 * The real path of something that exists. In a checkout no link is followed out of it, and in that of a pull request none at all: it could
 * lead to any file of the machine. A path that itself leads out of the checkout is the user's own.
 * @throws Refused, or what the file system throws.
 */
export const placeOf = async (path: string, environment: Environment = process.env): Promise<string> => {
  const whole = resolve(path)
  const checkout = checkoutOf(environment)
  const root = [checkout.named, checkout.real].find((folder) => isWithin(folder, whole))
  if (root === undefined) return realpath(whole)
  const mayLink = !bringsForeignFiles(environment)
  if (!mayLink) await refuseLinks(root, whole)
  const place = await realpath(whole)
  if (!isWithin(checkout.real, place)) throw new Refused('is a link that leaves the checkout')
  return place
}

const refuseLinks = async (root: string, whole: string): Promise<void> => {
  let current = root
  for (const name of relative(root, whole).split(sep)) {
    current = join(current, name)
    if ((await lstat(current)).isSymbolicLink()) throw new Refused('is a link, or leads over one: none is followed in a pull request')
  }
}

/**
 * The real path of a file that is there or is to be made, under the same rules: the part of its path that exists is followed.
 * @throws Refused, or what the file system throws.
 */
export const placeToWrite = async (path: string, environment: Environment = process.env): Promise<string> => {
  const whole = resolve(path)
  try {
    await lstat(whole)
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || dirname(whole) === whole) throw error
    return join(await placeToWrite(dirname(whole), environment), basename(whole))
  }
  return placeOf(whole, environment)
}

/** Whether the file system gave this code: `ENOENT`. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code))

/** Whether a folder is in the repository or the workflow's checkout, links followed. A working folder without either is the user's own. */
export const isInCheckout = (folder: string, environment: Environment = process.env): boolean => {
  const named = stated(environment)
  if (named === null) return false
  const real = realOrSelf(resolve(named))
  return [resolve(named), real].some((root) => isWithin(root, folder)) || isWithin(real, realOrSelf(folder))
}
