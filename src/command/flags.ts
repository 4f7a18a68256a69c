import type { Command } from 'commander'
import { isFile } from '../disk/read.ts'
import type { RawInput } from '../inputs/parse.ts'
import { inputNames as allInputs, type InputName, inputsFor, inputTable } from '../inputs/table.ts'
import type { Fault } from '../model/fault.ts'
import { tool } from '../preflight.ts'
import { nearestName } from '../semantics/text/nearest-name.ts'

/** Inputs of the action that are no flags: the command comments on no pull request. */
const actionOnlyInputs: readonly InputName[] = inputsFor('comment')

/** Inputs that are flags, in the order of the table. */
export const flagNames = allInputs.filter((name) => !actionOnlyInputs.includes(name))

/** What the command line gave, by name in camel case; true for a flag that stands alone. */
export type Options = Readonly<Record<string, string | true>>

/** Words that name what to do. */
export const commandNames = ['check', 'diagnose', 'rules', 'explain', 'iam-policy', 'merge', 'completion'] as const

const headings = { plan: 'What to check:', run: 'How to check it:', output: 'What to write:', comment: '' } as const

/** Inputs that are no ordinary flags of a command. */
export interface OddFlags {
  /** In no help: what they give is refused, with the reason. */
  readonly hidden?: readonly InputName[]
  /** No flags at all. */
  readonly without?: readonly InputName[]
}

/** Adds a flag for each input. Unknown ones are let through, so that they are reported together with every other fault. */
export const withInputFlags = (command: Command, { hidden = [], without = [] }: OddFlags = {}): Command => {
  for (const name of flagNames.filter((input) => !without.includes(input))) {
    const entry: { use: keyof typeof headings; placeholder: string; description: string; default?: string; isSwitch?: true } =
      inputTable[name]
    const value = entry.isSwitch ? `[${entry.placeholder}]` : `<${entry.placeholder}>`
    const standard = entry.default === undefined ? '' : ` (default: ${entry.default})`
    const option = command.createOption(`--${name} ${value}`, `${entry.description}${standard}`)
    command.addOption(option.helpGroup(headings[entry.use]).hideHelp(hidden.includes(name)))
  }
  return command.allowUnknownOption().allowExcessArguments()
}

const camelCase = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** What the flags give for inputs. A flag of yes or no may stand alone. */
export const rawInputs = (options: Options): readonly RawInput[] =>
  flagNames.flatMap((name) => {
    const value = options[camelCase(name)]
    return value === undefined ? [] : [{ name, value: value === true ? 'true' : value, source: `--${name}` }]
  })

/** What a flag that is no input gives. */
export const textOf = (options: Options, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** Words of the command line that commander did not understand. */
export interface StrayWords {
  /** Files that are there: the request, as it is named most often. */
  readonly files: readonly RawInput[]
  /** Flags of the action alone, which do nothing here. */
  readonly withoutEffect: readonly string[]
  readonly faults: readonly Fault[]
}

/** `options` are those that were understood: a file beside `--cluster-config` belongs to nothing. */
export const strayWords = (words: readonly string[], options: Options): StrayWords => {
  const strays = words.filter((word, index) => word.startsWith('-') || !(words[index - 1]?.startsWith('--') ?? false))
  const withoutEffect = strays.filter(isWithoutEffect)
  const others = strays.filter((word) => !isWithoutEffect(word))
  const file = options['clusterConfig'] === undefined ? others.find((word) => !word.startsWith('-') && isFile(word)) : undefined
  return {
    files: file === undefined ? [] : [{ name: 'cluster-config', value: file, source: file }],
    withoutEffect: withoutEffect.map(nameOf),
    faults: others.filter((word) => word !== file).map((word) => (word.startsWith('-') ? unknownFlag(nameOf(word)) : strayWord(word))),
  }
}

const nameOf = (word: string): string => word.replace(/=.*$/, '')

const isWithoutEffect = (word: string): boolean => actionOnlyInputs.some((name) => nameOf(word) === `--${name}`)

const unknownFlag = (flag: string): Fault => {
  const nearest = nearestName(flag.replace(/^-+/, ''), [...flagNames, 'output', 'profile', 'verbose', 'quiet'])
  const guess = nearest === null ? '' : `: did you mean --${nearest}?`
  return { source: flag, problem: `there is no such flag${guess}`, expected: `a flag that ${tool.name} check --help lists` }
}

const strayWord = (word: string): Fault => {
  const nearest = nearestName(word, commandNames)
  const isPath = /[./\\]/.test(word)
  return {
    source: word,
    problem: isPath ? 'there is no such file' : `there is no such command${nearest === null ? '' : `: did you mean ${nearest}?`}`,
    expected: isPath
      ? 'the path of a request file'
      : `${commandNames.slice(0, -1).join(', ')} or ${commandNames.at(-1)}, a request file, or flags`,
  }
}
