import type { Gap } from '../../model/fact.ts'
import type { Outcome } from '../../model/finding.ts'
import { isShellScriptName, whyNoScripts } from '../../semantics/plan/lifecycle-folders.ts'
import { enumerate } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip } from '../engine/outcome.ts'
import { folderNotRead, repositoryFolder } from '../shared/script-folders.ts'

export const executable = defineRule({
  id: 'lifecycle/executable',
  title: 'The shell scripts in the repository are executable',
  why: 'It makes no difference to a node: S3 keeps no file modes. It helps whoever runs the scripts by hand before they are uploaded.',
  severity: 'notice',
  checklist: '6',
  checklistDiffers:
    "The checklist asks for `chmod +x`. S3 has no executable bit, and AWS's own scripts call each other with `bash <file>`; what breaks a node are line endings, byte order marks and a missing shebang (`lifecycle/line-endings`, `lifecycle/shebang`). So this is a notice, and it looks at the repository only.",
  sources: [
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/lifecycle_script.py',
    'https://git-scm.com/docs/git-update-index',
  ],
  needs: ['repositoryScripts'],
  uses: [],
  applies: (plan) =>
    plan.lifecycleScripts === null
      ? 'No folder of the repository is named (lifecycle-scripts), and S3 keeps no file modes.'
      : (whyNoScripts(plan) ?? true),
  evaluate: ({ repositoryScripts: folder }, plan) => {
    const subject = plan.lifecycleScripts ?? 'lifecycle-scripts'
    if (folder === null) return [folderNotRead(subject, subject)]
    const { nameOf, locationOf, entryPoints } = repositoryFolder(folder, plan)
    const names = new Set(entryPoints.map(({ script }) => script))
    const scripts = Object.entries(folder.files).filter(([path]) => names.has(path) || isShellScriptName(path))
    const modes = scripts.flatMap(([path, file]) =>
      file.kind === 'text' && file.executable !== null ? [{ path, executable: file.executable }] : [],
    )
    if (modes.length === 0) return [scripts.length === 0 ? skip(subject, `${subject} holds no shell script`) : withoutModes(subject)]
    const without = modes.filter((mode) => !mode.executable).map(({ path }) => path)
    const [first] = without
    if (first === undefined) return [pass(subject, `all ${modes.length} shell scripts of ${subject} are executable`)]
    return [
      fail(
        subject,
        `${without.length} of ${modes.length} shell scripts of ${subject} are not executable: ${enumerate(without, 5)}`,
        {
          text: 'Set the executable bit in git. The nodes do not need it.',
          commands: [command('git', 'update-index', '--add', '--chmod=+x', '--', ...without.map(nameOf))],
        },
        { evidence: { notExecutable: without }, location: locationOf(first, { line: 1, column: 1 }) },
      ),
    ]
  },
})

/** Windows keeps no modes. */
const withoutModes = (subject: string): Outcome => {
  const message = `the modes of the shell scripts of ${subject} cannot be read on this machine`
  const gap: Gap = { reason: 'unsupported', action: 'none', message }
  const fix = { text: 'See them in git: 100755 is executable.', commands: [command('git', 'ls-files', '--stage', '--', subject)] }
  return { status: 'unknown', subject, message, gap, fix }
}
