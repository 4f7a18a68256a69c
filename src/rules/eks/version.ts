import type { EksCluster } from '../../model/facts/eks.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { thresholdOf } from '../../semantics/plan/thresholds.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { givenEksCluster, namesEksCluster } from './cluster-given/given-eks-cluster.ts'

export const version = defineRule({
  id: 'eks/version',
  title: 'The EKS cluster runs a version of Kubernetes that HyperPod documents',
  why: 'HyperPod supports a range of Kubernetes versions that moves with time. Outside of it nodes may not join, or the components of the HyperPod chart may not start, without a message that names the version.',
  severity: 'warning',
  checklist: '8',
  checklistDiffers:
    'The checklist names no version of Kubernetes for the EKS cluster. The range here was read on a certain day and can be newer than this version of the tool: it is a warning, and `kubernetes-oldest-minor` and `kubernetes-newest-minor` among the `thresholds` of the policy file move it.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
  ],
  needs: ['eksCluster'],
  uses: [],
  applies: namesEksCluster,
  evaluate: ({ eksCluster }, plan) => givenEksCluster(plan, eksCluster, (cluster, location) => [judge(cluster, location, plan)]),
})

const judge = (cluster: EksCluster, location: Location | null, plan: Plan): Outcome => {
  const { name } = cluster
  const [oldest, newest] = [thresholdOf(plan, 'kubernetes-oldest-minor'), thresholdOf(plan, 'kubernetes-newest-minor')]
  const evidence = { version: cluster.version, oldest: `1.${oldest}`, newest: `1.${newest}` }
  const minor = /^1\.(\d+)$/.exec(cluster.version)?.[1]
  if (minor === undefined) {
    const message = `eks:DescribeCluster answered the version ${cluster.version} for ${name}, which is not one of Kubernetes 1`
    return unknown(name, { reason: 'unexpected', action: 'eks:DescribeCluster', message }, { location, evidence })
  }
  const range = `HyperPod documents 1.${oldest} to 1.${newest}`
  if (Number(minor) < oldest) {
    const message = `${name} runs Kubernetes ${cluster.version}, ${range}`
    return fail(name, message, upgrade(name, Number(minor), oldest, plan.region), { location, evidence })
  }
  if (Number(minor) > newest) {
    const text = `Look whether HyperPod's prerequisites name ${cluster.version} by now; if so, set kubernetes-newest-minor: ${minor} under thresholds in the policy file. Else take an EKS cluster of version 1.${newest}: one cannot be put back.`
    return fail(name, `${name} runs Kubernetes ${cluster.version}, ${range}`, { text, commands: [] }, { location, evidence })
  }
  return pass(name, `${name} runs Kubernetes ${cluster.version}; ${range}`, { location, evidence })
}

/** EKS upgrades one minor version at a time. https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html */
const upgrade = (name: string, minor: number, oldest: number, region: string) => ({
  text:
    oldest - minor === 1
      ? `Upgrade ${name} to 1.${oldest}.`
      : `Upgrade ${name} one minor version at a time, ${oldest - minor} times, up to 1.${oldest} at least; this is the first step.`,
  commands: [command('aws', 'eks', 'update-cluster-version', '--region', region, '--name', name, '--kubernetes-version', `1.${minor + 1}`)],
})
