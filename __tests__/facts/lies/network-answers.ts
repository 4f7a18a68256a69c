type Members = { readonly [name: string]: string | number | boolean | Members | readonly (string | number | Members)[] }

/** XML as EC2 writes it: a list is a set of items. */
const xml = (value: Members[string]): string => {
  if (Array.isArray(value)) return value.map((item) => `<item>${xml(item)}</item>`).join('')
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .map(([name, member]) => `<${name}>${xml(member)}</${name}>`)
    .join('')
}

const ec2 = (action: string, members: Members): readonly [string, string] => [
  `ec2:${action}`,
  `<${action}Response><requestId>1</requestId>${xml(members)}</${action}Response>`,
]

const vpcId = 'vpc-0a1b2c3d'

const subnets = ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'].map((subnetId, index) => ({
  subnetId,
  vpcId,
  ownerId: '123456789012',
  state: 'available',
  cidrBlock: `10.0.${index * 4}.0/22`,
  availabilityZone: `us-west-2${'ab'[index]}`,
  availabilityZoneId: `usw2-az${index + 1}`,
  availableIpAddressCount: 1_000,
  mapPublicIpOnLaunch: false,
  ipv6CidrBlockAssociationSet: [{ ipv6CidrBlock: `2001:db8:${index}::/64`, ipv6CidrBlockState: { state: 'associated' } }],
}))

const allTraffic = (groupId: string): Members => ({ ipProtocol: '-1', groups: [{ groupId, userId: '123456789012' }] })

const securityGroups = ['sg-0aaaaaaa', 'sg-0bbbbbbb'].map((groupId) => ({
  groupId,
  groupName: groupId,
  vpcId,
  ipPermissions: [
    allTraffic('sg-0aaaaaaa'),
    allTraffic('sg-0bbbbbbb'),
    { ipProtocol: 'tcp', fromPort: 443, toPort: 443, ipRanges: [{ cidrIp: '10.0.0.0/16' }] },
  ],
  ipPermissionsEgress: [
    allTraffic(groupId),
    { ipProtocol: '-1', ipRanges: [{ cidrIp: '0.0.0.0/0' }] },
    { ipProtocol: 'tcp', fromPort: 443, toPort: 443, prefixListIds: [{ prefixListId: 'pl-0aaaaaaa' }] },
  ],
}))

const aclEntry = (ruleNumber: number, ruleAction: string, egress: boolean): Members => ({
  ruleNumber,
  protocol: '-1',
  ruleAction,
  egress,
  cidrBlock: '0.0.0.0/0',
})

/** What EC2 and Route 53 answer about a private network with a NAT gateway and endpoints, by operation. */
export const networkAnswers: Readonly<Record<string, string>> = Object.fromEntries([
  ec2('DescribeVpcs', {
    vpcSet: [
      {
        vpcId,
        state: 'available',
        cidrBlock: '10.0.0.0/16',
        isDefault: false,
        dhcpOptionsId: 'dopt-0aaaaaaa',
        cidrBlockAssociationSet: [{ cidrBlock: '10.0.0.0/16', cidrBlockState: { state: 'associated' } }],
      },
    ],
  }),
  [
    'ec2:DescribeVpcAttribute enableDnsHostnames',
    `<R><vpcId>${vpcId}</vpcId><enableDnsHostnames><value>true</value></enableDnsHostnames></R>`,
  ],
  ['ec2:DescribeVpcAttribute enableDnsSupport', `<R><vpcId>${vpcId}</vpcId><enableDnsSupport><value>true</value></enableDnsSupport></R>`],
  ec2('DescribeDhcpOptions', {
    dhcpOptionsSet: [
      {
        dhcpOptionsId: 'dopt-0aaaaaaa',
        dhcpConfigurationSet: [{ key: 'domain-name-servers', valueSet: [{ value: 'AmazonProvidedDNS' }] }],
      },
    ],
  }),
  ec2('DescribeSubnets', { subnetSet: subnets }),
  ec2('DescribeRouteTables', {
    routeTableSet: [
      {
        routeTableId: 'rtb-0aaaaaaa',
        vpcId,
        associationSet: [
          { routeTableAssociationId: 'rtbassoc-0', routeTableId: 'rtb-0aaaaaaa', main: true, associationState: { state: 'associated' } },
        ],
        routeSet: [
          { destinationCidrBlock: '10.0.0.0/16', gatewayId: 'local', state: 'active', origin: 'CreateRouteTable' },
          { destinationCidrBlock: '0.0.0.0/0', natGatewayId: 'nat-0aaaaaaa', state: 'active', origin: 'CreateRoute' },
          { destinationPrefixListId: 'pl-0aaaaaaa', gatewayId: 'vpce-0aaaaaaa', state: 'active', origin: 'CreateRoute' },
        ],
      },
      {
        routeTableId: 'rtb-0bbbbbbb',
        vpcId,
        associationSet: [
          {
            routeTableAssociationId: 'rtbassoc-1',
            routeTableId: 'rtb-0bbbbbbb',
            subnetId: 'subnet-0ccccccc',
            associationState: { state: 'associated' },
          },
        ],
        routeSet: [
          { destinationCidrBlock: '10.0.0.0/16', gatewayId: 'local', state: 'active', origin: 'CreateRouteTable' },
          { destinationCidrBlock: '0.0.0.0/0', gatewayId: 'igw-0aaaaaaa', state: 'active', origin: 'CreateRoute' },
        ],
      },
    ],
  }),
  ec2('DescribeNatGateways', {
    natGatewaySet: [
      {
        natGatewayId: 'nat-0aaaaaaa',
        vpcId,
        subnetId: 'subnet-0ccccccc',
        state: 'available',
        connectivityType: 'public',
        natGatewayAddressSet: [{ publicIp: '203.0.113.10' }],
      },
    ],
  }),
  ec2('DescribeNetworkAcls', {
    networkAclSet: [
      {
        networkAclId: 'acl-0aaaaaaa',
        vpcId,
        default: true,
        associationSet: subnets.map(({ subnetId }) => ({ networkAclAssociationId: 'aclassoc-0', networkAclId: 'acl-0aaaaaaa', subnetId })),
        entrySet: [false, true].flatMap((egress) => [aclEntry(100, 'allow', egress), aclEntry(32_767, 'deny', egress)]),
      },
    ],
  }),
  ec2('DescribeVpcEndpoints', {
    vpcEndpointSet: [
      {
        vpcEndpointId: 'vpce-0aaaaaaa',
        vpcEndpointType: 'Gateway',
        vpcId,
        serviceName: 'com.amazonaws.us-west-2.s3',
        state: 'available',
        routeTableIdSet: ['rtb-0aaaaaaa'],
        policyDocument: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
      },
      {
        vpcEndpointId: 'vpce-0bbbbbbb',
        vpcEndpointType: 'Interface',
        vpcId,
        serviceName: 'com.amazonaws.us-west-2.sts',
        state: 'available',
        subnetIdSet: ['subnet-0aaaaaaa'],
        groupSet: [{ groupId: 'sg-0aaaaaaa', groupName: 'sg-0aaaaaaa' }],
        privateDnsEnabled: true,
        dnsOptions: { privateDnsOnlyForInboundResolverEndpoint: false },
      },
    ],
  }),
  ec2('DescribeManagedPrefixLists', {
    prefixListSet: [{ prefixListId: 'pl-0aaaaaaa', prefixListName: 'com.amazonaws.us-west-2.s3', addressFamily: 'IPv4' }],
  }),
  ec2('GetManagedPrefixListEntries', { entrySet: [{ cidr: '52.92.0.0/16' }, { cidr: '3.5.0.0/16' }] }),
  ec2('DescribeSecurityGroups', { securityGroupInfo: securityGroups }),
  ec2('DescribeAddresses', { addressesSet: [{ publicIp: '203.0.113.10', allocationId: 'eipalloc-0' }] }),
  ec2('DescribeNetworkInterfaces', {
    networkInterfaceSet: [
      {
        networkInterfaceId: 'eni-0aaaaaaa',
        subnetId: 'subnet-0aaaaaaa',
        vpcId,
        availabilityZone: 'us-west-2a',
        privateIpAddress: '10.0.0.7',
        privateIpAddressesSet: [{ privateIpAddress: '10.0.0.7', primary: true }],
        groupSet: [{ groupId: 'sg-0aaaaaaa', groupName: 'sg-0aaaaaaa' }],
      },
    ],
  }),
  ec2('DescribeInstanceTypes', {
    instanceTypeSet: [
      {
        instanceType: 'x9.48xlarge',
        vCpuInfo: { defaultVCpus: 192 },
        networkInfo: { efaSupported: true, maximumNetworkCards: 32, ipv4AddressesPerInterface: 50 },
        processorInfo: { supportedArchitectures: ['x86_64'] },
      },
    ],
  }),
  ec2('DescribeInstanceTypeOfferings', {
    instanceTypeOfferingSet: ['p5.48xlarge', 'x9.48xlarge'].flatMap((instanceType) =>
      subnets.map(({ availabilityZoneId }) => ({ instanceType, location: availabilityZoneId, locationType: 'availability-zone-id' })),
    ),
  }),
  ec2('DescribeImages', {
    imagesSet: [
      {
        imageId: 'ami-0123456789abcdef0',
        name: 'HyperPod',
        imageState: 'available',
        imageOwnerId: '123456789012',
        creationDate: '2026-11-01T00:00:00.000Z',
        architecture: 'x86_64',
        blockDeviceMapping: [{ deviceName: '/dev/sda1', ebs: { encrypted: false, volumeSize: 100 } }],
      },
    ],
  }),
  [
    'route53:ListHostedZonesByVPC',
    '<ListHostedZonesByVPCResponse><HostedZoneSummaries><HostedZoneSummary><HostedZoneId>Z1</HostedZoneId><Name>example.com.</Name><Owner><OwningAccount>123456789012</OwningAccount></Owner></HostedZoneSummary></HostedZoneSummaries><MaxItems>100</MaxItems></ListHostedZonesByVPCResponse>',
  ],
])
