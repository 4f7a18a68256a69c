import { expect, test } from '@jest/globals'
import { folderUri, parseS3Folder } from '../../../src/semantics/plan/s3-uri.ts'

test.each([
  ['s3://bucket/a/b/', 's3://bucket/a/b/'],
  ['s3://bucket/a/b', 's3://bucket/a/b/'],
  ['s3://bucket//a//', 's3://bucket/a/'],
  ['s3://bucket', 's3://bucket/'],
  ['bucket', 's3://bucket/'],
  ['bucket/a', 's3://bucket/a/'],
  ['my.bucket-1/a', 's3://my.bucket-1/a/'],
  [`${'a'.repeat(63)}/b`, `s3://${'a'.repeat(63)}/b/`],
  ['https://bucket.s3.us-west-2.amazonaws.com/a/b', 's3://bucket/a/b/'],
  ['https://bucket.s3-us-west-2.amazonaws.com/a', 's3://bucket/a/'],
  ['https://bucket.s3.amazonaws.com', 's3://bucket/'],
  ['https://my.bucket.s3.dualstack.us-west-2.amazonaws.com/a', 's3://my.bucket/a/'],
  ['https://bucket.s3.cn-north-1.amazonaws.com.cn/a', 's3://bucket/a/'],
  ['https://s3.us-west-2.amazonaws.com/bucket/a', 's3://bucket/a/'],
  ['https://s3-us-west-2.amazonaws.com/bucket', 's3://bucket/'],
  ['https://s3.cn-north-1.amazonaws.com.cn/bucket/a', 's3://bucket/a/'],
])('%j is %s', (text, uri) => {
  const folder = parseS3Folder(text)
  expect(folder === null ? null : folderUri(folder)).toBe(uri)
})

test.each([
  '',
  '  s3://bucket/a',
  's3://bucket ',
  's3://',
  's3:///a',
  'ab',
  `${'a'.repeat(64)}`,
  's3://Bucket/a',
  's3://-bucket/a',
  's3://bucket-/a',
  's3://buck_et/a',
  's3://192.168.0.1/a',
  'http://bucket.s3.us-west-2.amazonaws.com/a',
  'https://s3.us-west-2.amazonaws.com',
  'https://s3.us-west-2.amazonaws.com.example.com/bucket',
  'https://www.s3.us-west-2.amazonaws.com.example.com/a',
  'https://example.com/bucket',
  'https://bucket.s3.us-west-2.example.com/a',
  'https://xs3.us-west-2.amazonaws.com/bucket',
])('%j is no folder', (text) => {
  expect(parseS3Folder(text)).toBeNull()
})

test('an address of IPv4 is no bucket, a name with dots and digits is', () => {
  expect(parseS3Folder('s3://10.20.30.400x/a')).toEqual({ bucket: '10.20.30.400x', prefix: 'a/' })
  expect(parseS3Folder('s3://1.2.3/a')).toEqual({ bucket: '1.2.3', prefix: 'a/' })
})
