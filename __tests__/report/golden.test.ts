import { describe, test } from '@jest/globals'
import { annotations } from '../../src/report/annotations.ts'
import { renderHtml } from '../../src/report/html/document.ts'
import { renderJson } from '../../src/report/json.ts'
import { renderJunit } from '../../src/report/junit.ts'
import { makeReport } from '../../src/report/report.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderText } from '../../src/report/text/text.ts'
import { aTool } from '../builders.ts'
import { expectGolden } from './golden.ts'
import { diagnosedReport, sampleFindings, sampleReport, sampleSnapshot } from './sample.ts'
import { aSarifContext } from './sarif.ts'

const withStatus = (...statuses: readonly string[]) =>
  makeReport({
    tool: aTool,
    snapshot: { ...sampleSnapshot, plan: { ...sampleSnapshot.plan, instanceGroups: sampleSnapshot.plan.instanceGroups.slice(1) } },
    findings: sampleFindings.filter(({ status }) => statuses.includes(status)),
    failOn: 'error',
    onUnknown: 'fail',
  })

describe('golden texts', () => {
  test.each([
    ['blocked.txt', () => `${renderText(sampleReport(), { colour: false, width: 100 })}\n`],
    ['blocked.ansi', () => `${renderText(sampleReport(), { colour: true, width: 100, detail: 'everything' })}\n`],
    ['blocked-everything.txt', () => `${renderText(sampleReport(), { colour: false, width: 100, detail: 'everything' })}\n`],
    ['blocked-verdict.txt', () => `${renderText(sampleReport(), { colour: false, width: 80, detail: 'verdict' })}\n`],
    ['blocked.md', () => renderSummary(sampleReport(), { maxBytes: 1024 * 1024 })],
    ['blocked.json', () => renderJson(sampleReport())],
    ['blocked-annotations.json', () => `${JSON.stringify(annotations(sampleReport()), null, 2)}\n`],
    ['blocked.sarif', () => renderSarif(sampleReport(), aSarifContext())],
    ['blocked.xml', () => renderJunit(sampleReport(), { failOn: 'error', onUnknown: 'fail' })],
    ['diagnosed.txt', () => `${renderText(diagnosedReport(), { colour: false, width: 100 })}\n`],
    ['diagnosed.md', () => renderSummary(diagnosedReport(), { maxBytes: 1024 * 1024 })],
    ['diagnosed.html', () => renderHtml(diagnosedReport())],
    ['unproven.txt', () => `${renderText(withStatus('unknown', 'pass', 'skipped'), { colour: false, width: 100 })}\n`],
    ['unproven.md', () => renderSummary(withStatus('unknown', 'pass', 'skipped'), { maxBytes: 1024 * 1024 })],
    ['ready.txt', () => `${renderText(withStatus('pass', 'skipped'), { colour: false, width: 100 })}\n`],
    ['ready.md', () => renderSummary(withStatus('pass', 'skipped'), { maxBytes: 1024 * 1024 })],
  ])('%s', (name, render) => {
    expectGolden(name, render())
  })
})
