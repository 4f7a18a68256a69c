import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { writeTextFile } from '../../src/disk/write.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a file that is written', () => {
  test('gets its folder, and leaves nothing else there', async () => {
    await writeTextFile(join(folder, 'a', 'b', 'report.json'), 'x')
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['report.json'])
    expect(readFileSync(join(folder, 'a', 'b', 'report.json'), 'utf8')).toBe('x')
  })

  test('takes the place of the one before it as a whole: who has that open reads it to its end', async () => {
    const path = join(folder, 'report.json')
    writeFileSync(path, 'old', { mode: 0o640 })
    const { ino } = statSync(path)
    await writeTextFile(path, 'new')
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o640])
    expect(statSync(path).ino).not.toBe(ino)
  })

  test('is the one that a link leads to', async () => {
    writeFileSync(join(folder, 'real.json'), 'old')
    symlinkSync('real.json', join(folder, 'link.json'))
    await writeTextFile(join(folder, 'link.json'), 'new')
    expect(readFileSync(join(folder, 'real.json'), 'utf8')).toBe('new')
  })

  test('by two at the same time is one of the two, whole', async () => {
    const path = join(folder, 'report.json')
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(500_000))
    await Promise.all(texts.map((text) => writeTextFile(path, text)))
    expect(texts).toContain(readFileSync(path, 'utf8'))
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  test.each([
    ['a folder', (path: string) => execFileSync('mkdir', [path]), /EISDIR/],
    ['a link to nowhere', (path: string) => symlinkSync('/nowhere/at/all', path), /ENOENT/],
  ])('in the place of %s is refused, and leaves nothing', async (_, put, reason) => {
    const path = join(folder, 'report.json')
    put(path)
    await expect(writeTextFile(path, 'x')).rejects.toThrow(reason)
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  test('to a device goes there', async () => {
    await writeTextFile('/dev/null', 'x')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })
})
