import { describe, expect, test } from '@jest/globals'
import type { FileSystem } from '../../../src/model/facts.ts'
import type { Plan, PlannedFileSystem } from '../../../src/model/plan.ts'
import { fileSystem as rule } from '../../../src/rules/slurm/file-system.ts'
import { aFileSystem, aPlan, aVpc, denied, findingsOf } from '../../builders.ts'

const id = 'fs-0123456789abcdef0'
const dnsName = `${id}.fsx.us-west-2.amazonaws.com`
const location = { path: 'cluster.json', line: 20, column: 9 }
const planned = (changes: Partial<PlannedFileSystem> = {}): PlannedFileSystem => ({
  type: 'lustre',
  fileSystemId: null,
  dnsName,
  mountName: 'fsxmount',
  instanceGroups: ['worker-1'],
  location,
  ...changes,
})
const byId = planned({ type: 'unstated', fileSystemId: id, dnsName: null, mountName: null, location: null })
const judged = (wanted: PlannedFileSystem, found: readonly FileSystem[], plan: Partial<Plan> = {}) =>
  findingsOf(rule, aPlan({ fileSystems: [wanted], ...plan }), { fileSystems: found, vpc: aVpc() })

describe('slurm/file-system', () => {
  test.each<[string, PlannedFileSystem, Partial<FileSystem>, string, string]>([
    ['by id', byId, {}, 'pass', 'error'],
    ['by DNS name', planned(), {}, 'pass', 'error'],
    ['by DNS name in capitals, with the final dot', planned({ dnsName: `${dnsName.toUpperCase()}.` }), {}, 'pass', 'error'],
    [
      'OpenZFS, which has no mount name',
      planned({ type: 'openzfs', mountName: null }),
      { type: 'OPENZFS', mountName: null },
      'pass',
      'error',
    ],
    ['creating', byId, { lifecycle: 'CREATING' }, 'fail', 'error'],
    ['failed', byId, { lifecycle: 'FAILED' }, 'fail', 'error'],
    ['updating', byId, { lifecycle: 'UPDATING' }, 'fail', 'warning'],
    ['updating and in another VPC', byId, { lifecycle: 'UPDATING', vpcId: 'vpc-0other00' }, 'fail', 'error'],
    ['another mount name', planned({ mountName: 'fsx' }), {}, 'fail', 'error'],
    ['another DNS name', planned({ dnsName: `${id}.fsx.eu-west-1.amazonaws.com` }), {}, 'fail', 'error'],
    ['another type', planned({ type: 'openzfs', mountName: null }), {}, 'fail', 'error'],
    ['another VPC', byId, { vpcId: 'vpc-0other00' }, 'fail', 'error'],
  ])('%s', (_, wanted, changes, status, severity) => {
    expect(judged(wanted, [aFileSystem({ fileSystemId: 'fs-0fffffff' }), aFileSystem(changes)])).toMatchObject([
      { status, severity, subject: id },
    ])
  })

  test('absent, by id and by DNS name', () => {
    expect(judged(byId, [])).toMatchObject([
      { status: 'fail', severity: 'error', subject: id, message: `${id} is not among the FSx file systems of this account in us-west-2` },
    ])
    expect(judged(planned(), [aFileSystem({ fileSystemId: 'fs-0fffffff' })])).toMatchObject([
      { status: 'fail', subject: dnsName, location },
    ])
  })

  test('all that is wrong with one is said at once', () => {
    const [finding, ...others] = judged(planned({ mountName: 'fsx' }), [aFileSystem({ lifecycle: 'FAILED', vpcId: 'vpc-0other00' })])
    expect(others).toEqual([])
    expect(finding?.message).toBe(
      `${id} is FAILED, it must be AVAILABLE; the mount name of ${id} is fsxmount, the request says fsx; ${id} is in vpc-0other00, the cluster is in vpc-0a1b2c3d`,
    )
    expect(finding?.fix?.text).toContain('Set MountName to fsxmount.')
    expect(finding?.fix?.commands).toEqual([`aws fsx describe-file-systems --region us-west-2 --file-system-ids ${id}`])
  })

  test('a file cache is not looked up: unknown', () => {
    expect(judged(planned({ dnsName: 'fc-0123456789abcdef0.fsx.us-west-2.amazonaws.com' }), [])).toMatchObject([
      { status: 'unknown', gap: { reason: 'unsupported', action: 'fsx:DescribeFileCaches' } },
    ])
  })

  test('the VPC could not be learned: what else is wrong still fails, else it is unknown', () => {
    const facts = (found: FileSystem) => ({ fileSystems: [found], vpc: denied('ec2:DescribeVpcs') })
    const plan = aPlan({ fileSystems: [byId] })
    expect(findingsOf(rule, plan, facts(aFileSystem()))).toMatchObject([{ status: 'unknown', gap: { action: 'ec2:DescribeVpcs' } }])
    expect(findingsOf(rule, plan, facts(aFileSystem({ lifecycle: 'FAILED' })))).toMatchObject([{ status: 'fail' }])
  })

  test('an answer without a state is unknown, and hides nothing else', () => {
    expect(judged(byId, [aFileSystem({ lifecycle: null })])).toMatchObject([
      { status: 'unknown', gap: { action: 'fsx:DescribeFileSystems' } },
    ])
    expect(judged(byId, [aFileSystem({ lifecycle: null, vpcId: 'vpc-0other00' })])).toMatchObject([{ status: 'fail' }])
  })

  test('none in a Slurm plan is a notice', () => {
    expect(findingsOf(rule, aPlan(), { fileSystems: [], vpc: aVpc() })).toMatchObject([
      { status: 'fail', severity: 'notice', subject: 'plan' },
    ])
  })

  test('skipped on EKS, and where nothing is stated; judged where a file system is named', () => {
    const unstated = { orchestrator: { kind: 'unstated' } } as const
    expect(judged(byId, [aFileSystem()], { orchestrator: { kind: 'eks', cluster: null } })).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, aPlan(unstated), {})).toMatchObject([{ status: 'skipped' }])
    expect(judged(byId, [aFileSystem()], unstated)).toMatchObject([{ status: 'pass' }])
  })

  test('denied is unknown', () => {
    const facts = { fileSystems: denied('fsx:DescribeFileSystems'), vpc: aVpc() }
    expect(findingsOf(rule, aPlan({ fileSystems: [byId] }), facts)).toMatchObject([{ status: 'unknown', severity: 'error' }])
  })
})
