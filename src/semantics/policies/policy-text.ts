/**
 * Texts of a policy against texts of a request: wildcards, variables, ARNs.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */

/** Whether something holds: `maybe` where what is known does not tell. */
export type Match = 'yes' | 'no' | 'maybe'

/** All of them; `yes` where there is none. */
export const every = (matches: readonly Match[]): Match => (matches.includes('no') ? 'no' : matches.includes('maybe') ? 'maybe' : 'yes')

/** At least one of them; `no` where there is none. */
export const some = (matches: readonly Match[]): Match => (matches.includes('yes') ? 'yes' : matches.includes('maybe') ? 'maybe' : 'no')

export const not = (match: Match): Match => (match === 'maybe' ? 'maybe' : match === 'yes' ? 'no' : 'yes')

/**
 * Stands in a resource or context value of a request for a part that is not known before the call: the id of a network interface, the
 * rest of a key. U+FFFC, which no ARN holds. (`*` would not do: it is the literal resource of actions that know no other.)
 */
export const unknownPart = '\uFFFC'

/**
 * Values of condition keys in a request. Null: the request is known not to carry the key. A key that is missing here is not known. A CIDR
 * block as the value of a key for addresses is one address of the block. Names of keys are not case-sensitive.
 */
export type RequestContext = Readonly<Record<string, readonly string[] | null>>

/** Values of a key; null where the request does not carry it, undefined where that is not known. */
export const valuesOf = (context: RequestContext, key: string): readonly string[] | null | undefined => {
  const wanted = key.toLowerCase()
  return Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1]
}

const any = Symbol('any characters')
const one = Symbol('one character')
const unclear = Symbol('characters that are not known')
type Token = string | typeof any | typeof one | typeof unclear

/** A text of a policy, ready to be matched. */
export type Pattern = readonly Token[]

const variable = /\$\{([^}]*)\}/g
const variableParts = /^(?<key>[^,]*?)\s*(?:,\s*'(?<fallback>[^']*)')?$/

/**
 * Resolves the variables of a policy's text (`${aws:PrincipalAccount}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`) and reads `*` and
 * `?` as wildcards where `wildcards` says so. Null where a variable has no value: such a text matches nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export const patternOf = (text: string, context: RequestContext, wildcards: boolean): Pattern | null => {
  const tokens: Token[] = []
  let from = 0
  for (const match of text.matchAll(variable)) {
    for (const token of plain(text.slice(from, match.index), wildcards)) tokens.push(token)
    const value = resolved(match[1] ?? '', context)
    if (value === null) return null
    for (const token of value) tokens.push(token)
    from = match.index + match[0].length
  }
  return [...tokens, ...plain(text.slice(from), wildcards)]
}

/** A text that knows wildcards but no variables, as those of actions. */
export const wildcardPattern = (text: string): Pattern => plain(text, true)

const plain = (text: string, wildcards: boolean): Pattern =>
  [...text].map((character) => (wildcards && character === '*' ? any : wildcards && character === '?' ? one : character))

/** What a variable stands for; its characters are never wildcards. Null where it has no value. */
const resolved = (inner: string, context: RequestContext): Pattern | null => {
  if (inner === '*' || inner === '?' || inner === '$') return [inner]
  const { key = inner, fallback } = variableParts.exec(inner)?.groups ?? {}
  const values = valuesOf(context, key.trim())
  if (values === undefined) return [unclear]
  const [value, ...others] = values ?? []
  if (value === undefined) return fallback === undefined ? null : [...fallback]
  // A key with several values cannot be used as a variable; what AWS makes of it is not written down.
  return others.length > 0 ? [unclear] : subjectOf(value)
}

const subjectOf = (text: string): Pattern => [...text].map((character) => (character === unknownPart ? unclear : character))

/** Whether a request's text is what the pattern says: `maybe` where that depends on a part that is not known. */
export const matchText = (pattern: Pattern | null, text: string): Match => (pattern === null ? 'no' : matchTokens(pattern, subjectOf(text)))

/** The same, whatever the case of either. */
export const matchTextFolded = (pattern: Pattern | null, text: string): Match =>
  matchText(pattern?.map((token) => (typeof token === 'string' ? token.toLowerCase() : token)) ?? null, text.toLowerCase())

/** Whether a request's ARN is what the pattern says: each of the six parts by itself, as ArnLike and ArnEquals compare. */
export const matchArn = (pattern: Pattern | null, text: string): Match => {
  if (pattern === null) return 'no'
  const wanted = partsOf(pattern)
  const given = partsOf(subjectOf(text))
  if (given.length < arnParts) return 'no'
  if (wanted.length < arnParts) return pattern.includes(any) || pattern.includes(unclear) ? 'maybe' : 'no'
  return every(wanted.map((part, index) => matchTokens(part, given[index] ?? [])))
}

const arnParts = 6

/**
 * Whether a request's resource is what a Resource element says. Wildcards stand within one part of an ARN, so a part that is not known
 * cannot be taken for the next ones; where a wildcard would have to span parts, AWS does not say what holds.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export const matchResource = (text: string, resource: string, context: RequestContext): Match => {
  const whole = patternOf(completed(text), context, true)
  if (!text.startsWith('arn:')) return matchText(whole, resource)
  const byPart = matchArn(whole, resource)
  return byPart === 'no' && matchText(whole, resource) === 'yes' ? 'maybe' : byPart
}

/** AWS completes an ARN of fewer than six parts with wildcards: `arn:aws:s3*` is `arn:aws:s3*:*:*:*`. Colons of variables do not count. */
const completed = (text: string): string => {
  const parts = text.replaceAll(variable, '').split(':').length
  return text.startsWith('arn:') && parts < arnParts ? text + ':*'.repeat(arnParts - parts) : text
}

const partsOf = (tokens: Pattern): readonly Pattern[] => {
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (token === ':' && parts.length < arnParts) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

const matchTokens = (pattern: Pattern, subject: Pattern): Match => {
  if (reaches(pattern, subject, false)) return 'yes'
  if (!pattern.includes(unclear) && !subject.includes(unclear)) return 'no'
  return reaches(pattern, subject, true) ? 'maybe' : 'no'
}

/**
 * Whether the pattern matches the subject: with `lenient` for some content of the parts that are not known, without it for every
 * content. Walks the pattern once, keeping all the places of the subject that can be reached, so hostile patterns cost no more than
 * their length times the subject's.
 */
const reaches = (pattern: Pattern, subject: Pattern, lenient: boolean): boolean => {
  let row = new Uint8Array(subject.length + 1)
  row[0] = 1
  for (const token of pattern) {
    stretch(row, subject, token, lenient)
    const next = new Uint8Array(subject.length + 1)
    let reached = false
    for (let at = 0; at <= subject.length; at += 1) {
      if (row[at] !== 1) continue
      const step = advance(token, subject[at], lenient)
      if (step === null) continue
      next[at + step] = 1
      reached = true
    }
    if (!reached) return false
    row = next
  }
  stretch(row, subject, null, lenient)
  return row[subject.length] === 1
}

const isStar = (token: Token | null, lenient: boolean): boolean => token === any || (lenient && token === unclear)

/** Places reached by taking characters of the subject without leaving the token. */
const stretch = (row: Uint8Array, subject: Pattern, token: Token | null, lenient: boolean): void => {
  for (let at = 0; at < subject.length; at += 1) {
    if (row[at] === 1 && (isStar(token, lenient) || (lenient && subject[at] === unclear))) row[at + 1] = 1
  }
}

/** Characters of the subject that leaving the token takes; null where it cannot be left here. */
const advance = (token: Token, character: Token | undefined, lenient: boolean): 0 | 1 | null => {
  if (isStar(token, lenient)) return 0
  if (character === undefined || token === unclear) return null
  if (character === unclear) return lenient ? 0 : null
  return token === one || token === character ? 1 : null
}
