import type { Outcome, Severity } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { type GroupPart, type Part, requestGroups } from '../../semantics/plan/request-part.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'
import { unreadCluster } from './partial/unread-cluster.ts'

export const storage = defineRule({
  id: 'plan/storage',
  title: 'The storage configuration of every instance group is one that HyperPod accepts',
  why: 'FSx file systems are reached inside a VPC, so HyperPod refuses them without VpcConfig ("FSx configurations are only supported for Custom VPC"), and mounts at most one Lustre and one OpenZFS a group. A root volume takes a KMS key and no size, a secondary volume needs a size, and there is one of each.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '9',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterEbsVolumeConfig.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceStorageConfig.html',
  ],
  needs: [],
  uses: [],
  applies: (plan) => {
    if (plan.request === null) return 'There is no request file: storage of the groups is a part of one.'
    return storedGroups(plan).length > 0 || 'No instance group has InstanceStorageConfigs.'
  },
  evaluate: (_, plan) => {
    const unread = unreadCluster(plan)
    if (unread !== null) return unread
    const hasController = plan.request !== null && requestGroups(plan.request).some(({ part }) => isController(part))
    return storedGroups(plan).flatMap((group) => judge(group, { hasVpcConfig: plan.vpcConfig !== null, hasController }))
  },
})

const storedGroups = ({ request }: Plan): readonly GroupPart[] =>
  request === null ? [] : requestGroups(request).filter(({ part }) => configsOf(part).length > 0)

const configsOf = (group: Part): readonly Part[] => group.at('InstanceStorageConfigs').items

/** What mounts of FSx need of the rest of the request. */
interface Surroundings {
  readonly hasVpcConfig: boolean
  readonly hasController: boolean
}

interface Problem {
  readonly at: Part
  readonly message: string
  readonly fix: string
  readonly severity?: Severity
}

const judge = ({ name, part }: GroupPart, surroundings: Surroundings): readonly Outcome[] => {
  const configs = configsOf(part)
  const volumes = configs.map((config) => config.at('EbsVolumeConfig')).filter(({ stated }) => stated)
  const mounts = mountTypes.flatMap(({ member }) => configs.map((config) => config.at(member)).filter(({ stated }) => stated))
  const problems = [...volumes.flatMap(volumeProblems), ...repeatedVolumes(volumes, name), ...repeatedMounts(configs, name)]
  const all = [...problems, ...mounts.flatMap((mount) => mountProblems(mount, surroundings))]
  if (all.length === 0) {
    return [
      pass(name, `${name} has ${volumes.length} EBS volume configurations and ${mounts.length} FSx mounts`, { location: part.location }),
    ]
  }
  return all.map(({ at, message, fix, severity }) =>
    fail(at.subject, message, { text: fix, commands: [] }, { location: at.location, severity }),
  )
}

const isRoot = (volume: Part): boolean => volume.at('RootVolume').boolean === true

const volumeProblems = (volume: Part): readonly Problem[] => {
  const size = volume.at('VolumeSizeInGB')
  const key = volume.at('VolumeKmsKeyId')
  if (!isRoot(volume)) {
    if (size.stated) return []
    const fix = 'Add VolumeSizeInGB (1 to 16384), or "RootVolume": true if the key is for the root volume.'
    return [{ at: size, message: `${volume.path} is a secondary volume without VolumeSizeInGB, it needs one`, fix }]
  }
  return [
    ...(size.stated
      ? [{ at: size, message: `${volume.path} is the root volume, whose size cannot be chosen`, fix: `Remove ${size.path}.` }]
      : []),
    ...(key.stated
      ? []
      : [
          {
            at: key,
            message: `${volume.path} is the root volume without VolumeKmsKeyId, which is what it is configured for`,
            fix: 'Add VolumeKmsKeyId, or remove the configuration: the root volume is encrypted anyway.',
          },
        ]),
  ]
}

const repeatedVolumes = (volumes: readonly Part[], group: string): readonly Problem[] =>
  [volumes.filter(isRoot), volumes.filter((volume) => !isRoot(volume))].flatMap((alike) =>
    alike.slice(1).map((volume) => ({
      at: volume,
      message: `${volume.path} is the second ${isRoot(volume) ? 'root' : 'secondary'} volume of ${group}, a group takes one`,
      fix: `Keep one of ${alike.map(({ path }) => path).join(', ')}.`,
    })),
  )

const mountTypes = [
  { member: 'FsxLustreConfig', what: 'FSx for Lustre' },
  { member: 'FsxOpenZfsConfig', what: 'FSx for OpenZFS' },
] as const

const repeatedMounts = (configs: readonly Part[], group: string): readonly Problem[] =>
  mountTypes.flatMap(({ member, what }) =>
    configs
      .map((config) => config.at(member))
      .filter(({ stated }) => stated)
      .slice(1)
      .map((mount) => ({
        at: mount,
        message: `${mount.path} is one more ${what} file system of ${group}, a group takes one`,
        fix: `Keep one ${what} file system a group; further ones can be mounted by a lifecycle script.`,
      })),
  )

const mountProblems = (mount: Part, { hasVpcConfig, hasController }: Surroundings): readonly Problem[] => {
  if (!hasVpcConfig) {
    const fix = 'Add VpcConfig with subnets in the VPC of the file system, and security groups that reach it.'
    return [{ at: mount, message: `${mount.path} is an FSx file system, which needs VpcConfig: the request has none`, fix }]
  }
  if (hasController) return []
  return [
    {
      at: mount,
      message: `${mount.path} is mounted by the Slurm configuration of HyperPod, which needs a Controller group: no SlurmConfig makes one`,
      fix: 'Configure Slurm by SlurmConfig on the instance groups, or mount the file system otherwise (a lifecycle script; on EKS, the CSI driver).',
      severity: 'warning',
    },
  ]
}

const isController = (group: Part): boolean => group.at('SlurmConfig').at('NodeType').text === 'Controller'
