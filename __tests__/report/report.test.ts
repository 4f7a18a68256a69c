import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/model/finding.ts'
import type { FailOn, OnUnknown, Policy } from '../../src/model/policy.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { outputs } from '../../src/report/outputs.ts'
import { makeReport } from '../../src/report/report.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { renderText } from '../../src/report/text/text.ts'
import { aPlan, aRequest, aSnapshot, aTeamPolicy, aTool, aVpc, denied, known } from '../builders.ts'
import { aFinding, anUnknown, aReport, aWaiver } from './builders.ts'

const error = aFinding()
const warning = aFinding({ severity: 'warning' })
const notice = aFinding({ severity: 'notice' })
const unknownError = anUnknown()
const unknownWarning = anUnknown({ severity: 'warning' })
const passed = aFinding({ status: 'pass' })
const skipped = aFinding({ status: 'skipped' })
const aPlace = { path: 'policy.yml', line: 1, column: 1 }
const waived = (finding: Finding): Finding => ({ ...finding, waiver: aWaiver })

describe('verdict and exit code', () => {
  const cases: readonly (readonly [string, readonly Finding[], FailOn, OnUnknown, Report['verdict'], number])[] = [
    ['all passed', [passed, skipped], 'error', 'fail', 'ready', 0],
    ['an error', [error, passed], 'error', 'fail', 'blocked', 1],
    ['a warning', [warning], 'error', 'fail', 'ready', 0],
    ['a notice', [notice], 'warning', 'fail', 'ready', 0],
    ['a warning, fail-on warning', [warning], 'warning', 'fail', 'ready', 1],
    ['a warning and an error, fail-on warning', [warning, error], 'warning', 'fail', 'blocked', 1],
    ['a warning and an unknown, fail-on warning', [warning, unknownError], 'warning', 'fail', 'unproven', 1],
    ['an error-level unknown', [unknownError], 'error', 'fail', 'unproven', 3],
    ['an error-level unknown, on-unknown warn', [unknownError, passed], 'error', 'warn', 'unproven', 0],
    ['an error and an unknown, on-unknown warn', [error, unknownError], 'error', 'warn', 'blocked', 1],
    ['a warning-level unknown', [unknownWarning, passed], 'error', 'fail', 'ready', 0],
    ['a warning-level unknown, fail-on warning', [unknownWarning, passed], 'warning', 'fail', 'ready', 0],
    ['nothing judged', [skipped, unknownWarning], 'error', 'fail', 'unproven', 3],
    ['nothing judged, and nobody minds', [skipped], 'error', 'warn', 'unproven', 0],
    ['no rule at all', [], 'error', 'fail', 'unproven', 3],
    ['an error and an unknown', [error, unknownError], 'error', 'fail', 'blocked', 1],
    ['an error, fail-on never', [error], 'never', 'fail', 'blocked', 0],
    ['an unknown, fail-on never', [unknownError], 'never', 'fail', 'unproven', 0],
    ['a warning, fail-on never', [warning], 'never', 'fail', 'ready', 0],
    ['a waived error', [waived(error)], 'error', 'fail', 'ready', 0],
    ['a waived unknown', [waived(unknownError), passed], 'error', 'fail', 'ready', 0],
    ['a waived error beside another', [waived(error), error], 'error', 'fail', 'blocked', 1],
    ['a waived warning, fail-on warning', [waived(warning)], 'warning', 'fail', 'ready', 0],
  ]
  test.each(cases)('%s', (_, findings, failOn, onUnknown, verdict, exitCode) => {
    expect(aReport(findings, { failOn, onUnknown })).toMatchObject({ verdict, exitCode })
  })

  test('the settings of a run move the exit code alone, and it says which did', () => {
    const any = fc.constantFrom(error, warning, notice, unknownError, unknownWarning, passed, skipped, waived(error), waived(unknownError))
    const settings = fc.record({
      failOn: fc.constantFrom<FailOn>('error', 'warning', 'never'),
      onUnknown: fc.constantFrom<OnUnknown>('fail', 'warn'),
    })
    const ownCodes = { ready: 0, blocked: 1, unproven: 3 }
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), settings, (findings, policy) => {
        const { verdict, exitCode, exitBecause } = aReport(findings, policy)
        expect(verdict).toBe(aReport(findings).verdict)
        expect(exitBecause === null).toBe(exitCode === ownCodes[verdict])
        if (policy.failOn === 'never') expect(exitCode).toBe(0)
        if (verdict === 'blocked' && policy.failOn !== 'never') expect(exitCode).toBe(1)
      }),
    )
  })

  test('a policy file that turns off every rule about the account leaves nothing ready', () => {
    const policy = aTeamPolicy({ rules: { 'credentials/identity': { severity: 'off', location: aPlace } } })
    const on = (facts: Snapshot['facts']) => {
      const snapshot = { ...aSnapshot(aPlan(), facts), policy }
      return makeReport({ tool: aTool, snapshot, findings: [passed], failOn: 'error', onUnknown: 'fail' })
    }
    const identity = known({ kind: 'refused', code: 'ExpiredToken', message: 'expired' } as const)
    expect(on({ repositoryScripts: known(null), namedCluster: known(null), identity })).toMatchObject({
      verdict: 'unproven',
      staticOnly: 'the policy file turns off the rules about it',
    })
    expect(on({ vpc: known(null) })).toMatchObject({ verdict: 'ready', staticOnly: null })
  })

  test('a run without credentials is never ready, whatever passed', () => {
    const gap = { reason: 'not-attempted', action: 'none', message: 'a fork has no credentials' } as const
    const snapshot = aSnapshot(aPlan(), { vpc: { ok: false, gap } })
    const verdicts = (['fail', 'warn'] as const).map((onUnknown) => {
      const { verdict, exitCode } = makeReport({ tool: aTool, snapshot, findings: [passed], failOn: 'error', onUnknown })
      return [verdict, exitCode]
    })
    expect(verdicts).toEqual([
      ['unproven', 3],
      ['unproven', 0],
    ])
  })
})

test('failing first, then unknown, waived, passed, skipped; the worst first; otherwise the order of the rules', () => {
  const findings = [
    { ...skipped, subject: 'skipped' },
    { ...passed, subject: 'pass, notice', severity: 'notice' as const },
    { ...passed, subject: 'pass, error' },
    { ...waived(warning), subject: 'waived warning' },
    { ...waived(unknownError), subject: 'waived unknown error' },
    { ...unknownWarning, subject: 'unknown warning' },
    { ...unknownError, subject: 'unknown error' },
    { ...notice, subject: 'notice' },
    { ...warning, subject: 'warning' },
    { ...error, subject: 'error 1' },
    { ...error, subject: 'error 2' },
  ]
  expect(aReport(findings).findings.map(({ subject }) => subject)).toEqual([
    'error 1',
    'error 2',
    'warning',
    'notice',
    'unknown error',
    'unknown warning',
    'waived unknown error',
    'waived warning',
    'pass, notice',
    'pass, error',
    'skipped',
  ])
})

test('every finding is counted once, and the outputs say the same', () => {
  const report = aReport([error, error, warning, notice, unknownError, passed, skipped, waived(error), waived(unknownWarning)])
  expect(report.counts).toEqual({ pass: 1, fail: 4, unknown: 1, skipped: 1, waived: 2, errors: 2, warnings: 1 })
  expect(outputs(report)).toEqual({
    verdict: 'blocked',
    errors: '2',
    warnings: '1',
    unknowns: '1',
    operation: 'create',
    'left-open': '["network/subnets"]',
    headroom: JSON.stringify(report.headroom),
  })
})

test('no order of the findings changes counts or verdict, and none is lost', () => {
  const any = fc.constantFrom(error, warning, notice, unknownError, unknownWarning, passed, skipped, waived(error), waived(unknownError))
  fc.assert(
    fc.property(fc.array(any), (findings) => {
      const report = aReport(findings)
      const { pass, fail, unknown, skipped, waived } = report.counts
      expect(pass + fail + unknown + skipped + waived).toBe(findings.length)
      expect(report.findings).toHaveLength(findings.length)
      const reversed = aReport(findings.toReversed())
      expect([reversed.counts, reversed.verdict]).toEqual([report.counts, report.verdict])
    }),
  )
})

describe('target', () => {
  const target = (plan: Parameters<typeof aPlan>[0], facts: Parameters<typeof aSnapshot>[1]) =>
    makeReport({ tool: aTool, snapshot: aSnapshot(aPlan(plan), facts), findings: [], failOn: 'error', onUnknown: 'fail' }).target

  test('comes from the plan and from what was learned', () => {
    const identity = known({ kind: 'caller', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/u', partition: 'aws' } as const)
    expect(target({ clusterName: 'c', vpcId: null }, { identity, vpc: known(aVpc({ vpcId: 'vpc-0learned' })) })).toEqual({
      account: '111122223333',
      region: 'us-west-2',
      clusterName: 'c',
      orchestrator: 'slurm',
      vpcId: 'vpc-0learned',
    })
  })

  test('what is not known is null', () => {
    const unstated = { vpcId: null, orchestrator: { kind: 'unstated' } } as const
    const nothing = { account: null, region: 'us-west-2', clusterName: null, orchestrator: null, vpcId: null }
    expect(target(unstated, {})).toEqual(nothing)
    expect(target(unstated, { identity: denied('sts:GetCallerIdentity'), vpc: denied('ec2:DescribeVpcs') })).toEqual(nothing)
    const refused = known({ kind: 'refused', code: 'ExpiredToken', message: 'expired' } as const)
    expect(target(unstated, { identity: refused, vpc: known(null) })).toEqual(nothing)
  })

  test('the VPC that the user named wins over the one learned', () => {
    expect(target({ vpcId: 'vpc-0named' }, { vpc: known(aVpc({ vpcId: 'vpc-0learned' })) }).vpcId).toBe('vpc-0named')
  })
})

describe('what is left open', () => {
  const reportOn = (plan: Parameters<typeof aPlan>[0], findings: readonly Finding[] = [passed], policy?: Policy): Report =>
    makeReport({
      tool: aTool,
      snapshot: { ...aSnapshot(aPlan(plan)), ...(policy !== undefined && { policy }) },
      findings,
      failOn: 'error',
      onUnknown: 'fail',
    })
  const lastLine = (report: Report): string | undefined => renderText(report, { colour: false, width: 200 }).split('\n').at(-1)
  const unknownOf = (rule: string): Finding => anUnknown({ rule })

  test('of flat inputs is named, and a ready that rests on less than the whole plan says so', () => {
    const report = reportOn({ instanceGroups: [], vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null } })
    expect(report.leftOpen).toEqual(['instance-type', 'security-group-ids'])
    expect(lastLine(report)).toContain('not given: instance-type, security-group-ids')
  })

  test('what somebody vouches for is in the report and in what the verdict says', () => {
    const trustedTargets = [{ id: 'tgw-0a1b2c3d', reason: 'egress VPC', owner: 'network team' }]
    const report = reportOn({ trustedTargets })
    expect(report.trustedTargets).toEqual(trustedTargets)
    expect(lastLine(report)).toContain('tgw-0a1b2c3d trusted by network team: egress VPC')
  })

  test('is nothing in a whole plan, and nothing in a request, which names all that the cluster uses', () => {
    expect(reportOn({}).leftOpen).toEqual([])
    expect(reportOn({ request: aRequest(), instanceGroups: [], vpcConfig: null }).leftOpen).toEqual([])
  })

  test('are rules that could not be judged, once each, waived or not, whatever their severity; then the inputs come first', () => {
    const findings = [unknownOf('a/b'), passed, unknownOf('a/b'), waived(unknownOf('c/d')), anUnknown({ rule: 'e/f', severity: 'notice' })]
    const report = reportOn({ instanceGroups: [] }, findings)
    expect(report.leftOpen).toEqual(['instance-type', 'a/b', 'c/d', 'e/f'])
    expect(lastLine(report)).toContain('; not checked, because not given: instance-type; not judged in full: a/b, c/d, e/f;')
  })

  test('are rules that the policy file turns off, and no others that it names', () => {
    const rules = ['a/off', 'b/notice', 'c/of-another-version']
    const findings = [aFinding({ rule: 'a/off', status: 'skipped' }), aFinding({ rule: 'b/notice', severity: 'notice' })]
    const policy = aTeamPolicy({
      rules: Object.fromEntries(rules.map((rule) => [rule, { severity: rule === 'b/notice' ? 'notice' : 'off', location: aPlace }])),
    })
    expect(reportOn({}, findings, policy).leftOpen).toEqual(['a/off'])
  })

  test('are live rules of a run without credentials: the verdict says so once and names the others', () => {
    const gap = { reason: 'not-attempted', action: 'none', message: 'a fork has no credentials' } as const
    const live = ['a/live', 'b/live'].map((rule) => aFinding({ rule, status: 'skipped', gap }))
    const facts = { vpc: { ok: false, gap } as const }
    const snapshot = aSnapshot(aPlan(), facts)
    const report = makeReport({ tool: aTool, snapshot, findings: [...live, passed, unknownOf('c/d')], failOn: 'error', onUnknown: 'fail' })
    expect(report.leftOpen).toEqual(['a/live', 'b/live', 'c/d'])
    expect(lastLine(report)).toContain('nothing about the account was judged (a fork has no credentials); ')
    expect(lastLine(report)).toContain('; not judged in full: c/d;')
    expect(lastLine(makeReport({ tool: aTool, snapshot, findings: [error, ...live], failOn: 'error', onUnknown: 'fail' }))).toContain(
      'BLOCKED: 1 error: fix the error first; nothing about the account was judged (a fork has no credentials) (exit 1)',
    )
  })

  test('a verdict names at most six rules, the output all', () => {
    const rules = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5', 'a/6', 'a/7']
    const report = (count: number): Report => reportOn({}, [passed, ...rules.slice(0, count).map(unknownOf)])
    expect(lastLine(report(6))).toContain('not judged in full: a/1, a/2, a/3, a/4, a/5, a/6;')
    expect(lastLine(report(7))).toContain('not judged in full: a/1, a/2, a/3, a/4, a/5 and 2 more rules;')
    expect(JSON.parse(outputs(report(7))['left-open'])).toEqual(rules)
  })
})
