import type { Snapshot } from '../src/model/snapshot.ts'

/** A value that a run took for a fact and that is not so. */
export interface Strayed {
  /** `network.value.subnets.subnet-1.availableIpAddressCount`. */
  readonly path: string
  readonly is: unknown
  readonly was: unknown
}

/**
 * Every value of the facts that is another one than the true one. What is known to be not known, a gap, strays from nothing, whatever it
 * covers. Nor does a list of which a part could not be read, and the rest is true: rules take what it lacks for not known, which their
 * findings show.
 */
export const strayed = (truth: Snapshot['facts'], told: Snapshot['facts']): readonly Strayed[] => differences(truth, told, '')

const differences = (was: unknown, is: unknown, path: string): readonly Strayed[] => {
  // A key of a keyed fact that nobody learned of: rules take it for a gap.
  const isUnasked = is === undefined && isRecord(was) && typeof was['ok'] === 'boolean'
  if (isUnasked || isGap(is) || Object.is(was, is)) return []
  if (Array.isArray(was) && Array.isArray(is) && was.length === is.length)
    return was.flatMap((item, index) => differences(item, is[index], `${path}.${index}`))
  if (Array.isArray(was) && Array.isArray(is) && is.length < was.length && is.every((item) => was.some((one) => isSame(one, item))))
    return []
  if (isRecord(was) && isRecord(is))
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => differences(was[key], is[key], join(path, key)))
  return [{ path, is, was }]
}

const isSame = (one: unknown, other: unknown): boolean => differences(one, other, '').length === 0

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A fact, or an item of one, that could not be learned. */
const isGap = (value: unknown): boolean => isRecord(value) && ('unread' in value || value['ok'] === false)
