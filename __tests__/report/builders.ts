import type { Finding } from '../../src/model/finding.ts'
import type { FailOn, OnUnknown } from '../../src/model/policy.ts'
import { makeReport } from '../../src/report/report.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { aGap, aPlan, aSnapshot, aTool } from '../builders.ts'

/** A failing error about one subject; name what matters to the test. */
export const aFinding = (changes: Partial<Finding> = {}): Finding => ({
  rule: 'network/subnets',
  status: 'fail',
  severity: 'error',
  subject: 'subnet-0aaaaaaa',
  message: 'subnet-0aaaaaaa is pending, it must be available',
  fix: { text: 'Wait until it is available.', commands: [] },
  ...changes,
})

export const anUnknown = (changes: Partial<Finding> = {}): Finding =>
  aFinding({ status: 'unknown', subject: 'account', message: aGap().message, gap: aGap(), ...changes })

export const aWaiver = { reason: 'known', owner: 'platform-team', expires: '2027-01-31' } as const

export const aReport = (
  findings: readonly Finding[],
  { failOn = 'error', onUnknown = 'fail' }: { readonly failOn?: FailOn; readonly onUnknown?: OnUnknown } = {},
): Report => makeReport({ tool: aTool, snapshot: aSnapshot(aPlan()), findings, failOn, onUnknown })
