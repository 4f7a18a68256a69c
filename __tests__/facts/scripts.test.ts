import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { Clients } from '../../src/facts/clients.ts'
import type { Context } from '../../src/facts/collect.ts'
import { maxScriptBytes } from '../../src/facts/script-text.ts'
import { repositoryScripts } from '../../src/facts/scripts.ts'
import { aPlan, aRequest, aScriptedGroup } from '../builders.ts'

let machine: string
let folder: string

beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), 'scripts-'))
  folder = join(machine, 'scripts')
  await mkdir(folder)
})

afterEach(() => rm(machine, { recursive: true }))

const write = async (path: string, content: string | Uint8Array, mode = 0o644): Promise<void> => {
  const place = join(folder, path)
  await mkdir(dirname(place), { recursive: true })
  await writeFile(place, content)
  await chmod(place, mode)
}

// This collector makes no call.
const clients = {} as Clients
const read = (plan = aPlan({ lifecycleScripts: folder })) => {
  const context: Context = { plan, clients, signal: new AbortController().signal }
  return repositoryScripts.collect(context, () => Promise.reject(new Error('builds on no fact')))
}

describe('repositoryScripts', () => {
  test('lists every file and reads those that rules read, as they are', async () => {
    await write('on_create.sh', '\uFEFF#!/bin/bash\r\n', 0o755)
    await write('utils/motd.sh', 'é\n')
    await write('utils/.hidden.bash', '')
    await write('hook', '#!/bin/sh\n')
    await write('LICENSE', 'text')
    await write('config.py', 'a = 1')
    await write('provisioning_parameters.json', '{}')
    await write('utils/provisioning_parameters.json', '{}')
    await write('image.png', '#!')
    await write('.git/hooks/pre-commit.sh', 'a')
    await write('node_modules/a/b.sh', 'a')
    const found = await read()
    expect(found?.origin).toBe('repository')
    expect(found?.name).toBe(folder)
    expect(found?.paths).toEqual([
      'LICENSE',
      'config.py',
      'hook',
      'image.png',
      'on_create.sh',
      'provisioning_parameters.json',
      'utils/.hidden.bash',
      'utils/motd.sh',
      'utils/provisioning_parameters.json',
    ])
    expect(found?.files).toEqual({
      'config.py': { kind: 'text', text: 'a = 1', executable: false },
      hook: { kind: 'text', text: '#!/bin/sh\n', executable: false },
      'on_create.sh': { kind: 'text', text: '\uFEFF#!/bin/bash\r\n', executable: true },
      'provisioning_parameters.json': { kind: 'text', text: '{}', executable: false },
      'utils/.hidden.bash': { kind: 'text', text: '', executable: false },
      'utils/motd.sh': { kind: 'text', text: 'é\n', executable: false },
    })
  })

  test('an entry point is read whatever its name', async () => {
    await write('setup.txt', 'a')
    const found = await read(aPlan({ lifecycleScripts: folder, request: aRequest(), instanceGroups: [aScriptedGroup('setup.txt')] }))
    expect(Object.keys(found?.files ?? {})).toEqual(['setup.txt'])
  })

  test('what is too large or not UTF-8 is refused, with the reason', async () => {
    await write('large.sh', 'a'.repeat(maxScriptBytes + 1))
    await write('fits.sh', 'a'.repeat(maxScriptBytes))
    await write('latin.sh', Uint8Array.of(0x23, 0xe9, 0x0a))
    await write('wide.sh', Uint8Array.of(0xff, 0xfe, 0x23, 0x00))
    const { files = {} } = (await read()) ?? {}
    expect(files['fits.sh']?.kind).toBe('text')
    expect(files['large.sh']).toEqual({ kind: 'refused', reason: 'it has 1048577 bytes, scripts are read up to 1048576' })
    expect(files['latin.sh']).toEqual({ kind: 'refused', reason: 'it is not UTF-8 text' })
    expect(files['wide.sh']).toEqual({ kind: 'refused', reason: 'it is UTF-16 text, which no shell reads' })
  })

  test('a link is read only where it leads to a file of the folder', async () => {
    await writeFile(join(machine, 'secret.sh'), 'secret')
    await mkdir(join(machine, 'scripts-of-others'))
    await writeFile(join(machine, 'scripts-of-others', 'a.sh'), 'secret')
    await write('real.sh', 'a')
    await write('utils/b.sh', 'b')
    await symlink('real.sh', join(folder, 'inside.sh'))
    await symlink('../secret.sh', join(folder, 'outside.sh'))
    await symlink('../scripts-of-others/a.sh', join(folder, 'beside.sh'))
    await symlink('nowhere.sh', join(folder, 'broken.sh'))
    await symlink('utils', join(folder, 'loop.sh'))
    await symlink('..', join(folder, 'up'))
    const found = await read()
    expect(found?.files).toEqual({
      'beside.sh': { kind: 'refused', reason: 'it is a link that leaves the folder' },
      'broken.sh': { kind: 'refused', reason: 'it is a link that leads nowhere' },
      'inside.sh': { kind: 'text', text: 'a', executable: false },
      'loop.sh': { kind: 'refused', reason: 'it is a link to something that is not a file' },
      'outside.sh': { kind: 'refused', reason: 'it is a link that leaves the folder' },
      'real.sh': { kind: 'text', text: 'a', executable: false },
      'utils/b.sh': { kind: 'text', text: 'b', executable: false },
    })
    expect(JSON.stringify(found)).not.toContain('secret"')
  })

  test('no folder named is null; one that is not there, or is a file, throws and names it', async () => {
    expect(await read(aPlan({ lifecycleScripts: null }))).toBeNull()
    await expect(read(aPlan({ lifecycleScripts: join(folder, 'none') }))).rejects.toThrow(/scripts\/none cannot be opened \(ENOENT/)
    await write('a.sh', 'a')
    await expect(read(aPlan({ lifecycleScripts: join(folder, 'a.sh') }))).rejects.toThrow(/a\.sh is not a folder/)
  })
})
