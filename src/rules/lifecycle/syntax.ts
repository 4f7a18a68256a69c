import { breakingCodes } from '../../catalog/shellcheck-codes.ts'
import type { Fact, Gap, Keyed } from '../../model/fact.ts'
import type { ParsedScript, ScriptSyntax, ShellcheckComment, ShellcheckComments } from '../../model/facts/scripts.ts'
import type { Outcome } from '../../model/finding.ts'
import { keyed } from '../../semantics/fact.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { lastLineRead } from '../../semantics/scripts/exit-status.ts'
import { pythonProgram } from '../../semantics/scripts/python/tree/tree.ts'
import { type KnownScript, knownScripts, type ScriptLanguage } from '../../semantics/scripts/script-language.ts'
import { type ScriptUse, scriptUses } from '../../semantics/scripts/script-use.ts'
import { enumerate, plural } from '../../semantics/text/enumerate.ts'
import { type ForeignContent, foreignContent } from '../../semantics/text/foreign-content.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass, skip, unknown } from '../engine/outcome.ts'
import { eachScriptFolder, givenText, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'

export const syntax = defineRule({
  id: 'lifecycle/syntax',
  title: 'Every script is accepted by the interpreter that reads it',
  why: 'A shell reads a script as it runs it: it comes to a missing `fi` or a quote that is not closed only after it has changed half of the node, and exits with an error. HyperPod then fails the node, after 15 to 20 minutes. The scripts are only parsed here (`bash -n`, or the shell of the shebang; the compiler of `python3` for Python), none is run. What an assistant, a browser or a failed download left in place of a script (Markdown fences, an HTML page, an error answer) is an error, whatever a parser says. A script whose interpreter is not on this machine is unknown (as a warning where it is Python and reads well here), and so is one in another language. A script that no entry point leads to is at most a warning. Where shellcheck is installed, what it reports at its levels error and warning is one notice per script; only what breaks a run is a warning of its own. `.shellcheckrc` is not read; `# shellcheck disable=…` lines in the script count.',
  severity: 'error',
  otherSeverities: ['warning', 'notice'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html',
    'https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html',
    'https://www.shellcheck.net/wiki/',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts', 'scriptSyntax'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) => {
      const { folder, entryPoints } = judged
      const useOf = scriptUses(folder, entryPoints)
      const known = knownScripts(folder, entryPoints).map((script) =>
        judge(judged, script, facts.scriptSyntax).map((outcome) => weighedByUse(outcome, useOf(script.path))),
      )
      const outcomes = [...unread(judged), ...known.flat()]
      return outcomes.length === 0 ? [skip(judged.nameOf(''), 'the folder holds no script')] : outcomes
    }),
})

/** Entry points whose text is not known; other scripts that were refused are a matter of lifecycle/readable. */
const unread = (judged: JudgedFolder): readonly Outcome[] =>
  judged.entryPoints
    .filter(({ script }) => !Object.hasOwn(judged.folder.files, script) || judged.folder.files[script]?.kind === 'refused')
    .flatMap(({ script }) => givenText(judged, script, () => []))

/** What no entry point leads to stops no node. Of what may be run, a fault is no proof that a node fails, nor its absence that none does. */
const weighedByUse = (outcome: Outcome, use: ScriptUse): Outcome => {
  const isBlocking = (outcome.status === 'fail' || outcome.status === 'unknown') && outcome.severity === undefined
  if (!isBlocking || use === 'run') return outcome
  if (use === 'aside') {
    return { ...outcome, severity: 'warning', message: `${outcome.message}; no entry point leads to the script` }
  }
  if (outcome.status === 'unknown') return outcome
  const message = `${outcome.message}; whether nodes run the script is not known`
  const { subject, fix, location } = outcome
  return unknown(subject, { reason: 'unsupported', action: 'none', message }, { fix, location })
}

/** A script with what reports call it and where it is. */
interface JudgedScript extends KnownScript {
  readonly judged: JudgedFolder
  readonly name: string
}

const judge = (judged: JudgedFolder, known: KnownScript, syntaxes: Fact<Keyed<ScriptSyntax>>): readonly Outcome[] => {
  const script = { ...known, judged, name: judged.nameOf(known.path) }
  const { name, language, path } = script
  const foreign = foreignContent(script.text)
  if (foreign !== null) return [noScript(script, foreign)]
  if (language.kind === 'other') return [otherLanguage(script)]
  const location = judged.locationOf(path, startOfFile)
  const fact = keyed(syntaxes, name)
  return given(fact, name, ({ parsed, shellcheck }) => [judgeParsed(script, parsed, shellcheck), ...judgeComments(script, shellcheck)], {
    location,
  })
}

/** What is no script at all: a parser may still accept it, and a node runs its words as commands. */
const noScript = ({ name, judged, path }: JudgedScript, { what, fix, line }: ForeignContent): Outcome =>
  fail(
    name,
    `${name} holds ${what}, not a script`,
    {
      text: foreignFixes[fix],
      commands: fix === 'git-lfs' && judged.folder.origin === 'repository' ? [command('git', 'lfs', 'pull')] : [],
    },
    { evidence: { line }, location: judged.locationOf(path, { line, column: 1 }) },
  )

const foreignFixes: Readonly<Record<ForeignContent['fix'], string>> = {
  fences: 'Keep only the script: delete the fences, and all text outside of them.',
  download:
    'Download the script again, with curl --fail, which writes no error answer to the file. On GitHub take the address of the raw file.',
  'git-lfs': 'Fetch the file from Git LFS before you upload it.',
}

const judgeParsed = (script: JudgedScript, parsed: ParsedScript, shellcheck: Fact<ShellcheckComments | null>): Outcome => {
  const { name, judged, path, language } = script
  if (parsed.kind === 'absent') return absent(script)
  if (parsed.kind === 'refused') return refused(script, parsed)
  const { openHereDocument: open } = parsed
  if (open !== null) {
    return fail(
      name,
      `the here-document that starts in line ${open.line} of ${name} has no end: everything below it is text of it, no line with ${open.delimiter} alone follows`,
      {
        text: `End the here-document with a line that holds ${open.delimiter} and nothing else; only <<- lets tabs stand before it.`,
        commands: recheck(script),
      },
      { severity: 'warning', evidence: { line: open.line }, location: judged.locationOf(path, { line: open.line, column: 1 }) },
    )
  }
  return pass(name, `${language.interpreter} accepts ${name}${shellcheckSays(shellcheck)}`, {
    evidence: { interpreter: language.interpreter },
    location: judged.locationOf(path, startOfFile),
  })
}

const shellcheckSays = (shellcheck: Fact<ShellcheckComments | null>): string => {
  if (!shellcheck.ok || shellcheck.value === null) return ''
  const { total } = shellcheck.value
  return total === 0 ? ', shellcheck finds nothing' : `, shellcheck finds ${plural(total, 'thing')}`
}

/** Python that was read here to its end, without a place that is not understood, is hardly refused by Python; it may be all the same. */
const absent = (script: JudgedScript): Outcome => {
  const { interpreter, kind } = script.language
  const fix = `Run this check on a machine that has ${interpreter} on its PATH.`
  if (kind === 'python' && pythonProgram(script.text).complete)
    return notParsed(script, `${script.name} reads well, but ${interpreter} is not on this machine to say so`, fix, 'warning')
  return notParsed(script, `${interpreter} is not installed on this machine, so ${script.name} was not parsed`, fix)
}

const otherLanguage = (script: JudgedScript): Outcome => {
  const { interpreter } = script.language
  const fix = `Check ${script.name} with ${interpreter} itself, then waive the finding in the policy file.`
  return notParsed(script, `${script.name} is read by ${interpreter}, whose syntax is not checked here`, fix)
}

const notParsed = ({ name, judged, path }: JudgedScript, message: string, text: string, severity?: 'warning'): Outcome => {
  const location = judged.locationOf(path, startOfFile)
  const gap: Gap = { reason: 'unsupported', action: 'none', message }
  return unknown(name, gap, { fix: { text, commands: [] }, location, severity })
}

const refused = (script: JudgedScript, parsed: ParsedScript & { readonly kind: 'refused' }): Outcome => {
  const { name, judged, path, text, language } = script
  const { by, message, doubt } = parsed
  // A parser that misses the end of something names the line behind the last one.
  const line = parsed.line === null ? null : Math.min(parsed.line, text.trimEnd().split('\n').length)
  const location = judged.locationOf(path, { line: line ?? 1, column: 1 })
  const lastLine = language.kind === 'shell' ? lastLineRead(text) : null
  if (line !== null && lastLine !== null && line > lastLine) {
    return pass(name, `${by} accepts ${name} up to line ${lastLine}, where it ends; what stands below is not read`, { location })
  }
  const where = line === null ? name : `line ${line} of ${name}`
  return fail(
    name,
    `${by} refuses ${where}: ${message}${doubt === null ? '' : ` (${doubt})`}`,
    {
      text:
        doubt === null
          ? 'Correct the line, or what it lacks above: the parser names the place where it cannot go on. The command must print nothing.'
          : 'Write it so that every version accepts it, or name the shell that it is written for in the shebang.',
      commands: recheck(script),
    },
    { evidence: { parser: by, ...(line !== null && { line }) }, severity: doubt === null ? undefined : 'warning', location },
  )
}

const recheck = ({ judged, path, language }: JudgedScript): readonly string[] =>
  judged.mend(path, (file) => [parserCommand(language, file)])

const parserCommand = ({ kind, interpreter }: ScriptLanguage, file: string): string =>
  kind === 'python' ? command(interpreter, '-m', 'py_compile', file) : command(interpreter, '-n', file)

const judgeComments = ({ name, judged, path }: JudgedScript, shellcheck: Fact<ShellcheckComments | null>): readonly Outcome[] => {
  const location = judged.locationOf(path, startOfFile)
  if (!shellcheck.ok) return [unknown(`${name} shellcheck`, shellcheck.gap, { location, severity: 'warning' })]
  if (shellcheck.value === null) return []
  const { comments, total } = shellcheck.value
  const breaking = comments.flatMap((comment) => {
    const what = breakingCodes.get(comment.code)
    return what === undefined ? [] : [judgeComment({ name, judged, path }, comment, what)]
  })
  const rest = total - breaking.length
  if (rest === 0) return breaking
  const more = breaking.length === 0 ? '' : ` besides ${breaking.length === 1 ? 'the warning' : 'the warnings'} above`
  const codes = [...new Set(comments.filter(({ code }) => !breakingCodes.has(code)).map(({ code }) => `SC${code}`))]
  return [
    ...breaking,
    fail(
      `${name} shellcheck`,
      `shellcheck reports ${plural(rest, 'thing')} in ${name}${more}${codes.length === 0 ? '' : `: ${enumerate(codes, 5)}`}`,
      {
        text: 'None of them is known to stop a node. Read what shellcheck says about each.',
        commands: looksAt(judged, path, (file) => command('shellcheck', '--norc', '--severity=warning', file)),
      },
      { severity: 'notice', evidence: { total, breaking: breaking.length }, location },
    ),
  ]
}

/** A command that only reads a file, with the download that it needs. */
const looksAt = (judged: JudgedFolder, path: string, look: (file: string) => string): readonly string[] => {
  const commands = judged.mend(path, (file) => [look(file)])
  return judged.folder.origin === 'bucket' ? commands.slice(0, -1) : commands
}

const judgeComment = (
  { name, judged, path }: Pick<JudgedScript, 'name' | 'judged' | 'path'>,
  { line, column, level, code, message }: ShellcheckComment,
  what: string,
): Outcome =>
  fail(
    `${name} SC${code}`,
    `line ${line} of ${name} ${what}: ${message.replace(/\.$/, '')} (SC${code})`,
    {
      text: `https://www.shellcheck.net/wiki/SC${code} says what to write instead. If the line is intended, put \`# shellcheck disable=SC${code}\` above it.`,
      commands: [],
    },
    { severity: 'warning', evidence: { line, column, level }, location: judged.locationOf(path, { line, column }) },
  )
