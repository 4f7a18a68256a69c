import type { Gap } from '../fact.ts'

export interface Vpc {
  readonly vpcId: string
  readonly state: string
  /** IPv4 CIDR blocks in use, the first one of the VPC first. */
  readonly cidrBlocks: readonly string[]
  readonly ipv6CidrBlocks: readonly string[]
  readonly isDefault: boolean
  /** `default` where the VPC has no set of DHCP options. Snapshots of versions that did not look at how names are resolved lack it. */
  readonly dhcpOptionsId?: string
}

/** What nodes of a VPC are told together with their addresses. https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html */
export interface DhcpOptions {
  readonly dhcpOptionsId: string
  /** Who they ask for names, in this order: `AmazonProvidedDNS`, or addresses. Empty where the set does not say. */
  readonly domainNameServers: readonly string[]
}

/** A private hosted zone that a VPC is associated with: its names, and all below them, are answered from it and from nowhere else. */
export interface HostedZone {
  readonly hostedZoneId: string
  /** In lower case, without the dot at its end: `s3.us-west-2.amazonaws.com`. */
  readonly name: string
  /** The AWS service that made it for itself; null for one of an account. */
  readonly owningService: string | null
}

/** DNS attributes of the plan's VPC, each an answer of its own to ec2:DescribeVpcAttribute. */
export interface VpcDns {
  readonly vpcId: string
  readonly enableDnsHostnames: boolean
  readonly enableDnsSupport: boolean
}

export interface Subnet {
  readonly subnetId: string
  readonly vpcId: string
  /** Account of the subnet and its VPC: another one than the caller's for a shared subnet. Snapshots of older versions lack it. */
  readonly ownerId?: string
  readonly state: string
  /** IPv4; null for an IPv6-only subnet. */
  readonly cidrBlock: string | null
  readonly availabilityZone: string
  readonly availabilityZoneId: string
  /** Free IPv4 addresses, without the five that AWS reserves. */
  readonly availableIpAddressCount: number
  readonly mapPublicIpOnLaunch: boolean
  readonly ipv6CidrBlocks: readonly string[]
}

export interface Route {
  /** IPv4 or IPv6 CIDR, or a prefix list id (`pl-…`). */
  readonly destination: string
  readonly target: RouteTarget
  /** `blackhole`: the target is gone or detached. */
  readonly state: 'active' | 'blackhole'
  /** Learned from a virtual private gateway: a route that somebody wrote to the same destination goes before it. */
  readonly propagated: boolean
}

export interface RouteTarget {
  readonly kind:
    | 'local'
    | 'internet-gateway'
    | 'egress-only-internet-gateway'
    | 'nat-gateway'
    | 'transit-gateway'
    | 'vpc-endpoint'
    | 'network-interface'
    | 'instance'
    | 'peering'
    | 'virtual-private-gateway'
    | 'carrier-gateway'
    | 'local-gateway'
    | 'core-network'
    | 'other'
  /** `local` for the VPC itself; empty where AWS no longer names the target. */
  readonly id: string
  /** Of an instance, the network interface that takes what is routed to it. Snapshots of older versions lack it. */
  readonly networkInterfaceId?: string
}

/** How the plan's VPC is attached to a transit gateway. https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html */
export interface TransitGatewayAttachment {
  readonly attachmentId: string
  readonly transitGatewayId: string
  /** `available` and `modifying` when in use. */
  readonly state: string
  /** One a zone: only subnets in their zones reach the transit gateway. */
  readonly subnetIds: readonly string[]
}

/** A route of the route table that a transit gateway has for an attachment. */
export interface TransitGatewayRoute {
  readonly destination: string
  readonly state: 'active' | 'blackhole'
}

/** A network interface that routes of the VPC lead to, or another one of the same instance: a NAT instance, a virtual appliance. */
export interface RouteInterface {
  readonly networkInterfaceId: string
  readonly vpcId: string
  readonly subnetId: string
  /** Null where it is attached to no instance. */
  readonly instanceId: string | null
  /** On: it takes nothing that is not addressed to it, and so forwards nothing. */
  readonly sourceDestCheck: boolean
  /** Its addresses on the internet. */
  readonly publicIps: readonly string[]
}

export interface RouteTable {
  readonly routeTableId: string
  readonly vpcId: string
  readonly isMain: boolean
  /** Subnets with an explicit association; the others of the VPC use the main table. */
  readonly subnetIds: readonly string[]
  readonly routes: readonly Route[]
  /** Why its routes could not be read, which are then left out; absent where they were. */
  readonly unread?: Gap
}

/** A NAT gateway of the plan's VPC. */
export interface NatGateway {
  readonly natGatewayId: string
  readonly vpcId: string
  /** Null for a regional NAT gateway, which is in no subnet. */
  readonly subnetId: string | null
  /** pending, failed, available, deleting, deleted. */
  readonly state: string
  /** `private`: leads to other VPCs and on-premises networks, never to the internet. */
  readonly connectivityType: 'public' | 'private'
  /** Addresses that what goes through it has on the internet; none for a private one. */
  readonly publicIps: readonly string[]
  /** Why more than its id could not be read, `state` is then `unread`; absent where it could. */
  readonly unread?: Gap
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html */
export interface NetworkAcl {
  readonly networkAclId: string
  readonly vpcId: string
  readonly isDefault: boolean
  readonly subnetIds: readonly string[]
  /** In ascending order of `ruleNumber`; the last one of each direction and address family denies the rest (32767). */
  readonly entries: readonly NetworkAclEntry[]
}

export interface NetworkAclEntry {
  readonly ruleNumber: number
  readonly direction: 'ingress' | 'egress'
  readonly action: 'allow' | 'deny'
  /** Protocol number; `-1` for all. */
  readonly protocol: string
  /** IPv4 or IPv6 CIDR of the other side. */
  readonly cidrBlock: string
  /** Null where the protocol has no ports, or all are meant. */
  readonly fromPort: number | null
  readonly toPort: number | null
}

/** A list of CIDR blocks that routes and security groups name by its id. */
export interface PrefixList {
  readonly prefixListId: string
  /** `com.amazonaws.us-west-2.s3` for a list of AWS's. */
  readonly name: string
  readonly cidrBlocks: readonly string[]
}

export interface VpcEndpoint {
  readonly vpcEndpointId: string
  readonly type: 'Gateway' | 'Interface' | 'GatewayLoadBalancer' | 'Resource' | 'ServiceNetwork' | 'Tunnel'
  /** As AWS names it: `com.amazonaws.us-west-2.s3`; the ARN of the resource or service network, or empty, where the type has no service. */
  readonly serviceName: string
  /** `available` when in use; AWS answers it in several spellings, this is lower case. */
  readonly state: string
  readonly routeTableIds: readonly string[]
  readonly subnetIds: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly privateDnsEnabled: boolean
  /** Private DNS answers on-premises resolvers only; names looked up inside the VPC still give the service's public addresses. */
  readonly privateDnsOnlyForInboundResolverEndpoint: boolean
  /** An endpoint of AWS Network Firewall; absent for others, and in snapshots of older versions. */
  readonly networkFirewall?: true
  /** The endpoint's policy document as text; null where the service has none. */
  readonly policyDocument: string | null
  /** Why more than its id, service and type could not be read, `state` is then `unread`; absent where it could. */
  readonly unread?: Gap
}

/** One direction of one IpPermission. `protocol` is `-1` for all traffic; ports are null where they do not apply. */
export interface SecurityGroupPermission {
  readonly protocol: string
  readonly fromPort: number | null
  readonly toPort: number | null
  readonly ipv4Ranges: readonly string[]
  readonly ipv6Ranges: readonly string[]
  readonly prefixListIds: readonly string[]
  readonly securityGroupIds: readonly string[]
}

export interface SecurityGroup {
  readonly securityGroupId: string
  readonly name: string
  readonly vpcId: string
  readonly ingress: readonly SecurityGroupPermission[]
  readonly egress: readonly SecurityGroupPermission[]
}

/** A network interface of an AWS service in the VPC. */
export interface NetworkInterface {
  readonly networkInterfaceId: string
  readonly subnetId: string
  readonly vpcId: string
  readonly availabilityZone: string
  /** IPv4 and IPv6 addresses. */
  readonly addresses: readonly string[]
  readonly securityGroupIds: readonly string[]
}

/** How much of the VPC quotas is in use in the Region. */
export interface VpcResources {
  readonly vpcs: number
  /** Subnets in the plan's VPC; null where the plan's VPC is not known or absent. */
  readonly subnetsInVpc: number | null
  readonly elasticIps: number
}
