import type { FailureMessage } from '../catalog/failure-message.ts'
import type { Rule } from '../model/rule.ts'
import { messagesIn } from '../semantics/text/failure-match.ts'
import { nearestName } from '../semantics/text/nearest-name.ts'
import { ruleList } from './rule-page.ts'

/** What `explain` was asked about: one rule, several rules, a message of a cluster that failed, or nothing that is known. */
export type Topic =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  | { readonly kind: 'messages'; readonly rows: readonly [FailureMessage, ...FailureMessage[]] }
  | { readonly kind: 'unknown'; readonly nearest: string | null }

/**
 * What `asked` means: a rule's id (`network/acl`), its last part (`acl`) or area (`network`), else the text of a message, as the console,
 * the CLI or a log shows it.
 */
export const topicOf = (asked: string, rules: readonly Rule[]): Topic => {
  const name = asked.trim().toLowerCase().replace(/\/$/, '')
  const named = rules.filter(({ id }) => id === name || id.endsWith(`/${name}`) || id.startsWith(`${name}/`))
  const exact = named.find(({ id }) => id === name) ?? (named.length === 1 ? named[0] : undefined)
  if (exact !== undefined) return { kind: 'rule', rule: exact }
  if (named.length > 0) return { kind: 'rules', rules: named }
  const [first, ...others] = messagesIn(asked)
  if (first !== undefined) return { kind: 'messages', rows: [first, ...others] }
  return { kind: 'unknown', nearest: nearestRule(name, rules) }
}

const nearestRule = (name: string, rules: readonly Rule[]): string | null => {
  const lastParts = new Map(rules.map(({ id }) => [id.slice(id.indexOf('/') + 1), id]))
  const near = nearestName(name, [...rules.map(({ id }) => id), ...lastParts.keys()])
  return near === null ? null : (lastParts.get(near) ?? near)
}

/** A pasted text may have several messages in it; more than these are seldom about the same fault. */
const mostMessages = 3

/** The messages that a text has in it, each with its cause and the rules that foresee it. Plain text. */
export const explainMessages = (rows: readonly FailureMessage[], rules: readonly Rule[]): string =>
  rows
    .slice(0, mostMessages)
    .map((row) => explainMessage(row, rules))
    .join('\n')

const explainMessage = ({ messages, cause, rules: ids, unforeseen, source }: FailureMessage, rules: readonly Rule[]): string => {
  const foreseeing = ids.flatMap((id) => rules.filter((rule) => rule.id === id))
  return [
    messages.join('\n'),
    '',
    `  ${cause}`,
    ...(unforeseen === undefined ? [] : [`  ${foreseeing.length === 0 ? 'No rule foresees it' : 'Not foreseen'}: ${unforeseen}`]),
    ...(foreseeing.length === 0 ? [] : ['', '  Rules that foresee it, the likeliest first:', indented(ruleList(foreseeing))]),
    '',
    `  Source: ${source}`,
    '',
  ].join('\n')
}

const indented = (lines: string): string => lines.trimEnd().replaceAll(/^/gm, '    ')
