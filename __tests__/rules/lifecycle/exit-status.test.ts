import { describe, expect, test } from '@jest/globals'
import { exitStatus as rule } from '../../../src/rules/lifecycle/exit-status.ts'
import { aPlan, bucketScriptsOf, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const plan = aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] })
const judge = (text: string) =>
  findingsOf(rule, plan, {
    repositoryScripts: repositoryScriptsOf({ 'on_create.sh': text, 'helper.sh': 'exit 1\n' }),
    bucketScripts: {},
  })

describe('lifecycle/exit-status', () => {
  test.each([
    ['#!/bin/bash\nset -e\nmkdir a\n', 'pass', 'scripts/on_create.sh ends with the status of its steps'],
    [
      '#!/bin/bash\nmkdir a\n[ -f x ] && echo y\n',
      'fail',
      'scripts/on_create.sh ends with [ -f x ] && echo y in line 3: where the condition is false the script exits with a non-zero status, and the node fails',
    ],
    [
      'grep -q x f\n',
      'fail',
      'scripts/on_create.sh ends with grep -q x f in line 1: where the answer is no the script exits with a non-zero status, and the node fails',
    ],
    [
      '! pgrep slurmd\n',
      'fail',
      'scripts/on_create.sh ends with ! pgrep slurmd in line 1: where the command succeeds the script exits with 1, and the node fails',
    ],
    [
      'mkdir a\nexit 3\n',
      'fail',
      'scripts/on_create.sh always ends with 3: exit 3 in line 2 has no condition, and no exit 0 comes before it',
    ],
    ['#!/usr/bin/perl\nexit(1)\n', 'skipped', 'scripts/on_create.sh is run by perl, not by a shell'],
    [
      '#!/usr/bin/python3\nimport sys\nsys.exit(3)\n',
      'fail',
      'scripts/on_create.sh always ends with 3: sys.exit(3) in line 3 has no condition, and no exit 0 comes before it',
    ],
    ['#!/usr/bin/python3\nprint("a")\n', 'pass', 'scripts/on_create.sh ends with 0 where none of its steps raises'],
    [
      '#!/usr/bin/python3\nf(\nsys.exit(1)\n',
      'unknown',
      'a part of scripts/on_create.sh was not understood: with what it ends is not known, see lifecycle/syntax',
    ],
    [
      'if a; then\n',
      'unknown',
      'the last statement of scripts/on_create.sh was not found: its brackets or keywords do not match, see lifecycle/syntax',
    ],
  ])('%j', (text, status, message) => {
    expect(judge(text)).toMatchObject([{ status, message, severity: message.includes('always ends') ? 'error' : 'warning' }])
  })

  test('points at the statement; the command mends it', () => {
    const [always] = judge('a\n  exit 1\n')
    expect(always?.location).toEqual({ path: 'scripts/on_create.sh', line: 2, column: 3 })
    expect(always?.fix?.commands).toEqual(["sed -i '2s/^/# /' scripts/on_create.sh"])
    const [question] = judge('a\nif b; then\n  [ -f x ] && c\nfi\n')
    expect(question?.location).toEqual({ path: 'scripts/on_create.sh', line: 3, column: 3 })
    expect(question?.fix?.commands).toEqual(["sed -i '$a exit 0' scripts/on_create.sh"])
    expect(judge('set -e\ngrep -q x f\n')[0]?.fix?.commands).toEqual([])
  })

  test('the copy in the bucket counts; a gap is unknown, an absent script is skipped', () => {
    const facts = { repositoryScripts: null }
    const [finding] = findingsOf(rule, aPlan(), { ...facts, bucketScripts: bucketScriptsOf({ 'on_create.sh': 'exit 1' }) })
    expect(finding).toMatchObject({ status: 'fail', subject: `${uri}on_create.sh` })
    expect(finding?.fix?.commands).toEqual([
      `aws s3 cp ${uri}on_create.sh ./on_create.sh`,
      "sed -i '1s/^/# /' ./on_create.sh",
      `aws s3 cp ./on_create.sh ${uri}on_create.sh`,
    ])
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketScripts: denied('s3:GetObject') }))).toEqual([`unknown ${uri}`])
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketScripts: bucketScriptsOf({ 'a.sh': 'ls' }) }))).toEqual([
      `skipped ${uri}on_create.sh`,
    ])
  })
})
