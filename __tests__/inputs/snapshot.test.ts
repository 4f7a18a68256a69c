import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../src/catalog/quotas.ts'
import { parseInputs } from '../../src/inputs/parse.ts'
import { readSnapshot } from '../../src/inputs/snapshot.ts'
import type { Inputs } from '../../src/inputs/table.ts'
import type { Checked } from '../../src/model/fault.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { preflight } from '../../src/preflight.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { secretsOf } from '../../src/run/secrets.ts'
import { aGroup, aPlan, aQuota, aSnapshot, aSubnet, aUsage, known, quotasOf, sizesOf } from '../builders.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-'))
})
afterAll(() => rm(folder, { recursive: true }))

const p5 = 'ml.p5.48xlarge'
const facts: Snapshot['facts'] = {
  quotas: known(
    quotasOf(
      aQuota({ value: 40 }),
      aQuota({ name: quotaNames.instancesPerCluster, quotaCode: 'L-2CE978FC', value: 50 }),
      aQuota({ name: quotaNames.totalInstances, quotaCode: 'L-3308CCC7', value: 90 }),
      aQuota({ serviceCode: 'vpc', name: quotaNames.networkInterfaces, quotaCode: 'L-DF5E4CA3', value: 5000 }),
    ),
  ),
  hyperPodUsage: known(aUsage({ clusters: ['research'], instances: 11, byInstanceType: { [p5]: 11 } })),
  subnets: known({ 'subnet-0aaaaaaa': aSubnet({ availableIpAddressCount: 4091 }) }),
  instanceTypes: known(sizesOf(p5)),
  instanceTypeOfferings: known({ [p5]: ['usw2-az1'] }),
  networkInterfaceCount: known(120),
}
const plan = aPlan({ vpcConfig: { subnetIds: ['subnet-0aaaaaaa'], securityGroupIds: ['sg-0aaaaaaa'], location: null } })

const inputsOf = (given: Readonly<Record<string, string>>): Inputs => {
  const parsed = parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: `--${name}` })))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.value
}

const saved = async (of: Plan = plan, text?: string): Promise<string> => {
  const path = join(folder, 's.json')
  await writeFile(path, text ?? JSON.stringify(aSnapshot(of, facts)))
  return path
}

const unwrapped = <T>(checked: Checked<T>): T => {
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return checked.value
}

/** Through the whole program; what would need a network or a clock fails the test. */
const run = async (given: Readonly<Record<string, string>>, of: Plan = plan): Promise<Report> => {
  const face = {
    now: new Date(0),
    idToken: () => Promise.reject(new Error('asked for a token')),
    noCredentialsBecause: async () => null,
    progress: () => undefined,
    secrets: secretsOf({}),
  }
  return unwrapped(await preflight(inputsOf({ snapshot: await saved(of), ...given }), face)).report
}

const finding = ({ findings }: Report, rule: string) => findings.find((one) => one.rule === rule)

describe('what if, judged from the same facts without a call', () => {
  test('as it was taken', async () => {
    const report = await run({})
    expect(report.headroom).toMatchObject([{ wanted: 4, possible: 29, unknown: [] }])
    expect(finding(report, 'quota/cluster-usage')).toMatchObject({ status: 'pass' })
  })

  test('another count: the facts hold, what is possible stays, findings and headroom agree', async () => {
    const report = await run({ 'instance-count': '64' })
    expect(report.headroom).toEqual((await run({})).headroom.map((entry) => ({ ...entry, wanted: 64 })))
    expect(finding(report, 'quota/cluster-usage')).toMatchObject({
      status: 'fail',
      evidence: { need: 64, inUse: 11, quota: 40, shortfall: 35 },
    })
    expect(finding(report, 'quota/instances-per-cluster')).toMatchObject({ status: 'fail', evidence: { need: 64 } })
    expect(finding(report, 'network/subnet-capacity')).toMatchObject({ status: 'pass', evidence: { need: 2048 } })
    expect(finding(report, 'network/type-offered')).toMatchObject({ status: 'pass' })
    expect((await run({ 'instance-count': '29' })).headroom).toMatchObject([{ wanted: 29, possible: 29 }])
  })

  test('another type: the catalog has its size; its quota and its zones were not asked for, so they are unknown and not absent', async () => {
    const report = await run({ 'instance-type': 'ml.p4d.24xlarge' })
    expect(finding(report, 'network/subnet-capacity')).toMatchObject({ status: 'pass', evidence: { need: 16 } })
    for (const rule of ['quota/cluster-usage', 'network/type-offered'])
      expect([rule, finding(report, rule)?.status]).toEqual([rule, 'unknown'])
    expect(report.headroom).toMatchObject([
      { instanceType: 'ml.p4d.24xlarge', possible: 50, unknown: [{ rule: 'quota/cluster-usage', subject: 'ml.p4d.24xlarge' }] },
    ])
  })

  test('a type that nobody has the size of', async () => {
    const report = await run({ 'instance-type': 'ml.x9.large' })
    const capacity = finding(report, 'network/subnet-capacity')
    expect(capacity).toMatchObject({ status: 'unknown', gap: { action: 'ec2:DescribeInstanceTypes' } })
    expect(capacity?.message).toContain('the saved account has no answer of ec2:DescribeInstanceTypes about ml.x9.large')
  })

  test('the type it was taken for changes nothing', async () => {
    expect((await run({ 'instance-type': p5 })).findings).toEqual((await run({})).findings)
  })

  test('what is saved again holds the plan that was judged', async () => {
    const path = join(folder, 'again.json')
    await run({ 'instance-count': '64', 'save-snapshot': path })
    const again = JSON.parse(await readFile(path, 'utf8'))
    expect(again).toEqual(
      JSON.parse(JSON.stringify({ ...aSnapshot(plan, facts), plan: { ...plan, instanceGroups: [aGroup({ instanceCount: 64 })] } })),
    )
  })

  test.each([[0], [2]])('a plan of %i groups has no one size', async (groups) => {
    const of = { ...plan, instanceGroups: Array.from({ length: groups }, (_, index) => aGroup({ name: `g-${index}` })) }
    const read = await readSnapshot(await saved(of), inputsOf({ 'instance-count': '64' }))
    expect(read).toEqual({
      ok: false,
      faults: [
        {
          source: 'instance-count',
          problem: `the snapshot's plan has ${groups} instance groups`,
          expected: 'a snapshot with one instance group',
        },
      ],
    })
  })
})

describe('a file that is not a snapshot', () => {
  test.each([
    ['not JSON', '{'],
    ['another shape', '{"schemaVersion":1}'],
    ['another version', JSON.stringify({ ...aSnapshot(plan, facts), schemaVersion: 2 })],
    ['a fact that is neither known nor a gap', JSON.stringify({ ...aSnapshot(plan), facts: { vpc: {} } })],
  ])('%s', async (_, text) => {
    const read = await readSnapshot(await saved(plan, text), inputsOf({}))
    expect(read).toMatchObject({ ok: false, faults: [{ source: 'snapshot', expected: 'a file that save-snapshot wrote' }] })
  })

  test('what says something about the plan is refused beside it, all of it at once', async () => {
    const read = await readSnapshot(await saved(), inputsOf({ 'vpc-id': 'vpc-0a1b2c3d', region: 'us-west-2' }))
    expect(read.ok ? [] : read.faults.map(({ source }) => source)).toEqual(['region', 'vpc-id'])
  })
})
