import { gap } from './values.ts'

/** Commands that may put files with names of their own into the working folder. */
const unpacks = new Set(['tar', 'unzip', 'git', 'rsync', '7z', 'cpio', 'make', 'cmake', 'scp', 'sftp', 'patch'])

/** Unpacking into a folder that is named by its whole path puts nothing here. */
export const unpacksHere = (words: readonly string[]): boolean => {
  const [program = '', ...args] = words
  // The name of the file is part of an address that the text does not tell.
  const saves = program === 'wget' || (program === 'curl' && args.some((word) => /^-[a-zA-Z]*[OJ]|^--remote-(?:name|header)/.test(word)))
  if (saves) return args.some((word) => word.includes(gap) && !word.startsWith('/'))
  if (program === 'aws') return args[0] === 's3' && /^(?:cp|sync)$/.test(args[1] ?? '') && !args.some((word) => word.startsWith('/'))
  if (!unpacks.has(program)) return false
  if (program === 'git' && !args.some((word) => /^(?:clone|checkout|pull|submodule)$/.test(word))) return false
  if (program === 'tar' && !extracts(args)) return false
  const into = args.findIndex((word) => /^(?:-C|-d|--directory)$/.test(word))
  // What they read may lie anywhere: only the others name where to.
  if (into === -1 && /^(?:tar|unzip|7z|cpio|patch)$/.test(program)) return !args.some((word) => /^-o\/|^--directory=\//.test(word))
  const target = into === -1 ? args.at(-1) : args[into + 1]
  return !(target ?? '').startsWith('/')
}

/** The first word of `tar` may be its options without a dash. */
const extracts = ([first = '', ...args]: readonly string[]): boolean =>
  /^-?[a-zA-Z]*x[a-zA-Z]*$/.test(first) || [first, ...args].some((word) => /^-[a-zA-Z]*x|^--(?:extract|get)$/.test(word))
