import { defineCollector } from './collect.ts'

export const repositoryScripts = defineCollector({
  id: 'repositoryScripts',
  needs: [],
  actions: [],
  collect: async () => {
    throw new Error('not written')
  },
})
