import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { likelyPartSizes, provesSame, readETag } from '../../../src/semantics/lifecycle/etag.ts'

const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
const mebibyte = 1024 ** 2

describe('readETag', () => {
  test.each([
    [`"${md5}"`, { kind: 'whole', md5 }],
    [md5, { kind: 'whole', md5 }],
    [`"${md5}-12"`, { kind: 'parts', digest: md5, parts: 12 }],
    [`"${md5}-0"`, { kind: 'opaque' }],
    [`W/"${md5}"`, { kind: 'opaque' }],
    ['"e"', { kind: 'opaque' }],
    ['', { kind: 'opaque' }],
  ])('%s', (text, read) => {
    expect(readETag(text)).toEqual(read)
  })
})

describe('likelyPartSizes', () => {
  test.each([
    [20 * mebibyte, 3, [7, 8]],
    [20 * mebibyte, 4, [5, 6]],
    [10 * mebibyte, 2, [5, 6, 7, 8]],
    [100 * mebibyte, 7, [15, 16]],
    [10 * mebibyte, 9, []],
  ])('%i bytes in %i parts', (size, parts, mebibytes) => {
    expect(likelyPartSizes(size, parts)).toEqual(mebibytes.map((count) => count * mebibyte))
  })

  test('one part holds everything; an empty file has a part size too', () => {
    expect(likelyPartSizes(3, 1)).toEqual([3])
    expect(likelyPartSizes(0, 1)).toEqual([1])
  })

  test('each cuts the file into exactly so many parts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 36 }), fc.integer({ min: 1, max: 10_000 }), (size, parts) => {
        for (const partSize of likelyPartSizes(size, parts)) expect(Math.ceil(size / partSize)).toBe(parts)
      }),
    )
  })
})

describe('provesSame', () => {
  test.each([
    ['the MD5 of the file', `"${md5}"`, { md5, multipartEtags: [] }, true],
    ['another digest', `"${'0'.repeat(32)}"`, { md5, multipartEtags: [] }, false],
    ['a file that was not hashed', `"${md5}"`, { md5: null, multipartEtags: [] }, false],
    ['a likely cut into parts', `"${md5}-2"`, { md5: null, multipartEtags: [`${md5}-3`, `${md5}-2`] }, true],
    ['the same digest in another number of parts', `"${md5}-2"`, { md5, multipartEtags: [`${md5}-3`] }, false],
    ['an ETag that is no digest', '"e"', { md5: 'e', multipartEtags: ['e'] }, false],
  ])('%s', (_, etag, digests, proven) => {
    expect(provesSame(etag, digests)).toBe(proven)
  })
})
