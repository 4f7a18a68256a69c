import type { Gap } from '../../model/fact.ts'
import type { FileSystem } from '../../model/facts/fsx.ts'
import type { Facts } from '../../model/facts.ts'
import type { Evidence, Outcome, Severity } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { unreadGap } from '../../semantics/fact.ts'
import { fileSystemMentions, mayNameFileSystems, type UnreadParameters } from '../../semantics/lifecycle/provisioned-file-systems.ts'
import { fileSystemZones, nodeZones } from '../../semantics/network/file-system-zones.ts'
import { type NamedFileSystem, namedBy, namedFileSystems, type StatedName } from '../../semantics/plan/file-systems.ts'
import { plannedSubnetIds } from '../../semantics/plan/placement.ts'
import { whyNoHostName } from '../../semantics/text/host-name.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip, unknown } from '../engine/outcome.ts'
import {
  disagreements,
  durabilityProblems,
  isKnownState,
  isLeftUnmounted,
  nameProblems,
  type Problem,
  rivalProblems,
  stateProblems,
  typeProblems,
  unmountedProblems,
  versionProblems,
  vpcProblems,
  zoneProblems,
} from './file-systems/file-system-problems.ts'

export const fileSystem = defineRule({
  id: 'slurm/file-system',
  title:
    "Every FSx file system that the request, the inputs, provisioning_parameters.json or the scripts name exists, is AVAILABLE, lies in the cluster's VPC and has the names given",
  why: 'Nodes mount shared storage while they come up. A file system that is absent, not ready, in another VPC or under another mount name makes the mount hang or fail, and with it the lifecycle step of every node.',
  severity: 'error',
  otherSeverities: ['warning', 'notice'],
  checklist: '9',
  checklistDiffers:
    "The checklist recommends FSx for Lustre and says no more. AWS documents it as optional, so a Slurm plan without a file system is a notice; one that is named has to be usable, which is an error. Another Availability Zone than that of the nodes is a warning: the mount works, with more latency and a charge for the traffic, and without EFA where the file system has it (AWS's `mount_fsx.sh` then goes on over TCP). Lustre 2.10 is a warning, because AWS does not list it for Lustre 2.15 clients; a scratch deployment is a notice, because its data is not replicated. OpenZFS that `config.py` leaves unmounted is at most a warning, and so is what only a command of a script names: by a DNS name of FSx, by `mount -t lustre`, or by a variable like `FSX_ID`.",
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterFsxLustreConfig.html',
    'https://docs.aws.amazon.com/fsx/latest/APIReference/API_FileSystem.html',
    'https://docs.aws.amazon.com/fsx/latest/LustreGuide/lustre-client-matrix.html',
    'https://docs.aws.amazon.com/fsx/latest/LustreGuide/using-fsx-lustre.html',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/lifecycle_script.py',
    'https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/mount_fsx.sh',
  ],
  needs: [],
  uses: ['fileSystems', 'fileSystemInterfaces', 'vpc', 'subnets', 'repositoryScripts', 'bucketScripts'],
  applies: (plan) => {
    if (plan.orchestrator.kind === 'eks') return 'The plan is for EKS, where pods mount file systems by a CSI driver and not the nodes.'
    return plan.orchestrator.kind === 'slurm' || mayNameFileSystems(plan) || whetherSlurm
  },
  evaluate: (facts, plan) => {
    const { mentions, unread } = fileSystemMentions(plan, facts)
    const named = namedFileSystems(mentions, facts.fileSystems.ok ? facts.fileSystems.value : [])
    const outcomes = [...named.map((one) => judge(one, named, facts, plan)), ...unread.map(notRead)]
    if (outcomes.length > 0) return outcomes
    return [plan.orchestrator.kind === 'slurm' ? none(plan.region) : skip('plan', whetherSlurm)]
  },
})

const whetherSlurm = 'The plan names no file system, and whether the orchestrator is Slurm, for which one is recommended, is not stated.'

type Known = Readable<never, 'fileSystems' | 'fileSystemInterfaces' | 'vpc' | 'subnets'>

const none = (region: string): Outcome =>
  fail(
    'plan',
    'the plan names no FSx file system: nodes of a Slurm cluster then share no storage',
    {
      text: 'Name one by fsx-file-system-id, by InstanceStorageConfigs in the request, or by fsx_dns_name and fsx_mountname in provisioning_parameters.json, if jobs need the same files on all nodes; it is optional.',
      commands: [command('aws', 'fsx', 'describe-file-systems', '--region', region)],
    },
    { severity: 'notice' },
  )

const notRead = ({ subject, gap, location }: UnreadParameters): Outcome =>
  gap === null
    ? reported(subject, `${subject} is not JSON, so what it names cannot be read`, 'lifecycle/provisioning-parameters', { location })
    : unknown(subject, gap, { location })

const judge = (named: NamedFileSystem, all: readonly NamedFileSystem[], facts: Known, plan: Plan): Outcome => {
  const { subject, found, location } = named
  if (!facts.fileSystems.ok) {
    const problems = disagreements(named)
    return problems.length > 0
      ? failure(named, problems, plan)
      : unknown(subject, facts.fileSystems.gap, { location, severity: mostOf(named) })
  }
  return found === null ? notFound(named, plan) : judgeFound(named, found, all, facts, plan)
}

const judgeFound = (named: NamedFileSystem, found: FileSystem, all: readonly NamedFileSystem[], facts: Known, plan: Plan): Outcome => {
  const { subject, location, instanceGroups } = named
  const subnets = facts.subnets.ok ? facts.subnets.value : {}
  const interfaces = facts.fileSystemInterfaces.ok ? (facts.fileSystemInterfaces.value[found.fileSystemId] ?? []) : []
  const zones = fileSystemZones(found, interfaces, subnets)
  const evidence = evidenceOf(found, zones)
  const problems = [
    ...stateProblems(found),
    ...typeProblems(found, named.mentions),
    ...nameProblems(found, named.mentions),
    ...(found.mountName === null ? disagreements(named) : []),
    ...vpcProblems(found, facts.vpc.ok ? (facts.vpc.value?.vpcId ?? plan.vpcId) : null),
    ...rivalProblems(named, all),
    ...zoneProblems(found, zones, nodeZones(plan, instanceGroups, subnets)),
    ...versionProblems(found),
    ...unmountedProblems(named),
    ...durabilityProblems(found),
  ]
  const has = (severity: Severity): boolean => problems.some((problem) => problem.severity === severity)
  const doubt = stateUnsaid(subject, found) ?? (facts.vpc.ok ? namesUnsaid(named, found, facts.vpc.value, plan) : facts.vpc.gap)

  if (has('error')) return failure(named, problems, plan, evidence)
  if (doubt !== null) return unknown(subject, doubt, { location, evidence, severity: mostOf(named) })
  if (has('warning')) return failure(named, problems, plan, evidence)
  const lack = zonesUnsaid(found, zones, facts, plan)
  if (lack !== null) return unknown(subject, lack, { location, evidence, severity: 'warning' })
  if (problems.length > 0) return failure(named, problems, plan, evidence)
  return pass(subject, `${subject} is AVAILABLE${found.vpcId === null ? '' : ` in ${found.vpcId}`}`, { location, evidence })
}

const evidenceOf = (found: FileSystem, zones: readonly string[]): Evidence => ({
  ...(found.type !== null && { type: found.type }),
  ...(found.lifecycle !== null && { lifecycle: found.lifecycle }),
  ...(found.deploymentType !== null && { deploymentType: found.deploymentType }),
  ...(found.lustreVersion !== null && { lustreVersion: found.lustreVersion }),
  ...(found.mountName !== null && { mountName: found.mountName }),
  ...(found.vpcId !== null && { vpcId: found.vpcId }),
  ...(zones.length > 0 && { zones }),
})

/** The most that a finding can be; the rule's own where undefined. */
const mostOf = (named: NamedFileSystem): Severity | undefined => {
  const isOfScripts = named.mentions.every(({ by }) => by === 'script')
  return isOfScripts || isLeftUnmounted(named) ? 'warning' : undefined
}

const severities: readonly Severity[] = ['error', 'warning', 'notice']

const failure = (named: NamedFileSystem, problems: readonly Problem[], { region }: Plan, evidence?: Evidence): Outcome => {
  const { subject, found, location } = named
  const worst = severities.find((severity) => problems.some((problem) => problem.severity === severity))
  const ids = found === null ? [] : ['--file-system-ids', found.fileSystemId]
  return fail(
    subject,
    problems.map(({ message }) => message).join('; '),
    {
      text: [...new Set(problems.map(({ fix }) => fix))].join(' '),
      commands: [command('aws', 'fsx', 'describe-file-systems', '--region', region, ...ids)],
    },
    { location, ...(evidence !== undefined && { evidence }), severity: worst === 'error' ? mostOf(named) : worst },
  )
}

/** A name that FSx does not give may be a record of the user's own, which leads to a file system all the same. */
const notFound = (named: NamedFileSystem, plan: Plan): Outcome => {
  const { subject, mentions, location } = named
  const dnsName = mentions[0]?.fileSystemId === null ? mentions[0].dnsName : null
  const kind = dnsName === null ? 'file-system' : namedBy(dnsName.value)
  if (dnsName !== null && kind === 'file-cache')
    return cannotLookUp(subject, 'fsx:DescribeFileCaches', `${dnsName.value} is a file cache`, location)
  if (dnsName !== null && kind === 'other') return notOfFsx(named, dnsName, plan)
  const open = mentions.flatMap(({ dnsName: stated }) => (stated === null ? [] : openName(stated)))[0]
  if (open !== undefined) return leftOpen(named, open, plan)
  return fail(
    subject,
    `${subject} is not among the FSx file systems of this account in ${plan.region}${statedIn(named)}`,
    {
      text: 'Correct the id or the DNS name, or the Region; or create the file system first.',
      commands: [command('aws', 'fsx', 'describe-file-systems', '--region', plan.region)],
    },
    { location, severity: mostOf(named) },
  )
}

/** A DNS name that does not begin with the id of a file system. */
const notOfFsx = (named: NamedFileSystem, dnsName: StatedName, plan: Plan): Outcome => {
  const [open] = openName(dnsName)
  if (open !== undefined) return leftOpen(named, open, plan)
  const message = `${dnsName.value} is not a DNS name of FSx (fs-….fsx.${plan.region}…); whether it leads to a file system is not checked`
  return unknown(named.subject, { reason: 'unsupported', action: 'none', message }, { location: named.location })
}

interface OpenName {
  readonly stated: StatedName
  /** The predicate of a sentence. */
  readonly why: string
}

const openName = (stated: StatedName): readonly OpenName[] => {
  const why = whyNoHostName(stated.value)
  return why === null ? [] : [{ stated, why }]
}

const leftOpen = (named: NamedFileSystem, { stated, why }: OpenName, { region }: Plan): Outcome =>
  fail(
    named.subject,
    `${stated.place} says ${stated.field} ${stated.value}, which ${why}: no node can mount it`,
    {
      text: `Set ${stated.field} to the DNSName of the file system, or remove the field if nodes mount none.`,
      commands: [command('aws', 'fsx', 'describe-file-systems', '--region', region, '--query', 'FileSystems[].[FileSystemId,DNSName]')],
    },
    { location: named.location, severity: mostOf(named) },
  )

/** Where a file that is not the request names it. */
const statedIn = ({ mentions }: NamedFileSystem): string => {
  const places = mentions.flatMap(({ by, dnsName, place }) => {
    if (place !== undefined) return [place]
    return by === 'parameters' && dnsName !== null ? [dnsName.place] : []
  })
  return places.length === 0 ? '' : `; ${places.map((place) => `${place} names it`).join('; ')}`
}

const cannotLookUp = (subject: string, action: string, what: string, location: Location | null): Outcome =>
  unknown(subject, { reason: 'unsupported', action, message: `${what}, which this rule does not look up` }, { location })

const stateUnsaid = (subject: string, { lifecycle }: FileSystem): Gap | null => {
  if (lifecycle !== null && isKnownState(lifecycle)) return null
  const answer = lifecycle === null ? 'no Lifecycle' : `the Lifecycle ${lifecycle}, which this version does not know,`
  const message = `fsx:DescribeFileSystems answered ${answer} for ${subject}`
  return { reason: 'unexpected', action: 'fsx:DescribeFileSystems', message }
}

/** What FSx did not answer that the plan has something to compare with. Other types than Lustre have no mount name of FSx's. */
const namesUnsaid = (
  { mentions }: NamedFileSystem,
  { fileSystemId, type, vpcId, mountName }: FileSystem,
  vpc: Facts['vpc'],
  plan: Plan,
): Gap | null => {
  const wanted = vpc?.vpcId ?? plan.vpcId
  const lacks = [
    ...(type === null ? [`the type of ${fileSystemId}`] : []),
    ...(vpcId === null && wanted !== null ? [`the VPC of ${fileSystemId}, which must be ${wanted}`] : []),
    ...(mountName === null && type === 'LUSTRE' && mentions.some((mention) => mention.mountName !== null)
      ? [`the mount name of ${fileSystemId}, which the plan states`]
      : []),
  ]
  if (lacks.length === 0) return null
  const message = `fsx:DescribeFileSystems did not answer ${lacks.join(' and ')}`
  return { reason: 'unexpected', action: 'fsx:DescribeFileSystems', message }
}

/** Why the zones of nodes and file system cannot be compared; null where they can, or where the plan places no node. */
const zonesUnsaid = (
  { fileSystemId, networkInterfaceIds }: FileSystem,
  zones: readonly string[],
  { subnets, fileSystemInterfaces }: Known,
  plan: Plan,
): Gap | null => {
  if (!placesNodes(plan)) return null
  if (!subnets.ok) return subnets.gap
  const unread = unreadGap(subnets.value, plannedSubnetIds(plan))
  if (unread !== null) return unread
  if (zones.length > 0) return null
  if (!fileSystemInterfaces.ok) return fileSystemInterfaces.gap
  return {
    reason: 'unexpected',
    action: networkInterfaceIds.length === 0 ? 'fsx:DescribeFileSystems' : 'ec2:DescribeNetworkInterfaces',
    message: `the Availability Zone of ${fileSystemId} is not known: ${networkInterfaceIds.length === 0 ? 'fsx:DescribeFileSystems answered no network interface of it' : `ec2:DescribeNetworkInterfaces shows no ${networkInterfaceIds.join(', ')} in this account`}`,
  }
}

const placesNodes = ({ vpcConfig, instanceGroups }: Plan): boolean =>
  [vpcConfig, ...instanceGroups.map(({ overrideVpcConfig }) => overrideVpcConfig)].some((config) => (config?.subnetIds.length ?? 0) > 0)
