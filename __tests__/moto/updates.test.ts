import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateClusterCommand, DeleteClusterCommand } from '@aws-sdk/client-sagemaker'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Report } from '../../src/report/schema/report.ts'
import { credentialsFor, runAction } from '../packed.ts'
import { type Account, bucket, deployerSession, goodAccount, goodQuotas, moto } from './account.ts'
import { errors, judgeAccount } from './judged-account.ts'
import { startLoopbackAws } from './loopback-aws.ts'
import { requestInputs } from './reference-setups.ts'

/** An account is made and judged in a few seconds; a busy machine takes longer. */
jest.setTimeout(60_000)

const p5 = 'ml.p5.48xlarge'
const ExecutionRole = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'
const LifeCycleConfig = { SourceS3Uri: `s3://${bucket}/hyperpod/`, OnCreate: 'on_create.sh' }
const quotas = Object.fromEntries(
  Object.entries(goodQuotas).map(([code, quota]) => [code, quota.name === `${p5} for cluster usage` ? { ...quota, value: 20 } : quota]),
)

const workers = (InstanceCount: number, changes: object = {}): object => ({
  InstanceGroupName: 'worker-1',
  InstanceType: p5,
  InstanceCount,
  ExecutionRole,
  LifeCycleConfig,
  ThreadsPerCore: 1,
  ...changes,
})
const controller = {
  ThreadsPerCore: 1,
  InstanceGroupName: 'controller',
  InstanceType: 'ml.m5.2xlarge',
  InstanceCount: 1,
  ExecutionRole,
  LifeCycleConfig,
} as const
const change = (...InstanceGroups: readonly object[]): object => ({ ClusterName: 'training', InstanceGroups })

let account: Account
beforeAll(async () => {
  account = await goodAccount(moto)
  await account.sageMaker.send(
    new CreateClusterCommand({
      ClusterName: 'training',
      InstanceGroups: [
        controller,
        { InstanceGroupName: 'worker-1', InstanceType: p5, InstanceCount: 11, ExecutionRole, LifeCycleConfig, ThreadsPerCore: 1 },
      ],
      VpcConfig: { SecurityGroupIds: [account.securityGroupId], Subnets: [...account.subnetIds] },
    }),
  )
})

const judged = async (request: object, inputs: Readonly<Record<string, string>> = {}): Promise<Report> =>
  (await judgeAccount({ ...requestInputs(request), ...inputs }, { quotas, simulation: {} })).report

const blocking = (report: Report): readonly string[] => [...new Set(errors(report).map(({ rule }) => rule))]
const find = (report: Report, rule: string, subject: string) =>
  report.findings.find((finding) => finding.rule === rule && finding.subject === subject)

describe('a cluster that exists', () => {
  test('from 11 to 16 of 20: five more are asked for, and it is ready', async () => {
    const report = await judged(change(workers(16)))
    expect(blocking(report)).toEqual([])
    expect(report).toMatchObject({ operation: 'update', verdict: 'ready', target: { clusterName: 'training', orchestrator: 'slurm' } })
    expect(find(report, 'quota/cluster-usage', p5)).toMatchObject({ status: 'pass', evidence: { quota: 20, need: 5, inUse: 11 } })
    expect(report.headroom).toMatchObject([
      { group: 'worker-1', existing: 11, wanted: 16, possible: 19 },
      { group: 'controller', existing: 1, wanted: 1 },
    ])
  })

  test.each([
    ['the same', 11, 'ready', []],
    ['fewer nodes', 4, 'ready', []],
    ['more than the quotas hold', 21, 'blocked', ['quota/cluster-usage', 'quota/instances-per-cluster']],
  ])('%s', async (_, count, verdict, rules) => {
    const report = await judged(change(workers(count)))
    expect([report.verdict, blocking(report)]).toEqual([verdict, rules])
  })

  test('what was saved of it is judged alike, without a network', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'preflight-update-')), 'snapshot.json')
    const report = await judged(change(workers(16)), { 'save-snapshot': path })
    const saved = await runAction({ snapshot: path }, {})
    expect(saved.report).toMatchObject({ operation: 'update', verdict: 'ready', counts: report.counts, headroom: report.headroom })
  })

  test('another type is refused', async () => {
    const report = await judged(change(workers(11, { InstanceType: 'ml.p4d.24xlarge' })))
    expect(blocking(report)).toEqual(['plan/immutable-fields'])
  })

  test('the same name is taken for a new cluster, and that is all that is wrong', async () => {
    const VpcConfig = { SecurityGroupIds: [account.securityGroupId], Subnets: [...account.subnetIds] }
    const report = await judged({ ...change(controller, workers(16)), VpcConfig }, { operation: 'create' })
    expect([report.operation, blocking(report)]).toEqual(['create', ['plan/cluster-name']])
  })

  test('an update of a name that no cluster has does not start, and tells the near name', async () => {
    const aws = await startLoopbackAws({ moto, quotas })
    try {
      const inputs = { ...requestInputs({ ...change(workers(16)), ClusterName: 'trainin' }), operation: 'update' }
      const run = await runAction(inputs, { ...credentialsFor(aws.url), ...(await deployerSession(moto)) })
      expect([run.exitCode, run.report]).toEqual([2, null])
      expect(run.log).toContain('there is no cluster trainin in us-west-2 to update: did you mean training?')
    } finally {
      await aws.close()
    }
  })

  test('once it is deleted its name is free', async () => {
    await account.sageMaker.send(new DeleteClusterCommand({ ClusterName: 'training' }))
    const VpcConfig = { SecurityGroupIds: [account.securityGroupId], Subnets: [...account.subnetIds] }
    const report = await judged({ ...change(controller, workers(16)), VpcConfig })
    expect(report.operation).toBe('create')
    expect(find(report, 'plan/cluster-name', 'training')?.status).toBe('pass')
  })
})
