// Makes examples/sample-account/ anew: builds an account with a few realistic faults in moto, runs dist/ on it and keeps the snapshot.
// Run it as `npm run sample-account`, which starts moto.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2'
import { CreateClusterCommand } from '@aws-sdk/client-sagemaker'
import { allTraffic, bucket, deployerSession, goodAccount, goodQuotas, moto, putScript, region } from '../__tests__/moto/account.ts'
import { startLoopbackAws } from '../__tests__/moto/loopback-aws.ts'
import { toolFolder } from '../__tests__/packed.ts'

const folder = 'examples/sample-account'
const account = await goodAccount(moto)
const { ec2, s3, sageMaker, vpcId, securityGroupId } = account

// A cluster that is there already uses most of the quota.
const role = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'
const lifecycle = { SourceS3Uri: `s3://${bucket}/hyperpod/`, OnCreate: 'on_create.sh' }
await sageMaker.send(
  new CreateClusterCommand({
    ClusterName: 'research',
    InstanceGroups: [
      {
        InstanceGroupName: 'worker',
        InstanceType: 'ml.p5.48xlarge',
        InstanceCount: 11,
        ExecutionRole: role,
        LifeCycleConfig: lifecycle,
        ThreadsPerCore: 2,
      },
    ],
  }),
)

// The second subnet is small, and its route table has no S3 endpoint.
const small = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '10.1.16.0/24', AvailabilityZone: `${region}b` }))
const smallSubnetId = small.Subnet?.SubnetId ?? ''
const table = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }))
const RouteTableId = table.RouteTable?.RouteTableId ?? ''
await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: account.natGatewayId }))
await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: smallSubnetId }))

// The security group lost its rule to itself, and the script was saved on Windows.
await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: securityGroupId, IpPermissions: [allTraffic(securityGroupId)] }))
await putScript(s3, 'hyperpod/on_create.sh', '#!/bin/bash\r\nset -euo pipefail\r\npython3 lifecycle_script.py\r\n')
await putScript(s3, 'hyperpod/lifecycle_script.py', 'print("ready")\n')

const group = (name: string, type: string, count: number): readonly string[] => [
  `  - InstanceGroupName: ${name}`,
  `    InstanceType: ${type}`,
  `    InstanceCount: ${count}`,
  `    ExecutionRole: ${role}`,
  `    LifeCycleConfig: { SourceS3Uri: ${lifecycle.SourceS3Uri}, OnCreate: ${lifecycle.OnCreate} }`,
]
writeFileSync(
  `${folder}/cluster.yaml`,
  [
    '# A Slurm cluster as somebody would ask for it; npm start shows what stands in its way.',
    'ClusterName: ml-research',
    'InstanceGroups:',
    ...group('controller', 'ml.m5.2xlarge', 1),
    ...group('worker-1', 'ml.p5.48xlarge', 16),
    'VpcConfig:',
    `  SecurityGroupIds: [${securityGroupId}]`,
    `  Subnets: [${account.subnetIds[0]}, ${smallSubnetId}]`,
    '',
  ].join('\n'),
)

const quotas = {
  ...goodQuotas,
  'L-8762A75F': { ...goodQuotas['L-8762A75F'], value: 20 },
  'L-60995545': { serviceCode: 'sagemaker', name: 'ml.m5.2xlarge for cluster usage', value: 4 },
}
const session = await deployerSession(moto)
const aws = await startLoopbackAws({ moto, quotas, denied: ['ec2:DescribeAddresses'], simulation: {} })
const tools = toolFolder()
const path = `${folder}/snapshot.json`
const flags = ['--region', region, '--cluster-config', `${folder}/cluster.yaml`, '--save-snapshot', path, '--fail-on', 'never']
const environment = { PATH: tools, AWS_ENDPOINT_URL: aws.url, ...session }
await promisify(execFile)(process.execPath, ['dist/cli.js', ...flags], { env: environment })
await aws.close()

// The tools stood in a temporary folder; a user's stand where installers put them.
writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`${tools}/`, '/usr/local/bin/'))
