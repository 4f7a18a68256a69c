import { ruleUrl } from '../catalog/links.ts'
import type { Evidence, Finding } from '../model/finding.ts'
import type { Report, Topology } from '../model/report.ts'
import type { JsonReport } from './schema.ts'
import { plainJson } from './wording/escape.ts'

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

/**
 * The report as JSON, in the shape of `docs/report.schema.json`: two-space indent, a line break at the end. Its strings are what AWS
 * and the files said, uncut; characters that a terminal or a runner would act on are written as JSON escapes.
 */
export const renderJson = (report: Report): string => `${plainJson(JSON.stringify(jsonReport(report), null, 2))}\n`

const jsonReport = ({
  schemaVersion,
  tool,
  takenAt,
  verdict,
  target,
  counts,
  findings,
  headroom,
  calls,
  clusterHeadroom,
  leftOpen,
  staticOnly,
  topology,
}: Report): Frozen<JsonReport> => ({
  schemaVersion,
  tool,
  takenAt,
  verdict,
  target,
  counts,
  findings: findings.map(jsonFinding),
  headroom,
  calls,
  clusterHeadroom,
  leftOpen,
  staticOnly,
  topology: topology === null ? null : jsonTopology(topology),
})

/** As findings: keys in the order of the schema. */
const jsonTopology = ({ vpcId, nodes, edges, unread }: Topology): NonNullable<Frozen<JsonReport>['topology']> => ({
  vpcId,
  nodes: nodes.map(({ id, kind, label, detail, zone, state, rules }) => ({
    id,
    kind,
    label,
    ...(detail !== undefined && { detail }),
    ...(zone !== undefined && { zone }),
    state,
    rules,
  })),
  edges: edges.map(({ from, to, label, state, rules }) => ({ from, to, ...(label !== undefined && { label }), state, rules })),
  unread,
})

/** Keys in the order of the schema, whatever the order in which the rule gave them. */
const jsonFinding = ({ rule, status, severity, subject, message, ...rest }: Finding): Frozen<JsonReport>['findings'][number] => ({
  rule,
  status,
  severity,
  subject,
  message,
  ...(rest.evidence !== undefined && { evidence: jsonEvidence(rest.evidence) }),
  ...(rest.fix !== undefined && { fix: rest.fix }),
  docs: ruleUrl(rule),
  ...(rest.location !== undefined && { location: rest.location }),
  ...(rest.gap !== undefined && { gap: rest.gap }),
  ...(rest.waiver !== undefined && { waiver: rest.waiver }),
})

/** JSON has no number that is not finite: it would become null, which says nothing. */
const jsonEvidence = (evidence: Evidence): Evidence =>
  Object.fromEntries(
    Object.entries(evidence).map(([name, value]) => [name, typeof value === 'number' && !Number.isFinite(value) ? String(value) : value]),
  )
