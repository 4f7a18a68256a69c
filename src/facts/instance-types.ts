import { defineCollector } from './collect.ts'

export const instanceTypes = defineCollector({
  id: 'instanceTypes',
  needs: [],
  actions: ['ec2:DescribeInstanceTypes'],
  collect: async () => {
    throw new Error('not written')
  },
})
