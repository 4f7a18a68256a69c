import { beforeEach, describe, expect, test } from '@jest/globals'
import { GapError } from '../../../src/facts/engine/gap.ts'
import { roleSimulations } from '../../../src/facts/iam/role-simulations.ts'
import type { Keyed } from '../../../src/model/fact.ts'
import type { Role } from '../../../src/model/facts/iam.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan, PlannedRole } from '../../../src/model/plan.ts'
import { aGap, aNatGateway, aPlan, aRole, aRoute, aRouteTable, aSubnet, aVpcEndpoint, known } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'
import { type Given, members, page, refusal, specific, whole } from './simulation-answers.ts'

const service = useLoopbackService()

type Network = Partial<Pick<Facts, 'subnets' | 'routeTables' | 'vpcEndpoints' | 'natGateways'>>

describe('roleSimulations', () => {
  const planned = (name: string, arn: string | null = null): PlannedRole => ({
    name,
    arn,
    origin: 'request',
    instanceGroups: [],
    location: null,
  })
  const learn = (
    names: readonly PlannedRole[],
    roles: Keyed<Role | null>,
    policies: () => Facts['bucketPolicies'] = () => ({}),
    network: Network = {},
    plan: Partial<Plan> = {},
  ): Promise<Facts['roleSimulations']> => {
    const given: Readonly<Record<string, () => unknown>> = {
      roles: () => roles,
      bucketPolicies: policies,
      subnets: () => network.subnets ?? {},
      routeTables: () => network.routeTables ?? [],
      vpcEndpoints: () => network.vpcEndpoints ?? [],
      natGateways: () => network.natGateways ?? [],
    }
    const get = async (id: string) => given[id]?.()
    const context = service.context(aPlan({ executionRoles: names, ...plan }))
    return roleSimulations.collect(context, get as Parameters<typeof roleSimulations.collect>[1])
  }
  const answering = (
    decide: (form: URLSearchParams, action: string) => { readonly given: Given; readonly organization?: boolean },
  ): void => {
    service.current().ec2 = (form) => {
      const resources = members(form, 'ResourceArns')
      return page(
        members(form, 'ActionNames').map((action) => {
          const { given, organization } = decide(form, action)
          return resources[0] === '*'
            ? whole(action, { ...given, ...(organization !== undefined && { organization }) })
            : specific(action, Object.fromEntries(resources.map((resource) => [resource, given])), organization)
        }),
      )
    }
  }
  beforeEach(() => answering(() => ({ given: {} })))
  const only = { HyperPodExecutionRole: known(aRole()) }
  const resourceAccounts = (): number => service.current().asked.filter((form) => form.includes('aws%3AResourceAccount')).length

  test('a role, one that is absent, one of another account, one that could not be read', async () => {
    const facts = await learn(
      [planned('A'), planned('Gone'), planned('Other', 'arn:aws:iam::999999999999:role/Other'), planned('Closed')],
      {
        A: known(aRole({ name: 'A' })),
        Gone: known(null),
        Other: known(aRole({ name: 'Other', arn: 'arn:aws:iam::123456789012:role/Other' })),
        Closed: { ok: false, gap: aGap({ action: 'iam:GetRole' }) },
      },
    )
    expect(facts['A']).toMatchObject({ ok: true, value: expect.arrayContaining([expect.objectContaining({ action: 's3:GetObject' })]) })
    expect([facts['Gone'], facts['Other']]).toEqual([known(null), known(null)])
    expect(facts['Closed']).toMatchObject({ ok: false, gap: { action: 'iam:GetRole' } })
    expect(new Set(service.current().asked.map((form) => new URLSearchParams(form).get('PolicySourceArn'))).size).toBe(1)
  })

  test('bucket policies that are a gap leave the owner open and stop nothing', async () => {
    const role = { HyperPodExecutionRole: known(aRole()) }
    await learn([planned('HyperPodExecutionRole')], role, () => ({ 'sagemaker-lifecycle': known(null) }))
    const owned = resourceAccounts()
    service.current().asked.length = 0
    const facts = await learn([planned('HyperPodExecutionRole')], role, () => {
      throw new GapError(aGap({ action: 's3:GetBucketPolicy' }))
    })
    expect(facts['HyperPodExecutionRole']?.ok).toBe(true)
    expect(owned - resourceAccounts()).toBe(2)
  })

  test('one role that cannot be simulated leaves the others alone', async () => {
    const answer = service.current().ec2
    service.current().ec2 = (form) =>
      form.get('PolicySourceArn')?.endsWith('B') === true ? refusal(403, 'AccessDenied', 'no') : answer(form)
    const facts = await learn([planned('A'), planned('B')], {
      A: known(aRole({ name: 'A', arn: 'arn:aws:iam::123456789012:role/A' })),
      B: known(aRole({ name: 'B', arn: 'arn:aws:iam::123456789012:role/B' })),
    })
    expect([facts['A']?.ok, facts['B']]).toMatchObject([
      true,
      { ok: false, gap: { reason: 'denied', action: 'iam:SimulatePrincipalPolicy' } },
    ])
  })

  test('without roles nothing is asked', async () => {
    expect(await learn([], {})).toEqual({})
    expect(service.current().asked).toEqual([])
  })

  describe('the network of the nodes', () => {
    const subnets = { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }) }
    const endpoint = aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'] })
    const through: Network = { subnets, routeTables: [aRouteTable()], vpcEndpoints: [endpoint] }
    const nat = aRouteTable({ routeTableId: 'rtb-0bbbbbbb', isMain: false, subnetIds: ['subnet-0bbbbbbb'], routes: [aRoute()] })
    /** Condition keys that the calls about an action carry. */
    const keysOf = (action: string): readonly string[] =>
      service
        .current()
        .asked.map((form) => new URLSearchParams(form))
        .filter((form) => members(form, 'ActionNames').includes(action))
        .flatMap((form) => [...form].flatMap(([key, value]) => (/^ContextEntries\.member\.\d+\.ContextKeyName$/.test(key) ? [value] : [])))

    test('one way: its endpoint is told with the requests to S3', async () => {
      await learn([planned('HyperPodExecutionRole')], only, () => ({}), through)
      expect(keysOf('s3:GetObject')).toEqual(expect.arrayContaining(['aws:SourceVpce', 'aws:SourceVpc']))
      expect(keysOf('s3:GetObject')).not.toContain('aws:VpcSourceIp')
      expect(keysOf('logs:PutLogEvents')).not.toContain('aws:SourceVpce')
    })

    test('several ways, or none that is known: nothing is told', async () => {
      await learn([planned('HyperPodExecutionRole')], only, () => ({}), { ...through, routeTables: [aRouteTable(), nat] })
      await learn([planned('HyperPodExecutionRole')], only)
      expect(keysOf('s3:GetObject')).not.toContain('aws:SourceVpce')
    })

    test('the VPC is told with EC2, by the account that it belongs to, and so is a subnet', async () => {
      const shared = { 'subnet-0aaaaaaa': aSubnet({ ownerId: '999999999999' }), 'subnet-0bbbbbbb': null }
      await learn([planned('HyperPodExecutionRole')], only, () => ({}), { subnets: shared })
      const asked = service.current().asked.map((form) => decodeURIComponent(form))
      expect(keysOf('ec2:CreateNetworkInterface')).toContain('ec2:Vpc')
      expect(asked.some((form) => form.includes('arn:aws:ec2:us-west-2:999999999999:vpc/vpc-0a1b2c3d'))).toBe(true)
      expect(asked.some((form) => form.includes('arn:aws:ec2:us-west-2:999999999999:subnet/subnet-0aaaaaaa'))).toBe(true)
      expect(asked.some((form) => form.includes('arn:aws:ec2:us-west-2:123456789012:subnet/subnet-0aaaaaaa'))).toBe(false)
    })

    const denies = { given: { decision: 'implicitDeny' }, organization: false } as const
    const answerTo = async (action: string, network: Network = through, role = aRole()) => {
      const facts = await learn([planned('HyperPodExecutionRole')], { HyperPodExecutionRole: known(role) }, () => ({}), network)
      const entry = facts['HyperPodExecutionRole']
      return entry?.ok === true ? entry.value?.find((answer) => answer.action === action) : undefined
    }
    const carries = (form: URLSearchParams, value: string): boolean => [...form.values()].includes(value)

    test('what the organization allows with a value that a request may carry is not denied for certain', async () => {
      answering((form, action) =>
        action === 'logs:PutLogEvents' && !carries(form, 'vpc-0a1b2c3d') ? denies : { given: {}, organization: true },
      )
      expect(await answerTo('logs:PutLogEvents')).toMatchObject({
        decision: 'implicitDeny',
        allowedByOrganizations: false,
        missingContextValues: ['aws:SourceVpc'],
      })
    })

    test('tags of the role, the address of the NAT gateway and the endpoint of the service are such values', async () => {
      const network = {
        ...through,
        natGateways: [aNatGateway()],
        vpcEndpoints: [
          endpoint,
          aVpcEndpoint({ vpcEndpointId: 'vpce-logs', type: 'Interface', serviceName: 'com.amazonaws.us-west-2.logs' }),
        ],
      }
      answering((form, action) => (action === 'logs:PutLogEvents' && !carries(form, 'exempt') ? denies : { given: {}, organization: true }))
      const answer = await answerTo('logs:PutLogEvents', network, aRole({ tags: { perimeter: 'exempt' } }))
      expect(answer?.missingContextValues).toEqual(['aws:SourceVpc', 'aws:SourceVpce', 'aws:SourceIp', 'aws:PrincipalTag/perimeter'])
    })

    test('what it denies whatever a request carries is denied', async () => {
      answering((_, action) => (action === 'logs:PutLogEvents' ? denies : { given: {}, organization: true }))
      expect(await answerTo('logs:PutLogEvents')).toMatchObject({ allowedByOrganizations: false, missingContextValues: [] })
    })

    test('nothing is asked twice where the organization allows everything', async () => {
      answering(() => ({ given: { decision: 'implicitDeny' }, organization: true }))
      await answerTo('logs:PutLogEvents')
      const once = service.current().asked.length
      answering((_, action) => (action === 'logs:PutLogEvents' ? denies : { given: {}, organization: true }))
      service.current().asked.length = 0
      await answerTo('logs:PutLogEvents')
      expect(service.current().asked.length).toBe(once + 1)
    })
  })
})
