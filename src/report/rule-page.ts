import type { RuleMeta } from '../model/rule.ts'

/** The page of a rule, in Markdown: `docs/rules/<id>.md`, and what `explain` prints. */
export const rulePage = (rule: RuleMeta): string => {
  const facts = [
    `Severity: ${rule.severity}`,
    ...(rule.checklist === undefined ? [] : [`Prerequisites checklist: section ${rule.checklist}`]),
  ]
  return [
    `# ${rule.id}`,
    `${rule.title}.`,
    facts.join(' · '),
    '## Why',
    rule.why,
    ...(rule.checklistDiffers === undefined ? [] : ['## Where the checklist differs', rule.checklistDiffers]),
    '## Sources',
    rule.sources.map((source) => `- <${source}>`).join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

/** Every rule on a line of its own: id, severity, title. */
export const ruleList = (rules: readonly RuleMeta[]): string => {
  const width = Math.max(...rules.map(({ id }) => id.length))
  return rules.map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`).join('')
}
