import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { convertedByGit } from '../../../src/facts/machine/git-endings.ts'

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'endings-')))
})

afterEach(() => rm(folder, { recursive: true }))

const git = (...words: readonly string[]): void => {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'core.autocrlf=false', ...words], {
    cwd: folder,
    stdio: 'ignore',
  })
}

const converted = async (paths: readonly string[], changes: NodeJS.ProcessEnv = {}, at = folder): Promise<readonly string[]> => {
  const environment = { ...process.env, HOME: folder, ...changes }
  return [...(await convertedByGit(at, paths, { environment, signal: new AbortController().signal }))].sort()
}

const withGit = spawnSync('git', ['--version']).status === 0 ? describe : describe.skip

withGit('what git has with line feeds alone', () => {
  test('is told of the files that it was asked about, in the folder', async () => {
    await mkdir(join(folder, 'scripts/utils'), { recursive: true })
    for (const path of ['on_create.sh', 'utils/é[1].sh', 'dos.sh', 'same.sh']) await writeFile(join(folder, 'scripts', path), 'a\nb\n')
    await writeFile(join(folder, 'scripts/dos.sh'), 'a\r\nb\r\n')
    git('init', '-q')
    git('add', '.')
    for (const path of ['on_create.sh', 'utils/é[1].sh', 'dos.sh', 'new.sh']) await writeFile(join(folder, 'scripts', path), 'a\r\nb\r\n')
    const asked = ['on_create.sh', 'utils/é[1].sh', 'dos.sh', 'same.sh', 'new.sh']
    expect(await converted(asked, {}, join(folder, 'scripts'))).toEqual(['on_create.sh', 'utils/é[1].sh'])
    expect(await converted(['on_create.sh', 'utils/é[1].sh'].slice(0, 1), {}, join(folder, 'scripts'))).toEqual(['on_create.sh'])
  })

  test('runs nothing that the repository names', async () => {
    await writeFile(join(folder, 'a.sh'), 'a\n')
    git('init', '-q')
    git('add', '.')
    await writeFile(join(folder, 'a.sh'), 'a\r\n')
    const hook = join(folder, 'hook')
    await writeFile(hook, `#!/bin/sh\ntouch ${join(folder, 'ran')}\n`)
    await chmod(hook, 0o755)
    git('config', 'core.fsmonitor', hook)
    git('config', 'filter.x.clean', hook)
    await writeFile(join(folder, '.gitattributes'), '*.sh filter=x\n')
    expect(await converted(['a.sh'])).toEqual(['a.sh'])
    await expect(stat(join(folder, 'ran'))).rejects.toThrow()
  })

  test('is nothing outside of a repository, or without git', async () => {
    await writeFile(join(folder, 'a.sh'), 'a\r\n')
    expect(await converted(['a.sh'], { GIT_CEILING_DIRECTORIES: folder })).toEqual([])
    git('init', '-q')
    expect(await converted(['a.sh'], { PATH: '/absent' })).toEqual([])
    expect(await converted([])).toEqual([])
  })
})
