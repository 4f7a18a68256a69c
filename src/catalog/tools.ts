import type { ToolName } from '../model/plan.ts'

/** Every tool, in the order in which reports list them. */
export const toolNames = ['aws', 'hyp', 'kubectl', 'session-manager-plugin', 'eksctl', 'helm'] as const satisfies readonly ToolName[]

/** What is known of a command-line tool before looking at this machine. */
export interface ToolReference {
  readonly name: ToolName
  /** As people call it. */
  readonly title: string
  /** Prints the version and does nothing else: no call, no prompt, no configuration read that matters. */
  readonly versionArguments: readonly string[]
  /** Finds the version in what the version command prints: its first group. */
  readonly versionPattern: RegExp
  /** Milliseconds that the version command may take. */
  readonly deadlineMs: number
  /** Tools of the EKS orchestrator have no use beside Slurm. */
  readonly orchestrator: 'any' | 'eks'
  /** The page that says how to install it on each platform. */
  readonly installation: string
}

const deadlineMs = 5_000

/** Read on 2026-11-24 from the pages named in `installation` and from the tools' own output. */
export const toolReferences: Readonly<Record<ToolName, ToolReference>> = {
  aws: {
    name: 'aws',
    title: 'AWS CLI',
    versionArguments: ['--version'],
    versionPattern: /aws-cli\/(\d+\.\d+\.\d+)/,
    deadlineMs,
    orchestrator: 'any',
    installation: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  },
  hyp: {
    name: 'hyp',
    title: 'HyperPod CLI',
    versionArguments: ['--version'],
    versionPattern: /hyp version: v?(\d+\.\d+\.\d+)/,
    // Its Python packages take seconds to load for the first time.
    deadlineMs: 15_000,
    orchestrator: 'eks',
    installation: 'https://github.com/aws/sagemaker-hyperpod-cli',
  },
  kubectl: {
    name: 'kubectl',
    title: 'kubectl',
    versionArguments: ['version', '--client', '-o', 'json'],
    versionPattern: /"gitVersion":\s*"v?(\d+\.\d+\.\d+)/,
    deadlineMs,
    orchestrator: 'eks',
    installation: 'https://kubernetes.io/docs/tasks/tools/',
  },
  'session-manager-plugin': {
    name: 'session-manager-plugin',
    title: 'Session Manager plugin',
    versionArguments: ['--version'],
    versionPattern: /(?:^|\s)(\d+\.\d+\.\d+)\.\d+(?:\s|$)/,
    deadlineMs,
    orchestrator: 'any',
    installation: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html',
  },
  eksctl: {
    name: 'eksctl',
    title: 'eksctl',
    versionArguments: ['version'],
    versionPattern: /(?:^|\s|")v?(\d+\.\d+\.\d+)/,
    deadlineMs,
    orchestrator: 'eks',
    installation: 'https://docs.aws.amazon.com/eks/latest/eksctl/installation.html',
  },
  helm: {
    name: 'helm',
    title: 'Helm',
    versionArguments: ['version', '--short'],
    // Of a line of its own: warnings about plugins name versions too. Version 2 writes `Client: ` before it.
    versionPattern: /^(?:Client: )?v(\d+\.\d+\.\d+)/m,
    deadlineMs,
    orchestrator: 'eks',
    installation: 'https://helm.sh/docs/v3/intro/install/',
  },
}

/**
 * Oldest AWS CLI that AWS's own HyperPod scripts take.
 * https://github.com/awslabs/awsome-distributed-ai (automate-eks-cluster-creation.sh)
 */
export const oldestAwsCli = '2.17.47'

/**
 * AWS announced that Session Manager will stop to serve older plugins (1.2.764.0); their fourth number is always 0.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html
 */
export const oldestSessionManagerPlugin = '1.2.764'

/** What the prerequisites checklist asks for; used only where no cluster is known to compare with. */
export const oldestKubectl = '1.28.0'
