import { faults } from './faults.ts'
import type { LieCell } from './lie-matrix.ts'
import { lies } from './lies.ts'
import { wholeLies } from './whole-lies.ts'

/** How a run went in which something was wrong with one operation. */
export interface Cell {
  readonly operation: string
  readonly account: string
  readonly fault: string
  /** Rules that are unknown in this account where the operation is denied. */
  readonly needed: readonly string[]
  readonly isUnknown: boolean
  readonly durationMs: number
  /** What went against the promises; empty where all is well. */
  readonly violations: readonly string[]
}

/** The matrix as a page of the documentation. */
export const faultMatrixPage = (cells: readonly Cell[], told: readonly LieCell[], accounts: readonly string[]): string => {
  const operations = [...new Set(cells.map(({ operation }) => operation))].sort()
  const broken = cells.filter(({ violations }) => violations.length > 0)
  const recovered = cells.filter(({ isUnknown, violations }) => !isUnknown && violations.length === 0)
  const longest = Math.max(...cells.map(({ durationMs }) => durationMs))
  const row = (operation: string): string => `| \`${operation}\` | ${faults.map(({ name }) => sign(cells, operation, name)).join(' | ')} |`
  return `${[
    '# Fault matrix',
    '',
    'Every operation that the tool calls, with everything that can go wrong with it. One run of the packed action for each fault, operation and',
    `account (${accounts.join(', ')}) that it is called for; \`npm run faults\` makes them all and writes this page. The operations are those that the`,
    'collectors call: one that no account makes the tool call fails the command.',
    '',
    'Each run has to end in time, with the exit code of its verdict, with every file written whole. No finding may say anything but what it says',
    'without the fault, or `unknown`; unknown must be exactly the rules that need the call; and every value of the snapshot must be the true',
    'one, or a gap.',
    '',
    '- `=` the findings are those of the run without the fault: a retry brought the answer, or other evidence did, or no rule needs the call alone',
    '- `?` exactly the rules that need the call are `unknown`',
    '- `✗` something else: a promise is broken',
    '',
    `**${cells.length} runs: ${recovered.length} with the findings of a run without a fault, ${cells.length - recovered.length - broken.length} with exactly the rules unknown that need the call,`,
    `${broken.length} against the promises.** ${operations.length} operations, ${faults.length} faults. The longest run took ${Math.ceil(longest / 1000)} s; a run may learn for 60 s.`,
    '',
    `| operation | ${faults.map(({ name }) => name).join(' | ')} |`,
    `| --- | ${faults.map(() => '---').join(' | ')} |`,
    ...operations.map(row),
    '',
    '## The faults',
    '',
    '| fault | what is wrong | what must come of it |',
    '| --- | --- | --- |',
    ...faults.map(({ name, description, outcome }) => `| ${name} | ${description} | ${outcomes[outcome]} |`),
    '',
    '## Rules that need each operation',
    '',
    'As measured, with the operation denied. Where none is named, other evidence settles the rules that use it.',
    '',
    '| operation | unknown without it |',
    '| --- | --- |',
    ...operations.map((operation) => `| \`${operation}\` | ${needing(cells, operation)} |`),
    '',
    ...liesSection(told),
  ].join('\n')}\n`
}

const allLies = [...lies, ...wholeLies]

const sorts = {
  tellable: 'every value that was learned is the true one, or not known; no finding says anything else',
  missing: 'nothing passes by it: AWS leaves out what there is none of',
  plausible: 'nothing passes by it: it reads as an answer, and may be taken for one',
  'true elsewhere': 'it is judged like any account: nothing in it says that it is of another',
} as const

const liesSection = (told: readonly LieCell[]): readonly string[] => {
  const operations = [...new Set(told.map(({ operation }) => operation))].sort()
  const broken = told.filter(({ violations }) => violations.length > 0)
  return [
    '## Lies',
    '',
    'What AWS answers is well-formed here and not true. Each lie is told about each member of each answer, everywhere that the member occurs,',
    'or about the answer as a whole; nothing is sampled. The collectors and rules are asked over HTTP and run without the program around them.',
    'What was learned is compared with the true snapshot, value by value, and what was judged with the true findings.',
    '',
    '- `=` every value is the true one: nothing rests on the member, or the lie was told from the truth without loss',
    '- `?` what rests on the member is not known, and everything else is true',
    '- `~` a value was taken for a fact that is not so, and could be; no promise is broken',
    '- `✗` a promise is broken',
    '- blank: cannot be told about any member',
    '',
    `**${told.length} lies, ${broken.length} against the promises.**`,
    '',
    `| operation | ${allLies.map(({ name }) => name).join(' | ')} |`,
    `| --- | ${allLies.map(() => '---').join(' | ')} |`,
    ...operations.map((operation) => `| \`${operation}\` | ${allLies.map(({ name }) => lieSign(told, operation, name)).join(' | ')} |`),
    '',
    '| lie | what is told | what must come of it |',
    '| --- | --- | --- |',
    ...allLies.map(({ name, description, sort }) => `| ${name} | ${description} | ${sorts[sort]} |`),
  ]
}

const lieSign = (told: readonly LieCell[], operation: string, lie: string): string => {
  const here = told.filter((cell) => cell.operation === operation && cell.lie === lie)
  if (here.length === 0) return ''
  if (here.some(({ violations }) => violations.length > 0)) return '✗'
  if (here.some(({ isBelieved }) => isBelieved)) return '~'
  return here.some(({ isUnknown }) => isUnknown) ? '?' : '='
}

const outcomes = {
  recovers: 'the same findings',
  unknown: 'what needs the call is `unknown`',
  either: 'the same findings, or what needs the call is `unknown`; a list that never ends is `unknown`',
} as const

const sign = (cells: readonly Cell[], operation: string, fault: string): string => {
  const here = cells.filter((cell) => cell.operation === operation && cell.fault === fault)
  if (here.some(({ violations }) => violations.length > 0)) return '✗'
  return here.some(({ isUnknown }) => isUnknown) ? '?' : '='
}

const needing = (cells: readonly Cell[], operation: string): string => {
  const rules = new Set(cells.filter((cell) => cell.operation === operation).flatMap(({ needed }) => needed))
  return (
    [...rules]
      .sort()
      .map((rule) => `\`${rule}\``)
      .join(' ') || 'none alone'
  )
}
