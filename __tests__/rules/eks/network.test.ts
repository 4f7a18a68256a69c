import { describe, expect, test } from '@jest/globals'
import { network as rule } from '../../../src/rules/eks/network.ts'
import { aGroup, anEksCluster, anEksPlan, aPlan, aSubnet, findingsOf, statuses } from '../../builders.ts'

const subnets = { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }) }
const elsewhere = aSubnet({ subnetId: 'subnet-0ccccccc', vpcId: 'vpc-0other00' })

describe('eks/network', () => {
  test('each subnet is compared with the VPC of the EKS cluster, those of overrides too', () => {
    const override = { subnetIds: ['subnet-0ccccccc'], securityGroupIds: [], location: null }
    const plan = anEksPlan({ instanceGroups: [aGroup(), aGroup({ name: 'other', overrideVpcConfig: override })] })
    const findings = findingsOf(rule, plan, { eksCluster: anEksCluster(), subnets: { ...subnets, 'subnet-0ccccccc': elsewhere } })
    expect(statuses(findings)).toEqual(['pass subnet-0aaaaaaa', 'pass subnet-0bbbbbbb', 'fail subnet-0ccccccc'])
    expect(findings[2]).toMatchObject({
      severity: 'error',
      message: 'subnet-0ccccccc is in vpc-0other00, the EKS cluster prod is in vpc-0a1b2c3d',
      fix: { commands: ['aws ec2 describe-subnets --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d'] },
    })
  })

  test.each([
    ['the EKS cluster is elsewhere', anEksCluster({ vpcId: 'vpc-0other00' }), ['fail subnet-0aaaaaaa', 'fail subnet-0bbbbbbb']],
    ['its VPC is not told', anEksCluster({ vpcId: null }), ['unknown prod']],
    ['it is absent', null, ['skipped prod']],
  ])('%s', (_, eksCluster, expected) => {
    expect(statuses(findingsOf(rule, anEksPlan(), { eksCluster, subnets }))).toEqual(expected)
  })

  test('a subnet that does not exist is left to network/subnets', () => {
    const given = { eksCluster: anEksCluster(), subnets: { ...subnets, 'subnet-0bbbbbbb': null } }
    expect(statuses(findingsOf(rule, anEksPlan(), given))).toEqual(['pass subnet-0aaaaaaa', 'skipped subnet-0bbbbbbb'])
  })

  test('Slurm, and a plan without subnets, are skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
    expect(statuses(findingsOf(rule, anEksPlan({ vpcConfig: null }), {}))).toEqual(['skipped plan'])
  })
})
