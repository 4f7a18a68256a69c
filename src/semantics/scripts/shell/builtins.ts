import type { Assignment } from 'unbash'
import { errexitOf } from './errexit.ts'
import { expanded, whole } from './expansion.ts'
import type { ShellCommand } from './nodes.ts'
import type { ShellState } from './state.ts'
import { gap, joined, listed, placedIn, type ShellValue, told, untold } from './values.ts'

/** The variables of a function that are its own, with what they were before. */
export type Locals = Map<string, ShellValue | null>

const declares = new Set(['export', 'local', 'readonly', 'declare', 'typeset'])

/** Assignments before a command or alone, and those of `export`, `local` and the like. */
export const assign = (command: ShellCommand, words: readonly string[], state: ShellState, locals: Locals | null): void => {
  const [name = ''] = words
  if (name !== '' && !declares.has(name)) return
  const isLocal = locals !== null && (name === 'local' || ((name === 'declare' || name === 'typeset') && !words.includes('-g')))
  for (const node of command.nodes) {
    const variable = node.type === 'Assignment' ? node.name : node.text
    if (isLocal && /^[A-Za-z_]\w*$/.test(variable) && variable !== name && !locals.has(variable)) {
      locals.set(variable, state.get(variable))
      if (node.type === 'Word') state.set(variable, told(['']))
    }
    if (node.type === 'Assignment') state.set(variable, isReference(words) ? untold : assigned(node, state))
  }
}

/** `declare -n`: a name of another variable. */
const isReference = (words: readonly string[]): boolean => words.some((word) => /^-[a-zA-Z]*n/.test(word)) && words[0] !== 'export'

const assigned = ({ name, value, append, index }: Assignment, state: ShellState): ShellValue => {
  if (index !== undefined) return untold
  const before = append === true ? state.get(name) : undefined
  if (before === null) return untold
  if (value.type === 'ArrayValue') {
    const elements = listed(value.elements.map((element) => expanded(element, state)))
    return before === undefined ? elements : listed([before, elements])
  }
  const text = whole(expanded(value, state))
  return before === undefined ? text : joined(whole(before), text)
}

/** What a builtin does to what the shell knows; `made` has the folders that the script makes. */
export const applyBuiltin = (words: readonly string[], state: ShellState, made: ReadonlySet<string>): void => {
  const [name = '', ...args] = words
  const operands = args.filter((word) => !/^-./.test(word))
  switch (name) {
    case 'cd':
    case 'pushd':
      state.enter(entered(operands[0] ?? (name === 'cd' ? `/${gap}` : gap), state, made))
      break
    case 'popd': {
      const [last = gap, ...before] = state.before
      state.here = last
      state.before = before
      break
    }
    case 'shift':
      if (state.parameters !== null) state.parameters = state.parameters.slice(Number(operands[0] ?? '1') || 1)
      break
    case 'set':
      setOptions(args, state)
      break
    case 'read':
    case 'mapfile':
    case 'readarray':
    case 'getopts':
      state.forget(args.filter((word) => /^[A-Za-z_]\w*$/.test(word)))
      break
    case 'printf':
      if (args[0] === '-v') state.forget(args.slice(1, 2))
      break
    case 'unset':
      for (const each of operands) state.set(each, told(['']))
      break
  }
}

/** A folder that the script makes may be filled by it as well. */
const entered = (operand: string, state: ShellState, made: ReadonlySet<string>): string => {
  if (operand === '-') return state.before[0] ?? gap
  const folder = placedIn(state.here, operand)
  return made.has(folder) ? gap : folder
}

const setOptions = (args: readonly string[], state: ShellState): void => {
  const end = args.indexOf('--')
  const options = end === -1 ? args : args.slice(0, end)
  const changed = errexitOf(['set', ...options])
  if (changed !== null) state.errexit = changed
  if (end !== -1) state.parameters = args.slice(end + 1)
  else if (options.length > 0 && !/^[-+]/.test(options[0] ?? '')) state.parameters = options
}
