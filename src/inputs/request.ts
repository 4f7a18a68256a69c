import type { Checked } from '../model/fault.ts'
import type { RequestDocument } from '../model/plan.ts'
import { parseDocument } from './document.ts'

/** Parses a CreateCluster request, JSON or YAML, and notes where each part of it stands. */
export const parseRequest = (path: string, text: string): Checked<RequestDocument> => {
  const parsed = parseDocument({ path, expected: 'a CreateCluster request in JSON or YAML' }, text)
  if (!parsed.ok) return parsed
  const { value, positions } = parsed.value
  return { ok: true, value: { path, value, positions } }
}
