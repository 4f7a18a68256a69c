import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const here = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
const texts = files
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(here, path), 'utf8'))
  .filter((text) => /from '[./]*\/(?:golden|in-full)\.ts'/.test(text))

/** How often tests that compare with golden files name this one. */
const timesNamed = (path: string): number => texts.join('\n').split(`'${basename(path)}'`).length - 1

test('every golden file is compared by one test, which names it', () => {
  const golden = files.filter((path) => /(?:^|\/)golden\/[^/]+$/.test(path))
  expect(golden.length).toBeGreaterThan(20)
  expect(golden.filter((path) => timesNamed(path) !== 1)).toEqual([])
})
