import { describe, expect, test } from '@jest/globals'
import { eksctl as rule } from '../../../src/rules/tools/eksctl.ts'
import { aFoundTool, aMachine, aPlan, findingsOf, known } from '../../builders.ts'

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

  test('Windows is told for which shell the commands are', () => {
    const [finding] = findingsOf(rule, onEks, { ...absent, machine: aMachine({ platform: 'windows' }) })
    expect(finding?.fix?.text).toMatch(/installation\.html \(the commands are for Git Bash, which has \$HOME\/bin on PATH\)$/)
    expect(finding?.fix?.commands).toHaveLength(3)
  })
})
