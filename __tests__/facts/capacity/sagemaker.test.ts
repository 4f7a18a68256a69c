import { describe, expect, test } from '@jest/globals'
import { hyperPodUsage } from '../../../src/facts/capacity/sagemaker.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import type { HyperPodUsage } from '../../../src/model/facts/capacity.ts'
import { useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('hyperPodUsage', () => {
  const ask = () => attempt(() => hyperPodUsage.collect(loopback.context(), nothing))
  const group = (InstanceType: string, CurrentCount: number, TargetCount: number, more: object = {}) => ({
    InstanceGroupName: 'g',
    InstanceType,
    CurrentCount,
    TargetCount,
    ...more,
  })
  const clusters = (described: Readonly<Record<string, object | string>>) => {
    const names = Object.keys(described)
    loopback.current().operations = {
      ListClusters: ({ NextToken }) =>
        NextToken === undefined && names.length > 1
          ? { ClusterSummaries: [{ ClusterName: names[0] }], NextToken: 'more' }
          : { ClusterSummaries: names.slice(NextToken === undefined ? 0 : 1).map((ClusterName) => ({ ClusterName })) },
      DescribeCluster: ({ ClusterName }) => {
        const answer = described[String(ClusterName)] ?? 'ResourceNotFound'
        return typeof answer === 'string' ? answer : { ClusterName, ClusterStatus: 'InService', ...answer }
      },
    }
  }
  const nothingInUse: HyperPodUsage = {
    clusters: [],
    instances: 0,
    byInstanceType: {},
    trainingPlanByInstanceType: {},
    spotByInstanceType: {},
  }

  test('without clusters nothing is in use', async () => {
    clusters({})
    expect(await ask()).toEqual({ ok: true, value: nothingInUse })
  })

  test('a cluster that is listed twice counts once', async () => {
    clusters({ one: { InstanceGroups: [group('ml.p5.48xlarge', 2, 2)] } })
    const service = loopback.current()
    const twice = () => ({ ClusterSummaries: [{ ClusterName: 'one' }, { ClusterName: 'one' }] })
    service.operations = { ...service.operations, ListClusters: twice }
    expect(await ask()).toMatchObject({ ok: true, value: { clusters: ['one'], instances: 2 } })
  })

  test.each<[string, unknown]>([
    ['a text', '4'],
    ['less than nothing', -4],
    ['a fraction', 0.5],
  ])('a count that is %s is a gap', async (_, CurrentCount) => {
    clusters({ odd: { InstanceGroups: [{ ...group('ml.p5.48xlarge', 0, 0), CurrentCount }] } })
    expect(await ask()).toMatchObject({ ok: false, gap: { reason: 'unexpected' } })
  })

  test('the larger of current and target count, over all pages, kinds of groups and states', async () => {
    clusters({
      growing: { InstanceGroups: [group('ml.p5.48xlarge', 2, 4), group('ml.m5.xlarge', 1, 1)] },
      shrinking: { InstanceGroups: [group('ml.p5.48xlarge', 3, 1)] },
      restricted: { RestrictedInstanceGroups: [group('ml.p5.48xlarge', 1, 1)] },
      leaving: { ClusterStatus: 'Deleting', InstanceGroups: [group('ml.p5.48xlarge', 2, 2)] },
      failed: { ClusterStatus: 'Failed', InstanceGroups: [group('ml.p5.48xlarge', 0, 50)] },
    })
    expect(await ask()).toEqual({
      ok: true,
      value: {
        ...nothingInUse,
        clusters: ['growing', 'shrinking', 'restricted', 'leaving', 'failed'],
        instances: 11,
        byInstanceType: { 'ml.p5.48xlarge': 10, 'ml.m5.xlarge': 1 },
      },
    })
  })

  test('Spot nodes are apart, nodes under a training plan are told', async () => {
    clusters({
      mixed: {
        InstanceGroups: [
          group('ml.p5.48xlarge', 2, 2, { CapacityRequirements: { Spot: {} } }),
          group('ml.p5.48xlarge', 3, 3, { CapacityRequirements: { OnDemand: {} }, TrainingPlanArn: 'arn:aws:sagemaker:plan' }),
          group('ml.p5.48xlarge', 1, 1),
        ],
      },
    })
    expect(await ask()).toMatchObject({
      value: {
        instances: 4,
        byInstanceType: { 'ml.p5.48xlarge': 4 },
        trainingPlanByInstanceType: { 'ml.p5.48xlarge': 3 },
        spotByInstanceType: { 'ml.p5.48xlarge': 2 },
      },
    })
  })

  test('a group of several types: nodes as they are, those to come of the type that it prefers', async () => {
    clusters({
      flexible: {
        InstanceGroups: [
          {
            InstanceGroupName: 'workers',
            CurrentCount: 3,
            TargetCount: 5,
            InstanceRequirements: { DesiredInstanceTypes: ['ml.p5.48xlarge', 'ml.p5e.48xlarge'] },
            InstanceTypeDetails: [
              { InstanceType: 'ml.p5.48xlarge', CurrentCount: 1 },
              { InstanceType: 'ml.p5e.48xlarge', CurrentCount: 2 },
            ],
          },
        ],
      },
    })
    expect(await ask()).toMatchObject({ value: { instances: 5, byInstanceType: { 'ml.p5.48xlarge': 3, 'ml.p5e.48xlarge': 2 } } })
  })

  test('a cluster that has gone since it was listed holds nothing', async () => {
    clusters({ gone: 'ResourceNotFound', here: { InstanceGroups: [group('ml.m5.xlarge', 1, 1)] } })
    expect(await ask()).toMatchObject({ value: { clusters: ['here'], instances: 1 } })
  })

  test('a cluster that may not be described makes the use unknown, not smaller', async () => {
    clusters({ secret: 'AccessDeniedException', here: { InstanceGroups: [group('ml.m5.xlarge', 1, 1)] } })
    expect(await ask()).toMatchObject({ ok: false, gap: { reason: 'denied', action: 'sagemaker:DescribeCluster' } })
  })

  test('a group without counts is not taken for an empty one', async () => {
    clusters({ odd: { InstanceGroups: [{ InstanceGroupName: 'g', InstanceType: 'ml.m5.xlarge', CurrentCount: 1 }] } })
    expect(await ask()).toMatchObject({ ok: false, gap: { message: expect.stringContaining('TargetCount') } })
  })

  describe('an account of many clusters', () => {
    const pageSize = 100
    /** Each cluster has two P5 nodes, one of them still to come, and a controller. */
    const account = (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `cluster-${index}`)
      loopback.current().delayMs = 10
      loopback.current().operations = {
        ListClusters: ({ MaxResults, NextToken }) => {
          if (MaxResults !== pageSize) return 'ValidationException'
          const start = Number(NextToken ?? 0)
          const page = names.slice(start, start + pageSize).map((ClusterName) => ({ ClusterName }))
          return { ClusterSummaries: page, ...(start + pageSize < count && { NextToken: String(start + pageSize) }) }
        },
        DescribeCluster: ({ ClusterName }) => ({
          ClusterName,
          ClusterStatus: 'InService',
          InstanceGroups: [group('ml.p5.48xlarge', 1, 2), group('ml.m5.xlarge', 1, 1)],
        }),
      }
    }

    test.each([
      [0, 1],
      [1, 1],
      [100, 1],
      [101, 2],
      [500, 5],
    ])(
      '%i clusters: %i pages, one description each, ten at a time',
      async (count, listings) => {
        account(count)
        const { asked, clients } = loopback.current()
        const usage = await ask()
        expect(usage).toMatchObject({ ok: true, value: { instances: 3 * count, spotByInstanceType: {} } })
        expect(usage.ok && usage.value.byInstanceType).toEqual(count === 0 ? {} : { 'ml.p5.48xlarge': 2 * count, 'ml.m5.xlarge': count })
        expect(usage.ok && usage.value.clusters).toHaveLength(count)
        expect(asked.filter((call) => call.startsWith('ListClusters'))).toHaveLength(listings)
        expect(new Set(asked.filter((call) => call.startsWith('DescribeCluster ')))).toEqual(
          new Set(Array.from({ length: count }, (_, index) => `DescribeCluster cluster-${index}`)),
        )
        expect(asked).toHaveLength(listings + count)
        expect(clients.statistics()).toMatchObject({ total: listings + count, retries: 0 })
        expect(loopback.current().busiest()).toBe(Math.max(1, Math.min(10, count)))
      },
      30_000,
    )
  })
})
