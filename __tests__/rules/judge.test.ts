import { describe, expect, test } from '@jest/globals'
import { defineRule } from '../../src/rules/define.ts'
import { demandedFacts, judge } from '../../src/rules/judge.ts'
import { fail, given, pass } from '../../src/rules/outcome.ts'
import { aPlan, aSnapshot, aVpc, denied, findingsOf, known } from '../builders.ts'

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
