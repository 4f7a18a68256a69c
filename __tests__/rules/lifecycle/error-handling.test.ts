import { describe, expect, test } from '@jest/globals'
import { errorHandling as rule } from '../../../src/rules/lifecycle/error-handling.ts'
import { aPlan, bucketScriptsOf, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

const judge = (text: string) =>
  findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
    repositoryScripts: repositoryScriptsOf({ 'on_create.sh': text, 'helper.sh': 'a\nb\n' }),
    bucketScripts: {},
  })

describe('lifecycle/error-handling', () => {
  test.each([
    ['#!/bin/bash\n# Copyright\n\nset -ex\nmkdir a\n', 'pass', 'scripts/on_create.sh stops at the first error: set -ex in line 4'],
    ['#!/bin/bash -e\nmkdir a\nls\n', 'pass', 'scripts/on_create.sh stops at the first error: -e in line 1'],
    ['#!/bin/bash\necho ready\n', 'pass', 'scripts/on_create.sh has no command whose failure would be lost'],
    ['#!/bin/bash\nmkdir a\nls\n', 'fail', 'mkdir in line 2 can fail and scripts/on_create.sh goes on: it has no set -e'],
    [
      '#!/bin/bash\nmkdir a\nset -e\nls\n',
      'fail',
      'mkdir in line 2 can fail and scripts/on_create.sh goes on: set -e comes only in line 3',
    ],
    ['#!/usr/bin/env perl\nmkdir a;\n', 'skipped', 'scripts/on_create.sh is run by perl, not by a shell'],
    ['#!/usr/bin/env python3\nimport os\nos.mkdir("a")\n', 'pass', 'scripts/on_create.sh starts no program whose failure would be lost'],
    [
      '#!/usr/bin/env python3\nimport subprocess\nsubprocess.run(["apt-get", "update"])\n',
      'fail',
      'apt-get in line 3 can fail and scripts/on_create.sh goes on: nothing looks at its status',
    ],
    [
      '#!/usr/bin/env python3\nf(\n',
      'unknown',
      'a part of scripts/on_create.sh was not understood: whether it stops at the first error is not known, see lifecycle/syntax',
    ],
  ])('%j', (text, status, message) => {
    expect(judge(text)).toMatchObject([{ status, message, severity: 'warning' }])
  })

  test('points at the command and sets -e below the shebang', () => {
    const [finding] = judge('#!/bin/bash\n\n  mkdir a\nls\n')
    expect(finding?.location).toEqual({ path: 'scripts/on_create.sh', line: 3, column: 3 })
    expect(finding?.fix?.commands).toEqual(["sed -i '1a set -e' scripts/on_create.sh"])
  })

  test('without a shebang it becomes the first line', () => {
    expect(judge('mkdir a\nls\n')[0]?.fix?.commands).toEqual(["sed -i '1i set -e' scripts/on_create.sh"])
  })

  test('a gap is unknown, an absent script is skipped', () => {
    const facts = { repositoryScripts: null }
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketScripts: denied('s3:GetObject') }))).toEqual([
      'unknown s3://sagemaker-lifecycle/hyperpod/',
    ])
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketScripts: bucketScriptsOf({ 'a.sh': 'ls' }) }))).toEqual([
      'skipped s3://sagemaker-lifecycle/hyperpod/on_create.sh',
    ])
  })
})
