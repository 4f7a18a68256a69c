import { startedFile, workingWords } from './script-calls.ts'

/** A file that a command names. */
export interface NamedFile {
  /** The word, or the part of it, as it is handed over. */
  readonly path: string
  /** `opened`: the command fails without the file; `given`: it is handed to a script, which may open it. */
  readonly how: 'opened' | 'given'
}

/** Endings of files that scripts are given to read. */
const dataName =
  /\.(?:json|ya?ml|conf|cfg|cnf|toml|ini|env|properties|template|tmpl|tpl|j2|service|timer|mount|rules|repo|list|sources|crt|cert|pem|key|pub|patch|diff|sql|csv|deb|rpm|whl|tar|tgz|gz|zip|sh|py|txt)$/

/** Options whose word names what is written, and endings of such files. */
const writes = /^--?(?:o|out\w*|log\w*|dest\w*|target|save\w*|report\w*|result\w*|write\w*|dump\w*|pid\w*)(?:[-_]\w+)*$/
const writtenName = /\.(?:log|out|err|pid|lock|tmp|sock|done|state)$/

/** Files in the folder that a command, by its expanded words, opens or hands to a script. */
export const namedFiles = (given: readonly string[]): readonly NamedFile[] => {
  const words = workingWords(given)
  const [program = '', ...args] = words
  const opened = openedBy(program.slice(program.lastIndexOf('/') + 1), args)
  if (opened !== null) return opened.filter(isRelative).map((path) => ({ path, how: 'opened' }))
  const started = startedFile(words)
  if (started === null || started.path.startsWith('/')) return []
  return givenTo(words.slice(words.indexOf(started.path) + 1)).map((path) => ({ path, how: 'given' }))
}

/** A plain path below the folder in which the command runs, with nothing in it that is not told. */
const isRelative = (word: string): boolean => word !== '' && !/^[-/~]|[\uE003*?[\]{}$`]|:\/\/|^[\w.-]+@?[\w.-]*:/.test(word)

const givenTo = (args: readonly string[]): readonly string[] =>
  args.flatMap((word, at) => {
    const [, option, value] = /^(--?[\w-]+)=(.+)$/.exec(word) ?? []
    const path = value ?? word
    const name = option ?? args[at - 1] ?? ''
    if (!isRelative(path) || writes.test(name) || writtenName.test(path)) return []
    const isPath = /^\.{0,2}\/|^[\uE000-\uE002]/.test(path) || path.includes('/')
    return dataName.test(path) && (isPath || !path.includes('=')) ? [path] : []
  })

const operands = (args: readonly string[], takesWord: RegExp): readonly string[] => {
  const found: string[] = []
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? ''
    if (word === '--') return [...found, ...args.slice(at + 1)]
    if (takesWord.test(word)) at += 1
    else if (!word.startsWith('-') || word === '-') found.push(word)
  }
  return found
}

const none = /^$/

/** The files that a program cannot do without; null where it is none of those that are known here. */
const openedBy = (name: string, args: readonly string[]): readonly string[] | null => {
  switch (name) {
    case 'cp':
    case 'mv':
    case 'install':
    case 'rsync':
      return copied(args, copyOptions[name])
    case 'cat':
    case 'unzip':
      return operands(args, name === 'unzip' ? /^-[dxP]$/ : none).slice(0, name === 'unzip' ? 1 : undefined)
    case 'chmod':
    case 'chown':
      return args.some((word) => /^-\w*f|^--reference|^--silent|^--quiet/.test(word)) ? [] : operands(args, none).slice(1)
    case 'source':
    case '.':
      return args.slice(0, 1).filter((word) => word.includes('/') && !/\.(?:sh|bash)$/.test(word))
    case 'tar':
      return unpacked(args)
    case 'sed':
      return args.some((word) => /^-[a-zA-Z]*i|^--in-place/.test(word)) ? edited(args) : []
    case 'dpkg':
    case 'rpm':
      return args.some((word) => /^-[iU]\w*$|^--install$|^--upgrade$/.test(word)) ? operands(args, none) : []
    case 'apt':
    case 'apt-get':
    case 'yum':
    case 'dnf':
      return operands(args, none).filter((word) => /^\.{1,2}\//.test(word))
    case 'pip':
    case 'pip3':
      return args.includes('install') ? args.filter((_, at) => /^(?:-r|-c|--requirement|--constraint)$/.test(args[at - 1] ?? '')) : []
    case 'ansible-playbook':
      return operands(args, /^(?:-\w|--(?:inventory|extra-vars|limit|tags|skip-tags|user|private-key|forks))$/)
    case 'kubectl':
      return args.filter((_, at) => /^(?:-f|--filename)$/.test(args[at - 1] ?? ''))
    case 'docker':
      return args[0] === 'load' ? args.filter((_, at) => /^(?:-i|--input)$/.test(args[at - 1] ?? '')) : []
    case 'aws':
      return args[0] === 's3' && args[1] === 'cp'
        ? operands(args.slice(2), /^--(?:region|profile|sse|acl|include|exclude)$/).slice(0, 1)
        : []
    default:
      return null
  }
}

/** Options of each program that take a word. */
const copyOptions = {
  cp: /^-[tS]$|^--(?:target-directory|suffix)$/,
  mv: /^-[tS]$|^--(?:target-directory|suffix)$/,
  install: /^-[tSmog]$|^--(?:target-directory|suffix|mode|owner|group)$/,
  rsync: /^-[efBT]$|^--(?:exclude|include|rsh|filter|chmod|chown)$/,
} as const

/** All but the last operand, which is where to; with `-t` all. */
const copied = (args: readonly string[], takesWord: RegExp): readonly string[] => {
  if (args.some((word) => /^-\w*d$|^--directory$|^--files-from/.test(word) && !/^-\w*a/.test(word))) return []
  const found = operands(args, takesWord)
  const isNamed = args.some((word) => /^-t|^--target-directory/.test(word))
  return isNamed ? found : found.slice(0, -1)
}

/** `tar xzf a.tgz`, `tar -xf a.tar`. */
const unpacked = (args: readonly string[]): readonly string[] => {
  const at = args.findIndex((word, index) => (index === 0 ? /^-?[a-zA-Z]*f$/ : /^-[a-zA-Z]*f$/).test(word))
  const isRead = args.some((word, index) => (index === 0 ? /^-?[a-zA-Z]*[xt]/ : /^-[a-zA-Z]*[xt]|^--(?:extract|list)$/).test(word))
  return at === -1 || !isRead ? [] : args.slice(at + 1, at + 2)
}

/** The program of `sed` is its first operand, unless an option gives it. */
const edited = (args: readonly string[]): readonly string[] => {
  const given = args.some((word) => /^-\w*[ef]$|^--(?:expression|file)/.test(word))
  const found = operands(args, /^-\w*[ef]$|^--(?:expression|file)$/)
  return found.slice(given ? 0 : 1)
}
