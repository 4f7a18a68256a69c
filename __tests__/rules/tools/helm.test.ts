import { describe, expect, test } from '@jest/globals'
import { helm as rule } from '../../../src/rules/tools/helm.ts'
import { aFoundTool, aMachine, aPlan, findingsOf, known } from '../../builders.ts'

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

  test.each(['v2.17.0+ga690bad', 'v4.0.0+g99cd196'])('beside %s, the script of version 3', (output) => {
    const [finding] = findingsOf(rule, onEks, { tools: { helm: aFoundTool(output) }, machine: aMachine() })
    expect(finding?.fix?.commands).toEqual([
      'curl -fsSL -o get_helm.sh https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3',
      'chmod 700 get_helm.sh',
      './get_helm.sh',
    ])
  })

  test('on a CI runner no more than a notice, unless it is required', () => {
    const facts = { tools: { helm: known({ kind: 'absent' } as const) }, machine: aMachine({ runs: 'ci' }) }
    expect(findingsOf(rule, onEks, facts)).toMatchObject([{ status: 'fail', severity: 'notice' }])
    expect(findingsOf(rule, { ...onEks, requiredTools: ['helm'] }, facts)).toMatchObject([{ status: 'fail', severity: 'error' }])
  })

  test('skipped for Slurm, a warning where it is absent on EKS', () => {
    const tools = { helm: known({ kind: 'absent' } as const) }
    expect(findingsOf(rule, aPlan(), { tools })).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, onEks, { tools })).toMatchObject([{ status: 'fail', severity: 'warning' }])
  })
})
