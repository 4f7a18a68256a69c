import * as v from 'valibot'
import type { Checked, Fault } from '../model/fault.ts'
import { nearestName } from '../semantics/text/nearest-name.ts'
import { type InputName, type Inputs, inputNames, inputTable } from './table.ts'

/** What was given for one input, and how the user would call the place: `--vpc-id`, `input vpc-id`. An empty value counts as not given. */
export interface RawInput {
  readonly name: string
  readonly value: string
  readonly source: string
}

/** Turns what was given into typed inputs, or lists everything that is wrong with it. The last one given of a name counts. */
export const parseInputs = (given: readonly RawInput[]): Checked<Inputs> => {
  const faults: Fault[] = given.filter(({ name }) => !isInputName(name)).map(unknownInput)
  const byName = new Map(given.filter(({ value }) => value.trim() !== '').map((raw) => [raw.name, raw]))
  const values = inputNames.map((name) => {
    const {
      schema,
      expected,
      default: defaultValue,
    }: { schema: v.GenericSchema<string, unknown>; expected: string; default?: string } = inputTable[name]
    const raw = byName.get(name) ?? (defaultValue === undefined ? undefined : { value: defaultValue, source: name })
    if (raw === undefined) return [name, null]
    const parsed = v.safeParse(schema, raw.value)
    if (parsed.success) return [name, parsed.output]
    faults.push({ source: raw.source, problem: `${quoted(raw.value)} is not valid`, expected })
    return [name, null]
  })
  // Each value was parsed by the schema of its own name.
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: Object.fromEntries(values) as Inputs }
}

const isInputName = (name: string): name is InputName => Object.hasOwn(inputTable, name)

const unknownInput = ({ name, source }: RawInput): Fault => {
  const nearest = nearestName(name, inputNames)
  const guess = nearest === null ? '' : `: did you mean ${source.replace(name, nearest)}?`
  return { source, problem: `there is no such input${guess}`, expected: `one of ${inputNames.join(', ')}` }
}

/** What the user wrote, on one line and cut, for a fault. */
export const quoted = (value: string): string => {
  const line = value.trim().replaceAll(/\s+/g, ' ')
  return line.length > 80 ? `"${line.slice(0, 79)}…"` : `"${line}"`
}
