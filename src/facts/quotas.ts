import { defineCollector } from './collect.ts'

export const quotas = defineCollector({
  id: 'quotas',
  needs: [],
  actions: [
    'servicequotas:GetServiceQuota',
    'servicequotas:GetAWSDefaultServiceQuota',
    'servicequotas:ListServiceQuotas',
    'servicequotas:ListAWSDefaultServiceQuotas',
  ],
  collect: async () => {
    throw new Error('not written')
  },
})
