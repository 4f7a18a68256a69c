import type { Path } from './paths.ts'
import type { Start, Started } from './starts.ts'
import type { Expression } from './tree/nodes.ts'
import type { PythonValue } from './values/values.ts'

/** What a call is given. Among the plain ones may be spreads. */
export interface Given {
  readonly plain: readonly PythonValue[]
  readonly named: ReadonlyMap<string, PythonValue>
  /** `**a` with what is not told. */
  readonly others: 'none' | 'possible'
}

export type Call = Extract<Expression, { kind: 'call' }>

/** What expressions need of what runs the statements. */
export interface Machine {
  /** Another number for a list, an object or a scope. */
  fresh(): number
  call(callee: PythonValue, given: Given, path: Path, call: Call): PythonValue
  /** A program is started in a folder. */
  start(started: Started, how: Pick<Start, 'heed' | 'here' | 'awaited'>, path: Path): Start
  /** Something not seen here is handed these: it may call functions, and make or look for files. `below`: where whole paths mean no file of the folder. */
  handOn(given: Given, path: Path, call: Call, files?: 'below' | 'anywhere'): void
  /** The value of `workload_manager` of provisioning_parameters.json; null where it is not known. */
  readonly workloadManager: string | null
  /** Functions are called by names that are not told. */
  callsAny(path: Path): void
  /** The path ends the script with this status. */
  exit(status: PythonValue, path: Path, call: Call): void
}

export const plainGiven = (plain: readonly PythonValue[]): Given => ({ plain, named: new Map(), others: 'none' })

/** An argument by its place or its name; undefined where it is not given, and unknown where that is not told. */
export const argumentOf = ({ plain, named, others }: Given, at: number, name: string): PythonValue | undefined => {
  const before = plain.slice(0, at + 1)
  if (before.some(({ kind }) => kind === 'spread')) return { kind: 'unknown' }
  return before[at] ?? named.get(name) ?? (others === 'possible' ? { kind: 'unknown' } : undefined)
}
