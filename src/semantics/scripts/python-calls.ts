import { type PythonAssignment, pythonAssignments, pythonCode } from './python-text.ts'
import {
  type CallCertainty,
  type CallFolder,
  pathIn,
  type ScriptCall,
  type ScriptCommand,
  type ScriptSteps,
  startedScript,
  workingWords,
} from './script-calls.ts'
import { shellCalls } from './shell-calls.ts'

/** What decides conditions of a script from outside of it. */
export interface PythonSettings {
  /** Settings of config.py in the same folder, by `Class.name`. */
  readonly settings: ReadonlyMap<string, PythonAssignment['value']>
  /** `workload_manager` of provisioning_parameters.json; null where it is not known. */
  readonly workloadManager: string | null
}

/** Settings that a module assigns once, by `Class.name`: what AWS's base scripts read from their config.py. */
export const settingsOf = (text: string): PythonSettings['settings'] => {
  const settings = new Map<string, PythonAssignment['value']>()
  const ambiguous = new Set<string>()
  for (const { owner, name, value } of pythonAssignments(pythonCode(text))) {
    const key = owner === null ? name : `${owner}.${name}`
    if (settings.has(key)) ambiguous.add(key)
    settings.set(key, value)
  }
  for (const key of ambiguous) settings.delete(key)
  return settings
}

/** Ways in which Python starts programs; `ExecuteBashScript` is the class of AWS's base scripts, which runs `sudo bash`. */
const starts = /\b(ExecuteBashScript|subprocess\.(?:run|call|check_call|check_output|Popen)|os\.(?:system|popen))\(/g

/** Starts of one script that are looked at. */
const maxStarts = 500

/**
 * The programs that a Python script starts, and the scripts among them, where they are written out as texts. Conditions are decided
 * where they are settings of config.py; a `try` provides for the failure.
 * https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/lifecycle_script.py
 */
export const pythonCalls = (text: string, given: PythonSettings): ScriptSteps => {
  const code = pythonCode(text)
  const lines = code.split('\n')
  const calls: ScriptCall[] = []
  const commands: ScriptCommand[] = []
  const moves = /\bos\.chdir\(/.test(code)
  const lineAt = lineCounter(code)
  for (const match of [...code.matchAll(starts)].slice(0, maxStarts)) {
    const certainty = certaintyAt(lines, lineAt(match.index), given)
    const args = argumentsFrom(code, match.index + match[0].length)
    const startedIn: CallFolder = moves ? { base: 'unknown', path: '' } : folderOf(args)
    const started = startedBy(match[1] ?? '', args, code)
    for (const words of started) {
      commands.push({ words, offset: match.index, certainty })
      const script = startedScript(workingWords(words))
      if (script === null || script.path.startsWith('/') || /[$*?`~{]/.test(script.path)) continue
      const target: CallFolder = {
        base: mentioned(lines, script.path) ? 'unknown' : startedIn.base,
        path: pathIn(startedIn.path, script.path),
      }
      calls.push({
        written: script.path,
        offset: match.index,
        target,
        startedIn,
        entered: null,
        certainty,
        sourced: script.how === 'sourced',
      })
    }
  }
  return { calls: [...calls, ...importsOf(code)], commands, doubtful: false, doubts: [] }
}

/** The line, from 0, of offsets that are asked for in ascending order. */
const lineCounter = (code: string): ((offset: number) => number) => {
  let line = 0
  let next = code.indexOf('\n')
  return (offset) => {
    while (next !== -1 && next < offset) {
      line += 1
      next = code.indexOf('\n', next + 1)
    }
    return line
  }
}

/** The commands of one start, each as its words. */
const startedBy = (callee: string, args: string, code: string): readonly (readonly string[])[] => {
  const [, quote, text] = /^\s*(["'])((?:(?!\1)[^\\\n])*)\1/.exec(args) ?? []
  if (quote !== undefined && text !== undefined) {
    return callee === 'ExecuteBashScript' ? [['bash', text]] : shellCalls(text).commands.map(({ words }) => words)
  }
  if (callee === 'ExecuteBashScript') return []
  const name = /^\s*([A-Za-z_]\w*)\s*(?:[,)]|$)/.exec(args)?.[1]
  const lists = name === undefined ? [] : [...code.matchAll(new RegExp(`\\b${name}\\s*=\\s*\\[`, 'g'))]
  const [list] = lists
  if (name !== undefined) return lists.length === 1 && list !== undefined ? [listed(code.slice(list.index + list[0].length))] : []
  return /^\s*\[/.test(args) ? [listed(args.slice(args.indexOf('[') + 1))] : []
}

/** Texts at the start of a list, up to the first element that is none; lists taken in at the start (`*sudo`) are passed over. */
const listed = (list: string): readonly string[] => {
  const words: string[] = []
  let rest = list.replace(/^(?:\s*\*\w+\s*,)+/, '')
  for (;;) {
    const [found, , word = ''] = /^\s*(["'])((?:(?!\1)[^\\\n])*)\1\s*(?:,|(?=\]))/.exec(rest) ?? []
    if (found === undefined) return words
    words.push(word)
    rest = rest.slice(found.length)
  }
}

const longestCall = 4000

/** The arguments of a call, from behind its opening bracket to the closing one. */
const argumentsFrom = (code: string, start: number): string => {
  const text = code.slice(start, start + longestCall)
  let depth = 1
  for (const { 0: found, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[()[\]{}]/g)) {
    if (found.length > 1) continue
    depth += '([{'.includes(found) ? 1 : -1
    if (depth === 0) return text.slice(0, index)
  }
  return text
}

const folderOf = (args: string): CallFolder => {
  if (!/\bcwd\s*=/.test(args)) return { base: 'working', path: '' }
  const folder = /\bcwd\s*=\s*(["'])([^"'\n]*)\1/.exec(args)?.[2]
  return folder === undefined || folder.startsWith('/') ? { base: 'unknown', path: '' } : { base: 'working', path: pathIn('', folder) }
}

/** Named in a text that is no part of a call that starts programs and no message: the script may test for the file, or make it. */
const mentioned = (lines: readonly string[], path: string): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return lines.some((line) => {
    if (!line.includes(name)) return false
    return /\b(?:exists|isfile|is_file|open|copy\w*|move|rename|urlretrieve|write\w*|download\w*)\b/.test(line)
  })
}

/** Modules that lie in the folder of the script. */
const importsOf = (code: string): readonly ScriptCall[] =>
  [...code.matchAll(/^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)/gm)].map((match) => {
    const written = `${match[1] ?? ''}.py`
    return {
      written,
      offset: match.index,
      // A module of that name may be installed: that the file is not there says nothing.
      target: { base: 'unknown', path: written },
      startedIn: { base: 'working', path: '' },
      entered: null,
      certainty: 'always',
      sourced: false,
    }
  })

/** Decided by the blocks that a line stands in, from the inside out. */
const certaintyAt = (lines: readonly string[], at: number, given: PythonSettings): CallCertainty => {
  let found: CallCertainty = 'always'
  for (const block of blocksAround(lines, at)) {
    if (/^try\s*:/.test(block.head)) found = 'optional'
    for (const { text, wanted } of conditionsOf(block, lines)) {
      const holds = truth(text, given)
      if (holds === !wanted) return 'never'
      if (holds === null && found === 'always') found = 'perhaps'
    }
  }
  return found
}

interface Block {
  readonly head: string
  readonly line: number
  readonly indent: number
}

const indentOf = (line: string): number => line.length - line.trimStart().length

const blocksAround = (lines: readonly string[], at: number): readonly Block[] => {
  const blocks: Block[] = []
  let indent = indentOf(lines[at] ?? '')
  for (let line = at - 1; line >= 0 && indent > 0; line -= 1) {
    const text = lines[line] ?? ''
    if (text.trim() === '' || indentOf(text) >= indent) continue
    indent = indentOf(text)
    blocks.push({ head: text.trim(), line, indent })
  }
  return blocks
}

/** A condition, and whether it must hold or not. */
interface Condition {
  readonly text: string
  readonly wanted: boolean
}

/** Of which nothing is known. */
const undecided: Condition = { text: '', wanted: true }

/** The conditions under which a block runs. */
const conditionsOf = ({ head, line, indent }: Block, lines: readonly string[]): readonly Condition[] => {
  const own = /^(?:if|elif|while)\b\s*(.*?)\s*:$/.exec(head)?.[1]
  const stated = /^(?:if|elif|while|except|finally)\b/.test(head) ? [own === undefined ? undecided : { text: own, wanted: true }] : []
  return /^(?:elif\b|else\s*:)/.test(head) ? [...stated, ...refusedBefore(line, indent, lines)] : stated
}

/** What must not hold for an `elif` or an `else` to be come to: the conditions of the branches above it. */
const refusedBefore = (line: number, indent: number, lines: readonly string[]): readonly Condition[] => {
  const refused: Condition[] = []
  for (let at = line - 1; at >= 0; at -= 1) {
    const text = lines[at] ?? ''
    if (text.trim() === '' || indentOf(text) > indent) continue
    const [, keyword, condition] = /^(if|elif)\b\s*(.*?)\s*:$/.exec(text.trim()) ?? []
    if (condition === undefined) break
    refused.push({ text: condition, wanted: false })
    if (keyword === 'if') return refused
  }
  return [...refused, undecided]
}

/** Whether a condition holds, as far as settings decide it; null where they do not. */
const truth = (condition: string, given: PythonSettings): boolean | null => {
  const text = condition.replace(/^\((.*)\)$/, '$1')
  const parts = /\bor\b|[()]/.test(text) ? [text] : text.split(/\s+and\s+/)
  const found = parts.map((part) => simpleTruth(part, given))
  if (found.includes(false)) return false
  return found.every((part) => part === true) ? true : null
}

const simpleTruth = (text: string, { settings, workloadManager }: PythonSettings): boolean | null => {
  if (/^__name__\s*==\s*["']__main__["']$/.test(text)) return true
  const manager = /^(?:\w+\.)?workload_manager\s*==\s*["'](\w+)["']$/.exec(text)?.[1]
  if (manager !== undefined) return workloadManager === null ? null : manager === workloadManager
  const [, not, name] = /^(not\s+)?(\w+\.\w+)$/.exec(text) ?? []
  const value = name === undefined ? undefined : settings.get(name)
  if (typeof value !== 'boolean') return null
  return not === undefined ? value : !value
}
