import type { Fix, Outcome } from '../../model/finding.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { exitStatus as exitStatusOf } from '../../semantics/scripts/exit-status.ts'
import { pythonEnding } from '../../semantics/scripts/python-ending.ts'
import { scriptLanguage } from '../../semantics/scripts/script-language.ts'
import { pythonSurroundings } from '../../semantics/scripts/surroundings.ts'
import type { Place } from '../../semantics/text/place.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip, unknown } from '../engine/outcome.ts'
import { commentedLine, lineAtEnd } from '../shared/edit-commands.ts'
import { eachEntryPoint, eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'

export const exitStatus = defineRule({
  id: 'lifecycle/exit-status',
  title: 'No entry point ends with a non-zero status when all went well',
  why: 'HyperPod fails a node whose entry point does not exit with 0. The status of a script is that of its last command: `[ -f x ] && echo found` as the last line ends it with 1 wherever the file is absent, though nothing went wrong; an `exit 1` that was left in for a test ends it so everywhere. `set -e` does not show it, it lets such a line pass. A script that by its own text always ends with another status than 0 is an error: no node comes up by it. A question at its end, whose answer the text does not give, is a warning.',
  severity: 'warning',
  otherSeverities: ['error'],
  checklist: '6',
  checklistDiffers:
    'The checklist asks that scripts "handle errors gracefully". Judged is only what the text itself decides: a last statement that is a question (a test, `grep`, `!`, `test && command`), in the functions that it calls and the branches that it chooses from as well, and an `exit`, a `sys.exit` or a `raise` with a status other than 0 that no way leads around. A step that fails is to fail the node.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html',
    'https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html',
    'https://www.gnu.org/software/bash/manual/html_node/Lists.html',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts', 'machine'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) => eachEntryPoint(judged, (text, { script }) => judge(judged, script, text))),
})

const judge = (judged: JudgedFolder, script: string, text: string): Outcome => {
  const subject = judged.nameOf(script)
  const language = scriptLanguage(script, text, true)
  if (language?.kind === 'python') return judgePython(judged, script, text)
  if (language !== null && language.kind !== 'shell') {
    return skip(subject, `${subject} is run by ${language.interpreter}, not by a shell`)
  }
  const found = exitStatusOf(text)
  if (found.kind === 'last-step') {
    return pass(subject, `${subject} ends with the status of its steps`, { location: judged.locationOf(script, startOfFile) })
  }
  if (found.kind === 'unreadable') {
    const message = `the last statement of ${subject} was not found: its brackets or keywords do not match, see lifecycle/syntax`
    const location = judged.locationOf(script, startOfFile)
    return unknown(subject, { reason: 'unsupported', action: 'none', message }, { location })
  }
  const { statement, place } = found
  const location = judged.locationOf(script, place)
  if (found.kind === 'never-zero') return neverZero(judged, script, found, judged.edit(script, commentedLine(place.line)))
  return fail(
    subject,
    `${subject} ends with ${statement} in line ${place.line}: ${answers[found.form]}, and the node fails`,
    {
      text: 'Write the condition with `if … then … fi`, or put `|| true` behind it; where the node is to fail by it, say so with `|| exit 1`.',
      commands: found.mendedByExit ? judged.edit(script, lineAtEnd('exit 0')) : [],
    },
    { evidence: { statement, line: place.line }, location },
  )
}

/** Python ends with 0 where nothing raises. A line that is commented out may leave a block without a statement: people do that. */
const judgePython = (judged: JudgedFolder, script: string, text: string): Outcome => {
  const subject = judged.nameOf(script)
  const found = pythonEnding(text, pythonSurroundings(judged.folder, script))
  if (found.kind === 'never-zero') return neverZero(judged, script, found, [])
  const location = judged.locationOf(script, startOfFile)
  if (found.kind === 'steps') return pass(subject, `${subject} ends with 0 where none of its steps raises`, { location })
  const message = `a part of ${subject} was not understood: with what it ends is not known, see lifecycle/syntax`
  return unknown(subject, { reason: 'unsupported', action: 'none', message }, { location })
}

interface NeverZero {
  readonly status: number
  readonly statement: string
  readonly place: Place
}

const neverZero = (judged: JudgedFolder, script: string, found: NeverZero, commands: Fix['commands']): Outcome => {
  const subject = judged.nameOf(script)
  const { status, statement, place } = found
  return fail(
    subject,
    `${subject} always ends with ${status}: ${statement} in line ${place.line} has no condition, and no exit 0 comes before it`,
    { text: 'Take the statement out, or put the condition around it under which the node is to fail.', commands },
    { severity: 'error', evidence: { status, line: place.line }, location: judged.locationOf(script, place) },
  )
}

const answers = {
  test: 'where the answer is no the script exits with a non-zero status',
  negation: 'where the command succeeds the script exits with 1',
  'and-list': 'where the condition is false the script exits with a non-zero status',
} as const
