import { type ChildProcess, spawn } from 'node:child_process'
import { createSign, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from '@jest/globals'
import { stringify } from 'yaml'

const program = fileURLToPath(new URL('../../node_modules/emulate/dist/index.js', import.meta.url))

/** Apps of the server by the number of their installation: what a workflow's token may do. */
const apps = [
  { id: 1, slug: 'github-actions', permissions: { pull_requests: 'write', contents: 'read', metadata: 'read' } },
  { id: 2, slug: 'read-only', permissions: { pull_requests: 'read', contents: 'read', metadata: 'read' } },
] as const

export interface GitHubComment {
  readonly id: number
  readonly body: string
  readonly html_url: string
  readonly user: { readonly login: string; readonly type: string }
}

export interface GitHubServer {
  readonly url: string
  readonly repository: 'octocat/clusters'
  /** Token of a user; every user of the server has one of this form. */
  userToken(login: 'octocat' | 'mallory'): string
  /** Token of an app, as a workflow has it. */
  appToken(slug: (typeof apps)[number]['slug']): Promise<string>
  /** A new pull request; its number. */
  open(): Promise<number>
  comments(number: number): Promise<readonly GitHubComment[]>
  comment(number: number, body: string, token?: string): Promise<GitHubComment>
  remove(id: number): Promise<void>
}

/** The emulate GitHub server for the tests of a file: one process, on a free port of loopback. */
export const useGitHubServer = (): (() => GitHubServer) => {
  let running: { readonly child: ChildProcess; readonly server: GitHubServer } | null = null
  beforeAll(async () => {
    running = await start()
  }, 20_000)
  afterAll(async () => {
    const child = running?.child
    if (child === undefined || child.exitCode !== null) return
    await new Promise((resolve) => child.once('exit', resolve).kill('SIGKILL'))
  })
  return () => {
    if (running === null) throw new Error('the server runs during tests only')
    return running.server
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const start = async (): Promise<{ child: ChildProcess; server: GitHubServer }> => {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const folder = mkdtempSync(join(tmpdir(), 'preflight-github-'))
  writeFileSync(join(folder, 'seed.yaml'), stringify(seedOf(keys.privateKey)))
  const port = await freePort()
  const child = spawn(
    process.execPath,
    [program, 'start', '--service', 'github', '--seed', join(folder, 'seed.yaml'), '--port', `${port}`],
    {
      cwd: folder,
      stdio: 'ignore',
    },
  )
  const url = `http://127.0.0.1:${port}`
  await answering(url)
  return { child, server: serverAt(url, keys.privateKey) }
}

const seedOf = (privateKey: string): object => ({
  github: {
    users: [{ login: 'octocat' }, { login: 'mallory' }],
    repos: [{ owner: 'octocat', name: 'clusters', auto_init: true }],
    apps: apps.map(({ id, slug, permissions }) => ({
      app_id: id,
      slug,
      name: slug,
      private_key: privateKey,
      permissions,
      events: [],
      installations: [{ installation_id: id, account: 'octocat', repository_selection: 'all' }],
    })),
  },
  tokens: { octocat_token: { login: 'octocat', scopes: ['repo'] }, mallory_token: { login: 'mallory', scopes: ['repo'] } },
})

const answering = async (url: string): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      await fetch(url)
      return
    } catch {
      await setTimeout(50)
    }
  }
  throw new Error('the GitHub server did not start')
}

const serverAt = (url: string, privateKey: string): GitHubServer => {
  const repository = 'octocat/clusters'
  const userToken = (login: string): string => `${login}_token`
  const call = async (method: string, path: string, body?: object, authorization = `token ${userToken('octocat')}`): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? null : response.json()
  }
  return {
    url,
    repository,
    userToken,
    appToken: async (slug) => {
      const id = apps.find((app) => app.slug === slug)?.id ?? 0
      const granted = await call('POST', `/app/installations/${id}/access_tokens`, {}, `Bearer ${jsonWebToken(id, privateKey)}`)
      return (granted as { token: string }).token
    },
    open: async () => {
      const head = `topic-${Math.random().toString(36).slice(2)}`
      const opened = await call('POST', `/repos/${repository}/pulls`, { title: 'Grow the cluster', head, base: 'main' })
      return (opened as { number: number }).number
    },
    comments: async (number) =>
      (await call('GET', `/repos/${repository}/issues/${number}/comments?per_page=100`)) as readonly GitHubComment[],
    comment: async (number, body, token = userToken('octocat')) =>
      (await call('POST', `/repos/${repository}/issues/${number}/comments`, { body }, `token ${token}`)) as GitHubComment,
    remove: async (id) => {
      await call('DELETE', `/repos/${repository}/issues/comments/${id}`)
    },
  }
}

/** https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
const jsonWebToken = (app: number, privateKey: string): string => {
  const now = Math.floor(Date.now() / 1_000)
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iat: now - 60, exp: now + 300, iss: String(app) },
  ]
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`
}
