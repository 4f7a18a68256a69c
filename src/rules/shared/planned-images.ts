import type { MachineImage } from '../../model/facts/capacity.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'

/** An image that groups of the plan name, with those groups. */
export interface PlannedImage {
  readonly imageId: string
  readonly instanceGroups: readonly string[]
  readonly location: Location | null
  /** Null where it does not exist, or is not shared with this account. */
  readonly found: MachineImage | null
}

/** Why a rule about images does not apply, or `true`. */
export const namesImage = ({ instanceGroups }: Plan): true | string =>
  instanceGroups.some(({ imageId }) => imageId !== null) || "Every group takes HyperPod's own image: none names an ImageId."

/** Judges every image of the plan, once. */
export const eachImage = (
  { instanceGroups }: Plan,
  images: Facts['machineImages'],
  judge: (image: PlannedImage) => Outcome,
): readonly Outcome[] => {
  const byId = new Map<string, PlannedImage>()
  for (const { name, imageId, location } of instanceGroups) {
    if (imageId === null) continue
    const known = byId.get(imageId) ?? { imageId, instanceGroups: [], location, found: images[imageId] ?? null }
    byId.set(imageId, { ...known, instanceGroups: [...known.instanceGroups, name] })
  }
  return [...byId.values()].map(judge)
}
