import { messagesForeseenBy } from '../catalog/failure-messages.ts'
import { ruleUrl } from '../catalog/links.ts'
import type { Rule, RuleMeta } from '../model/rule.ts'

/** What a failing or unknown finding of a severity does. `unknown` follows the `on-unknown` input. */
const consequences = {
  error: 'A failure blocks. What cannot be judged leaves the cluster unproven.',
  warning: 'A failure is a warning; it fails the run only if `fail-on` is `warning`.',
  notice: 'A failure is a notice; it never blocks.',
} as const

/**
 * The page of a rule, in Markdown: `docs/rules/<id>.md`, and what `explain` prints. `actions` are the IAM actions that learning its
 * facts takes.
 */
export const rulePage = (rule: Rule, actions: readonly string[]): string =>
  [
    `# ${rule.id}`,
    `${rule.title}.`,
    list([
      `Severity: ${rule.severity}. ${consequences[rule.severity]}`,
      ...otherSeverities(rule),
      ...(rule.checklist === undefined ? [] : [`Prerequisites checklist: section ${rule.checklist}`]),
    ]),
    '## Why',
    rule.why,
    ...whatItPrevents(rule),
    ...(rule.checklistDiffers === undefined ? [] : ['## Where the checklist differs', rule.checklistDiffers]),
    '## What it reads',
    whatItReads(rule, actions),
    '## Sources',
    list(rule.sources.map((source) => `<${source}>`)),
  ]
    .join('\n\n')
    .concat('\n')

/** The severity of a rule is that of its usual case. */
const otherSeverities = ({ otherSeverities: others = [] }: RuleMeta): readonly string[] => {
  if (others.length === 0) return []
  const named = others.map((severity) => (severity === 'error' ? 'an error' : `a ${severity}`)).join(' or ')
  return [`Depending on what is proved, a finding can be ${named} instead.${others.includes('error') ? ' An error blocks.' : ''}`]
}

/** What HyperPod or a node would say otherwise. */
const whatItPrevents = ({ id }: RuleMeta): readonly string[] => {
  const messages = messagesForeseenBy(id)
  return messages.length === 0 ? [] : ['## What it prevents', list(messages.map((message) => `*${message.replaceAll('*', '\\*')}*`))]
}

/** Facts by name, as snapshots key them, and what asking AWS for them takes. */
const whatItReads = ({ needs, uses, judges }: Rule, actions: readonly string[]): string => {
  if (judges === 'waivers')
    return 'The waivers of the policy file, the day of the snapshot, and the findings of all other rules. It asks AWS nothing.'
  if (needs.length + uses.length === 0) return 'The plan alone: the request file and the inputs. It asks AWS nothing.'
  const facts = [...needs.map((id) => `\`${id}\``), ...uses.map((id) => `\`${id}\` (it can decide some cases without)`)]
  return [
    list([
      `Facts: ${facts.join(', ')}`,
      `IAM actions: ${actions.map((action) => `\`${action}\``).join(', ') || 'none, it asks AWS nothing'}`,
    ]),
    'Where a call fails, the finding is `unknown` and names the call, the error and the action to allow.',
  ].join('\n\n')
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')

/** Every rule on a line of its own: id, severity, title. */
export const ruleList = (rules: readonly RuleMeta[]): string => {
  const width = Math.max(...rules.map(({ id }) => id.length))
  return rules.map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`).join('')
}

/** The same for programs: JSON, with the address of each rule's page. */
export const ruleListJson = (rules: readonly RuleMeta[]): string =>
  JSON.stringify(
    rules.map(({ id, severity, title, sources }) => ({ id, area: id.replace(/\/.*/, ''), severity, title, docs: ruleUrl(id), sources })),
    null,
    2,
  )
