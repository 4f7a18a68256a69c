import { lstatSync } from 'node:fs'
import * as v from 'valibot'
import type { Checked } from '../model/fault.ts'
import type { Plan } from '../model/plan.ts'
import type { PolicyFile, PolicyWaiver, RuleSetting } from '../model/policy.ts'
import { parseDocument } from './document.ts'
import { keyPlaceOf, placeOf, policyFaults } from './policy-faults.ts'
import { policySchema } from './policy-schema.ts'
import { readText } from './read-plan.ts'
import { defaultPolicyFile, type Inputs } from './table.ts'

const expected = 'a policy file in YAML or JSON'

/**
 * Reads the policy file that is named, or the default one where it is there; null where there is none. Everything that is wrong with
 * it is told at once: a waiver that is not whole must neither excuse anything nor be passed over.
 */
export const readPolicyFile = async (named: string | null, ruleIds: readonly string[]): Promise<Checked<PolicyFile | null>> => {
  if (named === null && lstatSync(defaultPolicyFile, { throwIfNoEntry: false }) === undefined) return { ok: true, value: null }
  const path = named ?? defaultPolicyFile
  const text = await readText(path, 'policy-file', expected)
  return text.ok ? parsePolicyFile(path, text.value, ruleIds) : text
}

/** Parses a policy file; a fault is at the line and column of what is wrong. `ruleIds` are the rules that there are. */
export const parsePolicyFile = (path: string, text: string, ruleIds: readonly string[]): Checked<PolicyFile> => {
  const parsed = parseDocument({ path, expected }, saysNothing(text) ? '{}' : text)
  if (!parsed.ok) return parsed
  const document = parsed.value
  const [tag] = document.tags
  if (tag !== undefined) {
    const { line, column } = tag.place
    return {
      ok: false,
      faults: [{ source: `${path}:${line}:${column}`, problem: `${tag.name} is a tag that means nothing here`, expected }],
    }
  }
  const checked = v.safeParse(policySchema(ruleIds), document.value ?? {}, { abortPipeEarly: true })
  const faults = policyFaults(checked.issues ?? [], document, ruleIds)
  if (!checked.success || faults.length > 0) return { ok: false, faults }

  const said = checked.output
  const waivers = (said.waivers ?? []).map((waiver, index): PolicyWaiver => {
    const { rule, subject, reason, owner, expires } = waiver
    return { rule, subject, reason: reason.trim(), owner: owner.trim(), expires, location: placeOf(document, ['waivers', index]) }
  })
  const rules = Object.entries(said.rules ?? {}).map(([id, severity]): readonly [string, RuleSetting] => [
    id,
    { severity, location: keyPlaceOf(document, ['rules', id]) },
  ])
  return {
    ok: true,
    value: {
      policy: {
        path,
        failOn: said['fail-on'] ?? null,
        onUnknown: said['on-unknown'] ?? null,
        rules: Object.fromEntries(rules),
        waivers,
      },
      thresholds: said.thresholds ?? {},
      requiredTools: said['required-tools'] ?? null,
      trustedTargets: (said['trusted-targets'] ?? []).map(({ id, reason, owner }) => ({ id, reason: reason.trim(), owner: owner.trim() })),
    },
  }
}

/** All of it may be turned into comments. */
const saysNothing = (text: string): boolean => text.split('\n').every((line) => /^(?:#|$)/.test(line.trim()))

/** The plan with what the policy file says about it, where the inputs do not. */
export const planUnder = (file: PolicyFile | null, plan: Plan, inputs: Inputs): Plan => {
  if (file === null) return plan
  const { thresholds: _, trustedTargets: __, ...rest } = plan
  return {
    ...rest,
    requiredTools: inputs['required-tools'] ?? file.requiredTools ?? plan.requiredTools,
    ...(Object.keys(file.thresholds).length > 0 && { thresholds: file.thresholds }),
    ...(file.trustedTargets.length > 0 && { trustedTargets: file.trustedTargets }),
  }
}
