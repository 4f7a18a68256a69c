import type { Outcome } from '../../model/finding.ts'
import { isShellScriptName, whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { byteOrderMark, carriageReturns, isShell, shebangOf } from '../../semantics/scripts/shell-script.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip } from '../engine/outcome.ts'
import { allReturns, returnsAtLineEnds } from '../shared/edit-commands.ts'
import { eachScriptFolder, givenText, type JudgedFolder } from '../shared/script-folders.ts'

export const lineEndings = defineRule({
  id: 'lifecycle/line-endings',
  title: 'No script holds a carriage return',
  why: "A shell takes the carriage return of a Windows line ending for a character of the command: the kernel looks for an interpreter called `/bin/bash\\r`, and bash answers `$'\\r': command not found`. Git on Windows and uploads from there put them in unseen. Where git has the file without them, and the checkout alone has them, it is a warning: nodes get what is uploaded.",
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/tools/devops-agent/docs/hyperpod-mental-model.md',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts', 'machine'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) => {
      const scripts = scriptsOf(judged)
      if (scripts.length === 0) return [skip(judged.nameOf(''), 'the folder holds no script')]
      return scripts.flatMap((path) => givenText(judged, path, (text) => judge(judged, path, text)))
    }),
})

/** Entry points whatever their language (the kernel reads their first line), and every shell script by its name or its shebang. */
const scriptsOf = ({ folder, entryPoints }: JudgedFolder): readonly string[] => {
  const first = entryPoints.map(({ script }) => script).filter((script) => folder.paths.includes(script))
  const others = Object.entries(folder.files).flatMap(([path, file]) => {
    const found = file.kind === 'text' ? shebangOf(file.text.replace(byteOrderMark, '')) : null
    return isShellScriptName(path) || (found !== null && isShell(found)) ? [path] : []
  })
  return [...new Set([...first, ...others])]
}

const judge = (judged: JudgedFolder, path: string, text: string): Outcome => {
  const subject = judged.nameOf(path)
  const found = carriageReturns(text)
  if (found === null) return pass(subject, `${subject} has no carriage return`)
  const { count, first, allAtLineEnds } = found
  const what = allAtLineEnds
    ? count === 1
      ? '1 line ends'
      : `${count} lines end`
    : `${count === 1 ? '1 carriage return stands' : `${count} carriage returns stand`}`
  const message = allAtLineEnds
    ? `${what} in a carriage return in ${subject}, the first is line ${first.line}`
    : `${what} in ${subject}, the first in line ${first.line}`
  const edit = allAtLineEnds ? returnsAtLineEnds : allReturns
  const details = { evidence: { carriageReturns: count, firstLine: first.line }, location: judged.locationOf(path, first) }
  const file = judged.folder.files[path]
  if (file?.kind === 'text' && file.inGit === 'lf') {
    return fail(
      subject,
      `${message}; git has the file without them, this checkout put them in`,
      {
        text: 'Upload no script from this checkout before its line endings are those of git. Let .gitattributes say `*.sh text eol=lf`, so that git leaves them alone (core.autocrlf changes them on Windows), and convert the files that are there; in Git Bash on Windows.',
        commands: judged.edit(path, edit),
      },
      { ...details, severity: 'warning' },
    )
  }
  return fail(
    subject,
    message,
    {
      text: 'Take the carriage returns out, and let .gitattributes say `*.sh text eol=lf` so that they stay out.',
      commands: judged.edit(path, edit),
    },
    details,
  )
}
