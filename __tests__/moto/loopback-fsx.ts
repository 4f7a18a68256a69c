import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'

type Json = Record<string, unknown>

/** Completes what moto answers to fsx:DescribeFileSystems: it has no lifecycle, no VPC and no network interface of a file system. */
export const completeFileSystems = async (
  { FileSystems, ...rest }: Json,
  { moto, region, interfaceIds }: { readonly moto: string; readonly region: string; readonly interfaceIds: readonly string[] | undefined },
): Promise<Json> => {
  const ec2 = new EC2Client({ region, endpoint: moto, credentials: { accessKeyId: 'AKIAMAKER', secretAccessKey: 'maker' } })
  const vpcOf = async (SubnetIds: string[]): Promise<string | undefined> =>
    (await ec2.send(new DescribeSubnetsCommand({ SubnetIds }))).Subnets?.[0]?.VpcId
  const complete = async (fileSystem: Json): Promise<Json> => ({
    Lifecycle: 'AVAILABLE',
    VpcId: await vpcOf(fileSystem['SubnetIds'] as string[]),
    ...fileSystem,
    ...(interfaceIds !== undefined && { NetworkInterfaceIds: interfaceIds }),
  })
  return { ...rest, FileSystems: await Promise.all((FileSystems as readonly Json[]).map(complete)) }
}
