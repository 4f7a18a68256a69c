import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../../src/model/finding.ts'
import { wrap } from '../../../src/report/text/styles.ts'
import { type Detail, renderQuiet, renderText } from '../../../src/report/text/text.ts'
import { aGap } from '../../builders.ts'
import { aFinding, anUnknown, aReport, aWaiver } from '../builders.ts'

const text = (
  findings: readonly Finding[],
  options: Parameters<typeof aReport>[1] = {},
  width = 100,
  detail: Detail = 'everything',
): string => renderText(aReport(findings, options), { colour: false, width, detail })

const lastLine = (rendered: string): string | undefined => rendered.split('\n').at(-1)

describe('the last line is the verdict', () => {
  const warning = aFinding({ severity: 'warning' })
  const passed = aFinding({ status: 'pass' })
  const skipped = aFinding({ status: 'skipped', subject: 'plan' })
  test.each([
    [[passed], {}, 'READY: no errors in 1 check (exit 0)'],
    [[passed, passed, warning, skipped], {}, 'READY: no errors in 3 checks; 1 warning, 1 skipped (exit 0)'],
    [[skipped], {}, 'UNPROVEN: nothing was judged; 1 skipped (exit 3)'],
    [
      [aFinding(), warning, anUnknown()],
      {},
      'BLOCKED: 1 error, 1 warning, 1 unknown: fix the error first; not judged in full: network/subnets (exit 1)',
    ],
    [[aFinding(), aFinding()], { failOn: 'never' }, 'BLOCKED: 2 errors: fix the errors first (exit 0, because fail-on is never)'],
    [[warning], { failOn: 'warning' }, 'READY: no errors in 1 check; 1 warning (exit 1, because fail-on is warning)'],
    [
      [anUnknown(), passed],
      {},
      'UNPROVEN: no errors in 1 check, but 1 blocking check could not be made; not judged in full: network/subnets; 1 unknown (exit 3)',
    ],
    [
      [anUnknown()],
      {},
      'UNPROVEN: nothing was judged, but 1 blocking check could not be made; not judged in full: network/subnets; 1 unknown (exit 3)',
    ],
    [
      [anUnknown(), anUnknown(), passed],
      { onUnknown: 'warn' },
      'UNPROVEN: no errors in 1 check, but 2 blocking checks could not be made; not judged in full: network/subnets; 2 unknown (exit 0, because on-unknown is warn)',
    ],
    [[{ ...aFinding(), waiver: aWaiver }, passed], {}, 'READY: no errors in 1 check; 1 waived (exit 0)'],
  ] as const)('%#', (findings, options, expected) => {
    expect(lastLine(text(findings, options))).toBe(expected)
  })
})

test('failures of one rule with one fix are told together, each with its own message and place', () => {
  const fix = { text: 'Take another subnet.', commands: ['aws ec2 describe-subnets'] }
  const findings = ['a', 'b', 'c'].map((subject, index) =>
    aFinding({ subject, message: 'is pending', fix, location: { path: 'r.json', line: index + 1, column: 1 } }),
  )
  const rendered = text(findings)
  expect(rendered).toContain(
    [
      '✗ error    network/subnets  3 subjects',
      '    - a: is pending',
      '      at r.json:1:1',
      '    - b: is pending',
      '      at r.json:2:1',
      '    - c: is pending',
      '      at r.json:3:1',
      '    Fix: Take another subnet.',
      '      aws ec2 describe-subnets',
    ].join('\n'),
  )
})

test('one missing permission is told once, with every check that it keeps from being made', () => {
  const gap = aGap({ action: 'iam:GetRole', message: 'iam:GetRole answered AccessDenied (HTTP 403)' })
  const fix = { text: 'Allow iam:GetRole.', commands: [] }
  const rendered = text([
    anUnknown({ gap, message: gap.message, fix, rule: 'iam/a', severity: 'warning', subject: 'RoleA' }),
    anUnknown({ gap, message: gap.message, fix, rule: 'iam/b', subject: 'RoleA' }),
    anUnknown({ gap, message: gap.message, fix, rule: 'iam/b', subject: 'RoleB', location: { path: 'r.json', line: 3, column: 9 } }),
    anUnknown(),
  ])
  expect(rendered).toContain(
    [
      '? unknown  iam:GetRole denied: 3 checks not made',
      '    - error    iam/b  RoleA, RoleB (r.json:3:9)',
      '    - warning  iam/a  RoleA',
      '    iam:GetRole answered AccessDenied (HTTP 403)',
      '    Fix: Allow iam:GetRole.',
    ].join('\n'),
  )
  expect(rendered).toContain('? All actions to allow: ec2:DescribeSubnets, iam:GetRole')
})

test('an unknown without an AWS call does not name one', () => {
  const gap = aGap({ reason: 'unexpected', action: 'none', message: 'fault' })
  expect(text([anUnknown({ gap, message: 'fault' })])).toContain('? unknown  unexpected: 1 check not made\n')
})

test('commands are never wrapped, prose is', () => {
  const command = `aws ec2 describe-subnets ${'--filters Name=vpc-id,Values=vpc-0a1b2c3d '.repeat(5)}`.trim()
  const prose = 'A fix that is a long sentence, with words enough to fill three lines of sixty columns, and then some more of them.'
  const lines = text([aFinding({ message: 'short', fix: { text: prose, commands: [command] } })], {}, 60).split('\n')
  expect(lines).toContain(`      ${command}`)
  const unbroken = [`      ${command}`, lines.at(-1), 'Why a rule matters: hyperpod-preflight explain network/subnets']
  expect(lines.filter((line) => line.length > 60 && !unbroken.includes(line))).toEqual([])
})

test('many passes of one rule are counted, those of a few are all there', () => {
  const passes = (count: number) =>
    Array.from({ length: count }, (_, index) => aFinding({ status: 'pass', subject: `s-${index}`, message: `s-${index} is fine` }))
  expect(text(passes(4)).match(/is fine/g)).toHaveLength(4)
  expect(text(passes(5)).match(/is fine/g)).toHaveLength(3)
  expect(text(passes(5))).toContain('✓ network/subnets  and 2 more\n')
})

describe('without --verbose', () => {
  const problems = (findings: readonly Finding[]): string => text(findings, {}, 100, 'problems')

  test('what decides the verdict comes first, then the worst', () => {
    const at = (findings: readonly Finding[]): readonly (string | undefined)[] =>
      [...problems(findings).matchAll(/^([✗!i?] (?:error|warning|notice|unknown)) /gm)].map(([, mark]) => mark)
    const warning = aFinding({ severity: 'warning', subject: 'w' })
    const notice = aFinding({ severity: 'notice', subject: 'n' })
    const minor = anUnknown({ severity: 'notice', rule: 'tools/helm', gap: aGap({ action: 'eks:ListAddons' }) })
    expect(at([warning, notice, anUnknown(), aFinding()])).toEqual(['✗ error', '? unknown', '! warning', 'i notice'])
    expect(at([notice, warning, minor, anUnknown()])).toEqual(['? unknown', '! warning', 'i notice', '? notice'])
  })

  test('what passed and what was skipped is counted alone, and --verbose named', () => {
    const passed = aFinding({ status: 'pass', message: 'is fine' })
    const skipped = aFinding({ status: 'skipped', message: 'does not apply' })
    expect(problems([passed, passed, skipped])).toContain('\n2 passed, 1 skipped; --verbose lists them\n')
    expect(problems([passed, skipped])).not.toMatch(/is fine|does not apply/)
    expect(renderQuiet(aReport([passed, skipped]), { colour: false, width: 100 })).toMatch(/is fine[\s\S]*does not apply/)
  })

  test('a notice is what it says, without its commands', () => {
    const notice = aFinding({ severity: 'notice', message: 'could be better', fix: { text: 'Improve it.', commands: ['aws improve'] } })
    expect(problems([notice])).toContain('i notice   network/subnets  ')
    expect(problems([notice])).not.toContain('aws improve')
    expect(text([notice])).toContain('aws improve')
  })

  test('with --quiet there is a line for each problem, and the verdict last', () => {
    const findings = [
      aFinding({ severity: 'warning', message: 'is odd' }),
      aFinding({ message: 'is pending' }),
      aFinding({ status: 'pass' }),
    ]
    const lines = text(findings, {}, 200, 'verdict').split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^✗ error .*is pending/)
    expect(lines[1]).toMatch(/^! warning .*is odd/)
    expect(lines[3]).toMatch(/^BLOCKED: /)
  })
})

test('no failure and no unknown is ever hidden', () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/)
  const finding = fc.record({
    status: fc.constantFrom('fail', 'unknown', 'pass', 'skipped'),
    severity: fc.constantFrom('error', 'warning', 'notice'),
    rule: fc.constantFrom('network/subnets', 'network/vpc', 's3/bucket'),
    subject: word,
    message: fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' ')),
    fix: fc.record({ text: word, commands: fc.array(word, { maxLength: 2 }) }),
  })
  const details = fc.constantFrom<Detail>('problems', 'everything')
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 30 }), fc.integer({ min: 1, max: 200 }), details, (findings, width, detail) => {
      const rendered = text(findings, {}, width, detail)
      const flowing = rendered.replaceAll(/\s+/g, ' ')
      for (const { status, severity, rule, subject, message, fix } of findings) {
        if (status !== 'fail' && status !== 'unknown') continue
        if (detail === 'problems' && severity === 'notice') {
          expect(flowing).toContain(status === 'fail' ? message : rule)
          continue
        }
        expect(flowing).toContain(subject)
        expect(flowing).toContain(message)
        for (const command of fix.commands) expect(rendered).toContain(`\n      ${command}\n`)
      }
    }),
  )
})

describe('wrap', () => {
  test('fills lines up to the width, and changes nothing but blanks', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z×]{1,30}$/), { minLength: 1 }), fc.integer({ min: 5, max: 60 }), (words, width) => {
        const lines = wrap(words.join(' '), width)
        expect(lines.join(' ')).toBe(words.join(' '))
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true)
        lines.slice(1).forEach((line, index) => {
          expect(`${lines[index]} ${line.split(' ')[0]}`.length).toBeGreaterThan(width)
        })
      }),
    )
  })

  test('an IPv6 default route stays with the word before it', () => {
    expect(wrap('takes all traffic from ::/0', 24)).toEqual(['takes all traffic', 'from ::/0'])
  })
})
