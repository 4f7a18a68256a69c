import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { parseInputs } from '../../../src/inputs/parse.ts'
import type { Checked } from '../../../src/model/fault.ts'
import { type Preflight, preflight } from '../../../src/preflight.ts'
import type { Report } from '../../../src/report/schema/report.ts'
import { secretsOf } from '../../../src/run/secrets.ts'

const sample = (name: string): string => fileURLToPath(new URL(`../../../examples/sample-account/${name}`, import.meta.url))
const request = readFileSync(sample('cluster.yaml'), 'utf8')

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'saved-account-'))
})
afterAll(() => rm(folder, { recursive: true }))

const run = (given: Readonly<Record<string, string>>): Promise<Checked<Preflight>> => {
  const inputs = parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: `--${name}` })))
  if (!inputs.ok) throw new Error(JSON.stringify(inputs.faults))
  return preflight(inputs.value, {
    now: new Date('2026-11-30T08:00:00Z'),
    idToken: () => Promise.reject(new Error('nobody is asked')),
    noCredentialsBecause: async () => null,
    progress: () => undefined,
    secrets: secretsOf({}),
  })
}

const reportOf = async (given: Readonly<Record<string, string>>): Promise<Report> => {
  const checked = await run(given)
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return checked.value.report
}

/** The sample account, judged for its own request with these texts in the place of others. */
const changed = async (...changes: readonly (readonly [string, string])[]): Promise<Report> => {
  let text = request
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the request has no ${from}`)
    text = text.replaceAll(from, to)
  }
  const path = join(folder, 'cluster.yaml')
  await writeFile(path, text)
  return reportOf({ snapshot: sample('snapshot.json'), 'cluster-config': path })
}

/** What was not learned, as the findings say it: `rule subject`. */
const unlearned = ({ findings }: Report): readonly string[] =>
  findings.filter(({ gap }) => gap?.reason === 'not-saved').map(({ rule, subject }) => `${rule} ${subject}`)

const statuses = ({ findings }: Report): Readonly<Record<string, string>> =>
  Object.fromEntries(
    findings.map(({ rule, subject, status }) => [`${rule} ${subject.replace(/^.*cluster\.yaml/, 'cluster.yaml')}`, status]),
  )

describe('a saved account, judged for another request', () => {
  test('the request that it was saved for: the same report', async () => {
    const own = await reportOf({ snapshot: sample('snapshot.json') })
    const again = await changed()
    expect(statuses(again)).toEqual(statuses(own))
    expect(again.verdict).toBe(own.verdict)
  })

  test.each<readonly [string, readonly (readonly [string, string])[]]>([
    ['fewer nodes', [['InstanceCount: 16', 'InstanceCount: 2']]],
    ['a group less', [[request.slice(request.indexOf('  - InstanceGroupName: worker-1'), request.indexOf('VpcConfig')), '']]],
    ['a subnet less', [[', subnet-d59085b9e51ac21a3', '']]],
    ['groups of other names', [['worker-1', 'train']]],
  ])('%s: all of it was learned', async (_, changes) => {
    expect(unlearned(await changed(...changes))).toEqual([])
  })

  test('fewer nodes: what stood in the way of more does not', async () => {
    const find = (report: Report) =>
      report.findings.find(({ rule, subject }) => rule === 'quota/cluster-usage' && subject === 'ml.p5.48xlarge')
    expect(find(await changed())?.status).toBe('fail')
    expect(find(await changed(['InstanceCount: 16', 'InstanceCount: 1']))).toMatchObject({ evidence: { need: 1 } })
  })

  test.each<readonly [string, readonly (readonly [string, string])[], readonly string[]]>([
    ['another type', [['ml.p5.48xlarge', 'ml.p4d.24xlarge']], ['quota/cluster-usage ml.p4d.24xlarge', 'network/type-offered account']],
    ['another subnet', [['subnet-d59085b9e51ac21a3', 'subnet-0123456789abcdef0']], ['network/subnets subnet-0123456789abcdef0']],
    ['another security group', [['sg-c66776881dd731714', 'sg-0123456789abcdef0']], ['security-group/exists sg-0123456789abcdef0']],
    ['another role', [['role/HyperPodExecutionRole', 'role/OtherRole']], ['iam/execution-role-trust OtherRole']],
    ['another bucket', [['s3://sagemaker-lifecycle-scripts/', 's3://sagemaker-other-scripts/']], ['s3/bucket sagemaker-other-scripts']],
    [
      'another orchestrator',
      [['VpcConfig:', 'Orchestrator: { Eks: { ClusterArn: arn:aws:eks:us-west-2:123456789012:cluster/new } }\nVpcConfig:']],
      ['eks/cluster new'],
    ],
  ])('%s: what was not learned of it is unknown, and no word of the account', async (_, changes, expected) => {
    const report = await changed(...changes)
    expect(unlearned(report)).toEqual(expect.arrayContaining([...expected]))
    expect(report.verdict).not.toBe('ready')
  })

  test('the list of its clusters says that another name is free, and not how the cluster of a name is', async () => {
    const named = async (name: string) => statuses(await changed(['ClusterName: ml-research', `ClusterName: ${name}`]))
    expect(await named('ml-other')).toMatchObject({ 'plan/cluster-name ml-other': 'pass' })
    expect(await named('research')).toMatchObject({ 'plan/cluster-name research': 'unknown' })
  })

  test('what was learned of the rest is judged beside it', async () => {
    const report = await changed(['subnet-d59085b9e51ac21a3', 'subnet-0123456789abcdef0'])
    expect(statuses(report)).toMatchObject({ 'network/subnets subnet-b444952fc0b45b9a1': 'pass' })
  })

  test('the inputs complete the request, and the folder of the repository is read', async () => {
    const list = join(folder, 'groups.json')
    await writeFile(list, JSON.stringify(parse(request).InstanceGroups))
    const completed = await reportOf({
      snapshot: sample('snapshot.json'),
      'cluster-config': list,
      'cluster-name': 'ml-research',
      'subnet-ids': 'subnet-b444952fc0b45b9a1,subnet-d59085b9e51ac21a3',
      'security-group-ids': 'sg-c66776881dd731714',
      'lifecycle-scripts': folder,
    })
    expect(unlearned(completed).filter((name) => !name.startsWith('lifecycle/'))).toEqual([])
    expect(completed.findings.filter(({ rule, status }) => rule === 'lifecycle/entry-point' && status === 'fail')).not.toEqual([])
  })

  test('another Region, and a request that is none', async () => {
    const path = join(folder, 'wrong.yaml')
    await writeFile(path, stringify({ ClusterName: 'x' }))
    const elsewhere = await run({ snapshot: sample('snapshot.json'), 'cluster-config': sample('cluster.yaml'), region: 'eu-west-1' })
    expect(elsewhere).toMatchObject({ ok: false, faults: [{ source: 'region', problem: 'eu-west-1 is not the Region of the snapshot' }] })
    await writeFile(path, 'ClusterName: [')
    expect(await run({ snapshot: sample('snapshot.json'), 'cluster-config': path })).toMatchObject({ ok: false })
  })
})
