import { defineCollector } from './collect.ts'

export const bucketFolders = defineCollector({
  id: 'bucketFolders',
  needs: [],
  actions: ['s3:ListBucket'],
  collect: async () => {
    throw new Error('not written')
  },
})

export const bucketScripts = defineCollector({
  id: 'bucketScripts',
  needs: ['bucketFolders'],
  actions: ['s3:GetObject'],
  collect: async () => {
    throw new Error('not written')
  },
})
