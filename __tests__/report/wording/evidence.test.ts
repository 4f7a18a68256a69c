import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Evidence } from '../../../src/model/finding.ts'
import { measureOf } from '../../../src/report/wording/evidence.ts'
import { momentWords } from '../../../src/report/wording/time.ts'

describe('evidence in words', () => {
  test.each<[string, Evidence[string], string, string]>([
    ['need', 3072, 'Needed', '3,072'],
    ['needGb', 500, 'Needed', '500 GB'],
    ['quotaTib', 1.5, 'Quota', '1.5 TiB'],
    ['shortfallVcpus', 2048, 'Short by', '2,048 vCPUs'],
    ['sizeBytes', 0, 'Size', '0 bytes'],
    ['inUse', 11, 'In use', '11'],
    ['vpcEndpointIds', ['vpce-1', 'vpce-2'], 'VPC endpoint IDs', 'vpce-1, vpce-2'],
    ['securityGroupsWithSelfRule', [], 'Security groups with self rule', 'none'],
    ['enableDnsHostnames', false, 'DNS hostnames', 'no'],
    ['roleArn', 'arn:aws:iam::1:role/x', 'Role ARN', 'arn:aws:iam::1:role/x'],
    ['startTime', '2026-11-23T09:05:00.000Z', 'Start time', 'November 23, 2026, 09:05 UTC'],
    ['quotaCode', 'L-1', 'Quota code', 'L-1'],
    ['Gb', 1, 'Gb', '1'],
    ['constructor', 'x', 'Constructor', 'x'],
    ['<b> Gb', 1, '<b> Gb', '1'],
  ])('%s: %j', (name, value, label, text) => {
    expect(measureOf(name, value)).toEqual({ label, value: text })
  })

  test('any name and any value have words', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.array(fc.string())), (name, value) => {
        const { label, value: text } = measureOf(name, value)
        expect([typeof label, typeof text]).toEqual(['string', 'string'])
      }),
    )
  })
})

describe('a moment', () => {
  test.each([
    ['2026-11-23T12:00:00.000Z', 'November 23, 2026, 12:00 UTC'],
    ['2027-01-02T03:04Z', 'January 2, 2027, 03:04 UTC'],
    ['2026-13-01T12:00:00Z', '2026-13-01T12:00:00Z'],
    ['2026-11-23', '2026-11-23'],
    ['2026-11-23T12:00:00+01:00', '2026-11-23T12:00:00+01:00'],
    ['', ''],
  ])('%s', (text, words) => {
    expect(momentWords(text)).toBe(words)
  })
})
