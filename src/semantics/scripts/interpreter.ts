import { nearestName } from '../text/nearest-name.ts'
import type { Shebang } from './shell-script.ts'

/** What comes of the first line of a script when Linux starts it. */
export type Start =
  | { readonly kind: 'starts' }
  /** `env` is handed all that follows it as one word, and looks for a program of that name: `bash -e`. */
  | { readonly kind: 'one-word'; readonly word: string }
  /** No program of this name is known, and one that is nearly the same is. */
  | { readonly kind: 'misspelt'; readonly name: string; readonly meant: string }
  /** Whether the nodes have the program is not known here. */
  | { readonly kind: 'not-seen'; readonly program: string }

/** Programs that the images of HyperPod have as AWS's own scripts start them, in the folders that Ubuntu and Amazon Linux have them in. */
const onNodes = /^(?:\/usr)?\/bin\/(?:bash|sh|python|python3)$/
const byEnv = new Set(['bash', 'sh', 'python', 'python3'])

/** Names near those of {@link meant} that are programs of their own, in packages of Linux distributions. */
const others = new Set([
  ...['ash', 'bosh', 'dash', 'fish', 'mksh', 'posh', 'rbash', 'rush', 'sash', 'tcsh', 'wish', 'yash'],
  ...['bpython', 'cython', 'ipython', 'jython', 'python2', 'bpython3', 'cython3', 'ipython3'],
])

/** The programs that a misspelt name is compared with. */
const meant = ['bash', 'python', 'python3']

/**
 * What Linux makes of a shebang whose path is absolute. The kernel hands the interpreter what follows its path as one word, which only
 * `env -S` takes apart. https://man7.org/linux/man-pages/man2/execve.2.html and
 * https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html
 */
export const startOf = ({ path, interpreter }: Shebang, argument: string): Start => {
  const env = path.endsWith('/env')
  if (env && /\s/.test(argument) && !/^(?:-[0iv]*S|--split-string)/.test(argument)) return { kind: 'one-word', word: argument }
  const near = /^(?:\/usr(?:\/local)?)?\/bin\//.test(path) && isNew(interpreter) ? nearestName(interpreter, meant) : null
  if (near !== null) return { kind: 'misspelt', name: interpreter, meant: near }
  const isThere = env ? /^(?:\/usr)?\/bin\/env$/.test(path) && byEnv.has(interpreter) : onNodes.test(path)
  return isThere ? { kind: 'starts' } : { kind: 'not-seen', program: env ? interpreter : path }
}

/** Short names are near to many, and digits are versions: `ksh`, `python3.12`. */
const isNew = (name: string): boolean =>
  name.length >= 4 && !meant.includes(name) && !others.has(name) && !/\d/.test(name.replace(/3$/, ''))
