import { defineCollector } from './collect.ts'

export const eksCluster = defineCollector({
  id: 'eksCluster',
  needs: [],
  actions: ['eks:DescribeCluster'],
  collect: async () => {
    throw new Error('not written')
  },
})
