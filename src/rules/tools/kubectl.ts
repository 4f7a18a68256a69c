import { lt, parse } from 'semver'
import { oldestKubectl, toolReferences } from '../../catalog/tools.ts'
import type { Fact } from '../../model/fact.ts'
import type { EksCluster } from '../../model/facts/eks.ts'
import type { Machine } from '../../model/facts/machine.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import { toolConcerns } from '../../semantics/tools/tools.ts'
import { defineRule } from '../engine/define.ts'
import { pass, unknown } from '../engine/outcome.ts'
import { type InstalledTool, installationFix, judgeTool, type Verdict } from './installed/installed-tool.ts'

export const kubectl = defineRule({
  id: 'tools/kubectl',
  title: 'kubectl is on this machine, within one minor version of the EKS cluster',
  why: 'Kubernetes supports kubectl one minor version older or newer than the API server. Beyond that, commands fail or leave out fields without saying so. It is not needed to create the cluster, so this does not block unless `required-tools` names `kubectl`.',
  severity: 'warning',
  otherSeverities: ['error', 'notice'],
  checklist: '7',
  checklistDiffers:
    'The checklist asks for v1.28 or later. What is right depends on the EKS cluster: 1.28 is too old for 1.30 and later, which HyperPod runs on. Where no cluster is known to compare with, v1.28 is still the least.',
  sources: ['https://kubernetes.io/releases/version-skew-policy/', toolReferences.kubectl.installation],
  needs: ['tools'],
  uses: ['eksCluster', 'machine'],
  applies: (plan) => toolConcerns(toolReferences.kubectl, plan),
  evaluate: ({ tools, eksCluster, machine }, plan) => {
    const fix = installation(eksCluster.ok ? eksCluster.value : null, machine)
    return [judgeTool('kubectl', 'warning', { tools, machine }, plan, fix, (installed) => judge(installed, eksCluster, fix))]
  },
})

const judge = (installed: InstalledTool, eksCluster: Fact<EksCluster | null>, fix: Fix): Verdict | Outcome | null => {
  const { version, evidence, severity } = installed
  if (!eksCluster.ok) {
    const message = `kubectl ${version.version} is there, whether it fits the EKS cluster is not known: ${eksCluster.gap.message}`
    return { ...unknown('kubectl', { ...eksCluster.gap, message }, { evidence, severity }) }
  }
  const cluster = eksCluster.value
  const server = cluster === null ? null : kubernetesOf(cluster)
  if (cluster === null || server === null) {
    return lt(version, oldestKubectl)
      ? { message: `kubectl ${version.version} is older than ${oldestKubectl}`, fix }
      : pass('kubectl', `kubectl ${version.version}, with no EKS cluster known to compare it with`, { evidence })
  }
  if (version.major === server.major && Math.abs(version.minor - server.minor) <= 1) return null
  return {
    message: `kubectl ${version.version} is more than one minor version from Kubernetes ${cluster.version} of ${cluster.name}`,
    fix,
  }
}

/** EKS states the minor version alone: `1.33`. */
const kubernetesOf = ({ version }: EksCluster) => parse(`${version}.0`)

/** Without the version of a cluster, no command is known to install the right one. */
const installation = (cluster: EksCluster | null, machine: Fact<Machine>): Fix => {
  const kubernetes = cluster === null ? null : kubernetesOf(cluster)
  const advice =
    kubernetes === null ? 'Install the version of the EKS cluster:' : `Install version ${kubernetes.major}.${kubernetes.minor}:`
  return installationFix('kubectl', 'install', advice, machine, kubernetes)
}
