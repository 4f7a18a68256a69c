/** A folder as far as a script's text tells it. */
export interface CallFolder {
  /** `working`: the folder in which the script is started; `own`: the one that it lies in; `unknown`: somewhere else, or not certain. */
  readonly base: 'working' | 'own' | 'unknown'
  /** Path below the base, without a slash at either end; may begin with `..`. */
  readonly path: string
}

/**
 * How certain it is that a call is made. `perhaps`: only under a condition that the text does not decide; `optional`: its failure is
 * provided for; `never`: a switch, or the lack of a caller, rules it out.
 */
export type CallCertainty = 'always' | 'perhaps' | 'optional' | 'never'

/** A script starts, or sources, another one. */
export interface ScriptCall {
  /** The path as the text has it. */
  readonly written: string
  /** Where the call begins in the text. */
  readonly offset: number
  /** The file that is called; with `*` or `?` all that match. */
  readonly target: CallFolder
  /** The folder in which the called script starts. */
  readonly startedIn: CallFolder
  readonly certainty: CallCertainty
  /** Read by the calling shell itself, so that `$0` in it is the caller's. */
  readonly sourced: boolean
}

/** A command that a script runs, with all its words. */
export interface ScriptCommand {
  readonly words: readonly string[]
  readonly offset: number
  readonly certainty: CallCertainty
}

/** What a script does, as far as its text tells. */
export interface ScriptSteps {
  readonly calls: readonly ScriptCall[]
  readonly commands: readonly ScriptCommand[]
  /** A part of the text was not understood: it may do what is not said here. */
  readonly doubtful: boolean
}

/** A path below a folder, with `.` and `..` resolved as far as they can be. */
export const pathIn = (folder: string, path: string): string => {
  const parts: string[] = []
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** The interpreter that a command hands a script to, and the script; null where the command runs none that is a file. */
export interface StartedScript {
  readonly how: 'shell' | 'python' | 'sourced' | 'itself'
  readonly path: string
}

/** Names that only scripts have. */
export const scriptName = /\.(?:sh|bash|ksh|py)$/

/** The script file that a command runs, by its words: `bash -x utils/a.sh`, `. ./a.sh`, `python3 a.py`, `./a.sh`. */
export const startedScript = (words: readonly string[]): StartedScript | null => {
  const [program = '', ...args] = words
  const name = program.slice(program.lastIndexOf('/') + 1)
  if (program === 'source' || program === '.') return named('sourced', args[0])
  if (/^(?:bash|sh|dash|ksh|zsh)$/.test(name)) return named('shell', operand(args, /^[-+][A-Za-z]*[csio]$|^--(?:rcfile|init-file)$/))
  if (/^python(?:3(?:\.\d+)?)?$/.test(name)) return named('python', operand(args, /^-[a-zA-Z]*[cmWX]$/))
  return program.includes('/') && !program.includes('=') ? named('itself', program) : null
}

/** The first word that is no option. Options that take a word (or a program instead of a file) end the search, but for `-o name`. */
const operand = (args: readonly string[], takesWord: RegExp): string | undefined => {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? ''
    if (/^[-+]o$/.test(word) || /^-[WX]$/.test(word)) at += 1
    else if (takesWord.test(word)) return undefined
    else if (word === '--') return args[at + 1]
    else if (!/^[-+]/.test(word)) return word
  }
  return undefined
}

/** Names without an ending count only behind `./` and an interpreter: others may be programs, or files that tools unpack. */
const named = (how: StartedScript['how'], path: string | undefined): StartedScript | null => {
  if (path === undefined || path === '') return null
  const isVariable = path.includes('$')
  const isScript = scriptName.test(path) || isVariable || (path.startsWith('./') && (how === 'shell' || how === 'python'))
  return isScript ? { how, path } : null
}

/** Programs that start another one, with the options of theirs that take a word. */
const starters: Readonly<Record<string, RegExp>> = {
  sudo: /^-[a-zA-Z]*[ugphCRTrt]$/,
  env: /^-[uSC]$/,
  nohup: /^$/,
  time: /^-[fo]$/,
  exec: /^-a$/,
  nice: /^-n$/,
  ionice: /^-[cnp]$/,
  timeout: /^-[ks]$/,
  stdbuf: /^-[ioe]$/,
  command: /^$/,
  setsid: /^$/,
}

const assignment = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/

/** The words of a command from the program that does the work on: assignments, `sudo`, `env`, `timeout` and the like are taken off. */
export const workingWords = (words: readonly string[]): readonly string[] => {
  let start = 0
  for (;;) {
    const first = words[start]
    if (first === undefined) return []
    if (assignment.test(first)) {
      start += 1
      continue
    }
    const name = first.slice(first.lastIndexOf('/') + 1)
    const takesWord = Object.hasOwn(starters, name) ? starters[name] : undefined
    // `command -v x` asks whether there is an x.
    if (takesWord === undefined || (name === 'command' && /^-[vV]$/.test(words[start + 1] ?? ''))) return words.slice(start)
    start += 1
    while ((words[start] ?? '').startsWith('-')) start += takesWord.test(words[start] ?? '') ? 2 : 1
    if (name === 'timeout') start += 1
  }
}
