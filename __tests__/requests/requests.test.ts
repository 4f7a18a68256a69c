import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/parse.ts'
import { readPlan } from '../../src/inputs/read-plan.ts'
import type { Checked } from '../../src/model/fault.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Plan } from '../../src/model/plan.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { aSnapshot } from '../builders.ts'
import { expectedFaults, expectedFindings } from './expected.ts'

const folder = relative(process.cwd(), join(import.meta.dirname, 'files'))
const pathOf = (file: string): string => `${folder}/${file}`

/** The plan of a file, read as users have it read. */
const planOf = async (file: string, others: Readonly<Record<string, string>> = {}): Promise<Checked<Plan>> => {
  const given = Object.entries({ 'cluster-config': pathOf(file), ...others })
  const inputs = parseInputs(given.map(([name, value]) => ({ name, value, source: name })))
  return inputs.ok ? readPlan(inputs.value, 'us-west-2') : inputs
}

/** Lines of a file as an editor shows them. */
const linesOf = (file: string): readonly string[] =>
  readFileSync(pathOf(file), 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)

/** All that is said about a request without looking at an account: rules that need a fact are unknown. */
const findingsOf = async (file: string): Promise<readonly Finding[]> => {
  const plan = await planOf(file)
  if (!plan.ok) throw new Error(JSON.stringify(plan.faults))
  return judge(rules, aSnapshot(plan.value))
}

/** That a cluster shares no storage is advice about what a request leaves out: it has no place in the file. */
const withoutPlace = 'slurm/file-system'

const failing = async (file: string): Promise<readonly Finding[]> =>
  (await findingsOf(file)).filter(({ status, rule }) => status === 'fail' && rule !== withoutPlace)

/** A finding as the table writes it, without the text at its place. */
const asExpected = ({ severity, rule, location }: Finding): string => `${location?.line}:${location?.column} ${severity} ${rule}`

const withoutText = (expected: string): string => expected.split(' ').slice(0, 3).join(' ')

describe('request files', () => {
  const unreadable = ['unreadable-utf-16.json']

  test('each is judged here, and each that is judged is there', () => {
    const judged = [...Object.keys(expectedFindings), ...Object.keys(expectedFaults), ...unreadable]
    expect(readdirSync(folder).sort()).toEqual(judged.sort())
  })

  test.each(Object.entries(expectedFindings))('%s: every failing finding is told at its place, and no other', async (file, expected) => {
    const findings = await failing(file)
    expect(findings.map(asExpected).sort()).toEqual(expected.map(withoutText).sort())
    for (const { location } of findings) expect(location?.path).toBe(pathOf(file))
  })

  test.each(Object.entries(expectedFindings))('%s: the places of the table are where its texts stand', (file, expected) => {
    const lines = linesOf(file)
    const standing = expected.map((row) => {
      const [line = 0, column = 0] = (row.split(' ')[0] ?? '').split(':').map(Number)
      const text = row.split(' ').slice(3).join(' ')
      const there = (lines[line - 1] ?? '').slice(column - 1)
      return `${withoutText(row)} ${there === '' ? '⏎' : there.slice(0, text.length)}`
    })
    expect(standing).toEqual(expected)
  })

  test.each(Object.keys(expectedFindings))('%s: no rule stumbles, and every finding about the request is in the file', async (file) => {
    const lines = linesOf(file)
    const findings = await findingsOf(file)
    expect(findings.filter(({ subject }) => subject === 'rule')).toEqual([])
    for (const { location } of findings) {
      if (location === undefined) continue
      expect(location.path).toBe(pathOf(file))
      expect(lines[location.line - 1]?.length).toBeGreaterThanOrEqual(location.column - 1)
    }
  })

  test.each(Object.entries(expectedFaults))('%s cannot be read, and says where', async (file, expected) => {
    const plan = await planOf(file)
    expect(plan.ok ? [] : plan.faults.map(({ source, problem }) => `${source} ${problem}`)).toEqual(
      expected.map((fault) => `${pathOf(file)}:${fault}`),
    )
  })

  test('a placeholder is told at its place alone: nothing is looked up by one, and no command has one in it', async () => {
    const findings = await findingsOf('placeholders.yaml')
    const others = findings.filter(({ rule }) => rule !== 'plan/request-shape')
    expect(others.filter((finding) => /xxxxxxxx|\$|\{\{|<[a-z]|YOUR_/.test(JSON.stringify(finding)))).toEqual([])
    const messages = findings.filter(({ rule }) => rule === 'plan/request-shape').map(({ message }) => message)
    expect(messages).toContain('InstanceGroups[0].LifeCycleConfig.SourceS3Uri: the placeholder <your-bucket> was left open')
  })

  test.each(['list-of-groups.yaml', 'without-name.yaml'])('%s: cluster-name gives the name that it leaves out', async (file) => {
    const plan = await planOf(file, { 'cluster-name': 'training' })
    if (!plan.ok) throw new Error(JSON.stringify(plan.faults))
    expect(plan.value).toMatchObject({ clusterName: 'training', instanceGroups: [{ name: 'workers', instanceCount: 2 }] })
    const shape = judge(rules, aSnapshot(plan.value)).filter(
      ({ rule, subject }) => rule === 'plan/request-shape' && subject.includes('ClusterName'),
    )
    expect(shape).toEqual([])
  })

  test('a file that is not UTF-8, as PowerShell writes one, is refused as a whole', async () => {
    expect(await planOf('unreadable-utf-16.json')).toMatchObject({
      ok: false,
      faults: [{ source: 'cluster-config', problem: expect.stringMatching(/utf-8/i) }],
    })
  })
})
