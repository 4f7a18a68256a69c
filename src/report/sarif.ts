import { ruleUrl } from '../catalog/links.ts'
import type { Finding, Severity } from '../model/finding.ts'
import type { RuleMeta } from '../model/rule.ts'
import { plural } from '../semantics/text/enumerate.ts'
import type { Report } from './schema/report.ts'
import { markdownCell, markdownFence, plain, plainJson } from './wording/escape.ts'
import { levelOf, standingOf } from './wording/standing.ts'
import { exitMeaning, waiverSentence } from './wording/wording.ts'

/** A rule as the tool knows it. `page` is its page in Markdown. */
export interface SarifRule {
  readonly meta: RuleMeta
  readonly page: string
}

/** What a SARIF file says beside the report: who ran, over which repository. */
export interface SarifContext {
  /** Every rule of the tool, in its order: what is found changes from run to run, the rules do not. */
  readonly rules: readonly SarifRule[]
  /** Name of the workflow's job; null outside of a workflow. */
  readonly job: string | null
  /**
   * The file that a finding without a place of its own is shown at: the request, or the workflow that has the inputs. Code scanning
   * leaves out what has no file. From the root of the repository.
   */
  readonly planFile: string
  /** A path of the report, relative to the root of the repository; absolute where it leads out of it. Slashes on every platform. */
  readonly repositoryPath: (path: string) => string
  /** A short hash of a text, the same one in every run. */
  readonly digest: (text: string) => string
  readonly limits: SarifLimits
}

export interface SarifLimits {
  readonly results: number
  /** Bytes of UTF-8. */
  readonly bytes: number
}

/**
 * What code scanning takes. It counts the bytes of the file after compression: what is not longer before needs no look at that.
 * https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
 */
export const codeScanningLimits: SarifLimits = { results: 25_000, bytes: 10_000_000 }

/**
 * Characters that code scanning takes.
 * https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
const nameLimit = 255
const descriptionLimit = 1_024

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
const home = 'https://github.com/hyperpod-preflight/hyperpod-preflight'

const levels = { error: 'error', warning: 'warning', notice: 'note' } as const satisfies Record<Severity, string>

/**
 * The report as SARIF 2.1.0, in the subset that code scanning reads. Of the findings it has those that failed, are unknown or are
 * waived, the worst first: code scanning knows neither `kind` nor `suppressions` and would make an open alert of a pass. What exceeds
 * the limits is left out from the end, and a notification says how much.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
 */
export const renderSarif = (report: Report, context: SarifContext): string => {
  const rules = describedRules(report, context)
  const all = resultsOf(report, context, rules)
  const document = (results: readonly object[], leftOut: number): string => textOf(sarifLog(report, context, { rules, results, leftOut }))
  const whole = document(all, 0)
  if (all.length <= context.limits.results && bytes(whole) <= context.limits.bytes) return whole

  // Leaving everything out makes the longest note there can be: what is kept is chosen with room for it.
  const countFitting = fitting(all, context.limits, bytes(document([], all.length)))
  return document(all.slice(0, countFitting), all.length - countFitting)
}

/** Lone surrogates are none of JSON's business, and some readers refuse the whole file for one. */
const textOf = (value: object): string =>
  `${plainJson(JSON.stringify(value, (_, part) => (typeof part === 'string' ? part.replaceAll(/\p{Cs}/gu, '\ufffd') : part), 2))}\n`

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8')

/** Blanks that a result is indented by in the file. */
const resultIndent = 8

/** How many results, from the first one, there is room for beside a frame of so many bytes. */
const fitting = (results: readonly object[], limits: SarifLimits, frameBytes: number): number => {
  // The brackets of the list are on lines of their own as soon as there is a result in it.
  let left = limits.bytes - frameBytes - resultIndent
  const tooMany = results.slice(0, limits.results).findIndex((result) => {
    const text = textOf(result)
    left -= bytes(text) + text.split('\n').length * resultIndent
    return left < 0
  })
  return tooMany < 0 ? Math.min(results.length, limits.results) : tooMany
}

interface Content {
  readonly rules: readonly object[]
  readonly results: readonly object[]
  readonly leftOut: number
}

const sarifLog = (report: Report, { job }: SarifContext, { rules, results, leftOut }: Content): object => {
  const { tool, verdict, exitCode, takenAt, target, counts } = report
  const id = automationId(report, job)
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: tool.name, semanticVersion: tool.version, informationUri: home, rules } },
        ...(id !== null && { automationDetails: { id } }),
        invocations: [
          {
            executionSuccessful: true,
            exitCode,
            exitCodeDescription: `${verdict} (${exitMeaning(report)})`,
            ...(leftOut > 0 && { toolExecutionNotifications: [leftOutNote(leftOut)] }),
          },
        ],
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        results,
        properties: { verdict, takenAt, target, counts },
      },
    ],
  }
}

const leftOutNote = (count: number): object => ({
  level: 'warning',
  message: { text: `Left out, because code scanning has a limit: ${plural(count, 'result')}. The JSON report has every finding.` },
})

/**
 * What tells the runs of one commit apart, so that none takes the place of another: code scanning takes everything before the last
 * slash for the category. Only a cluster with a name has one; else the uploader makes it of the workflow, the job and the matrix.
 */
const automationId = ({ tool, target: { account, region, clusterName } }: Report, job: string | null): string | null =>
  clusterName === null
    ? null
    : `${[tool.name, job, account, region, clusterName]
        .filter((part) => part !== null)
        .map((part) => plain(part).replaceAll('/', '-'))
        .join('/')}/`

/** A reportingDescriptor. */
interface Descriptor {
  readonly id: string
  readonly [property: string]: unknown
}

/** The rules of the tool, and after them those that only the report knows: one that another version made may have some. */
const describedRules = ({ findings }: Report, { rules }: SarifContext): readonly Descriptor[] => {
  const known = new Set(rules.map(({ meta }) => meta.id))
  const others = [...new Set(findings.map(({ rule }) => rule))].filter((id) => !known.has(id))
  return [...rules.map(descriptor), ...others.map(bareDescriptor)]
}

const descriptor = ({ meta: { id, title, why, severity, checklist }, page }: SarifRule): Descriptor => ({
  id,
  name: id,
  shortDescription: { text: plain(title, descriptionLimit) },
  fullDescription: { text: plain(why, descriptionLimit) },
  help: { text: `${title}.\n\n${why}\n\n${ruleUrl(id)}`, markdown: page },
  helpUri: ruleUrl(id),
  defaultConfiguration: { level: levels[severity] },
  properties: {
    'problem.severity': severity === 'notice' ? 'recommendation' : severity,
    precision: 'very-high',
    tags: ['hyperpod', areaOf(id), ...(checklist === undefined ? [] : [`checklist-${checklist}`])],
  },
})

const bareDescriptor = (id: string): Descriptor => ({
  id,
  name: plain(id, nameLimit),
  shortDescription: { text: plain(id, descriptionLimit) },
  fullDescription: { text: plain(id, descriptionLimit) },
  help: { text: ruleUrl(id) },
  helpUri: ruleUrl(id),
})

const areaOf = (rule: string): string => rule.split('/')[0] ?? rule

const resultsOf = (report: Report, context: SarifContext, rules: readonly Descriptor[]): readonly object[] => {
  const ruleIndexes = new Map(rules.map(({ id }, index) => [id, index]))
  const fingerprintOf = fingerprints(report, context)
  return report.findings.flatMap((finding) => {
    const level = levelOf(finding, report)
    if (level === null) return []
    const { rule, status, severity, subject, evidence, fix } = finding
    return {
      ruleId: rule,
      ruleIndex: ruleIndexes.get(rule),
      level: levels[level],
      message: messageOf(finding),
      locations: [locationOf(finding, context)],
      partialFingerprints: fingerprintOf(finding),
      ...suppressionsOf(finding),
      properties: { status, severity, subject, ...(evidence !== undefined && { evidence }), ...(fix !== undefined && { fix }) },
    }
  })
}

/**
 * The same finding has the same fingerprint in every run, whatever its place and its numbers are by then; findings of one rule about
 * one subject are counted. Code scanning reads `primaryLocationLineHash` alone. Where that is missing, its uploader makes it of the
 * line in the file, by which two subjects on one line, or two accounts with one request file, would be one alert.
 */
const fingerprints = ({ target: { account, region, clusterName } }: Report, { digest }: SarifContext) => {
  const seen = new Map<string, number>()
  return ({ rule, subject }: Finding): object => {
    const key = JSON.stringify([rule, subject, account, region, clusterName])
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    const fingerprint = `${digest(key)}:${count}`
    return { primaryLocationLineHash: fingerprint, 'hyperpodPreflight/v1': fingerprint }
  }
}

/** A waiver, as consumers know it that know suppressions. For those that do not, the message says it, and the level is the mildest. */
const suppressionsOf = (finding: Finding): object =>
  standingOf(finding) === 'waived' && finding.waiver !== undefined
    ? { suppressions: [{ kind: 'external', status: 'accepted', justification: plain(waiverSentence(finding) ?? '') }] }
    : {}

/**
 * Code scanning shows `text` with its line breaks lost: two commands would run into one line, so it has none. Viewers that know
 * Markdown get them. `{0}` in a text means nothing, as there are no arguments.
 */
const messageOf = (finding: Finding): object => {
  const { message, fix } = finding
  const standing = standingOf(finding)
  const said = standing === 'unknown' ? `Could not be judged: ${message}` : message
  const wayOut = standing === 'waived' ? waiverSentence(finding) : (fix?.text ?? null)
  const commands = standing === 'waived' ? [] : (fix?.commands ?? [])
  const sentences = [`${plain(said)}.`, ...(wayOut === null ? [] : [plain(wayOut)])]
  return {
    text: withoutLinks([...sentences, ...(commands.length > 0 ? ['The commands are in the report of the run.'] : [])].join(' ')),
    markdown: [
      sentences.map((sentence) => markdownCell(sentence)).join(' '),
      ...(commands.length > 0 ? [markdownFence(commands)] : []),
    ].join('\n\n'),
  }
}

/** `[text](target)` is a link even in a plain message, and has no escape that readers agree on. */
const withoutLinks = (text: string): string => text.replaceAll('](', '] (')

const locationOf = ({ location, subject }: Finding, { planFile, repositoryPath }: SarifContext): object => ({
  physicalLocation: {
    artifactLocation: artifactLocation(location === undefined ? planFile : repositoryPath(location.path)),
    // Without a region the whole file is meant.
    ...(location !== undefined && {
      region: { startLine: location.line, startColumn: location.column, endLine: location.line, endColumn: location.column + 1 },
    }),
  },
  logicalLocations: [{ fullyQualifiedName: plain(subject) }],
})

const artifactLocation = (path: string): object => {
  const uri = path
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' }
}
