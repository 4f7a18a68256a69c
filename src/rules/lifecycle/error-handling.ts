import type { Outcome } from '../../model/finding.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { pythonHandling } from '../../semantics/scripts/python-ending.ts'
import { scriptLanguage } from '../../semantics/scripts/script-language.ts'
import { errorHandling as handlingOf, isShell, shebangOf } from '../../semantics/scripts/shell-script.ts'
import { pythonSurroundings } from '../../semantics/scripts/surroundings.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip, unknown } from '../engine/outcome.ts'
import { lineBeforeFirst, lineBehindFirst } from '../shared/edit-commands.ts'
import { eachEntryPoint, eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'

export const errorHandling = defineRule({
  id: 'lifecycle/error-handling',
  title: 'Every entry point stops at the first step that fails',
  why: 'HyperPod takes a node for set up when the entry point exits with 0. A shell script goes on after a failed command and exits with the status of its last one: without `set -e` a half-configured node joins the cluster, and the fault shows much later, in a job. A Python script ends at an exception, and a program that it starts and that fails is none: `subprocess.run` raises with `check=True` alone.',
  severity: 'warning',
  checklist: '6',
  checklistDiffers:
    'The checklist asks that scripts "handle errors gracefully". Judged is whether a failed step ends the script: `set -e` in any spelling, `trap … ERR`, or `-e` in the shebang, before the first command whose failure would be lost. Commands that the script looks at itself (`if`, `||`, `&&`) do not count, nor does a single command whose status is the script\'s own. In Python it is the programs that are started and waited for: with `check=True`, or with their status looked at.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html',
    'https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts', 'machine'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) => eachEntryPoint(judged, (text, { script }) => judge(judged, script, text))),
})

const judge = (judged: JudgedFolder, script: string, text: string): Outcome => {
  const subject = judged.nameOf(script)
  const interpreter = shebangOf(text)
  if (scriptLanguage(script, text, true)?.kind === 'python') return judgePython(judged, script, text)
  if (interpreter !== null && !isShell(interpreter)) {
    return skip(subject, `${subject} is run by ${interpreter.interpreter}, not by a shell`)
  }
  const handling = handlingOf(text)
  if (handling.kind === 'nothing-to-lose') {
    return pass(subject, `${subject} has no command whose failure would be lost`, { location: judged.locationOf(script, startOfFile) })
  }
  if (handling.kind === 'unreadable') {
    const message = `a part of ${subject} was not understood: whether it stops at the first error is not known, see lifecycle/syntax`
    const location = judged.locationOf(script, startOfFile)
    return unknown(subject, { reason: 'unsupported', action: 'none', message }, { location, severity: 'warning' })
  }
  const location = judged.locationOf(script, handling.kind === 'stops' ? handling.place : handling.first.place)
  if (handling.kind === 'stops') {
    return pass(subject, `${subject} stops at the first error: ${handling.how} in line ${handling.place.line}`, { location })
  }
  const { name, place } = handling.first
  const lost = `${name} in line ${place.line} can fail and ${subject} goes on`
  return fail(
    subject,
    handling.kind === 'late' ? `${lost}: ${handling.how} comes only in line ${handling.place.line}` : `${lost}: it has no set -e`,
    {
      text: 'Put `set -euo pipefail`, or at least `set -e`, below the shebang; let a step that may fail say so with `|| true`.',
      commands: judged.edit(script, interpreter === null ? lineBeforeFirst('set -e') : lineBehindFirst('set -e')),
    },
    { evidence: { firstCommand: name, line: place.line }, location },
  )
}

/** Python ends at an exception; a program that fails is one only where the script asks for it. */
const judgePython = (judged: JudgedFolder, script: string, text: string): Outcome => {
  const subject = judged.nameOf(script)
  const handling = pythonHandling(text, pythonSurroundings(judged.folder, script))
  if (handling.kind === 'goes-on') {
    const { name, place } = handling.first
    return fail(
      subject,
      `${name} in line ${place.line} can fail and ${subject} goes on: nothing looks at its status`,
      { text: 'Add `check=True` to the call of subprocess.run, or end the script where the status is not 0.', commands: [] },
      { evidence: { firstCommand: name, line: place.line }, location: judged.locationOf(script, place) },
    )
  }
  const location = judged.locationOf(script, startOfFile)
  if (handling.kind === 'nothing-to-lose') return pass(subject, `${subject} starts no program whose failure would be lost`, { location })
  const message = `a part of ${subject} was not understood: whether it stops at the first error is not known, see lifecycle/syntax`
  return unknown(subject, { reason: 'unsupported', action: 'none', message }, { location, severity: 'warning' })
}
