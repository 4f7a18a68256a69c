export interface EksCluster {
  readonly name: string
  readonly arn: string
  /** CREATING, ACTIVE, DELETING, FAILED, UPDATING, PENDING. */
  readonly status: string
  readonly version: string
  readonly authenticationMode: string | null
  readonly vpcId: string | null
  readonly subnetIds: readonly string[]
  /** The group that EKS makes for control plane and nodes. */
  readonly clusterSecurityGroupId: string | null
  /** Groups that the user added to the control plane's network interfaces. */
  readonly securityGroupIds: readonly string[]
  /** Both are null where the answer does not say. */
  readonly endpointPublicAccess: boolean | null
  readonly endpointPrivateAccess: boolean | null
  readonly publicAccessCidrs: readonly string[]
  /** URL of the Kubernetes API server; null while the cluster has none yet. */
  readonly endpoint: string | null
  /** EKS Auto Mode: EKS itself runs nodes, networking and Pod Identity. Null where the answer does not say. */
  readonly autoMode: boolean | null
  /** Of the addresses of pods; missing from snapshots of older versions, and where the answer does not say. */
  readonly ipFamily?: 'ipv4' | 'ipv6'
}

/** An add-on that EKS manages. https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html */
export interface EksAddon {
  readonly name: string
  /** As EKS writes it: `v1.19.0-eksbuild.1`. */
  readonly version: string
  /** CREATING, ACTIVE, CREATE_FAILED, UPDATING, DELETING, DELETE_FAILED, DEGRADED, UPDATE_FAILED. */
  readonly status: string
  /** Codes of what EKS finds wrong with its health: ConfigurationConflict, AccessDenied …; missing from snapshots of version 1.0.0. */
  readonly issues?: readonly string[]
}

/** What this machine's own tools say about the HyperPod Helm chart in the plan's EKS cluster. */
export type HyperPodChart =
  /**
   * Nobody could look: `reason` says why, as a clause. This machine `lacks` a kubeconfig context that leads to this very cluster, helm and
   * kubectl, or both; nothing where there is no API server to ask. Snapshots of version 1.0.0 do not say.
   */
  | { readonly kind: 'not-looked'; readonly reason: string; readonly lacks?: readonly ('kubeconfig' | 'tool')[] }
  /** `context` is the kubeconfig's, `by` the tool that looked. */
  | {
      readonly kind: 'looked'
      readonly by: 'helm' | 'kubectl'
      readonly context: string
      /** The releases of the chart, by any name; none where Helm has not installed it. */
      readonly releases: readonly HelmRelease[]
      /** Namespaces with a DaemonSet of the chart, whatever installed it; null where kubectl did not look, or was not needed. */
      readonly agentNamespaces: readonly string[] | null
    }

export interface HelmRelease {
  readonly name: string
  readonly namespace: string
  /** deployed, failed, pending-install, pending-upgrade, pending-rollback, uninstalling, uninstalled; as Helm says it. */
  readonly status: string
  /** Chart with its version, `hyperpod-helm-chart-0.1.0`; null where the tool that looked cannot tell. */
  readonly chart: string | null
}
