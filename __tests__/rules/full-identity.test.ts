import { describe, expect, test } from '@jest/globals'
import type { KmsKey } from '../../src/model/facts/iam.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { aPolicy, aSnapshot, known } from '../builders.ts'
import { blockedSnapshot } from '../fuzz/ready-snapshot.ts'
import { requestedPlan } from '../requested-plan.ts'

const { plan: sample, facts } = blockedSnapshot()
const own = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'
const elsewhere = 'arn:aws:iam::999988887777:role/HyperPodExecutionRole'
const inPath = 'arn:aws:iam::123456789012:role/ml/HyperPodExecutionRole'

/** The request of the sample account, its groups with these roles, one after the other. */
const judged = (roles: readonly string[], group: object = {}, more: Snapshot['facts'] = {}): readonly Finding[] => {
  const InstanceGroups = roles.map((ExecutionRole, index) => ({
    InstanceGroupName: `group-${index}`,
    InstanceType: 'ml.m5.2xlarge',
    InstanceCount: 1,
    ExecutionRole,
    LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-lifecycle-scripts/hyperpod/', OnCreate: 'on_create.sh' },
    ...group,
  }))
  const { subnetIds = [], securityGroupIds = [] } = sample.vpcConfig ?? {}
  const request = { ClusterName: 'a', InstanceGroups, VpcConfig: { Subnets: subnetIds, SecurityGroupIds: securityGroupIds } }
  return judge(rules, { ...aSnapshot(requestedPlan(request)), facts: { ...facts, ...more } })
}

const of = (findings: readonly Finding[], rule: string): readonly string[] =>
  findings.filter((finding) => finding.rule === rule).map(({ status, subject }) => `${status} ${subject}`)

describe('roles of one name', () => {
  const findings = judged([own, elsewhere, inPath, own])

  test('in another account or path are judged one by one, under their ARNs', () => {
    expect(of(findings, 'iam/execution-role-exists')).toEqual([`pass ${own}`, `fail ${elsewhere}`, `fail ${inPath}`])
    expect(of(findings, 'iam/execution-role-trust')).toEqual([`pass ${own}`, `skipped ${elsewhere}`, `skipped ${inPath}`])
    expect(of(findings, 'iam/execution-role-permissions').map((one) => one.split(' ')[1])).toEqual([own, elsewhere, inPath])
  })

  test('each reads its folder by its own rights', () => {
    const folder = 's3://sagemaker-lifecycle-scripts/hyperpod/'
    expect(of(findings, 's3/role-access')).toEqual([`pass ${folder} for ${own}`, `skipped ${elsewhere}`, `skipped ${inPath}`])
    expect(of(findings, 's3/encryption').map((one) => one.split(' ').at(-1))).toEqual([own, elsewhere, inPath])
  })

  test('have no two findings of one rule about one subject', () => {
    const subjects = findings.filter(({ rule }) => /^(iam|s3)\//.test(rule)).map(({ rule, subject }) => `${rule} ${subject}`)
    expect(subjects.filter((one, index) => subjects.indexOf(one) !== index)).toEqual([])
  })

  test('a role whose name no other has is called by its name', () => {
    expect(of(judged([own, own]), 'iam/execution-role-exists')).toEqual(['pass HyperPodExecutionRole'])
  })

  test('the one that is found is judged, wherever the plan names it', () => {
    expect(of(judged([elsewhere, own]), 'iam/execution-role-exists')).toEqual([`fail ${elsewhere}`, `pass ${own}`])
  })
})

describe('keys of volumes', () => {
  const arn = (region: string, account = '123456789012') => `arn:aws:kms:${region}:${account}:key/mrk-1234abcd12ab34cd56ef1234567890ab`
  const storage = (key: string) => ({ InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 500, VolumeKmsKeyId: key } }] })
  const key = (name: string): KmsKey => ({
    keyId: 'mrk-1234abcd12ab34cd56ef1234567890ab',
    arn: name,
    account: name.split(':')[4] ?? '',
    region: name.split(':')[3] ?? '',
    manager: 'CUSTOMER',
    state: 'Enabled',
    usage: 'ENCRYPT_DECRYPT',
    spec: 'SYMMETRIC_DEFAULT',
  })
  const keysOf = (...names: readonly string[]) => ({
    kmsKeys: known(Object.fromEntries(names.map((name) => [name, known(key(name))]))),
    kmsKeyPolicies: known(
      Object.fromEntries(
        names.map((name) => [name, known(aPolicy({ Effect: 'Allow', Principal: { AWS: own }, Action: 'kms:*', Resource: '*' }))]),
      ),
    ),
    kmsGrants: known(Object.fromEntries(names.map((name) => [name, known([])]))),
  })

  test('a multi-Region key has one id in every Region: only the one in the Region of the cluster serves', () => {
    const [here, there] = [arn('us-west-2'), arn('eu-west-1')]
    const volumes = (name: string) => of(judged([own], storage(name), keysOf(here, there)), 'iam/kms')
    expect(volumes(here)).toEqual([`pass ${here} for HyperPodExecutionRole`])
    expect(volumes(there)).toEqual([`fail ${there} for HyperPodExecutionRole`])
  })

  test('what opens a key in the own account opens none of the same id in another', () => {
    const [ours, theirs] = [arn('us-west-2'), arn('us-west-2', '999988887777')]
    expect(of(judged([own], storage(ours), keysOf(ours, theirs)), 'iam/kms')).toEqual([`pass ${ours} for HyperPodExecutionRole`])
    expect(of(judged([own], storage(theirs), keysOf(ours, theirs)), 'iam/kms')).toEqual([`fail ${theirs} for HyperPodExecutionRole`])
  })
})

test('buckets are judged once, however many groups and folders name them', () => {
  const group = { LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-lifecycle-scripts/other/', OnCreate: 'on_create.sh' } }
  expect(of(judged([own, own], group), 's3/bucket')).toEqual(['pass sagemaker-lifecycle-scripts'])
})
