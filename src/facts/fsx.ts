import { type NetworkInterface as Ec2NetworkInterface, paginateDescribeNetworkInterfaces } from '@aws-sdk/client-ec2'
import { FileSystemType, type FileSystem as FsxFileSystem, paginateDescribeFileSystems } from '@aws-sdk/client-fsx'
import type { FileSystem } from '../model/facts/fsx.ts'
import type { NetworkInterface } from '../model/facts/network.ts'
import {
  fileSystemMentions,
  mayNameFileSystems,
  mayScriptFileSystems,
  type ParameterFacts,
} from '../semantics/lifecycle/provisioned-file-systems.ts'
import { namedFileSystems } from '../semantics/plan/file-systems.ts'
import { address, forms, matching, pages } from './engine/answer.ts'
import type { Clients } from './engine/clients.ts'
import { type Context, defineCollector, type Get } from './engine/collect.ts'
import { attempt } from './engine/gap.ts'
import { furtherSecurityGroups } from './network/security-groups.ts'

/**
 * Every file system of the Region: the call finds none by DNS name, and one id that does not exist would hide the others.
 * Asked for as soon as provisioning_parameters.json or a script may name one, and not only once it was read.
 * https://docs.aws.amazon.com/fsx/latest/APIReference/API_DescribeFileSystems.html
 */
export const fileSystems = defineCollector({
  id: 'fileSystems',
  needs: [],
  actions: ['fsx:DescribeFileSystems'],
  collect: async ({ plan, clients }: Context): Promise<readonly FileSystem[]> => {
    if (!mayNameFileSystems(plan)) return []
    const found = await pages(paginateDescribeFileSystems({ client: clients.fsx }, {}), 'FileSystems')
    return found.map(toFileSystem)
  },
})

/** The names of those that HyperPod mounts begin with their ids. Throws for another: it would be taken for the name of another one. */
const dnsNameOf = (fileSystem: FsxFileSystem): string | null => {
  if (!fileSystem.DNSName) return null
  const mounted = fileSystem.FileSystemType === 'LUSTRE' || fileSystem.FileSystemType === 'OPENZFS'
  return mounted ? matching(fileSystem, 'DNSName', /^fs-[^.]+\../) : fileSystem.DNSName
}

const toFileSystem = (fileSystem: FsxFileSystem): FileSystem => ({
  fileSystemId: matching(fileSystem, 'FileSystemId', /^fs-./),
  type: Object.values(FileSystemType).find((type) => type === fileSystem.FileSystemType) ?? null,
  lifecycle: fileSystem.Lifecycle || null,
  dnsName: dnsNameOf(fileSystem),
  mountName: fileSystem.LustreConfiguration?.MountName || null,
  vpcId: fileSystem.VpcId ? matching(fileSystem, 'VpcId', forms.vpcId) : null,
  subnetIds: fileSystem.SubnetIds ?? [],
  networkInterfaceIds: fileSystem.NetworkInterfaceIds ?? [],
  deploymentType: (fileSystem.LustreConfiguration ?? fileSystem.OpenZFSConfiguration)?.DeploymentType || null,
  lustreVersion: fileSystem.FileSystemType === 'LUSTRE' ? fileSystem.FileSystemTypeVersion || null : null,
  efaEnabled: fileSystem.LustreConfiguration?.EfaEnabled ?? null,
})

/**
 * The interfaces, as far as this account can see them, of the file systems that the plan, provisioning_parameters.json or a script names. Asked by
 * filter and not by id: one that another account owns would otherwise hide all the others.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
 */
export const fileSystemInterfaces = defineCollector({
  id: 'fileSystemInterfaces',
  needs: ['fileSystems', 'repositoryScripts', 'bucketScripts'],
  actions: ['ec2:DescribeNetworkInterfaces'],
  collect: async (context: Context, get) => {
    const { plan, clients } = context
    if (!mayNameFileSystems(plan)) return {}
    const fileSystems = await get('fileSystems')
    if (fileSystems.length === 0) return {}
    const { mentions } = fileSystemMentions(plan, await parameterFacts(context, get))
    const named = namedFileSystems(mentions, fileSystems).flatMap(({ found }) => found ?? [])
    const found = await interfacesById(clients, [...new Set(named.flatMap(({ networkInterfaceIds }) => networkInterfaceIds))])
    const byId = new Map(found.map((networkInterface) => [networkInterface.networkInterfaceId, networkInterface]))
    return Object.fromEntries(
      named.map(({ fileSystemId, networkInterfaceIds }) => [fileSystemId, networkInterfaceIds.flatMap((id) => byId.get(id) ?? [])]),
    )
  },
})

/** Scripts that cannot be read leave the file systems of the plan; they are waited for only where they may name some. */
const parameterFacts = async ({ plan }: Context, get: Get<'repositoryScripts' | 'bucketScripts'>): Promise<ParameterFacts> => {
  if (!mayScriptFileSystems(plan)) return { repositoryScripts: { ok: true, value: null }, bucketScripts: { ok: true, value: {} } }
  const [repositoryScripts, bucketScripts] = await Promise.all([
    attempt(() => get('repositoryScripts')),
    attempt(() => get('bucketScripts')),
  ])
  return { repositoryScripts, bucketScripts }
}

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
        'NetworkInterfaces',
      ),
    ),
  )
  return found.flat().map(toNetworkInterface)
}

const toNetworkInterface = (found: Ec2NetworkInterface): NetworkInterface => ({
  networkInterfaceId: matching(found, 'NetworkInterfaceId', /^eni-./),
  subnetId: matching(found, 'SubnetId', forms.subnetId),
  vpcId: matching(found, 'VpcId', forms.vpcId),
  availabilityZone: matching(found, 'AvailabilityZone', forms.zone),
  addresses: [
    ...(found.PrivateIpAddresses ?? []).map((item) => address(item, 'PrivateIpAddress')),
    ...(found.Ipv6Addresses ?? []).map((item) => address(item, 'Ipv6Address')),
  ],
  securityGroupIds: (found.Groups ?? []).map((group) => matching(group, 'GroupId', forms.securityGroupId)),
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
