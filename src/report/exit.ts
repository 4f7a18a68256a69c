import type { ExitPolicy } from '../model/policy.ts'
import type { Counts, Exit, Report, Verdict } from './schema/report.ts'

const ownCodes = { ready: 0, blocked: 1, unproven: 3 } as const satisfies Record<Verdict, Report['exitCode']>

/** How a run with this verdict ends. The policy of the run moves the exit code, never the verdict. */
export const exitOf = (verdict: Verdict, { warnings }: Pick<Counts, 'warnings'>, { failOn, onUnknown }: ExitPolicy): Exit => {
  if (failOn === 'never') return { exitCode: 0, exitBecause: verdict === 'ready' ? null : 'fail-on is never' }
  if (failOn === 'warning' && warnings > 0 && verdict !== 'blocked') return { exitCode: 1, exitBecause: 'fail-on is warning' }
  if (onUnknown === 'warn' && verdict === 'unproven') return { exitCode: 0, exitBecause: 'on-unknown is warn' }
  return { exitCode: ownCodes[verdict], exitBecause: null }
}
