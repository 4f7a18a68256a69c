import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from '@jest/globals'

/** Compares with a file of `golden/` beside this one, or of another folder. `UPDATE_GOLDEN=1` writes it instead: look at the difference before it is kept. */
export const expectGolden = (name: string, text: string, folder = new URL('golden/', import.meta.url)): void => {
  const file = new URL(name, folder)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text)
  expect(text).toBe(readFileSync(file, 'utf8'))
}
