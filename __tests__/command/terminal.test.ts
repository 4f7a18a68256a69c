import { describe, expect, test } from '@jest/globals'
import { useProfile } from '../../src/command/credentials-profile.ts'
import { hasColour } from '../../src/command/terminal.ts'

describe('colour, where standard output is no terminal', () => {
  test.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ])('%j: %s', (environment, expected) => {
    expect(hasColour(environment)).toBe(expected || ('FORCE_COLOR' in environment ? false : process.stdout.isTTY === true && expected))
  })
})

test('a profile that is named wins over keys of the environment', () => {
  const environment = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't', AWS_PROFILE: 'other', PATH: '/bin' }
  useProfile('training', environment)
  expect(environment).toEqual({ AWS_PROFILE: 'training', PATH: '/bin' })
})
