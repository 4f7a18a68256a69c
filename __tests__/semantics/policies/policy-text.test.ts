// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Match,
  matchArn,
  matchResource,
  matchText,
  matchTextFolded,
  patternOf,
  unknownPart,
} from '../../../src/semantics/policies/policy-text.ts'

const like = (pattern: string, text: string, context = {}): Match => matchText(patternOf(pattern, context, true), text)
const eni = `arn:aws:ec2:us-west-2:1:network-interface/${unknownPart}`

describe('wildcards, variables and parts that are not known', () => {
  test.each<[string, string, Match]>([
    ['*', '', 'yes'],
    ['a*c', 'abbc', 'yes'],
    ['a?c', 'abc', 'yes'],
    ['a?c', 'ac', 'no'],
    ['a*b*c', 'aXbYcZ', 'no'],
    ['A', 'a', 'no'],
    ['*', '*', 'yes'],
    [`a${unknownPart}`, 'ab', 'no'],
    ['a?', `a${unknownPart}`, 'maybe'],
    ['a*', `a${unknownPart}`, 'yes'],
    ['a*z', `a${unknownPart}`, 'maybe'],
    ['a*z', `a${unknownPart}z`, 'yes'],
    ['b*', `a${unknownPart}`, 'no'],
    ['${*}', '*', 'yes'],
    ['${*}', 'x', 'no'],
    ['${$}{a}', '${a}', 'yes'],
    ['x-${open', 'x-${open', 'yes'],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(like(pattern, text)).toBe(expected)
  })

  test.each<[string, string, Match]>([
    ['home/${aws:username}/*', 'home/ann/x', 'yes'],
    ['home/${AWS:UserName}/*', 'home/ann/x', 'yes'],
    ['home/${aws:username}/*', 'home/bob/x', 'no'],
    ["home/${aws:none, 'guest'}/*", 'home/guest/x', 'yes'],
    ['home/${aws:none}/*', 'home//x', 'no'],
    ['home/${aws:unheard}/*', 'home/ann/x', 'maybe'],
    ['home/${aws:unheard}/*', 'other/ann/x', 'no'],
    ['home/${aws:star}/x', 'home/anything/x', 'no'],
    ['home/${aws:many}/x', 'home/a/x', 'maybe'],
  ])('%s and %s: %s', (pattern, text, expected) => {
    const context = { 'aws:username': ['ann'], 'aws:none': null, 'aws:star': ['*'], 'aws:many': ['a', 'b'] }
    expect(like(pattern, text, context)).toBe(expected)
  })

  test('a folded match does not look at the case', () => {
    expect(matchTextFolded(patternOf('S3:get*', {}, true), 's3:GetObject')).toBe('yes')
  })

  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 })
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })

  test('agrees with a regular expression where everything is known', () => {
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`)
        expect(like(pattern, text)).toBe(expression.test(text) ? 'yes' : 'no')
      }),
    )
  })

  test('what is said about a part that is not known holds for every content of it', () => {
    fc.assert(
      fc.property(patterns, letters, letters, letters, (pattern, before, content, after) => {
        const open = like(pattern, before + unknownPart + after)
        if (open !== 'maybe') expect(like(pattern, before + content + after)).toBe(open)
      }),
      { numRuns: 2_000 },
    )
  })

  test('a hostile pattern is answered at once', () => {
    const started = performance.now()
    expect(like(`${'*a'.repeat(1_000)}b`, 'a'.repeat(2_000))).toBe('no')
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('matchArn', () => {
  const arn = (pattern: string, text: string): Match => matchArn(patternOf(pattern, { 'aws:PrincipalAccount': ['1'] }, true), text)
  test.each<[string, string, Match]>([
    ['arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/a:b', 'yes'],
    ['arn:aws:iam::${aws:PrincipalAccount}:role/*', 'arn:aws:iam::1:role/a', 'yes'],
    ['arn:aws:*:role/a', 'arn:aws:iam::1:role/a', 'maybe'],
    ['arn:*:iam::1:role/a', 'arn:aws:iam:x:1:role/a', 'no'],
    ['arn:aws:iam::1:role/a', 'not an arn', 'no'],
    ['*', 'arn:aws:iam::1:role/a', 'maybe'],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(arn(pattern, text)).toBe(expected)
  })
})

describe('matchResource', () => {
  test.each<[string, string, Match]>([
    ['*', '*', 'yes'],
    ['*', eni, 'yes'],
    ['arn:aws:ec2:*:*:network-interface/*', eni, 'yes'],
    ['arn:aws:ec2:*:*:network-interface/eni-1', eni, 'maybe'],
    ['arn:aws:ec2:*:*:subnet/*', eni, 'no'],
    ['arn:aws:ec2:*:*:subnet/*', '*', 'no'],
    ['arn:aws:ec2:us-west-2:*', eni, 'yes'],
    ['arn:aws:s3*', 'arn:aws:s3:::bucket/key', 'yes'],
    ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket', 'no'],
    ['arn:aws:s3:::Bucket', 'arn:aws:s3:::bucket', 'no'],
    ['arn:aws:iam:*1:role/x', 'arn:aws:iam::1:role/x', 'no'],
    ['arn:*:role/x', 'arn:aws:iam::1:role/x', 'no'],
    ['arn:aws:*:*:*:*:role/x', 'arn:aws:iam::1:x:role/x', 'yes'],
    ['arn:aws:iam:a*:b:*', 'arn:aws:iam:a:c:x:b:y', 'maybe'],
  ])('%s and %s: %s', (pattern, resource, expected) => {
    expect(matchResource(pattern, resource, {})).toBe(expected)
  })
})
