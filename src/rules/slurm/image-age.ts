import type { Outcome } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, skip } from '../engine/outcome.ts'
import { eachImage, namesImage, type PlannedImage } from '../shared/planned-images.ts'

/** AWS names January 2026, and no day. */
const oldestImage = '2026-01-01'

export const imageAge = defineRule({
  id: 'slurm/image-age',
  title: 'Images are new enough for Slurm to be configured in the request',
  why: "SlurmConfig, and groups that are set up by their image alone, work with HyperPod's images of about January 2026 and later. With an older one CreateCluster answers `Update required to use SlurmConfig in InstanceGroups`, or that LifeCycleConfig is optional only with a compatible AMI. An image made before that cannot be built on a newer one; one made later still can be built on an older one, which is not visible.",
  severity: 'warning',
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html'],
  needs: ['machineImages'],
  uses: [],
  applies: (plan) => {
    if (plan.orchestrator.kind !== 'slurm') return 'The cluster is not for Slurm.'
    return plan.instanceGroups.some(needsNewImage)
      ? namesImage(plan)
      : 'No group uses SlurmConfig or goes without LifeCycleConfig: any image does.'
  },
  evaluate: ({ machineImages }, plan) => eachImage(plan, machineImages, (image) => judge(image, plan)),
})

const needsNewImage = ({ slurmNodeType, lifecycle }: InstanceGroup): boolean => slurmNodeType !== null || lifecycle.mode === 'ami'

const judge = ({ imageId, location, found }: PlannedImage, { instanceGroups, region }: Plan): Outcome => {
  const groups = instanceGroups.filter((group) => group.imageId === imageId && needsNewImage(group)).map(({ name }) => name)
  if (groups.length === 0) return skip(imageId, `no group with ${imageId} uses SlurmConfig or goes without LifeCycleConfig`, { location })
  if (found === null) return reported(imageId, `${imageId} is not there to look at`, 'image/available', { location })
  const evidence = { creationDate: found.creationDate, oldest: oldestImage }
  const day = found.creationDate.slice(0, 10)
  if (day >= oldestImage) {
    const message = `${imageId} was made on ${day}, after HyperPod's images could do so; on which image it is built is not visible`
    return pass(imageId, message, { location, evidence })
  }
  const text = `Build the image anew on HyperPod's own of January 2026 or later, or leave ImageId out of ${groups.join(', ')}.`
  const commands = [command('aws', 'ec2', 'describe-images', '--region', region, '--image-ids', imageId)]
  const message = `${imageId} (${groups.join(', ')}) was made on ${day}, before HyperPod's images could be configured by the request (January 2026)`
  return fail(imageId, message, { text, commands }, { location, evidence })
}
