import { describe, expect, test } from '@jest/globals'
import type { VpcEndpoint } from '../../../src/model/facts/network.ts'
import { availableGateway, gatewayAccess, interfaceAccess, s3EndpointOf, serves } from '../../../src/semantics/network/endpoints.ts'
import { aRoute, aRouteTable, aVpcEndpoint } from '../../builders.ts'

const table = aRouteTable()
const here = aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'] })
const elsewhere = aVpcEndpoint({ routeTableIds: ['rtb-0other00'] })
const named = aVpcEndpoint({ vpcEndpointId: 'vpce-0bbbbbbb', type: 'Interface', privateDnsEnabled: true })
const unnamed: VpcEndpoint = { ...named, privateDnsEnabled: false }
const inboundOnly: VpcEndpoint = { ...named, privateDnsOnlyForInboundResolverEndpoint: true }
const pending = (endpoint: VpcEndpoint): VpcEndpoint => ({ ...endpoint, state: 'pending' })

describe('serves', () => {
  test.each([
    ['com.amazonaws.us-west-2.s3', 's3', true],
    ['cn.com.amazonaws.us-west-2.s3', 's3', true],
    ['com.amazonaws.us-west-2.ecr.dkr', 'ecr.dkr', true],
    ['com.amazonaws.us-west-2.ecr.dkr', 'dkr', false],
    ['com.amazonaws.us-west-2.s3express', 's3', false],
    ['com.amazonaws.us-east-1.s3', 's3', false],
    ['com.amazonaws.us-west-2.eks-auth', 'eks', false],
  ])('%s as %s: %s', (serviceName, service, expected) => {
    expect(serves(aVpcEndpoint({ serviceName }), service, 'us-west-2')).toBe(expected)
  })
})

describe('gatewayAccess and interfaceAccess', () => {
  test.each<[string, readonly VpcEndpoint[], string, string]>([
    ['nothing', [], 'none', 'none'],
    ['associated', [here], 'associated', 'none'],
    ['on other tables', [elsewhere], 'other-tables', 'none'],
    ['not available', [pending(here)], 'not-available', 'none'],
    ['by name', [named], 'none', 'by-name'],
    ['without private DNS', [unnamed], 'none', 'own-names-only'],
    ['private DNS for others', [inboundOnly], 'none', 'own-names-only'],
    ['interface pending', [pending(named)], 'none', 'not-available'],
    ['both', [here, inboundOnly], 'associated', 'own-names-only'],
  ])('%s', (_, endpoints, gateway, byInterface) => {
    expect(gatewayAccess('s3', 'us-west-2', table, endpoints).kind).toBe(gateway)
    expect(interfaceAccess('s3', 'us-west-2', endpoints).kind).toBe(byInterface)
  })
})

describe('s3EndpointOf', () => {
  const unseen = aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0unseen0' } })
  test.each<[string, readonly VpcEndpoint[], string | null]>([
    ['no endpoint', [], null],
    ['the gateway', [here], 'vpce-0aaaaaaa'],
    ['a gateway on other tables', [elsewhere], null],
    ['an interface endpoint by name', [named], 'vpce-0bbbbbbb'],
    ['an interface endpoint by name goes before the gateway', [here, named], 'vpce-0bbbbbbb'],
    ['one that names do not lead to does not', [here, unnamed], 'vpce-0aaaaaaa'],
    ['one that on-premises names lead to does not', [here, inboundOnly], 'vpce-0aaaaaaa'],
    ['one without names only', [unnamed], null],
    ['one that is pending does not', [here, pending(named)], 'vpce-0aaaaaaa'],
  ])('%s', (_, endpoints, expected) => {
    const found = s3EndpointOf('us-west-2', table, endpoints)
    expect(found.kind === 'endpoint' ? found.endpoint.vpcEndpointId : null).toBe(expected)
  })

  test('one that is not listed', () => {
    expect(s3EndpointOf('us-west-2', aRouteTable({ routes: [unseen] }), [])).toEqual({ kind: 'unlisted', route: unseen })
  })
})

test('availableGateway takes any that is in use', () => {
  expect(availableGateway('s3', 'us-west-2', [elsewhere])).toBe(elsewhere)
  expect(availableGateway('s3', 'us-west-2', [pending(here)])).toBeNull()
  expect(availableGateway('s3', 'us-west-2', [named])).toBeNull()
})
