import type { FileSystem } from '../../../model/facts/fsx.ts'
import type { Severity } from '../../../model/finding.ts'
import type { NodeZones } from '../../../semantics/network/file-system-zones.ts'
import {
  type FileSystemMention,
  type NamedFileSystem,
  plainName,
  type StatedName,
  shareGroups,
} from '../../../semantics/plan/file-systems.ts'
import { enumerate } from '../../../semantics/text/enumerate.ts'

/** Something about a file system that nodes cannot work with, or should not. Both texts may be joined with others. */
export interface Problem {
  readonly severity: Severity
  /** A clause without a full stop. */
  readonly message: string
  /** A sentence. */
  readonly fix: string
}

/** States in which it does not serve, or may not. https://docs.aws.amazon.com/fsx/latest/APIReference/API_FileSystem.html */
const notAvailable: ReadonlySet<string> = new Set([
  'CREATING',
  'FAILED',
  'DELETING',
  'MISCONFIGURED',
  'UPDATING',
  'MISCONFIGURED_UNAVAILABLE',
])

/** Whether it is known what a state means. */
export const isKnownState = (lifecycle: string): boolean => lifecycle === 'AVAILABLE' || notAvailable.has(lifecycle)

export const stateProblems = ({ fileSystemId, lifecycle }: FileSystem): readonly Problem[] => {
  if (lifecycle === null || !notAvailable.has(lifecycle)) return []
  const passes = lifecycle === 'CREATING' || lifecycle === 'UPDATING'
  return [
    {
      // An update goes on while the file system serves.
      severity: lifecycle === 'UPDATING' ? 'warning' : 'error',
      message: `${fileSystemId} is ${lifecycle}, it must be AVAILABLE`,
      fix: passes ? `Wait until ${fileSystemId} is AVAILABLE.` : `Take another file system, or mend ${fileSystemId}.`,
    },
  ]
}

/** The types that the request has a configuration for, and AWS's scripts a mount. */
const mountedTypes: readonly string[] = ['LUSTRE', 'OPENZFS']

export const typeProblems = ({ fileSystemId, type }: FileSystem, mentions: readonly FileSystemMention[]): readonly Problem[] => {
  if (type === null) return []
  const others = mentions.filter((mention) => mention.type !== 'unstated' && mention.type.toUpperCase() !== type)
  if (others.length > 0) {
    return others.map((mention) => ({
      severity: 'error',
      message: `${fileSystemId} is of type ${type}, ${placeOf(mention)} mounts it as ${mention.type.toUpperCase()}`,
      fix: mountedTypes.includes(type)
        ? `Mount ${fileSystemId} as ${type}.`
        : `Take a file system of type ${mention.type.toUpperCase()}: neither HyperPod nor AWS's scripts mount ${type}.`,
    }))
  }
  if (mountedTypes.includes(type)) return []
  return [
    {
      severity: 'warning',
      message: `${fileSystemId} is of type ${type}: HyperPod and AWS's scripts mount ${mountedTypes.join(' and ')} only`,
      fix: `Take a file system of one of these types, or mount ${fileSystemId} in a lifecycle script of your own.`,
    },
  ]
}

const placeOf = ({ by, dnsName, place }: FileSystemMention): string =>
  place ?? dnsName?.place ?? (by === 'input' ? 'fsx-file-system-id' : 'the request')

/** Names that are not those of the file system. */
export const nameProblems = (found: FileSystem, mentions: readonly FileSystemMention[]): readonly Problem[] =>
  mentions.flatMap(({ dnsName, mountName }) => [
    ...wrongName(found, 'mount name', mountName, found.mountName, (one, other) => one === other),
    ...wrongName(found, 'DNS name', dnsName, found.dnsName, (one, other) => plainName(one) === plainName(other)),
  ])

const wrongName = (
  { fileSystemId }: FileSystem,
  kind: 'mount name' | 'DNS name',
  stated: StatedName | null,
  actual: string | null,
  same: (one: string, other: string) => boolean,
): readonly Problem[] =>
  stated === null || actual === null || same(stated.value, actual)
    ? []
    : [
        {
          severity: 'error',
          message: `the ${kind} of ${fileSystemId} is ${actual}, ${stated.place} says ${stated.value}`,
          fix: `Set ${stated.field} to ${actual}.`,
        },
      ]

/**
 * Mount names on which two places disagree: one of them is wrong, whichever. To be asked only where FSx does not say the right one, since
 * `nameProblems` then says which.
 */
export const disagreements = ({ subject, mentions }: NamedFileSystem): readonly Problem[] => {
  const [first, ...others] = mentions.flatMap(({ mountName }) => mountName ?? [])
  if (first === undefined) return []
  return others
    .filter(({ value }) => value !== first.value)
    .map((other) => ({
      severity: 'error',
      message: `${first.place} says mount name ${first.value} of ${subject}, ${other.place} says ${other.value}`,
      fix: `Set both to the mount name of ${subject}.`,
    }))
}

/** What provisioning_parameters.json names where the request or the inputs name another file system of the type, for the same nodes. */
export const rivalProblems = (named: NamedFileSystem, all: readonly NamedFileSystem[]): readonly Problem[] => {
  const provisioned = named.mentions.find(({ by }) => by === 'parameters')
  if (provisioned === undefined || named.mentions.some(({ by }) => by !== 'parameters')) return []
  return all
    .filter((other) => other !== named && typeOf(other) === typeOf(named))
    .flatMap((other) => {
      const rival = other.mentions.find(
        (mention) => (mention.by === 'request' || mention.by === 'input') && shareGroups(mention, provisioned),
      )
      return rival === undefined ? [] : [rivalProblem(named, provisioned, other, rival)]
    })
}

const rivalProblem = (
  named: NamedFileSystem,
  provisioned: FileSystemMention,
  other: NamedFileSystem,
  rival: FileSystemMention,
): Problem => ({
  severity: 'warning',
  message: `${placeOf(provisioned)} names ${named.subject}, ${placeOf(rival)} names ${other.subject}`,
  fix: `Name one of the two in both places, unless the nodes are to mount both.`,
})

const typeOf = ({ found, mentions }: NamedFileSystem): string | undefined => found?.type ?? mentions[0]?.type.toUpperCase()

export const vpcProblems = ({ fileSystemId, vpcId }: FileSystem, clusterVpcId: string | null): readonly Problem[] =>
  vpcId === null || clusterVpcId === null || vpcId === clusterVpcId
    ? []
    : [
        {
          severity: 'error',
          message: `${fileSystemId} is in ${vpcId}, the cluster is in ${clusterVpcId}`,
          fix: `Take a file system in ${clusterVpcId}, or put the cluster into ${vpcId}.`,
        },
      ]

/**
 * Groups whose nodes cannot land in a zone of the file system. That is slow and costs traffic between zones, and works; where EFA is
 * asked for, AWS's mount_fsx.sh then goes on without it.
 * https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/mount_fsx.sh
 */
export const zoneProblems = (
  { fileSystemId, efaEnabled }: FileSystem,
  zones: readonly string[],
  nodes: readonly NodeZones[],
): readonly Problem[] => {
  if (zones.length === 0) return []
  const [at, without] = [zones.join(', '), efaEnabled === true ? ', and its EFA does not work between zones' : '']
  return nodes
    .filter((placement) => !placement.zones.some((zone) => zones.includes(zone)))
    .map((placement) => ({
      severity: 'warning',
      message: `${fileSystemId} is in ${at}, ${nodesOf(placement)} in ${placement.zones.join(', ')}: traffic between zones is slower and is charged${without}`,
      fix: `Take a file system in a zone of the nodes, or place the nodes in a subnet in ${at}.`,
    }))
}

const namedGroups = 3

const nodesOf = ({ instanceGroups }: NodeZones): string => {
  if (instanceGroups.length === 0) return 'the nodes'
  return `the nodes of ${enumerate(instanceGroups, namedGroups, 'group')}`
}

/**
 * Lustre 2.10 servers are not for Lustre 2.15 clients, which Ubuntu 22.04 has with kernels from 6.2 on. Which kernel HyperPod's image has,
 * the plan does not say. https://docs.aws.amazon.com/fsx/latest/LustreGuide/lustre-client-matrix.html
 */
export const versionProblems = ({ fileSystemId, lustreVersion }: FileSystem): readonly Problem[] =>
  lustreVersion !== '2.10'
    ? []
    : [
        {
          severity: 'warning',
          message: `${fileSystemId} runs Lustre 2.10, which AWS does not list for Lustre 2.15 clients: those of Ubuntu 22.04 with a kernel from 6.2 on, and of Ubuntu 24.04`,
          fix: `Update ${fileSystemId} to Lustre 2.12 or 2.15, or make sure that the kernel of the nodes takes a Lustre 2.12 client.`,
        },
      ]

/** https://docs.aws.amazon.com/fsx/latest/LustreGuide/using-fsx-lustre.html */
export const durabilityProblems = ({ fileSystemId, deploymentType }: FileSystem): readonly Problem[] =>
  deploymentType?.startsWith('SCRATCH_') === true
    ? [
        {
          severity: 'notice',
          message: `${fileSystemId} is ${deploymentType}: its data is not replicated and is lost where a file server fails`,
          fix: `Keep checkpoints in S3 as well, or take a file system of a PERSISTENT deployment type.`,
        },
      ]
    : []

/** Nobody mounts it: AWS's scripts are told not to, and neither the request nor an input names it. */
export const isLeftUnmounted = ({ mentions }: NamedFileSystem): boolean => mentions.every(({ unmounted }) => unmounted !== null)

export const unmountedProblems = (named: NamedFileSystem): readonly Problem[] => {
  const [mention] = named.mentions
  if (mention === undefined || mention.unmounted === null || !isLeftUnmounted(named)) return []
  return [
    {
      severity: 'warning',
      message: `${placeOf(mention)} names ${named.subject}, and ${mention.unmounted}: AWS's scripts do not mount it`,
      fix: `Set enable_fsx_openzfs to True in config.py, or take ${mention.dnsName?.field ?? 'the field'} out of provisioning_parameters.json.`,
    },
  ]
}
