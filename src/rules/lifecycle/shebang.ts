import type { Outcome } from '../../model/finding.ts'
import { whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { startOf } from '../../semantics/scripts/interpreter.ts'
import { byteOrderMark, misplacedShebang, shebangOf } from '../../semantics/scripts/shell-script.ts'
import { foreignContent } from '../../semantics/text/foreign-content.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'
import { byteOrderMarkAtStart, type Edit, firstLineAs, inFirstLine, lineBeforeFirst } from '../shared/edit-commands.ts'
import { eachEntryPoint, eachScriptFolder, type JudgedFolder, startOfFile } from '../shared/script-folders.ts'

export const shebang = defineRule({
  id: 'lifecycle/shebang',
  title: 'Every entry point starts with a shebang',
  why: 'HyperPod starts the entry point as a program. The kernel takes the interpreter from the first line, and only where the file starts with the two bytes `#!`: a byte order mark (as some Windows editors write it), a blank line or a licence text before it hide the shebang. The node then fails with "Lifecycle scripts did not run successfully", without a log of the script.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '6',
  checklistDiffers:
    'The checklist asks for `#!/bin/bash`. sh and Python start as well and are named in the message; whether the nodes have another interpreter is not known here.',
  sources: [
    'https://man7.org/linux/man-pages/man2/execve.2.html',
    'https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/tools/devops-agent/docs/hyperpod-mental-model.md',
  ],
  needs: [],
  uses: ['repositoryScripts', 'bucketScripts', 'machine'],
  applies: (plan) => whyNoScripts(plan) ?? true,
  evaluate: (facts, plan) =>
    eachScriptFolder(facts, plan, (judged) => eachEntryPoint(judged, (text, { script }) => judge(judged, script, text))),
})

const judge = (judged: JudgedFolder, script: string, text: string): Outcome => {
  const subject = judged.nameOf(script)
  const failAt = (message: string, edit: Edit, explanation: string, place = startOfFile): Outcome =>
    fail(
      subject,
      `${subject} ${message}`,
      { text: explanation, commands: judged.edit(script, edit) },
      { location: judged.locationOf(script, place) },
    )
  if (text.startsWith(byteOrderMark)) {
    return failAt(
      'starts with a byte order mark (EF BB BF), it must start with #!',
      byteOrderMarkAtStart,
      'Save the file as UTF-8 without a byte order mark.',
    )
  }
  if (text === '') {
    return fail(
      subject,
      `${subject} is empty, it must start with #!`,
      { text: 'Write the script: begin it with #!/bin/bash, and upload it again.', commands: [] },
      { location: judged.locationOf(script, startOfFile) },
    )
  }
  if (foreignContent(text) !== null) return reported(subject, `${subject} holds no script`, 'lifecycle/syntax')
  const found = shebangOf(text)
  const misplaced = misplacedShebang(text)
  if (found === null && misplaced !== null) {
    return failAt(
      `has its shebang in line ${misplaced.line}, column ${misplaced.column}, it must be the first two bytes of the file`,
      lineBeforeFirst('#!/bin/bash'),
      'Begin the file with the shebang; what stands before it now goes below.',
      misplaced,
    )
  }
  if (found === null) {
    return failAt('starts without a shebang, it must start with #!', lineBeforeFirst('#!/bin/bash'), 'Begin the file with #!/bin/bash.')
  }
  if (!found.path.startsWith('/') || found.interpreter === '') {
    return failAt(
      found.interpreter === '' ? 'has a shebang that names no interpreter' : `has the shebang #!${found.path}, its path must be absolute`,
      firstLineAs('#!/bin/bash'),
      'Name the interpreter with its whole path: #!/bin/bash.',
    )
  }
  const start = startOf(found, argumentOf(text))
  if (start.kind === 'one-word') {
    const message = `has a shebang that no Linux runs: env is handed "${start.word}" as one word, and finds no program of that name`
    return failAt(message, firstLineAs('#!/bin/bash'), 'Name the interpreter with its whole path, which takes one option: #!/bin/bash -e.')
  }
  if (start.kind === 'misspelt') {
    return failAt(
      `has a shebang that names ${start.name}, which is no interpreter: ${start.meant} is near`,
      inFirstLine(start.name, start.meant),
      `Name ${start.meant}.`,
    )
  }
  if (start.kind === 'not-seen') return notSeen(judged, script, start.program)
  const advice = found.interpreter === 'bash' ? '' : '; the checklist advises #!/bin/bash'
  return pass(subject, `${subject} is run by ${found.interpreter}${advice}`, {
    evidence: { interpreter: found.interpreter },
    location: judged.locationOf(script, startOfFile),
  })
}

/** A warning: images of one's own may have any interpreter. */
const notSeen = (judged: JudgedFolder, script: string, program: string): Outcome => {
  const subject = judged.nameOf(script)
  const message = `${subject} is run by ${program}: whether the nodes have it is not known`
  const location = judged.locationOf(script, startOfFile)
  const text = 'Begin the file with #!/bin/bash, which every HyperPod image has, or make sure that yours has the program.'
  const gap = { reason: 'unsupported' as const, action: 'none', message }
  return unknown(subject, gap, { severity: 'warning', location, fix: { text, commands: [] } })
}

/** What follows the path in the first line, which the kernel hands on as it is. */
const argumentOf = (text: string): string => /^#![ \t]*[^ \t\r\n]+[ \t]+([^\r\n]*)/.exec(text)?.[1]?.trim() ?? ''
