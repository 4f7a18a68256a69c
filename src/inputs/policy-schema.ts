import * as v from 'valibot'
import { thresholdTable } from '../catalog/thresholds.ts'
import { toolNames } from '../catalog/tools.ts'
import type { ThresholdName } from '../model/plan.ts'
import { isWaivable } from '../semantics/plan/waivers.ts'

const described = <const S extends v.GenericSchema>(schema: S, text: string) => v.pipe(schema, v.description(text))

/** `what` stands in faults as what is expected. */
const object = <const E extends v.ObjectEntries>(entries: E, what: string) => {
  // Without a prototype, because `constructor` is no key that the file may have.
  const bare: E = Object.assign(Object.create(null), entries)
  return v.objectWithRest(bare, v.never(what), what)
}

/** A key without a value is what is left when everything under it is a comment. */
const optional = <const S extends v.GenericSchema>(schema: S) => v.exactOptional(v.nullable(schema))

const stated = (what: string) => v.pipe(v.string(what), v.regex(/\S/, what))

/** Date.parse takes 30 February for a day of March. */
const isDay = (text: string): boolean => {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** Keys of the file, and of a waiver, in the order in which they are listed. */
export const policyKeys = ['fail-on', 'on-unknown', 'required-tools', 'rules', 'waivers', 'thresholds', 'trusted-targets'] as const
export const waiverKeys = ['rule', 'subject', 'reason', 'owner', 'expires'] as const
export const trustedTargetKeys = ['id', 'reason', 'owner'] as const

const day = 'a day of the calendar, YYYY-MM-DD'
const severity = 'error, warning, notice or off'
const waiver = `a waiver with ${waiverKeys.join(', ')}`
const trustedTarget = `a target with ${trustedTargetKeys.join(', ')}`
const targetId =
  'the id of what a route leads to (tgw-, pcx-, vgw-, vpce-, eni-, i-, nat-, lgw-, cagw-, core-network-) or what answers for names (dopt-, vpc-, Z…)'
const always = 'error: without valid credentials nothing else can be judged'

const ruleSetting = (id: string) =>
  id === 'credentials/identity' ? v.picklist(['error'], always) : v.picklist(['error', 'warning', 'notice', 'off'], severity)

const whole = (name: ThresholdName) => {
  const { least, most, description } = thresholdTable[name]
  const what = `a whole number from ${least} to ${most}`
  return described(v.pipe(v.number(what), v.integer(what), v.minValue(least, what), v.maxValue(most, what)), `${description}.`)
}

/** The policy file, and the only source of its published schema. `ruleIds` are the rules that there are. */
export const policySchema = (ruleIds: readonly string[]) => {
  const settings = Object.fromEntries(ruleIds.map((id) => [id, v.exactOptional(ruleSetting(id))]))
  return object(
    {
      $schema: described(v.exactOptional(v.string('the address of the schema')), 'For editors; nothing reads it.'),
      'fail-on': described(
        optional(v.picklist(['error', 'warning', 'never'], 'error, warning or never')),
        'Severity from which a finding fails the run, if the input does not say. It moves the exit code, not the verdict.',
      ),
      'on-unknown': described(
        optional(v.picklist(['fail', 'warn'], 'fail or warn')),
        'Whether a verdict of unproven fails the run, if the input does not say. It stays unproven either way.',
      ),
      'required-tools': described(
        optional(v.array(v.picklist(toolNames, `one of ${toolNames.join(', ')}`), `a list of ${toolNames.join(', ')}`)),
        'Tools of the machine whose absence blocks, where the input does not say.',
      ),
      rules: described(
        optional(object(settings, 'severities by rule')),
        'Severity of each finding of a rule, whatever the case; `off`: it is not judged, and nothing is asked for it alone.',
      ),
      waivers: described(
        optional(
          v.array(
            object(
              {
                rule: described(v.picklist(ruleIds.filter(isWaivable), 'the id of a rule that can be waived'), 'Id of the rule.'),
                subject: described(
                  stated('the subject of findings'),
                  'Subject of the findings as reports name it; `*` stands for any characters.',
                ),
                reason: described(stated('why the finding is accepted'), 'Why it is accepted; reports show it.'),
                owner: described(stated('who answers for it'), 'Who answers for it; reports show it.'),
                expires: described(
                  v.pipe(v.string(day), v.regex(/^\d{4}-\d{2}-\d{2}$/, day), v.check(isDay, day)),
                  'Last day on which it holds, YYYY-MM-DD, in UTC.',
                ),
              },
              waiver,
            ),
            'a list of waivers',
          ),
        ),
        'Findings that fail or could not be judged, and that somebody answers for until a day: they do not count.',
      ),
      thresholds: described(
        optional(
          object(
            {
              'spare-addresses': v.exactOptional(whole('spare-addresses')),
              'waiver-notice-days': v.exactOptional(whole('waiver-notice-days')),
            },
            'numbers by threshold',
          ),
        ),
        'Numbers in rules that are a matter of taste.',
      ),
      'trusted-targets': described(
        optional(
          v.array(
            object(
              {
                id: described(
                  v.pipe(
                    v.string(targetId),
                    v.regex(
                      /^(?:(?:tgw|pcx|vgw|vpce|eni|i|nat|lgw|cagw|dopt|vpc)-[0-9a-z]+|Z[0-9A-Z]+|arn:[^:]+:networkmanager:.*:core-network\/core-network-[0-9a-z]+)$/,
                      targetId,
                    ),
                  ),
                  "Id of what a route leads to, as a finding names it (a core network's is its ARN), or of what answers for names: DHCP options, a private hosted zone, or a VPC for all of its zones.",
                ),
                reason: described(stated('why it is trusted'), 'Why it leads to AWS; reports show it.'),
                owner: described(stated('who answers for it'), 'Who answers for it; reports show it.'),
              },
              trustedTarget,
            ),
            'a list of targets',
          ),
        ),
        'What routes lead to and this account cannot look behind, such as a transit gateway: a way through it counts as open where nothing read says otherwise.',
      ),
    },
    `a mapping with ${policyKeys.join(', ')}`,
  )
}
