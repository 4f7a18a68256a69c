import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { machineOf } from '../../../src/facts/machine/machine.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'machine-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A folder with these executables, each of which leaves a mark where it is run. */
const folderOf = (...names: readonly string[]): string => {
  const bin = mkdtempSync(path.join(folder, 'bin-'))
  for (const name of names) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\ntouch ${path.join(folder, 'was-run')}\n`)
    chmodSync(path.join(bin, name), 0o755)
  }
  return bin
}

describe('the machine', () => {
  test.each([
    ['linux', 'x64', 'linux', 'x64'],
    ['darwin', 'arm64', 'macos', 'arm64'],
    ['win32', 'x64', 'windows', 'x64'],
    ['freebsd', 'x64', 'other', 'x64'],
    ['linux', 'riscv64', 'linux', 'other'],
  ])('%s %s is %s %s', async (platform, architecture, expectedPlatform, expectedArchitecture) => {
    await expect(machineOf(platform, architecture, {})).resolves.toEqual({
      platform: expectedPlatform,
      architecture: expectedArchitecture,
      packageManagers: [],
    })
  })

  test('package managers are those on PATH, in one order, whatever else is there; none is run', async () => {
    const notAFile = folderOf()
    mkdirSync(path.join(notAFile, 'choco'))
    const environment = { PATH: [folderOf('yum', 'pacman'), folderOf('apt-get', 'yum', 'brew'), notAFile].join(path.delimiter) }
    await expect(machineOf('linux', 'x64', environment)).resolves.toMatchObject({ packageManagers: ['apt-get', 'yum', 'brew'] })
    await expect(machineOf('linux', 'x64', { PATH: folder })).resolves.toMatchObject({ packageManagers: [] })
    expect(() => rmSync(path.join(folder, 'was-run'))).toThrow('ENOENT')
  })
})
