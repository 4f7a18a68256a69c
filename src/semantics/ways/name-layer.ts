import type { Network } from './network.ts'
import { closed, open, type Step, undecided } from './step.ts'

/**
 * Whether the Amazon DNS server of the VPC answers with private names: those of interface endpoints, hosted zones and the private endpoint
 * of an EKS cluster. Both DNS attributes have to be on.
 * https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
 */
export const privateNames = ({ facts }: Network): readonly Step[] => {
  const { vpcDns } = facts
  if (!vpcDns.ok) return [undecided('name', 'vpc', vpcDns.gap)]
  if (vpcDns.value === null) return []
  const { vpcId, enableDnsSupport, enableDnsHostnames } = vpcDns.value
  const off = [...(enableDnsSupport ? [] : ['enableDnsSupport']), ...(enableDnsHostnames ? [] : ['enableDnsHostnames'])]
  return [
    off.length === 0
      ? open('name', vpcId)
      : closed('name', vpcId, `${off.join(' and ')} of ${vpcId} ${off.length === 1 ? 'is' : 'are'} off, so private names are not answered`),
  ]
}

/** Whether nodes can resolve public names at all: the Amazon DNS server answers only if DNS support is on. */
export const publicNames = ({ facts }: Network): readonly Step[] => {
  const { vpcDns } = facts
  if (!vpcDns.ok) return [undecided('name', 'vpc', vpcDns.gap)]
  if (vpcDns.value === null) return []
  const { vpcId, enableDnsSupport } = vpcDns.value
  return [
    enableDnsSupport
      ? open('name', vpcId)
      : closed('name', vpcId, `enableDnsSupport of ${vpcId} is off, so its DNS server answers nothing`),
  ]
}
