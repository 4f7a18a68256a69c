import { describe, expect, test } from '@jest/globals'
import type { Fact } from '../../src/model/fact.ts'
import type { RolePolicy } from '../../src/model/facts/iam.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { readItems } from '../../src/semantics/fact.ts'
import { aRolePolicy, denied, known } from '../builders.ts'
import { readySnapshot } from '../fuzz/ready-snapshot.ts'

/** What a fact of the sample account says. */
const learned = <T>(fact: Fact<T> | undefined): T => {
  if (fact?.ok !== true) throw new Error('the sample account lacks a fact')
  return fact.value
}

interface Perimeter {
  /** Condition of the permissions boundary on S3. */
  readonly condition: (endpointId: string, vpcId: string) => object
  /** Whether the S3 gateway endpoint is associated with the route table of the nodes. */
  readonly associated?: boolean
}

/**
 * The sample account with a permissions boundary that lets S3 in from the network alone, all nodes behind the gateway endpoint, and no right
 * to ask for a policy simulation.
 */
const accountWith = ({ condition, associated = true }: Perimeter): Snapshot => {
  const { facts, ...snapshot } = readySnapshot()
  const [endpoint] = learned(facts.vpcEndpoints)
  const tables = learned(facts.routeTables)
  const planned = readItems(learned(facts.subnets), Object.keys(learned(facts.subnets)))
  const [first] = planned
  const own = tables.find(({ routeTableId }) => endpoint?.routeTableIds.includes(routeTableId))
  if (endpoint === undefined || own === undefined || first === undefined) throw new Error('the sample account has no S3 endpoint')
  const subnetIds = planned.map(({ subnetId }) => subnetId)
  const others = tables
    .filter((table) => table !== own)
    .map((table) => ({ ...table, subnetIds: table.subnetIds.filter((id) => !subnetIds.includes(id)) }))
  const boundary: RolePolicy = {
    ...aRolePolicy(
      'boundary',
      { Effect: 'Allow', Action: ['ec2:*', 'logs:*', 'cloudwatch:*', 'ssmmessages:*'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:ListBucket'],
        Resource: '*',
        Condition: condition(endpoint.vpcEndpointId, first.vpcId),
      },
    ),
    kind: 'boundary',
  }
  const policies = Object.entries(learned(facts.rolePolicies)).map(([name, read]) => [name, known([...(learned(read) ?? []), boundary])])
  const routes = own.routes.filter(({ target }) => associated || target.kind !== 'vpc-endpoint')
  return {
    ...snapshot,
    facts: {
      ...facts,
      routeTables: known([...others, { ...own, routes, subnetIds }]),
      vpcEndpoints: known([{ ...endpoint, routeTableIds: associated ? endpoint.routeTableIds : [] }]),
      rolePolicies: known(Object.fromEntries(policies)),
      roleSimulations: denied('iam:SimulatePrincipalPolicy'),
    },
  }
}

/** What keeps the account from being ready, as `status rule`. */
const against = (perimeter: Perimeter): readonly string[] => [
  ...new Set(
    judge(rules, accountWith(perimeter)).flatMap(({ status, severity, rule }) =>
      (status === 'fail' || status === 'unknown') && severity === 'error' ? [`${status} ${rule}`] : [],
    ),
  ),
]

describe('an account whose permissions boundary lets S3 in from the network alone', () => {
  const through = (endpointId: string) => ({ StringEquals: { 'aws:SourceVpce': endpointId } })
  test.each<readonly [string, Perimeter, readonly string[]]>([
    ['by the endpoint of the nodes', { condition: through }, []],
    ['by their VPC', { condition: (_, vpcId) => ({ StringEquals: { 'aws:SourceVpc': vpcId } }) }, []],
    ['by another endpoint', { condition: () => through('vpce-0other') }, ['fail s3/role-access']],
    ['by another VPC', { condition: () => ({ StringEquals: { 'aws:SourceVpc': 'vpc-0other' } }) }, ['fail s3/role-access']],
    ['by the endpoint, which does not serve their route table', { condition: through, associated: false }, ['fail s3/role-access']],
    [
      'by a key that only the organization knows',
      { condition: () => ({ StringEquals: { 'aws:VpceOrgID': 'o-1' } }) },
      ['unknown s3/role-access'],
    ],
  ])('%s', (_, perimeter, expected) => {
    expect(against(perimeter)).toEqual(expected)
  })
})
