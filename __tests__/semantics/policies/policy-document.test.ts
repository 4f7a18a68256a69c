// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseEncodedPolicyDocument, parsePolicyDocument, policyJson } from '../../../src/semantics/policies/policy-document.ts'

const parse = (value: unknown) => parsePolicyDocument(JSON.stringify(value))
const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }

describe('parsePolicyDocument', () => {
  test('single values become lists', () => {
    expect(parse({ Version: '2012-10-17', Statement: { ...allow, Condition: { Bool: { 'aws:SecureTransport': true } } } })).toEqual({
      statements: [
        {
          sid: null,
          effect: 'Allow',
          actions: { form: 'Action', patterns: ['s3:GetObject'] },
          resources: { form: 'Resource', patterns: ['*'] },
          principals: null,
          conditions: { Bool: { 'aws:SecureTransport': ['true'] } },
        },
      ],
    })
  })

  test.each([
    ['everybody', '*', { AWS: ['*'] }],
    ['one of a type', { Service: 'sagemaker.amazonaws.com' }, { Service: ['sagemaker.amazonaws.com'] }],
    ['several types', { AWS: ['1', '2'], Federated: 'x' }, { AWS: ['1', '2'], Federated: ['x'] }],
    ['types in another case', { service: 'ec2.amazonaws.com' }, { Service: ['ec2.amazonaws.com'] }],
  ])('principal: %s', (_, Principal, values) => {
    const document = parse({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] })
    expect(document?.statements[0]?.principals).toEqual({ form: 'Principal', values })
  })

  test('names of elements in another case are those elements', () => {
    expect(parse({ version: '2012-10-17', statement: [{ effect: 'Deny', notaction: 's3:*', notresource: ['a'] }] })).toMatchObject({
      statements: [{ effect: 'Deny', actions: { form: 'NotAction' }, resources: { form: 'NotResource', patterns: ['a'] } }],
    })
  })

  test('a document of version 2008-10-17 has no variables', () => {
    const resource = 'arn:aws:s3:::home/${aws:username}/*'
    const of = (Version: string | undefined) =>
      parse({ Version, Statement: { ...allow, Resource: resource } })?.statements[0]?.resources?.patterns
    expect(of('2012-10-17')).toEqual([resource])
    expect(of('2008-10-17')).toEqual(['arn:aws:s3:::home/${$}{aws:username}/*'])
    expect(of(undefined)).toEqual(['arn:aws:s3:::home/${$}{aws:username}/*'])
  })

  test.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['no statement', '{"Version":"2012-10-17"}'],
    ['an unknown version', JSON.stringify({ Version: '2020-01-01', Statement: allow })],
    ['an unknown element', JSON.stringify({ Statement: { ...allow, Comment: 'x' } })],
    ['an element twice, in two cases', JSON.stringify({ Statement: { ...allow, action: 's3:*' } })],
    ['Action and NotAction', JSON.stringify({ Statement: { ...allow, NotAction: 's3:*' } })],
    ['no action', JSON.stringify({ Statement: { Effect: 'Allow', Resource: '*' } })],
    ['an effect in lower case', JSON.stringify({ Statement: { ...allow, Effect: 'allow' } })],
    ['a number as action', JSON.stringify({ Statement: { ...allow, Action: 1 } })],
    ['a principal of an unknown type', JSON.stringify({ Statement: { ...allow, Principal: { Robot: 'x' } } })],
    ['an object as value of a condition', JSON.stringify({ Statement: { ...allow, Condition: { Bool: { 'aws:x': { y: 1 } } } } })],
    ['null', 'null'],
  ])('%s is not in the grammar', (_, text) => {
    expect(parsePolicyDocument(text)).toBeNull()
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parsePolicyDocument(text)
        parseEncodedPolicyDocument(text)
      }),
    )
  })
})

describe('parseEncodedPolicyDocument', () => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: { ...allow, Resource: 'arn:aws:s3:::a b%20c+d/*' } })

  test('percent-encoded and plain texts are the same document', () => {
    expect(parseEncodedPolicyDocument(encodeURIComponent(text))).toEqual(parsePolicyDocument(text))
    expect(parseEncodedPolicyDocument(text)).toEqual(parsePolicyDocument(text))
    expect(parsePolicyDocument(text)?.statements[0]?.resources?.patterns).toEqual(['arn:aws:s3:::a b%20c+d/*'])
  })

  test('a broken encoding is no document', () => {
    expect(parseEncodedPolicyDocument('%7B%ZZ')).toBeNull()
  })
})

describe('policyJson', () => {
  test('is read back as the same document', () => {
    const document = parse({
      Statement: [
        { Sid: 'A', Effect: 'Allow', Principal: '*', NotAction: ['a:b', 'c:d'], Condition: { StringLike: { 'aws:x': ['1', '${y}'] } } },
        { Effect: 'Deny', Action: 's3:*', NotResource: 'arn' },
      ],
    })
    expect(document).not.toBeNull()
    if (document !== null) expect(parsePolicyDocument(policyJson(document))).toEqual(document)
  })
})
