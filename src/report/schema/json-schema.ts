import { toJsonSchema } from '@valibot/to-json-schema'
import { reportSchemaUrl } from '../../catalog/links.ts'
import { reportSchema } from './report.ts'

/** The published JSON Schema of the report. It lets unknown keys pass: later versions of the tool may add some. */
export const reportJsonSchema = (): object => ({
  $id: reportSchemaUrl,
  title: 'Report of hyperpod-preflight',
  ...toJsonSchema(reportSchema),
})
