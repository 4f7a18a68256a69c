import type { EbsVolume, InstanceGroup } from '../../model/plan.ts'

/** What the prerequisites checklist counts with for one node, in GB. */
export const checklistVolumeGb = 500

/** The largest secondary EBS volume that a group states, with its size in GB; null where it states none. */
export const largestVolume = (group: InstanceGroup): (EbsVolume & { readonly sizeGb: number }) | null => {
  let largest: (EbsVolume & { readonly sizeGb: number }) | null = null
  for (const { sizeGb, ...volume } of group.ebsVolumes) {
    if (volume.kind === 'secondary' && sizeGb !== null && sizeGb > (largest?.sizeGb ?? 0)) largest = { ...volume, sizeGb }
  }
  return largest
}

/** Storage of all nodes of these groups in GB: the size that a group states, else what the checklist counts with. */
export const storageGb = (groups: readonly InstanceGroup[]): number =>
  groups.reduce((sum, group) => sum + group.instanceCount * (largestVolume(group)?.sizeGb ?? checklistVolumeGb), 0)
