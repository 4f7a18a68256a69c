import * as v from 'valibot'
import type { Finding, Severity } from '../../model/finding.ts'
import type { Report } from '../schema/report.ts'
import { groupBy, type Standing, standingOf } from '../wording/standing.ts'

/** Characters that the state of a comment may have, encoded: an eighth of what GitHub lets a comment have. */
const stateLimit = 8_192

/** A short text without blanks that differs where the given texts do. */
export type Digest = (text: string) => string

type Trouble = 'fail' | 'unknown'

/** Something that was wrong. `rule` and `subject` are empty where only a digest of them was stored. */
interface Remembered {
  readonly trouble: Trouble
  readonly severity: Severity
  readonly rule: string
  readonly subject: string
}

/** What was wrong when a comment was written. It comes out of a comment, which people can edit: rule and subject may be anything. */
export interface CommentState {
  /** Keyed by the key of the finding, or by its digest where there were too many to name. */
  readonly troubles: ReadonlyMap<string, Remembered>
  readonly digested: boolean
}

const keyOf = ({ rule, subject }: Pick<Finding, 'rule' | 'subject'>): string => JSON.stringify([rule, subject])

const trouble = v.picklist(['fail', 'unknown'])
const severity = v.picklist(['error', 'warning', 'notice'])

/** As stored: named findings as `n`; too many to name as `d`, the digests of one kind with blanks between; more than that as neither. */
const storedState = v.object({
  v: v.literal(1),
  n: v.optional(v.array(v.tuple([trouble, severity, v.string(), v.string()]))),
  d: v.optional(v.array(v.tuple([trouble, severity, v.string()]))),
})

const isTrouble = (standing: Standing): standing is Trouble => standing === 'fail' || standing === 'unknown'

/**
 * What is wrong in the report, for the next run to compare with: letters, digits, `-` and `_` alone, of at most {@link stateLimit}
 * characters. Findings that are too many to name are stored as digests; more still are not stored.
 */
export const encodeState = ({ findings }: Report, digest: Digest): string => {
  const troubles = findings.flatMap((finding) => {
    const standing = standingOf(finding)
    return isTrouble(standing) ? [{ standing, finding }] : []
  })
  const forms: readonly v.InferOutput<typeof storedState>[] = [
    { v: 1, n: troubles.map(({ standing, finding }) => [standing, finding.severity, finding.rule, finding.subject]) },
    {
      v: 1,
      d: groupBy(troubles, ({ standing, finding }) => [standing, finding.severity]).map((group) => [
        group[0].standing,
        group[0].finding.severity,
        group.map(({ finding }) => digest(keyOf(finding))).join(' '),
      ]),
    },
    { v: 1 },
  ]
  const encoded = forms.map((form) => Buffer.from(JSON.stringify(form), 'utf8').toString('base64url'))
  return encoded.find(({ length }) => length <= stateLimit) ?? ''
}

/** Null where there is nothing to compare with: no state, too many findings, another version's, or one that somebody edited. */
export const decodeState = (encoded: string): CommentState | null => {
  const parsed = v.safeParse(storedState, jsonOf(encoded))
  if (!parsed.success) return null
  const { n, d } = parsed.output
  if (n !== undefined) {
    const troubles = n.map(([kind, level, rule, subject]) => ({ trouble: kind, severity: level, rule, subject }))
    return { digested: false, troubles: new Map(troubles.map((entry) => [keyOf(entry), entry])) }
  }
  if (d === undefined) return null
  const digests = d.flatMap(([kind, level, keys]) =>
    keys.split(' ').map((key) => [key, { trouble: kind, severity: level, rule: '', subject: '' }] as const),
  )
  return { digested: true, troubles: new Map(digests) }
}

const jsonOf = (encoded: string): unknown => {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}

/**
 * What has become of something that was wrong: it is right; it was unknown and is right; it is excused; the plan has it no more; it was
 * not judged; it is one of many that were stored without a name, and nothing in this report is it.
 */
export type Ending = 'fixed' | 'passes' | 'waived' | 'gone' | 'not-judged' | 'unnamed'

/** Since when something is wrong. `was`: its severity before, where that was another. */
export interface Since {
  readonly label: 'new' | 'still there'
  readonly was: Severity | null
}

export interface Changes {
  /** Of all that is wrong now. */
  readonly since: ReadonlyMap<Finding, Since>
  /** What was wrong and is not among that now. Where it can no longer be named, `rule` is empty. */
  readonly ended: readonly { readonly rule: string; readonly subject: string; readonly ending: Ending }[]
}

/** The report against what a comment said before. What was unknown and now fails is new: nobody was told that it fails. */
export const changesSince = (before: CommentState, { findings }: Report, digest: Digest): Changes => {
  const key = (finding: Finding): string => (before.digested ? digest(keyOf(finding)) : keyOf(finding))
  const since = new Map<Finding, Since>()
  const now = new Map<string, Finding>()
  for (const finding of findings) {
    const standing = standingOf(finding)
    // The findings are in the order of their weight: of two about the same subject the graver counts.
    if (!now.has(key(finding))) now.set(key(finding), finding)
    if (isTrouble(standing)) since.set(finding, sinceOf(before.troubles.get(key(finding)), standing, finding.severity))
  }
  const ended = [...before.troubles].flatMap(([was, entry]) => {
    const finding = now.get(was)
    if (finding !== undefined && isTrouble(standingOf(finding))) return []
    const { rule, subject } = finding ?? entry
    return [{ rule, subject, ending: finding === undefined ? endingOfLost(entry, findings) : endingOf(entry.trouble, finding) }]
  })
  return { since, ended }
}

/** What failed and can no longer be judged is still there as far as anybody knows. */
const sinceOf = (before: Remembered | undefined, now: Trouble, level: Severity): Since => {
  if (before === undefined || (before.trouble === 'unknown' && now === 'fail')) return { label: 'new', was: null }
  return { label: 'still there', was: before.severity === level ? null : before.severity }
}

const endingOf = (before: Trouble, finding: Finding): Ending => {
  const standing = standingOf(finding)
  if (standing === 'waived') return 'waived'
  if (standing !== 'pass') return 'not-judged'
  return before === 'fail' ? 'fixed' : 'passes'
}

/** A rule that judged all it had to has nothing to say of a subject only where the plan has it no more. */
const endingOfLost = ({ rule }: Remembered, findings: readonly Finding[]): Ending => {
  if (rule === '') return 'unnamed'
  const ofRule = findings.filter((finding) => finding.rule === rule)
  return ofRule.length > 0 && ofRule.every(({ status }) => status === 'pass' || status === 'fail') ? 'gone' : 'not-judged'
}
