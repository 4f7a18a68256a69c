import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { actionsOf } from '../../src/facts/engine/collect.ts'
import { collectors } from '../../src/facts/index.ts'
import type { Finding } from '../../src/model/finding.ts'
import { rulePage } from '../../src/report/rule-page.ts'
import { codeScanningLimits, renderSarif, type SarifContext } from '../../src/report/sarif.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { rules } from '../../src/rules/index.ts'
import { aFinding, anUnknown, aReport, aWaiver } from './builders.ts'
import { hostileName, sampleReport } from './sample.ts'
import { aSarifContext } from './sarif.ts'

/** The parts of a file that these tests look at. */
interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } & Record<string, unknown> }
      readonly automationDetails?: { readonly id: string }
      readonly invocations: readonly [{ readonly toolExecutionNotifications?: readonly { readonly message: { readonly text: string } }[] }]
      readonly results: readonly Result[]
    },
  ]
}

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: { readonly text: string; readonly markdown: string }
  readonly locations: readonly [
    { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string } } },
  ]
  readonly partialFingerprints: Readonly<Record<string, string>>
  readonly suppressions?: readonly unknown[]
}

const run = (report: Report, context: Partial<SarifContext> = {}): Log['runs'][0] =>
  (JSON.parse(renderSarif(report, aSarifContext(context))) as Log).runs[0]

const results = (findings: readonly Finding[], options: Parameters<typeof aReport>[1] = {}): readonly Result[] =>
  run(aReport(findings, options)).results

const isUri = (text: string): boolean => /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\dA-F]{2})*$/i.test(text)

/** https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json */
const validator = () => {
  // A draft 04 schema that uses nothing in which the drafts differ, but for these two keys.
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(new URL('schemas/sarif-schema-2.1.0.json', import.meta.url), 'utf8'))
  const formats = {
    uri: (text: string) => isUri(text) && URL.canParse(text),
    'uri-reference': isUri,
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  }
  return new Ajv({ strict: false, allErrors: true, formats }).compile(schema)
}

describe('the schema of OASIS', () => {
  const validate = validator()
  const verdictOn = (text: string) => [validate(JSON.parse(text)), validate.errors]

  test.each([
    ['the sample account', sampleReport()],
    ['a report without findings', aReport([])],
    ['a hostile path', aReport([aFinding({ location: { path: `a b/%/\ud800/${hostileName}`, line: 1, column: 1 } })])],
    ['a path that leads out of the repository', aReport([aFinding({ location: { path: '/tmp/a b.json', line: 1, column: 1 } })])],
  ])('holds for %s', (_, report) => {
    expect(verdictOn(renderSarif(report, aSarifContext()))).toEqual([true, null])
  })

  test('holds with every rule of the tool', () => {
    const known = rules.map((rule) => ({ meta: rule, page: rulePage(rule, actionsOf([...rule.needs, ...rule.uses], collectors)) }))
    expect(verdictOn(renderSarif(sampleReport(), aSarifContext({ rules: known })))).toEqual([true, null])
  })

  test('holds for a file that was cut', () => {
    expect(verdictOn(renderSarif(sampleReport(), aSarifContext({ limits: { results: 2, bytes: 1_000_000 } })))).toEqual([true, null])
  })

  test.each([
    ['a level that there is none of', '"level": "error"', '"level": "notice"'],
    ['a place with a blank in it', '"uri": "infra/', '"uri": "infra /'],
    ['a line before the first', '"startLine": 31', '"startLine": 0'],
    ['another version', '"version": "2.1.0"', '"version": "2.0.0"'],
  ])('does not hold for %s', (_, right, wrong) => {
    const text = renderSarif(sampleReport(), aSarifContext())
    expect(text).toContain(right)
    expect(validate(JSON.parse(text.replace(right, wrong)))).toBe(false)
  })
})

describe('rules', () => {
  test('are all there, found or not, with what code scanning asks of them', () => {
    const known = rules.map((rule) => ({ meta: rule, page: rulePage(rule, []) }))
    const { driver } = run(aReport([]), { rules: known }).tool
    expect(driver.rules.map(({ id }) => id)).toEqual(rules.map(({ id }) => id))
    for (const rule of driver.rules) {
      const { shortDescription, fullDescription, help, properties } = rule as Record<string, Record<string, string>>
      for (const text of [shortDescription?.['text'], fullDescription?.['text'], help?.['text'], help?.['markdown']])
        expect(text).toBeTruthy()
      expect(shortDescription?.['text']?.length).toBeLessThanOrEqual(1_024)
      expect([...(fullDescription?.['text'] ?? '')].length).toBeLessThanOrEqual(1_024)
      expect(['error', 'warning', 'recommendation']).toContain(properties?.['problem.severity'])
      expect(properties?.['tags']?.length).toBeLessThanOrEqual(10)
    }
  })

  test('say how severe they are', () => {
    const of = (id: string) => run(aReport([])).tool.driver.rules.find((rule) => rule['id'] === id)
    expect(of('network/subnet-capacity')).toMatchObject({
      defaultConfiguration: { level: 'error' },
      properties: { 'problem.severity': 'error', tags: ['hyperpod', 'network', 'checklist-2'] },
      helpUri: 'https://github.com/hyperpod-preflight/hyperpod-preflight/blob/main/docs/rules/network/subnet-capacity.md',
    })
    expect(of('network/zones')).toMatchObject({
      defaultConfiguration: { level: 'note' },
      properties: { 'problem.severity': 'recommendation', tags: ['hyperpod', 'network'] },
    })
  })

  test('that only the report knows come after them', () => {
    const { tool, results } = run(aReport([aFinding({ rule: 'moon/phase' }), aFinding({ rule: 'network/zones' })]))
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(['network/subnet-capacity', 'network/zones', 'moon/phase'])
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.['id']).toBe(ruleId)
    expect(results).toHaveLength(2)
  })
})

describe('results', () => {
  test.each([
    ['a failure has the level of its severity', aFinding(), {}, 'error'],
    ['a warning', aFinding({ severity: 'warning' }), {}, 'warning'],
    ['a notice', aFinding({ severity: 'notice' }), {}, 'note'],
    ['an unknown that the run fails for', anUnknown(), {}, 'error'],
    ['… that it does not fail for', anUnknown(), { onUnknown: 'warn' }, 'warning'],
    ['what is waived', aFinding({ waiver: aWaiver }), {}, 'note'],
  ] as const)('%s', (_, finding, options, level) => {
    expect(results([finding], options).map((result) => result.level)).toEqual([level])
  })

  test('of what passed or was skipped there are none: they would be open alerts', () => {
    expect(results([aFinding({ status: 'pass' }), aFinding({ status: 'skipped' })])).toEqual([])
  })

  test('keep the order of the report', () => {
    const findings = [aFinding({ severity: 'notice' }), anUnknown(), aFinding(), aFinding({ severity: 'warning' })]
    expect(results(findings).map(({ level }) => level)).toEqual(['error', 'warning', 'note', 'warning'])
  })

  test('say what is so and how to mend it; commands are for those who read Markdown', () => {
    const fix = { text: 'Take another subnet.', commands: ['aws ec2 describe-subnets'] }
    expect(results([aFinding({ fix })])[0]?.message).toEqual({
      text: 'subnet-0aaaaaaa is pending, it must be available. Take another subnet. The commands are in the report of the run.',
      markdown: 'subnet-0aaaaaaa is pending, it must be available. Take another subnet.\n\n```sh\naws ec2 describe-subnets\n```',
    })
  })

  test('that are unknown say so', () => {
    expect(results([anUnknown()])[0]?.message.text).toMatch(/^Could not be judged: /)
  })

  test('that are waived are suppressed, and say who answers for them', () => {
    const sentence = 'Waived until 2027-01-31 by platform-team: known'
    const [result] = results([aFinding({ waiver: aWaiver })])
    expect(result?.suppressions).toEqual([{ kind: 'external', status: 'accepted', justification: sentence }])
    expect(result?.message.text).toBe(`subnet-0aaaaaaa is pending, it must be available. ${sentence}`)
    expect(results([aFinding()])[0]?.suppressions).toBeUndefined()
  })

  test('have no link that a name brought', () => {
    expect(results([aFinding({ message: '[click](https://evil.example) \\[a](b)' })])[0]?.message.text).not.toContain('](')
  })
})

describe('places', () => {
  const placeOf = (finding: Finding, context: Partial<SarifContext> = {}) =>
    run(aReport([finding]), context).results[0]?.locations[0].physicalLocation

  test('are lines of files of the repository', () => {
    expect(placeOf(aFinding({ location: { path: 'infra/my cluster#1.json', line: 31, column: 9 } }))).toEqual({
      artifactLocation: { uri: 'infra/my%20cluster%231.json', uriBaseId: '%SRCROOT%' },
      region: { startLine: 31, startColumn: 9, endLine: 31, endColumn: 10 },
    })
  })

  test('are the whole file of the plan where a finding has none', () => {
    expect(placeOf(aFinding(), { planFile: '.github/workflows/preflight.yml' })).toEqual({
      artifactLocation: { uri: '.github/workflows/preflight.yml', uriBaseId: '%SRCROOT%' },
    })
  })

  test('are told from the root of the repository, or as they are where they lead out of it', () => {
    const location = { path: 'cluster.json', line: 1, column: 1 }
    const uri = (repositoryPath: SarifContext['repositoryPath']) => placeOf(aFinding({ location }), { repositoryPath })?.artifactLocation
    expect(uri((path) => `team/${path}`)).toEqual({ uri: 'team/cluster.json', uriBaseId: '%SRCROOT%' })
    expect(uri((path) => `/tmp/${path}`)).toEqual({ uri: 'file:///tmp/cluster.json' })
  })
})

describe('fingerprints', () => {
  const prints = (report: Report): readonly (string | undefined)[] =>
    run(report).results.map(({ partialFingerprints }) => partialFingerprints['primaryLocationLineHash'])

  test('stay when the place, the numbers, the severity and the other findings change', () => {
    const before = aFinding({ message: '41 free', location: { path: 'a.json', line: 3, column: 1 } })
    const after = aFinding({ message: '17 free', severity: 'warning', location: { path: 'a.json', line: 99, column: 5 } })
    const other = aFinding({ rule: 'network/vpc' })
    expect(prints(aReport([other, after]))).toContain(prints(aReport([before]))[0])
  })

  test('tell rules, subjects, and findings of the same rule and subject apart', () => {
    const findings = [aFinding(), aFinding(), aFinding({ subject: 'subnet-0bbbbbbb' }), aFinding({ rule: 'network/vpc' })]
    expect(new Set(prints(aReport(findings))).size).toBe(findings.length)
  })

  test('tell accounts, Regions and clusters apart', () => {
    const report = aReport([aFinding()])
    const targets = [{}, { account: '444455556666' }, { region: 'eu-west-1' }, { clusterName: 'other' }]
    const found = targets.flatMap((change) => prints({ ...report, target: { ...report.target, ...change } }))
    expect(new Set(found).size).toBe(targets.length)
  })
})

describe('the category of the run', () => {
  const idOf = (target: Partial<Report['target']>, job: string | null) => {
    const report = aReport([])
    return run({ ...report, target: { ...report.target, ...target } }, { job }).automationDetails?.id
  }

  test('names job, account, Region and cluster, and ends in a slash', () => {
    const target = { account: '111122223333', region: 'us-west-2', clusterName: 'ml-train' }
    expect(idOf(target, 'preflight')).toBe('hyperpod-preflight/preflight/111122223333/us-west-2/ml-train/')
    expect(idOf({ ...target, account: null }, null)).toBe('hyperpod-preflight/us-west-2/ml-train/')
    expect(idOf(target, 'a/b')).toBe('hyperpod-preflight/a-b/111122223333/us-west-2/ml-train/')
  })

  test('is left to the uploader where the cluster has no name', () => {
    expect(idOf({ clusterName: null }, 'preflight')).toBeUndefined()
  })
})

describe('limits', () => {
  const report = aReport(
    Array.from({ length: 30 }, (_, index) => aFinding({ subject: `größe-${index}`, message: `${'x'.repeat(index)} ü` })),
  )
  const roomy = { results: 1_000, bytes: 10_000_000 }
  const cut = (limits: Partial<SarifContext['limits']>) => {
    const text = renderSarif(report, aSarifContext({ limits: { ...roomy, ...limits } }))
    const [{ results, invocations }] = (JSON.parse(text) as Log).runs
    return { size: Buffer.byteLength(text), count: results.length, note: invocations[0].toolExecutionNotifications?.[0]?.message.text }
  }

  test.each([
    [29, 29, 'Left out, because code scanning has a limit: 1 result. The JSON report has every finding.'],
    [30, 30, undefined],
    [31, 30, undefined],
    [0, 0, 'Left out, because code scanning has a limit: 30 results. The JSON report has every finding.'],
  ])('%i results', (results, count, note) => {
    expect(cut({ results })).toMatchObject({ count, note })
  })

  test('bytes are never more than the limit, and nearly used up', () => {
    const whole = cut({}).size
    const frame = cut({ results: 0 }).size
    const largest = (whole - frame) / 20
    for (let bytes = frame + 100; bytes < whole; bytes += 997) {
      const { size, count, note } = cut({ bytes })
      expect(size).toBeLessThanOrEqual(bytes)
      if (count < 30) expect(bytes - size).toBeLessThan(largest + 600)
      expect(note === undefined).toBe(count === 30)
    }
    expect([whole - 1, whole, whole + 1].map((bytes) => cut({ bytes }).count)).toEqual([29, 30, 30])
  })

  test('code scanning takes 25,000 results', () => {
    expect(codeScanningLimits.results).toBe(25_000)
    const many = aReport(Array.from({ length: 25_001 }, (_, index) => aFinding({ subject: `s-${index}` })))
    const { results, invocations } = run(many, { limits: { ...codeScanningLimits, bytes: 1_000_000_000 } })
    expect(results).toHaveLength(25_000)
    expect(invocations[0].toolExecutionNotifications).toHaveLength(1)
  })

  test('… and 10 MB', () => {
    const long = 'x'.repeat(900)
    const many = aReport(Array.from({ length: 5_000 }, (_, index) => aFinding({ subject: `${index}${long}`, message: long })))
    const size = Buffer.byteLength(renderSarif(many, aSarifContext({ limits: codeScanningLimits })))
    expect(size).toBeLessThanOrEqual(10_000_000)
    expect(size).toBeGreaterThan(9_900_000)
  })
})
