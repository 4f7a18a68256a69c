import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { pathFaults } from '../../src/inputs/output-paths.ts'

const folder = mkdtempSync(join(tmpdir(), 'paths-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'request.json'), '{}')
symlinkSync('request.json', join(folder, 'linked.json'))
linkSync(join(folder, 'request.json'), join(folder, 'hard.json'))
symlinkSync('.', join(folder, 'here'))

const named = (name: string, path: string) => ({ name, path: join(folder, path) })
const request = named('cluster-config', 'request.json')

describe('files of one run', () => {
  test.each([
    ['other files', ['a.json', 'b.json', 'sub/a.json'], 0],
    ['the same path twice', ['a.json', 'a.json'], 1],
    ['the same path in another spelling', ['new/a.json', 'new/../new/./a.json'], 1],
    ['the same file over a linked folder', ['a.json', 'here/a.json'], 1],
    ['an input', ['request.json'], 1],
    ['an input over a link', ['linked.json'], 1],
    ['an input over a hard link', ['hard.json'], 1],
    ['one path for three', ['a.json', 'a.json', 'a.json'], 2],
  ])('%s', (_, paths, faults) => {
    const written = paths.map((path, index) => named(`output-${index}`, path))
    expect(pathFaults([request], written)).toHaveLength(faults)
  })

  test('what takes everything may be named twice', () => {
    const sinks = ['json-file', 'html-file'].map((name) => ({ name, path: '/dev/null' }))
    expect(pathFaults([], sinks)).toEqual([])
  })

  test('a fault names both', () => {
    expect(pathFaults([request], [named('json-file', 'request.json')])).toEqual([
      { source: 'json-file', problem: `${join(folder, 'request.json')} is the file of cluster-config too`, expected: 'a file of its own' },
    ])
  })
})
