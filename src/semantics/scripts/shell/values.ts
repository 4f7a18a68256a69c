import { pathIn } from '../script-calls.ts'

/** What a word or a variable can stand for. */
export interface ShellValue {
  /** One of these holds; each is a list of words, of which a plain variable has one. */
  readonly alternatives: readonly (readonly string[])[]
  /** `possible`: the environment of the script may give another value. */
  readonly others: 'none' | 'possible'
}

/** Stand in texts for the script's own file, its folder, the folder in which it was started, and for what the script does not tell. */
export const ownFile = '\uE000'
export const ownFolder = '\uE001'
export const startFolder = '\uE002'
export const gap = '\uE003'

const mostAlternatives = 50
const longestText = 2000

export const told = (words: readonly string[]): ShellValue => ({ alternatives: [words], others: 'none' })

export const untold: ShellValue = told([gap])

/** One of two values. */
export const eitherOf = (one: ShellValue, other: ShellValue): ShellValue => {
  if (one === other) return one
  const others = one.others === 'none' && other.others === 'none' ? 'none' : 'possible'
  return limited([...one.alternatives, ...other.alternatives], others)
}

const limited = (all: readonly (readonly string[])[], others: ShellValue['others']): ShellValue => {
  const alternatives = [...new Map(all.map((words) => [words.join('\0'), words])).values()]
  const isShort = alternatives.every((words) => words.reduce((sum, word) => sum + word.length, 0) <= longestText)
  return alternatives.length > mostAlternatives || !isShort ? untold : { alternatives, others }
}

/** The one list of words that a value is; null where there are several. */
export const onlyWords = ({ alternatives, others }: ShellValue): readonly string[] | null => {
  const [words] = alternatives
  return alternatives.length === 1 && others === 'none' && words !== undefined ? words : null
}

/** The same done to each alternative. */
export const eachOf = ({ alternatives, others }: ShellValue, change: (words: readonly string[]) => readonly string[]): ShellValue =>
  limited(alternatives.map(change), others)

/** Two pieces of one word behind each other: the last word of the one and the first of the other are one. */
export const joined = (one: ShellValue, other: ShellValue): ShellValue =>
  limited(
    one.alternatives.flatMap((before) => other.alternatives.map((behind) => glued(before, behind))),
    one.others === 'none' ? other.others : one.others,
  )

const glued = (before: readonly string[], [first, ...rest]: readonly string[]): readonly string[] =>
  first === undefined ? before : [...before.slice(0, -1), `${before.at(-1) ?? ''}${first}`, ...rest]

/** All words of several values, in all combinations. */
export const listed = (values: readonly ShellValue[]): ShellValue => {
  if (values.every(({ alternatives }) => alternatives.length === 1)) {
    const words = values.flatMap(({ alternatives: [only = []] }) => only)
    return limited([words], values.some(({ others }) => others === 'possible') ? 'possible' : 'none')
  }
  return values.reduce(
    (one, other) =>
      limited(
        one.alternatives.flatMap((before) => other.alternatives.map((behind) => [...before, ...behind])),
        one.others === 'none' ? other.others : one.others,
      ),
    told([]),
  )
}

/** A path as it is in a folder: below it, or as it is where it begins elsewhere. */
export const placedIn = (folder: string, path: string): string => {
  if (/^[/\uE000-\uE003]/.test(path)) return tidy(path)
  return folder === gap || folder.startsWith(ownFile) ? gap : tidy(`${folder}/${path}`)
}

/** Without `.` and, as far as they can be resolved, `..`. */
const tidy = (path: string): string => {
  const first = path.charAt(0)
  if (first === '/') return `/${pathIn('', path)}`
  if (first !== ownFolder && first !== startFolder) return path
  const below = pathIn('', path.slice(1))
  return below === '' ? first : `${first}/${below}`
}

/** As `dirname` answers. */
export const folderOfText = (path: string): string => {
  if (path === ownFile) return ownFolder
  const at = path.lastIndexOf('/')
  if (at > 0) return path.slice(0, at)
  if (at === 0) return '/'
  if (path === ownFolder || path === startFolder) return `${path}/..`
  return path.includes(gap) || path.includes(ownFile) ? gap : '.'
}

/** As `basename` answers, without a suffix. */
export const nameOfText = (path: string): string => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return /[\uE000-\uE002]/.test(name) ? gap : name
}
