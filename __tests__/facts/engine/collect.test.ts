import { describe, expect, test } from '@jest/globals'
import type { Clients } from '../../../src/facts/engine/clients.ts'
import {
  actionsOf,
  type Collector,
  type Collectors,
  type Context,
  closure,
  collect,
  defineCollector,
} from '../../../src/facts/engine/collect.ts'
import { collectors } from '../../../src/facts/index.ts'
import type { FactId, Facts } from '../../../src/model/facts.ts'
import { isUnread } from '../../../src/semantics/fact.ts'
import { aPlan, aVpc } from '../../builders.ts'

/** No collector of these tests calls AWS. */
const noClients = {} as Clients
const context = (signal = new AbortController().signal): Context => ({ plan: aPlan(), clients: noClients, signal })

const untouched = Object.fromEntries(
  (Object.keys(collectors) as FactId[]).map((id) => [
    id,
    { id, needs: [], actions: [], collect: () => Promise.reject(new Error(`${id} was not to be asked`)) },
  ]),
)
const registry = (...own: readonly Collector[]): Collectors =>
  ({ ...untouched, ...Object.fromEntries(own.map((collector) => [collector.id, collector])) }) as unknown as Collectors

const later = <T>(value: T, ms: number): Promise<T> => new Promise((resolve) => setTimeout(() => resolve(value), ms))

const firstOf = (vpcs: Facts['vpcs']) => vpcs.flatMap((vpc) => (isUnread(vpc) ? [] : [vpc]))[0] ?? null

describe('collecting facts', () => {
  test('each fact is learned once, however many build on it, and those that nobody asked for are not', async () => {
    let asked = 0
    const vpcs = defineCollector({
      id: 'vpcs',
      needs: [],
      actions: ['ec2:DescribeVpcs'],
      collect: async () => {
        asked += 1
        return [aVpc()]
      },
    })
    const vpc = defineCollector({
      id: 'vpc',
      needs: ['vpcs'],
      actions: [],
      collect: async (_, get) => firstOf(await get('vpcs')),
    })
    const vpcDns = defineCollector({
      id: 'vpcDns',
      needs: ['vpcs'],
      actions: [],
      collect: async (_, get) => ({ vpcId: firstOf(await get('vpcs'))?.vpcId ?? '', enableDnsHostnames: true, enableDnsSupport: true }),
    })
    const facts = await collect(['vpc', 'vpcDns'], registry(vpcs as Collector, vpc as Collector, vpcDns as Collector), context())
    expect(asked).toBe(1)
    expect(Object.keys(facts).sort()).toEqual(['vpc', 'vpcDns', 'vpcs'])
    expect(facts.vpc).toEqual({ ok: true, value: aVpc() })
  })

  test('independent facts are learned at the same time', async () => {
    const slow = (id: 'vpcs' | 'routeTables' | 'vpcEndpoints'): Collector =>
      ({ id, needs: [], actions: [], collect: () => later([], 100) }) as unknown as Collector
    const started = performance.now()
    await collect(['vpcs', 'routeTables', 'vpcEndpoints'], registry(slow('vpcs'), slow('routeTables'), slow('vpcEndpoints')), context())
    expect(performance.now() - started).toBeLessThan(250)
  })

  test('what is known already is not learned again, gap or not', async () => {
    const never = defineCollector({ id: 'vpcs', needs: [], actions: [], collect: () => Promise.reject(new Error('asked again')) })
    const vpc = defineCollector({ id: 'vpc', needs: ['vpcs'], actions: [], collect: async (_, get) => firstOf(await get('vpcs')) })
    const collectors = registry(never as Collector, vpc as Collector)
    const none = { vpcs: { ok: true, value: [] } } as const
    expect(await collect(['vpc'], collectors, context(), undefined, none)).toEqual({ ...none, vpc: { ok: true, value: null } })
    const gap = { reason: 'timeout', action: 'ec2:DescribeVpcs', message: 'late' } as const
    const late = { vpcs: { ok: false, gap } } as const
    expect(await collect(['vpc'], collectors, context(), undefined, late)).toEqual({ ...late, vpc: { ok: false, gap } })
  })

  test('what throws is a gap of its own and of what builds on it, and of nothing else', async () => {
    const refusal = Object.assign(new Error('not authorized'), { name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } })
    const vpcs = defineCollector({ id: 'vpcs', needs: [], actions: ['ec2:DescribeVpcs'], collect: () => Promise.reject(refusal) })
    const vpc = defineCollector({ id: 'vpc', needs: ['vpcs'], actions: [], collect: async (_, get) => firstOf(await get('vpcs')) })
    const tables = defineCollector({ id: 'routeTables', needs: [], actions: [], collect: async () => [] })
    const facts = await collect(['vpc', 'routeTables'], registry(vpcs as Collector, vpc as Collector, tables as Collector), context())
    const gap = {
      reason: 'denied',
      action: 'ec2:DescribeVpcs',
      message: 'ec2:DescribeVpcs answered UnauthorizedOperation (HTTP 403): not authorized',
    }
    expect(facts).toEqual({ vpcs: { ok: false, gap }, vpc: { ok: false, gap }, routeTables: { ok: true, value: [] } })
  })

  test('what is late when the time is up is a gap, and the run ends', async () => {
    const timeUp = new AbortController()
    const vpcs = defineCollector({ id: 'vpcs', needs: [], actions: ['ec2:DescribeVpcs'], collect: () => new Promise(() => undefined) })
    setTimeout(() => timeUp.abort(), 20)
    const facts = await collect(['vpcs'], registry(vpcs as Collector), context(timeUp.signal))
    expect(facts.vpcs).toMatchObject({ ok: false, gap: { reason: 'timeout', action: 'ec2:DescribeVpcs' } })
  })
})

describe('the collectors', () => {
  const ids = Object.keys(collectors) as FactId[]

  test('are registered under their own id', () => {
    for (const id of ids) expect(collectors[id].id).toBe(id)
  })

  test('build on each other without a cycle', () => {
    const order: FactId[] = []
    const visit = (id: FactId, path: readonly FactId[]): void => {
      expect(path).not.toContain(id)
      for (const need of collectors[id].needs) visit(need, [...path, id])
      order.push(id)
    }
    for (const id of ids) visit(id, [])
    expect(order.length).toBeGreaterThanOrEqual(ids.length)
  })

  test('ask only for actions that read', () => {
    const readOnly = /^[a-z0-9-]+:(?:Get|List|Describe|Head|Search|Simulate|Filter)[A-Z]\w*$/
    for (const action of actionsOf(ids, collectors)) expect(action).toMatch(readOnly)
  })

  test('the closure of a fact holds what it builds on', () => {
    expect(closure(['vpc'], collectors)).toEqual(expect.arrayContaining(['subnets', 'vpc', 'vpcs']))
  })
})
