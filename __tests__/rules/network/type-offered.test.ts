import { describe, expect, test } from '@jest/globals'
import { typeOffered as rule } from '../../../src/rules/network/type-offered.ts'
import { aGroup, aPlan, aSubnet, denied, findingsOf, statuses } from '../../builders.ts'

const subnets = {
  'subnet-0aaaaaaa': aSubnet(),
  'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', availabilityZone: 'us-west-2b', availabilityZoneId: 'usw2-az2' }),
}
const override = (...subnetIds: string[]) => ({ subnetIds, securityGroupIds: [], location: null })
const judged = (instanceTypeOfferings: Readonly<Record<string, readonly string[]>>, plan = aPlan()) =>
  findingsOf(rule, plan, { subnets, instanceTypeOfferings })[0]

describe('network/type-offered', () => {
  test('passes where every zone of the group has the type, and says that this is not capacity', () => {
    expect(judged({ 'ml.p5.48xlarge': ['usw2-az1', 'usw2-az2', 'usw2-az3'] })).toMatchObject({
      status: 'pass',
      subject: 'worker-1',
      message:
        'EC2 offers ml.p5.48xlarge in us-west-2a (usw2-az1) and us-west-2b (usw2-az2), which does not say that capacity is free there',
    })
  })

  test('a zone without the type is a warning where HyperPod may choose another', () => {
    const location = { path: 'cluster.json', line: 7, column: 5 }
    expect(judged({ 'ml.p5.48xlarge': ['usw2-az2'] }, aPlan({ instanceGroups: [aGroup({ location })] }))).toMatchObject({
      status: 'fail',
      severity: 'warning',
      message:
        'EC2 does not offer ml.p5.48xlarge in every zone of worker-1, and HyperPod may choose any: not for subnet-0aaaaaaa in us-west-2a (usw2-az1); it is offered in usw2-az2',
      evidence: { offeredInZones: ['usw2-az2'], subnetsWithoutOffer: ['subnet-0aaaaaaa'] },
      location,
    })
  })

  test('no zone with the type is an error, with the zones that have it and the subnets there', () => {
    expect(judged({ 'ml.p5.48xlarge': ['usw2-az3', 'usw2-az4'] })).toMatchObject({
      status: 'fail',
      severity: 'error',
      message:
        'EC2 does not offer ml.p5.48xlarge in any zone of worker-1: subnet-0aaaaaaa in us-west-2a (usw2-az1) and subnet-0bbbbbbb in us-west-2b (usw2-az2); it is offered in usw2-az3 and usw2-az4',
      fix: {
        commands: [
          'aws ec2 describe-instance-type-offerings --location-type availability-zone-id --filters Name=instance-type,Values=p5.48xlarge --output table --region us-west-2',
          "aws ec2 describe-subnets --filters Name=vpc-id,Values=vpc-0a1b2c3d Name=availability-zone-id,Values=usw2-az3,usw2-az4 --query 'Subnets[].[SubnetId,AvailabilityZone,AvailabilityZoneId,AvailableIpAddressCount]' --output table --region us-west-2",
        ],
      },
    })
  })

  test('a type that the Region does not have at all needs another type or Region', () => {
    const finding = judged({ 'ml.p5.48xlarge': [] })
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', message: expect.stringContaining('offered nowhere in us-west-2') })
    expect(finding?.fix?.text).toContain('another instance type for worker-1, or another Region')
  })

  test('an override counts with its own subnets', () => {
    const plan = aPlan({ instanceGroups: [aGroup({ overrideVpcConfig: override('subnet-0bbbbbbb') })] })
    expect(judged({ 'ml.p5.48xlarge': ['usw2-az2'] }, plan)?.status).toBe('pass')
    expect(judged({ 'ml.p5.48xlarge': ['usw2-az1'] }, plan)).toMatchObject({ status: 'fail', severity: 'error' })
  })

  test('of several types one that is offered is enough, and the others are named', () => {
    const plan = aPlan({ instanceGroups: [aGroup({ instanceTypes: ['ml.p5.48xlarge', 'ml.p4d.24xlarge'] })] })
    expect(judged({ 'ml.p5.48xlarge': ['usw2-az1', 'usw2-az2'], 'ml.p4d.24xlarge': ['usw2-az1'] }, plan)).toMatchObject({
      status: 'pass',
      message: expect.stringContaining('ml.p4d.24xlarge only in some or none of these zones'),
    })
    expect(judged({ 'ml.p5.48xlarge': [], 'ml.p4d.24xlarge': ['usw2-az1'] }, plan)).toMatchObject({ status: 'fail', severity: 'warning' })
    expect(judged({ 'ml.p5.48xlarge': [], 'ml.p4d.24xlarge': [] }, plan)).toMatchObject({ status: 'fail', severity: 'error' })
  })

  test('a reservation says better where its capacity is: never more than a warning', () => {
    const plan = aPlan({ instanceGroups: [aGroup({ trainingPlanArn: 'p5-spring' })] })
    expect(judged({ 'ml.p5.48xlarge': ['usw2-az4'] }, plan)).toMatchObject({ status: 'fail', severity: 'warning' })
  })

  test('groups without nodes, or without a subnet that is known in the VPC, are skipped', () => {
    const plan = aPlan({
      instanceGroups: [
        aGroup({ name: 'none', instanceCount: 0 }),
        aGroup({ name: 'gone', overrideVpcConfig: override('subnet-0ccccccc') }),
        aGroup({ name: 'elsewhere', overrideVpcConfig: override('subnet-0ddddddd') }),
      ],
    })
    const elsewhere = aSubnet({ subnetId: 'subnet-0ddddddd', vpcId: 'vpc-0other00' })
    const facts = {
      subnets: { ...subnets, 'subnet-0ccccccc': null, 'subnet-0ddddddd': elsewhere },
      instanceTypeOfferings: { 'ml.p5.48xlarge': [] },
    }
    expect(statuses(findingsOf(rule, plan, facts))).toEqual(['skipped none', 'skipped gone', 'skipped elsewhere'])
  })

  test('what a call did not answer is unknown; without groups or subnets there is nothing to judge', () => {
    const refused = denied('ec2:DescribeInstanceTypeOfferings')
    expect(statuses(findingsOf(rule, aPlan(), { subnets, instanceTypeOfferings: refused }))).toEqual(['unknown account'])
    expect(statuses(findingsOf(rule, aPlan({ instanceGroups: [] }), {}))).toEqual(['skipped plan'])
    expect(statuses(findingsOf(rule, aPlan({ vpcConfig: null }), {}))).toEqual(['skipped plan'])
  })
})
