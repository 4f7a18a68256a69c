import { describe, expect, test } from '@jest/globals'
import { sessionManagerPlugin as rule } from '../../../src/rules/tools/session-manager-plugin.ts'
import { aFoundTool, aMachine, aPlan, findingsOf, known } from '../../builders.ts'

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

  test('the package is that of the machine: deb, rpm, or the page alone', () => {
    const commandsOn = (machine: ReturnType<typeof aMachine>) =>
      findingsOf(rule, aPlan(), { tools: { 'session-manager-plugin': known({ kind: 'absent' }) }, machine })[0]?.fix?.commands
    expect(commandsOn(aMachine())?.at(-1)).toBe('sudo dpkg -i session-manager-plugin.deb')
    expect(commandsOn(aMachine({ packageManagers: ['dnf'] }))).toEqual([
      'sudo dnf install -y https://s3.amazonaws.com/session-manager-downloads/plugin/latest/linux_64bit/session-manager-plugin.rpm',
    ])
    expect(commandsOn(aMachine({ packageManagers: [] }))).toEqual([])
  })

  test('it matters for EKS and Slurm alike', () => {
    expect(judged('1.2.764.0', aPlan({ orchestrator: { kind: 'eks', cluster: null } }))?.status).toBe('pass')
  })
})
