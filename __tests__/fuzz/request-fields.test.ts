import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createClusterRequest, shapeNamed } from '../../src/catalog/create-cluster.ts'
import type { Finding } from '../../src/model/finding.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { openValue } from '../../src/semantics/text/open-value.ts'
import { aSnapshot } from '../builders.ts'
import { asJson, requestedPlan } from '../requested-plan.ts'
import { blockedSnapshot } from './ready-snapshot.ts'
import { everyField } from './request-of-every-field.ts'
import { edited, type Path, pathsOf, runs, testTimeMs } from './runs.ts'

const { facts, plan: sample } = blockedSnapshot()
const judged = (request: unknown): readonly Finding[] => judge(rules, { ...aSnapshot(requestedPlan(request)), facts })

const isBad = ({ status, severity }: Finding): boolean => severity === 'error' && (status === 'fail' || status === 'unknown')

const requests: readonly (readonly [string, unknown])[] = [
  ['the request of the sample account', asJson(sample.request?.value)],
  ['a Slurm cluster of every field', asJson(everyField('slurm', sample))],
  ['an EKS cluster of every field', asJson(everyField('eks', sample))],
]

/** Values that mean nothing wherever they stand. */
const senseless: readonly unknown[] = [
  -7,
  1.5,
  true,
  'no such thing',
  ' ',
  '\u0000',
  '{{ open }}',
  '<fill-me-in>',
  {},
  { lie: 1 },
  [[]],
  [null],
  null,
]

/** Values that a hurried hand makes of the right one. */
const nearby = (value: unknown): readonly unknown[] => {
  if (typeof value === 'string') return [`${value} `, ` ${value}`, [value], `${value}é`, { value }]
  if (typeof value === 'number') return [String(value), [value], -value - 1, `${value} nodes`]
  if (typeof value === 'boolean') return [String(value), [value]]
  return Array.isArray(value) ? [value[0], { 0: value[0] }] : [JSON.stringify(value), [value]]
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), value)

/** Rules that told of an error, or of one that may be there, and that now say nothing: neither that nor what keeps them from judging. */
const silenced = (before: readonly Finding[], after: readonly Finding[]): readonly string[] => {
  const speaking = new Set(after.filter((finding) => isBad(finding) || finding.message.endsWith(' reports it')).map(({ rule }) => rule))
  return [...new Set(before.filter(isBad).map(({ rule }) => rule))].filter((rule) => !speaking.has(rule))
}

/** A value that the API takes in the place of another says something else; it was understood. */
const isUnderstood = (after: readonly Finding[]): boolean =>
  after.some(({ rule, status }) => rule === 'plan/request-shape' && status === 'pass')

const judgedWith = (request: unknown, path: Path, by: unknown) => judged(edited(request, [{ kind: 'replaced', path, by }]))

describe.each(requests)('%s, with a value that cannot be understood in the place of one', (_, request) => {
  const before = judged(request)
  const fields = pathsOf(request)

  test('is one that the API takes, and has errors that could vanish', () => {
    expect(isUnderstood(before)).toBe(true)
    expect(before.filter(isBad).length).toBeGreaterThan(3)
  })

  test(
    'every error is still told, or what keeps its rule from judging; and the value is an error itself',
    () => {
      const cases = fields.flatMap((path) => [...senseless, ...nearby(at(request, path))].map((by) => [path, by] as const))
      fc.assert(
        fc.property(fc.constantFrom(...cases), ([path, by]) => {
          const after = judgedWith(request, path, by)
          if (isUnderstood(after)) return
          expect({ path, by, silenced: silenced(before, after) }).toEqual({ path, by, silenced: [] })
          expect(after.some((finding) => finding.rule.startsWith('plan/') && isBad(finding))).toBe(true)
        }),
        runs(1_500),
      )
    },
    testTimeMs,
  )

  test(
    'a text with a blank after it takes no error away, understood or not',
    () => {
      const texts = fields.filter((path) => typeof at(request, path) === 'string')
      for (const path of texts) {
        const text = String(at(request, path))
        expect(openValue(text)).toBeNull()
        expect([path, silenced(before, judgedWith(request, path, `${text} `))]).toEqual([path, []])
      }
    },
    testTimeMs,
  )
})

test('the requests of every field have all that the API takes in place of each other', () => {
  const slurm = membersOf(asJson(everyField('slurm', sample)))
  const eks = membersOf(asJson(everyField('eks', sample)))
  expect(missingMembers(new Set([...slurm, ...eks]))).toEqual([])
})

const membersOf = (request: unknown): readonly string[] => pathsOf(request).flatMap((path) => path.filter((key) => typeof key === 'string'))

/** Members of the model that no request has. */
const missingMembers = (stated: ReadonlySet<string | number>): readonly string[] => {
  const seen = new Set<string>()
  const look = (name: string): readonly string[] => {
    if (seen.has(name)) return []
    seen.add(name)
    const shape = shapeNamed(name)
    if (shape.type === 'list') return look(shape.member)
    if (shape.type !== 'structure') return []
    return Object.entries(shape.members).flatMap(([member, of]) => [...(stated.has(member) ? [] : [member]), ...look(of)])
  }
  return look(createClusterRequest)
}
