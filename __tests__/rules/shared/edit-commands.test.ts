import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { Machine } from '../../../src/model/facts/machine.ts'
import {
  allReturns,
  byteOrderMarkAtStart,
  commentedLine,
  editCommand,
  firstLineAs,
  inFirstLine,
  lineAtEnd,
  lineBeforeFirst,
  lineBehindFirst,
  returnsAtLineEnds,
} from '../../../src/rules/shared/edit-commands.ts'
import { denied, known } from '../../builders.ts'

const on = (platform: Machine['platform']) => known<Machine>({ platform, architecture: 'arm64', packageManagers: [] })
const folder = mkdtempSync(join(tmpdir(), 'edits-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('macOS has another sed', () => {
  expect(editCommand(on('macos'), 'a.sh', returnsAtLineEnds)).toBe("perl -i -pe 's/\\r$//' a.sh")
  for (const machine of [on('linux'), on('windows'), denied('none'), undefined]) {
    expect(editCommand(machine, 'a.sh', returnsAtLineEnds)).toBe("sed -i 's/\\r$//' a.sh")
  }
})

describe.each(['linux', 'macos'] as const)('the commands for %s', (platform) => {
  const program = platform === 'macos' ? 'perl' : 'sed'
  const isHere = spawnSync(program, [program === 'sed' ? '--version' : '-v']).status === 0
  const check = isHere ? test.each : test.skip.each
  check([
    ['carriage returns at line ends', returnsAtLineEnds, 'a\rb\r\nc\r\n', 'a\rb\nc\n'],
    ['all carriage returns', allReturns, 'a\rb\r\nc\n', 'ab\nc\n'],
    ['a byte order mark', byteOrderMarkAtStart, '\uFEFF#!/bin/sh\n\uFEFFa\n', '#!/bin/sh\n\uFEFFa\n'],
    ['a line before the first', lineBeforeFirst('#!/bin/bash'), 'a\nb\n', '#!/bin/bash\na\nb\n'],
    ['a line behind the first', lineBehindFirst('set -e'), 'a\nb\n', 'a\nset -e\nb\n'],
    ['another first line', firstLineAs('#!/bin/bash'), '#!/bin/bahs -e\nb\n', '#!/bin/bash\nb\n'],
    ['another name in the first line', inFirstLine('bahs', 'bash'), '#!/bin/bahs -e\nbahs\n', '#!/bin/bash -e\nbahs\n'],
    ['a comment', commentedLine(2), 'a\nexit 1\nb\n', 'a\n# exit 1\nb\n'],
    ['a line at the end', lineAtEnd('exit 0'), 'a\nb\n', 'a\nb\nexit 0\n'],
  ])('%s', (_, edit, before, after) => {
    const file = join(folder, `${platform}.sh`)
    writeFileSync(file, before)
    expect(spawnSync('sh', ['-c', editCommand(on(platform), file, edit)]).status).toBe(0)
    expect(readFileSync(file, 'utf8')).toBe(after)
  })
})
