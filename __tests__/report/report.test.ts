import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/model/finding.ts'
import type { FailOn, OnUnknown } from '../../src/model/policy.ts'
import { outputs } from '../../src/report/outputs.ts'
import { makeReport } from '../../src/report/report.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { renderText } from '../../src/report/text.ts'
import { aPlan, aRequest, aSnapshot, aTool, aVpc, denied, known } from '../builders.ts'
import { aFinding, anUnknown, aReport, aWaiver } from './builders.ts'

const error = aFinding()
const warning = aFinding({ severity: 'warning' })
const notice = aFinding({ severity: 'notice' })
const unknownError = anUnknown()
const unknownWarning = anUnknown({ severity: 'warning' })
const passed = aFinding({ status: 'pass' })
const skipped = aFinding({ status: 'skipped' })
const waived = (finding: Finding): Finding => ({ ...finding, waiver: aWaiver })

describe('verdict and exit code', () => {
  const cases: readonly (readonly [string, readonly Finding[], FailOn, OnUnknown, Report['verdict'], number])[] = [
    ['all passed', [passed, skipped], 'error', 'fail', 'ready', 0],
    ['an error', [error, passed], 'error', 'fail', 'blocked', 1],
    ['a warning', [warning], 'error', 'fail', 'ready', 0],
    ['a notice', [notice], 'warning', 'fail', 'ready', 0],
    ['a warning, fail-on warning', [warning], 'warning', 'fail', 'blocked', 1],
    ['an error-level unknown', [unknownError], 'error', 'fail', 'unproven', 3],
    ['an error-level unknown, on-unknown warn', [unknownError], 'error', 'warn', 'ready', 0],
    ['a warning-level unknown', [unknownWarning], 'error', 'fail', 'ready', 0],
    ['a warning-level unknown, fail-on warning', [unknownWarning], 'warning', 'fail', 'ready', 0],
    ['an error and an unknown', [error, unknownError], 'error', 'fail', 'blocked', 1],
    ['an error, fail-on never', [error], 'never', 'fail', 'blocked', 0],
    ['an unknown, fail-on never', [unknownError], 'never', 'fail', 'unproven', 0],
    ['a warning, fail-on never', [warning], 'never', 'fail', 'ready', 0],
    ['a waived error', [waived(error)], 'error', 'fail', 'ready', 0],
    ['a waived unknown', [waived(unknownError)], 'error', 'fail', 'ready', 0],
    ['a waived error beside another', [waived(error), error], 'error', 'fail', 'blocked', 1],
    ['a waived warning, fail-on warning', [waived(warning)], 'warning', 'fail', 'ready', 0],
  ]
  test.each(cases)('%s', (_, findings, failOn, onUnknown, verdict, exitCode) => {
    expect(aReport(findings, { failOn, onUnknown })).toMatchObject({ verdict, exitCode })
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

describe('what flat inputs leave open', () => {
  const reportOn = (plan: Parameters<typeof aPlan>[0]): Report =>
    makeReport({ tool: aTool, snapshot: aSnapshot(aPlan(plan)), findings: [passed], failOn: 'error', onUnknown: 'fail' })

  test('is named, and a ready that rests on less than the whole plan says so', () => {
    const report = reportOn({ instanceGroups: [], vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null } })
    expect(report.leftOpen).toEqual(['instance-type', 'security-group-ids'])
    expect(renderText(report, { colour: false, width: 200 }).split('\n').at(-1)).toContain('not given: instance-type, security-group-ids')
  })

  test('is nothing in a whole plan, and nothing in a request, which names all that the cluster uses', () => {
    expect(reportOn({}).leftOpen).toEqual([])
    expect(reportOn({ request: aRequest(), instanceGroups: [], vpcConfig: null }).leftOpen).toEqual([])
  })
})
