/** Where the documentation of this project is read; the only place that knows. */
const docs = 'https://github.com/hyperpod-preflight/hyperpod-preflight/blob/main/docs'

/** Address that identifies the JSON Schema of the report. */
export const reportSchemaUrl = `${docs}/report.schema.json`

/** Address that identifies the JSON Schema of the policy file. */
export const policySchemaUrl = `${docs}/policy.schema.json`

const ruleId = /^[a-z0-9-]+\/[a-z0-9-]+$/

/** Web address of a rule's page. An id that no rule can have (a report from elsewhere may hold anything) leads to the list of rules. */
export const ruleUrl = (rule: string): string => (ruleId.test(rule) ? `${docs}/rules/${rule}.md` : `${docs}/rules`)
