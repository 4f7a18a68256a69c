import type { Checked } from '../model/fault.ts'
import type { RequestDocument } from '../model/plan.ts'
import { parseDocument } from './document.ts'

const expected = 'a CreateCluster request in JSON or YAML'

/**
 * Parses a CreateCluster request, JSON or YAML, and notes where each part of it stands. A file that is one
 * text is refused, and nothing of it is quoted: YAML takes much for a text, a file of credentials too.
 */
export const parseRequest = (path: string, text: string): Checked<RequestDocument> => {
  const parsed = parseDocument({ path, expected }, text)
  if (!parsed.ok) return parsed
  const { value, positions } = parsed.value
  if (typeof value === 'string')
    return { ok: false, faults: [{ source: `${path}:1:1`, problem: 'the file is one text, not a mapping', expected }] }
  return { ok: true, value: { path, value, positions } }
}
