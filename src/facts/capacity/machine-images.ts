import { ArchitectureValues, type Image, ImageState, paginateDescribeImages } from '@aws-sdk/client-ec2'
import type { MachineImage } from '../../model/facts/capacity.ts'
import { field, matching, namesEach, oneOf, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'

/**
 * The images that the plan's groups name. Asked by filter and not by id: one that is absent would otherwise hide the others. Deprecated
 * and disabled ones are answered too, so that their state can be told.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
 */
export const machineImages = defineCollector({
  id: 'machineImages',
  needs: [],
  actions: ['ec2:DescribeImages'],
  collect: async ({ plan, clients }: Context) => {
    const ids = [...new Set(plan.instanceGroups.flatMap(({ imageId }) => imageId ?? []))]
    if (ids.length === 0) return {}
    const asked = { IncludeDeprecated: true, IncludeDisabled: true, Filters: [{ Name: 'image-id', Values: ids }] }
    const found = await pages(paginateDescribeImages({ client: clients.ec2 }, asked), 'Images')
    namesEach(found, 'ImageId')
    const byId = new Map(found.map((image) => [image.ImageId, toMachineImage(image)]))
    return Object.fromEntries(ids.map((id) => [id, byId.get(id) ?? null]))
  },
})

const toMachineImage = (image: Image): MachineImage => ({
  imageId: matching(image, 'ImageId', /^ami-./),
  name: image.Name ?? '',
  state: oneOf(image, 'State', Object.values(ImageState)),
  ownerId: field(image, 'OwnerId'),
  creationDate: matching(image, 'CreationDate', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  encrypted: (image.BlockDeviceMappings ?? []).some(({ Ebs }) => Ebs?.Encrypted === true),
  ...(image.Architecture !== undefined && { architecture: oneOf(image, 'Architecture', Object.values(ArchitectureValues)) }),
  windows: image.Platform?.toLowerCase() === 'windows',
})
