/** The part that is read of Stryker's report. https://github.com/stryker-mutator/mutation-testing-elements */
export interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>
}

interface Counts {
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
  readonly uncovered: number
  readonly ignored: number
}

/** Percentage of the mutants that have to be noticed. */
export const bar = 85

/** Percentage of the mutants that some test notices, of all that were made and can have an effect while tests run. */
export const scoreOf = ({ files }: MutationReport): number => score(countsOf(Object.values(files).flatMap(statusesOf)))

/** The report as the page `docs/proof/mutation.md`. */
export const mutationPage = (report: MutationReport): string => {
  const byFolder = new Map<string, string[]>()
  for (const [path, file] of Object.entries(report.files)) {
    byFolder.set(folderOf(path), [...(byFolder.get(folderOf(path)) ?? []), ...statusesOf(file)])
  }
  return `${[
    '# Mutants',
    '',
    'How much of the rules, of the models that they stand on, of the engines and of the reports the tests really hold: Stryker changes the code in',
    'one place at a time (a comparison, a condition, a text, an empty list for a full one) and runs the tests that come by that place. A change',
    'that no test notices survives. `npm run mutation` makes the run, writes this page, and fails below the bar.',
    '',
    `**${scoreOf(report).toFixed(1)} % of the mutants are noticed; the bar is ${bar} %.**`,
    '',
    '| folder | noticed | killed | timed out | survived | no test comes by | ignored |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...[...byFolder].sort(([a], [b]) => (a < b ? -1 : 1)).map(([folder, statuses]) => row(`\`${folder}\``, countsOf(statuses))),
    row('all', countsOf([...byFolder.values()].flat())),
    '',
    'Ignored are mutants that only act while a file is loaded (titles, reasons and sources of rules, tables of constants): Stryker would have to load',
    'all tests again for each of them. They count on neither side.',
  ].join('\n')}\n`
}

const statusesOf = ({ mutants }: MutationReport['files'][string]): readonly string[] => mutants.map(({ status }) => status)

const countsOf = (statuses: readonly string[]): Counts => {
  const of = (status: string): number => statuses.filter((one) => one === status).length
  return {
    killed: of('Killed'),
    timedOut: of('Timeout'),
    survived: of('Survived'),
    uncovered: of('NoCoverage'),
    ignored: of('Ignored'),
  }
}

const score = ({ killed, timedOut, survived, uncovered }: Counts): number =>
  (100 * (killed + timedOut)) / (killed + timedOut + survived + uncovered)

/** The folder that a file stands in: `src/rules/network`, `src/semantics`. */
const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

const row = (name: string, counts: Counts): string =>
  `| ${[name, `${score(counts).toFixed(1)} %`, counts.killed, counts.timedOut, counts.survived, counts.uncovered, counts.ignored].join(' | ')} |`
