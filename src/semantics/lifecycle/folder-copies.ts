import type { BucketFolder } from '../../model/facts/s3.ts'
import type { FileDigest, RefusalCause, ScriptFolder } from '../../model/facts/scripts.ts'
import { provesSame } from './etag.ts'

/**
 * What version control, editors, Python and operating systems leave beside scripts. `aws s3 sync` uploads it too; no node needs it, so
 * a copy that lacks it is no other copy. As patterns of `aws s3 sync --exclude`, where `*` stands for slashes too.
 */
const leftAside: readonly string[] = [
  '.git',
  '.hg',
  '.svn',
  '.gitignore',
  '.gitattributes',
  '.gitkeep',
  'node_modules',
  '__pycache__',
  '.idea',
  '.vscode',
  '.DS_Store',
  'Thumbs.db',
  '*.pyc',
  '*.swp',
  '*~',
]

/** Whether the name of a file or folder is one that is left aside, on both sides. */
export const isLeftAside = (name: string): boolean => leftAside.some((pattern) => matches(pattern, name))

const matches = (pattern: string, name: string): boolean =>
  pattern.startsWith('*') ? name.length >= pattern.length && name.endsWith(pattern.slice(1)) : name === pattern

const isAside = (path: string): boolean => path.split('/').some(isLeftAside)

/** The repository's folder beside one folder in S3. All lists are sorted by path. */
export interface CopyComparison {
  readonly same: readonly string[]
  /** Sizes in bytes: of the repository's file, and of the object. */
  readonly changed: readonly { readonly path: string; readonly here: number; readonly there: number }[]
  readonly onlyHere: readonly string[]
  readonly onlyThere: readonly string[]
  /** On both sides, and nothing proves them the same or different. */
  readonly undecided: readonly string[]
  /** Patterns of `--exclude` for what this says nothing about and `--delete` would take: parts left aside, unread, or of another folder. */
  readonly unspoken: readonly string[]
}

/** Refusals of which the content of the path is not known, nor that of paths under it. */
const opaque: ReadonlySet<RefusalCause> = new Set(['link-outside', 'link-broken', 'link-loop', 'kind', 'name', 'access'])

/** Whether a path of the repository's folder is no file that is uploaded as it is: `lifecycle/readable` reports those. */
const opaquePaths = ({ files }: ScriptFolder): readonly string[] =>
  Object.entries(files).flatMap(([path, file]) => (file.kind === 'refused' && opaque.has(file.cause) ? [path] : []))

/** Characters that mean something in a pattern of `--exclude` stand for themselves. */
const literal = (path: string): string => path.replaceAll(/[*?[]/g, '[$&]')

/** The patterns of `aws s3 sync --exclude` for a path and, where it is a folder, all that is in it. */
export const excludePatterns = (path: string): readonly string[] => [literal(path), `${literal(path)}/*`]

/**
 * Compares the repository's folder with one folder in S3.
 * @param digests of the repository's files, by path; empty where they are not known.
 * @param objectDigests MD5 by path of the objects whose ETag does not tell.
 * @param nested prefixes, relative to the folder, that other folders of the plan have in it: what is under them is theirs.
 */
export const compareCopies = (
  repository: ScriptFolder,
  { objects }: BucketFolder,
  digests: Readonly<Record<string, FileDigest>>,
  objectDigests: Readonly<Record<string, string>>,
  nested: readonly string[],
): CopyComparison => {
  const unread = opaquePaths(repository)
  const isUnread = (path: string): boolean => unread.some((other) => path === other || path.startsWith(`${other}/`))
  const here = repository.paths.filter((path) => !isAside(path) && !isUnread(path))
  const there = Object.keys(objects).filter((path) => !isAside(path))
  const known = new Set(here)
  const verdicts = new Map(
    here.flatMap((path) => {
      const object = Object.hasOwn(objects, path) ? objects[path] : undefined
      return object === undefined ? [] : [[path, verdict(ownEntry(digests, path), object, ownEntry(objectDigests, path))] as const]
    }),
  )
  const judged = (wanted: Verdict): readonly string[] => here.filter((path) => verdicts.get(path) === wanted)
  const isTheirs = (path: string): boolean => nested.some((prefix) => path.startsWith(prefix))
  return {
    same: judged('same'),
    changed: judged('changed').map((path) => ({ path, here: digests[path]?.size ?? 0, there: objects[path]?.size ?? 0 })),
    onlyHere: here.filter((path) => !Object.hasOwn(objects, path)),
    onlyThere: there.filter((path) => !known.has(path) && !isUnread(path) && !isTheirs(path)).sort(),
    undecided: [...judged('undecided'), ...there.filter((path) => isUnread(path) && !isTheirs(path))].sort(),
    unspoken: [
      ...nested.map((prefix) => `${literal(prefix)}*`),
      ...unread.flatMap(excludePatterns),
      ...asidePatterns(Object.keys(objects)),
    ],
  }
}

/** Files that git has with line feeds alone, and the working copy with carriage returns: no upload of them as they are is right. */
export const convertedPaths = ({ files }: ScriptFolder): readonly string[] =>
  Object.entries(files).flatMap(([path, file]) => (file.kind === 'text' && file.inGit === 'lf' ? [path] : []))

/** The comparison with what git has in place of the line endings of the checkout. `bucket` are the texts of the folder in S3. */
export const withEndingsOfGit = (copies: CopyComparison, repository: ScriptFolder, bucket: ScriptFolder | null): CopyComparison => {
  const isSame = (path: string): boolean => {
    const [here, there] = [ownEntry(repository.files, path), bucket === null ? undefined : ownEntry(bucket.files, path)]
    return here?.kind === 'text' && there?.kind === 'text' && there.text === here.text.replaceAll('\r\n', '\n')
  }
  const same = new Set(convertedPaths(repository).filter(isSame))
  if (same.size === 0) return copies
  return {
    ...copies,
    same: [...new Set([...copies.same, ...same])].sort(),
    changed: copies.changed.filter(({ path }) => !same.has(path)),
    undecided: copies.undecided.filter((path) => !same.has(path)),
  }
}

type Verdict = 'same' | 'changed' | 'undecided'

const verdict = (
  digest: FileDigest | undefined,
  object: { readonly size: number; readonly etag: string },
  md5: string | undefined,
): Verdict => {
  if (digest === undefined) return 'undecided'
  if (digest.size !== object.size) return 'changed'
  if (digest.md5 === null) return 'undecided'
  if (provesSame(object.etag, digest)) return 'same'
  if (md5 === undefined) return 'undecided'
  return md5 === digest.md5 ? 'same' : 'changed'
}

const ownEntry = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** The patterns, in every form that `--exclude` needs, of what is left aside and is among these paths. */
const asidePatterns = (paths: readonly string[]): readonly string[] => {
  const names = new Set(paths.filter(isAside).flatMap((path) => path.split('/')))
  return leftAside
    .filter((pattern) => [...names].some((name) => matches(pattern, name)))
    .flatMap((pattern) => [pattern, `${pattern}/*`, `*/${pattern}`, `*/${pattern}/*`])
}
