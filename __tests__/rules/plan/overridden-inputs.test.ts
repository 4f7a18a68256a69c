import { describe, expect, test } from '@jest/globals'
import { overriddenInputs as rule } from '../../../src/rules/plan/overridden-inputs.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, requestedPlan } from '../../requested-plan.ts'

describe('plan/overridden-inputs', () => {
  test('inputs that agree with the request, or fill what it leaves open, pass', () => {
    const plan = requestedPlan(clusterRequest(), { 'instance-type': 'ml.p5.48xlarge', 'subnet-ids': 'subnet-0aaaaaaa' })
    expect(statuses(findingsOf(rule, plan, {}))).toEqual(['pass cluster.json'])
  })

  test('an input that says something else is a notice at the place that wins', () => {
    const plan = requestedPlan(clusterRequest(), { 'instance-count': '8' })
    expect(findingsOf(rule, plan, {})).toMatchObject([
      {
        status: 'fail',
        severity: 'notice',
        subject: 'instance-count',
        message: 'instance-count is 8, the request says 4, and the request wins',
        evidence: { input: '8', request: '4' },
        location: { path: 'cluster.json', line: 3 },
      },
    ])
  })

  test('without a request file it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
