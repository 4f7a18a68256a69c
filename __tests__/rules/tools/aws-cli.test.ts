import { describe, expect, test } from '@jest/globals'
import { awsCli as rule } from '../../../src/rules/tools/aws-cli.ts'
import { aFoundTool, aGap, aPlan, findingsOf, known } from '../../builders.ts'

const judged = (output: string, plan = aPlan()) => findingsOf(rule, plan, { tools: { aws: aFoundTool(output) } })[0]

describe('tools/aws-cli', () => {
  test.each([
    ['aws-cli/2.17.47 Python/3.11.6 Linux/5.10.205', 'pass', 'aws 2.17.47 at /usr/bin/tool'],
    ['aws-cli/2.31.0 Python/3.13.7 Linux/6.8.0', 'pass', 'aws 2.31.0 at /usr/bin/tool'],
    ['aws-cli/2.15.30 Python/3.11.6 Linux/5.10.205', 'fail', 'aws 2.15.30 is older than 2.17.47'],
    ['aws-cli/1.32.0 Python/3.11.6 Linux/6.5.0 botocore/1.34.0', 'fail', 'aws 1.32.0 is version 1, version 2 is needed'],
    ['aws-cli/1.99.99 Python/3.11.6', 'fail', 'aws 1.99.99 is version 1, version 2 is needed'],
    ['Segmentation fault', 'unknown', '/usr/bin/tool printed no version that can be read: Segmentation fault'],
    ['', 'unknown', '/usr/bin/tool printed no version that can be read: nothing'],
  ])('%j', (output, status, message) => {
    expect(judged(output)).toMatchObject({ status, message, severity: 'warning', subject: 'aws' })
  })

  test('absent and not to be run are told apart', () => {
    const absent = findingsOf(rule, aPlan(), { tools: { aws: known({ kind: 'absent' }) } })
    expect(absent).toMatchObject([{ status: 'fail', severity: 'warning', message: 'aws (AWS CLI) is not on PATH' }])
    const gap = aGap({ reason: 'timeout', action: 'none', message: 'aws --version (/usr/bin/aws) did not end within 5 s' })
    const late = findingsOf(rule, aPlan(), { tools: { aws: { ok: false, gap } } })
    expect(late).toMatchObject([{ status: 'unknown', severity: 'warning', message: gap.message, fix: { commands: ['aws --version'] } }])
  })

  test('required, it blocks: absent, too old and unreadable alike', () => {
    const plan = aPlan({ requiredTools: ['aws'] })
    const absent = findingsOf(rule, plan, { tools: { aws: known({ kind: 'absent' }) } })[0]
    const findings = [absent, judged('aws-cli/1.32.0', plan), judged('aws-cli/2.15.30', plan), judged('what?', plan)]
    expect(findings.map((finding) => finding?.severity)).toEqual(['error', 'error', 'error', 'error'])
  })

  test('no fix installs version 1', () => {
    for (const finding of [
      judged('aws-cli/1.32.0'),
      judged('aws-cli/2.15.30'),
      findingsOf(rule, aPlan(), { tools: { aws: known({ kind: 'absent' }) } })[0],
    ]) {
      expect(JSON.stringify(finding?.fix)).not.toMatch(/pip install/)
      expect(finding?.fix?.text).toContain('https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html')
    }
  })

  test('a snapshot without the tool is unknown, and no fact at all too', () => {
    expect(findingsOf(rule, aPlan(), { tools: {} })).toMatchObject([{ status: 'unknown' }])
    expect(findingsOf(rule, aPlan(), {})).toMatchObject([{ status: 'unknown' }])
  })
})
