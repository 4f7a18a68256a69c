import { describe, expect, jest, test } from '@jest/globals'
import { lifecycleLogs } from '../../../src/facts/cluster/lifecycle-logs.ts'
import { attempt, GapError } from '../../../src/facts/engine/gap.ts'
import type { ExistingCluster } from '../../../src/model/facts/cluster.ts'
import type { ClusterEvents, ClusterNodes } from '../../../src/model/facts/diagnosis.ts'
import { type Input, useLoopbackService } from '../loopback-service.ts'

/** What is throttled is tried again, with waits that grow. */
jest.setTimeout(30_000)

const loopback = useLoopbackService()
const leftOut = '[a line with what looks like a credential is left out]'

const prod: ExistingCluster = {
  name: 'prod',
  arn: 'arn:aws:sagemaker:us-west-2:123456789012:cluster/a1b2c3d4e5f6',
  status: 'Failed',
  created: '2026-11-20T10:00:00.000Z',
  failureMessage: null,
  request: {},
  nodes: [],
}

interface Known {
  readonly namedCluster: ExistingCluster | null
  readonly clusterNodes?: ClusterNodes
  readonly clusterEvents?: ClusterEvents
}

const denied = new GapError({ reason: 'denied', action: 'sagemaker:ListClusterNodes', message: 'denied' })

const ask = (known: Known = { namedCluster: prod }) => {
  const get = async (id: string): Promise<unknown> => {
    if (id in known) return known[id as keyof Known]
    throw denied
  }
  return attempt(() => lifecycleLogs.collect(loopback.context(), get as Parameters<typeof lifecycleLogs.collect>[1]))
}

const line = (logStreamName: string, timestamp: number, message: string) => ({ logStreamName, timestamp, message })
const failedNode = (group: string, instanceId: string | null) => ({ group, instanceId, status: 'Failure', message: null })
const nodesOf = (...troubled: ClusterNodes['troubled']): ClusterNodes => ({ byStatus: {}, troubled, isCut: false })
const work = (id: string) => `LifecycleConfig/work/${id}`

describe('lifecycleLogs', () => {
  test('the last lines of the nodes that failed, in the order of time', async () => {
    const asked: Input[] = []
    loopback.current().operations = {
      FilterLogEvents: (input) => {
        asked.push(input)
        return { events: [line(work('i-0a'), 2, 'exit 1\n'), line(work('i-0a'), 1, 'mount /fsx')] }
      },
    }
    const clusterNodes = nodesOf(failedNode('work', 'i-0a'), { ...failedNode('work', 'i-0c'), status: 'Pending' }, failedNode('work', null))
    expect(await ask({ namedCluster: prod, clusterNodes })).toEqual({
      ok: true,
      value: {
        group: '/aws/sagemaker/Clusters/prod/a1b2c3d4e5f6',
        logs: [{ stream: work('i-0a'), lines: ['mount /fsx', 'exit 1'] }],
      },
    })
    expect(asked).toEqual([
      {
        logGroupName: '/aws/sagemaker/Clusters/prod/a1b2c3d4e5f6',
        logStreamNames: [work('i-0a')],
        startTime: Date.parse('2026-11-20T10:00:00.000Z'),
        startFromHead: false,
        limit: 40,
      },
    ])
  })

  test('a node that an event names is as good as one of the list; three are enough', async () => {
    const streams: unknown[] = []
    loopback.current().operations = {
      FilterLogEvents: ({ logStreamNames }) => {
        streams.push(logStreamNames)
        return { events: [line(String(logStreamNames), 1, 'x')] }
      },
    }
    const trouble = (instanceId: string, level: 'Error' | 'Warn') => ({
      id: instanceId,
      time: '2026-11-20T10:10:00.000Z',
      level,
      group: 'work',
      instanceId,
      description: 'failed',
    })
    const clusterEvents: ClusterEvents = {
      read: 4,
      troubles: [trouble('i-0w', 'Warn'), trouble('i-0a', 'Error'), trouble('i-0b', 'Error'), trouble('i-0c', 'Error')],
      isCut: false,
    }
    await ask({ namedCluster: prod, clusterNodes: nodesOf(failedNode('work', 'i-0a'), failedNode('head', 'i-0h')), clusterEvents })
    expect(streams.toSorted()).toEqual([['LifecycleConfig/head/i-0h'], [work('i-0a')], [work('i-0b')]])
  })

  test('no node is known to have failed, or it printed nothing: the newest lines of all, by stream', async () => {
    const asked: Input[] = []
    loopback.current().operations = {
      FilterLogEvents: (input) => {
        asked.push(input)
        if (input['logStreamNames'] !== undefined) return 'ResourceNotFoundException'
        return { events: [line(work('i-0a'), 3, 'three'), line('LifecycleConfig/head/i-0h', 2, 'two'), line(work('i-0a'), 1, 'one')] }
      },
    }
    const all = {
      ok: true,
      value: {
        logs: [
          { stream: work('i-0a'), lines: ['one', 'three'] },
          { stream: 'LifecycleConfig/head/i-0h', lines: ['two'] },
        ],
      },
    }
    expect(await ask()).toMatchObject(all)
    expect(await ask({ namedCluster: prod, clusterNodes: nodesOf(failedNode('work', 'i-0z')) })).toMatchObject(all)
    expect(asked).toMatchObject([
      { logStreamNamePrefix: 'LifecycleConfig/', limit: 120 },
      { logStreamNames: [work('i-0z')] },
      { logStreamNamePrefix: 'LifecycleConfig/' },
    ])
  })

  test('pages with nothing on them are passed over, and not without end', async () => {
    let page = 0
    loopback.current().operations = {
      FilterLogEvents: () => {
        page += 1
        return { events: page === 4 ? [line(work('i-0a'), 1, 'at last')] : [], nextToken: `page-${page}` }
      },
    }
    expect(await ask()).toMatchObject({ value: { logs: [{ lines: ['at last'] }] } })
    expect(page).toBe(10)
  })

  test('long logs are cut at their start, long lines at their end', async () => {
    const events = Array.from({ length: 120 }, (_, at) => line(work('i-0a'), at, at === 119 ? 'x'.repeat(2000) : `line ${at}`))
    loopback.current().operations = { FilterLogEvents: () => ({ events: events.toReversed(), nextToken: 'more' }) }
    const fact = await ask()
    const lines = fact.ok ? (fact.value?.logs[0]?.lines ?? []) : []
    expect([lines.length, lines[0], lines.at(-1)?.length]).toEqual([40, 'line 80', 501])
    expect(loopback.current().asked).toHaveLength(1)
  })

  test('what looks like a credential is not kept', async () => {
    const token = `ghp_${'a1B2c3D4e5F6g7H8i9J0'.repeat(2).slice(0, 36)}`
    const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEAx1', '-----END RSA PRIVATE KEY-----', 'done']
    const events = [`+ git clone https://me:${token}@github.com/x/y`, ...key].map((text, at) => line(work('i-0a'), at, text))
    loopback.current().operations = { FilterLogEvents: () => ({ events }) }
    const fact = await ask()
    expect(fact.ok && fact.value?.logs[0]?.lines).toEqual([leftOut, leftOut, leftOut, leftOut, 'done'])
    expect(JSON.stringify(fact)).not.toContain(token)
  })

  test('a group that nobody wrote to has no logs; a cluster that does not exist has no group', async () => {
    const service = loopback.current()
    service.operations = { FilterLogEvents: () => 'ResourceNotFoundException' }
    expect(await ask()).toMatchObject({ ok: true, value: { logs: [] } })
    expect(await ask({ namedCluster: null })).toEqual({ ok: true, value: null })
    expect(service.asked).toHaveLength(1)
  })

  test('the newest lines cannot be asked for first before 2024', async () => {
    const asked: Input[] = []
    loopback.current().operations = {
      FilterLogEvents: (input) => {
        asked.push(input)
        return { events: [] }
      },
    }
    await ask({ namedCluster: { ...prod, created: '2023-12-01T00:00:00.000Z' } })
    await ask({ namedCluster: { ...prod, created: null } })
    expect(asked.map(({ startTime }) => startTime)).toEqual([Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1)])
  })

  test.each([
    ['denied', 'AccessDeniedException'],
    ['throttled', 'ThrottlingException'],
  ])('an answer of %s is a gap', async (reason, error) => {
    loopback.current().operations = { FilterLogEvents: () => error }
    expect(await ask()).toMatchObject({ ok: false, gap: { reason, action: 'logs:FilterLogEvents' } })
  })
})
