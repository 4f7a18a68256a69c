import pLimit from 'p-limit'
import type { Fact, Keyed } from '../../model/fact.ts'
import type { ScriptSyntax } from '../../model/facts/scripts.ts'
import type { Plan } from '../../model/plan.ts'
import { type EntryPoint, lifecycleFolders, repositoryEntryPoints, repositoryPath } from '../../semantics/plan/lifecycle-folders.ts'
import { type KnownScript, knownScripts } from '../../semantics/scripts/script-language.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attempt } from '../engine/gap.ts'
import { parsePython } from './python-parser.ts'
import { type Lookup, lookupIn } from './script-parser.ts'
import { parseShell } from './shell-parser.ts'
import { shellcheck } from './shellcheck.ts'

/** Scripts parsed at the same time. */
const parsers = 4

/**
 * What the interpreters on this machine say about the syntax of every script, and shellcheck where it is installed. The scripts are
 * given to `-n` (for Python, to `compile`) on standard input: they are read, not run. A text is parsed once, however often it occurs.
 * A folder that could not be read adds nothing here: it is a gap of its own fact.
 */
export const scriptSyntax = defineCollector({
  id: 'scriptSyntax',
  needs: ['repositoryScripts', 'bucketScripts'],
  actions: [],
  collect: async ({ plan, signal }: Context, get): Promise<Keyed<ScriptSyntax>> => {
    const [repository, buckets] = await Promise.all([attempt(() => get('repositoryScripts')), attempt(() => get('bucketScripts'))])
    const inRepository =
      repository.ok && repository.value !== null
        ? named(knownScripts(repository.value, repositoryEntryPoints(plan)), (path) => repositoryPath(plan.lifecycleScripts ?? '', path))
        : []
    const inBuckets = buckets.ok ? scriptsInBuckets(plan, buckets.value) : []
    return parseEach([...inRepository, ...inBuckets], signal, process.env)
  },
})

interface NamedScript extends KnownScript {
  /** As reports name it. */
  readonly name: string
}

const named = (scripts: readonly KnownScript[], nameOf: (path: string) => string): readonly NamedScript[] =>
  scripts.map((script) => ({ ...script, name: nameOf(script.path) }))

const scriptsInBuckets = (plan: Plan, folders: Parameters<typeof inFolder>[0]): readonly NamedScript[] =>
  lifecycleFolders(plan).flatMap(({ uri, entryPoints }) => inFolder(folders, uri, entryPoints))

const inFolder = (
  folders: Keyed<Parameters<typeof knownScripts>[0] | null>,
  uri: string,
  entryPoints: readonly EntryPoint[],
): readonly NamedScript[] => {
  const folder = folders[uri]
  return folder?.ok === true && folder.value !== null ? named(knownScripts(folder.value, entryPoints), (path) => `${uri}${path}`) : []
}

/** Exported for tests: `environment` names the folders to look for the interpreters in. */
export const parseEach = async (
  scripts: readonly NamedScript[],
  signal: AbortSignal,
  environment: NodeJS.ProcessEnv,
): Promise<Keyed<ScriptSyntax>> => {
  const slot = pLimit(parsers)
  const lookup = lookupIn(environment, signal)
  const byContent = new Map<string, Promise<Fact<ScriptSyntax>>>()
  const parse = ({ text, language }: NamedScript): Promise<Fact<ScriptSyntax>> => {
    const key = `${language.interpreter}\n${text}`
    const known = byContent.get(key) ?? slot(() => attempt(() => parseScript(text, language, lookup)))
    byContent.set(key, known)
    return known
  }
  const parsed = scripts
    .filter(({ language }) => language.kind !== 'other')
    .map(async (script) => [script.name, await parse(script)] as const)
  return Object.fromEntries(await Promise.all(parsed))
}

const parseScript = async (text: string, { kind, interpreter }: KnownScript['language'], lookup: Lookup): Promise<ScriptSyntax> => {
  if (kind === 'python') return { interpreter, parsed: await parsePython(text, lookup), shellcheck: { ok: true, value: null } }
  // Carriage returns and a byte order mark are findings of their own; what they do to the parser is not the script's syntax.
  const shellText = text.replaceAll(/^\uFEFF|\r/g, '')
  const parsed = await parseShell(interpreter, shellText, lookup)
  const comments = parsed.kind === 'refused' ? null : await attempt(() => shellcheck(interpreter, shellText, lookup))
  return { interpreter, parsed, shellcheck: comments ?? { ok: true, value: null } }
}
