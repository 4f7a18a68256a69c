import { type FileSystem as FsxFileSystem, paginateDescribeFileSystems } from '@aws-sdk/client-fsx'
import type { FileSystem } from '../model/facts.ts'
import { field, pages } from './answer.ts'
import { type Context, defineCollector } from './collect.ts'

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
