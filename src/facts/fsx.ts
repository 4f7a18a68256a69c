import { type NetworkInterface as Ec2NetworkInterface, paginateDescribeNetworkInterfaces } from '@aws-sdk/client-ec2'
import { type FileSystem as FsxFileSystem, paginateDescribeFileSystems } from '@aws-sdk/client-fsx'
import type { FileSystem, NetworkInterface } from '../model/facts.ts'
import { plannedFileSystems } from '../semantics/file-systems.ts'
import { field, pages } from './answer.ts'
import type { Clients } from './clients.ts'
import { type Context, defineCollector } from './collect.ts'
import { furtherSecurityGroups } from './security-groups.ts'

/**
 * Every file system of the Region: the call finds none by DNS name, and one id that does not exist would hide the others.
 * https://docs.aws.amazon.com/fsx/latest/APIReference/API_DescribeFileSystems.html
 */
export const fileSystems = defineCollector({
  id: 'fileSystems',
  needs: [],
  actions: ['fsx:DescribeFileSystems'],
  collect: async ({ plan, clients }: Context): Promise<readonly FileSystem[]> => {
    if (plan.fileSystems.length === 0) return []
    const found = await pages(paginateDescribeFileSystems({ client: clients.fsx }, {}), (page) => page.FileSystems)
    return found.map(toFileSystem)
  },
})

const toFileSystem = (fileSystem: FsxFileSystem): FileSystem => ({
  fileSystemId: field(fileSystem, 'FileSystemId'),
  type: field(fileSystem, 'FileSystemType'),
  lifecycle: fileSystem.Lifecycle ?? null,
  dnsName: fileSystem.DNSName ?? null,
  mountName: fileSystem.LustreConfiguration?.MountName ?? null,
  vpcId: fileSystem.VpcId ?? null,
  subnetIds: fileSystem.SubnetIds ?? [],
  networkInterfaceIds: fileSystem.NetworkInterfaceIds ?? [],
})

/**
 * The interfaces of the plan's file systems that this account can see. Asked by filter and not by id: one that another account owns
 * would otherwise hide all the others.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
 */
export const fileSystemInterfaces = defineCollector({
  id: 'fileSystemInterfaces',
  needs: ['fileSystems'],
  actions: ['ec2:DescribeNetworkInterfaces'],
  collect: async ({ plan, clients }: Context, get) => {
    if (plan.fileSystems.length === 0) return {}
    const planned = plannedFileSystems(plan, await get('fileSystems'))
    const found = await interfacesById(clients, [...new Set(planned.flatMap(({ networkInterfaceIds }) => networkInterfaceIds))])
    const byId = new Map(found.map((networkInterface) => [networkInterface.networkInterfaceId, networkInterface]))
    return Object.fromEntries(
      planned.map(({ fileSystemId, networkInterfaceIds }) => [fileSystemId, networkInterfaceIds.flatMap((id) => byId.get(id) ?? [])]),
    )
  },
})

/** Values that EC2 takes in one filter. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const valuesPerFilter = 200

const interfacesById = async (clients: Clients, ids: readonly string[]): Promise<readonly NetworkInterface[]> => {
  const batches = Array.from({ length: Math.ceil(ids.length / valuesPerFilter) }, (_, batch) =>
    ids.slice(batch * valuesPerFilter, (batch + 1) * valuesPerFilter),
  )
  const found = await Promise.all(
    batches.map((Values) =>
      pages(
        paginateDescribeNetworkInterfaces({ client: clients.ec2 }, { Filters: [{ Name: 'network-interface-id', Values }] }),
        (page) => page.NetworkInterfaces,
      ),
    ),
  )
  return found.flat().map(toNetworkInterface)
}

const toNetworkInterface = (found: Ec2NetworkInterface): NetworkInterface => ({
  networkInterfaceId: field(found, 'NetworkInterfaceId'),
  subnetId: field(found, 'SubnetId'),
  vpcId: field(found, 'VpcId'),
  availabilityZone: field(found, 'AvailabilityZone'),
  addresses: [
    ...(found.PrivateIpAddresses ?? []).map((address) => field(address, 'PrivateIpAddress')),
    ...(found.Ipv6Addresses ?? []).map((address) => field(address, 'Ipv6Address')),
  ],
  securityGroupIds: (found.Groups ?? []).map((group) => field(group, 'GroupId')),
})

export const fileSystemSecurityGroups = defineCollector({
  id: 'fileSystemSecurityGroups',
  needs: ['fileSystemInterfaces', 'securityGroups'],
  actions: ['ec2:DescribeSecurityGroups'],
  collect: async ({ clients }: Context, get) => {
    const interfaces = Object.values(await get('fileSystemInterfaces')).flat()
    const ids = interfaces.flatMap(({ securityGroupIds }) => securityGroupIds)
    return furtherSecurityGroups(clients, ids, () => get('securityGroups'))
  },
})
