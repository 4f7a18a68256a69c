import { describe, expect, test } from '@jest/globals'
import { executable as rule } from '../../../src/rules/lifecycle/executable.ts'
import { aPlan, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

const plan = aPlan({ lifecycleScripts: './scripts/' })
const file = (executable: boolean | null) => ({ text: '#!/bin/bash\n', executable })
const judge = (scripts: Parameters<typeof repositoryScriptsOf>[0]) =>
  findingsOf(rule, plan, { repositoryScripts: repositoryScriptsOf(scripts, './scripts/') })

describe('lifecycle/executable', () => {
  test('all executable', () => {
    expect(judge({ 'on_create.sh': file(true), 'a/b.sh': file(true) })).toMatchObject([
      { status: 'pass', message: 'all 2 shell scripts of ./scripts/ are executable' },
    ])
  })

  test('one finding names them all and sets the bit in git', () => {
    const [finding, ...others] = judge({
      'on_create.sh': file(false),
      'a/b c.sh': file(false),
      'd.sh': file(true),
      'config.py': file(false),
    })
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'notice',
      message: '2 of 3 shell scripts of ./scripts/ are not executable: on_create.sh, a/b c.sh',
      evidence: { notExecutable: ['on_create.sh', 'a/b c.sh'] },
      location: { path: 'scripts/on_create.sh', line: 1, column: 1 },
    })
    expect(finding?.fix?.commands).toEqual(["git update-index --add --chmod=+x -- scripts/on_create.sh 'scripts/a/b c.sh'"])
  })

  test('many are counted, not all listed in the message', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [`${name}.sh`, file(false)] as const)
    expect(judge(Object.fromEntries(names))[0]?.message).toBe(
      '7 of 7 shell scripts of ./scripts/ are not executable: a.sh, b.sh, c.sh, d.sh, e.sh and 2 more',
    )
  })

  test('where there is no script it is skipped; on a machine without modes it is unknown', () => {
    expect(judge({ 'on_create.sh': file(null) })).toMatchObject([
      { status: 'unknown', severity: 'notice', subject: './scripts/', fix: { commands: ['git ls-files --stage -- ./scripts/'] } },
    ])
    expect(statuses(judge({ 'README.sh.txt': file(false) }))).toEqual(['skipped ./scripts/'])
  })

  test('without a folder of the repository it is skipped; one that cannot be read is unknown', () => {
    expect(statuses(findingsOf(rule, aPlan(), { repositoryScripts: null }))).toEqual(['skipped plan'])
    expect(statuses(findingsOf(rule, plan, { repositoryScripts: denied('none') }))).toEqual(['unknown account'])
    expect(statuses(findingsOf(rule, plan, { repositoryScripts: null }))).toEqual(['unknown ./scripts/'])
  })
})
