import { defineCollector } from './collect.ts'

export const roles = defineCollector({
  id: 'roles',
  needs: [],
  actions: ['iam:GetRole'],
  collect: async () => {
    throw new Error('not written')
  },
})

export const rolePolicies = defineCollector({
  id: 'rolePolicies',
  needs: [],
  actions: ['iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:GetPolicy', 'iam:GetPolicyVersion'],
  collect: async () => {
    throw new Error('not written')
  },
})
