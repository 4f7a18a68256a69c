import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/model/finding.ts'
import { annotations } from '../../src/report/annotations.ts'
import { aFinding, anUnknown, aReport, aWaiver } from './builders.ts'

const levels = (findings: readonly Finding[], options: Parameters<typeof aReport>[1] = {}): readonly string[] =>
  annotations(aReport(findings, options)).map(({ level, title }) => `${level} ${title}`)

describe('levels', () => {
  test.each([
    [
      'a failure has the level of its severity',
      [aFinding(), aFinding({ severity: 'warning' }), aFinding({ severity: 'notice' })],
      {},
      ['error', 'warning', 'notice'],
    ],
    ['a blocking unknown is an error where the run fails for it', [anUnknown()], {}, ['error']],
    ['… a warning where something else failed', [aFinding(), anUnknown()], {}, ['error', 'warning']],
    ['… a warning where unknowns do not fail the run', [anUnknown()], { onUnknown: 'warn' }, ['warning']],
    ['a milder unknown is a notice, even in an unproven run', [anUnknown(), anUnknown({ severity: 'warning' })], {}, ['error', 'notice']],
    ['a waived failure is a notice', [aFinding({ waiver: aWaiver })], {}, ['notice']],
    ['what passed or was skipped is not annotated', [aFinding({ status: 'pass' }), aFinding({ status: 'skipped' })], {}, []],
  ] as const)('%s', (_, findings, options, expected) => {
    expect(annotations(aReport(findings, options)).map(({ level }) => level)).toEqual(expected)
  })
})

test('says what is wrong and how to mend it, at its place', () => {
  const location = { path: 'request.json', line: 31, column: 9 }
  const fix = { text: 'Take another subnet.', commands: ['aws ec2 describe-subnets'] }
  expect(annotations(aReport([aFinding({ location, fix })]))).toEqual([
    {
      level: 'error',
      title: 'network/subnets: subnet-0aaaaaaa',
      message: 'subnet-0aaaaaaa is pending, it must be available\nTake another subnet.\naws ec2 describe-subnets',
      location,
    },
  ])
})

test('a waived finding says who answers for it, instead of how to mend it', () => {
  expect(annotations(aReport([aFinding({ waiver: aWaiver })]))[0]?.message).toBe(
    'subnet-0aaaaaaa is pending, it must be available\nWaived until 2027-01-31 by platform-team: known',
  )
})

describe('at most ten a level', () => {
  const failures = (count: number, severity: Finding['severity']) =>
    Array.from({ length: count }, (_, index) => aFinding({ severity, subject: `s-${index}` }))

  test('ten are all there', () => {
    expect(levels(failures(10, 'error')).at(-1)).toBe('error network/subnets: s-9')
  })

  test('of more, the tenth counts the rest', () => {
    const shown = annotations(aReport([...failures(16, 'error'), ...failures(11, 'warning')]))
    expect(shown).toHaveLength(20)
    expect(shown[8]?.title).toBe('network/subnets: s-8')
    expect(shown[9]).toEqual({ level: 'error', title: '7 more errors', message: 'and 7 more errors: see the job summary' })
    expect(shown[19]?.title).toBe('2 more warnings')
  })
})

test('commands that would be cut by the runner are left out whole', () => {
  const fix = { text: 'Do this.', commands: [`aws ${'x'.repeat(4_000)}`] }
  expect(annotations(aReport([aFinding({ fix })]))[0]?.message).toMatch(/available\nDo this\.\nThe commands are in the job summary\.$/)
})
