import { readFile, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'

/** What the kubeconfig files of this machine say about one Kubernetes API server. */
export interface Kubeconfig {
  /** Name of the context that leads there, the current one before others; null where none does. */
  readonly context: string | null
  /** Absolute paths of the files that were read, in the order in which kubectl merges them. */
  readonly files: readonly string[]
  /** Files that were left aside, each with the reason, as clauses. */
  readonly leftAside: readonly string[]
}

/** Bytes of one file that are read; a kubeconfig of a hundred clusters has a few hundred thousand. */
const maxBytes = 4 * 1024 * 1024

/** The parts that lead from a context to a server. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
const fileSchema = v.object({
  'current-context': v.nullish(v.string(), ''),
  clusters: v.nullish(v.array(v.object({ name: v.string(), cluster: v.nullish(v.object({ server: v.nullish(v.string()) })) })), []),
  contexts: v.nullish(v.array(v.object({ name: v.string(), context: v.nullish(v.object({ cluster: v.nullish(v.string()) })) })), []),
})
type File = v.InferOutput<typeof fileSchema>

/**
 * Looks for a context that leads to this API server, in the files that kubectl and helm would read: those of KUBECONFIG, else
 * `~/.kube/config`. A kubeconfig names programs to run, so files that a pull request may have filled are left aside: relative paths, and
 * those in the workflow's checkout.
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export const readKubeconfig = async (server: string, environment: NodeJS.ProcessEnv): Promise<Kubeconfig> => {
  const read = await Promise.all(candidates(environment).map((file) => readFileOrReason(file, environment)))
  const known = read.flatMap((one) => (one.kind === 'read' ? [one] : []))
  return {
    context: contextOf(
      server,
      known.map(({ content }) => content),
    ),
    files: known.map(({ file }) => file),
    leftAside: read.flatMap((one) => (one.kind === 'left-aside' ? [one.reason] : [])),
  }
}

const candidates = (environment: NodeJS.ProcessEnv): readonly string[] => {
  const listed = (environment['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '')
  return listed.length > 0 ? [...new Set(listed)] : [path.join(environment['HOME'] ?? homedir(), '.kube', 'config')]
}

type Read =
  | { readonly kind: 'read'; readonly file: string; readonly content: File }
  | { readonly kind: 'absent' }
  | { readonly kind: 'left-aside'; readonly reason: string }

const readFileOrReason = async (file: string, environment: NodeJS.ProcessEnv): Promise<Read> => {
  const leftAside = (why: string): Read => ({ kind: 'left-aside', reason: `${file} ${why}` })
  if (!path.isAbsolute(file)) return leftAside('is relative, and what it names may come with a pull request')
  try {
    const checkout = environment['GITHUB_WORKSPACE'] ?? ''
    if (checkout !== '' && isWithin(await realpath(checkout), await realpath(file))) {
      return leftAside('is in the checkout, and may come with a pull request')
    }
    const about = await stat(file)
    if (!about.isFile()) return leftAside('is no file')
    if (about.size > maxBytes) return leftAside(`has ${about.size} bytes, at most ${maxBytes} are read`)
    const content = parsed(await readFile(file, 'utf8'))
    return content === null ? leftAside('is no kubeconfig in YAML') : { kind: 'read', file, content }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    // Files that do not exist are passed over by kubectl too.
    return code === 'ENOENT' ? { kind: 'absent' } : leftAside(`cannot be read (${code})`)
  }
}

/** The parser's own words are not kept: they quote lines, and one may hold a token. */
const parsed = (text: string): File | null => {
  try {
    // An empty file is an empty configuration.
    const value: unknown = parse(text, { logLevel: 'error' }) ?? {}
    const content = v.safeParse(fileSchema, value)
    return content.success && !Array.isArray(value) ? content.output : null
  } catch {
    return null
  }
}

const isWithin = (folder: string, file: string): boolean => {
  const way = path.relative(folder, file)
  return !path.isAbsolute(way) && way !== '..' && !way.startsWith(`..${path.sep}`)
}

/** Merged as kubectl does: of entries of one name, and of current contexts, the first counts. */
const contextOf = (server: string, files: readonly File[]): string | null => {
  const servers = firstOf(files.flatMap(({ clusters }) => clusters.map(({ name, cluster }) => [name, cluster?.server ?? ''] as const)))
  const contexts = firstOf(files.flatMap(({ contexts }) => contexts.map(({ name, context }) => [name, context?.cluster ?? ''] as const)))
  const leading = [...contexts].filter(([, cluster]) => isSameServer(servers.get(cluster) ?? '', server)).map(([name]) => name)
  const current = files.map((file) => file['current-context']).find((name) => name !== '')
  return leading.find((name) => name === current) ?? leading[0] ?? null
}

const firstOf = (entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> => {
  const first = new Map<string, string>()
  for (const [name, value] of entries) if (!first.has(name)) first.set(name, value)
  return first
}

/** Whether two addresses mean one API server: letter case, a default port and a final slash do not matter. */
const isSameServer = (one: string, other: string): boolean =>
  URL.canParse(one) && URL.canParse(other) && new URL(one).href.replace(/\/$/, '') === new URL(other).href.replace(/\/$/, '')
