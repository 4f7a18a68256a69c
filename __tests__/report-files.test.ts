import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, jest, test } from '@jest/globals'
import { parseInputs } from '../src/inputs/parse.ts'
import { preflight } from '../src/preflight.ts'
import { renderHtml } from '../src/report/html/document.ts'
import { rules } from '../src/rules/index.ts'
import { secretsOf } from '../src/run/secrets.ts'
import { readXml } from './report/xml.ts'

/** Every rule is judged several times. */
jest.setTimeout(30_000)

const snapshot = fileURLToPath(new URL('../examples/sample-account/snapshot.json', import.meta.url))
const face = {
  now: new Date(0),
  idToken: () => Promise.reject(new Error('no workflow')),
  noCredentialsBecause: async () => null,
  progress: () => undefined,
  secrets: secretsOf({}),
}

const judged = async (given: Readonly<Record<string, string>>) => {
  const inputs = parseInputs(Object.entries({ snapshot, ...given }).map(([name, value]) => ({ name, value, source: `--${name}` })))
  if (!inputs.ok) throw new Error(JSON.stringify(inputs.faults))
  const done = await preflight(inputs.value, face)
  if (!done.ok) throw new Error(JSON.stringify(done.faults))
  return done.value
}

const temporary = (): string => mkdtempSync(join(tmpdir(), 'preflight-files-'))

describe('the files of a run', () => {
  test('are written in every format that is asked for, into folders made for them, and change no verdict', async () => {
    const folder = join(temporary(), 'new', 'folder')
    const [sarif, junit, page] = [join(folder, 'report.sarif'), join(folder, 'report.xml'), join(folder, 'report.html')]
    const [silent, written] = [await judged({}), await judged({ 'sarif-file': sarif, 'junit-file': junit, 'html-file': page })]
    expect(written).toEqual(silent)

    const [run] = JSON.parse(readFileSync(sarif, 'utf8')).runs
    expect(run.tool.driver.rules.map(({ id }: { readonly id: string }) => id)).toEqual(rules.map(({ id }) => id))
    expect(run.properties).toMatchObject({ verdict: written.report.verdict, counts: written.report.counts })
    const { fail, unknown, waived } = written.report.counts
    expect(run.results).toHaveLength(fail + unknown + waived)
    expect(readXml(readFileSync(junit, 'utf8')).attributes).toMatchObject({
      tests: String(written.report.findings.length),
      failures: String(written.report.counts.errors),
    })
    expect(readFileSync(page, 'utf8')).toBe(renderHtml(written.report))
  })

  test('JUnit follows the same fail-on as the verdict', async () => {
    const junit = join(temporary(), 'report.xml')
    const { report } = await judged({ 'junit-file': junit, 'fail-on': 'warning' })
    const { errors, warnings } = report.counts
    expect(warnings).toBeGreaterThan(0)
    expect(readXml(readFileSync(junit, 'utf8')).attributes['failures']).toBe(String(errors + warnings))
  })

  test('one that cannot be written is a fault, and costs neither the verdict nor the other files', async () => {
    const folder = temporary()
    writeFileSync(join(folder, 'file'), '')
    const below = (name: string): string => join(folder, 'file', name)
    const silent = await judged({})
    const broken = await judged({
      'save-snapshot': below('snapshot.json'),
      'json-file': below('a.json'),
      'sarif-file': below('a.sarif'),
      'junit-file': join(folder, 'a.xml'),
    })
    expect(broken).toMatchObject({
      report: silent.report,
      unwritten: [
        { source: 'save-snapshot', problem: expect.stringContaining('cannot be written') },
        { source: 'json-file', problem: expect.stringContaining(below('a.json')) },
        { source: 'sarif-file', expected: 'a path that can be written' },
      ],
    })
    expect(readXml(readFileSync(join(folder, 'a.xml'), 'utf8')).name).toBe('testsuites')
  })
})
