import { faults } from './faults.ts'

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
export const faultMatrixPage = (cells: readonly Cell[], accounts: readonly string[]): string => {
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
    'without the fault, or `unknown`; and unknown must be exactly the rules that need the call.',
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
  ].join('\n')}\n`
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
