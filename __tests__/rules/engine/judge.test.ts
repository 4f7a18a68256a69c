import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../../src/model/finding.ts'
import { defineRule } from '../../../src/rules/engine/define.ts'
import { demandedFacts, judge } from '../../../src/rules/engine/judge.ts'
import { fail, given, pass } from '../../../src/rules/engine/outcome.ts'
import { aPlan, aSnapshot, aVpc, denied, findingsOf, known } from '../../builders.ts'

const meta = { title: 'T', why: 'W', severity: 'error', sources: ['https://docs.aws.amazon.com/'] } as const
const needsVpc = defineRule({
  ...meta,
  id: 'test/needs-vpc',
  needs: ['vpc'],
  uses: ['vpcs'],
  applies: (plan) => plan.vpcId !== null || 'no VPC',
  evaluate: ({ vpc, vpcs }) =>
    vpc === null
      ? [fail('vpc', 'absent', { text: 'Make it.', commands: [] })]
      : given(vpcs, 'count', (all) => pass('count', `${all.length}`)),
})

describe('judging', () => {
  test('demands the facts of the rules that apply, and no others', () => {
    const other = defineRule({ ...meta, id: 'test/other', needs: ['tools'], uses: [], applies: () => 'never', evaluate: () => [] })
    expect(demandedFacts([needsVpc, other], aPlan())).toEqual(['vpc', 'vpcs'])
    expect(demandedFacts([needsVpc, other], aPlan({ vpcId: null }))).toEqual([])
  })

  test('a needed fact that is a gap makes the rule unknown; one that is only used is the rule’s own business', () => {
    expect(findingsOf(needsVpc, aPlan(), { vpc: denied('ec2:DescribeVpcs'), vpcs: [] })).toMatchObject([
      { status: 'unknown', subject: 'account' },
    ])
    expect(findingsOf(needsVpc, aPlan(), { vpc: aVpc(), vpcs: denied('ec2:DescribeVpcs') })).toMatchObject([
      { status: 'unknown', subject: 'count' },
    ])
    expect(findingsOf(needsVpc, aPlan(), { vpc: null, vpcs: denied('ec2:DescribeVpcs') })).toMatchObject([
      { status: 'fail', subject: 'vpc' },
    ])
  })

  test('a fact that nobody collected is unknown, not a pass', () => {
    expect(findingsOf(needsVpc, aPlan(), {})).toMatchObject([{ status: 'unknown', gap: { reason: 'unexpected' } }])
  })

  test('a rule that does not apply is skipped with its reason', () => {
    expect(findingsOf(needsVpc, aPlan({ vpcId: null }), {})).toMatchObject([{ status: 'skipped', message: 'no VPC' }])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['judges nothing', () => []],
  ])('a rule that %s is an unknown finding of its own, and the others are judged', (_, evaluate) => {
    const broken = defineRule({ ...meta, id: 'test/broken', needs: [], uses: [], applies: () => true, evaluate })
    const findings = judge([broken, needsVpc], aSnapshot(aPlan(), { vpc: known(aVpc()), vpcs: known([aVpc()]) }))
    expect(findings.map(({ rule, status }) => [rule, status])).toEqual([
      ['test/broken', 'unknown'],
      ['test/needs-vpc', 'pass'],
    ])
    expect(findings[0]?.message).toContain('test/broken')
  })

  const wholeFail = {
    status: 'fail',
    subject: 's',
    message: 'm',
    fix: { text: 't', commands: ['c'] },
    evidence: { free: 1, isDefault: false, zone: 'usw2-az1', ids: ['a', 'b'] },
    location: { path: 'cluster.json', line: 3, column: 1 },
  }
  const wholeUnknown = { status: 'unknown', subject: 's', message: 'm', gap: { reason: 'denied', action: 'a', message: 'm' } }
  const outcomeOf = (outcome: object): Outcome => JSON.parse(JSON.stringify(outcome))
  const saying = (...outcomes: readonly object[]) =>
    judge(
      [defineRule({ ...meta, id: 'test/says', needs: [], uses: [], applies: () => true, evaluate: () => outcomes.map(outcomeOf) })],
      aSnapshot(aPlan(), {}),
    )

  test('what is whole is said as it is', () => {
    expect(saying(wholeFail, wholeUnknown)).toMatchObject([wholeFail, wholeUnknown])
    expect(saying({ status: 'pass', subject: 's', message: 'm' })).toMatchObject([{ status: 'pass' }])
  })

  test.each<readonly [string, object]>([
    ['no subject', { ...wholeFail, subject: undefined }],
    ['no message', { ...wholeFail, message: 7 }],
    ['evidence that is a table', { ...wholeFail, evidence: { free: 1, all: { a: 1 } } }],
    ['evidence with a list of numbers', { ...wholeFail, evidence: { free: 1, all: [1] } }],
    ['evidence of nothing', { ...wholeFail, evidence: { free: 1, all: null } }],
    ['a place without a file', { ...wholeFail, location: { line: 1, column: 1 } }],
    ['a place without a line', { ...wholeFail, location: { path: 'cluster.json', column: 1 } }],
    ['half a line', { ...wholeFail, location: { path: 'cluster.json', line: 1.5 } }],
    ['a fix without a text', { ...wholeFail, fix: { commands: [] } }],
    ['a fix with half a command', { ...wholeFail, fix: { text: 't', commands: ['c', null] } }],
    ['a gap of another kind', { ...wholeUnknown, gap: { reason: 'toString', action: 'a', message: 'm' } }],
    ['a gap without an action', { ...wholeUnknown, gap: { reason: 'denied', message: 'm' } }],
    ['a gap without a message', { ...wholeUnknown, gap: { reason: 'denied', action: 'a' } }],
  ])('%s: the rule is unknown, with all that it says', (_, broken) => {
    const message = 'what it says rests on something that the snapshot lacks'
    const told = {
      rule: 'test/says',
      status: 'unknown',
      severity: 'error',
      subject: 'rule',
      message: `fault in hyperpod-preflight: the rule test/says could not finish (${message})`,
      gap: { reason: 'unexpected', action: 'none', message },
      fix: { text: 'Please report it with the snapshot that --save-snapshot writes.', commands: [] },
    }
    expect(saying(broken)).toEqual([told])
    expect(saying(wholeFail, broken)).toEqual([told])
    expect(saying()).toMatchObject([{ gap: { message: 'it judged nothing' } }])
  })

  test('what was never asked for is skipped, at its place if it has one', () => {
    const gap = { reason: 'not-attempted', action: 'a', message: 'no credentials' }
    const skipped = { rule: 'test/says', status: 'skipped', severity: 'error', subject: 's', message: 'no credentials', gap }
    expect(saying({ status: 'unknown', subject: 's', message: 'm', gap })).toEqual([skipped])
    const { location } = wholeFail
    expect(saying({ status: 'unknown', subject: 's', message: 'm', gap, location })).toEqual([{ ...skipped, location }])
  })

  test('every kind of gap says what to do about it', () => {
    for (const reason of ['denied', 'throttled', 'timeout', 'unreachable', 'unsupported', 'unexpected'] as const) {
      const gap = { reason, action: 'ec2:DescribeVpcs', message: 'why' }
      const [finding] = findingsOf(needsVpc, aPlan(), { vpc: { ok: false, gap }, vpcs: [] })
      expect(finding?.fix?.text).toMatch(/^[A-Z].+\.$/)
      expect(finding?.gap).toEqual(gap)
    }
  })

  test('judging a snapshot that went through JSON gives the same findings', () => {
    const snapshot = aSnapshot(aPlan(), { vpc: known(aVpc()), vpcs: denied('ec2:DescribeVpcs') })
    expect(judge([needsVpc], JSON.parse(JSON.stringify(snapshot)))).toEqual(judge([needsVpc], snapshot))
  })
})
