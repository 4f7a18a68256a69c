import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { quotaNames } from '../../src/catalog/quotas.ts'
import { type MeteredClients, makeClients } from '../../src/facts/clients.ts'
import type { Context } from '../../src/facts/collect.ts'
import { attempt } from '../../src/facts/gap.ts'
import { instanceTypes } from '../../src/facts/instance-types.ts'
import { quotas } from '../../src/facts/quotas.ts'
import { hyperPodUsage } from '../../src/facts/sagemaker.ts'
import type { Facts, HyperPodUsage } from '../../src/model/facts.ts'
import type { Plan } from '../../src/model/plan.ts'
import { aGroup, aPlan } from '../builders.ts'

type Input = Readonly<Record<string, unknown>>
/** Answers one operation; a string is the name of the error to answer with. */
type Answer = (input: Input) => object | string

let server: Server
let made: MeteredClients
let service: Readonly<Record<string, Answer>> = {}
let xml = ''
let asked: string[] = []

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

/** A service on loopback: JSON operations by the name of their target header, EC2's by the XML that the test has set. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '')
    if (operation === '') {
      asked.push(body)
      response.writeHead(200, { 'content-type': 'text/xml' }).end(xml)
      return
    }
    const input: Input = JSON.parse(body)
    asked.push([operation, input['QuotaCode'] ?? input['ClusterName'] ?? input['NextToken']].filter((word) => word !== undefined).join(' '))
    const answer = service[operation]?.(input) ?? 'NotExpected'
    const json = { 'content-type': 'application/x-amz-json-1.1' }
    if (typeof answer === 'string') response.writeHead(400, json).end(JSON.stringify({ __type: answer, message: 'refused' }))
    else response.writeHead(200, json).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

beforeEach(() => {
  service = {}
  asked = []
  made = makeClients({
    region: 'us-west-2',
    credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
    signal: new AbortController().signal,
    userAgent: 'test',
  })
})

afterEach(() => made.close())

afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL']
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const context = (plan: Plan = aPlan()): Context => ({ plan, clients: made.clients, signal: new AbortController().signal })
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('quotas', () => {
  const { vpcs, subnetsPerVpc, elasticIps } = quotaNames
  const codes: Readonly<Record<string, string>> = { 'L-F678F1CE': vpcs, 'L-407747CB': subnetsPerVpc, 'L-0263D0A3': elasticIps }
  const quota = (QuotaCode: unknown, QuotaName: unknown, Value = 5) => ({
    Quota: { ServiceCode: 'vpc', QuotaCode, QuotaName, Value, Unit: 'None', Adjustable: true },
  })
  const listed = (name: string, code: string, value: number) => quota(code, name, value).Quota
  const byCode: Answer = ({ QuotaCode }) => quota(QuotaCode, codes[String(QuotaCode)])
  /** Without groups the plan demands these three quotas, and no others. */
  const collected = (changes: Partial<Plan> = { instanceGroups: [] }) => quotas.collect(context(aPlan(changes)), nothing)
  const values = (facts: Facts['quotas']) =>
    Object.fromEntries(
      Object.entries(facts).map(([name, fact]) => [name, fact.ok ? fact.value && [fact.value.value, fact.value.source] : fact.gap.reason]),
    )

  test('each is asked for by its code, once, and no list is read', async () => {
    service = { GetServiceQuota: byCode }
    expect(values(await collected())).toEqual({ [vpcs]: [5, 'applied'], [subnetsPerVpc]: [5, 'applied'], [elasticIps]: [5, 'applied'] })
    expect(asked.sort()).toEqual(['GetServiceQuota L-0263D0A3', 'GetServiceQuota L-407747CB', 'GetServiceQuota L-F678F1CE'])
  })

  test('without an applied value the default holds', async () => {
    service = {
      GetServiceQuota: (input) => (input['QuotaCode'] === 'L-F678F1CE' ? 'NoSuchResourceException' : byCode(input)),
      GetAWSDefaultServiceQuota: ({ QuotaCode }) => quota(QuotaCode, vpcs, 3),
    }
    expect(values(await collected())).toMatchObject({ [vpcs]: [3, 'default'], [subnetsPerVpc]: [5, 'applied'] })
  })

  test('a code that belongs to another quota is not believed: the name is looked up', async () => {
    service = {
      GetServiceQuota: (input) => (input['QuotaCode'] === 'L-F678F1CE' ? quota('L-F678F1CE', 'Routes per table', 50) : byCode(input)),
      ListServiceQuotas: () => ({ Quotas: [listed(vpcs, 'L-00000001', 7)] }),
    }
    expect(await collected()).toMatchObject({ [vpcs]: { ok: true, value: { value: 7, quotaCode: 'L-00000001' } } })
  })

  test('names without a code share one reading of each list, over all its pages', async () => {
    const first = 'ml.new1.48xlarge for cluster usage'
    const second = 'ml.new2.48xlarge for cluster usage'
    const third = 'ml.new3.48xlarge for cluster usage'
    service = {
      GetServiceQuota: ({ QuotaCode }) => quota(QuotaCode, 'not looked at'),
      ListServiceQuotas: ({ ServiceCode, NextToken }) => {
        if (ServiceCode !== 'sagemaker') return 'AccessDeniedException'
        return NextToken === 'two' ? { Quotas: [listed(first, 'L-00000001', 1)] } : { Quotas: [listed('else', 'L-2', 1)], NextToken: 'two' }
      },
      ListAWSDefaultServiceQuotas: () => ({ Quotas: [listed(second, 'L-00000002', 2)] }),
    }
    const instanceGroups = ['ml.new1.48xlarge', 'ml.new2.48xlarge', 'ml.new3.48xlarge'].map((type) => aGroup({ instanceTypes: [type] }))
    const found = values(await collected({ instanceGroups }))
    expect(found).toMatchObject({ [first]: [1, 'applied'], [second]: [2, 'default'], [third]: null, [vpcs]: 'denied' })
    const lists = asked.filter((call) => call.startsWith('List'))
    // One reading for SageMaker (two pages, then the defaults); the others are the refused ones of the three other services.
    expect(lists.filter((call) => call === 'ListServiceQuotas two')).toHaveLength(1)
    expect(lists.filter((call) => call === 'ListAWSDefaultServiceQuotas')).toHaveLength(1)
    expect(lists.filter((call) => call === 'ListServiceQuotas')).toHaveLength(4)
  }, 15_000)

  test('one that is refused leaves its neighbours alone', async () => {
    service = { GetServiceQuota: (input) => (input['QuotaCode'] === 'L-F678F1CE' ? 'AccessDeniedException' : byCode(input)) }
    expect(values(await collected())).toMatchObject({ [vpcs]: 'denied', [elasticIps]: [5, 'applied'] })
    expect(asked).toHaveLength(3)
  })

  test('an answer without a value is not taken for zero', async () => {
    service = { GetServiceQuota: ({ QuotaCode }) => ({ Quota: { ...quota(QuotaCode, codes[String(QuotaCode)]).Quota, Value: undefined } }) }
    expect(values(await collected())).toMatchObject({ [vpcs]: 'unexpected' })
  })
})

describe('hyperPodUsage', () => {
  const ask = () => attempt(() => hyperPodUsage.collect(context(), nothing))
  const group = (InstanceType: string, CurrentCount: number, TargetCount: number, more: object = {}) => ({
    InstanceGroupName: 'g',
    InstanceType,
    CurrentCount,
    TargetCount,
    ...more,
  })
  const clusters = (described: Readonly<Record<string, object | string>>) => {
    const names = Object.keys(described)
    service = {
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
})

describe('instanceTypes', () => {
  const ask = (...names: string[]) =>
    instanceTypes.collect(context(aPlan({ instanceGroups: names.map((name) => aGroup({ instanceTypes: [name] })) })), nothing)
  const info = (name: string) =>
    `<item><instanceType>${name}</instanceType><vCpuInfo><defaultVCpus>144</defaultVCpus></vCpuInfo><networkInfo><maximumNetworkCards>17</maximumNetworkCards><ipv4AddressesPerInterface>50</ipv4AddressesPerInterface><efaSupported>true</efaSupported></networkInfo></item>`

  test('types of the catalog take no call', async () => {
    expect(await ask('ml.p5.48xlarge', 'ml.m5.xlarge')).toMatchObject({ 'ml.p5.48xlarge': { source: 'catalog', networkCards: 32 } })
    expect(asked).toEqual([])
  })

  test('the others are asked from EC2 together, under their names there; null where EC2 does not know one', async () => {
    xml = `<DescribeInstanceTypesResponse><instanceTypeSet>${info('p6e-gb200.36xlarge')}</instanceTypeSet></DescribeInstanceTypesResponse>`
    expect(await ask('ml.p6e-gb200.36xlarge', 'ml.p5.48xlarge', 'ml.p9.48xlarge')).toEqual({
      'ml.p6e-gb200.36xlarge': {
        name: 'ml.p6e-gb200.36xlarge',
        vcpus: 144,
        efaSupported: true,
        networkCards: 17,
        ipv4AddressesPerInterface: 50,
        source: 'api',
      },
      'ml.p5.48xlarge': expect.objectContaining({ source: 'catalog' }),
      'ml.p9.48xlarge': null,
    })
    expect(asked).toHaveLength(1)
    expect(asked[0]).toContain('Filter.1.Name=instance-type&Filter.1.Value.1=p6e-gb200.36xlarge&Filter.1.Value.2=p9.48xlarge')
  })
})
