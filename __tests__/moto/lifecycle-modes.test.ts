import { DeleteRouteCommand, DeleteVpcEndpointsCommand } from '@aws-sdk/client-ec2'
import { DeleteBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, jest, test } from '@jest/globals'
import type { Report } from '../../src/report/schema/report.ts'
import { type Account, bucket, goodAccount, goodQuotas, moto } from './account.ts'
import { errors, judgeAccount } from './judged-account.ts'
import { requestInputs } from './reference-setups.ts'

/** An account is made and judged in a few seconds; a busy machine takes longer. */
jest.setTimeout(60_000)

const quotas = { ...goodQuotas, 'L-E2A0AC0F': { serviceCode: 'sagemaker', name: 'ml.m5.12xlarge for cluster usage', value: 4 } }
const source = { SourceS3Uri: `s3://${bucket}/hyperpod/` }

/** A Slurm cluster that the request configures itself; `lifecycle` is the same for all its groups, as each mode writes it. */
const requestOf = ({ securityGroupId, subnetIds }: Account, lifecycle: object): object => {
  const group = (InstanceGroupName: string, InstanceType: string, InstanceCount: number, SlurmConfig: object): object => ({
    InstanceGroupName,
    InstanceType,
    InstanceCount,
    ExecutionRole: 'arn:aws:iam::123456789012:role/HyperPodExecutionRole',
    ThreadsPerCore: 1,
    SlurmConfig,
    ...lifecycle,
  })
  return {
    ClusterName: 'modes',
    Orchestrator: { Slurm: {} },
    InstanceGroups: [
      group('controller', 'ml.m5.12xlarge', 1, { NodeType: 'Controller' }),
      group('worker', 'ml.p5.48xlarge', 4, { NodeType: 'Compute', PartitionNames: ['dev'] }),
    ],
    VpcConfig: { SecurityGroupIds: [securityGroupId], Subnets: [subnetIds[0]] },
  }
}

const modes = {
  ami: {},
  extension: { LifeCycleConfig: { ...source, OnInitComplete: 'on_create.sh' } },
  custom: { LifeCycleConfig: { ...source, OnCreate: 'on_create.sh' } },
}

/** Closes the account: no way to the internet, none to S3, no bucket. */
const close = async ({ ec2, s3, routeTableId, s3EndpointId }: Account): Promise<void> => {
  await ec2.send(new DeleteRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0' }))
  await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [s3EndpointId] }))
  for (const Key of ['hyperpod/on_create.sh', 'hyperpod/provisioning_parameters.json'])
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }))
}

/** The API refuses a provisioning_parameters.json beside a request that configures Slurm. */
const withoutParameters = ({ s3 }: Account): Promise<unknown> =>
  s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'hyperpod/provisioning_parameters.json' }))

const judged = async (account: Account, mode: keyof typeof modes): Promise<Report> =>
  (await judgeAccount(requestInputs(requestOf(account, modes[mode])), { quotas, simulation: {} })).report

/** What there is to say of each rule: judged (passed or failed), skipped, or unknown. */
const statusOf = (report: Report, rule: string): readonly string[] => [
  ...new Set(report.findings.filter((finding) => finding.rule === rule).map(({ status }) => status)),
]

const aboutScripts = [
  'network/s3-route',
  's3/bucket',
  's3/region',
  's3/role-access',
  's3/encryption',
  's3/exposure',
  'lifecycle/entry-point',
  'lifecycle/shebang',
  'lifecycle/syntax',
  'lifecycle/internet',
]

describe('the three ways in which nodes of a Slurm cluster are set up', () => {
  test('by the AMI: ready with no way to the internet, none to S3, and no bucket', async () => {
    const account = await goodAccount(moto)
    await close(account)
    const report = await judged(account, 'ami')
    expect(errors(report)).toEqual([])
    expect(report.findings.filter(({ status }) => status === 'unknown')).toEqual([])
    expect(report.verdict).toBe('ready')
    for (const rule of aboutScripts) expect([rule, statusOf(report, rule)]).toEqual([rule, ['skipped']])
    expect(statusOf(report, 'network/egress')).toEqual(['fail'])
    expect(report.calls.byOperation).not.toHaveProperty('s3:HeadBucket')
  })

  test.each(['extension', 'custom'] as const)('%s: the same closed account is blocked by the way to S3 and by the bucket', async (mode) => {
    const account = await goodAccount(moto)
    await close(account)
    const report = await judged(account, mode)
    expect(report.verdict).toBe('blocked')
    const blocking = new Set(errors(report).map(({ rule }) => rule))
    expect([...blocking]).toEqual(expect.arrayContaining(['network/s3-route', 's3/bucket']))
  })

  test.each(['ami', 'extension', 'custom'] as const)('%s: the open account is ready', async (mode) => {
    const account = await goodAccount(moto)
    await withoutParameters(account)
    const report = await judged(account, mode)
    expect(errors(report)).toEqual([])
    expect(report.findings.filter(({ status }) => status === 'unknown')).toEqual([])
    expect(report.verdict).toBe('ready')
    const expected = mode === 'ami' ? ['skipped'] : ['pass']
    for (const rule of ['lifecycle/entry-point', 'lifecycle/shebang', 's3/bucket', 'network/s3-route'])
      expect([rule, statusOf(report, rule)]).toEqual([rule, expected])
  })

  test('extension and custom: a provisioning_parameters.json beside the scripts blocks', async () => {
    const report = await judged(await goodAccount(moto), 'extension')
    expect(errors(report).map(({ rule }) => rule)).toEqual(['lifecycle/provisioning-conflict'])
  })
})
