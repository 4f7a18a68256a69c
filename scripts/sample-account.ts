// Makes examples/sample-account/: builds an account with a few realistic faults in moto, runs dist/ on it and keeps the snapshot.
// Run it as `npm run sample-account`, which starts moto. Made again, the files differ only in what the account or the program has that is
// new; a test of the moto suite compares them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2'
import { CreateClusterCommand } from '@aws-sdk/client-sagemaker'
import {
  type Account,
  allTraffic,
  bucket,
  deployerSession,
  goodAccount,
  goodQuotas,
  moto,
  putScript,
  region,
} from '../__tests__/moto/account.ts'
import { startLoopbackAws } from '../__tests__/moto/loopback-aws.ts'
import { runCommand, toolFolder } from '../__tests__/packed.ts'
import type { Snapshot } from '../src/model/snapshot.ts'

const request = 'examples/sample-account/cluster.yaml'
const snapshot = 'examples/sample-account/snapshot.json'

const role = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'
const lifecycle = { SourceS3Uri: `s3://${bucket}/hyperpod/`, OnCreate: 'on_create.sh' }

/** The files by their path from the project's root. */
export const sampleAccount = async (moto: string): Promise<ReadonlyMap<string, string>> => {
  const account = await goodAccount(moto)
  await useMostOfTheQuota(account)
  const smallSubnetId = await makeSmallSubnet(account)
  await breakGroupAndScript(account)
  const yaml = requestIn([account.subnetIds[0], smallSubnetId], account.securityGroupId)
  return new Map([
    [request, yaml],
    [snapshot, await snapshotOf(yaml, moto)],
  ])
}

/** A cluster that is there already. */
const useMostOfTheQuota = async ({ sageMaker }: Account): Promise<void> => {
  const InstanceGroups = [
    {
      InstanceGroupName: 'worker',
      InstanceType: 'ml.p5.48xlarge' as const,
      InstanceCount: 11,
      ExecutionRole: role,
      LifeCycleConfig: lifecycle,
      ThreadsPerCore: 2,
    },
  ]
  await sageMaker.send(new CreateClusterCommand({ ClusterName: 'research', InstanceGroups }))
}

/** A small subnet, whose route table has no S3 endpoint; gives its id. */
const makeSmallSubnet = async ({ ec2, vpcId, natGatewayId }: Account): Promise<string> => {
  const small = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.1.16.0/24', AvailabilityZone: `${region}b` }))
  const SubnetId = small.Subnet?.SubnetId ?? ''
  const table = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }))
  const RouteTableId = table.RouteTable?.RouteTableId ?? ''
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: natGatewayId }))
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }))
  return SubnetId
}

/** The security group loses its rule to itself, and the script was saved on Windows. */
const breakGroupAndScript = async ({ ec2, s3, securityGroupId }: Account): Promise<void> => {
  await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: securityGroupId, IpPermissions: [allTraffic(securityGroupId)] }))
  await putScript(s3, 'hyperpod/on_create.sh', '#!/bin/bash\r\nset -euo pipefail\r\npython3 lifecycle_script.py\r\n')
  await putScript(s3, 'hyperpod/lifecycle_script.py', 'print("ready")\n')
}

const requestIn = (subnetIds: readonly string[], securityGroupId: string): string =>
  [
    '# A Slurm cluster as somebody would ask for it; npm start shows what stands in its way.',
    'ClusterName: ml-research',
    'InstanceGroups:',
    ...groupLines('controller', 'ml.m5.2xlarge', 1),
    ...groupLines('worker-1', 'ml.p5.48xlarge', 16),
    'VpcConfig:',
    `  SecurityGroupIds: [${securityGroupId}]`,
    `  Subnets: [${subnetIds.join(', ')}]`,
    '',
  ].join('\n')

const groupLines = (name: string, type: string, count: number): readonly string[] => [
  `  - InstanceGroupName: ${name}`,
  `    InstanceType: ${type}`,
  `    InstanceCount: ${count}`,
  `    ExecutionRole: ${role}`,
  `    LifeCycleConfig: { SourceS3Uri: ${lifecycle.SourceS3Uri}, OnCreate: ${lifecycle.OnCreate} }`,
]

const quotas = {
  ...goodQuotas,
  'L-8762A75F': { ...goodQuotas['L-8762A75F'], value: 20 },
  'L-60995545': { serviceCode: 'sagemaker', name: 'ml.m5.2xlarge for cluster usage', value: 4 },
}

/** What a run saves, in a folder of its own that has the request alone. */
const snapshotOf = async (yaml: string, moto: string): Promise<string> => {
  const aws = await startLoopbackAws({ moto, quotas, denied: ['ec2:DescribeAddresses'], simulation: {} })
  const folder = mkdtempSync(join(tmpdir(), 'preflight-sample-'))
  const tools = toolFolder()
  mkdirSync(join(folder, dirname(request)), { recursive: true })
  writeFileSync(join(folder, request), yaml)
  const flags = ['--region', region, '--cluster-config', request, '--save-snapshot', snapshot, '--fail-on', 'never']
  const environment = { PATH: tools, AWS_ENDPOINT_URL: aws.url, ...(await deployerSession(moto)) }
  try {
    const { exitCode, stderr } = await runCommand(flags, environment, folder)
    if (exitCode !== 0) throw new Error(`dist/cli.js ended with ${exitCode}: ${stderr}`)
    // The tools are in a temporary folder; a user's are where installers put them.
    return alike(readFileSync(join(folder, snapshot), 'utf8').replaceAll(`${tools}/`, '/usr/local/bin/'))
  } finally {
    await aws.close()
    for (const made of [folder, tools]) rmSync(made, { recursive: true })
  }
}

/** The clock and the machine are those of the first recording, whenever and wherever it is made. */
const alike = (text: string): string => {
  const saved: Snapshot = JSON.parse(text)
  const machine = { ok: true, value: { platform: 'linux', architecture: 'x64', packageManagers: [] } } as const
  const same: Snapshot = {
    ...saved,
    takenAt: '2026-11-24T03:09:27.176Z',
    facts: { ...saved.facts, ...(saved.facts.machine?.ok && { machine }) },
    calls: { ...saved.calls, durationMs: 1070 },
  }
  return `${JSON.stringify(same, null, 2)}\n`
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  for (const [path, text] of await sampleAccount(moto)) writeFileSync(join(root, path), text)
}
