import { describe, expect, test } from '@jest/globals'
import { lineEndings as rule } from '../../../src/rules/lifecycle/line-endings.ts'
import { aPlan, bucketScriptsOf, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const inBucket = (scripts: Parameters<typeof bucketScriptsOf>[0]) =>
  findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: bucketScriptsOf(scripts) })

describe('lifecycle/line-endings', () => {
  test('judges entry points and every shell script, and nothing else', () => {
    const findings = inBucket({
      'on_create.sh': '#!/bin/bash\n',
      'utils/motd.sh': 'a\r\n',
      hook: '\uFEFF#!/bin/sh\r\n',
      'config.py': 'a = 1\r\n',
      'tool.py': '#!/usr/bin/env python3\r\n',
      'provisioning_parameters.json': '{}\r\n',
    })
    expect(statuses(findings).toSorted()).toEqual([`fail ${uri}hook`, `fail ${uri}utils/motd.sh`, `pass ${uri}on_create.sh`])
  })

  test.each([
    ['a\r\nb\r\nc\n', '2 lines end in a carriage return in scripts/on_create.sh, the first is line 1', 1, 2, "'s/\\r$//'"],
    ['a\nb\r\n', '1 line ends in a carriage return in scripts/on_create.sh, the first is line 2', 2, 2, "'s/\\r$//'"],
    ['a\rb\rc\n', '2 carriage returns stand in scripts/on_create.sh, the first in line 1', 1, 2, 's/\\r//g'],
  ])('%j', (text, message, line, column, pattern) => {
    const [finding] = findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': text }),
      bucketScripts: {},
    })
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', message, location: { path: 'scripts/on_create.sh', line, column } })
    expect(finding?.fix?.commands).toEqual([`sed -i ${pattern.startsWith("'") ? pattern : `'${pattern}'`} scripts/on_create.sh`])
  })

  test('what the checkout alone has is a warning, and said to be its own', () => {
    const repositoryScripts = repositoryScriptsOf({ 'on_create.sh': '' })
    const [finding] = findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
      repositoryScripts: {
        ...repositoryScripts,
        files: { 'on_create.sh': { kind: 'text', text: 'a\r\n', executable: null, inGit: 'lf' } },
      },
      bucketScripts: {},
    })
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'warning',
      message:
        '1 line ends in a carriage return in scripts/on_create.sh, the first is line 1; git has the file without them, this checkout put them in',
      fix: { commands: ["sed -i 's/\\r$//' scripts/on_create.sh"] },
    })
    expect(finding?.fix?.text).toMatch(/^Upload no script from this checkout /)
  })

  test('a Python entry point counts: the kernel reads its first line', () => {
    const source = aPlan().lifecycleSources[0]
    if (source === undefined) throw new Error('the plan has a folder')
    const plan = aPlan()
    const group = plan.instanceGroups.map((one) => ({
      ...one,
      lifecycle: { mode: 'custom', source, script: 'main.py', location: null } as const,
    }))
    const findings = findingsOf(rule, aPlan({ instanceGroups: group }), {
      repositoryScripts: null,
      bucketScripts: bucketScriptsOf({ 'main.py': '#!/usr/bin/env python3\r\n' }),
    })
    expect(statuses(findings)).toEqual([`fail ${uri}main.py`])
  })

  test('a folder without scripts is skipped, a refused script and a denied folder are unknown', () => {
    expect(statuses(inBucket({ 'provisioning_parameters.json': '{}' }))).toEqual([`skipped ${uri}`])
    expect(statuses(inBucket({ 'on_create.sh': { refused: 'too large' } }))).toEqual([`unknown ${uri}on_create.sh`])
    const findings = findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: { [uri]: denied('s3:GetObject') } })
    expect(findings).toMatchObject([{ status: 'unknown', gap: { action: 's3:GetObject' } }])
  })
})
