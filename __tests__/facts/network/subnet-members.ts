/** The members of a subnet, but its id, as EC2 answers them. */
export const subnetMembers = {
  vpcId: 'vpc-0a1b2c3d',
  state: 'available',
  cidrBlock: '10.0.0.0/22',
  availabilityZone: 'us-west-2a',
  availabilityZoneId: 'usw2-az1',
  availableIpAddressCount: '1019',
  mapPublicIpOnLaunch: 'false',
  ownerId: '123456789012',
} as const
