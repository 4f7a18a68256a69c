import type { FactId } from '../../model/facts.ts'

/** What a diagnosis rests on besides the facts of the rules. No rule reads them: they are asked for in a diagnosis alone. */
export const diagnosisFacts = [
  'clusterNodes',
  'clusterEvents',
  'clusterEventFailures',
  'lifecycleLogs',
] as const satisfies readonly FactId[]

export type DiagnosisFact = (typeof diagnosisFacts)[number]
