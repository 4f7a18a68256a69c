import { defineCollector } from './collect.ts'

export const fileSystems = defineCollector({
  id: 'fileSystems',
  needs: [],
  actions: ['fsx:DescribeFileSystems'],
  collect: async () => {
    throw new Error('not written')
  },
})
