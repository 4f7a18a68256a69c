import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from '@jest/globals'

/** Compares with `golden/<name>`. `UPDATE_GOLDEN=1` writes it instead: look at the difference before it is kept. */
export const expectGolden = (name: string, text: string): void => {
  const file = new URL(`golden/${name}`, import.meta.url)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
}
