import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'
import { isInCheckout } from '../../disk/checkout.ts'

/**
 * The folders of PATH that are looked in. An empty or relative one means the working folder; neither it nor an absolute one in the checkout
 * counts, which anybody's pull request may have filled.
 */
const executableFolders = (environment: NodeJS.ProcessEnv): readonly string[] =>
  (environment['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder) && !isInCheckout(folder, environment))

/** PATH for programs that are started. None at all rather than an empty one, which to many programs is the working folder. */
export const programPath = (environment: NodeJS.ProcessEnv): { readonly PATH?: string } => {
  const folders = executableFolders(environment)
  return folders.length === 0 ? {} : { PATH: folders.join(path.delimiter) }
}

/** Path of the first executable of this name; null where no folder of PATH has one. */
export const findExecutable = async (name: string, environment: NodeJS.ProcessEnv): Promise<string | null> => {
  const endings = process.platform === 'win32' ? ['.exe', '.com'] : ['']
  for (const folder of executableFolders(environment)) {
    for (const ending of endings) {
      const file = path.join(folder, `${name}${ending}`)
      if (!isSubsystemLauncher(file) && (await isExecutable(file))) return file
    }
  }
  return null
}

/** `System32\bash.exe` starts a Linux of its own, where one is installed; the bash of Git for Windows comes behind it on PATH. */
const isSubsystemLauncher = (file: string): boolean => process.platform === 'win32' && /\\system32\\bash\.exe$/i.test(file)

const isExecutable = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
