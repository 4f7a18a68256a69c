import { describe, expect, test } from '@jest/globals'
import { sessionManagerPlugin as rule } from '../../../src/rules/tools/session-manager-plugin.ts'
import { aFoundTool, aPlan, findingsOf, known } from '../../builders.ts'

const judged = (output: string, plan = aPlan()) => findingsOf(rule, plan, { tools: { 'session-manager-plugin': aFoundTool(output) } })[0]

describe('tools/session-manager-plugin', () => {
  test.each([
    ['1.2.764.0', 'pass'],
    ['1.2.553.0', 'fail'],
    ['no number', 'unknown'],
  ])('%s', (output, status) => {
    expect(judged(output)).toMatchObject({ status, severity: 'warning', subject: 'session-manager-plugin' })
  })

  test('required, it blocks where it is absent, but not for its age', () => {
    const plan = aPlan({ requiredTools: ['session-manager-plugin'] })
    const absent = { tools: { 'session-manager-plugin': known({ kind: 'absent' } as const) } }
    expect(findingsOf(rule, plan, absent)).toMatchObject([{ status: 'fail', severity: 'error' }])
    expect(judged('1.2.553.0', plan)).toMatchObject({ status: 'fail', severity: 'warning' })
  })

  test('it matters for EKS and Slurm alike', () => {
    expect(judged('1.2.764.0', aPlan({ orchestrator: { kind: 'eks', cluster: null } }))?.status).toBe('pass')
  })
})
