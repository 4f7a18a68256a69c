import type { Subnet } from '../../../model/facts/network.ts'
import type { Fix } from '../../../model/finding.ts'
import type { RouterFault } from '../../../semantics/network/routers.ts'
import { command } from '../../engine/command.ts'

/** How what a route leads to is made to let the nodes of a subnet out. */
export const routerFix = (fault: RouterFault, { subnetId, availabilityZone }: Subnet, region: string): Fix => {
  const ec2 = (operation: string, ...words: readonly string[]): string => command('aws', 'ec2', operation, '--region', region, ...words)
  switch (fault.kind) {
    case 'transit-not-available': {
      const { attachmentId, transitGatewayId, state } = fault.attachment
      const accept = state === 'pendingAcceptance' ? `Let the owner of ${transitGatewayId} accept` : 'Mend'
      return {
        text: `${accept} ${attachmentId}; it has to be available.`,
        commands: [ec2('describe-transit-gateway-vpc-attachments', '--transit-gateway-attachment-ids', attachmentId)],
      }
    }
    case 'transit-zone': {
      const { attachmentId } = fault.attachment
      return {
        text: `Give ${attachmentId} a subnet in ${availabilityZone}, best one of its own; ${subnetId} does as well. Or place the cluster in a zone that it has a subnet in.`,
        commands: [
          ec2('modify-transit-gateway-vpc-attachment', ...['--transit-gateway-attachment-id', attachmentId, '--add-subnet-ids', subnetId]),
        ],
      }
    }
    case 'transit-no-route': {
      const { attachmentId, transitGatewayId } = fault.attachment
      return {
        text: `Give the route table of ${transitGatewayId} that ${attachmentId} is associated with a default route to the attachment of a VPC that leads out; the command names the table.`,
        commands: [ec2('describe-transit-gateway-attachments', '--transit-gateway-attachment-ids', attachmentId)],
      }
    }
    case 'source-dest-check': {
      const { networkInterfaceId } = fault.interface
      return {
        text: `Turn the check of source and destination of ${networkInterfaceId} off, so that it may forward.`,
        commands: [ec2('modify-network-interface-attribute', '--network-interface-id', networkInterfaceId, '--no-source-dest-check')],
      }
    }
    case 'appliance-enclosed': {
      const { networkInterfaceId, subnetId: own } = fault.interface
      return {
        text: `Give the subnet of an interface of the instance a default route to an internet gateway, and that interface a public address: ${networkInterfaceId} is in ${own}.`,
        commands: [ec2('describe-network-interfaces', '--network-interface-ids', networkInterfaceId)],
      }
    }
    case 'endpoint-not-available': {
      const { vpcEndpointId } = fault.endpoint
      return {
        text: `Wait until ${vpcEndpointId} is available, or let the owner of its service accept it.`,
        commands: [ec2('describe-vpc-endpoints', '--vpc-endpoint-ids', vpcEndpointId)],
      }
    }
  }
}
