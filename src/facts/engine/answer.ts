import { isIP } from 'node:net'
import type { Unread } from '../../model/fact.ts'
import { spanOf } from '../../semantics/network/cidr-cover.ts'
import { gapFrom } from './gap.ts'

/** Names under which services hand over the way to the next page. */
const nextPage = ['NextToken', 'nextToken', 'NextContinuationToken', 'NextMarker', 'Marker'] as const

/** Names under which services say that there is more than this page. */
const cutMarks = ['IsTruncated', 'Truncated'] as const

/** Items of a list that AWS answers in pages. */
export interface FirstItems<Item> {
  readonly items: readonly Item[]
  /** Whether pages were left unread. */
  readonly isCut: boolean
}

/**
 * Follows a paginator of the SDK to its end and joins the lists of that name. Throws, so that the fact becomes a gap, where a page has
 * no such list (AWS sends an empty one where there is nothing), leads to a page that was read already, or says that it is cut and not how
 * to go on: none of them is evidence that nothing is there.
 */
export const pages = async <const List extends string, Item>(paginator: Pages<List, Item>, list: List): Promise<readonly Item[]> =>
  (await firstPages(paginator, list, Number.POSITIVE_INFINITY)).items

type Pages<List extends string, Item> = AsyncIterable<{ readonly [K in List]?: readonly Item[] | undefined }>

/** As {@link pages}, but at most this many pages: for lists of which the first items are enough. */
export const firstPages = async <const List extends string, Item>(
  paginator: Pages<List, Item>,
  list: List,
  mostPages: number,
): Promise<FirstItems<Item>> => {
  const all: Item[] = []
  const seen = new Set<unknown>()
  let read = 0
  for await (const page of paginator) {
    const items = page[list]
    if (items === undefined || items === null) throw new Error(`the answer has no ${list}`)
    if (!Array.isArray(items)) throw new Error(`${list} of the answer is no list`)
    for (const item of items) all.push(item)
    const next = checkNextPage(page, seen)
    read += 1
    if (read >= mostPages) return { items: all, isCut: next !== undefined }
  }
  return { items: all, isCut: false }
}

/** Notes the next page in `seen`, and returns it. Throws if it was there already, or if the page says that more follows and not where. */
export const checkNextPage = (page: object, seen: Set<unknown>): unknown => {
  const next: unknown = nextPage.map((name) => Reflect.get(page, name)).find((token) => typeof token === 'string' && token !== '')
  if (next === undefined) {
    if (cutMarks.some((name) => Reflect.get(page, name) === true)) throw new Error('the answer is cut and does not say how to go on')
    return undefined
  }
  if (seen.has(next)) throw new Error('the answer leads to a page that was read already')
  seen.add(next)
  return next
}

/**
 * A field that a judgement rests on. The SDK types every field as optional; one that is missing, or an empty text, is not zero and not
 * false, so this throws, and the fact becomes a gap.
 */
export const field = <T extends object, K extends keyof T & string>(answer: T, name: K): NonNullable<T[K]> => {
  const value = answer[name]
  if (value === undefined || value === null || value === '') throw new Error(`the answer has no ${name}`)
  return value
}

/**
 * The items that can be read, where judging takes an item that is missing for one that is not known. For no other list: what is left
 * out must not be taken for what does not exist.
 */
export const readable = <Item, T>(items: readonly Item[], read: (item: Item) => T): readonly T[] =>
  items.flatMap((item) => {
    try {
      return [read(item)]
    } catch {
      return []
    }
  })

/** Reads one item of a list: what `read` throws is the gap of this item alone. `action` is that of the call that listed it. */
export const readOrGap = <T>(read: () => T, action: string): T | Unread => {
  try {
    return read()
  } catch (error) {
    return { unread: gapFrom(error, action) }
  }
}

/** Throws unless each item has its id: one without could be any that was asked for. */
export const namesEach = <T extends object>(items: readonly T[], id: keyof T & string): void => {
  for (const item of items) field(item, id)
}

/** A field that counts things: whole, not below `least` and not above `most`. Throws for anything else. */
export const count = <T extends object, K extends keyof T & string>(
  answer: T,
  name: K,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): number => checked(field(answer, name), name, (value) => Number.isSafeInteger(value) && value >= least && value <= most)

/** A field that measures: not negative, and no more than a number can tell from its neighbor. Throws for anything else. */
export const amount = <T extends object, K extends keyof T & string>(answer: T, name: K): number =>
  checked(field(answer, name), name, (value) => value >= 0 && value <= Number.MAX_SAFE_INTEGER)

/** As {@link count}, of a field that AWS may leave out: then null. */
export const countOrNull = <T extends object, K extends keyof T & string>(answer: T, name: K): number | null =>
  answer[name] === undefined || answer[name] === null ? null : count(answer, name)

/** A field that says yes or no. Throws for anything else: a text would count as yes, whatever it says. */
export const flag = <T extends object, K extends keyof T & string>(answer: T, name: K): boolean => {
  const value: unknown = field(answer, name)
  if (typeof value !== 'boolean') throw new Error(`${name} of the answer is neither true nor false`)
  return value
}

/** A field that is one of few words. Throws for one that this version does not know, whose meaning would be a guess. */
export const oneOf = <T extends object, K extends keyof T & string, const W extends string>(answer: T, name: K, words: readonly W[]): W => {
  const value: unknown = field(answer, name)
  const known = words.find((word) => word === value)
  if (known === undefined) throw new Error(`${name} of the answer is ${String(value)}, which is not known here`)
  return known
}

/** A text of a known form, as ids and ARNs are. Throws for any other: it would be taken for the id of something else. */
export const matching = <T extends object, K extends keyof T & string>(answer: T, name: K, form: RegExp): string => {
  const value = String(field(answer, name))
  if (!form.test(value)) throw new Error(`${name} of the answer is ${value}, which cannot be`)
  return value
}

/** A time that AWS may leave out, ISO 8601, UTC; null then. Throws for one before there was AWS: a number that is no time reads so. */
export const timeOrNull = <T extends object, K extends keyof T & string>(answer: T, name: K): string | null => {
  const value: unknown = answer[name]
  if (value === undefined || value === null) return null
  if (!(value instanceof Date) || !(value.getTime() >= firstTime))
    throw new Error(`${name} of the answer is ${String(value)}, which cannot be`)
  return value.toISOString()
}

const firstTime = Date.UTC(2000, 0)

/** Forms of texts that several services answer. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export const forms = {
  accountId: /^\d{12}$/,
  arn: /^arn:[^:]+:[^:]+:[^:]*:[^:]*:./,
  instanceType: /^ml\../,
  region: /^[a-z]{2,}(-[a-z]+)+-\d+$/,
  routeTableId: /^rtb-./,
  securityGroupId: /^sg-./,
  subnetId: /^subnet-./,
  vpcId: /^vpc-./,
  zone: /^[a-z]{2,}(-[a-z0-9]+)+$/,
  zoneId: /^[a-z]+[0-9]+(-[a-z0-9]+)*-az[0-9]+$/,
} as const

/** A field that is an IPv4 or IPv6 address. Throws for anything else. */
export const address = <T extends object, K extends keyof T & string>(answer: T, name: K): string => {
  const value = String(field(answer, name))
  if (isIP(value) === 0) throw new Error(`${name} of the answer is ${value}, which is not an IP address`)
  return value
}

/** A field that is a block of IPv4 or IPv6 addresses. Throws for what is none: it holds no address, and nobody means that. */
export const cidr = <T extends object, K extends keyof T & string>(answer: T, name: K): string => {
  const value = String(field(answer, name))
  if (isIP(value.split('/')[0] ?? '') === 0 || spanOf(value) === null)
    throw new Error(`${name} of the answer is ${value}, which is not a CIDR block`)
  return value
}

const checked = (value: unknown, name: string, holds: (value: number) => boolean): number => {
  if (typeof value !== 'number' || !holds(value)) throw new Error(`${name} of the answer is ${String(value)}, which cannot be`)
  return value
}
