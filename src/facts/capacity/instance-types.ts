import { type InstanceTypeInfo, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2'
import { catalogInstanceType, ec2InstanceType } from '../../catalog/instance-types.ts'
import type { InstanceType } from '../../model/facts/capacity.ts'
import { count, field, flag, pages } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'

/**
 * The sizes of the plan's instance types. The catalog answers for nearly all of them without a call; EC2 is asked once for the rest,
 * by filter and not by name: one name that EC2 does not know would otherwise hide all the others.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
 */
export const instanceTypes = defineCollector({
  id: 'instanceTypes',
  needs: [],
  actions: ['ec2:DescribeInstanceTypes'],
  collect: async ({ plan, clients }: Context) => {
    const names = [...new Set(plan.instanceGroups.flatMap((group) => group.instanceTypes))]
    const asked = names.filter((name) => catalogInstanceType(name) === null).map(ec2InstanceType)
    const answers =
      asked.length === 0
        ? []
        : await pages(
            paginateDescribeInstanceTypes({ client: clients.ec2 }, { Filters: [{ Name: 'instance-type', Values: asked }] }),
            'InstanceTypes',
          )
    const byEc2Name = new Map<string | undefined, InstanceTypeInfo>(answers.map((answer) => [answer.InstanceType, answer]))
    const describe = (name: string): InstanceType | null => {
      const answer = byEc2Name.get(ec2InstanceType(name))
      return answer === undefined ? null : toInstanceType(name, answer)
    }
    return Object.fromEntries(names.map((name) => [name, catalogInstanceType(name) ?? describe(name)]))
  },
})

const toInstanceType = (name: string, answer: InstanceTypeInfo): InstanceType => {
  const network = field(answer, 'NetworkInfo')
  const architectures = answer.ProcessorInfo?.SupportedArchitectures ?? []
  return {
    name,
    vcpus: count(field(answer, 'VCpuInfo'), 'DefaultVCpus', 1),
    efaSupported: flag(network, 'EfaSupported'),
    networkCards: count(network, 'MaximumNetworkCards', 1),
    ipv4AddressesPerInterface: count(network, 'Ipv4AddressesPerInterface', 1),
    ...(architectures.length > 0 && { architectures }),
    source: 'api',
  }
}
