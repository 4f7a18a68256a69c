import { describe, expect, test } from '@jest/globals'
import { helm as rule } from '../../../src/rules/tools/helm.ts'
import { aFoundTool, aPlan, findingsOf, known } from '../../builders.ts'

const onEks = aPlan({ orchestrator: { kind: 'eks', cluster: null } })
const judged = (output: string, plan = onEks) => findingsOf(rule, plan, { tools: { helm: aFoundTool(output) } })[0]

describe('tools/helm', () => {
  test.each([
    ['v3.14.0+gc309b6f', 'pass', 'warning'],
    ['v2.17.0+ga690bad', 'fail', 'warning'],
    ['v4.0.0+g99cd196', 'fail', 'notice'],
    ['helm?', 'unknown', 'warning'],
  ])('%s', (output, status, severity) => expect(judged(output)).toMatchObject({ status, severity, subject: 'helm' }))

  test('required, an older one blocks and a newer one still does not', () => {
    const plan = aPlan({ requiredTools: ['helm'] })
    expect(judged('v2.17.0', plan)?.severity).toBe('error')
    expect(judged('v4.0.0', plan)?.severity).toBe('notice')
  })

  test('skipped for Slurm, a warning where it is absent on EKS', () => {
    const tools = { helm: known({ kind: 'absent' } as const) }
    expect(findingsOf(rule, aPlan(), { tools })).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, onEks, { tools })).toMatchObject([{ status: 'fail', severity: 'warning' }])
  })
})
