import type { Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import type { RuleMeta } from '../../model/rule.ts'
import { type UnreadPart, unreadRequest } from '../../semantics/plan/unread-parts.ts'
import { reported } from './outcome.ts'

/** Members of the request that rules of an area, or one rule, rest on beside the instance groups themselves. */
const restsOn: Readonly<Record<string, readonly string[]>> = {
  eks: ['Orchestrator', 'Eks', 'ClusterArn', 'VpcConfig', 'Subnets', 'SecurityGroupIds'],
  iam: ['ExecutionRole', 'ClusterRole', 'Tags', 'Orchestrator', 'Eks', 'LifeCycleConfig', 'SourceS3Uri'],
  'iam/kms': ['InstanceStorageConfigs', 'EbsVolumeConfig', 'VolumeKmsKeyId'],
  image: ['ImageId'],
  lifecycle: ['LifeCycleConfig', 'SourceS3Uri', 'OnCreate', 'OnInitComplete', 'Orchestrator', 'Slurm', 'SlurmConfig', 'NodeType'],
  'plan/lifecycle-mode': ['Orchestrator', 'Eks', 'LifeCycleConfig', 'SourceS3Uri'],
  network: ['VpcConfig', 'OverrideVpcConfig', 'Subnets'],
  'network/training-plan': ['TrainingPlanArn'],
  quota: ['CapacityRequirements', 'Spot', 'InstanceStorageConfigs', 'EbsVolumeConfig', 'VolumeSizeInGB', 'RootVolume'],
  'quota/network-interfaces': ['VpcConfig', 'OverrideVpcConfig', 'Subnets'],
  s3: ['LifeCycleConfig', 'SourceS3Uri', 'ExecutionRole'],
  'security-group': ['VpcConfig', 'OverrideVpcConfig', 'SecurityGroupIds', 'NetworkInterface', 'InterfaceType'],
  'security-group/eks-control-plane': ['Orchestrator', 'Eks', 'ClusterArn'],
  'security-group/lustre': ['InstanceStorageConfigs', 'FsxLustreConfig', 'DnsName'],
  slurm: [
    'Orchestrator',
    'Slurm',
    'SlurmConfig',
    'NodeType',
    'InstanceStorageConfigs',
    'FsxLustreConfig',
    'FsxOpenZfsConfig',
    'DnsName',
    'MountName',
  ],
}

/**
 * What a rule says, where parts of the request that it rests on could not be read. A group that is left out is named beside the others;
 * and what looks as if the rule did not apply is told as what keeps it from judging: what a request states is never taken for absent.
 */
export const besideUnread = (rule: Pick<RuleMeta, 'id' | 'severity'>, outcomes: readonly Outcome[], plan: Plan): readonly Outcome[] => {
  const [area = ''] = rule.id.split('/')
  const members = new Set([...(restsOn[area] ?? []), ...(restsOn[rule.id] ?? [])])
  if (members.size === 0) return outcomes
  const { parts, groups } = unreadRequest(plan)
  const concerned = tellsWorst(rule, outcomes) ? [] : parts.filter(({ member }) => members.has(member))
  const unread = [
    ...(area === 'plan' ? [] : groups).map((group) => ({ ...group, reportedBy: 'plan/request-shape' as const })),
    ...concerned,
  ]
  if (unread.length === 0) return outcomes
  const kept = outcomes.every((outcome) => outcome.status === 'skipped' && outcome.reportedBy === undefined) ? [] : outcomes
  return [...kept, ...unread.map(toldOf)]
}

/** Whether the rule has found all that it can find already: then it says nothing of what it lacks. */
const tellsWorst = ({ severity }: Pick<RuleMeta, 'severity'>, outcomes: readonly Outcome[]): boolean =>
  outcomes.some((outcome) => (outcome.status === 'fail' || outcome.status === 'unknown') && (outcome.severity ?? severity) === severity)

const toldOf = ({ path, location, reportedBy }: Omit<UnreadPart, 'member'>): Outcome =>
  reported(path, `${path} of the request is not what CreateCluster takes`, reportedBy, { location })
