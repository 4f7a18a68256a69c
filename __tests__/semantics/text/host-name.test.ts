import { describe, expect, test } from '@jest/globals'
import { whyNoHostName } from '../../../src/semantics/text/host-name.ts'

describe('what cannot be the host name of a file system', () => {
  test.each([
    'PLACEHOLDER_FSX_DNS',
    'FSX_DNS_NAME',
    '__FSX_DNS__',
    'null',
    'None',
    'undefined',
    'TODO',
    'n/a',
    'your-fsx-dns-name',
    '<fsx-dns-name>',
    `\${FSX_ID}.fsx.us-west-2.amazonaws.com`,
    '$FSX_DNS_NAME',
    '{{ fsx_dns_name }}',
    'fs-xxxxxxxxxxxxxxxxx.fsx.us-west-2.amazonaws.com',
    'fs-id.fsx.us-west-2.amazonaws.com',
    'fs-0123456789abcdef0.fsx.REGION.amazonaws.com',
    'fs-0123456789abcdef0.fsx.region.amazonaws.com',
    'fs-0123456789abcdef0.fsx.<region>.amazonaws.com',
  ])('%s is a placeholder', (name) => {
    expect(whyNoHostName(name)).toBe('is a placeholder')
  })

  test.each([
    'the file system',
    'https://fs.example.com/',
    '-fs.example.com',
    'a..b',
    '@@FSX@@',
    `${'a'.repeat(64)}.example.com`,
    'fs.example.com:/fsx',
  ])('%s cannot be a host name', (name) => {
    expect(whyNoHostName(name)).toBe('cannot be a host name')
  })

  test.each([
    'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com',
    'fs-01234567.fsx.cn-north-1.amazonaws.com.cn',
    'fs-0123456789abcdef0.fsx.us-gov-west-1.amazonaws.com.',
    'FS-0123456789ABCDEF0.fsx.eusc-de-east-1.amazonaws.eu',
    'fs-0123456789abcdef0',
    'storage.corp.example',
    'my_storage.corp.example',
    'lustre',
    '10.0.0.10',
    'fd00:ec2::10',
  ])('%s can be one', (name) => {
    expect(whyNoHostName(name)).toBeNull()
  })
})
