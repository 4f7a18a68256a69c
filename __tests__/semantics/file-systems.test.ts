import { describe, expect, test } from '@jest/globals'
import type { PlannedFileSystem } from '../../src/model/plan.ts'
import { fileSystemSubject, findFileSystem, plannedFileSystems } from '../../src/semantics/file-systems.ts'
import { aFileSystem, aPlan } from '../builders.ts'

const planned = (fileSystemId: string | null, dnsName: string | null = null): PlannedFileSystem => ({
  type: 'unstated',
  fileSystemId,
  dnsName,
  mountName: null,
  instanceGroups: [],
  location: null,
})
const one = aFileSystem({ fileSystemId: 'fs-0000000001' })
const two = aFileSystem({ fileSystemId: 'fs-0000000002' })

describe('findFileSystem', () => {
  test.each<readonly [string, PlannedFileSystem, string | null]>([
    ['by id', planned('fs-0000000002'), 'fs-0000000002'],
    ['by DNS name', planned(null, 'fs-0000000002.fsx.us-west-2.amazonaws.com'), 'fs-0000000002'],
    ['by DNS name in capitals', planned(null, 'FS-0000000002.FSX.US-WEST-2.AMAZONAWS.COM.'), 'fs-0000000002'],
    ['the id goes before the DNS name', planned('fs-0000000001', 'fs-0000000002.fsx.us-west-2.amazonaws.com'), 'fs-0000000001'],
    ['an id that begins alike is another', planned('fs-000000000'), null],
    ['a file cache', planned(null, 'fc-0000000002.fsx.us-west-2.amazonaws.com'), null],
    ['neither id nor name', planned(null), null],
  ])('%s', (_, wanted, id) => {
    expect(findFileSystem(wanted, [one, two])?.fileSystemId ?? null).toBe(id)
  })
})

test('plannedFileSystems: each once, in the order of the plan, absent ones left out', () => {
  const fileSystems = [
    planned(null, 'fs-0000000002.fsx.us-west-2.amazonaws.com'),
    planned('fs-0000000009'),
    planned('fs-0000000001'),
    planned('fs-0000000002'),
  ]
  expect(plannedFileSystems(aPlan({ fileSystems }), [one, two])).toEqual([two, one])
})

test('fileSystemSubject: the id wherever there is one', () => {
  expect(fileSystemSubject(planned('fs-0000000009'), null)).toBe('fs-0000000009')
  expect(fileSystemSubject(planned(null, 'fs-0000000002.fsx.us-west-2.amazonaws.com'), two)).toBe('fs-0000000002')
  expect(fileSystemSubject(planned(null, 'fs-0000000009.fsx.us-west-2.amazonaws.com'), null)).toBe(
    'fs-0000000009.fsx.us-west-2.amazonaws.com',
  )
})
