import pLimit from 'p-limit'
import type { OtherFile, ScriptFile, ScriptFolder } from '../../model/facts/scripts.ts'
import {
  isPythonName,
  isShellScriptName,
  provisioningParametersFile,
  repositoryEntryPoints,
} from '../../semantics/plan/lifecycle-folders.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { type FolderEntry, firstBytes, realRoot, walk, wouldNotOpen } from './folder-files.ts'
import { convertedByGit } from './git-endings.ts'
import { otherFile, othersWithinBounds } from './other-files.ts'
import { maxScriptBytes, refuse, scriptFile, withinBounds } from './script-text.ts'

/** Files read at the same time. */
const readers = 16

/** Files that are no scripts and are looked through. */
const maxOthers = 2000

type Found = Extract<FolderEntry, { kind: 'file' }>

/**
 * The repository's folder of lifecycle scripts, walked to the bottom, in the order of its paths. Read are the files that rules read:
 * shell and Python scripts, files that start with `#!`, the plan's entry points and provisioning_parameters.json, up to 16 MiB
 * together; other small files are looked through for credentials. What is no file of the folder (a link out of it, a pipe) is among `files` too, refused, whatever its name.
 */
export const repositoryScripts = defineCollector({
  id: 'repositoryScripts',
  needs: [],
  actions: [],
  collect: async ({ plan, signal }: Context): Promise<ScriptFolder | null> => {
    const name = plan.lifecycleScripts
    if (name === null) return null
    const root = await realRoot(name)
    const entries = await walk(root)
    const first = [...repositoryEntryPoints(plan).map(({ script }) => script), provisioningParametersFile]
    const slot = pLimit(readers)
    const wanted = await Promise.all(
      entries.map((entry) => slot(async () => (entry.kind === 'file' && (await isWanted(entry, first)) ? [entry] : []))),
    )
    const { read, refused } = withinBounds(wanted.flat(), first, Number.POSITIVE_INFINITY)
    const texts = await Promise.all(read.map((file) => slot(async () => [file.path, await readText(file)] as const)))
    const asScripts = new Set(wanted.flat())
    const rest = entries.flatMap((entry) => (entry.kind === 'file' && !asScripts.has(entry) ? [entry] : []))
    const others = othersWithinBounds(rest, maxOthers)
    const looked = await Promise.all(others.read.map((file) => slot(async () => [file.path, await look(file)] as const)))
    const strange = entries.flatMap((entry) => (entry.kind === 'refused' ? [[entry.path, refuse(entry.cause, entry.reason)] as const] : []))
    return {
      origin: 'repository',
      name,
      paths: entries.map(({ path }) => path),
      files: inOrder([...(await withEndingsInGit(root, texts, signal)), ...refused, ...strange]),
      others: inOrder([...looked, ...others.unread]),
    }
  },
})

type NamedText = readonly [string, ScriptFile]

/** git is asked of files with carriage returns alone. */
const withEndingsInGit = async (root: string, texts: readonly NamedText[], signal: AbortSignal): Promise<readonly NamedText[]> => {
  const windows = texts.flatMap(([path, file]) => (file.kind === 'text' && file.text.includes('\r\n') ? [path] : []))
  const converted = await convertedByGit(root, windows, { environment: process.env, signal })
  return texts.map(([path, file]) => [path, file.kind === 'text' && converted.has(path) ? { ...file, inGit: 'lf' } : file])
}

const inOrder = <T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)))

const look = async ({ place, size }: Found): Promise<OtherFile> => {
  try {
    return otherFile(await firstBytes(place, size))
  } catch (error) {
    return { kind: 'unread', reason: wouldNotOpen(error) }
  }
}

/** Whether rules read a file: by its name, or, where its name has no ending, by its first two characters. */
const isWanted = async ({ path, place }: Found, first: readonly string[]): Promise<boolean> => {
  if (first.includes(path) || isShellScriptName(path) || isPythonName(path)) return true
  if (/\.[^/]*$/.test(path.slice(path.lastIndexOf('/') + 1))) return false
  // A file that does not open is left to those who need it; a byte order mark may stand before the shebang.
  const start = await firstBytes(place, 5).catch(() => new Uint8Array())
  return /^(?:\u00EF\u00BB\u00BF)?#!/.test(Buffer.from(start).toString('latin1'))
}

const readText = async ({ place, mode }: Found): Promise<ScriptFile> => {
  try {
    return scriptFile(await firstBytes(place, maxScriptBytes + 1), process.platform === 'win32' ? null : (mode & 0o100) !== 0)
  } catch (error) {
    return refuse('access', wouldNotOpen(error))
  }
}
