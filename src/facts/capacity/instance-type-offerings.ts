import { paginateDescribeInstanceTypeOfferings } from '@aws-sdk/client-ec2'
import { ec2InstanceType } from '../../catalog/instance-types.ts'
import { field, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'

/**
 * The zones in which EC2 offers the plan's instance types. All types are asked for together, by filter; one that the answer does not
 * have is offered nowhere in the Region.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
 */
export const instanceTypeOfferings = defineCollector({
  id: 'instanceTypeOfferings',
  needs: [],
  actions: ['ec2:DescribeInstanceTypeOfferings'],
  collect: async ({ plan, clients }: Context) => {
    const names = [...new Set(plan.instanceGroups.flatMap((group) => group.instanceTypes))]
    if (names.length === 0) return {}
    const offerings = await pages(
      paginateDescribeInstanceTypeOfferings(
        { client: clients.ec2 },
        { LocationType: 'availability-zone-id', Filters: [{ Name: 'instance-type', Values: names.map(ec2InstanceType) }] },
      ),
      'InstanceTypeOfferings',
    )
    const zonesOf = (name: string): readonly string[] =>
      offerings
        .filter((offering) => field(offering, 'InstanceType') === ec2InstanceType(name))
        .map((offering) => field(offering, 'Location'))
    return Object.fromEntries(names.map((name) => [name, zonesOf(name).toSorted()]))
  },
})
