import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { paced, requestHandler } from '../../../src/facts/engine/transport.ts'

describe('paced', () => {
  let server: http.Server
  let client: ServiceQuotasClient
  /** Milliseconds after the first request is asked for, by operation: on a busy machine one arrives late, but none early. */
  const arrived: Record<string, number[]> = {}

  let start = 0

  beforeEach(async () => {
    server = http.createServer((request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
      arrived[operation] = [...(arrived[operation] ?? []), performance.now() - start]
      response.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    client = new ServiceQuotasClient({
      region: 'us-west-2',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'AKIAPREFLIGHT', secretAccessKey: 'secret' },
      requestHandler: paced(requestHandler(new AbortController().signal), { perSecond: 10, burst: 4 }),
    })
  })
  afterEach(() => {
    client.destroy()
    server.closeAllConnections()
    server.close()
  })

  test('a burst at once, the rest as it is earned, and each operation by itself', async () => {
    const quota = { ServiceCode: 'sagemaker', QuotaCode: 'L-8762A75F' }
    start = performance.now()
    const asked = Array.from({ length: 9 }, () => client.send(new GetServiceQuotaCommand(quota)))
    const others = Array.from({ length: 4 }, () => client.send(new GetAWSDefaultServiceQuotaCommand(quota)))
    await Promise.all([...asked, ...others])
    const { GetServiceQuota = [], GetAWSDefaultServiceQuota = [] } = arrived
    expect(GetServiceQuota).toHaveLength(9)
    // What is held back comes no sooner than it is earned: with every tenth of a second one more.
    const sooner = GetServiceQuota.filter((ms, index) => index >= 4 && ms < (index - 3) * 100 - 30)
    expect(sooner).toEqual([])
    // What is not held back is there before the first that is; a machine may be busy, but not in this order.
    expect(GetServiceQuota[3]).toBeLessThan(GetServiceQuota[4] ?? 0)
    expect(Math.max(...GetAWSDefaultServiceQuota)).toBeLessThan(GetServiceQuota[6] ?? 0)
  })
})
