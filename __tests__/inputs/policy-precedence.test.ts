import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/parse.ts'
import type { Checked } from '../../src/model/fault.ts'
import type { Policy } from '../../src/model/policy.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { preflight } from '../../src/preflight.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { secretsOf } from '../../src/run/secrets.ts'
import { aPlan, aSnapshot, aSubnet, aTeamPolicy, known, sizesOf } from '../builders.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'precedence-'))
})
afterAll(() => rm(folder, { recursive: true }))

const plan = aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: [], location: null } })
const facts: Snapshot['facts'] = {
  subnets: known({ 'subnet-0aaaaaaa': aSubnet({ availableIpAddressCount: 130 }) }),
  instanceTypes: known(sizesOf('ml.p5.48xlarge')),
}

interface Given {
  /** What the snapshot was saved with. */
  readonly stored?: Partial<Policy>
  readonly file?: string
  readonly inputs?: Readonly<Record<string, string>>
}

/** Through the whole program, from a saved snapshot: what would need a network fails the test. */
const run = async ({ stored, file, inputs = {} }: Given): Promise<Checked<Report>> => {
  const snapshot = join(folder, 'snapshot.json')
  const policy = join(folder, 'policy.yml')
  await writeFile(snapshot, JSON.stringify({ ...aSnapshot(plan, facts), ...(stored !== undefined && { policy: aTeamPolicy(stored) }) }))
  if (file !== undefined) await writeFile(policy, file)
  const given = Object.entries({ snapshot, ...(file !== undefined && { 'policy-file': policy }), ...inputs })
  const parsed = parseInputs(given.map(([name, value]) => ({ name, value, source: `--${name}` })))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const done = await preflight(parsed.value, {
    now: new Date(0),
    idToken: () => Promise.reject(new Error('asked')),
    noCredentialsBecause: async () => null,
    progress: () => undefined,
    secrets: secretsOf({}),
  })
  return done.ok ? { ok: true, value: done.value.report } : done
}

const report = async (given: Given): Promise<Report> => {
  const checked = await run(given)
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return checked.value
}

const capacity = ({ findings }: Report) => findings.find(({ rule }) => rule === 'network/subnet-capacity')

describe('an input wins over the policy file, which wins over the default', () => {
  test.each<[string, Given, number]>([
    ['the default: what is unknown leaves it unproven', {}, 3],
    ['the file: never fails', { file: 'fail-on: never' }, 0],
    ['the file: unknown is no reason', { file: 'on-unknown: warn' }, 0],
    ['the input over the file', { file: 'on-unknown: warn', inputs: { 'on-unknown': 'fail' } }, 3],
    ['the input over the file, for the other one', { file: 'fail-on: never', inputs: { 'fail-on': 'error' } }, 3],
    ['the policy that was saved', { stored: { onUnknown: 'warn' } }, 0],
    ['the input over the one that was saved', { stored: { onUnknown: 'warn' }, inputs: { 'on-unknown': 'fail' } }, 3],
    ['a file in the place of the one that was saved', { stored: { onUnknown: 'warn' }, file: 'fail-on: error' }, 3],
  ])('%s', async (_, given, exitCode) => {
    expect((await report(given)).exitCode).toBe(exitCode)
  })

  test('tools that are required', async () => {
    const { findings } = await report({ file: 'required-tools: [helm]' })
    expect(findings.find(({ rule }) => rule === 'tools/helm')?.status).not.toBe('skipped')
    const other = await report({ file: 'required-tools: [helm]', inputs: { 'required-tools': 'aws' } })
    expect(other.findings.find(({ rule }) => rule === 'tools/helm')?.status).toBe('skipped')
  })
})

describe('a threshold', () => {
  test.each([
    [0, 'pass', 4],
    [2, 'pass', 4],
    [3, 'fail', 3],
  ])('of 130 addresses, 128 needed, %i are to stay free: %s, and headroom says the same', async (spare, status, possible) => {
    const judged = await report({ file: `thresholds: { spare-addresses: ${spare} }` })
    expect(capacity(judged)?.status).toBe(status)
    const limit = judged.headroom[0]?.limits.find(({ rule }) => rule === 'network/subnet-capacity')
    expect(limit).toMatchObject({ possible, evidence: { freeAddresses: 130, ...(spare > 0 && { spareAddresses: spare }) } })
  })
})

describe('a what-if', () => {
  test('what is saved again holds the policy that was judged by', async () => {
    const path = join(folder, 'again.json')
    const first = await report({
      file: 'rules: { network/zones: off }\nthresholds: { spare-addresses: 3 }\n',
      inputs: { 'save-snapshot': path },
    })
    const again: Snapshot = JSON.parse(await readFile(path, 'utf8'))
    expect(again.policy?.rules).toMatchObject({ 'network/zones': { severity: 'off' } })
    expect(again.plan.thresholds).toEqual({ 'spare-addresses': 3 })
    expect((await report({ inputs: { snapshot: path } })).findings).toEqual(first.findings)
  })

  test('days are those of the snapshot, not of the judgement', async () => {
    const waiver = (expires: string): string =>
      `waivers: [{ rule: network/subnet-capacity, subject: subnet-0aaaaaaa, reason: r, owner: o, expires: ${expires} }]\nthresholds: { spare-addresses: 3 }\n`
    expect(capacity(await report({ file: waiver('2026-11-23') }))?.waiver).toEqual({ reason: 'r', owner: 'o', expires: '2026-11-23' })
    expect(capacity(await report({ file: waiver('2026-11-22') }))?.waiver).toBeUndefined()
  })

  test('a policy file with faults keeps it from starting, together with every other fault', async () => {
    const checked = await run({ file: 'fail-on: maybe\nwaivers: [{}]\n', inputs: { 'vpc-id': 'vpc-0a1b2c3d' } })
    expect(checked.ok ? [] : checked.faults.map(({ source }) => source.replace(`${folder}/`, ''))).toEqual([
      'vpc-id',
      'policy.yml:1:10',
      ...Array.from({ length: 5 }, () => 'policy.yml:2:11'),
    ])
  })

  test('a snapshot whose policy was edited into something else is refused', async () => {
    const path = join(folder, 'edited.json')
    const waivers = [
      { rule: 's3/bucket', subject: '*', reason: 'r', owner: 'o', expires: 'never', location: { path: 'p', line: 1, column: 1 } },
    ]
    await writeFile(path, JSON.stringify({ ...aSnapshot(plan, facts), policy: { ...aTeamPolicy(), waivers } }))
    expect(await run({ inputs: { snapshot: path } })).toMatchObject({ ok: false, faults: [{ source: 'snapshot' }] })
  })
})
