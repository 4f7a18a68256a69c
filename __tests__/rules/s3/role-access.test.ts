import { describe, expect, test } from '@jest/globals'
import type { Facts, RolePolicy, SimulatedAction } from '../../../src/model/facts.ts'
import { roleAccess as rule } from '../../../src/rules/s3/role-access.ts'
import {
  aPlan,
  aPolicy,
  aRole,
  aRolePolicy,
  aRoute,
  aRouteTable,
  aSubnet,
  aVpcEndpoint,
  denied,
  findingsOf,
  known,
  statuses,
} from '../../builders.ts'

const roleName = 'HyperPodExecutionRole'
const managed: RolePolicy = {
  kind: 'attached',
  name: 'AmazonSageMakerClusterInstanceRolePolicy',
  arn: 'arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy',
  document: aPolicy({
    Effect: 'Allow',
    Action: ['s3:ListBucket', 's3:GetObject'],
    Resource: ['arn:aws:s3:::sagemaker-*'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the policy grammar
    Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } },
  }),
}
const reading = (bucket: string) =>
  aRolePolicy('scripts', {
    Effect: 'Allow',
    Action: ['s3:ListBucket', 's3:GetObject'],
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  })
const overEndpoint = (id: string) =>
  aPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: { StringNotEquals: { 'aws:SourceVpce': id } } })

interface Given {
  readonly bucket?: string
  readonly policies?: readonly RolePolicy[]
  readonly bucketPolicy?: Facts['bucketPolicies'][string]
  readonly owner?: Facts['bucketOwners'][string]
  readonly absent?: boolean
  readonly network?: Partial<Pick<Facts, 'subnets' | 'routeTables' | 'vpcEndpoints'>>
  /** What AWS's policy simulation says to both actions; absent where it was refused. */
  readonly simulated?: Partial<SimulatedAction>
}

const simulation = (bucket: string, answer: Partial<SimulatedAction>): readonly SimulatedAction[] =>
  [
    ['s3:ListBucket', `arn:aws:s3:::${bucket}`],
    ['s3:GetObject', `arn:aws:s3:::${bucket}/hyperpod/on_create.sh`],
  ].map(([action = '', resource = '']) => ({
    action,
    resource,
    decision: 'allowed',
    missingContextValues: [],
    allowedByOrganizations: null,
    allowedByPermissionsBoundary: null,
    matchedPolicies: [],
    ...answer,
  }))

const findings = ({
  bucket = 'sagemaker-lifecycle',
  policies = [managed],
  bucketPolicy = known(null),
  owner = known('own'),
  absent = false,
  network = {},
  simulated,
}: Given) =>
  findingsOf(rule, aPlan({ lifecycleSources: [{ bucket, prefix: 'hyperpod/', location: { path: 'cluster.json', line: 7, column: 5 } }] }), {
    roles: { [roleName]: known(aRole()) },
    rolePolicies: { [roleName]: known(policies) },
    buckets: { [bucket]: absent ? known({ kind: 'absent', name: bucket }) : known({ kind: 'found', name: bucket, region: 'us-west-2' }) },
    bucketPolicies: { [bucket]: bucketPolicy },
    bucketOwners: { [bucket]: owner },
    roleSimulations: simulated === undefined ? denied('iam:SimulatePrincipalPolicy') : { [roleName]: known(simulation(bucket, simulated)) },
    ...network,
  })

const subnets = {
  'subnet-0aaaaaaa': aSubnet(),
  'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }),
}
const through: Given['network'] = {
  subnets,
  routeTables: [aRouteTable()],
  vpcEndpoints: [aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'] })],
}
const overNat: Given['network'] = { subnets, routeTables: [aRouteTable({ routes: [aRoute()] })], vpcEndpoints: [] }
/** The second subnet has a table of its own, which the endpoint does not serve. */
const half: Given['network'] = {
  ...through,
  routeTables: [
    aRouteTable(),
    aRouteTable({ routeTableId: 'rtb-0bbbbbbb', isMain: false, subnetIds: ['subnet-0bbbbbbb'], routes: [aRoute()] }),
  ],
}
const closed = denied('s3:GetBucketPolicy')

describe('s3/role-access', () => {
  test.each<readonly [string, Given, string, string]>([
    ['the managed policy', {}, 'pass', 'may list and read s3://sagemaker-lifecycle/hyperpod/'],
    ['an inline policy', { bucket: 'scripts', policies: [reading('scripts')] }, 'pass', ''],
    [
      'the bucket grants',
      {
        bucket: 'scripts',
        bucketPolicy: known(
          aPolicy({
            Effect: 'Allow',
            Principal: { AWS: aRole().arn },
            Action: 's3:*',
            Resource: ['arn:aws:s3:::scripts', 'arn:aws:s3:::scripts/*'],
          }),
        ),
      },
      'pass',
      '',
    ],
    [
      'a name that the managed policy does not cover',
      { bucket: 'scripts' },
      'fail',
      'the name of scripts does not start with sagemaker-, which is all that AmazonSageMakerClusterInstanceRolePolicy covers',
    ],
    ['no policy at all', { policies: [] }, 'fail', 's3:ListBucket and s3:GetObject'],
    [
      'only one of the two',
      { bucket: 'scripts', policies: [aRolePolicy('p', { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })] },
      'fail',
      'may not do s3:ListBucket in',
    ],
    [
      'a Deny for plain HTTP',
      {
        bucketPolicy: known(
          aPolicy({
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ),
      },
      'pass',
      '',
    ],
    [
      'a Deny for all but other roles',
      {
        bucketPolicy: known(
          aPolicy({
            Sid: 'OnlyAdmin',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: '*',
            Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/Admin' } },
          }),
        ),
      },
      'fail',
      'denied by statement "OnlyAdmin" of the policy of bucket',
    ],
    [
      'only through an endpoint, the network not known',
      { bucketPolicy: known(overEndpoint('vpce-0aaaaaaa')) },
      'unknown',
      'aws:SourceVpce',
    ],
    ['only through the endpoint of the subnets', { bucketPolicy: known(overEndpoint('vpce-0aaaaaaa')), network: through }, 'pass', ''],
    ['only through another one', { bucketPolicy: known(overEndpoint('vpce-0ccccccc')), network: through }, 'fail', 'denied by'],
    [
      'only through an endpoint, one subnet has NAT',
      { bucketPolicy: known(overEndpoint('vpce-0aaaaaaa')), network: half },
      'fail',
      'denied by',
    ],
    [
      'only through an endpoint, all have NAT',
      { bucketPolicy: known(overEndpoint('vpce-0aaaaaaa')), network: overNat },
      'fail',
      'denied by',
    ],
    [
      'only below the folder',
      {
        bucket: 'scripts',
        policies: [
          aRolePolicy(
            'p',
            { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
            { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*', Condition: { StringLike: { 's3:prefix': 'hyperpod*' } } },
          ),
        ],
      },
      'pass',
      '',
    ],
    [
      'only below another folder',
      {
        bucket: 'scripts',
        policies: [
          aRolePolicy(
            'p',
            { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
            { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*', Condition: { StringLike: { 's3:prefix': 'data/*' } } },
          ),
        ],
      },
      'fail',
      's3:ListBucket',
    ],
    [
      'the bucket policy not read, the bucket is ours',
      { bucketPolicy: closed, policies: [reading('sagemaker-lifecycle')] },
      'unknown',
      'whether the policy of sagemaker-lifecycle denies it was not learned',
    ],
    ['the bucket policy not read, nothing allows', { bucketPolicy: closed, policies: [] }, 'unknown', 's3:GetBucketPolicy'],
    [
      'another account, only the managed policy',
      { bucketPolicy: closed, owner: known('other') },
      'fail',
      "sagemaker-lifecycle belongs to another account, and AmazonSageMakerClusterInstanceRolePolicy covers buckets of the role's own account only",
    ],
    [
      'another account, the role allows',
      { bucketPolicy: closed, owner: known('other'), policies: [reading('sagemaker-lifecycle')] },
      'unknown',
      'belongs to another account',
    ],
    ['nobody knows whose', { bucketPolicy: closed, owner: denied('s3:ListBucket') }, 'unknown', ''],
    ['absent', { absent: true }, 'skipped', 's3/bucket'],
  ])('%s', (_, given, status, message) => {
    const [finding, ...others] = findings(given)
    expect(others).toEqual([])
    const subject = `s3://${given.bucket ?? 'sagemaker-lifecycle'}/hyperpod/ for ${roleName}`
    expect(finding).toMatchObject({ status, severity: 'error', subject, location: { line: 7 } })
    expect(finding?.message).toContain(message)
  })

  test.each<readonly [string, Given, string, string, string]>([
    ['an allow', { simulated: {} }, 'pass', 'error', 'may list and read'],
    [
      'a Deny of the organisation',
      { simulated: { decision: 'explicitDeny', allowedByOrganizations: false } },
      'fail',
      'warning',
      'policies of the organisation deny it',
    ],
    ['a Deny that the documents do not show', { simulated: { decision: 'explicitDeny' } }, 'fail', 'error', 'finds a Deny'],
  ])("AWS's simulation: %s", (_, given, status, severity, message) => {
    const [finding] = findings(given)
    expect(finding).toMatchObject({ status, severity })
    expect(finding?.message).toContain(message)
  })

  test('fixes: exactly the statement that is missing; for a bucket of another account that of its owner too', () => {
    const [own] = findings({ bucket: 'scripts' })
    expect(own?.fix?.commands).toEqual([
      `aws iam put-role-policy --role-name ${roleName} --policy-name HyperPodExecutionRoleAdditions --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::scripts"},{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::scripts/hyperpod/*"}]}'`,
    ])
    const [foreign] = findings({ bucketPolicy: closed, owner: known('other') })
    expect(foreign?.fix?.commands[0]).toContain('put-role-policy')
    expect(foreign?.fix?.text).toContain('Ask the owner of sagemaker-lifecycle to have these statements')
    expect(foreign?.fix?.text).toContain(`"Principal":{"AWS":"${aRole().arn}"}`)
  })

  test('policies that were not read, and plans without a bucket', () => {
    const facts = { roles: { [roleName]: known(aRole()) }, buckets: {} }
    const unread = [`unknown s3://sagemaker-lifecycle/hyperpod/ for ${roleName}`]
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, rolePolicies: { [roleName]: denied('iam:ListRolePolicies') } }))).toEqual(unread)
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, rolePolicies: { [roleName]: known(null) } }))).toEqual(unread)
    expect(statuses(findingsOf(rule, aPlan({ lifecycleSources: [] }), {}))).toEqual(['skipped plan'])
  })
})
