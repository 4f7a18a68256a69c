import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/model/finding.ts'
import type { FailOn, OnUnknown } from '../../src/model/policy.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { aFinding, anUnknown, aReport, aWaiver } from './builders.ts'
import { sampleReport } from './sample.ts'
import { readXml, type XmlElement } from './xml.ts'

interface Options {
  readonly failOn?: FailOn
  readonly onUnknown?: OnUnknown
}

const junit = (findings: readonly Finding[], { failOn = 'error', onUnknown = 'fail' }: Options = {}): XmlElement =>
  readXml(renderJunit(aReport(findings, { failOn, onUnknown }), { failOn, onUnknown }))

const named = (element: XmlElement, name: string): readonly XmlElement[] => element.children.filter((child) => child.name === name)
const cases = (root: XmlElement): readonly XmlElement[] => named(root, 'testsuite').flatMap((suite) => named(suite, 'testcase'))
const endings = (root: XmlElement): readonly string[] =>
  cases(root).map(({ children }) => children.find(({ name }) => name !== 'system-out')?.name ?? 'passed')

const passed = aFinding({ status: 'pass' })

describe('how a case ends', () => {
  test.each([
    ['an error that fails', aFinding(), {}, 'failure'],
    ['… even where nothing fails the run', aFinding(), { failOn: 'never' }, 'failure'],
    ['a warning', aFinding({ severity: 'warning' }), {}, 'skipped'],
    ['… where warnings block', aFinding({ severity: 'warning' }), { failOn: 'warning' }, 'failure'],
    ['a notice, even where warnings block', aFinding({ severity: 'notice' }), { failOn: 'warning' }, 'skipped'],
    ['a blocking unknown', anUnknown(), {}, 'error'],
    ['… where unknowns do not fail the run', anUnknown(), { onUnknown: 'warn' }, 'skipped'],
    ['a milder unknown', anUnknown({ severity: 'warning' }), {}, 'skipped'],
    ['a waived failure', aFinding({ waiver: aWaiver }), {}, 'skipped'],
    ['a waived unknown', anUnknown({ waiver: aWaiver }), {}, 'skipped'],
    ['what was skipped', aFinding({ status: 'skipped' }), {}, 'skipped'],
    ['a pass', passed, {}, 'passed'],
  ] as const)('%s', (_, finding, options, ending) => {
    expect(endings(junit([finding], options))).toEqual([ending])
  })

  test('there are failures where the verdict is blocked or warnings fail the run, and errors where unknowns leave it unproven', () => {
    const kinds = [aFinding(), aFinding({ severity: 'warning' }), aFinding({ severity: 'notice' }), anUnknown(), passed]
    for (const failOn of ['error', 'warning', 'never'] as const) {
      for (const onUnknown of ['fail', 'warn'] as const) {
        for (const findings of kinds.flatMap((one) => kinds.map((other) => [one, other]))) {
          const ends = endings(junit(findings, { failOn, onUnknown }))
          const { verdict, counts } = aReport(findings, { failOn, onUnknown })
          const failures = verdict === 'blocked' || (failOn === 'warning' && counts.warnings > 0)
          expect([findings, failOn, ends.includes('failure')]).toEqual([findings, failOn, failures])
          const errors = onUnknown === 'fail' && findings.some(({ status }) => status === 'unknown')
          expect([findings, onUnknown, ends.includes('error')]).toEqual([findings, onUnknown, errors])
          if (errors) expect(verdict).not.toBe('ready')
        }
      }
    }
  })
})

describe('a case', () => {
  test('says what is wrong, where, how to mend it, and keeps commands apart', () => {
    const fix = { text: 'Take another subnet.', commands: ['aws ec2 describe-subnets', "aws ec2 x --query 'a<b'"] }
    const [only] = cases(junit([aFinding({ location: { path: 'request.json', line: 31, column: 9 }, fix })]))
    expect(only?.attributes).toEqual({ classname: 'network.subnets', name: 'subnet-0aaaaaaa' })
    expect(only?.children).toEqual([
      {
        name: 'failure',
        attributes: { type: 'error', message: 'subnet-0aaaaaaa is pending, it must be available' },
        text: [
          '',
          'subnet-0aaaaaaa is pending, it must be available',
          'at request.json:31:9',
          'Take another subnet.',
          'https://github.com/hyperpod-preflight/hyperpod-preflight/blob/main/docs/rules/network/subnets.md',
          '',
        ].join('\n'),
        children: [],
      },
      { name: 'system-out', attributes: {}, text: "\naws ec2 describe-subnets\naws ec2 x --query 'a<b'\n", children: [] },
    ])
  })

  test.each([
    ['a warning', aFinding({ severity: 'warning' }), 'warning', /^warning: subnet-0aaaaaaa is pending/],
    ['an unknown', anUnknown({ severity: 'warning' }), 'unknown', /^unknown: /],
    ['what is waived', aFinding({ waiver: aWaiver }), 'waived', /^waived: Waived until 2027-01-31 by platform-team: known$/],
    ['what does not apply', aFinding({ status: 'skipped', message: 'No group has one.' }), 'skipped', /^No group has one\.$/],
  ] as const)('that is skipped says why: %s', (_, finding, type, message) => {
    const [reason] = cases(junit([finding]))[0]?.children ?? []
    expect(reason).toMatchObject({ name: 'skipped', attributes: { type, message: expect.stringMatching(message) } })
  })

  test('has no commands where somebody answers for it', () => {
    const fix = { text: 'Do it.', commands: ['aws do-it'] }
    expect(JSON.stringify(junit([aFinding({ waiver: aWaiver, fix })]))).not.toContain('aws do-it')
  })

  test('of the same rule and subject has a name of its own', () => {
    const names = cases(junit([aFinding(), aFinding(), aFinding({ rule: 'network/vpc' })])).map(({ attributes }) => attributes['name'])
    expect(names).toEqual(['subnet-0aaaaaaa', 'subnet-0aaaaaaa (2)', 'subnet-0aaaaaaa'])
  })
})

test('suites are areas by name, with counts that add up and what was judged', () => {
  const findings = [
    aFinding({ rule: 's3/bucket', severity: 'warning' }),
    aFinding(),
    anUnknown(),
    passed,
    aFinding({ rule: 'iam/role', status: 'skipped' }),
  ]
  const root = junit(findings)
  expect(root.attributes).toEqual({ name: 'hyperpod-preflight', tests: '5', failures: '1', errors: '1' })
  expect(named(root, 'testsuite').map(({ attributes }) => attributes)).toMatchObject([
    { name: 'iam', tests: '1', failures: '0', errors: '0', skipped: '1' },
    { name: 'network', tests: '3', failures: '1', errors: '1', skipped: '0' },
    { name: 's3', tests: '1', failures: '0', errors: '0', skipped: '1' },
  ])
  for (const suite of named(root, 'testsuite')) {
    const properties = named(suite, 'properties').flatMap(({ children }) => children.map(({ attributes }) => attributes))
    expect(properties).toEqual(
      expect.arrayContaining([
        { name: 'verdict', value: 'blocked' },
        { name: 'exitCode', value: '1' },
        { name: 'region', value: 'us-west-2' },
      ]),
    )
  }
})

test('the order of the findings within an area is that of the report', () => {
  const subjects = ['b', 'a', 'c']
  const report = aReport(subjects.map((subject) => aFinding({ subject })))
  const root = readXml(renderJunit(report, { failOn: 'error', onUnknown: 'fail' }))
  expect(cases(root).map(({ attributes }) => attributes['name'])).toEqual(subjects)
})

/**
 * What the schema of Jenkins says of an element.
 * https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 */
interface Declaration {
  readonly children: ReadonlySet<string>
  readonly attributes: ReadonlySet<string>
  readonly required: readonly string[]
  readonly hasText: boolean
}

const within = (element: XmlElement): readonly XmlElement[] => [element, ...element.children.flatMap(within)]

const declarations = new Map(
  named(readXml(readFileSync(new URL('schemas/junit-10.xsd', import.meta.url), 'utf8')), 'xs:element').map((element) => {
    const inside = within(element)
    const attributes = inside.filter(({ name }) => name === 'xs:attribute').map((attribute) => attribute.attributes)
    return [
      element.attributes['name'] ?? '',
      {
        children: new Set(inside.flatMap(({ attributes: { ref } }) => (ref === undefined ? [] : [ref]))),
        attributes: new Set(attributes.map(({ name }) => name ?? '')),
        required: attributes.filter(({ use }) => use === 'required').map(({ name }) => name ?? ''),
        hasText: element.attributes['type'] === 'xs:string' || inside.some(({ attributes: { mixed } }) => mixed === 'true'),
      } satisfies Declaration,
    ]
  }),
)

/** Where a document has what its schema does not allow. Order and number of children are left out: this schema leaves them open. */
const offences = (element: XmlElement): readonly string[] => {
  const declared = declarations.get(element.name)
  if (declared === undefined) return [`<${element.name}> is not declared`]
  return [
    ...element.children.filter(({ name }) => !declared.children.has(name)).map(({ name }) => `<${name}> in <${element.name}>`),
    ...Object.keys(element.attributes)
      .filter((name) => !declared.attributes.has(name))
      .map((name) => `${name} of <${element.name}>`),
    ...declared.required.filter((name) => !Object.hasOwn(element.attributes, name)).map((name) => `<${element.name}> without ${name}`),
    ...(!declared.hasText && element.text.trim() !== '' ? [`text in <${element.name}>`] : []),
    ...element.children.flatMap(offences),
  ]
}

describe('the schema of Jenkins', () => {
  test('holds for the sample account', () => {
    expect(offences(readXml(renderJunit(sampleReport(), { failOn: 'error', onUnknown: 'fail' })))).toEqual([])
  })

  test('holds for a report without findings', () => {
    expect(offences(junit([]))).toEqual([])
  })

  test.each([
    ['<testsuites><testcase name="a"/></testsuites>', '<testcase> in <testsuites>'],
    ['<testsuites skipped="1"/>', 'skipped of <testsuites>'],
    ['<testsuite name="a" tests="1" failures="0"/>', '<testsuite> without errors'],
    ['<testsuites><x/></testsuites>', '<x> is not declared'],
    ['<testcase name="a">x</testcase>', 'text in <testcase>'],
  ])('does not hold for %s', (document, offence) => {
    expect(offences(readXml(document))).toContain(offence)
  })
})
