import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding, Severity } from '../../../src/model/finding.ts'
import type { Policy } from '../../../src/model/policy.ts'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import { makeReport } from '../../../src/report/report.ts'
import { demandedFacts, judge } from '../../../src/rules/engine/judge.ts'
import { rules } from '../../../src/rules/index.ts'
import { expiredWaiver } from '../../../src/rules/policy/expired-waiver.ts'
import { aPlan, aPolicyWaiver, aSnapshot, aSubnet, aTeamPolicy, aTool, aVpc, denied, known, sizesOf, statuses } from '../../builders.ts'

const at = { path: '.github/hyperpod-preflight.yml', line: 3, column: 3 }
const facts: Snapshot['facts'] = {
  identity: known({ kind: 'refused', code: 'ExpiredToken', message: 'expired' }),
  vpc: known(aVpc()),
  subnets: known({
    'subnet-0aaaaaaa': aSubnet({ availableIpAddressCount: 3 }),
    'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }),
  }),
  instanceTypes: known(sizesOf('ml.p5.48xlarge')),
  quotas: denied('servicequotas:GetServiceQuota'),
}
const under = (policy: Partial<Policy>): Snapshot => ({ ...aSnapshot(aPlan(), facts), policy: aTeamPolicy(policy) })
const plainly = judge(rules, aSnapshot(aPlan(), facts))
const of = (findings: readonly Finding[], rule: string): readonly Finding[] => findings.filter((finding) => finding.rule === rule)
const errorsOf = (findings: readonly Finding[]): number =>
  makeReport({ tool: aTool, snapshot: aSnapshot(aPlan(), facts), findings, failOn: 'error', onUnknown: 'fail' }).counts.errors
const set = (severity: Severity | 'off') => ({ severity, location: at })

describe('a rule that is turned off', () => {
  test('is skipped, and says where', () => {
    const findings = judge(rules, under({ rules: { 'network/subnet-capacity': set('off') } }))
    expect(of(findings, 'network/subnet-capacity')).toEqual([
      {
        rule: 'network/subnet-capacity',
        status: 'skipped',
        severity: 'error',
        subject: 'plan',
        message: 'turned off in .github/hyperpod-preflight.yml:3',
        location: at,
      },
    ])
  })

  test('asks for nothing', () => {
    const [first] = rules.filter(({ id }) => id === 'network/subnet-capacity')
    if (first === undefined) throw new Error('the rule is gone')
    expect(demandedFacts([first], aPlan())).toEqual(['eksCluster', 'instanceTypes', 'subnets'])
    expect(demandedFacts([first], aPlan(), aTeamPolicy({ rules: { [first.id]: set('off') } }))).toEqual([])
    expect(demandedFacts([first], aPlan(), aTeamPolicy({ rules: { [first.id]: set('notice') } }))).toEqual([
      'eksCluster',
      'instanceTypes',
      'subnets',
    ])
  })
})

describe('a severity of the policy', () => {
  test.each(['error', 'warning', 'notice'] as const)('%s stands for each finding of the rule, failing or unknown', (severity) => {
    const findings = judge(rules, under({ rules: { 'network/subnet-capacity': set(severity), 'quota/cluster-usage': set(severity) } }))
    const judged = [...of(findings, 'network/subnet-capacity'), ...of(findings, 'quota/cluster-usage')]
    expect(judged.map(({ status }) => status)).toEqual(expect.arrayContaining(['fail', 'unknown']))
    for (const finding of judged) expect(finding.severity).toBe(severity)
  })

  test('it stands where the rule itself has another for the case', () => {
    const snapshot = under({ rules: { 'policy/expired-waiver': set('error') }, waivers: [aPolicyWaiver({ expires: '2026-11-22' })] })
    expect(judge([expiredWaiver], { ...snapshot, policy: { ...aTeamPolicy(), waivers: snapshot.policy?.waivers ?? [] } })).toMatchObject([
      { severity: 'notice' },
    ])
    expect(judge([expiredWaiver], snapshot)).toMatchObject([{ severity: 'error' }])
  })
})

describe('waivers', () => {
  const capacity = aPolicyWaiver({ rule: 'network/subnet-capacity', subject: 'subnet-0aaa*' })

  test('a finding that is waived does not count, and the waiver is used', () => {
    const findings = judge(rules, under({ waivers: [capacity] }))
    expect(statuses(of(findings, 'network/subnet-capacity'))).toEqual(['fail subnet-0aaaaaaa', 'pass subnet-0bbbbbbb'])
    expect(of(findings, 'network/subnet-capacity').map(({ waiver }) => waiver?.owner)).toEqual(['platform-team', undefined])
    expect(errorsOf(findings)).toBe(errorsOf(plainly) - 1)
    expect(statuses(of(findings, 'policy/unused-waiver'))).toEqual(['pass network/subnet-capacity subnet-0aaa*'])
  })

  test('one that has expired lets it block again, and says so', () => {
    const findings = judge(rules, under({ waivers: [{ ...capacity, expires: '2026-11-22' }] }))
    expect(errorsOf(findings)).toBe(errorsOf(plainly))
    expect(of(findings, 'policy/expired-waiver')).toMatchObject([{ status: 'fail', severity: 'warning', location: capacity.location }])
  })

  test('an unknown finding is excused by its own subject', () => {
    const waived = judge(rules, under({ waivers: [aPolicyWaiver({ rule: 'quota/cluster-usage', subject: 'account' })] }))
    expect(of(waived, 'quota/cluster-usage')).toMatchObject([{ status: 'unknown', waiver: { owner: 'platform-team' } }])
  })
})

describe('laws', () => {
  const id = fc.constantFrom(...rules.map((rule) => rule.id).filter((one) => one !== 'credentials/identity'))
  const waiver = fc
    .record({ rule: id, subject: fc.constantFrom('*', 'account', 'subnet-*', 'x'), expires: fc.constantFrom('2026-11-22', '2026-11-23') })
    .map((changes) => aPolicyWaiver(changes))

  test('turning rules off never adds an error', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), (ids) => {
        const off = judge(rules, under({ rules: Object.fromEntries(ids.map((one) => [one, set('off')])) }))
        expect(errorsOf(off)).toBeLessThanOrEqual(errorsOf(plainly))
        for (const one of ids) expect(of(off, one).map(({ status }) => status)).toEqual(['skipped'])
      }),
      { numRuns: 25 },
    )
  })

  test('what a policy says of some rules changes no finding of the others but those about waivers', () => {
    fc.assert(
      fc.property(
        id,
        fc.constantFrom('error', 'warning', 'notice', 'off'),
        fc.array(waiver, { maxLength: 3 }),
        (one, severity, waivers) => {
          const named = new Set([one, ...waivers.map(({ rule }) => rule)])
          const others = (findings: readonly Finding[]) => findings.filter(({ rule }) => !named.has(rule) && !rule.startsWith('policy/'))
          expect(others(judge(rules, under({ rules: { [one]: set(severity) }, waivers })))).toEqual(others(plainly))
        },
      ),
      { numRuns: 25 },
    )
  })

  test('a policy that says nothing changes nothing, and one that went through JSON does the same', () => {
    expect(judge(rules, under({}))).toEqual(plainly)
    const snapshot = under({ rules: { 'network/zones': set('error') }, waivers: [aPolicyWaiver({ expires: '2026-11-22' })] })
    expect(judge(rules, JSON.parse(JSON.stringify(snapshot)))).toEqual(judge(rules, snapshot))
  })
})
