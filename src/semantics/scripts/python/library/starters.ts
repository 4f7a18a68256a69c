import { scriptName, workingWords } from '../../script-calls.ts'
import { unpacksHere } from '../../shell/unpacking.ts'
import { gap, placedIn } from '../../shell/values.ts'
import { shellCommands } from '../../shell-tree.ts'
import { argumentOf, type Given, type Machine } from '../machine.ts'
import type { Path } from '../paths.ts'
import type { Started } from '../starts.ts'
import { decisionOf } from '../values/decisions.ts'
import { itemsOf, newList } from '../values/lists.ts'
import { hereOf } from '../values/scopes.ts'
import { alternativesOf, asText, combinationsOf, eitherOf, type PythonValue, textValue, unknown } from '../values/values.ts'

/** How a function starts a program. */
interface Starter {
  /** What its first argument is: words or a text, a text for a shell, the path before a list of words, or each argument a word. */
  readonly takes: 'command' | 'shell' | 'path and words' | 'path and each' | 'each' | 'script'
  /** `by check`: another status than 0 is an exception where `check=True`. `becomes`: the program takes the place of the script. */
  readonly heed: 'by check' | 'raises' | 'dropped' | 'becomes'
  readonly answers: 'result' | 'status' | 'text' | 'pair'
}

const becomes = { heed: 'becomes', answers: 'text' } as const

/** https://docs.python.org/3/library/subprocess.html and https://docs.python.org/3/library/os.html#process-management */
const starters: Readonly<Record<string, Starter>> = {
  'subprocess.run': { takes: 'command', heed: 'by check', answers: 'result' },
  'subprocess.Popen': { takes: 'command', heed: 'dropped', answers: 'result' },
  'subprocess.call': { takes: 'command', heed: 'dropped', answers: 'status' },
  'subprocess.check_call': { takes: 'command', heed: 'raises', answers: 'text' },
  'subprocess.check_output': { takes: 'command', heed: 'raises', answers: 'text' },
  'subprocess.getoutput': { takes: 'shell', heed: 'dropped', answers: 'text' },
  'subprocess.getstatusoutput': { takes: 'shell', heed: 'dropped', answers: 'pair' },
  'os.system': { takes: 'shell', heed: 'dropped', answers: 'status' },
  'os.popen': { takes: 'shell', heed: 'dropped', answers: 'result' },
  'os.execv': { takes: 'path and words', ...becomes },
  'os.execve': { takes: 'path and words', ...becomes },
  'os.execvp': { takes: 'path and words', ...becomes },
  'os.execvpe': { takes: 'path and words', ...becomes },
  'os.execl': { takes: 'path and each', ...becomes },
  'os.execlp': { takes: 'path and each', ...becomes },
  'asyncio.create_subprocess_exec': { takes: 'each', heed: 'dropped', answers: 'result' },
  'asyncio.create_subprocess_shell': { takes: 'shell', heed: 'dropped', answers: 'result' },
  'runpy.run_path': { takes: 'script', heed: 'raises', answers: 'text' },
}

export const startsProgram = (name: string): boolean => Object.hasOwn(starters, name)

/** Starts what a call of one of these functions starts, once for each command that it may be. */
export const startProgram = (name: string, given: Given, path: Path, machine: Machine): PythonValue => {
  const starter = Object.hasOwn(starters, name) ? starters[name] : undefined
  if (starter === undefined) return unknown
  const commands = commandsOf(starter, given, path)
  const here = folderOf(given, path)
  const heed = heedOf(starter, given, path)
  const awaited = /^(?:subprocess\.Popen|os\.popen|asyncio\.)/.test(name) ? 'aside' : 'here'
  const answers = commands.map((started) => {
    const way = commands.length === 1 ? path : path.fork({ certainty: 'perhaps' })
    const start = machine.start(started, { heed, here, awaited }, way)
    if (starter.answers === 'result') return { kind: 'result' as const, start }
    const status = { kind: 'status' as const, start, trueWhere: 'failed' as const }
    if (starter.answers === 'status') return status
    return starter.answers === 'pair'
      ? newList([status, unknown], machine.fresh(), path.state)
      : { kind: 'library' as const, path: `${name}()` }
  })
  // The status of the program is that of the script.
  if (starter.heed === 'becomes') path.leave('ends')
  return eitherOf(answers)
}

const heedOf = ({ heed }: Starter, given: Given, { state }: Path): 'raises' | 'used' | 'dropped' => {
  if (heed === 'becomes') return 'raises'
  if (heed !== 'by check') return heed
  const check = given.named.get('check') ?? (given.others === 'possible' ? unknown : undefined)
  if (check === undefined) return 'dropped'
  const { kind } = decisionOf(check, state)
  return kind === 'true' ? 'raises' : kind === 'false' ? 'dropped' : 'used'
}

const folderOf = (given: Given, { state }: Path): string => {
  const here = hereOf(state)
  const folder = given.named.get('cwd')
  if (folder === undefined) return given.others === 'possible' ? gap : here
  if (folder.kind === 'constant' && folder.value === null) return here
  return placedIn(here, asText(folder).text)
}

const commandsOf = ({ takes }: Starter, given: Given, path: Path): readonly Started[] => {
  const first = argumentOf(given, 0, 'args') ?? unknown
  switch (takes) {
    case 'shell':
      return alternativesOf(argumentOf(given, 0, 'command') ?? given.named.get('cmd') ?? unknown).map(textOf)
    case 'each':
      return [wordsOf(given.plain)]
    case 'path and each':
      return [wordsOf([first, ...given.plain.slice(2)])]
    case 'path and words':
      return listsOf(given.plain[1] ?? unknown, path).map((items) => wordsOf([first, ...items.slice(1)]))
    case 'script':
      return [wordsOf([textValue('python3'), first])]
    default:
      return commands(first, given, path)
  }
}

/** What `subprocess` is given: a list, or a text that a shell reads where `shell=True`. */
const commands = (first: PythonValue, given: Given, path: Path): readonly Started[] => {
  const shell = given.named.get('shell') ?? (given.others === 'possible' ? unknown : undefined)
  const kind = shell === undefined ? 'false' : decisionOf(shell, path.state).kind
  return alternativesOf(first).flatMap((each): readonly Started[] => {
    if (each.kind === 'text' || each.kind === 'path') return [kind === 'false' ? wordsOf([each]) : textOf(each)]
    return listsOf(each, path).map((items) => (kind === 'true' ? textOf(items[0] ?? unknown) : wordsOf(items)))
  })
}

/** Whether a program brings files into the folder in which it is. */
export const unpacks = (started: Started): boolean =>
  started.kind === 'words'
    ? unpacksHere(workingWords(started.words))
    : shellCommands(started.text).some(({ words }) => unpacksHere(workingWords(words)))

const textOf = (value: PythonValue): Started => {
  const { text, at } = asText(value)
  return { kind: 'text', text, places: at === null ? [] : [at] }
}

/** The lists that a value may be, each with items that are one value. */
const listsOf = (value: PythonValue, { state }: Path): readonly (readonly PythonValue[])[] =>
  (itemsOf(value, state) ?? [[unknown]]).flatMap((items) => combinationsOf(items) ?? [items])

/** What is not told before the program (`[*sudo, "bash", …]`) is passed over. */
const wordsOf = (items: readonly PythonValue[]): Started => {
  const start = items.findIndex(({ kind }) => kind !== 'spread')
  const told = (start === -1 ? items : items.slice(start)).map((item) => (item.kind === 'spread' ? { text: gap, at: null } : asText(item)))
  const named = told.filter(({ text }) => scriptName.test(text))
  const places = (named.length > 0 ? named : told).flatMap(({ at }) => (at === null ? [] : [at]))
  return { kind: 'words', words: told.map(({ text }) => text), places }
}
