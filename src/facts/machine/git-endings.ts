import { findExecutable, programPath } from './executable.ts'
import { runProcess } from './run-process.ts'

/** Milliseconds that git has. */
const deadlineMs = 5_000

/** Variables by which git finds the settings of the user, `safe.directory` among them. */
const ofUser = ['HOME', 'USERPROFILE', 'XDG_CONFIG_HOME', 'SystemRoot']

/**
 * Which of these files, relative to the folder, git has with line feeds alone while the working copy has carriage returns: what
 * `core.autocrlf` and `.gitattributes` make on Windows. Empty where git is not there, or the folder is in no repository. Nothing that
 * the repository names is run. https://git-scm.com/docs/git-ls-files
 */
export const convertedByGit = async (
  folder: string,
  paths: readonly string[],
  { environment, signal }: { readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<ReadonlySet<string>> => {
  const git = paths.length === 0 ? null : await findExecutable('git', environment)
  if (git === null) return new Set()
  const options = ['core.fsmonitor=false', 'core.hooksPath=/dev/null'].flatMap((setting) => ['-c', setting])
  const settings = Object.fromEntries(ofUser.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])))
  const ended = await runProcess({
    file: git,
    name: 'git ls-files',
    words: [...options, '--literal-pathspecs', 'ls-files', '--eol', '-z', '--', ...paths],
    input: '',
    folder,
    environment: { ...programPath(environment), ...settings, GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' },
    deadlineMs,
    signal,
  }).catch(() => null)
  return ended?.exitCode === 0 ? new Set(ended.stdout.split('\0').flatMap(convertedIn)) : new Set()
}

/** `i/lf    w/crlf  attr/text=auto \ton_create.sh` */
const convertedIn = (entry: string): readonly string[] => {
  const [, path] = /^i\/lf\s+w\/(?:crlf|mixed)\s[^\t]*\t(.+)$/s.exec(entry) ?? []
  return path === undefined ? [] : [path]
}
