import * as v from 'valibot'
import type { ShellcheckComments } from '../../model/facts/scripts.ts'
import { type Lookup, noVerdict, oneLine } from './script-parser.ts'

/** Findings of one script that are kept; the others are counted. */
const maxComments = 50

/** Names by which shellcheck knows the shells; it knows no zsh. */
const dialects: Readonly<Record<string, string>> = { bash: 'bash', sh: 'sh', dash: 'dash', ash: 'dash', ksh: 'ksh', mksh: 'ksh' }

const answerSchema = v.object({
  comments: v.array(v.object({ line: v.number(), column: v.number(), level: v.string(), code: v.number(), message: v.string() })),
})

/**
 * What shellcheck finds in a script; null where it is not installed or does not know the shell. No `.shellcheckrc` is read: the verdict
 * is the same on every machine and for the bucket's copy, and none can lead it to other files. `# shellcheck` lines of the script count.
 * https://github.com/koalaman/shellcheck/blob/master/shellcheck.1.md
 */
export const shellcheck = async (shell: string, text: string, lookup: Lookup): Promise<ShellcheckComments | null> => {
  const dialect = dialects[shell]
  const file = dialect === undefined ? null : await lookup.find('shellcheck')
  if (file === null) return null
  const answer = await lookup.run(file, ['--norc', '--format=json1', '--severity=warning', `--shell=${dialect}`, '-'], text)
  const said = v.safeParse(v.pipe(v.string(), v.parseJson(), answerSchema), answer.stdout)
  // 0: nothing found, 1: something found.
  if (answer.exitCode > 1 || !said.success) throw noVerdict(file, answer)
  const { comments } = said.output
  return {
    total: comments.length,
    comments: comments.slice(0, maxComments).map((comment) => ({ ...comment, message: oneLine(comment.message) })),
  }
}
