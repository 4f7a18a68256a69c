import { describe, expect, test } from '@jest/globals'
import { shebang as rule } from '../../../src/rules/lifecycle/shebang.ts'
import { aPlan, aRequest, bucketScriptsOf, denied, findingsOf, known, repositoryScriptsOf, statuses } from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const inRepository = (text: string) =>
  findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
    repositoryScripts: repositoryScriptsOf({ 'on_create.sh': text, 'other.sh': 'no shebang' }),
    bucketScripts: {},
  })

describe('lifecycle/shebang', () => {
  test('what is no script at all is a matter of lifecycle/syntax', () => {
    expect(inRepository('```bash\n#!/bin/bash\nls\n```\n')).toMatchObject([{ status: 'skipped' }])
  })

  test.each([
    ['#!/bin/bash\nset -e\n', 'scripts/on_create.sh is run by bash'],
    ['#!/usr/bin/env bash\n', 'scripts/on_create.sh is run by bash'],
    ['#!/bin/bash\r\n', 'scripts/on_create.sh is run by bash'],
    ['#!/bin/sh\n', 'scripts/on_create.sh is run by sh; the checklist advises #!/bin/bash'],
    ['#!/usr/bin/env python3\n', 'scripts/on_create.sh is run by python3; the checklist advises #!/bin/bash'],
  ])('%j passes', (text, message) => {
    expect(inRepository(text)).toMatchObject([{ status: 'pass', message }])
  })

  test.each(['#!/bin/bash -e', '#!/usr/bin/env -S bash -e', '#!/usr/bin/env -vS bash -e', '#!/usr/bin/python3 -u', '#! /bin/sh'])(
    '%s starts',
    (line) => {
      expect(inRepository(`${line}\n`)).toMatchObject([{ status: 'pass' }])
    },
  )

  test.each(['#!/bin/fish', '#!/bin/ksh', '#!/opt/tools/bahs', '#!/usr/bin/env dash', '#!/usr/bin/python3.12', '#!/usr/local/bin/bash'])(
    '%s: whether nodes have it is not known',
    (line) => {
      expect(inRepository(`${line}\n`)).toMatchObject([{ status: 'unknown', severity: 'warning' }])
    },
  )

  test.each([
    [
      '\uFEFF#!/bin/bash\n',
      'starts with a byte order mark (EF BB BF), it must start with #!',
      1,
      1,
      ["sed -i '1s/^\\xEF\\xBB\\xBF//' scripts/on_create.sh"],
    ],
    ['set -e\n', 'starts without a shebang, it must start with #!', 1, 1, ["sed -i '1i #!/bin/bash' scripts/on_create.sh"]],
    ['', 'is empty, it must start with #!', 1, 1, []],
    [
      '# Copyright\n#!/bin/bash\n',
      'has its shebang in line 2, column 1, it must be the first two bytes of the file',
      2,
      1,
      ["sed -i '1i #!/bin/bash' scripts/on_create.sh"],
    ],
    [
      ' #!/bin/bash\n',
      'has its shebang in line 1, column 2, it must be the first two bytes of the file',
      1,
      2,
      ["sed -i '1i #!/bin/bash' scripts/on_create.sh"],
    ],
    ['#!bin/bash\n', 'has the shebang #!bin/bash, its path must be absolute', 1, 1, ["sed -i '1s|.*|#!/bin/bash|' scripts/on_create.sh"]],
    [
      '#!/usr/bin/env bash -e\n',
      'has a shebang that no Linux runs: env is handed "bash -e" as one word, and finds no program of that name',
      1,
      1,
      ["sed -i '1s|.*|#!/bin/bash|' scripts/on_create.sh"],
    ],
    ...['#!/bin/bahs\n', '#!/usr/bin/env bahs\n', '#!/usr/bin/bahs -e\n'].map(
      (text) =>
        [
          text,
          'has a shebang that names bahs, which is no interpreter: bash is near',
          1,
          1,
          ["sed -i '1s|bahs|bash|' scripts/on_create.sh"],
        ] as const,
    ),
    ['#!\n', 'has a shebang that names no interpreter', 1, 1, ["sed -i '1s|.*|#!/bin/bash|' scripts/on_create.sh"]],
  ])('%j fails', (text, message, line, column, commands) => {
    const findings = inRepository(text)
    expect(findings).toMatchObject([
      {
        status: 'fail',
        severity: 'error',
        subject: 'scripts/on_create.sh',
        message: `scripts/on_create.sh ${message}`,
        location: { path: 'scripts/on_create.sh', line, column },
      },
    ])
    expect(findings[0]?.fix?.commands).toEqual(commands)
  })

  test('an object is mended by way of a download, or of the copy in the repository', () => {
    const bucketScripts = bucketScriptsOf({ 'on_create.sh': 'set -e\n' })
    const [alone] = findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts })
    expect(alone?.subject).toBe(`${uri}on_create.sh`)
    expect(alone?.fix?.commands).toEqual([
      `aws s3 cp ${uri}on_create.sh ./on_create.sh`,
      "sed -i '1i #!/bin/bash' ./on_create.sh",
      `aws s3 cp ./on_create.sh ${uri}on_create.sh`,
    ])
    const [good, bad] = findingsOf(rule, aPlan({ lifecycleScripts: 'scripts' }), {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '#!/bin/bash\n' }),
      bucketScripts,
    })
    expect(good?.status).toBe('pass')
    expect(bad?.fix?.commands).toEqual([
      "sed -i '1i #!/bin/bash' scripts/on_create.sh",
      `aws s3 cp scripts/on_create.sh ${uri}on_create.sh`,
    ])
  })

  test('an absent script is skipped, a refused one unknown with the reason and a way out', () => {
    const judge = (scripts: Parameters<typeof bucketScriptsOf>[0]) =>
      findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: bucketScriptsOf(scripts) })
    expect(judge({})).toMatchObject([{ status: 'skipped', message: `${uri}on_create.sh does not exist: lifecycle/entry-point reports it` }])
    expect(judge({ 'on_create.sh': { refused: 'it is not UTF-8 text' } })).toMatchObject([
      {
        status: 'unknown',
        message: `${uri}on_create.sh was not read: it is not UTF-8 text`,
        fix: { text: expect.stringContaining('by hand') },
      },
    ])
  })

  test('a gap in one folder leaves the other judged', () => {
    const second = { bucket: 'sagemaker-second', prefix: '', location: null }
    const plan = aPlan({ lifecycleSources: [...aPlan().lifecycleSources, second] })
    const findings = findingsOf(rule, plan, {
      repositoryScripts: denied('none'),
      bucketScripts: { [uri]: denied('s3:GetObject'), ...bucketScriptsOf({ 'on_create.sh': '#!/bin/bash' }, 's3://sagemaker-second/') },
    })
    expect(statuses(findings)).toEqual([`unknown ${uri}`, 'pass s3://sagemaker-second/on_create.sh'])
  })

  test('an absent bucket and a folder that no group uses are skipped', () => {
    const bucketScripts = { [uri]: known(null) }
    expect(statuses(findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts }))).toEqual([`skipped ${uri}`])
    expect(statuses(findingsOf(rule, aPlan({ request: aRequest() }), { repositoryScripts: null, bucketScripts }))).toEqual(['skipped plan'])
  })

  test('a repository folder that could not be opened is unknown', () => {
    const plan = aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] })
    expect(statuses(findingsOf(rule, plan, { repositoryScripts: denied('none'), bucketScripts: {} }))).toEqual(['unknown scripts'])
  })
})
