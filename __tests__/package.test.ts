import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'preflight-package-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** npm keeps what it knows in the folder of this test, and asks nobody. */
const quiet = { npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true', npm_config_update_notifier: 'false' }

const npm = (...words: readonly string[]): string =>
  execFileSync('npm', words, { cwd: root, encoding: 'utf8', env: { ...process.env, ...quiet } })

test('what npm installs is one package, and its command runs', () => {
  const file = npm('pack', '--silent', '--ignore-scripts', '--pack-destination', folder).trim()
  const app = join(folder, 'app')
  npm('install', '--silent', '--no-audit', '--no-fund', '--prefix', app, join(folder, file))
  const installed = readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))
  expect(installed).toEqual(['hyperpod-preflight'])
  expect(readdirSync(join(app, 'node_modules/hyperpod-preflight'))).not.toContain('node_modules')
  const help = execFileSync(join(app, 'node_modules/.bin/hyperpod-preflight'), ['--help'], { cwd: app, encoding: 'utf8' })
  expect(help).toContain('Usage: hyperpod-preflight')
}, 60_000)

test('the bill of materials lists what is packed, and nothing else', () => {
  const licenses = readFileSync(join(root, 'dist/licenses.txt'), 'utf8')
  const packed = [...licenses.matchAll(/^(?<name>\S+) (?<version>\d+\.\d+\.\d+\S*) \(.+\)$/gm)].map(
    ({ groups }) => `pkg:npm/${groups?.['name']?.replace('@', '%40')}@${groups?.['version']}`,
  )
  const printed = execFileSync(process.execPath, ['scripts/sbom.js'], { cwd: root, encoding: 'utf8' })
  const bill = JSON.parse(printed) as { readonly components: readonly { readonly purl: string }[] }
  expect(bill.components.map(({ purl }) => purl).sort()).toEqual(packed.sort())
}, 60_000)
