import { defineCollector } from './collect.ts'

export const buckets = defineCollector({
  id: 'buckets',
  needs: [],
  actions: ['s3:ListBucket'],
  collect: async () => {
    throw new Error('not written')
  },
})

export const bucketPolicies = defineCollector({
  id: 'bucketPolicies',
  needs: [],
  actions: ['s3:GetBucketPolicy'],
  collect: async () => {
    throw new Error('not written')
  },
})
