import { describe, expect, test } from '@jest/globals'
import type { MachineImage } from '../../../src/model/facts/capacity.ts'
import { available as rule } from '../../../src/rules/image/available.ts'
import { aGroup, aMachineImage, aPlan, denied, findingsOf, known, statuses } from '../../builders.ts'

const identity = { kind: 'caller', account: '111122223333', arn: 'arn:aws:iam::111122223333:role/ci', partition: 'aws' } as const
const imageId = 'ami-0123456789abcdef0'
const plan = aPlan({ instanceGroups: [aGroup({ imageId }), aGroup({ name: 'login', imageId })] })
const judged = (changes: Partial<MachineImage>) =>
  findingsOf(rule, plan, { identity, machineImages: { [imageId]: aMachineImage(changes) } })

describe('image/available', () => {
  test.each<[string, Partial<MachineImage>, string, string]>([
    ['available, of this account', {}, 'pass', 'error'],
    ['still being made', { state: 'pending' }, 'fail', 'error'],
    ['deregistered', { state: 'deregistered' }, 'fail', 'error'],
    ['disabled', { state: 'disabled' }, 'fail', 'error'],
    ["another account's", { ownerId: '444455556666' }, 'fail', 'warning'],
    ['encrypted', { encrypted: true }, 'fail', 'warning'],
    ['encrypted and gone', { encrypted: true, state: 'deregistered' }, 'fail', 'error'],
  ])('%s', (_, changes, status, severity) => {
    expect(judged(changes)).toMatchObject([{ status, severity, subject: imageId }])
  })

  test('is judged once, and names the groups that start from it', () => {
    const [finding] = findingsOf(rule, plan, { identity, machineImages: { [imageId]: null } })
    expect(finding?.message).toBe(`${imageId} (worker-1, login) does not exist in us-west-2, or is not shared with this account`)
    expect(finding?.fix?.commands).toEqual(['aws ec2 describe-images --region us-west-2 --owners self'])
  })

  test.each([
    ['could not be asked for', denied('sts:GetCallerIdentity')],
    ['is that of refused credentials', known({ kind: 'refused' as const, code: 'ExpiredToken', message: 'expired' })],
  ])('whose it is, is not known where the account %s; what is wrong all the same is told', (_, unidentified) => {
    const given = (changes: Parameters<typeof aMachineImage>[0]) =>
      findingsOf(rule, plan, { identity: unidentified, machineImages: { [imageId]: aMachineImage(changes) } })
    expect(given({})).toMatchObject([{ status: 'unknown', severity: 'warning', gap: { action: 'sts:GetCallerIdentity' } }])
    expect(given({ state: 'pending' })).toMatchObject([{ status: 'fail', severity: 'error' }])
  })

  test('a denied call is unknown, a plan without images is skipped', () => {
    expect(statuses(findingsOf(rule, plan, { identity, machineImages: denied('ec2:DescribeImages') }))).toEqual(['unknown account'])
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
