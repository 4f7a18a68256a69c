import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, jest, test } from '@jest/globals'
import { parseInputs } from '../src/inputs/parse.ts'
import { preflight } from '../src/preflight.ts'
import { renderHtml } from '../src/report/html/document.ts'
import { rules } from '../src/rules/index.ts'
import { readXml } from './report/xml.ts'

/** Every rule is judged several times. */
jest.setTimeout(30_000)

const snapshot = fileURLToPath(new URL('../examples/sample-account/snapshot.json', import.meta.url))
const face = {
  now: new Date(0),
  idToken: () => Promise.reject(new Error('no workflow')),
  noCredentialsBecause: async () => null,
  progress: () => undefined,
}

const judged = async (given: Readonly<Record<string, string>>) => {
  const inputs = parseInputs(Object.entries({ snapshot, ...given }).map(([name, value]) => ({ name, value, source: `--${name}` })))
  if (!inputs.ok) throw new Error(JSON.stringify(inputs.faults))
  return preflight(inputs.value, face)
}

const temporary = (): string => mkdtempSync(join(tmpdir(), 'preflight-files-'))

describe('the files of a run', () => {
  test('are written in every format that is asked for, into folders made for them, and change no verdict', async () => {
    const folder = join(temporary(), 'new', 'folder')
    const [sarif, junit, page] = [join(folder, 'report.sarif'), join(folder, 'report.xml'), join(folder, 'report.html')]
    const [silent, written] = [await judged({}), await judged({ 'sarif-file': sarif, 'junit-file': junit, 'html-file': page })]
    expect(written).toEqual(silent)
    if (!written.ok) throw new Error('it did not start')

    const [run] = JSON.parse(readFileSync(sarif, 'utf8')).runs
    expect(run.tool.driver.rules.map(({ id }: { readonly id: string }) => id)).toEqual(rules.map(({ id }) => id))
    expect(run.properties).toMatchObject({ verdict: written.value.verdict, counts: written.value.counts })
    const { fail, unknown, waived } = written.value.counts
    expect(run.results).toHaveLength(fail + unknown + waived)
    expect(readXml(readFileSync(junit, 'utf8')).attributes).toMatchObject({
      tests: String(written.value.findings.length),
      failures: String(written.value.counts.errors),
    })
    expect(readFileSync(page, 'utf8')).toBe(renderHtml(written.value))
  })

  test('JUnit follows the same fail-on as the verdict', async () => {
    const junit = join(temporary(), 'report.xml')
    const report = await judged({ 'junit-file': junit, 'fail-on': 'warning' })
    if (!report.ok) throw new Error('it did not start')
    const { errors, warnings } = report.value.counts
    expect(warnings).toBeGreaterThan(0)
    expect(readXml(readFileSync(junit, 'utf8')).attributes['failures']).toBe(String(errors + warnings))
  })

  test('one that cannot be written is a fault, and keeps none of the others from being tried', async () => {
    const folder = temporary()
    writeFileSync(join(folder, 'file'), '')
    const below = (name: string): string => join(folder, 'file', name)
    const broken = await judged({
      'save-snapshot': below('snapshot.json'),
      'json-file': below('a.json'),
      'sarif-file': below('a.sarif'),
      'junit-file': join(folder, 'a.xml'),
    })
    expect(broken).toMatchObject({
      ok: false,
      faults: [
        { source: 'save-snapshot', problem: expect.stringContaining('cannot be written') },
        { source: 'json-file', problem: expect.stringContaining(below('a.json')) },
        { source: 'sarif-file', expected: 'a path that can be written' },
      ],
    })
    expect(readXml(readFileSync(join(folder, 'a.xml'), 'utf8')).name).toBe('testsuites')
  })
})
