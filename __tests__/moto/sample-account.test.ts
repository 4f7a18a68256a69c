import { readFileSync } from 'node:fs'
import { expect, jest, test } from '@jest/globals'
import { sampleAccount } from '../../scripts/sample-account.ts'
import { moto } from './account.ts'

/** An account is made and judged in a few seconds; a busy machine takes longer. */
jest.setTimeout(60_000)

test('examples/sample-account is what npm run sample-account makes, again and again', async () => {
  for (const [path, text] of await sampleAccount(moto)) {
    expect(text).toBe(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
  }
})
