import type { Evidence } from '../../model/finding.ts'
import type { Headroom, HeadroomLimit } from '../schema/headroom.ts'
import type { Report } from '../schema/report.ts'

/** `fits`: all that is wanted is possible and every limit is known. `uncertain`: as far as is known it is. */
export type Fit = 'short' | 'uncertain' | 'fits'

export const fitOf = ({ wanted, possible, unknown }: Headroom): Fit => {
  if (possible !== null && possible < wanted) return 'short'
  return possible === null || unknown.length > 0 ? 'uncertain' : 'fits'
}

/** The whole cluster's entry; of a single group it would only say again what that group's does. */
export const wholeCluster = ({ headroom, clusterHeadroom }: Report): readonly Headroom[] =>
  headroom.length > 1 && clusterHeadroom !== null ? [clusterHeadroom] : []

/** Whether there is room for the whole plan: the worst of its groups, and of all of them together. */
export const planFit = (report: Report): Fit => {
  const fits = [...report.headroom, ...wholeCluster(report)].map(fitOf)
  return (['short', 'uncertain'] as const).find((fit) => fits.includes(fit)) ?? 'fits'
}

/** Whether there is room for the whole plan, and for how many of its groups there is not. */
export const headroomTitle = (report: Report): string => {
  const fit = planFit(report)
  if (fit === 'fits') return 'Headroom: there is room for the whole plan'
  const groups = report.headroom.filter((entry) => fitOf(entry) === fit).length
  const all = report.headroom.length
  const title =
    fit === 'short' ? 'Headroom: there is not enough room for the plan' : 'Headroom: it is not certain that there is room for the plan'
  if (all < 2) return title
  const what = fit === 'short' ? 'short' : 'not certain'
  return groups === 0
    ? `${title} (all groups together are ${what})`
    : `${title} (${groups} of ${all} instance groups ${groups === 1 ? 'is' : 'are'} ${what})`
}

/**
 * One group in a line: `worker-1: wants 16, 9 possible: quota ml.p5.48xlarge for cluster usage (20, 11 in use); next limit:
 * subnet-0a holds 12`. Not escaped.
 */
export const headroomSentence = (entry: Headroom): string => {
  const [binding, next] = entry.limits
  const wants = `${entry.group}: ${wantsText(entry)}`
  const unread = unreadRules(entry).join(', ')
  if (binding === undefined)
    return `${wants}, ${unread === '' ? 'no limit is known to apply' : `how many are possible is not known: ${unread}`}`
  return [
    `${wants}, ${possibleText(entry)} possible: ${limitText(binding)}`,
    ...(next === undefined ? [] : [`next limit: ${nextLimitText(next)}`]),
    ...(unread === '' ? [] : [`not known: ${unread}`]),
  ].join('; ')
}

/** The same in as few words as it takes: `worker-1: wants 16, 7 possible: subnet-0a`. Not escaped. */
export const headroomInBrief = (entry: Headroom): string => {
  const [binding] = entry.limits
  return binding === undefined
    ? headroomSentence(entry)
    : `${entry.group}: ${wantsText(entry)}, ${possibleText(entry)} possible: ${limitName(binding)}`
}

/** `wants 16`; in an update `from 4 to 16`, or `keeps 4`. */
const wantsText = ({ wanted, existing }: Headroom): string => {
  if (existing === undefined) return `wants ${wanted}`
  return existing === wanted ? `keeps ${wanted}` : `from ${existing} to ${wanted}`
}

/** The number as far as it is known: what could not be known cannot lower 0. Empty where no limit is known. */
export const possibleText = ({ possible, unknown }: Headroom): string =>
  possible === null ? '' : `${unknown.length > 0 && possible > 0 ? 'at most ' : ''}${possible}`

/** Rules whose limit could not be known, each once. */
export const unreadRules = ({ unknown }: Headroom): readonly string[] => [...new Set(unknown.map(({ rule }) => rule))]

/** A limit with what it is made of: `quota ml.p5.48xlarge for cluster usage (20, 11 in use)`, `subnet-0a (251 free addresses, 81 a node)`. */
export const limitText = (limit: HeadroomLimit): string => {
  const parts = [...measures(limit.evidence), ...(limit.caveat === undefined ? [] : [limit.caveat])]
  return `${limitName(limit)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
}

/** A limit with the nodes that it leaves: `subnet-0a holds 12`. */
export const nextLimitText = (limit: HeadroomLimit): string =>
  isQuota(limit) ? `${limitText(limit)} leaves ${limit.possible}` : `${limitName(limit)} holds ${limit.possible}`

const isQuota = ({ evidence }: HeadroomLimit): boolean => 'quotaName' in evidence || 'leftByType' in evidence

const limitName = ({ subject, rule, evidence }: HeadroomLimit): string => {
  if ('quotaName' in evidence) return `quota ${evidence['quotaName']}`
  if ('leftByType' in evidence) return `quotas of ${subject}`
  return rule === 'network/training-plan' ? `training plan ${subject}` : subject
}

const measures = (evidence: Evidence): readonly string[] => {
  const { quota, inUse, leftByType, otherGroups, freeAddresses, spareAddresses, otherGroupsAddresses } = evidence
  const perNode = evidence['addressesPerNode'] ?? evidence['interfacesPerNode']
  const { status, totalInstances, availableInstances } = evidence
  return [
    ...(quota === undefined ? [] : [`${quota}`]),
    ...(Array.isArray(leftByType) ? [`${leftByType.join(', ')} left`] : []),
    ...(inUse === undefined ? [] : [`${inUse} in use`]),
    ...(freeAddresses === undefined ? [] : [`${freeAddresses} free ${freeAddresses === 1 ? 'address' : 'addresses'}`]),
    ...(spareAddresses === undefined ? [] : [`${spareAddresses} to stay free`]),
    ...(status === undefined ? [] : [`${status}`]),
    ...(totalInstances === undefined ? [] : [`${totalInstances} instances`]),
    ...(availableInstances === undefined ? [] : [`${availableInstances} available`]),
    ...[otherGroups, otherGroupsAddresses].flatMap((taken) => (taken === undefined || taken === 0 ? [] : [`${taken} for other groups`])),
    ...(perNode === undefined ? [] : [`${perNode} a node`]),
  ]
}
