import {
  AssociateRouteTableCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DeleteVpcEndpointsCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2'
import { DeleteRolePolicyCommand, DetachRolePolicyCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateClusterCommand } from '@aws-sdk/client-sagemaker'
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { toolFolder } from '../packed.ts'
import {
  type Account,
  allTraffic,
  bucket,
  clientsOf,
  goodAccount,
  goodQuotas,
  makeEksCluster,
  makeFileSystem,
  makeSecurityGroup,
  moto,
  provisioningParameters,
  putScript,
  region,
  trustOf,
} from './account.ts'
import { advice, errors, failing, failingRules, type Inputs, judgeAccount, slurmInputs } from './judged-account.ts'
import { kubeconfigOf } from './kubeconfig.ts'
import type { Behaviour } from './loopback-aws.ts'

/** An account is made and judged in a few seconds; a busy machine takes longer. */
jest.setTimeout(60_000)

describe('the good account', () => {
  let run: Awaited<ReturnType<typeof judgeAccount>>
  beforeAll(async () => {
    run = await judgeAccount(slurmInputs(await goodAccount(moto)), { simulation: {} })
  })

  test('is ready: nothing fails that would stop or disturb a cluster, nothing blocking is unknown', () => {
    expect(failing(run.report).filter(({ severity }) => severity !== 'notice')).toEqual([])
    expect(failingRules(run.report)).toEqual(advice)
    expect(run.report.findings.filter(({ status }) => status === 'unknown')).toEqual([])
    expect(run.report.verdict).toBe('ready')
    expect(run.exitCode).toBe(0)
    expect(run.outputs).toMatchObject({ verdict: 'ready', errors: '0', warnings: '0', unknowns: '0' })
    expect(run.summary).toContain('network/s3-route')
  })

  test('is judged with no call made twice, many at the same time, in under two seconds', () => {
    expect(new Set(run.operations).size).toBe(run.operations.length)
    expect(run.report.calls.total).toBe(run.operations.length)
    expect(run.report.calls).toMatchObject({
      retries: 0,
      throttles: 0,
      byOperation: { 'ec2:DescribeVpcs': 1, 'ec2:DescribeRouteTables': 1 },
    })
    expect(run.report.calls.durationMs).toBeLessThan(2_000)
  })
})

interface Broken {
  readonly name: string
  /** Rules that fail beyond the advice of the good account: exactly these. */
  readonly rules: readonly string[]
  /** Breaks the account; may give inputs that differ from the good account's, and says what the message must name. */
  readonly arrange: (
    account: Account,
  ) => Promise<{ readonly inputs?: Inputs; readonly names?: readonly string[]; readonly behaviour?: Partial<Behaviour> } | undefined>
}

const withQuota = (code: keyof typeof goodQuotas, value: number): Behaviour['quotas'] => ({
  ...goodQuotas,
  [code]: { ...goodQuotas[code], value },
})

const brokenAccounts: readonly Broken[] = [
  {
    name: 'a cluster-usage quota of zero',
    rules: ['quota/cluster-usage'],
    arrange: async () => ({ behaviour: { quotas: withQuota('L-8762A75F', 0) }, names: ['ml.p5.48xlarge', '4'] }),
  },
  {
    name: 'a cluster-usage quota that another cluster uses up',
    rules: ['quota/cluster-usage'],
    arrange: async ({ sageMaker }) => {
      await sageMaker.send(
        new CreateClusterCommand({
          ClusterName: 'other',
          InstanceGroups: [
            {
              InstanceGroupName: 'worker',
              InstanceType: 'ml.p5.48xlarge',
              InstanceCount: 13,
              ExecutionRole: 'arn:aws:iam::123456789012:role/HyperPodExecutionRole',
              LifeCycleConfig: { SourceS3Uri: `s3://${bucket}/hyperpod/`, OnCreate: 'on_create.sh' },
              ThreadsPerCore: 2,
            },
          ],
        }),
      )
      return { names: ['16', '13'] }
    },
  },
  {
    name: 'too few instances a cluster',
    rules: ['quota/instances-per-cluster'],
    arrange: async () => ({ behaviour: { quotas: withQuota('L-2CE978FC', 3) } }),
  },
  {
    name: 'too few instances in all clusters',
    rules: ['quota/total-instances'],
    arrange: async () => ({ behaviour: { quotas: withQuota('L-3308CCC7', 3) } }),
  },
  {
    name: 'an absent execution role',
    rules: ['iam/execution-role-exists'],
    arrange: async (account) => ({ inputs: { ...slurmInputs(account), 'execution-role': 'NobodyMadeThis' }, names: ['NobodyMadeThis'] }),
  },
  {
    name: 'an execution role that EC2 may assume and SageMaker may not',
    rules: ['iam/execution-role-trust'],
    arrange: async ({ iam }) => {
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'HyperPodExecutionRole', PolicyDocument: trustOf('ec2.amazonaws.com') }))
      return { names: ['HyperPodExecutionRole', 'sagemaker.amazonaws.com'] }
    },
  },
  {
    name: 'an execution role without its network permissions',
    rules: ['iam/execution-role-permissions'],
    arrange: async ({ iam }) => {
      await iam.send(new DeleteRolePolicyCommand({ RoleName: 'HyperPodExecutionRole', PolicyName: 'nodes-in-vpc' }))
      return { names: ['HyperPodExecutionRole', 'ec2:CreateNetworkInterface'] }
    },
  },
  {
    name: 'an execution role without the managed policy',
    rules: ['iam/execution-role-permissions', 's3/role-access'],
    arrange: async ({ iam }) => {
      const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy'
      await iam.send(new DetachRolePolicyCommand({ RoleName: 'HyperPodExecutionRole', PolicyArn }))
      return { names: ['HyperPodExecutionRole'] }
    },
  },
  {
    name: 'an execution role with an explicit Deny',
    rules: ['iam/execution-role-permissions'],
    arrange: async ({ iam }) => {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Deny', Action: 'ec2:Create*', Resource: '*' } })
      await iam.send(new PutRolePolicyCommand({ RoleName: 'HyperPodExecutionRole', PolicyName: 'no', PolicyDocument }))
      return { names: ['ec2:CreateNetworkInterface'] }
    },
  },
  {
    name: 'a node role that only EC2 may assume',
    rules: ['iam/node-role'],
    arrange: async ({ iam }) => {
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'HyperPodNodeRole', PolicyDocument: trustOf('ec2.amazonaws.com') }))
      return { names: ['HyperPodNodeRole'] }
    },
  },
  {
    name: 'DNS hostnames off',
    rules: ['network/dns'],
    arrange: async ({ ec2, vpcId }) => {
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, EnableDnsHostnames: { Value: false } }))
      return { names: [vpcId] }
    },
  },
  {
    name: 'a subnet that does not exist',
    rules: ['network/subnets', 'network/zones'],
    arrange: async (account) => {
      const inputs = { ...slurmInputs(account), 'subnet-ids': `${account.subnetIds[0]},subnet-0123456789abcdef0` }
      return { inputs, names: ['subnet-0123456789abcdef0'] }
    },
  },
  {
    name: 'a subnet of another VPC',
    rules: ['network/subnets'],
    arrange: async (account) => {
      const other = await account.ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }))
      const subnet = await account.ec2.send(
        new CreateSubnetCommand({ VpcId: other.Vpc?.VpcId, CidrBlock: '10.9.0.0/22', AvailabilityZone: `${region}b` }),
      )
      const id = subnet.Subnet?.SubnetId ?? ''
      return { inputs: { ...slurmInputs(account), 'subnet-ids': `${account.subnetIds[0]},${id}` }, names: [id, account.vpcId] }
    },
  },
  {
    name: 'a subnet that maps public addresses',
    rules: ['network/subnets-private'],
    arrange: async ({ ec2, subnetIds }) => {
      await ec2.send(new ModifySubnetAttributeCommand({ SubnetId: subnetIds[0], MapPublicIpOnLaunch: { Value: true } }))
      return { names: [subnetIds[0]] }
    },
  },
  {
    name: 'subnets that lead straight to the internet gateway',
    rules: ['network/egress', 'network/subnets-private'],
    arrange: async ({ ec2, subnetIds, routeTableId, internetGatewayId }) => {
      await ec2.send(new DeleteRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0' }))
      await ec2.send(
        new CreateRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: internetGatewayId }),
      )
      return { names: [subnetIds[0]] }
    },
  },
  {
    name: 'a subnet too small for four nodes',
    rules: ['network/subnet-capacity'],
    arrange: async (account) => {
      const made = await account.ec2.send(
        new CreateSubnetCommand({ VpcId: account.vpcId, CidrBlock: '10.1.16.0/25', AvailabilityZone: `${region}b` }),
      )
      const id = made.Subnet?.SubnetId ?? ''
      await account.ec2.send(new AssociateRouteTableCommand({ RouteTableId: account.routeTableId, SubnetId: id }))
      return { inputs: { ...slurmInputs(account), 'subnet-ids': `${account.subnetIds[0]},${id}` }, names: [id, '128', '123'] }
    },
  },
  {
    name: 'no way to S3 but the NAT gateway',
    rules: ['network/s3-route'],
    arrange: async ({ ec2, s3EndpointId, subnetIds, natGatewayId }) => {
      await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [s3EndpointId] }))
      return { names: [subnetIds[0], natGatewayId] }
    },
  },
  {
    name: 'no way to S3 at all',
    rules: ['network/egress', 'network/s3-route'],
    arrange: async ({ ec2, s3EndpointId, routeTableId, subnetIds }) => {
      await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [s3EndpointId] }))
      await ec2.send(new DeleteRouteCommand({ RouteTableId: routeTableId, DestinationCidrBlock: '0.0.0.0/0' }))
      return { names: [subnetIds[0]] }
    },
  },
  {
    name: 'a security group that does not exist',
    rules: ['security-group/exists'],
    arrange: async (account) => {
      const inputs = { ...slurmInputs(account), 'security-group-ids': `${account.securityGroupId},sg-0123456789abcdef0` }
      return { inputs, names: ['sg-0123456789abcdef0'] }
    },
  },
  {
    name: 'a security group without a rule from itself',
    rules: ['security-group/self-ingress'],
    arrange: async ({ ec2, securityGroupId }) => {
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: securityGroupId, IpPermissions: [allTraffic(securityGroupId)] }))
      return { names: [securityGroupId] }
    },
  },
  {
    name: 'a security group open to the world outward but without a rule to itself',
    rules: ['security-group/self-egress'],
    arrange: async ({ ec2, securityGroupId }) => {
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: securityGroupId, IpPermissions: [allTraffic(securityGroupId)] }))
      return { names: [securityGroupId, '0.0.0.0/0'] }
    },
  },
  {
    name: 'an absent bucket',
    rules: ['s3/bucket'],
    arrange: async (account) => ({
      inputs: { ...slurmInputs(account), bucket: 's3://sagemaker-nobody-made-this/' },
      names: ['sagemaker-nobody-made-this'],
    }),
  },
  {
    name: 'a bucket in another Region',
    rules: ['s3/exposure', 's3/region'],
    arrange: async (account) => {
      const name = 'sagemaker-elsewhere'
      const there = clientsOf(moto, 'eu-west-1').s3
      await there.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }))
      const scripts = {
        'on_create.sh': '#!/bin/bash\nset -e\n',
        'provisioning_parameters.json': JSON.stringify(provisioningParameters),
      }
      for (const [Key, Body] of Object.entries(scripts)) await there.send(new PutObjectCommand({ Bucket: name, Key, Body }))
      return { inputs: { ...slurmInputs(account), bucket: name }, names: [name, 'eu-west-1', region] }
    },
  },
  {
    name: 'no entry point in the bucket',
    rules: ['lifecycle/entry-point'],
    arrange: async ({ s3 }) => {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'hyperpod/on_create.sh' }))
      return { names: [`s3://${bucket}/hyperpod/`, 'on_create.sh'] }
    },
  },
  {
    name: 'an entry point without a shebang',
    rules: ['lifecycle/shebang'],
    arrange: async ({ s3 }) => {
      await putScript(s3, 'hyperpod/on_create.sh', 'set -e\necho ready\n')
      return { names: ['on_create.sh'] }
    },
  },
  {
    name: 'an entry point saved with CRLF',
    rules: ['lifecycle/line-endings'],
    arrange: async ({ s3 }) => {
      await putScript(s3, 'hyperpod/on_create.sh', '#!/bin/bash\r\nset -e\r\necho ready\r\n')
      return { names: ['on_create.sh'] }
    },
  },
  {
    name: 'an entry point that goes on after an error',
    rules: ['lifecycle/error-handling'],
    arrange: async ({ s3 }) => {
      await putScript(s3, 'hyperpod/on_create.sh', '#!/bin/bash\napt-get install -y jq\necho ready\n')
      return { names: ['on_create.sh'] }
    },
  },
  {
    name: 'a hook that HyperPod does not have',
    rules: ['lifecycle/unused-hook'],
    arrange: async ({ s3 }) => {
      await putScript(s3, 'hyperpod/on_start.sh', '#!/bin/bash\nset -e\n')
      return { names: ['on_start.sh'] }
    },
  },
  {
    name: 'provisioning parameters that are not JSON',
    rules: ['lifecycle/provisioning-parameters'],
    arrange: async ({ s3 }) => {
      await putScript(s3, 'hyperpod/provisioning_parameters.json', '{\n  "version": "1.0.0",\n}')
      return { names: ['provisioning_parameters.json'] }
    },
  },
  {
    name: 'a file system that does not exist',
    rules: ['slurm/file-system'],
    arrange: async (account) => ({
      inputs: { ...slurmInputs(account), 'fsx-file-system-id': 'fs-0123456789abcdef0' },
      names: ['fs-0123456789abcdef0'],
    }),
  },
  {
    name: 'an EBS quota below what the checklist counts with',
    rules: ['quota/ebs-volume-size'],
    arrange: async () => ({ behaviour: { quotas: withQuota('L-E13DF72A', 100) }, names: ['500', '100'] }),
  },
  {
    name: 'an EC2 quota below the vCPUs of the plan',
    rules: ['quota/ec2-vcpus'],
    arrange: async () => ({ behaviour: { quotas: withQuota('L-417A185B', 8) }, names: ['768', '8'] }),
  },
  {
    name: 'a gp3 quota below the volumes of the plan',
    rules: ['quota/gp3-storage'],
    arrange: async () => ({ behaviour: { quotas: withQuota('L-7A658B76', 1) }, names: ['2000 GB'] }),
  },
  {
    name: 'no room for another VPC',
    rules: ['quota/vpc-resources'],
    arrange: async () => ({ behaviour: { quotas: withQuota('L-F678F1CE', 2) }, names: ['VPCs per Region'] }),
  },
  {
    name: 'too few network interfaces',
    rules: ['quota/network-interfaces'],
    arrange: async () => ({ behaviour: { quotas: withQuota('L-DF5E4CA3', 100) }, names: ['128', '100'] }),
  },
  {
    name: 'a quota that falls short while an increase is pending',
    rules: ['quota/cluster-usage', 'quota/pending-request'],
    arrange: async () => ({
      behaviour: {
        quotas: withQuota('L-8762A75F', 0),
        quotaRequests: [{ ServiceCode: 'sagemaker', QuotaCode: 'L-8762A75F', DesiredValue: 8 }],
      },
      names: ['ml.p5.48xlarge', '8'],
    }),
  },
  {
    name: 'a type that no zone of the subnets offers',
    rules: ['network/type-offered'],
    arrange: async (account) => ({
      inputs: { ...slurmInputs(account), 'instance-type': 'ml.p5e.48xlarge' },
      behaviour: { quotas: { ...goodQuotas, 'L-FD431820': { ...goodQuotas['L-8762A75F'], name: 'ml.p5e.48xlarge for cluster usage' } } },
      names: ['ml.p5e.48xlarge'],
    }),
  },
  {
    name: 'all subnets in one zone',
    rules: ['network/zones'],
    arrange: async (account) => ({
      inputs: { ...slurmInputs(account), 'subnet-ids': account.subnetIds[0] },
      names: [account.subnetIds[0]],
    }),
  },
  {
    name: 'a VPC that does not exist',
    rules: ['network/subnets', 'network/vpc', 'security-group/exists'],
    arrange: async (account) => ({
      inputs: { ...slurmInputs(account), 'vpc-id': 'vpc-0123456789abcdef0' },
      names: ['vpc-0123456789abcdef0'],
    }),
  },
  {
    name: 'a security group without a way out',
    rules: ['security-group/egress-open'],
    arrange: async ({ ec2, securityGroupId }) => {
      const everywhere = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }
      await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: securityGroupId, IpPermissions: [everywhere] }))
      return { names: [securityGroupId] }
    },
  },
  {
    name: 'an interface endpoint that does not take HTTPS',
    rules: ['network/endpoints-usable', 'security-group/https-from-vpc'],
    arrange: async ({ ec2, vpcId, subnetIds }) => {
      const closed = await makeSecurityGroup(ec2, vpcId, 'endpoints')
      await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: closed, IpPermissions: [allTraffic(closed)] }))
      await ec2.send(
        new CreateVpcEndpointCommand({
          VpcId: vpcId,
          ServiceName: `com.amazonaws.${region}.ssm`,
          VpcEndpointType: 'Interface',
          SubnetIds: [...subnetIds],
          SecurityGroupIds: [closed],
        }),
      )
      return { names: [closed] }
    },
  },
  {
    name: 'credentials that have expired',
    rules: ['credentials/identity'],
    arrange: async () => ({ behaviour: { expired: true }, names: ['ExpiredToken'] }),
  },
]

describe('a broken account', () => {
  test.each(brokenAccounts)('$name: exactly $rules', async ({ rules, arrange }) => {
    const account = await goodAccount(moto)
    const arranged = await arrange(account)
    const { report, exitCode } = await judgeAccount(arranged?.inputs ?? slurmInputs(account), arranged?.behaviour ?? {})
    expect(failingRules(report).filter((rule) => rules.includes(rule) || !advice.includes(rule))).toEqual([...rules].sort())

    const found = failing(report).filter(({ rule }) => rules.includes(rule))
    for (const name of arranged?.names ?? []) expect(found.map(({ message }) => message).join('\n')).toContain(name)
    for (const { fix } of found) expect(fix?.text).toMatch(/\S/)
    expect(exitCode).toBe(errors(report).length > 0 ? 1 : 0)
  })
})

describe('an EKS account', () => {
  const kubeconfig = 'aws eks update-kubeconfig --region us-west-2 --name ml'
  const eksInputs = (account: Account): Inputs => ({ ...slurmInputs(account), orchestrator: 'eks', 'eks-cluster': 'ml' })

  test('with an active cluster in API mode is ready', async () => {
    const account = await goodAccount(moto)
    await makeEksCluster(account, 'ml', 'API')
    const environment = { KUBECONFIG: await kubeconfigOf(account.eks, 'ml') }
    const { report } = await judgeAccount(eksInputs(account), { environment })
    expect(failing(report).filter(({ severity }) => severity !== 'notice')).toEqual([])
    expect(report.verdict).toBe('ready')
    expect(report.findings).toContainEqual(expect.objectContaining({ rule: 'network/subnet-capacity', status: 'pass' }))
  })

  test('without a kubeconfig is unproven, and says the step that makes one; the workflow may let it pass', async () => {
    const account = await goodAccount(moto)
    await makeEksCluster(account, 'ml', 'API')
    const { report, exitCode, outputs } = await judgeAccount(eksInputs(account))
    expect([report.verdict, exitCode, outputs['verdict']]).toEqual(['unproven', 3, 'unproven'])
    const unknown = report.findings.filter(({ status }) => status === 'unknown')
    expect(unknown).toMatchObject([{ rule: 'eks/helm-chart', severity: 'error', fix: { commands: [kubeconfig, expect.anything()] } }])
    expect(unknown[0]?.fix?.text).toContain(`\`- run: ${kubeconfig}\``)
    expect(JSON.parse(outputs['left-open'] ?? '')).toEqual(['eks/helm-chart'])
    const passing = await judgeAccount({ ...eksInputs(account), 'on-unknown': 'warn' })
    expect([passing.report.verdict, passing.exitCode, passing.outputs['verdict']]).toEqual(['unproven', 0, 'unproven'])
  })

  test.each([
    ['CONFIG_MAP mode', 'CONFIG_MAP' as const, 'ml', 'eks/authentication-mode'],
    ['no such cluster', 'API' as const, 'nobody-made-this', 'eks/cluster'],
  ])('%s', async (_, mode, name, rule) => {
    const account = await goodAccount(moto)
    await makeEksCluster(account, 'ml', mode)
    const { report } = await judgeAccount({ ...eksInputs(account), 'eks-cluster': name }, { authenticationMode: mode })
    expect([...new Set(errors(report).map((finding) => finding.rule))]).toEqual([rule])
    expect(errors(report)[0]?.message).toContain(name)
  })
})

test('a file system that is there passes', async () => {
  const account = await goodAccount(moto)
  const id = await makeFileSystem(account)
  const { report } = await judgeAccount({ ...slurmInputs(account), 'fsx-file-system-id': id })
  expect(report.findings).toContainEqual(expect.objectContaining({ rule: 'slurm/file-system', status: 'pass', subject: id }))
})

test('two security groups of which one is complete: nodes carry both, so that is enough', async () => {
  const account = await goodAccount(moto)
  const second = await makeSecurityGroup(account.ec2, account.vpcId, 'second')
  await account.ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: second, IpPermissions: [allTraffic(second)] }))
  await account.ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId: second, IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }] }),
  )
  const { report } = await judgeAccount({ ...slurmInputs(account), 'security-group-ids': `${account.securityGroupId},${second}` })
  expect(errors(report)).toEqual([])
  expect(report.findings).toContainEqual(expect.objectContaining({ rule: 'security-group/self-ingress', status: 'pass' }))
  expect(failing(report).map(({ rule }) => rule)).not.toContain('security-group/self-ingress')
})

test('a tool that is required and absent blocks; the others are at most warnings', async () => {
  const account = await goodAccount(moto)
  const environment = { PATH: toolFolder({}) }
  const { report } = await judgeAccount({ ...slurmInputs(account), 'required-tools': 'aws' }, { environment })
  expect(errors(report).map(({ rule }) => rule)).toEqual(['tools/aws-cli'])
})
