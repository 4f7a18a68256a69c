import type { Finding, Waiver } from '../../model/finding.ts'
import type { Policy, PolicyWaiver, WaiverUse } from '../../model/policy.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Days from the day of `takenAt` to the last day of the waiver, both in UTC: 0 on that day, negative after it. */
export const daysLeft = ({ expires }: Waiver, takenAt: string): number =>
  Math.round((Date.parse(`${expires}T00:00:00Z`) - Math.floor(Date.parse(takenAt) / dayMs) * dayMs) / dayMs)

/**
 * Whether the text is what the pattern says: `*` stands for any characters, none included, everything else for itself. Takes the
 * earliest place for each piece and never goes back, so a hostile pattern costs no more than a search for each of its pieces.
 */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return pattern === text
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  const end = text.length - last.length
  let at = first.length
  for (const piece of rest) {
    const found = text.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}

/** Rules about which no agreement can be made: without credentials nothing else is known, and waivers do not excuse waivers. */
export const isWaivable = (rule: string): boolean => rule !== 'credentials/identity' && !rule.startsWith('policy/')

/** Only what went wrong, or may have, can be excused. */
const isFor = (waiver: PolicyWaiver, { rule, status, subject }: Finding): boolean =>
  waiver.rule === rule && (status === 'fail' || status === 'unknown') && isWaivable(rule) && matchesPattern(waiver.subject, subject)

/**
 * The findings, each with the waiver that excuses it: the first one of the policy that is for it and has not expired on the day of
 * `takenAt`. A finding keeps everything else, its status included.
 */
export const waive = (findings: readonly Finding[], { waivers }: Policy, takenAt: string): readonly Finding[] => {
  const live = waivers.filter((waiver) => daysLeft(waiver, takenAt) >= 0)
  return findings.map((finding) => {
    const found = live.find((waiver) => isFor(waiver, finding))
    if (found === undefined) return finding
    const { reason, owner, expires } = found
    return { ...finding, waiver: { reason, owner, expires } }
  })
}

/** What came of each waiver of the policy, in its order. Of several waivers for one finding each counts it. */
export const waiverUses = (findings: readonly Finding[], { waivers }: Policy, takenAt: string): readonly WaiverUse[] =>
  waivers.map((waiver) => {
    const ofRule = findings.filter(({ rule }) => rule === waiver.rule)
    const covered = ofRule.filter((finding) => isFor(waiver, finding))
    const isOpen = (finding: Finding): boolean => finding.status === 'unknown' && !covered.includes(finding)
    return {
      waiver,
      daysLeft: daysLeft(waiver, takenAt),
      findings: covered,
      judged: !ofRule.some(isOpen) && ofRule.some(({ status }) => status !== 'skipped'),
    }
  })
