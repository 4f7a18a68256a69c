import { describe, expect, jest, test } from '@jest/globals'
import { clusterEventFailures, clusterEvents } from '../../../src/facts/cluster/events.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

/** What is throttled is tried again, with waits that grow. */
jest.setTimeout(30_000)

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))
const context = (clusterName: string | null = 'prod') => loopback.context(aPlan({ clusterName }))

const event = (EventId: string, Description: string | undefined, more: object = {}) => ({
  EventId,
  ClusterArn: 'arn:aws:sagemaker:us-west-2:123456789012:cluster/a1b2c3d4e5f6',
  ClusterName: 'prod',
  ResourceType: 'Instance',
  EventTime: 1_790_000_000,
  Description,
  ...more,
})

describe('clusterEvents', () => {
  const ask = (clusterName: string | null = 'prod') => attempt(() => clusterEvents.collect(context(clusterName), nothing))

  test('the newest first, on every page; what tells of no trouble is counted alone', async () => {
    const asked: unknown[] = []
    loopback.current().operations = {
      ListClusterEvents: (input) => {
        asked.push(input)
        return input['NextToken'] === undefined
          ? {
              Events: [
                event('e1', 'Failed to provision EC2 Instance', { EventLevel: 'Error', InstanceGroupName: 'work', InstanceId: 'i-0a' }),
                event('e2', 'Instance creation started', { EventLevel: 'Info' }),
                event('e3', 'an error that is only told of', { EventLevel: 'Info' }),
              ],
              NextToken: 'more',
            }
          : {
              Events: [
                event('e4', 'CapacityReservation not found', { EventLevel: 'Warn' }),
                event('e5', 'Cluster creation failed'),
                event('e6', 'Cluster creation started'),
                event('e7', undefined, { EventLevel: 'Error' }),
              ],
            }
      },
    }
    const time = new Date(1_790_000_000_000).toISOString()
    const whole = { time, group: null, instanceId: null }
    expect(await ask()).toEqual({
      ok: true,
      value: {
        read: 7,
        troubles: [
          { id: 'e1', time, level: 'Error', group: 'work', instanceId: 'i-0a', description: 'Failed to provision EC2 Instance' },
          { ...whole, id: 'e4', level: 'Warn', description: 'CapacityReservation not found' },
          { ...whole, id: 'e5', level: null, description: 'Cluster creation failed' },
        ],
        isCut: false,
      },
    })
    expect(asked).toMatchObject([
      { ClusterName: 'prod', SortBy: 'EventTime', SortOrder: 'Descending', MaxResults: 100 },
      { NextToken: 'more' },
    ])
  })

  test('of 10,000 events the newest 1,000 are read, and the answer says that there are more', async () => {
    const service = loopback.current()
    service.operations = {
      ListClusterEvents: ({ NextToken }) => {
        const page = Number(NextToken ?? 0)
        const events = Array.from({ length: 100 }, (_, at) => event(`e${page * 100 + at}`, 'Scaling failed', { EventLevel: 'Error' }))
        return { Events: events, ...(page < 99 && { NextToken: `${page + 1}` }) }
      },
    }
    const fact = await ask()
    expect(fact).toMatchObject({ ok: true, value: { read: 1000, isCut: true } })
    expect(fact.ok && fact.value?.troubles.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, at) => `e${at}`))
    expect(service.asked).toHaveLength(10)
  })

  test('no events are knowledge, as is no cluster', async () => {
    const service = loopback.current()
    service.operations = { ListClusterEvents: () => ({ Events: [] }) }
    expect(await ask()).toEqual({ ok: true, value: { read: 0, troubles: [], isCut: false } })
    service.operations = { ListClusterEvents: () => 'ResourceNotFound' }
    expect(await ask()).toEqual({ ok: true, value: null })
    expect(await ask(null)).toEqual({ ok: true, value: null })
    expect(service.asked).toHaveLength(2)
  })

  test.each([
    ['denied', 'AccessDeniedException'],
    ['throttled', 'ThrottlingException'],
    ['unexpected', 'ValidationException'],
  ])('an answer of %s is a gap', async (reason, error) => {
    loopback.current().operations = { ListClusterEvents: () => error }
    expect(await ask()).toMatchObject({ ok: false, gap: { reason, action: 'sagemaker:ListClusterEvents' } })
  })
})

describe('clusterEventFailures', () => {
  const trouble = (id: string, more: object = {}) => ({
    id,
    time: '2026-09-21T14:13:20.000Z',
    level: 'Error' as const,
    group: 'work',
    instanceId: null,
    description: `Scaling ${id} failed`,
    ...more,
  })
  const ask = (troubles: readonly ReturnType<typeof trouble>[] | null) => {
    const events: Facts['clusterEvents'] = troubles === null ? null : { read: troubles.length, troubles, isCut: false }
    // The only fact that it builds on.
    const get = () => Promise.resolve(events)
    return attempt(() => clusterEventFailures.collect(context(), get))
  }
  const detail = (EventMetadata?: object) => ({ EventDetails: { ...event('', ''), EventDetails: { EventMetadata } } })

  test.each<[string, object | undefined, string | null]>([
    ['of an instance', { Instance: { FailureMessage: 'no capacity' } }, 'no capacity'],
    ['of a group', { InstanceGroup: { FailureMessage: 'no subnet' } }, 'no subnet'],
    ['of scaling', { InstanceGroupScaling: { FailureMessage: 'no quota' } }, 'no quota'],
    ['of the cluster', { Cluster: { FailureMessage: 'no access entry' } }, 'no access entry'],
    ['without a message', { Instance: { CustomerEni: 'eni-1' } }, null],
    ['without details', undefined, null],
  ])('the message %s', async (_, metadata, message) => {
    loopback.current().operations = { DescribeClusterEvent: () => detail(metadata) }
    expect(await ask([trouble('e1')])).toEqual({ ok: true, value: { e1: { ok: true, value: message } } })
  })

  test('the newest ten that differ in more than the instance are asked for, warnings are not', async () => {
    const service = loopback.current()
    const ids: unknown[] = []
    service.operations = {
      DescribeClusterEvent: ({ EventId }) => {
        ids.push(EventId)
        return detail()
      },
    }
    const retries = ['i-0a', 'i-0b'].map((instanceId, at) =>
      trouble(`retry-${at}`, { instanceId, description: `Failed to provision ${instanceId}` }),
    )
    const others = Array.from({ length: 12 }, (_, at) => trouble(`e${at}`))
    await ask([trouble('warned', { level: 'Warn' }), ...retries, ...others])
    expect(ids.toSorted()).toEqual(['retry-0', ...Array.from({ length: 9 }, (_, at) => `e${at}`)].toSorted())
  })

  test('one that may not be read is a gap of its own', async () => {
    loopback.current().operations = {
      DescribeClusterEvent: ({ EventId }) => (EventId === 'e1' ? 'AccessDeniedException' : detail({ Cluster: { FailureMessage: 'x' } })),
    }
    expect(await ask([trouble('e1'), trouble('e2')])).toMatchObject({
      value: { e1: { ok: false, gap: { reason: 'denied', action: 'sagemaker:DescribeClusterEvent' } }, e2: { ok: true, value: 'x' } },
    })
  })

  test('nothing is asked where nothing failed, or there is no cluster', async () => {
    expect(await ask([])).toEqual({ ok: true, value: {} })
    expect(await ask(null)).toEqual({ ok: true, value: {} })
    expect(loopback.current().asked).toEqual([])
  })
})
