import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { expect, test } from '@jest/globals'

/** Licences under which everything may be packed into a program under the Apache License 2.0. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']

const licenses = readFileSync(new URL('../dist/licenses.txt', import.meta.url), 'utf8')
const valueImport = /^(?:import|export) (?!type )[^']*? from '(?<name>(?:@[^/']+\/)?[^@.'/][^/']*)/gm
const packages = [...licenses.matchAll(/^(?<name>\S+) (?<version>\d+\.\d+\.\d+\S*) \((?<license>.+)\)$/gm)].map(({ groups }) => ({
  ...groups,
}))

/** Packages of which `src/` imports more than types. JSON schemas are made by `npm run docs` alone. */
const imported = [
  ...new Set(
    readdirSync(new URL('../src', import.meta.url), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8').matchAll(valueImport)])
      .map(({ groups }) => groups?.['name'] ?? ''),
  ),
].filter((name) => !isBuiltin(name) && name !== '@valibot/to-json-schema')

test('everything that is packed has a licence that allows it', () => {
  expect(packages.length).toBeGreaterThan(20)
  expect(packages.filter(({ license }) => !allowed.includes(license ?? ''))).toEqual([])
})

test('every package that src/ imports is packed and named, in the version of package.json', () => {
  const { devDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  const named = new Map(packages.map(({ name, version }) => [name, version]))
  expect(imported.length).toBeGreaterThan(15)
  expect(imported.filter((name) => named.get(name) !== devDependencies[name])).toEqual([])
})
