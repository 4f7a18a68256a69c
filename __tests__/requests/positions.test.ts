import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { Facts } from '../../src/model/facts.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Rule } from '../../src/model/rule.ts'
import { rules } from '../../src/rules/index.ts'
import {
  aFileSystem,
  anEksCluster,
  aPermission,
  aPolicy,
  aQuota,
  aRole,
  aRoute,
  aRouteTable,
  aSecurityGroup,
  aSubnet,
  aUsage,
  aVpc,
  findingsOf,
  known,
  quotasOf,
  sizesOf,
} from '../builders.ts'
import { requestedPlan } from '../requested-plan.ts'

const folder = relative(process.cwd(), join(import.meta.dirname, 'files'))
const textOf = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8')

type Given = { readonly [K in keyof Facts]?: Facts[K] }

/** A rule of the list that users run. */
const ruleNamed = (id: string): Rule => {
  const rule = rules.find((candidate) => candidate.id === id)
  if (rule === undefined) throw new Error(`there is no rule ${id}`)
  return rule
}

/** What a rule says about a request file and an account: the failing findings, as `line:column`, with the text that stands there. */
const placesOf = (id: string, file: string, facts: Given): readonly string[] => {
  const plan: Plan = requestedPlan(textOf(file))
  const lines = textOf(file).split('\n')
  const told = (finding: Finding): string => {
    const { location } = finding
    if (location === undefined) return `nowhere: ${finding.message}`
    const there = (lines[location.line - 1] ?? '').slice(location.column - 1)
    return `${location.line}:${location.column} ${there.replace(/,$/, '')}`
  }
  return findingsOf(ruleNamed(id), plan, facts)
    .filter(({ status }) => status === 'fail')
    .map(told)
}

const types = ['ml.c5.xlarge', 'ml.m5.4xlarge', 'ml.p5en.48xlarge', 'ml.c6i.32xlarge', 'ml.p5.48xlarge', 'ml.m5.2xlarge']
const quotas = quotasOf(...types.map((type) => aQuota({ name: `${type} for cluster usage`, value: 0 })))
const vpcId = 'vpc-0a1b2c3d'
const [subnetId, otherSubnetId] = ['subnet-0123456789abcdef0', 'subnet-0fedcba9876543210']
const securityGroupId = 'sg-0123456789abcdef0'
const role = 'hyperpod-eks-execution-role'
const roleArn = `arn:aws:iam::111122223333:role/${role}`
const bucket = 'sagemaker-us-west-2-111122223333'
const scripts = `s3://${bucket}/extensions/`
const subnets = { [subnetId]: aSubnet({ subnetId }) }
const sizes = sizesOf(...types)

const vpcConfig = '54:16 {'
const subnetThere = `56:17 "${subnetId}"]`
const groupThere = `55:26 "${securityGroupId}"]`
const subnetsOfEks = `37:17 "${subnetId}", "${otherSubnetId}"]`
const clusterArn = '5:21 "arn:aws:eks:us-west-2:111122223333:cluster/hyperpod-eks"'

describe('a finding about the account that the request leads to stands where the request does', () => {
  test.each<[string, string, Given, readonly string[]]>([
    ['quota/cluster-usage', 'slurm-api.json', { quotas, hyperPodUsage: aUsage() }, ['4:5 {', '15:5 {', '22:5 {']],
    [
      'iam/execution-role-exists',
      'slurm-api.json',
      { roles: { HyperPodExecutionRole: known(null) } },
      ['13:24 "arn:aws:iam::111122223333:role/HyperPodExecutionRole"'],
    ],
    [
      'iam/execution-role-trust',
      'eks.json',
      {
        roles: {
          [role]: known(
            aRole({
              name: role,
              arn: roleArn,
              trustPolicy: aPolicy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
            }),
          ),
        },
      },
      [`18:24 "${roleArn}"`],
    ],
    ['network/subnets', 'slurm-api.json', { subnets: { [subnetId]: null } }, [subnetThere]],
    ['network/zones', 'slurm-api.json', { subnets }, [subnetThere]],
    [
      'network/vpc',
      'eks.json',
      { vpc: aVpc(), subnets: { ...subnets, [otherSubnetId]: aSubnet({ subnetId: otherSubnetId, vpcId: 'vpc-0fedcba9' }) } },
      [subnetsOfEks],
    ],
    [
      'network/subnets-private',
      'slurm-api.json',
      { subnets, routeTables: [aRouteTable({ routes: [aRoute({ target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })] })] },
      [subnetThere],
    ],
    ['network/s3-route', 'slurm-api.json', { subnets, routeTables: [aRouteTable()], vpcEndpoints: [] }, [subnetThere]],
    [
      'network/subnet-capacity',
      'slurm-api.json',
      { subnets: { [subnetId]: aSubnet({ subnetId, availableIpAddressCount: 3 }) }, instanceTypes: sizes },
      [subnetThere],
    ],
    ['security-group/exists', 'slurm-api.json', { securityGroups: { [securityGroupId]: null }, vpc: aVpc() }, [groupThere]],
    [
      'security-group/self-ingress',
      'slurm-api.json',
      { securityGroups: { [securityGroupId]: aSecurityGroup({ securityGroupId, ingress: [] }) }, instanceTypes: sizes },
      [vpcConfig],
    ],
    [
      'security-group/self-egress',
      'slurm-api.json',
      {
        securityGroups: { [securityGroupId]: aSecurityGroup({ securityGroupId, egress: [aPermission({ ipv4Ranges: ['0.0.0.0/0'] })] }) },
        instanceTypes: sizes,
      },
      [vpcConfig],
    ],
    [
      'security-group/egress-open',
      'slurm-api.json',
      { securityGroups: { [securityGroupId]: aSecurityGroup({ securityGroupId, egress: [] }) }, vpcEndpoints: [] },
      [vpcConfig],
    ],
    ['s3/bucket', 'slurm-api.json', { buckets: { [bucket]: known({ kind: 'absent', name: bucket }) } }, [`10:24 "${scripts}"`]],
    [
      's3/region',
      'slurm-api.json',
      { buckets: { [bucket]: known({ kind: 'found', name: bucket, region: 'eu-north-1' }) } },
      [`10:24 "${scripts}"`],
    ],
    [
      'lifecycle/entry-point',
      'slurm-api.json',
      { bucketFolders: { [scripts]: known({ bucket, prefix: 'extensions/', objects: {} }) }, repositoryScripts: null },
      ['11:27 "install_observability.sh"'],
    ],
    [
      'lifecycle/provisioning-conflict',
      'slurm-api.json',
      {
        bucketFolders: {
          [scripts]: known({ bucket, prefix: 'extensions/', objects: { 'provisioning_parameters.json': { size: 1, etag: '"e"' } } }),
        },
        repositoryScripts: null,
      },
      [`10:24 "${scripts}"`],
    ],
    ['slurm/file-system', 'slurm-api.json', { fileSystems: [], vpc: aVpc() }, ['31:30 {', '38:31 {']],
    [
      'slurm/file-system',
      'slurm-api.json',
      {
        fileSystems: [
          aFileSystem({ mountName: 'other' }),
          aFileSystem({
            ...{ fileSystemId: 'fs-0fedcba9876543210', type: 'OPENZFS', mountName: null },
            dnsName: 'fs-0fedcba9876543210.fsx.us-west-2.amazonaws.com',
          }),
        ],
        vpc: aVpc({ vpcId }),
      },
      ['31:30 {'],
    ],
    ['eks/cluster', 'eks.json', { eksCluster: null }, [clusterArn]],
    ['eks/authentication-mode', 'eks.json', { eksCluster: anEksCluster({ authenticationMode: 'CONFIG_MAP' }) }, [clusterArn]],
  ])('%s on %s', (id, file, facts, expected) => {
    expect(placesOf(id, file, facts)).toEqual(expected)
  })
})
