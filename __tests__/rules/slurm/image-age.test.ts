import { describe, expect, test } from '@jest/globals'
import type { InstanceGroup } from '../../../src/model/plan.ts'
import { imageAge as rule } from '../../../src/rules/slurm/image-age.ts'
import { aGroup, aMachineImage, anEksPlan, aPlan, aScriptedGroup, findingsOf, statuses } from '../../builders.ts'

const imageId = 'ami-0123456789abcdef0'
const judged = (creationDate: string, changes: Partial<InstanceGroup> = { slurmNodeType: 'Controller' }) =>
  findingsOf(rule, aPlan({ instanceGroups: [aScriptedGroup('on_create.sh', { imageId, ...changes })] }), {
    machineImages: { [imageId]: aMachineImage({ creationDate }) },
  })

describe('slurm/image-age', () => {
  test.each([
    ['2025-12-31T23:59:59.000Z', 'fail'],
    ['2026-01-01T00:00:00.000Z', 'pass'],
    ['2026-07-01T12:00:00.000Z', 'pass'],
  ])('made at %s', (creationDate, status) => {
    expect(judged(creationDate)).toMatchObject([{ status, severity: 'warning', subject: imageId }])
  })

  test('a pass says only what is known', () => {
    expect(judged('2026-02-01T00:00:00.000Z')[0]?.message).toContain('on which image it is built is not visible')
  })

  test('groups that neither use SlurmConfig nor go without scripts take any image', () => {
    expect(judged('2020-01-01T00:00:00.000Z', {})).toMatchObject([{ status: 'skipped', subject: 'plan' }])
    expect(judged('2020-01-01T00:00:00.000Z', { lifecycle: { mode: 'ami' } })).toMatchObject([{ status: 'fail' }])
  })

  test('an old image of a scripted group beside a group that needs a new one', () => {
    const other = 'ami-0fffffffffffffff0'
    const groups = [aGroup({ imageId }), aScriptedGroup('on_create.sh', { name: 'login', imageId: other })]
    const old = { creationDate: '2020-01-01T00:00:00.000Z' }
    const machineImages = { [imageId]: aMachineImage(old), [other]: aMachineImage({ ...old, imageId: other }) }
    expect(statuses(findingsOf(rule, aPlan({ instanceGroups: groups }), { machineImages }))).toEqual([
      `fail ${imageId}`,
      `skipped ${other}`,
    ])
  })

  test('an absent image is left to image/available; EKS, and no image at all, are skipped', () => {
    const plan = aPlan({ instanceGroups: [aGroup({ imageId })] })
    expect(statuses(findingsOf(rule, plan, { machineImages: { [imageId]: null } }))).toEqual([`skipped ${imageId}`])
    expect(statuses(findingsOf(rule, anEksPlan({ instanceGroups: [aGroup({ imageId })] }), {}))).toEqual(['skipped plan'])
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
