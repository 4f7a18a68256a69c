import { describe, expect, test } from '@jest/globals'
import type { Quota } from '../../../src/model/facts/capacity.ts'
import { instanceType as rule } from '../../../src/rules/plan/instance-type.ts'
import { aGroup, aPlan, denied, findingsOf, known, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const quota: Quota = {
  serviceCode: 'sagemaker',
  quotaCode: 'L-00000000',
  name: 'ml.p9.48xlarge for cluster usage',
  value: 0,
  unit: 'None',
  adjustable: true,
  source: 'default',
}
const planned = (...types: readonly string[]) =>
  requestedPlan(clusterRequest({ InstanceGroups: types.map((InstanceType) => groupRequest({ InstanceType })) }))
const usage = (type: string) => `${type} for cluster usage`

describe('plan/instance-type', () => {
  test('a listed type passes without asking the quota', () => {
    const findings = findingsOf(rule, planned('ml.p5.48xlarge', 'ml.t3.medium', 'ml.p5.48xlarge'), {
      quotas: denied('servicequotas:GetServiceQuota'),
    })
    expect(statuses(findings)).toEqual(['pass ml.p5.48xlarge', 'pass ml.t3.medium'])
  })

  test('a type outside the list that has a quota passes, whatever the value, and says who knows it', () => {
    const [finding] = findingsOf(rule, planned('ml.p9.48xlarge'), { quotas: { [usage('ml.p9.48xlarge')]: known(quota) } })
    expect(finding).toMatchObject({ status: 'pass', evidence: { inDatedList: false, quota: 'exists' } })
    expect(finding?.message).toMatch(
      /^ml\.p9\.48xlarge is newer than the list of botocore .+, but us-west-2 has the quota "ml\.p9\.48xlarge for cluster usage"$/,
    )
  })

  test('a type that neither knows is a warning with the nearest one and the question to AWS', () => {
    const [finding] = findingsOf(rule, planned('ml.p5.48xlrage'), { quotas: { [usage('ml.p5.48xlrage')]: known(null) } })
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'warning',
      evidence: { quota: 'absent' },
      location: { path: 'cluster.json', line: 6, column: 23 },
      fix: {
        text: 'Write ml.p5.48xlarge if that is what was meant, or see whether Service Quotas of the Region knows the type.',
        commands: [
          "aws service-quotas list-service-quotas --region us-west-2 --service-code sagemaker --query 'Quotas[?QuotaName=='\\''ml.p5.48xlrage for cluster usage'\\'']'",
        ],
      },
    })
    expect(finding?.message).toMatch(
      /is not in the list of botocore .+, and us-west-2 has no quota "ml\.p5\.48xlrage for cluster usage" either$/,
    )
  })

  test.each([
    ['the one quota', { [usage('ml.p9.48xlarge')]: denied('servicequotas:GetServiceQuota') }],
    ['all quotas', denied('servicequotas:GetServiceQuota')],
  ])('a gap in %s leaves it unknown, and says that AWS could not be asked', (_, quotas) => {
    const [finding] = findingsOf(rule, planned('ml.p9.48xlarge'), { quotas })
    expect(finding).toMatchObject({ status: 'unknown', severity: 'warning', evidence: { quota: 'not known' } })
    expect(finding?.message).toContain('could not be asked: servicequotas:GetServiceQuota answered AccessDenied (HTTP 403)')
  })

  test('every type of a flexible group is judged, at its own place', () => {
    const InstanceRequirements = { InstanceTypes: ['ml.p5.48xlarge', 'ml.p9.48xlarge'] }
    const plan = requestedPlan(clusterRequest({ InstanceGroups: [groupRequest({ InstanceType: undefined, InstanceRequirements })] }))
    const findings = findingsOf(rule, plan, { quotas: { [usage('ml.p9.48xlarge')]: known(null) } })
    expect(statuses(findings)).toEqual(['pass ml.p5.48xlarge', 'fail ml.p9.48xlarge'])
    expect(findings[1]?.location?.line).toBe((findings[0]?.location?.line ?? 0) + 1)
  })

  test('a type without its prefix is left to plan/request-shape, and one that a query cannot hold gets no command', () => {
    const odd = "ml.x'].name"
    const findings = findingsOf(rule, planned('p5.48xlarge', odd), { quotas: { [usage(odd)]: known(null) } })
    expect(statuses(findings)).toEqual(['skipped p5.48xlarge', `fail ${odd}`])
    expect(findings[1]?.fix?.commands).toEqual([])
  })

  test('flat plans are judged too; without a type it is skipped', () => {
    const plan = aPlan({ instanceGroups: [aGroup({ instanceTypes: ['ml.p9.48xlarge'] })] })
    expect(statuses(findingsOf(rule, plan, { quotas: { [usage('ml.p9.48xlarge')]: known(null) } }))).toEqual(['fail ml.p9.48xlarge'])
    expect(statuses(findingsOf(rule, aPlan({ instanceGroups: [] }), { quotas: {} }))).toEqual(['skipped plan'])
  })
})
