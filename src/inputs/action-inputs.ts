import type { RawInput } from './parse.ts'

/** The inputs of an action as the runner hands them over: `INPUT_` and the name in capitals, blanks as underscores. */
export const actionInputs = (environment: Readonly<Record<string, string | undefined>>): readonly RawInput[] =>
  Object.entries(environment).flatMap(([key, value]) => {
    if (!key.startsWith('INPUT_') || value === undefined) return []
    const name = key.slice('INPUT_'.length).toLowerCase()
    return [{ name, value, source: `input ${name}` }]
  })
