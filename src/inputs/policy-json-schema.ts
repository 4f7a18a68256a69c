import { toJsonSchema } from '@valibot/to-json-schema'
import { policySchemaUrl } from '../catalog/links.ts'
import { policySchema } from './policy-schema.ts'

/** The published JSON Schema of the policy file, for editors: `# yaml-language-server: $schema=` names its address. */
export const policyJsonSchema = (ruleIds: readonly string[]): object => ({
  $id: policySchemaUrl,
  title: 'Policy file of hyperpod-preflight',
  // Whether a day is in the calendar is not for a schema to say.
  ...toJsonSchema(policySchema(ruleIds), { ignoreActions: ['check'] }),
})
