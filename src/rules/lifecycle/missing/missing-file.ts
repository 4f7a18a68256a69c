import type { Fix } from '../../../model/finding.ts'
import { nearestName } from '../../../semantics/text/nearest-name.ts'
import { command } from '../../engine/command.ts'
import type { JudgedFolder } from '../../shared/script-folders.ts'

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const ending = (path: string): string => baseName(path).replace(/^.*\./, '')

/**
 * The file that a name was probably meant for: another spelling, the same name in another folder, or one of at most two other letters.
 * None of those `inUse`, which are meant where they are named: neither a caller nor its neighbour is to become its own callee.
 */
export const nearestPath = (path: string, all: readonly string[], inUse: ReadonlySet<string>): string | null => {
  const paths = all.filter((each) => !inUse.has(each))
  return (
    paths.find((each) => each.toLowerCase() === path.toLowerCase()) ??
    all.find((each) => baseName(each) === baseName(path)) ??
    nearestName(
      path,
      paths.filter((each) => ending(each) === ending(path)),
      2,
    )
  )
}

/** What a message says of it; empty for null. */
export const nearText = (path: string, near: string | null): string => {
  if (near === null) return ''
  return `; there is ${near}${near.toLowerCase() === path.toLowerCase() ? ', names are case-sensitive' : ''}`
}

interface Missing {
  readonly isInRepository: boolean
  readonly region: string
  /** What names the file. */
  readonly naming: 'call' | 'command'
}

/** How a file comes to be where it is looked for. */
export const missingFix = (judged: JudgedFolder, path: string, near: string | null, { isInRepository, region, naming }: Missing): Fix => {
  const { folder } = judged
  const target = judged.nameOf(path)
  if (folder.origin === 'bucket') {
    const list = command('aws', 's3', 'ls', '--recursive', folder.name, '--region', region)
    if (near === null) {
      return {
        text: isInRepository
          ? 'Upload the folder of the repository, which holds the file.'
          : `Upload the file with the others, or correct the path of the ${naming}.`,
        commands: [list],
      }
    }
    return {
      text: `Store the file under the name that ${naming === 'call' ? 'is called' : 'the command has'}, or correct the path of the ${naming} to ${near}.`,
      commands: [command('aws', 's3', 'cp', judged.nameOf(near), target, '--region', region)],
    }
  }
  if (near === null) {
    return { text: `Add ${target}, or correct the path of the ${naming}.`, commands: [command('git', 'ls-files', '--', folder.name)] }
  }
  return {
    text: `Correct the path of the ${naming} to ${near}, or rename the file if nothing else ${naming === 'call' ? 'calls' : 'reads'} it.`,
    commands: [command('git', 'grep', '-n', '-F', '--', baseName(path), folder.name)],
  }
}
