import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openRegular } from '../../../src/disk/read.ts'
import type { Clients } from '../../../src/facts/engine/clients.ts'
import type { Context } from '../../../src/facts/engine/collect.ts'
import { maxScriptBytes } from '../../../src/facts/machine/script-text.ts'
import { repositoryScripts } from '../../../src/facts/machine/scripts.ts'
import { aPlan, aRequest, aScriptedGroup } from '../../builders.ts'

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
    expect(Object.keys(found?.others ?? {})).toEqual(['LICENSE', 'utils/provisioning_parameters.json'])
  })

  test('of what is no script nothing is kept but the places of credentials', async () => {
    const letters = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789'
    await write('on_create.sh', 'ls')
    await write('keys/deploy', `\n-----BEGIN ${'OPENSSH PRIVATE KEY'}-----\n${letters}${letters}\n-----END`)
    await write('.env', `AWS_ACCESS_KEY_ID=AKIA${'2E3F4G5HIJKLMNOP'}\nAWS_SECRET_ACCESS_KEY=${letters}aB+/\n`)
    await write('key.ppk', `PuTTY-User-Key-File-${'3'}: ssh-ed25519\r\nEncryption: none\r\n`)
    await write('large.json', 'a'.repeat(256 * 1024 + 1))
    const found = await read()
    expect(found?.others).toEqual({
      '.env': { kind: 'read', credentials: [{ what: 'an AWS access key with its secret (AKIA…)', line: 1, certain: true }] },
      'key.ppk': { kind: 'read', credentials: [{ what: 'a private key of PuTTY', line: 1, certain: true }] },
      'keys/deploy': { kind: 'read', credentials: [{ what: 'a private key', line: 2, certain: true }] },
    })
    expect(JSON.stringify(found)).not.toContain('AbCdEf')
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
    expect(files['large.sh']).toEqual({ kind: 'refused', cause: 'size', reason: 'it has 1048577 bytes, scripts are read up to 1048576' })
    expect(files['latin.sh']).toEqual({ kind: 'refused', cause: 'encoding', reason: 'it is not UTF-8 text' })
    expect(files['wide.sh']).toEqual({ kind: 'refused', cause: 'encoding', reason: 'it is UTF-16 text, which no shell reads' })
  })

  test('a link is followed only where it leads to a file or a folder of the same folder', async () => {
    await writeFile(join(machine, 'secret.sh'), 'secret')
    await mkdir(join(machine, 'scripts-of-others'))
    await writeFile(join(machine, 'scripts-of-others', 'a.sh'), 'secret')
    await write('real.sh', 'a')
    await write('utils/b.sh', 'b')
    await write('.git/config', 'secret')
    await symlink('real.sh', join(folder, 'inside.sh'))
    await symlink('../secret.sh', join(folder, 'outside.sh'))
    await symlink('../scripts-of-others/a.sh', join(folder, 'beside.sh'))
    await symlink('outside.sh', join(folder, 'twice.sh'))
    await symlink('/etc/passwd', join(folder, 'data.csv'))
    await symlink('nowhere.sh', join(folder, 'broken.sh'))
    await symlink('itself.sh', join(folder, 'itself.sh'))
    await symlink('utils', join(folder, 'linked.sh'))
    await symlink('..', join(folder, 'up'))
    await symlink('..', join(folder, 'utils', 'round'))
    await symlink('.git/config', join(folder, 'config.sh'))
    const found = await read()
    const refused = (cause: string, reason: string) => ({ kind: 'refused', cause, reason })
    const outside = refused('link-outside', 'it is a link that leaves the folder')
    const round = refused('link-loop', 'it is a link to a folder that holds it')
    expect(found?.files).toEqual({
      'beside.sh': outside,
      'broken.sh': refused('link-broken', 'it is a link that leads nowhere'),
      'config.sh': refused('link-outside', 'it is a link into .git, which is no part of the scripts'),
      'data.csv': outside,
      'inside.sh': { kind: 'text', text: 'a', executable: false },
      'itself.sh': refused('link-broken', 'it is a link that leads nowhere'),
      'linked.sh/b.sh': { kind: 'text', text: 'b', executable: false },
      'linked.sh/round': round,
      'outside.sh': outside,
      'real.sh': { kind: 'text', text: 'a', executable: false },
      'twice.sh': outside,
      up: outside,
      'utils/b.sh': { kind: 'text', text: 'b', executable: false },
      'utils/round': round,
    })
    expect(found?.paths).toEqual(Object.keys(found?.files ?? {}).sort())
    expect(JSON.stringify(found)).not.toMatch(/secret"|root:/)
  })

  test('links that lead from folder to folder end', async () => {
    await write('a/x.sh', 'x')
    await write('b/y.sh', 'y')
    await symlink('../b', join(folder, 'a', 'to-b'))
    await symlink('../a', join(folder, 'b', 'to-a'))
    expect((await read())?.paths).toEqual(['a/to-b/to-a', 'a/to-b/y.sh', 'a/x.sh', 'b/to-a/to-b', 'b/to-a/x.sh', 'b/y.sh'])
  })

  test('links that multiply the folders end at the bound', async () => {
    for (let level = 0; level < 15; level += 1) {
      await write(`${level}/a.txt`, 'a')
      await symlink(`../${level + 1}`, join(folder, `${level}`, 'left'))
      await symlink(`../${level + 1}`, join(folder, `${level}`, 'right'))
    }
    await write('15/a.txt', 'a')
    await expect(read()).rejects.toThrow(/more than 10000 files/)
  })

  test('a pipe is never waited for, a socket never read', async () => {
    execFileSync('mkfifo', [join(folder, 'on_create.sh'), join(folder, 'pipe')])
    await symlink('pipe', join(folder, 'to-pipe.sh'))
    const socket = createServer()
    await new Promise<void>((resolve) => socket.listen(join(folder, 'socket'), resolve))
    try {
      const strange = { kind: 'refused', cause: 'kind', reason: 'it is a pipe, a socket or a device, not a file' }
      expect((await read())?.files).toEqual({
        'on_create.sh': strange,
        pipe: strange,
        socket: strange,
        'to-pipe.sh': { ...strange, reason: 'it is a link to a pipe, a socket or a device' },
      })
    } finally {
      await new Promise((resolve) => socket.close(resolve))
    }
  })

  test('what has become a link or a pipe since the walk is not opened', async () => {
    await writeFile(join(machine, 'secret.sh'), 'secret')
    await symlink('../secret.sh', join(folder, 'a.sh'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await expect(openRegular(join(folder, 'a.sh'))).rejects.toMatchObject({ code: 'ELOOP' })
    await expect(openRegular(join(folder, 'pipe'))).rejects.toThrow('is not a regular file')
  })

  // Root opens everything, whatever the mode says.
  const asUser = process.getuid?.() === 0 ? test.skip : test
  asUser('a file and a folder that this machine may not open are refused, and hide nothing else', async () => {
    await write('closed.sh', 'a', 0o000)
    await write('open.sh', 'a')
    await write('shut/a.sh', 'a')
    await chmod(join(folder, 'shut'), 0o000)
    try {
      expect((await read())?.files).toMatchObject({
        'closed.sh': { cause: 'access', reason: 'it cannot be opened (EACCES)' },
        'open.sh': { kind: 'text' },
        shut: { cause: 'access', reason: 'it is a folder that cannot be listed (EACCES)' },
      })
    } finally {
      await chmod(join(folder, 'shut'), 0o755)
    }
  })

  test('names are bytes: newlines and backslashes are kept, what is not UTF-8 is refused', async () => {
    await write('a\nb.sh', 'newline')
    await write('a\\b.sh', 'backslash')
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.sh')]), 'a')
    await write('dir.sh/c.sh', 'a')
    expect((await read())?.files).toEqual({
      'a\nb.sh': { kind: 'text', text: 'newline', executable: false },
      'a\\b.sh': { kind: 'text', text: 'backslash', executable: false },
      'dir.sh/c.sh': { kind: 'text', text: 'a', executable: false },
      '\uFFFD\uFFFD.sh': { kind: 'refused', cause: 'name', reason: 'its name is not UTF-8, which the keys of S3 are' },
    })
  })

  test('folders deeper than a path may be long are refused there', async () => {
    const name = 'd'.repeat(200)
    const script = 'cd "$1"; for i in $(seq 1 30); do mkdir "$2"; cd "$2"; echo a > a.sh; done'
    execFileSync('bash', ['-c', script, 'bash', folder, name])
    const { files = {} } = (await read()) ?? {}
    // Node cannot remove what has such a path.
    execFileSync('rm', ['-rf', join(folder, name)])
    const texts = Object.values(files).filter(({ kind }) => kind === 'text')
    expect(texts.length).toBeGreaterThan(10)
    expect(Object.values(files).filter(({ kind }) => kind === 'refused')).toContainEqual({
      kind: 'refused',
      cause: 'access',
      reason: expect.stringContaining('ENAMETOOLONG'),
    })
  })

  test('ten thousand files are listed, one more is another folder', async () => {
    execFileSync('bash', ['-c', 'cd "$1" && seq -f "%05.0f.txt" 1 10000 | xargs touch', 'bash', folder])
    expect((await read())?.paths).toHaveLength(10_000)
    await write('one-more.txt', '')
    await expect(read()).rejects.toThrow(/more than 10000 files in the folder of lifecycle scripts/)
  })

  test('sixteen mebibytes of scripts are read, entry points and parameters first, then from the top down', async () => {
    const mebibyte = 'a'.repeat(maxScriptBytes)
    await write('utils/on_create.sh', 'a')
    await write('on_create.sh', mebibyte)
    await write('provisioning_parameters.json', mebibyte)
    for (let at = 0; at < 14; at += 1) await write(`${String.fromCharCode(97 + at)}.sh`, mebibyte)
    const { files = {} } = (await read()) ?? {}
    expect(Object.values(files).filter(({ kind }) => kind === 'text')).toHaveLength(16)
    expect(files['utils/on_create.sh']).toEqual({
      kind: 'refused',
      cause: 'bound',
      reason: 'the folder holds more than 16777216 bytes of scripts, the others were not read',
    })
  })

  test('a file without an ending is read where it starts with a shebang, and refused where it is too large for that', async () => {
    await write('installer', `#!/bin/sh\n${'a'.repeat(maxScriptBytes)}`)
    await write('data', 'a'.repeat(maxScriptBytes + 1))
    await write('marked', '\uFEFF#!/bin/sh\n')
    await write('program', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46))
    const { files = {} } = (await read()) ?? {}
    expect(files).toMatchObject({ installer: { kind: 'refused', cause: 'size' }, marked: { kind: 'text' } })
    expect(Object.keys(files)).toEqual(['installer', 'marked'])
  })

  test('no folder named is null; one that is not there, or is a file, throws and names it', async () => {
    expect(await read(aPlan({ lifecycleScripts: null }))).toBeNull()
    await expect(read(aPlan({ lifecycleScripts: join(folder, 'none') }))).rejects.toThrow(/scripts\/none cannot be opened \(ENOENT/)
    await write('a.sh', 'a')
    await expect(read(aPlan({ lifecycleScripts: join(folder, 'a.sh') }))).rejects.toThrow(/a\.sh is not a folder/)
  })
})
