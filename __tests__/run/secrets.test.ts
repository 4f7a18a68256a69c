import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { secretsOf } from '../../src/run/secrets.ts'

const key = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY=EXAMPLEKEY'

describe('secrets', () => {
  test('of the environment are hidden as they are, in URLs and in JSON', () => {
    const { hide } = secretsOf({ AWS_SECRET_ACCESS_KEY: key, AWS_REGION: 'us-west-2-is-no-secret' })
    expect(hide(`a ${key} b ${encodeURIComponent(key)} us-west-2-is-no-secret`)).toBe('a *** b *** us-west-2-is-no-secret')
    const multiline = secretsOf({ GITHUB_TOKEN: 'first line of it\nsecond "line"' })
    expect(multiline.hide(JSON.stringify('first line of it\nsecond "line"'))).toBe('"***"')
  })

  test('that are learned later are hidden from then on', () => {
    const secrets = secretsOf({})
    expect(secrets.hide(key)).toBe(key)
    secrets.add(key)
    secrets.add(undefined)
    expect(secrets.hide(`${key}${key}`)).toBe('******')
  })

  test('of which one is a part of another leave nothing of either', () => {
    const secrets = secretsOf({ AWS_ACCESS_KEY_ID: key.slice(0, 20), AWS_SECRET_ACCESS_KEY: key })
    expect(secrets.hide(key)).toBe('***')
  })

  test('that are short enough to be words are left', () => {
    expect(secretsOf({ AWS_SECRET_ACCESS_KEY: 'secret' }).hide('a secret')).toBe('a secret')
  })

  test('are in no part of a value, whatever its shape, and a value without one is the same', () => {
    const secrets = secretsOf({ AWS_SECRET_ACCESS_KEY: key })
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const clean = { one, other }
        expect(secrets.hideIn(clean)).toBe(clean)
        const hidden = secrets.hideIn({ one, [`x${key}`]: [other, key, { deep: `a${key}b` }] })
        expect(hidden).toEqual({ one, 'x***': [other, '***', { deep: 'a***b' }] })
      }),
    )
  })
})
