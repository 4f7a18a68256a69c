/** The credentials of a run, and texts without them. */
export interface Secrets {
  /** From now on this text is hidden. Short ones are not: they would turn up in words that have nothing to do with them. */
  add(secret: string | undefined): void
  /** The text with every secret replaced by `***`. */
  hide(text: string): string
  /** The value with every secret replaced in every text and key of it; the value itself where there is none. */
  hideIn<T>(value: T): T
}

/** Characters of the shortest secret that is hidden: those of an access key id are 16 to 128, of all others more. */
const shortest = 16

/**
 * Variables of the environment that hold the run's own credentials.
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 * https://docs.github.com/actions/reference/security/oidc
 */
const secretVariables = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'INPUT_GITHUB-TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
] as const

/** The secrets that the environment holds; those that the run is given later are added. */
export const secretsOf = (environment: Readonly<Record<string, string | undefined>>): Secrets => {
  /** The longest first: one may be a part of another. */
  let forms: readonly string[] = []
  const add = (secret: string | undefined): void => {
    const text = secret?.trim() ?? ''
    if (text.length < shortest) return
    const all = new Set([...forms, text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)])
    forms = [...all].sort((a, b) => b.length - a.length)
  }
  for (const name of secretVariables) add(environment[name])
  const hide = (text: string): string => {
    let shown = text
    for (const form of forms) if (shown.includes(form)) shown = shown.replaceAll(form, '***')
    return shown
  }
  return { add, hide, hideIn: (value) => mapped(value, hide) }
}

/** The same structure with its texts mapped. Plain data goes in, and plain data of the same shape comes out. */
const mapped = <T>(value: T, text: (text: string) => string): T => {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return text(part)
    if (Array.isArray(part)) return part.map(walk)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [text(key), walk(member)]))
  }
  const serialized = JSON.stringify(value)
  return serialized === undefined || text(serialized) === serialized ? value : (walk(value) as T)
}
