import { describe, expect, test } from '@jest/globals'
import { parse, type SemVer } from 'semver'
import { awsCliRequest } from '../../../src/catalog/aws-cli-requests.ts'
import { shapeNamed } from '../../../src/catalog/create-cluster.ts'
import type { Json } from '../../../src/model/plan.ts'
import { unknownToAwsCli } from '../../../src/semantics/tools/aws-cli-requests.ts'
import { aRequest } from '../../builders.ts'

const version = (text: string): SemVer => {
  const parsed = parse(text)
  if (parsed === null) throw new Error(`${text} is no version`)
  return parsed
}

const unknown = (value: Json, cli = '2.27.63') => unknownToAwsCli(version(cli), aRequest({ value }))

describe('what an older AWS CLI lacks', () => {
  test.each(Object.entries(awsCliRequest.lacks))('%s has each member that is listed', (name, members) => {
    const shape = shapeNamed(name)
    expect(shape.type === 'structure' && members.filter((member) => !Object.hasOwn(shape.members, member))).toEqual([])
  })

  test.each<[string, Json, readonly string[]]>([
    ['an old request', { ClusterName: 'a', InstanceGroups: [{ InstanceGroupName: 'b', LifeCycleConfig: { OnCreate: 'c.sh' } }] }, []],
    ['at the top', { NodeProvisioningMode: 'Continuous', ClusterRole: 'arn' }, ['/NodeProvisioningMode', '/ClusterRole']],
    ['in groups', { InstanceGroups: [{}, { SlurmConfig: { NodeType: 'Login' } }] }, ['/InstanceGroups/1/SlurmConfig']],
    ['not twice for what is in it', { AutoScaling: { Mode: 'Enable' } }, ['/AutoScaling']],
    ['in a union', { Orchestrator: { Slurm: {} } }, ['/Orchestrator/Slurm']],
    ['the older member of a union', { Orchestrator: { Eks: { ClusterArn: 'arn' } } }, []],
    [
      'deep, in restricted groups too',
      { RestrictedInstanceGroups: [{ InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 1, RootVolume: true } }] }] },
      ['/RestrictedInstanceGroups/0/InstanceStorageConfigs/0/EbsVolumeConfig/RootVolume'],
    ],
    ['by its place, not by its name', { Tags: [{ Key: 'SlurmConfig', Value: 'ImageId' }], ImageId: 'ami-1' }, []],
    ['a broken request', { InstanceGroups: { ImageId: 'x' }, Orchestrator: [{ Slurm: {} }], VpcConfig: null }, []],
    ['no object', [], []],
  ])('%s', (_, value, expected) => expect(unknown(value)).toEqual(expected))

  test.each([
    ['2.0.0', true],
    ['2.27.62', true],
    ['2.27.63', true],
    ['2.27.64', false],
    ['2.28.0', false],
    ['3.0.0', false],
  ])('%s: known to lack it is %s', (cli, lacks) => {
    expect(unknown({ NodeProvisioningMode: 'Continuous' }, cli).length > 0).toBe(lacks)
  })
})
