import { describe, expect, test } from '@jest/globals'
import { eksctl as rule } from '../../../src/rules/tools/eksctl.ts'
import { aFoundTool, aPlan, findingsOf, known } from '../../builders.ts'

const onEks = aPlan({ orchestrator: { kind: 'eks', cluster: null } })
const absent = { tools: { eksctl: known({ kind: 'absent' } as const) } }

describe('tools/eksctl', () => {
  test.each([
    ['there', onEks, { tools: { eksctl: aFoundTool('0.175.0') } }, 'pass', 'notice'],
    ['unreadable', onEks, { tools: { eksctl: aFoundTool('?') } }, 'unknown', 'notice'],
    ['absent on EKS', onEks, absent, 'fail', 'notice'],
    ['absent and required', aPlan({ requiredTools: ['eksctl'] }), absent, 'fail', 'error'],
    ['absent for Slurm', aPlan(), absent, 'skipped', 'notice'],
  ])('%s', (_, plan, facts, status, severity) => {
    expect(findingsOf(rule, plan, facts)).toMatchObject([{ status, severity }])
  })
})
