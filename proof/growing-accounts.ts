import { AssociateRouteTableCommand, CreateRouteTableCommand, CreateSecurityGroupCommand, CreateSubnetCommand } from '@aws-sdk/client-ec2'
import { CreateClusterCommand } from '@aws-sdk/client-sagemaker'
import pLimit from 'p-limit'
import { type Account, bucket, deployerSession, goodAccount, goodQuotas, region } from '../__tests__/moto/account.ts'
import { startLoopbackAws } from '../__tests__/moto/loopback-aws.ts'
import { requestInputs } from '../__tests__/moto/reference-setups.ts'
import { credentialsFor } from '../__tests__/packed.ts'
import type { ProvenAccount } from './accounts.ts'

/** Something of which there can be few or many. */
export interface Growing {
  readonly what: string
  readonly sizes: readonly number[]
  readonly accountOf: (size: number) => Promise<ProvenAccount>
}

/** Accounts and plans that grow in one direction each, in this moto, which is emptied for each. */
export const growths = (moto: string): readonly Growing[] => [
  { what: 'instance groups', sizes: [1, 10, 100], accountOf: async (size) => ready(moto, await goodAccount(moto), { groups: size }) },
  {
    what: 'subnets',
    sizes: [2, 4, 8, 16],
    accountOf: async (size) => {
      const account = await goodAccount(moto)
      return ready(moto, account, { subnetIds: [...account.subnetIds, ...(await makeSubnets(account, size - 2))] })
    },
  },
  {
    what: 'security groups and route tables in the VPC',
    sizes: [5, 50, 500],
    accountOf: async (size) => {
      const account = await goodAccount(moto)
      await makeGroupsAndTables(account, size)
      return ready(moto, account, {})
    },
  },
  {
    what: 'HyperPod clusters in the Region',
    sizes: [0, 10, 100, 500],
    accountOf: async (size) => {
      const account = await goodAccount(moto)
      await makeClusters(account, size)
      return ready(moto, account, {})
    },
  },
]

interface Size {
  readonly groups?: number
  readonly subnetIds?: readonly string[]
}

const ready = async (moto: string, account: Account, { groups = 2, subnetIds = account.subnetIds }: Size): Promise<ProvenAccount> => {
  const group = (index: number): object => ({
    InstanceGroupName: `group-${index}`,
    InstanceType: 'ml.p5.48xlarge',
    InstanceCount: 1,
    ExecutionRole: 'arn:aws:iam::123456789012:role/HyperPodExecutionRole',
    LifeCycleConfig: { SourceS3Uri: `s3://${bucket}/hyperpod/`, OnCreate: 'on_create.sh' },
  })
  const request = {
    ClusterName: 'grown',
    InstanceGroups: Array.from({ length: groups }, (_, index) => group(index)),
    VpcConfig: { SecurityGroupIds: [account.securityGroupId], Subnets: subnetIds },
  }
  const environment = { ...credentialsFor(''), ...(await deployerSession(moto)) }
  const aws = await startLoopbackAws({ moto, quotas: goodQuotas, simulation: {} })
  return { name: 'grown', inputs: requestInputs(request), environment, aws }
}

/** So many at the same time: moto answers one request after another anyway. */
const slot = pLimit(4)
const makeAll = <T>(count: number, make: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => slot(() => make(index))))

const makeSubnets = ({ ec2, vpcId, routeTableId }: Account, count: number): Promise<readonly string[]> =>
  makeAll(count, async (index) => {
    const AvailabilityZone = `${region}${index % 2 === 0 ? 'a' : 'b'}`
    const made = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: `10.1.${16 + 4 * index}.0/22`, AvailabilityZone }))
    const SubnetId = made.Subnet?.SubnetId ?? ''
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId }))
    return SubnetId
  })

const makeGroupsAndTables = ({ ec2, vpcId }: Account, count: number): Promise<unknown> =>
  makeAll(count, async (index) => {
    await ec2.send(new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: `more-${index}`, Description: 'more' }))
    await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }))
  })

const makeClusters = ({ sageMaker }: Account, count: number): Promise<unknown> =>
  makeAll(count, (index) =>
    sageMaker.send(
      new CreateClusterCommand({
        ClusterName: `cluster-${index}`,
        InstanceGroups: [
          {
            InstanceGroupName: 'worker',
            InstanceType: 'ml.g5.xlarge',
            ThreadsPerCore: 1,
            InstanceCount: 1,
            ExecutionRole: 'arn:aws:iam::123456789012:role/HyperPodExecutionRole',
            LifeCycleConfig: { SourceS3Uri: `s3://${bucket}/hyperpod/`, OnCreate: 'on_create.sh' },
          },
        ],
      }),
    ),
  )
