import { ruleUrl } from '../catalog/links.ts'
import type { Finding } from '../model/finding.ts'
import type { ExitPolicy } from '../model/policy.ts'
import type { Report } from './schema/report.ts'
import { plain, plainCommand, xmlAttribute, xmlText } from './wording/escape.ts'
import { groupBy, isBlockingUnknown, standingOf } from './wording/standing.ts'
import { place, waiverSentence } from './wording/wording.ts'

/** How a test case ends. `skipped` is neither green nor red: nobody may take it for a pass. */
type Ending = 'passed' | 'failure' | 'error' | 'skipped'

/**
 * The report as JUnit XML, as Jenkins reads it: a suite an area, a case a rule and subject. Failures are the errors that make the verdict
 * `blocked`, and the warnings that `fail-on` makes fail the run; errors are the unknowns that leave it `unproven`, unless `on-unknown` lets
 * them pass. A milder failure, a milder unknown and what is waived are skipped, with the reason. `policy` is that of the report.
 *
 * https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
 */
export const renderJunit = (report: Report, policy: ExitPolicy): string => {
  const suites = groupBy(report.findings, areaOf)
    .toSorted(([one], [other]) => (areaOf(one) < areaOf(other) ? -1 : 1))
    .map((findings) => suite(findings, report, policy))
  const counts = countsOf(report.findings, policy)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    ...element(
      'testsuites',
      { name: plain(report.tool.name), tests: counts.tests, failures: counts.failures, errors: counts.errors },
      suites,
    ),
    '',
  ].join('\n')
}

type Attributes = Readonly<Record<string, string | number>>

/** A text is one line, however many it has: only where its element starts may blanks go before it. */
type Lines = readonly string[]

/** An element with others in it, each on lines of its own. */
const element = (name: string, attributes: Attributes, children: readonly Lines[]): Lines =>
  children.length === 0
    ? [`<${name}${written(attributes)}/>`]
    : [`<${name}${written(attributes)}>`, ...children.flat().map((line) => `  ${line}`), `</${name}>`]

/** An element with text in it, exactly as it is. */
const textElement = (name: string, attributes: Attributes, lines: readonly string[]): Lines => [
  `<${name}${written(attributes)}>${xmlText(`\n${lines.join('\n')}\n`)}</${name}>`,
]

const written = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('')

const areaOf = ({ rule }: Finding): string => rule.split('/')[0] ?? rule

const endingOf = (finding: Finding, { failOn, onUnknown }: ExitPolicy): Ending => {
  const standing = standingOf(finding)
  if (standing === 'pass') return 'passed'
  if (standing === 'fail' && (finding.severity === 'error' || (finding.severity === 'warning' && failOn === 'warning'))) return 'failure'
  return isBlockingUnknown(finding) && onUnknown === 'fail' ? 'error' : 'skipped'
}

const countsOf = (findings: readonly Finding[], policy: ExitPolicy) => {
  const count = (ending: Ending): number => findings.filter((finding) => endingOf(finding, policy) === ending).length
  return { tests: findings.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') }
}

const suite = (findings: readonly [Finding, ...Finding[]], report: Report, policy: ExitPolicy): Lines => {
  const nameOf = caseNames()
  return element('testsuite', { name: plain(areaOf(findings[0])), ...countsOf(findings, policy), timestamp: plain(report.takenAt) }, [
    properties(report),
    ...findings.map((finding) => testCase(nameOf(finding), finding, policy)),
  ])
}

const properties = ({ tool, verdict, exitCode, target, leftOpen }: Report): Lines => {
  const values: Readonly<Record<string, string | null>> = {
    version: tool.version,
    verdict,
    exitCode: String(exitCode),
    ...target,
    ...(leftOpen.length > 0 && { leftOpen: leftOpen.join(', ') }),
  }
  return element(
    'properties',
    {},
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [element('property', { name, value: plain(value) }, [])])),
  )
}

/** A case is known by its class and its name: the second finding of a rule about one subject is told apart by a number. */
const caseNames = (): ((finding: Finding) => string) => {
  const seen = new Map<string, number>()
  return ({ rule, subject }) => {
    const key = JSON.stringify([rule, plain(subject)])
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count === 1 ? plain(subject) : `${plain(subject)} (${count})`
  }
}

/** Readers take what is before the last dot of a class for its package: here the area. */
const classOf = ({ rule }: Finding): string => plain(rule).replaceAll('/', '.')

const testCase = (name: string, finding: Finding, policy: ExitPolicy): Lines => {
  const ending = endingOf(finding, policy)
  const commands = standingOf(finding) === 'waived' ? [] : (finding.fix?.commands ?? [])
  return element('testcase', { classname: classOf(finding), name }, [
    ...(ending === 'passed' ? [] : [verdictElement(ending, finding)]),
    ...(commands.length === 0 ? [] : [textElement('system-out', {}, commands.map(plainCommand))]),
  ])
}

const verdictElement = (ending: Exclude<Ending, 'passed'>, finding: Finding): Lines => {
  const standing = standingOf(finding)
  const waiver = standing === 'waived' ? waiverSentence(finding) : null
  const type = standing === 'fail' ? finding.severity : standing
  const message = ending === 'skipped' && standing !== 'skipped' ? `${type}: ${waiver ?? finding.message}` : finding.message
  return textElement(
    ending,
    { type, message: plain(message) },
    details(finding, waiver).map((line) => plain(line)),
  )
}

const details = (finding: Finding, waiver: string | null): readonly string[] => {
  const at = place(finding)
  const wayOut = waiver ?? finding.fix?.text
  return [finding.message, ...(at === null ? [] : [`at ${at}`]), ...(wayOut === undefined ? [] : [wayOut]), ruleUrl(finding.rule)]
}
