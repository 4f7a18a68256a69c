import { describe, expect, test } from '@jest/globals'
import { trainingPlans } from '../../../src/facts/capacity/training-plans.ts'
import { aGroup, aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))
const arnOf = (name: string, region = 'us-west-2', account = '111122223333') =>
  `arn:aws:sagemaker:${region}:${account}:training-plan/${name}`

describe('trainingPlans', () => {
  const ask = (...keys: readonly (string | null)[]) =>
    trainingPlans.collect(loopback.context(aPlan({ instanceGroups: keys.map((trainingPlanArn) => aGroup({ trainingPlanArn })) })), nothing)
  const described = (name: unknown) => ({ TrainingPlanName: name, TrainingPlanArn: arnOf(String(name)), Status: 'Active' })
  /** Names that were asked for. */
  const answering = (answer: (name: unknown) => object | string): unknown[] => {
    const names: unknown[] = []
    loopback.current().operations = {
      DescribeTrainingPlan: ({ TrainingPlanName }) => {
        names.push(TrainingPlanName)
        return answer(TrainingPlanName)
      },
    }
    return names
  }

  test('reads what a plan is made of', async () => {
    answering((name) => ({
      ...described(name),
      StatusMessage: 'ready',
      StartTime: 1_772_364_600,
      EndTime: 1_773_574_200,
      TotalInstanceCount: 8,
      AvailableInstanceCount: 5,
      TargetResources: ['hyperpod-cluster'],
      ReservedCapacitySummaries: [
        {
          ReservedCapacityArn: 'arn:aws:sagemaker:us-west-2:111122223333:reserved-capacity/one',
          InstanceType: 'ml.p5.48xlarge',
          TotalInstanceCount: 8,
          Status: 'Active',
          AvailabilityZone: 'us-west-2a',
          AvailabilityZoneId: 'usw2-az1',
          StartTime: 1_772_364_600,
        },
      ],
    }))
    expect(await ask('p5-spring')).toEqual({
      'p5-spring': {
        ok: true,
        value: {
          name: 'p5-spring',
          arn: arnOf('p5-spring'),
          status: 'Active',
          statusMessage: 'ready',
          startTime: '2026-03-01T11:30:00.000Z',
          endTime: '2026-03-15T11:30:00.000Z',
          totalInstanceCount: 8,
          availableInstanceCount: 5,
          targetResources: ['hyperpod-cluster'],
          reservedCapacities: [
            {
              instanceType: 'ml.p5.48xlarge',
              totalInstanceCount: 8,
              status: 'Active',
              availabilityZone: 'us-west-2a',
              availabilityZoneId: 'usw2-az1',
              startTime: '2026-03-01T11:30:00.000Z',
              endTime: null,
            },
          ],
        },
      },
    })
  })

  test('each plan is asked for once, by its name, and what AWS leaves out is null or empty', async () => {
    const names = answering(described)
    expect(await ask(arnOf('one'), arnOf('one'), null, 'two')).toMatchObject({
      [arnOf('one')]: {
        ok: true,
        value: { name: 'one', totalInstanceCount: null, startTime: null, targetResources: [], reservedCapacities: [] },
      },
      two: { ok: true, value: { name: 'two' } },
    })
    expect(names.toSorted()).toEqual(['one', 'two'])
  })

  test('one that is not found, or has another ARN, is absent', async () => {
    answering((name) => (name === 'gone' ? 'ResourceNotFound' : described(name)))
    const foreign = arnOf('one', 'us-west-2', '444455556666')
    expect(await ask('gone', foreign)).toEqual({ gone: { ok: true, value: null }, [foreign]: { ok: true, value: null } })
  })

  test('one of another Region is absent without a call', async () => {
    const names = answering(described)
    const elsewhere = arnOf('one', 'us-east-1')
    expect(await ask(elsewhere)).toEqual({ [elsewhere]: { ok: true, value: null } })
    expect(names).toEqual([])
  })

  test('one that is refused leaves its neighbours alone', async () => {
    answering((name) => (name === 'secret' ? 'AccessDeniedException' : described(name)))
    expect(await ask('secret', 'one')).toMatchObject({
      secret: { ok: false, gap: { reason: 'denied', action: 'sagemaker:DescribeTrainingPlan' } },
      one: { ok: true },
    })
  })

  test('an answer without a status is a gap', async () => {
    answering((name) => ({ TrainingPlanName: name, TrainingPlanArn: arnOf(String(name)) }))
    expect(await ask('one')).toMatchObject({ one: { ok: false, gap: { message: expect.stringContaining('Status') } } })
  })

  test('no training plan, no call', async () => {
    expect(await ask(null)).toEqual({})
    expect(loopback.current().asked).toEqual([])
  })
})
