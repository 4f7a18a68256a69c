// Writes every generated document: rule pages and their index, the checklist table, the schemas, the IAM policy, action.yml and
// the generated parts of the README. A test compares what this makes with what is committed.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { type ChecklistLine, type ChecklistPart, checklist } from '../src/catalog/checklist.ts'
import { failureMessages } from '../src/catalog/failure-messages.ts'
import { actionsOf } from '../src/facts/engine/collect.ts'
import { collectors } from '../src/facts/index.ts'
import { policyJsonSchema } from '../src/inputs/policy-json-schema.ts'
import { inputNames, inputTable } from '../src/inputs/table.ts'
import { policyOfAnyPlan, withDiagnosis } from '../src/least-privilege.ts'
import type { Rule } from '../src/model/rule.ts'
import type { Snapshot } from '../src/model/snapshot.ts'
import type { OutputName } from '../src/report/outputs.ts'
import { makeReport } from '../src/report/report.ts'
import { rulePage } from '../src/report/rule-page.ts'
import { reportJsonSchema } from '../src/report/schema/json-schema.ts'
import { renderText } from '../src/report/text/text.ts'
import { judge } from '../src/rules/engine/judge.ts'
import { rules } from '../src/rules/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const rulePages = 'docs/rules'
const sampleSnapshot = 'examples/sample-account/snapshot.json'

/** Rules whose findings about the sample account the README shows. */
const shown = ['quota/cluster-usage', 'security-group/self-egress']

/** Descriptions of the action's outputs, in the order of action.yml. `report` comes from the action itself. */
const outputTable: Readonly<Record<OutputName | 'report', string>> = {
  verdict: 'what was found, whatever fail-on and on-unknown say: ready, blocked or unproven; empty if the run could not start',
  errors: 'number of failing findings of severity error',
  warnings: 'number of failing findings of severity warning',
  unknowns: 'number of findings that could not be judged',
  operation: 'what was judged: create, or update of a cluster that exists',
  'left-open': 'what the verdict does not rest on, as JSON: names of inputs that were not given, ids of rules that were not judged',
  headroom: 'how many nodes are possible, by instance group and type, as JSON',
  report: 'path of the JSON report (docs/report.schema.json describes it)',
}

/** Every generated document by its path from the project's root. The README keeps what is outside of its markers. */
export const documents = (): ReadonlyMap<string, string> =>
  new Map([
    ['action.yml', actionYml()],
    ['docs/report.schema.json', json(reportJsonSchema())],
    ['docs/policy.schema.json', json(policyJsonSchema(rules.map(({ id }) => id)))],
    ['docs/iam-policy.json', json(policyOfAnyPlan(collectors))],
    [
      'docs/iam-policy-diagnose.json',
      json(withDiagnosis({ Version: '2012-10-17', Statement: [] }, collectors, { cluster: null, region: null })),
    ],
    ['docs/checklist.md', checklistTable()],
    ['docs/failure-messages.md', failureTable()],
    [`${rulePages}/README.md`, ruleIndex()],
    ...rules.map((rule) => [`${rulePages}/${rule.id}.md`, rulePage(rule, actionsOfRule(rule))] as const),
    ['README.md', readme(readFileSync(join(root, 'README.md'), 'utf8'))],
  ])

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`
const actionsOfRule = (rule: Rule): readonly string[] => actionsOf([...rule.needs, ...rule.uses], collectors)

const inputs: readonly (readonly [name: string, input: { readonly description: string; readonly default?: string }])[] = inputNames.map(
  (name) => [name, inputTable[name]],
)

const actionYml = (): string =>
  `# Written by scripts/docs.ts from src/inputs/table.ts: run npm run docs.\n${stringify(
    {
      name: 'HyperPod preflight',
      description: 'Answers before you create a SageMaker HyperPod cluster: will it come up, and if not, what must change?',
      author: 'hyperpod-preflight',
      branding: { icon: 'check-circle', color: 'orange' },
      inputs: Object.fromEntries(inputs.map(([name, input]) => [name, actionInput(input)])),
      outputs: Object.fromEntries(Object.entries(outputTable).map(([name, description]) => [name, { description }])),
      runs: { using: 'node24', main: 'dist/index.js' },
    },
    { lineWidth: 0 },
  )}`

const actionInput = (input: { readonly description: string; readonly default?: string }): object => ({
  description: input.description,
  required: false,
  ...(input.default !== undefined && { default: input.default }),
})

/** Rules by area, areas in the order in which reports first list them. */
const byArea = (): ReadonlyMap<string, readonly Rule[]> => grouped(rules, ({ id }) => id.slice(0, id.indexOf('/')))

const grouped = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const keys = [...new Set(items.map(keyOf))]
  return new Map(keys.map((key) => [key, items.filter((item) => keyOf(item) === key)]))
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Plain text, or Markdown without a table of its own, for a cell. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

const ruleIndex = (): string =>
  document([
    '# Rules',
    `Every rule, in the order in which reports list them. \`hyperpod-preflight explain <rule>\` prints the page of a rule.`,
    'A failing `error` blocks the cluster, a `warning` fails the run if `fail-on` is `warning`, a `notice` never does. The severity below is that of the rule: a single case can be milder or, for a tool named in `required-tools`, graver. "Checklist" is the section of the [prerequisites checklist](../prerequisites-checklist.md) that asks for it; [checklist.md](../checklist.md) goes line by line.',
    ...[...byArea()].flatMap(([area, members]) => [
      `## ${area}`,
      table(
        ['rule', 'severity', 'checklist', 'holds when'],
        members.map(({ id, severity, checklist, title }) => [`[${id}](${id}.md)`, severity, checklist ?? '', cell(title)]),
      ),
    ]),
  ])

const checklistTable = (): string =>
  document([
    '# The prerequisites checklist, line by line',
    'Each line of the [prerequisites checklist](prerequisites-checklist.md), the rules that judge it, and where the facts differ from what it says. Where they do, the rules follow the facts; the page of the rule names the sources.',
    ...[...grouped(checklist, partTitle)].flatMap(([title, parts]) => [
      `## ${title}`,
      ...parts.flatMap((part) => [
        ...(part.heading === title ? [] : [`### ${part.heading}`]),
        table(
          ['line', 'rules', 'where facts differ'],
          part.lines.map((line) => [cell(line.line), line.rules.map(ruleLink).join('<br>'), differences(line)]),
        ),
        ...(part.beyond === undefined ? [] : [`Judged as well, though no line asks for it: ${part.beyond.map(ruleLink).join(', ')}.`]),
      ]),
      ...differingRules(parts),
    ]),
  ])

const failureTable = (): string =>
  document([
    '# What HyperPod says when a cluster fails, and what foresees it',
    'Each message as it was seen (`…` stands for what differs), what lies behind it, and the rules that find the cause before CreateCluster is called, the likeliest first. `hyperpod-preflight explain "<message>"` finds the rules for a message that you paste, with its ids in it.',
    table(
      ['message', 'cause', 'rules', 'not foreseen'],
      failureMessages.map(({ messages, cause, rules: ids, unforeseen, source }) => [
        `${messages.map((message) => `*${cell(message.replaceAll('*', '\\*'))}*`).join('<br>')} ([source](${source}))`,
        cell(cause),
        ids.map(ruleLink).join('<br>'),
        cell(unforeseen ?? ''),
      ]),
    ),
  ])

const partTitle = ({ section, heading }: ChecklistPart): string => (section === null ? heading : `Section ${section}`)
const ruleLink = (id: string): string => `[${id}](rules/${id}.md)`
const differing = (id: string): string | undefined => rules.find((rule) => rule.id === id)?.checklistDiffers

const differences = ({ rules: ids, note }: ChecklistLine): string =>
  [
    ...(note === undefined ? [] : [cell(note)]),
    ...ids.filter((id) => differing(id) !== undefined).map((id) => `see [${id}](rules/${id}.md#where-the-checklist-differs)`),
  ].join('<br>')

/** What the rules of one section say about it, each once. */
const differingRules = (parts: readonly ChecklistPart[]): readonly string[] => {
  const section = parts[0]?.section ?? null
  if (section === null) return []
  const ids = new Set(parts.flatMap(({ lines, beyond }) => [...lines.flatMap((line) => line.rules), ...(beyond ?? [])]))
  const here = rules.filter((rule) => ids.has(rule.id) && rule.checklist === section && rule.checklistDiffers !== undefined)
  return here.length === 0
    ? []
    : ['### Where the facts differ', here.map(({ id, checklistDiffers }) => `- ${ruleLink(id)}: ${checklistDiffers}`).join('\n')]
}

/** What the README shows between `<!-- name:start -->` and `<!-- name:end -->`. */
const readmeParts = (): Readonly<Record<string, string>> => ({
  inputs: table(
    ['input and flag', 'meaning', 'default'],
    inputs.map(([name, input]) => [`\`${name}\``, cell(input.description), input.default === undefined ? '' : `\`${input.default}\``]),
  ),
  outputs: table(
    ['output', 'meaning'],
    Object.entries(outputTable).map(([name, description]) => [`\`${name}\``, cell(description)]),
  ),
  rules: [
    `${rules.length} rules; each has [a page](docs/rules/README.md) with its reasons and sources.`,
    table(
      ['area', 'rules'],
      [...byArea()].map(([area, members]) => [area, members.map(({ id }) => `[${nameOf(id)}](${rulePages}/${id}.md)`).join(', ')]),
    ),
  ].join('\n\n'),
  excerpt: `\`\`\`text\n${excerpt()}\n\`\`\``,
  'iam-policy': `\`\`\`json\n${json(policyOfAnyPlan(collectors))}\`\`\``,
})

/** Parts of what `npm start` prints. */
const excerpt = (): string => {
  // The file is this project's own; the tests of the packed program read it the way users' snapshots are read.
  const snapshot: Snapshot = JSON.parse(readFileSync(join(root, sampleSnapshot), 'utf8'))
  const report = makeReport({ tool: snapshot.tool, snapshot, findings: judge(rules, snapshot), failOn: 'error', onUnknown: 'fail' })
  const blocks = renderText(report, { colour: false, width: 100 }).split('\n\n')
  const findings = blocks.filter((block) => shown.some((id) => block.split('\n')[0]?.includes(` ${id} `)))
  return [blocks[0], ...findings, '…', blocks.at(-1)].join('\n\n')
}

const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1)

const readme = (text: string): string =>
  Object.entries(readmeParts()).reduce((whole, [name, part]) => {
    const start = `<!-- ${name}:start -->`
    const end = `<!-- ${name}:end -->`
    const from = whole.indexOf(start)
    const to = whole.indexOf(end)
    if (from < 0 || to < from) throw new Error(`README.md has no ${start} … ${end}`)
    return `${whole.slice(0, from + start.length)}\n\n${part}\n\n${whole.slice(to)}`
  }, text)

const document = (parts: readonly string[]): string => {
  const [title, ...rest] = parts
  return `${[title, '<!-- Written by scripts/docs.ts: run npm run docs. -->', ...rest].join('\n\n')}\n`
}

/** Pages of rules that are on disk: `docs/rules/<id>.md`, the index left out. */
export const rulePagesOnDisk = (): readonly string[] =>
  readdirSync(join(root, rulePages), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && path !== 'README.md')
    .map((path) => `${rulePages}/${path}`)

if (import.meta.main) {
  mkdirSync(join(root, rulePages), { recursive: true })
  const written = documents()
  for (const stale of rulePagesOnDisk().filter((path) => !written.has(path))) rmSync(join(root, stale))
  for (const [path, text] of written) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  process.stdout.write(`${written.size} documents written\n`)
}
