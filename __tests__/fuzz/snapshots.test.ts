import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Gap } from '../../src/model/fact.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { blockedSnapshot, readAs, readySnapshot } from './ready-snapshot.ts'
import { edited, editsOf, inTime, type Path, pathsOf, reported, runs, testTimeMs } from './runs.ts'

const ready = readySnapshot()
const blocked = blockedSnapshot()

/** Reads, judges and reports a snapshot as a run does; null where it is refused. */
const verdictOf = (snapshot: unknown): string | null => {
  const read = readAs(JSON.stringify(snapshot))
  return read.ok ? reported(read.value).verdict : null
}

const factPaths = (snapshot: Snapshot): readonly Path[] => pathsOf(snapshot.facts, ['facts'])

/** A fact, or an entry of one, as the place of its `ok`. */
const knownFacts = (snapshot: Snapshot): readonly Path[] =>
  factPaths(snapshot)
    .filter((path) => path.at(-1) === 'ok')
    .map((path) => path.slice(0, -1))

test('the sample account is blocked, and ready once it is mended: what follows can fail', () => {
  expect(verdictOf(blocked)).toBe('blocked')
  expect(verdictOf(ready)).toBe('ready')
})

describe('edited by hand', () => {
  test.each([
    ['blocked', blocked],
    ['ready', ready],
  ])(
    'whatever is taken out of a %s snapshot or put in, every report can be written, and none is ready with an error in it',
    (_, snapshot) => {
      fc.assert(
        fc.property(editsOf(pathsOf(snapshot)), (edits) => {
          inTime(() => verdictOf(edited(snapshot, edits)))
        }),
        runs(40),
      )
    },
    testTimeMs,
  )

  test('any text is refused, with the file and what is expected', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant('['.repeat(100_000)), fc.constant(''))
    fc.assert(
      fc.property(text, (written) => {
        expect(readAs(written)).toMatchObject({ ok: false, faults: [{ source: 'snapshot', expected: 'a file that save-snapshot wrote' }] })
      }),
      runs(200),
    )
  })

  test(
    'a rule that stumbles is unknown, never a pass: it says that it could not finish',
    () => {
      const subnets = { ok: true, value: Object.fromEntries((ready.plan.vpcConfig?.subnetIds ?? []).map((id) => [id, 7])) } as const
      const stumbling = judge(rules, JSON.parse(JSON.stringify({ ...ready, facts: { ...ready.facts, subnets } })))
      const told = stumbling.filter(({ subject }) => subject === 'rule')
      expect(told.length).toBeGreaterThan(0)
      for (const finding of told) {
        expect(finding).toMatchObject({ status: 'unknown', gap: { reason: 'unexpected' } })
        expect(finding.message).toMatch(/^fault in hyperpod-preflight: the rule \S+ could not finish/)
      }
    },
    testTimeMs,
  )
})

describe('from another version', () => {
  const anyFact = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }).map((value) => ({ ok: true, value })),
    fc.constant({ ok: false, gap: { reason: 'of-another-version', action: 'x:Y', message: 'not known here' } }),
  )
  /** Names of facts, rules and members that no version so far has. */
  const name = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `later ${text}`)

  test(
    'facts and members that this version does not know change nothing',
    () => {
      const objects = [[], ...pathsOf(ready)].filter((path) => {
        const value = at(ready, path)
        return typeof value === 'object' && value !== null && !Array.isArray(value) && !isKeyed(path)
      })
      fc.assert(
        fc.property(fc.constantFrom(...objects), name, anyFact, (path, key, fact) => {
          const changed = withMember(ready, path, key, path.length === 1 && path[0] === 'facts' ? fact : 7)
          expect(verdictOf(changed)).toBe('ready')
        }),
        runs(25),
      )
    },
    testTimeMs,
  )

  test('a policy with a rule that this version does not know changes nothing', () => {
    fc.assert(
      fc.property(name, fc.constantFrom('off', 'error', 'notice'), (rule, severity) => {
        const location = { path: 'policy.yml', line: 2, column: 3 }
        const policy = { path: 'policy.yml', failOn: null, onUnknown: null, rules: { [rule]: { severity, location } }, waivers: [] }
        expect(verdictOf({ ...ready, policy })).toBe('ready')
        expect(verdictOf({ ...blocked, policy })).toBe('blocked')
      }),
      runs(8),
    )
  })
})

describe('knowing less never makes the verdict better', () => {
  const gap: Gap = { reason: 'denied', action: 'ec2:DescribeVpcs', message: 'ec2:DescribeVpcs answered UnauthorizedOperation (HTTP 403)' }
  const less = (snapshot: Snapshot): fc.Arbitrary<Snapshot> => {
    const facts = knownFacts(snapshot)
    const removed = fc.constantFrom(...facts).map((path) => ({ kind: 'removed', path }) as const)
    const toGap = fc.constantFrom(...facts).map((path) => ({ kind: 'replaced', path, by: { ok: false, gap } }) as const)
    return fc.array(fc.oneof(removed, toGap), { minLength: 1, maxLength: 6 }).map((edits) => edited(snapshot, edits))
  }

  test(
    'a blocked account, with any of its facts removed or denied, is never ready',
    () => {
      fc.assert(
        fc.property(less(blocked), (snapshot) => {
          expect(['blocked', 'unproven']).toContain(verdictOf(snapshot))
        }),
        runs(30),
      )
    },
    testTimeMs,
  )

  test(
    'no error comes of what is not known: a ready account is ready or unproven, and unproven where an error-level rule needs it',
    () => {
      fc.assert(
        fc.property(less(ready), (snapshot) => {
          const missing = rules.filter(
            (rule) => rule.applies(snapshot.plan) === true && rule.needs.some((id) => snapshot.facts[id]?.ok !== true),
          )
          const decides = missing.some(({ severity }) => severity === 'error')
          expect(decides ? ['unproven'] : ['ready', 'unproven']).toContain(verdictOf(snapshot))
        }),
        runs(30),
      )
    },
    testTimeMs,
  )

  test(
    'each fact by itself, denied: every rule that needs it is unknown, and no finding of the account goes from fail or unknown to pass',
    () => {
      const before = new Map(judge(rules, blocked).map((finding) => [`${finding.rule} ${finding.subject}`, finding.status]))
      for (const path of knownFacts(blocked)) {
        const snapshot = edited(blocked, [{ kind: 'replaced', path, by: { ok: false, gap } }])
        const better = judge(rules, snapshot).filter(
          ({ rule, subject, status }) => status === 'pass' && ['fail', 'unknown'].includes(before.get(`${rule} ${subject}`) ?? ''),
        )
        expect([path.join(' '), better]).toEqual([path.join(' '), []])
        expect([path.join(' '), verdictOf(snapshot)]).not.toEqual([path.join(' '), 'ready'])
      }
    },
    testTimeMs,
  )
})

const at = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), document)

/** Whether the members of an object are entries, by ids or names, rather than fields: one more of them says something. */
const isKeyed = (path: Path): boolean => {
  const value = at(ready, path)
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : []
  return (
    path.includes('request') ||
    keys.some((key) => !/^[a-zA-Z\d]+$/.test(key)) ||
    ['value', 'values'].includes(String(path.at(-1))) ||
    keys.length === 0
  )
}

const withMember = (document: unknown, path: Path, key: string, value: unknown): unknown => {
  const target = at(document, path)
  const changed = { ...(typeof target === 'object' ? target : {}), [key]: value }
  return path.length === 0 ? changed : edited(document, [{ kind: 'replaced', path, by: changed }])
}
