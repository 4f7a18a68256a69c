import { describe, expect, test } from '@jest/globals'
import { hyperpodCli as rule } from '../../../src/rules/tools/hyperpod-cli.ts'
import { aFoundTool, aPlan, findingsOf, known } from '../../builders.ts'

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
    const [finding] = findingsOf(rule, onEks, absent)
    expect(finding).toMatchObject({ status: 'fail', severity: 'warning', message: 'hyp (HyperPod CLI) is not on PATH' })
    expect(finding?.fix?.commands).toEqual(['python3 -m pip install sagemaker-hyperpod'])
  })

  test('skipped for Slurm unless required', () => {
    expect(findingsOf(rule, aPlan(), absent)).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, aPlan({ requiredTools: ['hyp'] }), absent)).toMatchObject([{ status: 'fail', severity: 'error' }])
  })
})
