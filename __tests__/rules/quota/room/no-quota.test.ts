import { expect, test } from '@jest/globals'
import { quotaNames } from '../../../../src/catalog/quotas.ts'
import { noQuota } from '../../../../src/rules/quota/room/no-quota.ts'

test.each([
  [quotaNames.totalInstances, 'sagemaker'],
  [quotaNames.vpcs, 'vpc'],
])('a quota that is not listed leaves the rule unknown, with the list of its service: %s', (name, serviceCode) => {
  const outcome = noQuota(name, 'eu-west-1')
  expect(outcome).toMatchObject({
    status: 'unknown',
    subject: name,
    message: `Service Quotas has no "${name}" in eu-west-1: whether the plan is within it is not known`,
    gap: { action: 'servicequotas:ListServiceQuotas' },
    fix: { commands: [expect.stringContaining(`list-service-quotas --region eu-west-1 --service-code ${serviceCode} `)] },
  })
  expect(outcome).not.toHaveProperty('severity')
})

test('for what a rule judges by it, it weighs what a failure there would', () => {
  expect(noQuota(quotaNames.ebsVolumeSize, 'us-west-2', 'worker-1', 'notice')).toMatchObject({ subject: 'worker-1', severity: 'notice' })
})
