import { expect, test } from '@jest/globals'
import { policyToRead } from '../../../src/rules/shared/unread-policy.ts'

test.each([
  ['denied', 'Allow kms:GetKeyPolicy for the role that runs this check, or read the policy of the key.'],
  ['unsupported', 'Read the statement: whether its condition holds when nodes ask is for you to tell.'],
  ['throttled', 'Run the check again, or read the policy of the key.'],
] as const)('what to do where it is %s', (reason, text) => {
  expect(policyToRead({ reason, action: 'kms:GetKeyPolicy', message: '' }, 'the policy of the key')).toBe(text)
})
