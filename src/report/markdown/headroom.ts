import type { Headroom } from '../schema/headroom.ts'
import type { Report } from '../schema/report.ts'
import { markdownProse } from '../wording/escape.ts'
import { type Fit, fitOf, headroomSentence, planFit, wholeCluster } from '../wording/headroom.ts'
import { goodSign } from './document.ts'

/**
 * A list item for each group, then one for the whole cluster: what it wants, what it could have, and what limits it. None without an
 * account: there is nothing to say of room.
 */
export const headroomItems = (report: Report): readonly string[] => {
  if (report.staticOnly !== null) return []
  const signs = signsOf(report)
  return [...report.headroom, ...wholeCluster(report)].map(
    (entry: Headroom) => `- ${signs[fitOf(entry)]} ${markdownProse(headroomSentence(entry))}\n`,
  )
}

/** What has room is nothing to be glad of while the plan as a whole has none. */
const signsOf = (report: Report): Readonly<Record<Fit, string>> => ({
  short: '⚠️',
  uncertain: '❓',
  fits: planFit(report) === 'fits' ? goodSign(report) : '➖',
})
