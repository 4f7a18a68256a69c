import { describe, expect, test } from '@jest/globals'
import type { MachineImage } from '../../../src/model/facts/capacity.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { available as rule } from '../../../src/rules/image/available.ts'
import { aGroup, aMachineImage, aPlan, denied, findingsOf, known, sizesOf, statuses } from '../../builders.ts'

const identity = { kind: 'caller', account: '111122223333', arn: 'arn:aws:iam::111122223333:role/ci', partition: 'aws' } as const
const imageId = 'ami-0123456789abcdef0'
const plan = aPlan({ instanceGroups: [aGroup({ imageId }), aGroup({ name: 'login', imageId })] })
const judged = (changes: Partial<MachineImage>) =>
  findingsOf(rule, plan, { identity, instanceTypes: sizesOf('ml.p5.48xlarge'), machineImages: { [imageId]: aMachineImage(changes) } })

/** As snapshots of version 1.0.0 have it. */
const withoutProcessor = (name: string) => {
  const size = sizesOf(name)[name]
  if (size === null || size === undefined) return null
  const { architectures: _, ...old } = size
  return old
}

describe('image/available', () => {
  test.each<[string, Partial<MachineImage>, string, string]>([
    ['available, of this account', {}, 'pass', 'error'],
    ['still being made', { state: 'pending' }, 'fail', 'error'],
    ['deregistered', { state: 'deregistered' }, 'fail', 'error'],
    ['disabled', { state: 'disabled' }, 'fail', 'error'],
    ["another account's", { ownerId: '444455556666' }, 'fail', 'warning'],
    ['encrypted', { encrypted: true }, 'fail', 'warning'],
    ['for another processor', { architecture: 'arm64' }, 'fail', 'error'],
    ['for a Mac', { architecture: 'x86_64_mac' }, 'fail', 'error'],
    ['of Windows', { windows: true }, 'fail', 'error'],
    ['encrypted and gone', { encrypted: true, state: 'deregistered' }, 'fail', 'error'],
  ])('%s', (_, changes, status, severity) => {
    expect(judged(changes)).toMatchObject([{ status, severity, subject: imageId }])
  })

  const onTypes = (types: readonly string[], changes: Partial<MachineImage>, known: Facts['instanceTypes'] = sizesOf(...types)) =>
    findingsOf(rule, aPlan({ instanceGroups: [aGroup({ imageId, instanceTypes: types })] }), {
      identity,
      instanceTypes: known,
      machineImages: { [imageId]: aMachineImage(changes) },
    })

  test.each<[string, readonly string[], Partial<MachineImage>, Facts['instanceTypes'] | undefined, string, string]>([
    ['arm64 on Graviton', ['ml.c8g.large'], { architecture: 'arm64' }, undefined, 'pass', 'error'],
    ['x86_64 on Graviton', ['ml.c8g.large'], {}, undefined, 'fail', 'error'],
    ['x86_64 on types of both', ['ml.c8g.large', 'ml.c5.large'], {}, undefined, 'fail', 'warning'],
    ['x86_64 on two Graviton types', ['ml.c8g.large', 'ml.m8g.large'], {}, undefined, 'fail', 'error'],
    ['a type that nobody knows', ['ml.p9.48xlarge'], { architecture: 'arm64' }, undefined, 'pass', 'error'],
    [
      'a type whose processor an old snapshot does not say',
      ['ml.c8g.large'],
      {},
      { 'ml.c8g.large': withoutProcessor('ml.c8g.large') },
      'pass',
      'error',
    ],
  ])('%s', (_, types, changes, known, status, severity) => {
    expect(onTypes(types, changes, known)).toMatchObject([{ status, severity }])
  })

  test('an image of an old snapshot, which says neither processor nor system, is not judged by them', () => {
    const { architecture: _architecture, windows: _windows, ...old } = aMachineImage()
    const facts = { identity, instanceTypes: sizesOf('ml.p5.48xlarge'), machineImages: { [imageId]: old } }
    expect(findingsOf(rule, plan, facts)).toMatchObject([{ status: 'pass' }])
  })

  test('types that could not be asked for are unknown, and hide no error', () => {
    const facts = (changes: Partial<MachineImage>) => ({
      identity,
      instanceTypes: denied('ec2:DescribeInstanceTypes'),
      machineImages: { [imageId]: aMachineImage(changes) },
    })
    expect(findingsOf(rule, plan, facts({}))).toMatchObject([{ status: 'unknown', gap: { action: 'ec2:DescribeInstanceTypes' } }])
    expect(findingsOf(rule, plan, facts({ windows: true }))).toMatchObject([{ status: 'fail', severity: 'error' }])
  })

  test('it says which types cannot start it', () => {
    expect(judged({ architecture: 'arm64' })[0]?.message).toBe(
      `${imageId} (worker-1, login) is for arm64, which ml.p5.48xlarge (x86_64) cannot start`,
    )
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
      findingsOf(rule, plan, {
        identity: unidentified,
        instanceTypes: sizesOf('ml.p5.48xlarge'),
        machineImages: { [imageId]: aMachineImage(changes) },
      })
    expect(given({})).toMatchObject([{ status: 'unknown', severity: 'warning', gap: { action: 'sts:GetCallerIdentity' } }])
    expect(given({ state: 'pending' })).toMatchObject([{ status: 'fail', severity: 'error' }])
  })

  test('a denied call is unknown, a plan without images is skipped', () => {
    expect(statuses(findingsOf(rule, plan, { identity, machineImages: denied('ec2:DescribeImages') }))).toEqual(['unknown account'])
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
