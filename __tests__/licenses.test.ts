import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

/** Licences under which everything may be packed into a program under the Apache License 2.0. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']

const licenses = readFileSync(new URL('../dist/licenses.txt', import.meta.url), 'utf8')
const packages = [...licenses.matchAll(/^(?<name>\S+) (?<version>\d+\.\d+\.\d+\S*) \((?<license>.+)\)$/gm)].map(({ groups }) => ({
  ...groups,
}))

test('everything that is packed has a licence that allows it', () => {
  expect(packages.length).toBeGreaterThan(20)
  expect(packages.filter(({ license }) => !allowed.includes(license ?? ''))).toEqual([])
})

test('every dependency is packed and named, in the version of package.json', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const named = new Map(packages.map(({ name, version }) => [name, version]))
  expect(Object.entries(dependencies).filter(([name, version]) => named.get(name) !== version)).toEqual([])
})
