import type { Gap } from '../../model/fact.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import type { Caller } from '../../model/facts/iam.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Location } from '../../model/plan.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { givenEksCluster, namesEksCluster } from './cluster-given/given-eks-cluster.ts'

export const callerAccess = defineRule({
  id: 'eks/caller-access',
  title: 'The caller has an access entry in the EKS cluster',
  why: 'The HyperPod Helm chart is installed by helm or kubectl, which the Kubernetes API lets in by an access entry of the IAM role or user that runs them. IAM permissions alone do not. This judges the credentials of this run only: whoever installs the chart may be somebody else, so it is a notice.',
  severity: 'notice',
  checklist: '8',
  checklistDiffers:
    'The checklist asks for kubectl to be configured for the cluster. What lets it in is an access entry, or in the mode API_AND_CONFIG_MAP the aws-auth ConfigMap, which is not visible in the EKS API.',
  sources: [
    'https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html',
    'https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessEntries.html',
  ],
  needs: ['eksCluster', 'eksAccessEntries', 'caller'],
  uses: [],
  applies: namesEksCluster,
  evaluate: ({ eksCluster, eksAccessEntries, caller }, plan) =>
    givenEksCluster(plan, eksCluster, (cluster, location) => [judge(cluster, eksAccessEntries, caller, location, plan.region)]),
})

const judge = (
  { name, authenticationMode }: EksCluster,
  entries: readonly string[] | null,
  caller: Caller,
  location: Location | null,
  region: string,
): Outcome => {
  if (entries === null)
    return reported(name, `${name} has no access entries in its authentication mode`, 'eks/authentication-mode', { location })
  if (caller.kind === 'unreadable') {
    const message = `which role or user ${caller.arn} is, is not known: ${caller.reason}`
    const gap: Gap = { reason: 'unsupported', action: 'iam:GetRole', message }
    return { status: 'unknown', subject: name, message, gap, fix: lookUp(name, region), ...(location !== null && { location }) }
  }
  const { arn } = caller
  const evidence = { caller: arn, accessEntries: entries.length }
  if (entries.includes(arn)) return pass(name, `${arn} has an access entry in ${name}`, { location, evidence })
  const unless = authenticationMode === 'API_AND_CONFIG_MAP' ? ', unless its aws-auth ConfigMap does' : ''
  const message = `${arn} has no access entry in ${name}, which does not let its kubectl and helm in${unless}`
  return fail(name, message, caller.kind === 'root' ? lookUp(name, region) : grant(name, arn, region), { location, evidence })
}

/** Where no entry can be proposed: for the root user, and for a session whose role is not known. */
const lookUp = (name: string, region: string): Fix => ({
  text: `Install the HyperPod chart as an IAM role or user that has an access entry in ${name}.`,
  commands: [command('aws', 'eks', 'list-access-entries', '--region', region, '--cluster-name', name)],
})

/** Partition of the policy as in the caller's own ARN. https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const grant = (name: string, arn: string, region: string): Fix => {
  const policy = `arn:${arn.split(':')[1] ?? 'aws'}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`
  const words = ['--region', region, '--cluster-name', name, '--principal-arn', arn]
  return {
    text: 'Give these credentials an access entry if it is they who install the HyperPod chart; a narrower access policy than that of administrators may do.',
    commands: [
      command('aws', 'eks', 'create-access-entry', ...words),
      command('aws', 'eks', 'associate-access-policy', ...words, '--policy-arn', policy, '--access-scope', 'type=cluster'),
    ],
  }
}
