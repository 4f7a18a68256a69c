export interface FileSystem {
  readonly fileSystemId: string
  /** LUSTRE, OPENZFS, ONTAP, WINDOWS; null where the answer does not say. */
  readonly type: string | null
  /** AVAILABLE, CREATING, FAILED, DELETING, MISCONFIGURED, UPDATING, MISCONFIGURED_UNAVAILABLE; null where the answer does not say. */
  readonly lifecycle: string | null
  readonly dnsName: string | null
  readonly mountName: string | null
  readonly vpcId: string | null
  readonly subnetIds: readonly string[]
  readonly networkInterfaceIds: readonly string[]
  /** SCRATCH_1, PERSISTENT_2, SINGLE_AZ_HA_2, MULTI_AZ_1 …; null where the answer does not say. */
  readonly deploymentType: string | null
  /** Lustre version, `2.15`; null for other types, or where the answer does not say. */
  readonly lustreVersion: string | null
  /** Whether Lustre takes EFA clients; null for other types, or where the answer does not say. */
  readonly efaEnabled: boolean | null
}
