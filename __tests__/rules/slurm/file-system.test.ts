import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { FileSystem } from '../../../src/model/facts/fsx.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan, PlannedFileSystem } from '../../../src/model/plan.ts'
import { fileSystem as rule } from '../../../src/rules/slurm/file-system.ts'
import {
  aFileSystem,
  aGroup,
  aNetworkInterface,
  aPlan,
  aSubnet,
  aVpc,
  bucketScriptsOf,
  denied,
  findingsOf,
  repositoryScriptsOf,
} from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

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
const byId = planned({ type: 'unstated', fileSystemId: id, dnsName: null, mountName: null, instanceGroups: [], location: null })
const uri = 's3://sagemaker-lifecycle/hyperpod/'
const file = 'provisioning_parameters.json'
const parameters = (fields: object): string => JSON.stringify(fields, null, 2)
const subnets = { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ availabilityZone: 'us-west-2b' }) }
/** What is known where the test says nothing: no parameters in the repository or in S3. */
const world = (found: readonly FileSystem[], scripts: Parameters<typeof bucketScriptsOf>[0] = {}) => ({
  fileSystems: found,
  fileSystemInterfaces: { [id]: [aNetworkInterface()] },
  vpc: aVpc(),
  subnets,
  repositoryScripts: null,
  bucketScripts: bucketScriptsOf(scripts),
})
const judged = (wanted: PlannedFileSystem, found: readonly FileSystem[], plan: Partial<Plan> = {}) =>
  findingsOf(rule, aPlan({ fileSystems: [wanted], ...plan }), world(found))
/** A plan that names no file system itself. */
const provisioned = (fields: object, found: readonly FileSystem[], plan: Partial<Plan> = {}, scripts: Record<string, string> = {}) =>
  findingsOf(rule, aPlan(plan), world(found, { [file]: parameters(fields), ...scripts }))

describe('slurm/file-system', () => {
  describe('what a script alone names', () => {
    const script = (text: string, found: readonly FileSystem[]) =>
      findingsOf(rule, aPlan({ orchestrator: { kind: 'slurm', configuration: 'api' } }), world(found, { 'on_create.sh': text }))
    const mount = (mountName: string): string => `set -e\nmount -t lustre ${dnsName}@tcp:/${mountName} /fsx\n`

    test('passes like any other', () => {
      expect(script(mount('fsxmount'), [aFileSystem()])).toMatchObject([{ status: 'pass', subject: id }])
    })

    test('is a warning where it is absent or has another name', () => {
      expect(script(mount('fsxmount'), [])).toMatchObject([
        {
          status: 'fail',
          severity: 'warning',
          message: `${id} is not among the FSx file systems of this account in us-west-2; ${uri}on_create.sh, line 2, names it`,
        },
      ])
      expect(script(mount('another'), [aFileSystem()])).toMatchObject([
        {
          status: 'fail',
          severity: 'warning',
          message: `the mount name of ${id} is fsxmount, ${uri}on_create.sh, line 2, says another`,
          fix: { text: 'Set the mount name in the script to fsxmount.' },
        },
      ])
      expect(script(`FSX_ID=${id}\n`, [])).toMatchObject([{ status: 'fail', severity: 'warning' }])
    })
  })

  const cases: readonly [string, PlannedFileSystem, Partial<FileSystem>, string, string][] = [
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
    ['one that HyperPod cannot mount, named by id', byId, { type: 'ONTAP', mountName: null }, 'fail', 'warning'],
    ['one that HyperPod cannot mount, named as Lustre', planned(), { type: 'WINDOWS', mountName: null }, 'fail', 'error'],
    ['Lustre 2.10', byId, { lustreVersion: '2.10' }, 'fail', 'warning'],
    ['Lustre 2.12', byId, { lustreVersion: '2.12' }, 'pass', 'error'],
    ['scratch', byId, { deploymentType: 'SCRATCH_2' }, 'fail', 'notice'],
    ['scratch and failed', byId, { deploymentType: 'SCRATCH_1', lifecycle: 'FAILED' }, 'fail', 'error'],
    ['scratch and updating', byId, { deploymentType: 'SCRATCH_1', lifecycle: 'UPDATING' }, 'fail', 'warning'],
    ['updating and in another VPC', byId, { lifecycle: 'UPDATING', vpcId: 'vpc-0other00' }, 'fail', 'error'],
    ['another mount name', planned({ mountName: 'fsx' }), {}, 'fail', 'error'],
    ['another DNS name', planned({ dnsName: `${id}.fsx.eu-west-1.amazonaws.com` }), {}, 'fail', 'error'],
    ['another type', planned({ type: 'openzfs', mountName: null }), {}, 'fail', 'error'],
    ['another VPC', byId, { vpcId: 'vpc-0other00' }, 'fail', 'error'],
  ]
  test.each(cases)('%s', (_, wanted, changes, status, severity) => {
    expect(judged(wanted, [aFileSystem({ fileSystemId: 'fs-0fffffff' }), aFileSystem(changes)])).toMatchObject([
      { status, severity, subject: id },
    ])
  })

  test('in full', () => {
    expectInFull(
      'slurm-file-system.yaml',
      cases.map(([name, wanted, changes]) => [name, judged(wanted, [aFileSystem({ fileSystemId: 'fs-0fffffff' }), aFileSystem(changes)])]),
    )
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
    const facts = (found: FileSystem) => ({ ...world([found]), vpc: denied('ec2:DescribeVpcs') })
    const plan = aPlan({ fileSystems: [byId] })
    expect(findingsOf(rule, plan, facts(aFileSystem()))).toMatchObject([{ status: 'unknown', gap: { action: 'ec2:DescribeVpcs' } }])
    expect(findingsOf(rule, plan, facts(aFileSystem({ lifecycle: 'FAILED' })))).toMatchObject([{ status: 'fail' }])
    expect(findingsOf(rule, plan, facts(aFileSystem({ lustreVersion: '2.10' })))).toMatchObject([{ status: 'unknown', severity: 'error' }])
  })

  test.each<[string, PlannedFileSystem, Partial<FileSystem>, string]>([
    ['its VPC', byId, { vpcId: null }, `the VPC of ${id}, which must be vpc-0a1b2c3d`],
    ['its mount name, which is stated', planned(), { mountName: null }, `the mount name of ${id}, which the plan states`],
    [
      'both',
      planned(),
      { vpcId: null, mountName: null },
      `the VPC of ${id}, which must be vpc-0a1b2c3d and the mount name of ${id}, which the plan states`,
    ],
  ])('an answer without %s is unknown, and what is wrong all the same is told', (_, wanted, changes, lacks) => {
    expect(judged(wanted, [aFileSystem(changes)])).toMatchObject([
      { status: 'unknown', severity: 'error', message: `fsx:DescribeFileSystems did not answer ${lacks}` },
    ])
    expect(judged(wanted, [aFileSystem({ ...changes, lifecycle: 'FAILED' })])).toMatchObject([{ status: 'fail', severity: 'error' }])
  })

  test('an answer without a type is unknown, and the other file systems are judged', () => {
    const others = [aFileSystem({ fileSystemId: 'fs-0fffffff', type: null })]
    expect(judged(byId, [aFileSystem(), ...others])).toMatchObject([{ status: 'pass' }])
    expect(judged(byId, [aFileSystem({ type: null })])).toMatchObject([
      { status: 'unknown', severity: 'error', gap: { action: 'fsx:DescribeFileSystems' } },
    ])
  })

  test('a mount name that nobody states need not be answered', () => {
    expect(judged(byId, [aFileSystem({ mountName: null })])).toMatchObject([{ status: 'pass' }])
  })

  test('an answer without a state is unknown, and hides nothing else', () => {
    expect(judged(byId, [aFileSystem({ lifecycle: null })])).toMatchObject([
      { status: 'unknown', gap: { action: 'fsx:DescribeFileSystems' } },
    ])
    expect(judged(byId, [aFileSystem({ lifecycle: null, vpcId: 'vpc-0other00' })])).toMatchObject([{ status: 'fail' }])
  })

  test('none in a Slurm plan is a notice, whatever may be asked of FSx', () => {
    const none = [{ status: 'fail', severity: 'notice', subject: 'plan' }]
    expect(findingsOf(rule, aPlan(), world([]))).toMatchObject(none)
    expect(provisioned({ version: '1.0.0' }, [aFileSystem()])).toMatchObject(none)
    expect(findingsOf(rule, aPlan(), { ...world([]), fileSystems: denied('fsx:DescribeFileSystems') })).toMatchObject(none)
  })

  test('skipped on EKS, and where nothing is stated; judged where a file system is named', () => {
    const unstated = { orchestrator: { kind: 'unstated' } } as const
    expect(judged(byId, [aFileSystem()], { orchestrator: { kind: 'eks', cluster: null } })).toMatchObject([{ status: 'skipped' }])
    expect(findingsOf(rule, aPlan({ ...unstated, lifecycleSources: [] }), {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
    expect(findingsOf(rule, aPlan(unstated), world([]))).toMatchObject([{ status: 'skipped', subject: 'plan' }])
    expect(judged(byId, [aFileSystem()], unstated)).toMatchObject([{ status: 'pass' }])
    expect(provisioned({ fsx_dns_name: dnsName, fsx_mountname: 'fsxmount' }, [aFileSystem()], unstated)).toMatchObject([{ status: 'pass' }])
  })

  test('denied is unknown', () => {
    const facts = { ...world([]), fileSystems: denied('fsx:DescribeFileSystems') }
    expect(findingsOf(rule, aPlan({ fileSystems: [byId] }), facts)).toMatchObject([{ status: 'unknown', severity: 'error', subject: id }])
  })

  test('what was found out is in the evidence', () => {
    expect(judged(byId, [aFileSystem()])[0]?.evidence).toEqual({
      type: 'LUSTRE',
      lifecycle: 'AVAILABLE',
      deploymentType: 'PERSISTENT_2',
      lustreVersion: '2.15',
      mountName: 'fsxmount',
      vpcId: 'vpc-0a1b2c3d',
      zones: ['us-west-2a'],
    })
    const zfs = aFileSystem({ type: 'OPENZFS', mountName: null, lustreVersion: null, deploymentType: 'SINGLE_AZ_HA_2' })
    expect(judged(byId, [zfs])[0]?.evidence).toMatchObject({ type: 'OPENZFS', deploymentType: 'SINGLE_AZ_HA_2' })
  })

  test('a file system that the plan names twice has one outcome', () => {
    const fileSystems = [planned(), planned({ mountName: 'fsx' }), byId]
    expect(findingsOf(rule, aPlan({ fileSystems }), world([aFileSystem()]))).toMatchObject([
      { status: 'fail', subject: id, message: `the mount name of ${id} is fsxmount, the request says fsx` },
    ])
  })
})

describe('slurm/file-system: provisioning_parameters.json', () => {
  const both = { fsx_dns_name: dnsName, fsx_mountname: 'fsxmount' }

  const inFile: readonly (readonly [string, object, Partial<FileSystem>, string, string, string])[] = [
    ['as FSx has it', both, {}, 'pass', 'error', `${id} is AVAILABLE in vpc-0a1b2c3d`],
    ['DNS name alone', { fsx_dns_name: dnsName }, {}, 'pass', 'error', 'AVAILABLE'],
    ['creating', both, { lifecycle: 'CREATING' }, 'fail', 'error', `${id} is CREATING`],
    [
      'another mount name',
      { ...both, fsx_mountname: 'fsx' },
      {},
      'fail',
      'error',
      `the mount name of ${id} is fsxmount, ${uri}${file}, line 3, says fsx`,
    ],
    [
      'another DNS name',
      { ...both, fsx_dns_name: `${id}.fsx.eu-west-1.amazonaws.com` },
      {},
      'fail',
      'error',
      `the DNS name of ${id} is ${dnsName}, ${uri}${file}, line 2, says ${id}.fsx.eu-west-1.amazonaws.com`,
    ],
    ['another VPC', both, { vpcId: 'vpc-0other00' }, 'fail', 'error', `${id} is in vpc-0other00, the cluster is in vpc-0a1b2c3d`],
    [
      'OpenZFS as Lustre',
      both,
      { type: 'OPENZFS', mountName: null },
      'fail',
      'error',
      `${id} is of type OPENZFS, ${uri}${file}, line 2, mounts it as LUSTRE`,
    ],
    ['OpenZFS', { fsx_openzfs_dns_name: dnsName }, { type: 'OPENZFS', mountName: null }, 'pass', 'error', 'AVAILABLE'],
  ]
  test.each(inFile)('%s', (_, fields, changes, status, severity, message) => {
    expect(provisioned(fields, [aFileSystem(changes)])).toMatchObject([
      { status, severity, subject: id, message: expect.stringContaining(message) },
    ])
  })

  test('in full', () => {
    expectInFull(
      'slurm-file-system-provisioned.yaml',
      inFile.map(([name, fields, changes]) => [name, provisioned(fields, [aFileSystem(changes)])]),
    )
  })

  test('in the repository a finding points at the line', () => {
    const facts = { ...world([]), repositoryScripts: repositoryScriptsOf({ [file]: parameters(both) }) }
    const plan = aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] })
    expect(findingsOf(rule, plan, facts)).toMatchObject([
      {
        status: 'fail',
        severity: 'error',
        message: `${id} is not among the FSx file systems of this account in us-west-2; scripts/${file}, line 2, names it`,
        location: { path: `scripts/${file}`, line: 2, column: 19 },
      },
    ])
  })

  test.each(['10.0.0.10', 'storage.corp.example', 'fsx', 'my_storage.corp.example'])('%s is not a name of FSx: unknown', (name) => {
    expect(provisioned({ ...both, fsx_dns_name: name }, [aFileSystem()])).toMatchObject([
      { status: 'unknown', subject: name, gap: { reason: 'unsupported', action: 'none' } },
    ])
  })

  test.each([
    ['PLACEHOLDER_FSX_DNS', 'is a placeholder'],
    ['null', 'is a placeholder'],
    [`\${FSX_ID}.fsx.us-west-2.amazonaws.com`, 'is a placeholder'],
    ['fs-xxxx', 'is a placeholder'],
    ['fs-xxxxxxxxxxxxxxxxx.fsx.REGION.amazonaws.com', 'is a placeholder'],
    ['fs-0fedcba9876543210.fsx.REGION.amazonaws.com', 'is a placeholder'],
    ['fs of the team', 'cannot be a host name'],
  ])('%s was left open: no node can mount it', (name, why) => {
    expect(provisioned({ ...both, fsx_dns_name: name }, [aFileSystem()])).toMatchObject([
      {
        status: 'fail',
        severity: 'error',
        message: `s3://sagemaker-lifecycle/hyperpod/${file}, line 2, says fsx_dns_name ${name}, which ${why}: no node can mount it`,
        fix: {
          commands: ["aws fsx describe-file-systems --region us-west-2 --query 'FileSystems[].[FileSystemId,DNSName]'"],
        },
      },
    ])
  })

  test('the plan and the file name the same file system: one outcome; other mount names disagree even where FSx cannot be asked', () => {
    expect(provisioned(both, [aFileSystem()], { fileSystems: [planned()] })).toMatchObject([{ status: 'pass', subject: id }])
    const facts = {
      ...world([], { [file]: parameters({ ...both, fsx_mountname: 'fsx' }) }),
      fileSystems: denied('fsx:DescribeFileSystems'),
    }
    expect(findingsOf(rule, aPlan({ fileSystems: [planned({ fileSystemId: id })] }), facts)).toMatchObject([
      {
        status: 'fail',
        severity: 'error',
        message: `the request says mount name fsxmount of ${id}, ${uri}${file}, line 3, says fsx`,
        fix: { text: `Set both to the mount name of ${id}.`, commands: ['aws fsx describe-file-systems --region us-west-2'] },
      },
    ])
  })

  describe('another file system than the plan names', () => {
    const other = 'fs-0fedcba9876543210'
    const fields = { fsx_dns_name: `${other}.fsx.us-west-2.amazonaws.com`, fsx_mountname: 'abc' }
    const found = [aFileSystem(), aFileSystem({ fileSystemId: other, dnsName: `${other}.fsx.us-west-2.amazonaws.com`, mountName: 'abc' })]

    test('a warning about the one in the file', () => {
      expect(provisioned(fields, found, { fileSystems: [planned()] })).toMatchObject([
        { status: 'pass', subject: id },
        { status: 'fail', severity: 'warning', subject: other, message: `${uri}${file}, line 2, names ${other}, the request names ${id}` },
      ])
      expect(provisioned(fields, found, { fileSystems: [byId] })[1]?.message).toBe(
        `${uri}${file}, line 2, names ${other}, fsx-file-system-id names ${id}`,
      )
    })

    test('of another type it is no rival', () => {
      const zfs = found.map((one) => (one.fileSystemId === other ? { ...one, type: 'OPENZFS', mountName: null } : one))
      const findings = provisioned({ fsx_openzfs_dns_name: fields.fsx_dns_name }, zfs, { fileSystems: [planned()] })
      expect(findings.map(({ status }) => status)).toEqual(['pass', 'pass'])
    })
  })

  test('OpenZFS that config.py leaves unmounted is at most a warning', () => {
    const off = { 'config.py': 'class Config:\n    enable_fsx_openzfs = False\n' }
    const fields = { fsx_openzfs_dns_name: dnsName }
    const zfs = { type: 'OPENZFS', mountName: null }
    expect(provisioned(fields, [aFileSystem(zfs)], {}, off)).toMatchObject([
      {
        status: 'fail',
        severity: 'warning',
        message: `${uri}${file}, line 2, names ${id}, and config.py beside it has enable_fsx_openzfs = False: AWS's scripts do not mount it`,
      },
    ])
    expect(provisioned(fields, [], {}, off)).toMatchObject([{ status: 'fail', severity: 'warning' }])
    expect(provisioned(fields, [aFileSystem({ ...zfs, lifecycle: 'FAILED' })], {}, off)).toMatchObject([{ severity: 'warning' }])
    expect(provisioned(fields, [], {})).toMatchObject([{ status: 'fail', severity: 'error' }])
  })

  test('a file that could not be read is unknown, one that is not JSON skipped; both leave the file systems of the plan alone', () => {
    const plan = aPlan({ fileSystems: [byId] })
    const unread = { ...world([aFileSystem()]), bucketScripts: { [uri]: denied('s3:GetObject') } }
    expect(findingsOf(rule, plan, unread)).toMatchObject([
      { status: 'pass', subject: id },
      { status: 'unknown', severity: 'error', subject: uri, gap: { action: 's3:GetObject' } },
    ])
    expect(findingsOf(rule, plan, world([aFileSystem()], { [file]: '{' }))).toMatchObject([
      { status: 'pass' },
      { status: 'skipped', subject: `${uri}${file}` },
    ])
    expect(findingsOf(rule, aPlan(), world([], { [file]: '{' }))).toMatchObject([{ status: 'skipped' }])
  })

  test('means nothing where the request configures Slurm', () => {
    expect(provisioned(both, [], { orchestrator: { kind: 'slurm', configuration: 'api' } })).toMatchObject([{ severity: 'notice' }])
  })
})

describe('slurm/file-system: zones', () => {
  const inZone = (zone: string, changes: Partial<FileSystem> = {}) => ({
    ...world([aFileSystem({ subnetIds: ['subnet-0fffffff'], ...changes })]),
    fileSystemInterfaces: { [id]: [aNetworkInterface({ availabilityZone: zone })] },
  })
  const plan = aPlan({ fileSystems: [byId] })

  test('none of the nodes: a warning; EFA does not reach there', () => {
    expect(findingsOf(rule, plan, inZone('us-west-2c'))).toMatchObject([
      {
        status: 'fail',
        severity: 'warning',
        message: `${id} is in us-west-2c, the nodes of worker-1 in us-west-2a, us-west-2b: traffic between zones is slower and is charged`,
        evidence: { zones: ['us-west-2c'] },
      },
    ])
    expect(findingsOf(rule, plan, inZone('us-west-2c', { efaEnabled: true }))).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('and its EFA does not work between zones') },
    ])
  })

  test('each placement by itself, and only of groups that mount it', () => {
    const override = { subnetIds: ['subnet-0bbbbbbb'], securityGroupIds: [], location: null }
    const instanceGroups = [aGroup(), aGroup({ name: 'far', overrideVpcConfig: override })]
    const facts = inZone('us-west-2a')
    const [finding] = findingsOf(rule, aPlan({ fileSystems: [byId], instanceGroups }), facts)
    expect(finding?.message).toBe(`${id} is in us-west-2a, the nodes of far in us-west-2b: traffic between zones is slower and is charged`)
    const fileSystems = [planned({ instanceGroups: ['worker-1'] })]
    expect(findingsOf(rule, aPlan({ fileSystems, instanceGroups }), facts)).toMatchObject([{ status: 'pass' }])
  })

  test('warns exactly where no zone is shared', () => {
    const zones = ['us-west-2a', 'us-west-2b', 'us-west-2c', 'us-west-2d']
    fc.assert(
      fc.property(fc.subarray(zones, { minLength: 1 }), fc.subarray(zones, { minLength: 1 }), (ofNodes, ofFileSystem) => {
        const facts = {
          ...inZone(''),
          subnets: Object.fromEntries(ofNodes.map((availabilityZone) => [availabilityZone, aSubnet({ availabilityZone })])),
          fileSystemInterfaces: { [id]: ofFileSystem.map((availabilityZone) => aNetworkInterface({ availabilityZone })) },
        }
        const vpcConfig = { subnetIds: ofNodes, securityGroupIds: [], location: null }
        const [finding] = findingsOf(rule, aPlan({ fileSystems: [byId], vpcConfig }), facts)
        expect(finding?.status).toBe(ofNodes.some((zone) => ofFileSystem.includes(zone)) ? 'pass' : 'fail')
      }),
    )
  })

  test.each<readonly [string, Partial<Record<'fileSystemInterfaces' | 'subnets', Facts['subnets'] | object>>, string]>([
    ['interfaces denied', { fileSystemInterfaces: denied('ec2:DescribeNetworkInterfaces') }, 'ec2:DescribeNetworkInterfaces'],
    ['interfaces that the account cannot see', { fileSystemInterfaces: { [id]: [] } }, 'ec2:DescribeNetworkInterfaces'],
    ['subnets denied', { subnets: denied('ec2:DescribeSubnets') }, 'ec2:DescribeSubnets'],
  ])('%s: unknown, and no more than a warning', (_, changes, action) => {
    const facts = { ...inZone('us-west-2a'), ...changes } as ReturnType<typeof inZone>
    expect(findingsOf(rule, plan, facts)).toMatchObject([{ status: 'unknown', severity: 'warning', gap: { action } }])
  })

  test('not asked where the plan places no node; a subnet of the plan says the zone as well as an interface', () => {
    const facts = { ...inZone('us-west-2c'), fileSystemInterfaces: denied('ec2:DescribeNetworkInterfaces') }
    expect(findingsOf(rule, aPlan({ fileSystems: [byId], vpcConfig: null }), facts)).toMatchObject([{ status: 'pass' }])
    const inSubnet = { ...world([aFileSystem()]), fileSystemInterfaces: denied('ec2:DescribeNetworkInterfaces') }
    expect(findingsOf(rule, plan, inSubnet)).toMatchObject([{ status: 'pass' }])
  })
})
