import { describe, expect, jest, test } from '@jest/globals'
import { clusterNodes } from '../../../src/facts/cluster/nodes.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

/** What is throttled is tried again, with waits that grow. */
jest.setTimeout(30_000)

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))
const ask = (clusterName: string | null = 'prod') => attempt(() => clusterNodes.collect(loopback.context(aPlan({ clusterName })), nothing))

const node = (InstanceGroupName: string, InstanceId: string | undefined, Status: string, Message?: string) => ({
  InstanceGroupName,
  InstanceId,
  InstanceType: 'ml.p5.48xlarge',
  LaunchTime: 1_790_000_000,
  InstanceStatus: { Status, Message },
})

describe('clusterNodes', () => {
  test('every page is read, nodes without an instance are asked for, and failed ones come first', async () => {
    const service = loopback.current()
    const asked: unknown[] = []
    service.operations = {
      ListClusterNodes: (input) => {
        asked.push(input)
        return input['NextToken'] === undefined
          ? {
              ClusterNodeSummaries: [node('head', 'i-0a', 'Running'), node('work', undefined, 'Pending'), node('work', '', 'Pending')],
              NextToken: 'more',
            }
          : { ClusterNodeSummaries: [node('work', 'i-0b', 'Failure', 'EFA health checks did not run successfully.')] }
      },
    }
    expect(await ask()).toEqual({
      ok: true,
      value: {
        byStatus: { Running: 1, Pending: 2, Failure: 1 },
        troubled: [
          { group: 'work', instanceId: 'i-0b', status: 'Failure', message: 'EFA health checks did not run successfully.' },
          { group: 'work', instanceId: null, status: 'Pending', message: null },
          { group: 'work', instanceId: null, status: 'Pending', message: null },
        ],
        isCut: false,
      },
    })
    expect(asked).toMatchObject([{ ClusterName: 'prod', IncludeNodeLogicalIds: true, MaxResults: 100 }, { NextToken: 'more' }])
  })

  test('pages without end are read to the bound, and the answer says that it is cut', async () => {
    let page = 0
    loopback.current().operations = {
      ListClusterNodes: () => {
        page += 1
        return { ClusterNodeSummaries: [node('work', `i-${page}`, 'Failure')], NextToken: `page-${page}` }
      },
    }
    const fact = await ask()
    expect(fact).toMatchObject({ ok: true, value: { byStatus: { Failure: 100 }, isCut: true } })
    expect(fact.ok && fact.value?.troubled.length).toBe(50)
    expect(page).toBe(100)
  })

  test('a cluster that does not exist is absent, and nothing is asked without a name', async () => {
    const service = loopback.current()
    service.operations = { ListClusterNodes: () => 'ResourceNotFound' }
    expect(await ask()).toEqual({ ok: true, value: null })
    expect(await ask(null)).toEqual({ ok: true, value: null })
    expect(service.asked).toEqual(['ListClusterNodes prod'])
  })

  test.each([
    ['denied', 'AccessDeniedException'],
    ['throttled', 'ThrottlingException'],
  ])('an answer of %s is a gap', async (reason, error) => {
    loopback.current().operations = { ListClusterNodes: () => error }
    expect(await ask()).toMatchObject({ ok: false, gap: { reason, action: 'sagemaker:ListClusterNodes' } })
  })

  test.each<[string, object]>([
    ['no list', {}],
    ['a node without a status', { ClusterNodeSummaries: [{ InstanceGroupName: 'work', InstanceId: 'i-0a' }] }],
    ['a node without a group', { ClusterNodeSummaries: [{ InstanceId: 'i-0a', InstanceStatus: { Status: 'Running' } }] }],
  ])('an answer with %s is a gap', async (_, answer) => {
    loopback.current().operations = { ListClusterNodes: () => answer }
    expect(await ask()).toMatchObject({ ok: false, gap: { reason: 'unexpected' } })
  })
})
