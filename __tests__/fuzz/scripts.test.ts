import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ScriptFile, ScriptFolder } from '../../src/model/facts/scripts.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { readySnapshot } from './ready-snapshot.ts'
import { inTime, reported, runs, testTimeMs } from './runs.ts'

const ready = readySnapshot()
const scriptRules = rules.filter((rule) => [...rule.needs, ...rule.uses].some((id) => id === 'bucketScripts' || id === 'repositoryScripts'))

/** The mended sample account, with other files in its folder of scripts. */
const withFiles = (texts: Readonly<Record<string, string>>): Snapshot => {
  const { bucketScripts } = ready.facts
  if (!bucketScripts?.ok) throw new Error('the sample account lacks its scripts')
  const files = Object.fromEntries(
    Object.entries(texts).map(([path, text]): [string, ScriptFile] => [path, { kind: 'text', text, executable: null }]),
  )
  const folders = Object.entries(bucketScripts.value).map(([uri, folder]) => {
    if (!folder.ok || folder.value === null) throw new Error('the sample account lacks its scripts')
    const value: ScriptFolder = { ...folder.value, files: { ...folder.value.files, ...files } }
    return [uri, { ok: true, value }] as const
  })
  return { ...ready, facts: { ...ready.facts, bucketScripts: { ok: true, value: Object.fromEntries(folders) } } }
}

const judged = (texts: Readonly<Record<string, string>>): readonly Finding[] => {
  const findings = inTime(() => judge(scriptRules, withFiles(texts)))
  expect(findings.filter(({ message }) => message.startsWith('fault in hyperpod-preflight'))).toEqual([])
  return findings
}

/** Words and characters in which readings of shell and Python can lose their way, or take the square of the length of a text. */
const units = [
  ...'\n\r\t "\'`$()[]{}|&;<>#\\=-./*?!:,@%^~+aA1é',
  ...[
    '\r\n',
    '\u0000',
    '\ud800',
    '\uFEFF',
    ' \uFEFF',
    '\\\n',
    '#!',
    '\n#!/bin/bash\n',
    ' #',
    '$(',
    '${',
    '$((',
    '((',
    '[[ ',
    '<<',
    '<<A\n',
    '<<-A ',
  ],
  ...[
    '<(',
    'case x in ',
    'if ',
    'then ',
    'do ',
    'done ',
    'f() ',
    'f(){ ',
    'function f { ',
    'f(){ f; }\n',
    'a=b ',
    'A=$A ',
    'a=( ',
    'sudo ',
    'env ',
  ],
  ...[
    'sudo env ',
    'timeout ',
    'bash a.sh\n',
    '. a\n',
    'cd a\n',
    'cd $(dirname $0)\n',
    '$(cd ',
    '$(dirname ',
    'exit 1\n',
    'trap a ERR\n',
    'set -',
    'a|',
    'a;',
  ],
  ...[
    'curl -u ',
    'curl http://',
    'https://a',
    'mysql -p',
    'sshpass ',
    'PASSWORD=',
    'PASSWORD : ',
    '_PASSWORD',
    'PASS_',
    'AKIAAAAAAAAAAAAAAAAA ',
  ],
  ...[
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----Proc-Type ',
    '-----BEGIN PRIVATE KEY-----Proc-Type \n',
    'xoxa-1-',
    '1-',
    'hf_',
    'ghp_',
  ],
  ...[
    '<x>',
    'fs-xxx',
    'arn:aws:a:b:c',
    'TODO',
    '{{',
    '${{',
    'import a\n',
    'class a:\n a=1\n',
    '"""',
    "'''",
    '"\\',
    'os.system(',
    'subprocess.run([',
    'a=[',
  ],
  ...[
    'if a:\n',
    'try:\n',
    ' try:\n',
    'else:\n',
    '{"a":',
    '{"a":1,',
    '[1,',
    '"a",',
    '\\u0041',
    'pip install ',
    'docker pull a ',
    'git clone ',
    '> ',
    'test -f a\n',
  ],
]

/** Characters of a file: enough for what takes the square of it to be late. */
const length = 30_000
const wrappers: readonly (readonly [string, (text: string) => Readonly<Record<string, string>>])[] = [
  ['a shell script', (text) => ({ 'on_create.sh': `#!/bin/bash\n${text}` })],
  ['a Python script', (text) => ({ 'on_create.sh': '#!/bin/bash\nset -e\npython3 lifecycle_script.py\n', 'lifecycle_script.py': text })],
  ['provisioning_parameters.json', (text) => ({ 'provisioning_parameters.json': text })],
]

describe('a file of lifecycle scripts', () => {
  test.each(wrappers)(
    '%s of the same few characters over and over is read in time',
    (_, files) => {
      for (const unit of units) {
        const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
        const findings = judged(files(text))
        expect([unit, findings.length > 0]).toEqual([unit, true])
      }
    },
    testTimeMs,
  )

  test.each(wrappers)(
    '%s of any characters and pieces of the language: every rule comes to an end, and the report can be written',
    (_, files) => {
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.array(fc.constantFrom(...units), { maxLength: 60 }).map((parts) => parts.join('')),
      )
      fc.assert(
        fc.property(text, (written) => {
          judged(files(written))
        }),
        runs(100),
      )
      fc.assert(
        fc.property(text, (written) => {
          inTime(() => reported(withFiles(files(written))))
        }),
        runs(8),
      )
    },
    testTimeMs,
  )

  test(
    'provisioning_parameters.json of any JSON is never taken for one of the plan',
    () => {
      const key = fc.constantFrom(
        'version',
        'workload_manager',
        'controller_group',
        'worker_groups',
        'login_group',
        'fsx_dns_name',
        'fsx_mountname',
        'instance_group_name',
        'partition_name',
        '__proto__',
      )
      const { value } = fc.letrec((tie) => ({
        value: fc.oneof(
          { depthSize: 'small' },
          fc.jsonValue({ maxDepth: 1 }),
          fc.dictionary(key, tie('value')),
          fc.array(tie('value'), { maxLength: 3 }),
        ),
      }))
      fc.assert(
        fc.property(value, (written) => {
          const findings = judged({ 'provisioning_parameters.json': JSON.stringify(written) })
          expect(findings.filter(({ rule }) => rule === 'lifecycle/provisioning-parameters').map(({ status }) => status)).not.toEqual([
            'pass',
          ])
        }),
        runs(300),
      )
    },
    testTimeMs,
  )
})
