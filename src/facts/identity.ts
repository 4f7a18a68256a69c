import { defineCollector } from './collect.ts'

export const identity = defineCollector({
  id: 'identity',
  needs: [],
  actions: ['sts:GetCallerIdentity'],
  collect: async () => {
    throw new Error('not written')
  },
})
