import type { Fact } from '../../model/fact.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import type { Identity } from '../../model/facts/iam.ts'
import type { Outcome } from '../../model/finding.ts'
import type { EksClusterReference, Plan } from '../../model/plan.ts'
import { eksClusterOf } from '../../semantics/plan/eks.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'

export const cluster = defineRule({
  id: 'eks/cluster',
  title: 'The EKS cluster exists in the account and Region of the HyperPod cluster and is ACTIVE',
  why: 'HyperPod joins its nodes to a running EKS cluster, named by ARN in `Orchestrator.Eks.ClusterArn`. CreateCluster does not make that cluster and does not wait for it: one that is absent, elsewhere or not ACTIVE is refused.',
  severity: 'error',
  otherSeverities: ['warning'],
  checklist: '8',
  checklistDiffers:
    'The checklist lists only tools for EKS. The EKS cluster itself has to be there first, so its existence, state and place are judged here.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html',
  ],
  needs: [],
  uses: ['eksCluster', 'identity'],
  applies: (plan) => {
    const reference = eksClusterOf(plan)
    return typeof reference === 'string' ? reference : true
  },
  evaluate: (facts, plan) => {
    const reference = eksClusterOf(plan)
    return typeof reference === 'string' ? [] : (elsewhere(reference, facts.identity, plan) ?? here(reference, facts.eksCluster, plan))
  },
})

/** What the ARN alone tells, and the account of the caller. */
const elsewhere = (reference: EksClusterReference, identity: Fact<Identity>, { region }: Plan): readonly Outcome[] | null => {
  const { name, location } = reference
  const fix = {
    text: `Name an EKS cluster of ${region} in this account, or run with the Region and account of ${name}.`,
    commands: [listClusters(region)],
  }
  if (reference.region !== null && reference.region !== region) {
    const message = `${name} is in ${reference.region}, the HyperPod cluster is to be in ${region}: both must be in one Region`
    return [fail(name, message, fix, { location, evidence: { eksRegion: reference.region, region } })]
  }
  const account = identity.ok && identity.value.kind === 'caller' ? identity.value.account : null
  if (reference.account === null || account === null || reference.account === account) return null
  const message = `${name} is in account ${reference.account}, these credentials are of account ${account}: both clusters must be in one account`
  return [fail(name, message, fix, { location, evidence: { eksAccount: reference.account, account } })]
}

const here = ({ name, arn, location }: EksClusterReference, fact: Fact<EksCluster | null>, { region }: Plan): readonly Outcome[] =>
  given(
    fact,
    name,
    (found) => {
      if (found !== null) return judgeStatus(found, region, location)
      return fail(
        name,
        `${arn ?? name} does not exist in ${region}`,
        {
          text: 'Correct the name, the Region or the account; or create the EKS cluster and install the HyperPod Helm chart in it first.',
          commands: [listClusters(region)],
        },
        { location },
      )
    },
    { location },
  )

const judgeStatus = ({ name, status, version, arn }: EksCluster, region: string, location: EksClusterReference['location']): Outcome => {
  const details = { location, evidence: { status, version, arn } }
  if (status === 'ACTIVE') return pass(name, `${name} is ACTIVE, Kubernetes ${version}`, details)
  const coming = ['CREATING', 'UPDATING', 'PENDING'].includes(status)
  return fail(
    name,
    `${name} is ${status}, it must be ACTIVE`,
    coming
      ? {
          text: `Wait until ${name} is ACTIVE.`,
          commands: [command('aws', 'eks', 'wait', 'cluster-active', '--region', region, '--name', name)],
        }
      : {
          text: `${name} does not become ACTIVE again by waiting: look why, or take another EKS cluster.`,
          commands: [command('aws', 'eks', 'describe-cluster', '--region', region, '--name', name), listClusters(region)],
        },
    // An update ends by itself, and the cluster goes on serving meanwhile.
    status === 'UPDATING' ? { ...details, severity: 'warning' } : details,
  )
}

const listClusters = (region: string): string => command('aws', 'eks', 'list-clusters', '--region', region)
