import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseInputs } from '../src/inputs/parse.ts'
import { preflight } from '../src/preflight.ts'
import type { Report } from '../src/report/schema/report.ts'
import { renderText } from '../src/report/text/text.ts'
import { secretsOf } from '../src/run/secrets.ts'

const sample = (name: string): string => fileURLToPath(new URL(`../examples/sample-account/${name}`, import.meta.url))

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offline-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Asking for credentials fails the test: where there are none, the excuse is asked for. */
const run = async (given: Readonly<Record<string, string>>): Promise<Report> => {
  const inputs = parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: `--${name}` })))
  if (!inputs.ok) throw new Error(JSON.stringify(inputs.faults))
  const done = await preflight(inputs.value, {
    now: new Date('2026-11-30T08:00:00Z'),
    idToken: () => Promise.reject(new Error('GitHub was asked')),
    noCredentialsBecause: () => Promise.reject(new Error('credentials were looked for')),
    progress: () => undefined,
    secrets: secretsOf({}),
  })
  if (!done.ok) throw new Error(JSON.stringify(done.faults))
  return done.value.report
}

const failed = ({ findings }: Report): readonly string[] =>
  findings.filter(({ status, severity }) => status === 'fail' && severity === 'error').map(({ rule }) => rule)

describe('a check without an account', () => {
  test('a request: nothing is asked, nothing is ready, and the verdict says what it does not rest on', async () => {
    const report = await run({ offline: 'true', 'cluster-config': sample('cluster.yaml'), region: 'us-west-2' })
    expect(report).toMatchObject({ verdict: 'unproven', staticOnly: 'the run is offline', calls: { total: 0 } })
    expect(renderText(report, { colour: false, width: 200 })).toContain('nothing about the account was judged (the run is offline)')
    expect(report.findings.filter(({ status }) => status === 'unknown')).toEqual([])
  })

  test('a folder of scripts alone is judged so, and what is wrong blocks', async () => {
    await writeFile(join(folder, 'on_create.sh'), '#!/bin/bash\nset -e\nbash ./absent.sh\n')
    const report = await run({ 'lifecycle-scripts': folder })
    expect(report.staticOnly).toBe('the run is offline')
    expect(failed(report)).toContain('lifecycle/references')
  })

  test('the Region of a request is that of its ARNs', async () => {
    const path = join(folder, 'eks.yaml')
    await writeFile(path, 'ClusterName: c\nOrchestrator: { Eks: { ClusterArn: "arn:aws:eks:eu-west-1:123456789012:cluster/prod" } }\n')
    expect((await run({ offline: 'true', 'cluster-config': path })).target.region).toBe('eu-west-1')
  })
})

describe('rules that a run leaves out', () => {
  test('what is judged alone is never ready while another rule could block', async () => {
    const report = await run({ snapshot: sample('snapshot.json'), only: 'iam' })
    expect(report.verdict).toBe('unproven')
    expect(report.leftOpen).toContain('security-group/self-egress')
    expect(report.leftOpen.filter((name) => name.startsWith('iam/'))).toEqual([])
    expect(renderText(report, { colour: false, width: 400 })).toMatch(/UNPROVEN: .*not judged in full: .* more rules/)
  })

  test('without rules that only warn the verdict stays what it is', async () => {
    const whole = await run({ snapshot: sample('snapshot.json') })
    const part = await run({ snapshot: sample('snapshot.json'), skip: 'tools,quota/ec2-vcpus' })
    expect(failed(part)).toEqual(failed(whole))
    expect(part.leftOpen).toContain('quota/ec2-vcpus')
  })
})
