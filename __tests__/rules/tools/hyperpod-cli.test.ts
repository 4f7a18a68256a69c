import { describe, expect, test } from '@jest/globals'
import { hyperpodCli as rule } from '../../../src/rules/tools/hyperpod-cli.ts'
import { aFoundTool, aMachine, aPlan, findingsOf, known } from '../../builders.ts'

const onEks = aPlan({ orchestrator: { kind: 'eks', cluster: null } })
const absent = { tools: { hyp: known({ kind: 'absent' } as const) } }

describe('tools/hyperpod-cli', () => {
  test.each([
    ['hyp version: 3.9.0\nhyperpod-pytorch-job-template version: 1.4.0', 'pass'],
    ['hyp version: Not installed', 'unknown'],
  ])('%j', (output, status) => {
    expect(findingsOf(rule, onEks, { tools: { hyp: aFoundTool(output) } })).toMatchObject([{ status, subject: 'hyp' }])
  })

  test('absent, with the package that AWS publishes', () => {
    const [finding] = findingsOf(rule, onEks, { ...absent, machine: aMachine() })
    expect(finding).toMatchObject({ status: 'fail', severity: 'warning', message: 'hyp (HyperPod CLI) is not on PATH' })
    expect(finding?.fix?.commands).toEqual(['python3 -m pip install sagemaker-hyperpod'])
  })

  test('Windows, which AWS does not support, gets the page alone', () => {
    const [finding] = findingsOf(rule, onEks, { ...absent, machine: aMachine({ platform: 'windows' }) })
    expect(finding?.fix).toEqual({
      text: 'Install the package sagemaker-hyperpod with Python 3.8 to 3.11, on Linux or macOS: https://github.com/aws/sagemaker-hyperpod-cli',
      commands: [],
    })
  })

  test('skipped for Slurm unless required', () => {
    expect(findingsOf(rule, aPlan(), absent)).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, aPlan({ requiredTools: ['hyp'] }), absent)).toMatchObject([{ status: 'fail', severity: 'error' }])
  })
})
