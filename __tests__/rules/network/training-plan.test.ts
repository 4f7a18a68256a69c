import { describe, expect, test } from '@jest/globals'
import type { ReservedCapacity, TrainingPlan } from '../../../src/model/facts/capacity.ts'
import type { InstanceGroup } from '../../../src/model/plan.ts'
import { trainingPlan as rule } from '../../../src/rules/network/training-plan.ts'
import { aGroup, aPlan, aSubnet, denied, findingsOf, known, statuses } from '../../builders.ts'
import { expectInFull } from '../in-full.ts'

const arn = 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/p5-spring'
const identity = { kind: 'caller' as const, account: '111122223333', arn: 'arn:aws:iam::111122223333:role/ci', partition: 'aws' }
const subnets = {
  'subnet-0aaaaaaa': aSubnet(),
  'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', availabilityZone: 'us-west-2b', availabilityZoneId: 'usw2-az2' }),
}
const aCapacity = (changes: Partial<ReservedCapacity> = {}): ReservedCapacity => ({
  instanceType: 'ml.p5.48xlarge',
  totalInstanceCount: 8,
  status: 'Active',
  availabilityZone: 'us-west-2a',
  availabilityZoneId: 'usw2-az1',
  startTime: '2026-11-20T11:30:00.000Z',
  endTime: '2026-12-04T11:30:00.000Z',
  ...changes,
})
const aTrainingPlan = (changes: Partial<TrainingPlan> = {}): TrainingPlan => ({
  name: 'p5-spring',
  arn,
  status: 'Active',
  statusMessage: null,
  startTime: '2026-11-20T11:30:00.000Z',
  endTime: '2026-12-04T11:30:00.000Z',
  totalInstanceCount: 8,
  availableInstanceCount: 8,
  targetResources: ['hyperpod-cluster'],
  reservedCapacities: [aCapacity()],
  ...changes,
})
const planOf = (...groups: readonly Partial<InstanceGroup>[]) =>
  aPlan({ instanceGroups: groups.map((changes) => aGroup({ trainingPlanArn: arn, ...changes })) })
/** Findings about the training plan itself, then about its only group. */
const judged = (changes: Partial<TrainingPlan>, plan = planOf({})) =>
  findingsOf(rule, plan, { trainingPlans: { [arn]: known(aTrainingPlan(changes)) }, subnets, identity })

describe('network/training-plan', () => {
  test('a plan in use with room, of the type and in the zone of a subnet', () => {
    const findings = judged({})
    expect(statuses(findings)).toEqual(['pass p5-spring', 'pass worker-1'])
    expect(findings.map(({ message }) => message)).toEqual([
      'training plan p5-spring is Active from 2026-11-20T11:30:00.000Z until 2026-12-04T11:30:00.000Z, 8 of its 8 instances are available, worker-1 wants 4',
      'training plan p5-spring reserves ml.p5.48xlarge in us-west-2a (usw2-az1): subnet-0aaaaaaa',
    ])
  })

  test('in full', () => {
    const location = { path: 'cluster.json', line: 7, column: 9 }
    const one = planOf({ location })
    const elsewhere = aCapacity({ availabilityZone: 'us-west-2d', availabilityZoneId: 'usw2-az4' })
    const byName = (availabilityZone: string | null) => aCapacity({ availabilityZone, availabilityZoneId: null })
    const cases: readonly (readonly [string, Partial<TrainingPlan>, Parameters<typeof judged>[1]?])[] = [
      ['in use with room', {}],
      ['scheduled', { status: 'Scheduled', availableInstanceCount: 0 }],
      ['scheduled, without times', { status: 'Scheduled', startTime: null, endTime: null }],
      ['without a start', { startTime: null }],
      ['without an end', { endTime: null }],
      ['without counts', { totalInstanceCount: null, availableInstanceCount: null }],
      ['without the count that is available', { availableInstanceCount: null }],
      ['active, and its end has passed', { endTime: '2026-11-23T11:30:00.000Z' }],
      ['expired', { status: 'Expired', statusMessage: '' }],
      ['failed', { status: 'Failed', statusMessage: 'payment' }],
      ['pending', { status: 'Pending' }],
      ['bought for training jobs', { targetResources: ['training-job', 'endpoint'] }],
      ['just large enough', { totalInstanceCount: 4, availableInstanceCount: 4 }],
      ['one short', { totalInstanceCount: 3, availableInstanceCount: 3 }],
      ['in use elsewhere', { availableInstanceCount: 1 }],
      ['scheduled, and too small', { status: 'Scheduled', totalInstanceCount: 3, availableInstanceCount: 0 }],
      ['two groups on it', { totalInstanceCount: 7 }, planOf({ location }, { name: 'worker-2' })],
      ['it holds the least number', { availableInstanceCount: 2 }, planOf({ location, minInstanceCount: 2 })],
      [
        'of another type',
        { reservedCapacities: [aCapacity({ instanceType: 'ml.p4d.24xlarge' }), aCapacity({ instanceType: 'ml.trn1.32xlarge' })] },
      ],
      ['of one of two types', {}, planOf({ location, instanceTypes: ['ml.p4d.24xlarge', 'ml.p5.48xlarge'] })],
      ['of neither of two types', {}, planOf({ location, instanceTypes: ['ml.p4d.24xlarge', 'ml.p4de.24xlarge'] })],
      ['in another zone', { reservedCapacities: [elsewhere] }],
      [
        'in two other zones',
        { reservedCapacities: [elsewhere, aCapacity({ availabilityZone: 'us-west-2c', availabilityZoneId: 'usw2-az3' })] },
      ],
      ['in another zone too', { reservedCapacities: [aCapacity(), elsewhere] }],
      [
        'in both zones of the subnets',
        { reservedCapacities: [aCapacity(), aCapacity({ availabilityZone: 'us-west-2b', availabilityZoneId: 'usw2-az2' })] },
      ],
      ['in a zone that has a name only', { reservedCapacities: [byName('us-west-2a')] }],
      ['in another zone, which has a name only', { reservedCapacities: [byName('us-west-2d')] }],
      ['in a zone that has an id only', { reservedCapacities: [aCapacity({ availabilityZone: null })] }],
      ['in a zone that nobody names', { reservedCapacities: [byName(null)] }],
      ['in a zone that nobody names, and in another', { reservedCapacities: [byName(null), elsewhere] }],
      ['no capacity', { reservedCapacities: [] }],
      ['no subnet in the plan', {}, { ...one, vpcConfig: null }],
      ['no subnet in the plan, capacity elsewhere', { reservedCapacities: [elsewhere] }, { ...one, vpcConfig: null }],
    ]
    const facts = { subnets, identity }
    const notThere = { ...facts, trainingPlans: { [arn]: known(null) } }
    expectInFull('network-training-plan.yaml', [
      ...cases.map(([name, changes, plan = one]) => [name, judged(changes, plan)] as const),
      ['not there', findingsOf(rule, one, notThere)],
      ['not there, and nobody knows who asks', findingsOf(rule, one, { ...notThere, identity: denied('sts:GetCallerIdentity') })],
      ['refused', findingsOf(rule, one, { ...facts, trainingPlans: { [arn]: denied('sagemaker:DescribeTrainingPlan') } })],
      [
        'subnets refused',
        findingsOf(rule, one, { ...facts, trainingPlans: { [arn]: known(aTrainingPlan()) }, subnets: denied('ec2:DescribeSubnets') }),
      ],
      [
        'subnets that are not there',
        findingsOf(rule, one, {
          ...facts,
          trainingPlans: { [arn]: known(aTrainingPlan()) },
          subnets: { 'subnet-0aaaaaaa': null, 'subnet-0bbbbbbb': null },
        }),
      ],
    ])
  })

  test('one that is scheduled passes by its size, and says when it starts', () => {
    const [finding] = judged({ status: 'Scheduled', availableInstanceCount: 0 })
    expect(finding).toMatchObject({
      status: 'pass',
      message: expect.stringMatching(/is Scheduled from 2026-11-20T11:30:00.000Z .*nodes come up when it starts, it has 8 instances/),
    })
  })

  test.each([
    ['Expired', 'error'],
    ['Failed', 'error'],
    ['Pending', 'warning'],
    ['Paused', 'warning'],
  ])('%s: %s', (status, severity) => {
    expect(judged({ status, statusMessage: 'payment' })[0]).toMatchObject({
      status: 'fail',
      severity,
      message: `training plan p5-spring: it is ${status} (payment), it must be Active or Scheduled`,
    })
  })

  test.each<[string, Partial<TrainingPlan>, readonly string[]]>([
    ['the end is now', { endTime: '2026-11-23T12:00:00.000Z' }, ['fail p5-spring', 'skipped worker-1']],
    ['the end is near', { endTime: '2026-11-23T12:00:00.001Z' }, ['pass p5-spring', 'pass worker-1']],
    [
      'scheduled, and the end has passed',
      { status: 'Scheduled', endTime: '2026-11-22T11:30:00.000Z' },
      ['fail p5-spring', 'skipped worker-1'],
    ],
    [
      'all of its capacity has ended',
      { endTime: null, reservedCapacities: [aCapacity({ endTime: '2026-11-22T11:30:00.000Z' })] },
      ['fail p5-spring', 'skipped worker-1'],
    ],
    [
      'a part of its capacity has ended',
      { reservedCapacities: [aCapacity({ endTime: '2026-11-22T11:30:00.000Z', availabilityZoneId: 'usw2-az4' }), aCapacity()] },
      ['pass p5-spring', 'pass worker-1'],
    ],
    ['an end that is no time', { endTime: 'soon' }, ['pass p5-spring', 'pass worker-1']],
    ['no end and no capacity', { endTime: null, reservedCapacities: [] }, ['pass p5-spring', 'unknown worker-1']],
  ])('%s', (_, changes, expected) => {
    expect(statuses(judged(changes))).toEqual(expected)
  })

  test('of a plan that is over, type and zone are not judged', () => {
    expect(statuses(judged({ status: 'Expired', reservedCapacities: [] }))).toEqual(['fail p5-spring', 'skipped worker-1'])
  })

  test('all that is wrong is said at once, with one error making it an error', () => {
    expect(judged({ status: 'Pending', targetResources: ['training-job'], totalInstanceCount: 3 })[0]).toMatchObject({
      severity: 'error',
      message:
        'training plan p5-spring: it is Pending, it must be Active or Scheduled; it was bought for training-job, not for hyperpod-cluster; it has 3 instances, worker-1 wants 4: 1 short',
      fix: {
        commands: [
          'aws sagemaker describe-training-plan --region us-west-2 --training-plan-name p5-spring',
          'aws sagemaker list-training-plans --region us-west-2',
        ],
      },
    })
  })

  test.each([
    ['too small', { totalInstanceCount: 3, availableInstanceCount: 3 }, '3 of its 3 instances are available, worker-1 wants 4: 1 short'],
    ['in use elsewhere', { availableInstanceCount: 1 }, '1 of its 8 instances are available, worker-1 wants 4: 3 short'],
  ])('%s', (_, changes, message) => {
    expect(judged(changes)[0]).toMatchObject({ status: 'fail', severity: 'error', message: expect.stringContaining(message) })
  })

  test('groups on one plan add up', () => {
    const [finding] = judged({ totalInstanceCount: 7 }, planOf({}, { name: 'worker-2' }))
    expect(finding?.message).toContain('worker-1 and worker-2 want 8: 1 short')
  })

  test('where it holds MinInstanceCount it is a warning', () => {
    const [finding] = judged({ availableInstanceCount: 2 }, planOf({ minInstanceCount: 2 }))
    expect(finding).toMatchObject({ severity: 'warning', message: expect.stringContaining('MinInstanceCount, 2 in all, is met') })
    expect(judged({ availableInstanceCount: 1 }, planOf({ minInstanceCount: 2 }))[0]?.severity).toBe('error')
  })

  test('counts and targets that AWS does not say fail nothing', () => {
    expect(judged({ totalInstanceCount: null, availableInstanceCount: null, targetResources: [] })[0]).toMatchObject({
      status: 'pass',
      message: expect.stringContaining('AWS does not say how many instances it has'),
    })
  })

  describe('the groups on it', () => {
    test('need its type; of several types one is enough', () => {
      const reservedCapacities = [aCapacity({ instanceType: 'ml.p4d.24xlarge' })]
      expect(judged({ reservedCapacities })[1]).toMatchObject({
        status: 'fail',
        severity: 'error',
        message: 'worker-1 is of ml.p5.48xlarge, training plan p5-spring reserves ml.p4d.24xlarge',
      })
      const several = planOf({ instanceTypes: ['ml.p5.48xlarge', 'ml.p4d.24xlarge'] })
      expect(judged({ reservedCapacities }, several)[1]?.status).toBe('pass')
    })

    test('need a subnet in its zone', () => {
      const reservedCapacities = [aCapacity({ availabilityZone: 'us-west-2d', availabilityZoneId: 'usw2-az4' })]
      expect(judged({ reservedCapacities })[1]).toMatchObject({
        status: 'fail',
        severity: 'error',
        message:
          'training plan p5-spring has its capacity in us-west-2d (usw2-az4), the subnets of worker-1 are in us-west-2a (usw2-az1), us-west-2b (usw2-az2)',
        fix: {
          commands: [
            "aws ec2 describe-subnets --region us-west-2 --filters Name=availability-zone-id,Values=usw2-az4 Name=vpc-id,Values=vpc-0a1b2c3d --query 'Subnets[].[SubnetId,AvailabilityZone,AvailableIpAddressCount]' --output table",
          ],
        },
      })
    })

    test('count with their own subnets', () => {
      const overrideVpcConfig = { subnetIds: ['subnet-0bbbbbbb'], securityGroupIds: [], location: null }
      expect(judged({}, planOf({ overrideVpcConfig }))[1]).toMatchObject({ status: 'fail', severity: 'error' })
    })

    test('in only some of its zones are warned', () => {
      const reservedCapacities = [aCapacity(), aCapacity({ availabilityZone: 'us-west-2d', availabilityZoneId: 'usw2-az4' })]
      expect(judged({ reservedCapacities })[1]).toMatchObject({ status: 'fail', severity: 'warning' })
    })

    test('are told the zone by its id: names mean other zones elsewhere', () => {
      expect(judged({ reservedCapacities: [aCapacity({ availabilityZoneId: 'usw2-az4' })] })[1]?.status).toBe('fail')
      expect(judged({ reservedCapacities: [aCapacity({ availabilityZoneId: null })] })[1]?.status).toBe('pass')
      expect(judged({ reservedCapacities: [aCapacity({ availabilityZone: null, availabilityZoneId: null })] })[1]).toMatchObject({
        status: 'unknown',
        gap: { reason: 'unexpected', action: 'sagemaker:DescribeTrainingPlan' },
      })
    })

    test('parts of it that are over do not count', () => {
      const over = aCapacity({ status: 'Expired', availabilityZone: 'us-west-2d', availabilityZoneId: 'usw2-az4' })
      expect(judged({ reservedCapacities: [over, aCapacity()] })[1]?.status).toBe('pass')
    })

    test('are unknown where it names no capacity, or the subnets are not known', () => {
      expect(judged({ reservedCapacities: [] })[1]).toMatchObject({ status: 'unknown', gap: { action: 'sagemaker:DescribeTrainingPlan' } })
      const facts = { trainingPlans: { [arn]: known(aTrainingPlan()) }, subnets: denied('ec2:DescribeSubnets'), identity }
      expect(statuses(findingsOf(rule, planOf({}), facts))).toEqual(['pass p5-spring', 'unknown worker-1'])
    })

    test('are not judged by zone without a subnet', () => {
      expect(judged({}, { ...planOf({}), vpcConfig: null })[1]).toMatchObject({ status: 'pass' })
      const gone = {
        trainingPlans: { [arn]: known(aTrainingPlan()) },
        subnets: { 'subnet-0aaaaaaa': null, 'subnet-0bbbbbbb': null },
        identity,
      }
      expect(statuses(findingsOf(rule, planOf({}), gone))).toEqual(['pass p5-spring', 'skipped worker-1'])
    })
  })

  describe('a plan that is not there', () => {
    const absent = (key: string, who: unknown = identity) =>
      findingsOf(rule, planOf({ trainingPlanArn: key }), {
        trainingPlans: { [key]: known(null) },
        subnets,
        identity: who as typeof identity,
      })[0]

    test('is an error', () => {
      for (const key of [arn, 'p5-spring']) {
        expect(absent(key)).toMatchObject({
          status: 'fail',
          severity: 'error',
          subject: 'p5-spring',
          message: 'training plan p5-spring of worker-1 does not exist in us-west-2',
        })
      }
    })

    test('of another Region says so', () => {
      expect(absent(arn.replace('us-west-2', 'us-east-1'))).toMatchObject({
        severity: 'error',
        message: 'training plan p5-spring of worker-1 is in us-east-1, the cluster in us-west-2',
      })
    })

    test('of another account could not be read: a warning', () => {
      const foreign = arn.replace('111122223333', '444455556666')
      expect(absent(foreign)).toMatchObject({
        status: 'fail',
        severity: 'warning',
        message: expect.stringContaining('belongs to account 444455556666, these credentials to 111122223333'),
      })
      expect(absent(foreign, denied('sts:GetCallerIdentity'))).toMatchObject({
        status: 'unknown',
        gap: { action: 'sts:GetCallerIdentity' },
      })
      expect(absent('p5-spring', denied('sts:GetCallerIdentity'))?.status).toBe('fail')
    })
  })

  test('one that could not be read is unknown, and its neighbours are judged', () => {
    const plan = planOf({}, { name: 'worker-2', trainingPlanArn: 'other' })
    const trainingPlans = { [arn]: known(aTrainingPlan()), other: denied('sagemaker:DescribeTrainingPlan') }
    expect(statuses(findingsOf(rule, plan, { trainingPlans, subnets, identity }))).toEqual([
      'pass p5-spring',
      'pass worker-1',
      'unknown other',
    ])
  })

  test('without a training plan there is nothing to judge', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
