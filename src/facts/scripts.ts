import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import pLimit from 'p-limit'
import type { ScriptFile, ScriptFolder } from '../model/facts.ts'
import { isPythonName, isShellScriptName, provisioningParametersFile, repositoryEntryPoints } from '../semantics/lifecycle-folders.ts'
import { type Context, defineCollector } from './collect.ts'
import { GapError } from './gap.ts'
import { maxScriptBytes, scriptFile, tooLarge } from './script-text.ts'

/** Files of a folder that are looked at; a folder of lifecycle scripts with more is another folder. */
const maxFiles = 10_000
/** Files read at the same time. */
const readers = 16
/** Never part of what is uploaded. */
const ignored = new Set(['.git', 'node_modules'])

/**
 * The repository's folder of lifecycle scripts, walked to the bottom, in the order of its paths. Read are the files that rules read:
 * shell and Python scripts, files that start with `#!`, the plan's entry points and provisioning_parameters.json. A link is read only
 * where it leads to a file of the same folder: a pull request must not make this read other files of the machine.
 */
export const repositoryScripts = defineCollector({
  id: 'repositoryScripts',
  needs: [],
  actions: [],
  collect: async ({ plan }: Context): Promise<ScriptFolder | null> => {
    const name = plan.lifecycleScripts
    if (name === null) return null
    const root = await realRoot(name)
    const paths = await filesOf(root)
    const entryPoints = new Set(repositoryEntryPoints(plan).map(({ script }) => script))
    const slot = pLimit(readers)
    const files = await Promise.all(
      paths.map((path) => slot(async () => [path, await readScript(root, path, entryPoints.has(path))] as const)),
    )
    return {
      origin: 'repository',
      name,
      paths,
      files: Object.fromEntries(files.flatMap(([path, file]) => (file === null ? [] : [[path, file]]))),
    }
  },
})

const unreadable = (message: string): GapError => new GapError({ reason: 'unexpected', action: 'none', message })

const realRoot = async (name: string): Promise<string> => {
  const root = await realpath(name).catch((error: unknown) => {
    throw unreadable(`the folder of lifecycle scripts ${name} cannot be opened (${String(error).replace(/^Error: /, '')})`)
  })
  if (!(await stat(root)).isDirectory()) throw unreadable(`${name} is not a folder: lifecycle-scripts names the folder of the scripts`)
  return root
}

/** Paths of all files and links under a folder, relative to it, with forward slashes, sorted by code unit. */
const filesOf = async (root: string): Promise<readonly string[]> => {
  const found: string[] = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const item of await readdir(join(root, folder), { withFileTypes: true })) {
      if (ignored.has(item.name)) continue
      const path = folder === '' ? item.name : `${folder}/${item.name}`
      if (item.isDirectory()) folders.push(path)
      else if (item.isFile() || item.isSymbolicLink()) found.push(path)
    }
    if (found.length + folders.length > maxFiles) {
      throw unreadable(`more than ${maxFiles} files in the folder of lifecycle scripts: name the folder that holds the scripts alone`)
    }
  }
  return found.sort()
}

/** One file as rules read it; null for a file that no rule reads. */
const readScript = async (root: string, path: string, isEntryPoint: boolean): Promise<ScriptFile | null> => {
  const byName = isEntryPoint || isShellScriptName(path) || isPythonName(path) || path === provisioningParametersFile
  if (!byName && /\.[^/]*$/.test(path.slice(path.lastIndexOf('/') + 1))) return null
  const place = join(root, path)
  if ((await lstat(place)).isSymbolicLink()) {
    const refused = await linkRefused(root, place)
    if (refused !== null) return byName ? refused : null
  }
  const { size, mode } = await stat(place)
  if (size > maxScriptBytes) return byName ? tooLarge(size) : null
  const file = scriptFile(await readFile(place), process.platform === 'win32' ? null : (mode & 0o100) !== 0)
  return byName || (file.kind === 'text' && /^\uFEFF?#!/.test(file.text)) ? file : null
}

/** Why a link is not followed; null where it leads to a file of the folder. */
const linkRefused = async (root: string, place: string): Promise<ScriptFile | null> => {
  const target = await realpath(place).catch(() => null)
  if (target === null) return { kind: 'refused', reason: 'it is a link that leads nowhere' }
  const inside = relative(root, target)
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    return { kind: 'refused', reason: 'it is a link that leaves the folder' }
  }
  return (await stat(target)).isFile() ? null : { kind: 'refused', reason: 'it is a link to something that is not a file' }
}
