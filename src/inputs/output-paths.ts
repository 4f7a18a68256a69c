import { statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { Fault } from '../model/fault.ts'
import { defaultPolicyFile, type Inputs, inputsFor } from './table.ts'

/** A path, and the input or the word of the command that gave it. */
export interface NamedPath {
  readonly name: string
  readonly path: string
}

/** Files that a run would write over another file of its own, read or written: whichever came last would be all that is left. */
export const pathFaults = (read: readonly NamedPath[], written: readonly NamedPath[]): readonly Fault[] => {
  const first = new Map<string, NamedPath>(read.map((file) => [identityOf(file.path), file]))
  return written.flatMap((file) => {
    const identity = identityOf(file.path)
    const other = first.get(identity)
    first.set(identity, other ?? file)
    return other === undefined || identity === sink ? [] : [faultOf(file, other)]
  })
}

const faultOf = ({ name, path }: NamedPath, other: NamedPath): Fault => ({
  source: name,
  problem: `${path} is the file of ${other.name} too`,
  expected: 'a file of its own',
})

/** The same for the inputs of a run. */
export const inputPathFaults = (inputs: Inputs): readonly Fault[] => {
  const named = (name: 'cluster-config' | 'snapshot'): readonly NamedPath[] => {
    const path = inputs[name]
    return path === null ? [] : [{ name, path }]
  }
  const policyFile = { name: 'policy-file', path: inputs['policy-file'] ?? defaultPolicyFile }
  const written = inputsFor('output').flatMap((name) => {
    const path = inputs[name]
    return path === null ? [] : [{ name, path }]
  })
  return pathFaults([...named('cluster-config'), ...named('snapshot'), policyFile], written)
}

/** Takes whatever is written, as often as it is written. */
const sink = '/dev/null'

/** Two spellings of one file, and two links to it, give the same. */
const identityOf = (path: string): string => {
  const whole = resolve(path)
  if (whole === sink) return sink
  return numbersOf(whole) ?? (dirname(whole) === whole ? whole : `${identityOf(dirname(whole))}/${basename(whole)}`)
}

/** The file system's own numbers of what is there; null where nothing is, or it may not be looked at. */
const numbersOf = (path: string): string | null => {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null
  }
}
