import type { Fact, Facts, FileSystem, Gap } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan, PlannedFileSystem } from '../../model/plan.ts'
import { fileSystemSubject, findFileSystem } from '../../semantics/file-systems.ts'
import { command } from '../command.ts'
import { defineRule } from '../define.ts'
import { fail, pass, unknown } from '../outcome.ts'

export const fileSystem = defineRule({
  id: 'slurm/file-system',
  title: "Every FSx file system of the plan exists, is AVAILABLE, lies in the cluster's VPC and has the mount name of the request",
  why: 'Nodes mount shared storage while they come up. A file system that is absent, not ready, in another VPC or under another mount name makes the mount hang or fail, and with it the lifecycle step of every node.',
  severity: 'error',
  checklist: '9',
  checklistDiffers:
    'The checklist recommends FSx for Lustre and says no more. AWS documents it as optional, so a Slurm plan without a file system is a notice; one that is named has to be usable, which is an error.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterFsxLustreConfig.html',
    'https://docs.aws.amazon.com/fsx/latest/APIReference/API_FileSystem.html',
  ],
  needs: ['fileSystems'],
  uses: ['vpc'],
  applies: ({ orchestrator, fileSystems }) => {
    if (orchestrator.kind === 'eks') return 'The plan is for EKS, where pods mount file systems by a CSI driver and not the nodes.'
    return (
      orchestrator.kind === 'slurm' ||
      fileSystems.length > 0 ||
      'The plan names no file system, and whether the orchestrator is Slurm, for which one is recommended, is not stated.'
    )
  },
  evaluate: (facts, plan) =>
    plan.fileSystems.length === 0
      ? [none(plan.region)]
      : plan.fileSystems.map((planned) => judge(planned, facts.fileSystems, facts.vpc, plan)),
})

const none = (region: string): Outcome =>
  fail(
    'plan',
    'the plan names no FSx file system: nodes of a Slurm cluster then share no storage',
    {
      text: 'Name one by fsx-file-system-id, or by InstanceStorageConfigs in the request, if jobs need the same files on all nodes; it is optional.',
      commands: [command('aws', 'fsx', 'describe-file-systems', '--region', region)],
    },
    { severity: 'notice' },
  )

interface Problem {
  readonly message: string
  readonly fix: string
}

const judge = (planned: PlannedFileSystem, fileSystems: Facts['fileSystems'], vpc: Fact<Facts['vpc']>, plan: Plan): Outcome => {
  const { location } = planned
  const found = findFileSystem(planned, fileSystems)
  const subject = fileSystemSubject(planned, found)
  if (found === null) return notFound(planned, subject, plan.region)

  const vpcId = vpc.ok ? (vpc.value?.vpcId ?? plan.vpcId) : null
  const problems = [...stateProblems(found), ...requestProblems(planned, found), ...vpcProblems(found, vpcId)]
  const evidence = {
    type: found.type,
    ...(found.lifecycle !== null && { lifecycle: found.lifecycle }),
    ...(found.mountName !== null && { mountName: found.mountName }),
    ...(found.vpcId !== null && { vpcId: found.vpcId }),
  }
  if (problems.length > 0) {
    return fail(
      subject,
      problems.map(({ message }) => message).join('; '),
      {
        text: problems.map(({ fix }) => fix).join(' '),
        commands: [command('aws', 'fsx', 'describe-file-systems', '--region', plan.region, '--file-system-ids', found.fileSystemId)],
      },
      // An update goes on while the file system serves.
      { location, evidence, severity: found.lifecycle === 'UPDATING' && problems.length === 1 ? 'warning' : undefined },
    )
  }
  if (found.lifecycle === null) return unknown(subject, stateUnsaid(subject), { location, evidence })
  if (!vpc.ok) return unknown(subject, vpc.gap, { location, evidence })
  return pass(subject, `${subject} is AVAILABLE${found.vpcId === null ? '' : ` in ${found.vpcId}`}`, { location, evidence })
}

const notFound = ({ dnsName, location }: PlannedFileSystem, subject: string, region: string): Outcome => {
  const list = command('aws', 'fsx', 'describe-file-systems', '--region', region)
  if (dnsName?.toLowerCase().startsWith('fc') === true) {
    const message = `${dnsName} is a file cache, which this rule does not look up`
    return {
      ...unknown(subject, { reason: 'unsupported', action: 'fsx:DescribeFileCaches', message }, { location }),
    }
  }
  return fail(
    subject,
    `${subject} is not among the FSx file systems of this account in ${region}`,
    { text: 'Correct the id or the DNS name, or the Region; or create the file system first.', commands: [list] },
    { location },
  )
}

const stateUnsaid = (subject: string): Gap => ({
  reason: 'unexpected',
  action: 'fsx:DescribeFileSystems',
  message: `fsx:DescribeFileSystems answered no Lifecycle for ${subject}`,
})

const stateProblems = ({ fileSystemId, lifecycle }: FileSystem): readonly Problem[] =>
  lifecycle === 'AVAILABLE' || lifecycle === null
    ? []
    : [
        {
          message: `${fileSystemId} is ${lifecycle}, it must be AVAILABLE`,
          fix: ['CREATING', 'UPDATING'].includes(lifecycle)
            ? `Wait until ${fileSystemId} is AVAILABLE.`
            : `Take another file system, or mend ${fileSystemId}.`,
        },
      ]

const requestProblems = (planned: PlannedFileSystem, { fileSystemId, type, mountName, dnsName }: FileSystem): readonly Problem[] => {
  const problems: Problem[] = []
  const plannedType = planned.type.toUpperCase()
  if (planned.type !== 'unstated' && plannedType !== type) {
    problems.push({
      message: `${fileSystemId} is of type ${type}, the request mounts it as ${plannedType}`,
      fix: `Mount ${fileSystemId} as ${type}.`,
    })
  }
  if (planned.mountName !== null && mountName !== null && planned.mountName !== mountName) {
    problems.push({
      message: `the mount name of ${fileSystemId} is ${mountName}, the request says ${planned.mountName}`,
      fix: `Set MountName to ${mountName}.`,
    })
  }
  if (planned.dnsName !== null && dnsName !== null && plain(planned.dnsName) !== plain(dnsName)) {
    problems.push({
      message: `the DNS name of ${fileSystemId} is ${dnsName}, the request says ${planned.dnsName}`,
      fix: `Set DnsName to ${dnsName}.`,
    })
  }
  return problems
}

/** Names in DNS have no case, and may end in a dot. */
const plain = (dnsName: string): string => dnsName.toLowerCase().replace(/\.$/, '')

const vpcProblems = ({ fileSystemId, vpcId }: FileSystem, clusterVpcId: string | null): readonly Problem[] =>
  vpcId === null || clusterVpcId === null || vpcId === clusterVpcId
    ? []
    : [
        {
          message: `${fileSystemId} is in ${vpcId}, the cluster is in ${clusterVpcId}`,
          fix: `Take a file system in ${clusterVpcId}, or put the cluster into ${vpcId}.`,
        },
      ]
