import type { BucketPrefix, EbsVolume, InstanceGroup, Lifecycle, Location, PlannedFileSystem, VpcConfig } from '../model/plan.ts'
import { judgedGroups, type Part } from '../semantics/plan/request-part.ts'
import { folderUri, parseS3Folder } from '../semantics/plan/s3-uri.ts'

/** Texts of a list, whatever else is in it. */
const textsOf = (list: Part): readonly string[] => list.items.flatMap(({ text }) => (text === null ? [] : [text]))

/** Name of a role from its ARN (the last segment of the path) or from a bare name. */
export const roleNameOf = (role: string): string => role.slice(role.lastIndexOf('/') + 1)

/** VpcConfig or OverrideVpcConfig; null where the request states none. */
export const vpcConfigOf = (part: Part): VpcConfig | null => {
  if (!part.stated) return null
  const ids = [...part.at('Subnets').items, ...part.at('SecurityGroupIds').items]
  return {
    subnetIds: textsOf(part.at('Subnets')),
    securityGroupIds: textsOf(part.at('SecurityGroupIds')),
    location: part.location,
    idLocations: Object.fromEntries(ids.flatMap(({ text, location }) => (text === null ? [] : [[text, location]]))),
  }
}

/**
 * Instance groups and restricted instance groups of a request, in its order. A group without a name, a type or a count cannot be
 * judged and is left out: `plan/request-shape` reports what it lacks.
 */
export const groupsOf = (request: Part): readonly InstanceGroup[] => [
  ...judgedGroups(request, 'InstanceGroups').flatMap((part) => groupOf(part, 'standard')),
  ...judgedGroups(request, 'RestrictedInstanceGroups').flatMap((part) => groupOf(part, 'restricted')),
]

const groupOf = (part: Part, kind: InstanceGroup['kind']): readonly InstanceGroup[] => {
  const name = part.at('InstanceGroupName').text
  const instanceCount = part.at('InstanceCount').integer
  const single = part.at('InstanceType').text
  const instanceTypes = single === null ? textsOf(part.at('InstanceRequirements').at('InstanceTypes')) : [single]
  if (name === null || instanceCount === null || instanceCount < 0 || instanceTypes.length === 0) return []
  const role = part.at('ExecutionRole').text
  return [
    {
      name,
      kind,
      instanceTypes,
      instanceCount,
      minInstanceCount: part.at('MinInstanceCount').integer,
      executionRole: role === null ? null : roleNameOf(role),
      ...(role?.startsWith('arn:') === true && { executionRoleArn: role }),
      overrideVpcConfig: vpcConfigOf(part.at('OverrideVpcConfig')),
      lifecycle: lifecycleOf(part.at('LifeCycleConfig')),
      ebsVolumes: part.at('InstanceStorageConfigs').items.flatMap(ebsVolumeOf),
      trainingPlanArn: part.at('TrainingPlanArn').text,
      capacity: part.at('CapacityRequirements').at('Spot').stated ? 'spot' : 'on-demand',
      interfaceType: oneOf(part.at('NetworkInterface').at('InterfaceType').text, ['efa', 'efa-only']),
      imageId: imageIdOf(part.at('ImageId')),
      slurmNodeType: oneOf(part.at('SlurmConfig').at('NodeType').text, ['Controller', 'Login', 'Compute']),
      partitionNames: textsOf(part.at('SlurmConfig').at('PartitionNames')),
      location: part.location,
    },
  ]
}

/** `default` is HyperPod's own image. */
const imageIdOf = ({ text }: Part): string | null => (text === 'default' ? null : text)

const oneOf = <const T extends string>(text: string | null, options: readonly T[]): T | null =>
  options.find((option) => option === text) ?? null

const lifecycleOf = (part: Part): Lifecycle => {
  const onCreate = part.at('OnCreate').text
  const onInitComplete = part.at('OnInitComplete').text
  const uri = part.at('SourceS3Uri')
  if (!part.stated) return { mode: 'ami' }
  const folder = uri.text === null ? null : parseS3Folder(uri.text)
  const source = folder === null ? null : { ...folder, location: uri.location }
  const script = onCreate ?? onInitComplete
  if (source === null || script === null || (onCreate !== null && onInitComplete !== null)) {
    return { mode: 'incomplete', source, script, location: part.location }
  }
  const location: Location = part.at(onCreate === null ? 'OnInitComplete' : 'OnCreate').location
  return { mode: onCreate === null ? 'extension' : 'custom', source, script, location }
}

const ebsVolumeOf = (storage: Part): readonly EbsVolume[] => {
  const volume = storage.at('EbsVolumeConfig')
  if (!volume.stated) return []
  const isRoot = volume.at('RootVolume').boolean === true
  return [
    {
      kind: isRoot ? 'root' : 'secondary',
      sizeGb: isRoot ? null : volume.at('VolumeSizeInGB').integer,
      kmsKeyId: volume.at('VolumeKmsKeyId').text,
      location: volume.location,
    },
  ]
}

/** Folders of lifecycle scripts of the groups, each once. */
export const sourcesOf = (groups: readonly InstanceGroup[]): readonly BucketPrefix[] => {
  const byUri = new Map<string, BucketPrefix>()
  for (const { lifecycle } of groups) {
    if (lifecycle.mode === 'ami' || lifecycle.source === null) continue
    const uri = folderUri(lifecycle.source)
    if (!byUri.has(uri)) byUri.set(uri, lifecycle.source)
  }
  return [...byUri.values()]
}

/** File systems that the groups mount, each once with all the groups that mount it. */
export const fileSystemsOf = (request: Part): readonly PlannedFileSystem[] => {
  const byDnsName = new Map<string, PlannedFileSystem>()
  for (const group of judgedGroups(request, 'InstanceGroups')) {
    const name = group.at('InstanceGroupName').text
    for (const storage of group.at('InstanceStorageConfigs').items) {
      for (const [member, type] of [
        ['FsxLustreConfig', 'lustre'],
        ['FsxOpenZfsConfig', 'openzfs'],
      ] as const) {
        const mount = storage.at(member)
        const dnsName = mount.at('DnsName').text
        if (dnsName === null) continue
        const key = `${dnsName} ${mount.at('MountName').text ?? ''}`
        const known = byDnsName.get(key)
        byDnsName.set(key, {
          type,
          fileSystemId: /^fs-[0-9a-f]{8,}/.exec(dnsName)?.[0] ?? null,
          dnsName,
          mountName: mount.at('MountName').text,
          instanceGroups: [...(known?.instanceGroups ?? []), ...(name === null ? [] : [name])],
          location: known?.location ?? mount.location,
        })
      }
    }
  }
  return [...byDnsName.values()]
}
