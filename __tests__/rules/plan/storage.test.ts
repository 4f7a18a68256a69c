import { describe, expect, test } from '@jest/globals'
import { storage as rule } from '../../../src/rules/plan/storage.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const VpcConfig = { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa'] }
const head = groupRequest({ InstanceGroupName: 'head', SlurmConfig: { NodeType: 'Controller' } })
const DnsName = 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com'
const lustre = { FsxLustreConfig: { DnsName, MountName: 'abcdefgh' } }
const openZfs = { FsxOpenZfsConfig: { DnsName } }
const size = { EbsVolumeConfig: { VolumeSizeInGB: 500 } }
const root = { EbsVolumeConfig: { RootVolume: true, VolumeKmsKeyId: 'alias/nodes' } }
const inVpc = { VpcConfig, head: true }

interface Around {
  readonly VpcConfig?: object
  readonly head?: boolean
}

const judged = (configs: readonly object[], { head: withHead = false, ...around }: Around = {}) =>
  findingsOf(
    rule,
    requestedPlan(
      clusterRequest({ ...around, InstanceGroups: [groupRequest({ InstanceStorageConfigs: configs }), ...(withHead ? [head] : [])] }),
    ),
    {},
  )
const place = (index: number, member: string) => `cluster.json: InstanceGroups[0].InstanceStorageConfigs[${index}].${member}`

describe('plan/storage', () => {
  test.each<[string, readonly object[], Around, readonly string[]]>([
    ['a second volume', [size], {}, ['pass worker-1']],
    ['root and second volume', [root, size], {}, ['pass worker-1']],
    ['both file systems', [lustre, openZfs], inVpc, ['pass worker-1']],
    ['a file system without VpcConfig', [lustre], { head: true }, [`fail ${place(0, 'FsxLustreConfig')}`]],
    ['two Lustre', [lustre, lustre], inVpc, [`fail ${place(1, 'FsxLustreConfig')}`]],
    ['two OpenZFS', [openZfs, size, openZfs], inVpc, [`fail ${place(2, 'FsxOpenZfsConfig')}`]],
    ['a file system without a controller', [openZfs], { VpcConfig }, [`fail ${place(0, 'FsxOpenZfsConfig')}`]],
    ['a second volume without a size', [{ EbsVolumeConfig: {} }], {}, [`fail ${place(0, 'EbsVolumeConfig.VolumeSizeInGB')}`]],
    ['two second volumes', [size, size], {}, [`fail ${place(1, 'EbsVolumeConfig')}`]],
    ['two root volumes', [root, root], {}, [`fail ${place(1, 'EbsVolumeConfig')}`]],
    [
      'a root volume with a size and without a key',
      [{ EbsVolumeConfig: { RootVolume: true, VolumeSizeInGB: 500 } }],
      {},
      [`fail ${place(0, 'EbsVolumeConfig.VolumeSizeInGB')}`, `fail ${place(0, 'EbsVolumeConfig.VolumeKmsKeyId')}`],
    ],
    ['something newer', [{ FsxNextConfig: {} }], {}, ['pass worker-1']],
  ])('%s', (_, configs, around, expected) => {
    expect(statuses(judged(configs, around))).toEqual(expected)
  })

  test('a file system without VpcConfig blocks, one without a controller warns', () => {
    expect(judged([lustre], { head: true })[0]).toMatchObject({
      severity: 'error',
      message:
        'InstanceGroups[0].InstanceStorageConfigs[0].FsxLustreConfig is an FSx file system, which needs VpcConfig: the request has none',
      location: { path: 'cluster.json', line: 11 },
    })
    expect(judged([lustre], { VpcConfig })[0]).toMatchObject({ severity: 'warning' })
  })

  test('restricted groups are judged too', () => {
    const RestrictedInstanceGroups = [groupRequest({ InstanceGroupName: 'nova', InstanceStorageConfigs: [size, size] })]
    expect(statuses(findingsOf(rule, requestedPlan(clusterRequest({ RestrictedInstanceGroups })), {}))).toEqual([
      'fail cluster.json: RestrictedInstanceGroups[0].InstanceStorageConfigs[1].EbsVolumeConfig',
    ])
  })

  test('without a request file, or without storage in it, it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
    expect(statuses(judged([]))).toEqual(['skipped plan'])
  })
})
