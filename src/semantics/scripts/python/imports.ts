import { pathIn } from '../script-calls.ts'
import { ownFolder } from '../shell/values.ts'
import { changesIn } from './names.ts'
import type { Path } from './paths.ts'
import type { ImportedName, PythonProgram, Span, Statement } from './tree/nodes.ts'
import { pythonProgram } from './tree/tree.ts'
import { bind, memberOf, setMember } from './values/scopes.ts'
import { type ModuleScope, type PythonValue, type Scope, unknown } from './values/values.ts'

/** The text of a Python file, by its path below the folder of the script; null where there is none, or it is not known. */
export type ModuleText = (path: string) => string | null

/** A module that the script itself takes in. */
export interface TakenModule {
  readonly site: Span
  /** Below the folder of the script; null where no file of the folder is it by its name. */
  readonly file: string | null
  /** The first part of the name, as a file. */
  readonly written: string
  readonly path: Pick<Path, 'level' | 'guards'>
}

/** What a module of the folder is to the scripts that take it in. */
interface Known {
  readonly id: number
  readonly names: ReadonlySet<string>
}

type Taking = Extract<Statement, { kind: 'import' | 'from' }>

/** Takes in modules: those of the folder are run, once each. */
export class ImportReader {
  readonly taken: TakenModule[] = []
  readonly #textOf: ModuleText
  readonly #numbers: { fresh(): number }
  readonly #run: (program: PythonProgram, path: Path) => void
  readonly #known = new Map<string, Known>()

  constructor(textOf: ModuleText, numbers: { fresh(): number }, run: (program: PythonProgram, path: Path) => void) {
    this.#textOf = textOf
    this.#numbers = numbers
    this.#run = run
  }

  take(statement: Taking, path: Path): void {
    if (statement.kind === 'import') for (const each of statement.modules) this.#import(each, statement, path)
    else this.#from(statement, path)
  }

  #import({ name, alias }: ImportedName, statement: Taking, path: Path): void {
    const parts = name.split('.')
    const [first = ''] = parts
    const found = this.#module(parts, 0, statement, path)
    if (alias !== null || parts.length === 1) {
      bind(alias ?? first, found ?? { kind: 'library', path: name }, path.scope, path.state)
      return
    }
    bind(first, found === null ? { kind: 'library', path: first } : this.#package(parts, found, path), path.scope, path.state)
  }

  /** `import a.b` gives `a`, which has `b`. */
  #package(parts: readonly string[], found: PythonValue, path: Path): PythonValue {
    return parts.slice(1).reduceRight<PythonValue>((inner, name) => {
      const id = this.#numbers.fresh()
      setMember(id, name, inner, path.state)
      return { kind: 'module', id }
    }, found)
  }

  #from(statement: Extract<Taking, { kind: 'from' }>, path: Path): void {
    const parts = statement.module === '' ? [] : statement.module.split('.')
    const found = this.#module(parts, statement.level, statement, path)
    for (const { name, alias } of statement.names) {
      if (name === '*') this.#all(found, parts.join('.'), path)
      else bind(alias ?? name, this.#member(found, parts, name, statement, path), path.scope, path.state)
    }
  }

  #member(
    found: PythonValue | null,
    parts: readonly string[],
    name: string,
    statement: Extract<Taking, { kind: 'from' }>,
    path: Path,
  ): PythonValue {
    const member = found?.kind === 'module' ? memberOf(found.id, name, path.state) : undefined
    // A module of a package: `from utils import helpers`.
    const inner = member ?? this.#module([...parts, name], statement.level, statement, path, 'aside')
    if (inner !== null) return inner
    return found === null && statement.level === 0 ? { kind: 'library', path: [...parts, name].join('.') } : unknown
  }

  #all(found: PythonValue | null, module: string, path: Path): void {
    if (found === null)
      for (const name of wellKnown[module] ?? []) bind(name, { kind: 'library', path: `${module}.${name}` }, path.scope, path.state)
    const known = [...this.#known.values()].find(({ id }) => found?.kind === 'module' && id === found.id)
    for (const name of known?.names ?? []) bind(name, memberOf(known?.id ?? 0, name, path.state) ?? unknown, path.scope, path.state)
  }

  /** Null for a module that is no file of the folder. `aside`: it may be no module. */
  #module(parts: readonly string[], level: number, statement: Taking, path: Path, how: 'named' | 'aside' = 'named'): PythonValue | null {
    const { module } = path.scope
    const folder = level === 0 ? '' : pathIn(module.folder, '../'.repeat(level - 1))
    const file = parts.length === 0 ? null : (candidates(folder, parts).find((each) => this.#textOf(each) !== null) ?? null)
    const text = file === null ? null : this.#textOf(file)
    if (module.text === 'own' && (how === 'named' || file !== null) && parts.length > 0) {
      const { level: certainty, guards } = path
      this.taken.push({ site: statement, file, written: file ?? `${parts[0] ?? ''}.py`, path: { level: certainty, guards } })
    }
    if (file === null || text === null) return null
    const known = this.#known.get(file) ?? this.#read(file, text, parts, path)
    return { kind: 'module', id: known.id }
  }

  #read(file: string, text: string, parts: readonly string[], path: Path): Known {
    const program = pythonProgram(text)
    const id = this.#numbers.fresh()
    const known: Known = { id, names: changesIn(program.statements).assigned }
    this.#known.set(file, known)
    const module: ModuleScope = {
      id,
      name: parts.join('.'),
      file: `${ownFolder}/${file}`,
      text: 'imported',
      folder: file.slice(0, Math.max(0, file.lastIndexOf('/'))),
    }
    const scope: Scope = { id, kind: 'module', own: null, outer: null, module }
    const inner = path.within(scope)
    this.#run(program, inner)
    path.isAlive = inner.isAlive
    path.learn(inner.left)
    return known
  }
}

const candidates = (folder: string, parts: readonly string[]): readonly string[] => {
  const base = pathIn(folder, parts.join('/'))
  return [`${base}.py`, `${base}/__init__.py`]
}

/** What `import *` brings of modules that start programs. */
const wellKnown: Readonly<Record<string, readonly string[]>> = {
  subprocess: [
    'run',
    'Popen',
    'call',
    'check_call',
    'check_output',
    'getoutput',
    'getstatusoutput',
    'CalledProcessError',
    'PIPE',
    'STDOUT',
    'DEVNULL',
  ],
  os: ['system', 'popen', 'chdir', 'getcwd', 'environ', 'path', 'getenv', 'execv', 'execvp', 'execl', 'execlp'],
  pathlib: ['Path', 'PurePath', 'PosixPath'],
}
