import { gte, lt, lte, parse } from 'semver'
import { vpcCniAddonName, vpcCniVersions } from '../../catalog/eks-addons.ts'
import type { EksAddon, EksCluster } from '../../model/facts/eks.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, skip, unknown } from '../engine/outcome.ts'
import { givenEksCluster, namesEksCluster } from './cluster-given/given-eks-cluster.ts'

const { oldest, faulty } = vpcCniVersions

export const vpcCni = defineRule({
  id: 'eks/vpc-cni',
  title: `The VPC CNI of the EKS cluster is ${oldest} or later, and none of ${faulty.from} to ${faulty.to}`,
  why: `The VPC CNI gives pods their addresses. HyperPod needs ${oldest} or later: with older ones \`aws-node\` fails and nodes never become ready. From ${faulty.from} to ${faulty.to} it gives the node's own address to a pod on HyperPod nodes, which is mended in ${faulty.fixedIn}. An add-on that EKS could not create (\`CREATE_FAILED\`) leaves nodes without a network, which is an error; where that is for a conflict, a VPC CNI that EKS does not manage is there already, and its version is unknown. One that is \`DEGRADED\`, or whose update or removal failed, is a warning.`,
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '8',
  checklistDiffers:
    'The checklist names no version of the VPC CNI. EKS shows the version of an add-on that it manages; the VPC CNI that EKS installs with a cluster that is made without the add-on, or one installed by hand, is not visible in its API, and so is unknown here.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://github.com/aws/amazon-vpc-cni-k8s/issues/3753',
    'https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html',
    'https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html',
  ],
  needs: ['eksCluster', 'vpcCniAddon'],
  uses: [],
  applies: namesEksCluster,
  evaluate: ({ eksCluster, vpcCniAddon }, plan) =>
    givenEksCluster(plan, eksCluster, (cluster, location) => [judge(cluster, vpcCniAddon, location, plan.region)]),
})

const judge = (cluster: EksCluster, addon: EksAddon | null, location: Location | null, region: string): Outcome => {
  const { name } = cluster
  if (addon === null) return cluster.autoMode === true ? autoMode(name, location) : selfManaged(name, location, region)
  const { issues = [] } = addon
  const evidence = { version: addon.version, status: addon.status, ...(issues.length > 0 && { issues }) }
  if (addon.status === 'CREATE_FAILED') return notCreated(name, addon, { location, evidence }, region)
  const version = parse(addon.version.split('-')[0])
  if (version === null) {
    const message = `eks:DescribeAddon answered the version ${addon.version} of ${vpcCniAddonName} in ${name}, which cannot be read`
    return unknown(name, { reason: 'unexpected', action: 'eks:DescribeAddon', message }, { location, evidence })
  }
  if (lt(version, oldest)) {
    const message = `the VPC CNI of ${name} is ${addon.version}, HyperPod needs ${oldest} or later`
    return fail(name, message, update(cluster, region, oldest), { location, evidence })
  }
  if (gte(version, faulty.from) && lte(version, faulty.to)) {
    const message = `the VPC CNI of ${name} is ${addon.version}, which gives addresses of HyperPod nodes to pods`
    return fail(name, message, update(cluster, region, faulty.fixedIn), { location, evidence, severity: 'warning' })
  }
  if (unsound.has(addon.status)) {
    const message = `the VPC CNI of ${name} is ${addon.version}, and its add-on is ${standing(addon)}`
    return fail(name, message, mend(name, region), { location, evidence, severity: 'warning' })
  }
  return pass(name, `the VPC CNI of ${name} is ${addon.version}`, { location, evidence })
}

/** States in which pods run, or may not: not all of them, not for long, or not of this version. */
const unsound: ReadonlySet<string> = new Set(['DEGRADED', 'UPDATE_FAILED', 'DELETING', 'DELETE_FAILED'])

const standing = ({ status, issues = [] }: EksAddon): string =>
  issues.length === 0 ? status : `${status} (${[...new Set(issues)].join(', ')})`

const notCreated = (name: string, addon: EksAddon, details: { location: Location | null; evidence: Evidence }, region: string): Outcome => {
  const failed = `the add-on ${vpcCniAddonName} of ${name} is ${standing(addon)}`
  if (addon.issues?.includes('ConfigurationConflict') !== true)
    return fail(name, `${failed}: nodes without a VPC CNI never become ready`, mend(name, region), details)
  // What it conflicts with is the DaemonSet that was there before, which goes on running.
  const message = `${failed}: a VPC CNI that EKS does not manage is there already, and its version is not visible in the API of EKS`
  const gap = { reason: 'unsupported' as const, action: 'eks:DescribeAddon', message }
  return unknown(name, gap, { ...details, fix: lookOrManage(name, region, 'update-addon') })
}

const mend = (name: string, region: string): Fix => ({
  text: `See what EKS finds wrong with the add-on, mend it, and create or update the add-on again until it is ACTIVE.`,
  commands: [
    command(
      ...['aws', 'eks', 'describe-addon', '--region', region, '--cluster-name', name, '--addon-name', vpcCniAddonName],
      ...['--query', 'addon.[status,health.issues]'],
    ),
    'kubectl get daemonset aws-node --namespace kube-system --output wide',
  ],
})

const autoMode = (name: string, location: Location | null): Outcome =>
  skip(name, `${name} is in EKS Auto Mode, which has a CNI of its own; whether HyperPod works with it is documented nowhere`, { location })

const selfManaged = (name: string, location: Location | null, region: string): Outcome => {
  const message = `${name} has no add-on ${vpcCniAddonName}: the VPC CNI that EKS then installs by itself with the cluster, or one installed by hand, is self-managed, and its version is not visible in the API of EKS`
  const gap = { reason: 'unsupported' as const, action: 'eks:DescribeAddon', message }
  return unknown(name, gap, { location, fix: lookOrManage(name, region, 'create-addon') })
}

const lookOrManage = (name: string, region: string, operation: 'create-addon' | 'update-addon'): Fix => ({
  text: `Look at the image of the DaemonSet aws-node: it must be ${oldest} or later. Have EKS manage the add-on (where settings of it were changed, EKS refuses without --resolve-conflicts OVERWRITE, which puts back its own), or waive this finding in the policy file once you have looked.`,
  commands: [
    'kubectl get daemonset aws-node --namespace kube-system --output wide',
    command('aws', 'eks', operation, '--region', region, '--cluster-name', name, '--addon-name', vpcCniAddonName),
  ],
})

/**
 * An update that names no version does nothing, so the one that EKS lists as the default for the cluster's Kubernetes is named.
 * https://github.com/aws/aws-sdk-go-v2/issues/2554, https://docs.aws.amazon.com/eks/latest/userguide/addon-compat.html
 */
const update = ({ name, version }: EksCluster, region: string, wanted: string): Fix => {
  const versions = ['aws', 'eks', 'describe-addon-versions', '--region', region, '--addon-name', vpcCniAddonName]
  const listed = (query: string): string => command(...versions, '--kubernetes-version', version, '--query', query, '--output', 'text')
  const updated = command('aws', 'eks', 'update-addon', '--region', region, '--cluster-name', name, '--addon-name', vpcCniAddonName)
  return {
    text: `Update the add-on to ${wanted} or later: the first command lists the versions for Kubernetes ${version}, the default one marked True, and the second takes that one; name another where it does not do.`,
    commands: [
      listed('addons[].addonVersions[].[addonVersion, compatibilities[0].defaultVersion]'),
      `${updated} --resolve-conflicts PRESERVE --addon-version "$(${listed('addons[].addonVersions[?compatibilities[0].defaultVersion].addonVersion[]')})"`,
    ],
  }
}
