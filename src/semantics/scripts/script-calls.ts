/** A folder as far as a script's text tells it. */
export interface CallFolder {
  /** `working`: the folder in which the script is started; `own`: the one that it lies in; `unknown`: somewhere else, or not certain. */
  readonly base: 'working' | 'own' | 'unknown'
  /** Path below the base, without a slash at either end; may begin with `..`. */
  readonly path: string
}

/**
 * How certain it is that a call is made, and that its failure ends the script. `perhaps`: only under a condition that the text does
 * not decide; `unheeded`: the script goes on where it fails, as nothing looks at its status; `optional`: its failure is provided for;
 * `never`: a switch, or the lack of a caller, rules it out.
 */
export type CallCertainty = 'always' | 'perhaps' | 'unheeded' | 'optional' | 'never'

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
  /** The same folder where the script went into it itself (`cd tools`), so that it may be one that something makes on the node. */
  readonly entered: CallFolder | null
  readonly certainty: CallCertainty
  /** Read by the calling shell itself, so that `$0` in it is the caller's. */
  readonly sourced: boolean
  /** Where the called script fails, the caller ends with a failure; absent where the text does not tell. */
  readonly onFailure?: 'ends'
}

/** A file of the folder, as a command of a script names it. */
export interface FileUse {
  /** The path as the text has it. */
  readonly written: string
  /** Of the command, in the text. */
  readonly offset: number
  readonly target: CallFolder
  readonly how: 'opened' | 'given'
  readonly certainty: CallCertainty
  /** `ends`: without the file the script ends with a failure. */
  readonly onFailure: 'ends' | 'left'
}

/** A command that a script runs, with all its words. */
export interface ScriptCommand {
  readonly words: readonly string[]
  readonly offset: number
  readonly certainty: CallCertainty
}

/** A command of which the text does not tell what it runs: `bash "$DIR/a.sh"` with a variable that nothing sets. */
export interface ScriptDoubt {
  readonly offset: number
  /** The word as the text has it. */
  readonly written: string
}

/** What a script does, as far as its text tells. */
export interface ScriptSteps {
  readonly calls: readonly ScriptCall[]
  readonly commands: readonly ScriptCommand[]
  /** A part of the text was not understood: it may do what is not said here. */
  readonly doubtful: boolean
  readonly doubts: readonly ScriptDoubt[]
  /** Files that its commands open or hand on; absent where they are not told. */
  readonly files?: readonly FileUse[]
  /** Names of files that it may make, test for, or otherwise treat: of those nothing is known. */
  readonly treated?: ReadonlySet<string>
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

/**
 * The script file that a command runs, by its words: `bash -x utils/a.sh`, `. ./a.sh`, `python3 a.py`, `./a.sh`. Names without an
 * ending count only behind `./` and an interpreter, and where variables make them up: others may be programs, or files that tools
 * unpack.
 */
export const startedScript = (words: readonly string[]): StartedScript | null => {
  const started = startedFile(words)
  if (started === null) return null
  const { how, path } = started
  const isScript = scriptName.test(path) || path.includes('$') || (path.startsWith('./') && (how === 'shell' || how === 'python'))
  return isScript ? started : null
}

/** The same of files with any name. */
export const startedFile = (words: readonly string[]): StartedScript | null => {
  const [program = '', ...args] = words
  const name = program.slice(program.lastIndexOf('/') + 1)
  if (program === 'source' || program === '.') return named('sourced', args[0])
  if (isShellName(name)) return named('shell', operand(args, /^[-+][A-Za-z]*[csi]$|^--(?:rcfile|init-file)$/))
  if (/^python(?:3(?:\.\d+)?)?$/.test(name)) return named('python', operand(args, /^-[a-zA-Z]*[cmWX]$/))
  return program.includes('/') && !program.includes('=') ? named('itself', program) : null
}

export const isShellName = (name: string): boolean => /^(?:bash|sh|dash|ksh|zsh)$/.test(name)

/** The first word that is no option. Options that take a word (or a program instead of a file) end the search, but for `-o name`. */
const operand = (args: readonly string[], takesWord: RegExp): string | undefined => {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? ''
    if (/^[-+][A-Za-z]*o$/.test(word) || /^-[WX]$/.test(word)) at += 1
    else if (takesWord.test(word)) return undefined
    else if (word === '--') return args[at + 1]
    else if (!/^[-+]/.test(word)) return word
  }
  return undefined
}

const named = (how: StartedScript['how'], path: string | undefined): StartedScript | null =>
  path === undefined || path === '' ? null : { how, path }

/** Programs that start another one, with the options of theirs that take a word. */
const starters: Readonly<Record<string, RegExp>> = {
  sudo: /^-[a-zA-Z]*[ugphCDRTrt]$/,
  doas: /^-[uC]$/,
  env: /^-[uSC]$/,
  nohup: /^$/,
  time: /^-[fo]$/,
  exec: /^-a$/,
  nice: /^-n$/,
  ionice: /^-[cnp]$/,
  timeout: /^-[ks]$/,
  stdbuf: /^-[ioe]$/,
  command: /^$/,
  builtin: /^$/,
  setsid: /^$/,
  runuser: /^-[ugG]$/,
  flock: /^-[wE]$/,
  chrt: /^-[TPD]$/,
  numactl: /^-[NCmip]$/,
}

/** Starters whose first operand is not the program: a duration, a file, a priority. */
const withOperand = new Set(['timeout', 'flock', 'chrt'])

const assignment = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/

/** The words behind the assignments and the one starter before a program; the same words where there are none. */
export const withoutStarter = (words: readonly string[]): readonly string[] => {
  const [first] = words
  if (first === undefined) return words
  if (assignment.test(first)) return words.slice(1)
  const name = first.slice(first.lastIndexOf('/') + 1)
  const takesWord = Object.hasOwn(starters, name) ? starters[name] : undefined
  // `command -v x` asks whether there is an x; `runuser -c` and `-l` hand a text to a shell.
  if (takesWord === undefined || (name === 'command' && /^-[vV]$/.test(words[1] ?? ''))) return words
  if (name === 'runuser' && !words.includes('-u')) return words
  let start = 1
  while ((words[start] ?? '').startsWith('-')) {
    if (words[start] === '--') {
      start += 1
      break
    }
    start += takesWord.test(words[start] ?? '') ? 2 : 1
  }
  return words.slice(withOperand.has(name) ? start + 1 : start)
}

/** The words of a command from the program that does the work on: assignments, `sudo`, `env`, `timeout` and the like are taken off. */
export const workingWords = (words: readonly string[]): readonly string[] => {
  for (let rest = words; ; ) {
    const next = withoutStarter(rest)
    if (next === rest) return rest
    rest = next
  }
}
