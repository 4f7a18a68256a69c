import ipaddr from 'ipaddr.js'

export type AddressFamily = 'ipv4' | 'ipv6'

/** Every address of the family. */
export const everyAddress: Readonly<Record<AddressFamily, string>> = { ipv4: '0.0.0.0/0', ipv6: '::/0' }

/** The family of a CIDR block; null for what is none. */
export const familyOf = (cidrBlock: string): AddressFamily | null => spanOf(cidrBlock)?.family ?? null

/**
 * Whether the ranges together hold every address of every block: a block may lie across several ranges that adjoin or overlap. IPv4 and
 * IPv6 do not hold each other. A range that is no CIDR block holds nothing, and a block that is none is not held.
 */
export const coversAll = (ranges: readonly string[], blocks: readonly string[]): boolean => {
  const spans = joined(ranges.flatMap((range) => spanOf(range) ?? []))
  return blocks.every((block) => {
    const inner = spanOf(block)
    return inner !== null && spans.some((span) => span.family === inner.family && span.first <= inner.first && inner.last <= span.last)
  })
}

/** Addresses from the first to the last, both included. */
export interface Span {
  readonly family: AddressFamily
  readonly first: bigint
  readonly last: bigint
}

const bitsOf: Readonly<Record<AddressFamily, number>> = { ipv4: 32, ipv6: 128 }

/** Spans of blocks that were read before: the same few blocks are compared for every pair of placements. */
const spansRead = new Map<string, Span | null>()

/** Most blocks that are remembered; the memory of a hostile snapshot is not kept. */
const mostRemembered = 10_000

/** The addresses of a CIDR block, also where it has host bits; null for what is none. */
export const spanOf = (cidrBlock: string): Span | null => {
  const known = spansRead.get(cidrBlock)
  if (known !== undefined) return known
  const span = readSpan(cidrBlock)
  if (spansRead.size >= mostRemembered) spansRead.clear()
  spansRead.set(cidrBlock, span)
  return span
}

const readSpan = (cidrBlock: string): Span | null => {
  if (!ipaddr.isValidCIDR(cidrBlock)) return null
  const [address, prefixLength] = ipaddr.parseCIDR(cidrBlock)
  const family = address.kind()
  const size = 1n << BigInt(bitsOf[family] - prefixLength)
  const number = address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  const first = number - (number % size)
  return { family, first, last: first + size - 1n }
}

/** The same addresses as the fewest spans. */
const joined = (spans: readonly Span[]): readonly Span[] => {
  const all: Span[] = []
  for (const span of spans.toSorted((a, b) => a.family.localeCompare(b.family) || Number(a.first > b.first) - Number(a.first < b.first))) {
    const latest = all.at(-1)
    if (latest === undefined || latest.family !== span.family || span.first > latest.last + 1n) all.push(span)
    else if (span.last > latest.last) all[all.length - 1] = { ...latest, last: span.last }
  }
  return all
}
