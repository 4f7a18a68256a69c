import { defineCollector } from './collect.ts'

export const tools = defineCollector({
  id: 'tools',
  needs: [],
  actions: [],
  collect: async () => {
    throw new Error('not written')
  },
})
