import type { Errexit } from './errexit.ts'
import { eitherOf, gap, ownFile, type ShellValue, startFolder, told, untold } from './values.ts'

/** Variables that nodes have, with whole paths in them. */
const wholePaths = new Set(['HOME', 'TMPDIR', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'NVM_DIR', 'CONDA_EXE'])

/** What a shell knows at one place of a script. */
export class ShellState {
  readonly #variables: Map<string, ShellValue>
  /** The folder it is in: a text that begins with `ownFolder`, `startFolder` or `/`, or a gap. */
  here = startFolder
  /** The folders to which `cd -` and `popd` lead back, last first. */
  before: readonly string[] = []
  /** `$1`, `$2`, …; null where the script does not tell. */
  parameters: readonly string[] | null = null
  /** `$BASH_SOURCE`: the file whose text is read. */
  source = ownFile
  errexit: Errexit = 'off'

  constructor(variables: ReadonlyMap<string, ShellValue> = new Map()) {
    this.#variables = new Map(variables)
  }

  /** How much a copy takes. */
  get size(): number {
    return this.#variables.size
  }

  copy(): ShellState {
    const copied = new ShellState(this.#variables)
    copied.#take(this)
    return copied
  }

  /** Null where neither the script nor every node gives it a value. */
  get(name: string): ShellValue | null {
    const known = this.#variables.get(name)
    if (known !== undefined) return known
    if (name === 'PWD') return told([this.here])
    if (name === 'BASH_SOURCE') return told([this.source])
    if (name === '0') return told([ownFile])
    return wholePaths.has(name) ? told([`/${gap}`]) : null
  }

  set(name: string, value: ShellValue): void {
    this.#variables.set(name, value)
  }

  forget(names: Iterable<string>): void {
    for (const name of names) this.#variables.set(name, untold)
  }

  /** Gives a variable back the value it had before a function made it its own. */
  restore(name: string, value: ShellValue | null): void {
    if (value === null) this.#variables.delete(name)
    else this.#variables.set(name, value)
  }

  enter(folder: string): void {
    this.before = [this.here, ...this.before].slice(0, 20)
    this.here = folder
  }

  /** What holds where several ways come together, of which this one is replaced. */
  become(ways: readonly ShellState[]): void {
    const [first, ...others] = ways
    if (first === undefined) return
    const names = new Set(ways.flatMap((way) => [...way.#variables.keys()]))
    const merged = new Map([...names].map((name) => [name, mergedOf(ways.map((way) => way.get(name)))]))
    const same = <Value>(of: (way: ShellState) => Value, otherwise: Value): Value =>
      others.every((way) => of(way) === of(first)) ? of(first) : otherwise
    this.here = same(({ here }) => here, gap)
    this.before = same(({ before }) => before.join('\0'), gap) === gap ? [] : first.before
    this.parameters = same(({ parameters }) => parameters?.join('\0') ?? null, null) === null ? null : first.parameters
    this.errexit = same(({ errexit }) => errexit, 'maybe')
    this.#variables.clear()
    for (const [name, value] of merged) this.#variables.set(name, value)
  }

  #take({ here, before, parameters, source, errexit }: ShellState): void {
    this.here = here
    this.before = before
    this.parameters = parameters
    this.source = source
    this.errexit = errexit
  }
}

/** A variable that some of the ways leave to the environment has a value of the others, or one that is not told. */
const mergedOf = (values: readonly (ShellValue | null)[]): ShellValue => {
  const known = values.filter((value) => value !== null)
  const [first = untold, ...others] = known
  const merged = others.reduce(eitherOf, first)
  return known.length === values.length ? merged : { ...merged, others: 'possible' }
}
