import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Fact, Gap } from '../../../src/model/fact.ts'
import type { RolePolicy, SimulatedAction } from '../../../src/model/facts/iam.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { roleAccess as rule } from '../../../src/rules/s3/role-access.ts'
import {
  aGroup,
  aNatGateway,
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
  readonly network?: Partial<Pick<Facts, 'subnets' | 'routeTables' | 'vpcEndpoints' | 'natGateways' | 'prefixLists'>>
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
      'a Deny of the organization',
      { simulated: { decision: 'explicitDeny', allowedByOrganizations: false } },
      'fail',
      'error',
      'service control policies (SCP) of the organization deny it',
    ],
    [
      'a Deny of the organization without a key that a condition may ask for',
      { simulated: { decision: 'explicitDeny', allowedByOrganizations: false, missingContextValues: ['aws:PrincipalTag/team'] } },
      'unknown',
      'error',
      "they deny it where a request has no aws:PrincipalTag/team, and the values of the nodes' requests are not known",
    ],
    [
      'a Deny of the organization without a key that requests through a NAT gateway do not carry',
      {
        simulated: { decision: 'explicitDeny', allowedByOrganizations: false, missingContextValues: ['aws:SourceVpce'] },
        network: overNat,
      },
      'fail',
      'error',
      'service control policies (SCP) of the organization deny it',
    ],
    [
      'a key is missing that the network tells',
      { simulated: { missingContextValues: ['aws:SourceVpce'] }, network: through },
      'pass',
      'error',
      '',
    ],
    [
      'a denial without a key that the network tells',
      { simulated: { decision: 'implicitDeny', missingContextValues: ['aws:SourceVpce'] }, network: through },
      'pass',
      'error',
      '',
    ],
    ['a Deny that the documents do not show', { simulated: { decision: 'explicitDeny' } }, 'fail', 'error', 'finds a Deny'],
  ])("AWS's simulation: %s", (_, given, status, severity, message) => {
    const [finding] = findings(given)
    expect(finding).toMatchObject({ status, severity })
    expect(finding?.message).toContain(message)
  })

  describe("AWS's simulation beside the documents", () => {
    type Answers = Readonly<Record<string, Partial<SimulatedAction>>>
    const source = { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null }
    const withEntryPoint = [aGroup({ lifecycle: { mode: 'custom', source, script: 'start.sh', location: null } })]
    const judged = (
      policies: Fact<readonly RolePolicy[]>,
      of: Answers,
      bucketPolicy: Facts['bucketPolicies'][string],
      groups = [aGroup()],
    ) => {
      const answers = simulation(source.bucket, {}).map((answer) => ({
        ...answer,
        ...(answer.action === 's3:GetObject' &&
          groups === withEntryPoint && { resource: 'arn:aws:s3:::sagemaker-lifecycle/hyperpod/start.sh' }),
        ...of[answer.action],
      }))
      const [finding] = findingsOf(rule, aPlan({ instanceGroups: groups, lifecycleSources: [source] }), {
        roles: { [roleName]: known(aRole()) },
        rolePolicies: { [roleName]: policies },
        buckets: { [source.bucket]: known({ kind: 'found', name: source.bucket, region: 'us-west-2' }) },
        bucketPolicies: { [source.bucket]: bucketPolicy },
        bucketOwners: { [source.bucket]: known('own') },
        roleSimulations: { [roleName]: known(answers) },
      })
      return `${finding?.status} ${finding?.severity}`
    }
    const unread = denied('iam:GetRolePolicy')
    const full = known([managed])
    const noS3 = known([aRolePolicy('NoS3', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' })])
    const refused = known([
      aRolePolicy('p', { Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 's3:*', Resource: '*' }),
    ])
    const grantTo = (AWS: string) =>
      known(aPolicy({ Effect: 'Allow', Principal: { AWS }, Action: ['s3:ListBucket', 's3:GetObject'], Resource: '*' }))
    const deny = known(aPolicy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }))
    const implicit = { decision: 'implicitDeny' } as const
    const noneOfBoth = { 's3:ListBucket': implicit, 's3:GetObject': implicit }

    test.each<readonly [string, Fact<readonly RolePolicy[]>, Answers, Facts['bucketPolicies'][string], string]>([
      ['both allow', full, {}, known(null), 'pass error'],
      ['AWS allows, the documents could not be read', unread, {}, known(null), 'pass error'],
      ['granted by the bucket to the role', noS3, noneOfBoth, grantTo(aRole().arn), 'pass error'],
      ['granted by the bucket to the account', noS3, noneOfBoth, grantTo('123456789012'), 'fail error'],
      ['granted by nobody', noS3, noneOfBoth, known(null), 'fail error'],
      ['granted by nobody, the bucket policy could not be read', noS3, noneOfBoth, closed, 'unknown error'],
      ['denied by the bucket', full, {}, deny, 'fail error'],
      ['denied by the bucket, the documents could not be read', unread, {}, deny, 'fail error'],
      [
        'denied by the role, the bucket policy could not be read',
        refused,
        { 's3:ListBucket': { decision: 'explicitDeny' }, 's3:GetObject': { decision: 'explicitDeny' } },
        closed,
        'fail error',
      ],
      [
        'past the boundary by the bucket',
        full,
        { 's3:ListBucket': { ...implicit, allowedByPermissionsBoundary: false } },
        grantTo(aRole().arn),
        'fail error',
      ],
    ])('%s', (_, policies, of, bucketPolicy, expected) => {
      expect(judged(policies, of, bucketPolicy)).toBe(expected)
    })

    const objects = (key: string) =>
      known([
        aRolePolicy('Most', { Effect: 'Allow', NotAction: 's3:GetObject', Resource: '*' }),
        aRolePolicy('Objects', { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::sagemaker-lifecycle/hyperpod/${key}` }),
      ])
    test.each<readonly [string, Fact<readonly RolePolicy[]>, Partial<SimulatedAction>, typeof withEntryPoint, string]>([
      ['all objects', objects('*'), {}, withEntryPoint, 'pass error'],
      ['the entry point only', objects('start.sh'), {}, withEntryPoint, 'unknown error'],
      ['another object than the entry point', objects('other.sh'), implicit, withEntryPoint, 'fail error'],
      ['another object, no entry point known', objects('other.sh'), implicit, [aGroup()], 'unknown error'],
      ['the entry point is denied, the documents could not be read', unread, implicit, withEntryPoint, 'fail error'],
      ['some object is denied, the documents could not be read', unread, implicit, [aGroup()], 'unknown error'],
    ])('one object stands for a folder: %s', (_, policies, change, groups, expected) => {
      expect(judged(policies, { 's3:GetObject': change }, known(null), groups)).toBe(expected)
    })
  })

  const may = (actions: string, bucket = 'sagemaker-lifecycle', from = '') =>
    `${roleName} may not do ${actions} in s3://${bucket}/hyperpod/${from}: `
  const both = 's3:ListBucket and s3:GetObject'
  const cannotTell = `it is not known whether ${roleName} may do ${both}: `
  const noCondition = 'its condition on aws:SourceVpce cannot be evaluated here'
  const unread = 's3:GetBucketPolicy answered AccessDenied (HTTP 403)'
  const foreign: Given = { bucketPolicy: closed, owner: known('other') }
  const noDeny = 'Take the actions out of the Deny statements: no other policy can undo a Deny.'
  const inline = `Put the missing actions into an inline policy of ${roleName}.`
  const judgeIt = 'Read the statement: whether its condition holds when nodes ask is for you to tell.'
  const show = ['aws s3api get-bucket-policy --bucket sagemaker-lifecycle']
  const allowed = (action: string, resource: string) =>
    `{"Effect":"Allow","Principal":{"AWS":"${aRole().arn}"},"Action":"${action}","Resource":"arn:aws:s3:::sagemaker-lifecycle${resource}"}`
  const ofOwner = `Ask the owner of sagemaker-lifecycle to have these statements in the policy of the bucket: {"Version":"2012-10-17","Statement":[${allowed('s3:ListBucket', '')},${allowed('s3:GetObject', '/hyperpod/*')}]}`
  const put = (bucket: string, ...statements: readonly (readonly [string, string])[]) => [
    `aws iam put-role-policy --role-name ${roleName} --policy-name ${roleName}Additions --policy-document '{"Version":"2012-10-17","Statement":[${statements.map(([action, resource]) => `{"Effect":"Allow","Action":"${action}","Resource":"arn:aws:s3:::${bucket}${resource}"}`).join(',')}]}'`,
  ]
  const list = ['s3:ListBucket', ''] as const
  const get = ['s3:GetObject', '/hyperpod/*'] as const
  const byManaged = ['the attached policy AmazonSageMakerClusterInstanceRolePolicy']

  test.each<readonly [string, Given, string, readonly [string, readonly string[]], readonly string[]]>([
    [
      'a bucket with a name of its own',
      { bucket: 'scripts' },
      `${may(both, 'scripts')}no policy of the role or of the bucket allows it; the name of scripts does not start with sagemaker-, which is all that AmazonSageMakerClusterInstanceRolePolicy covers`,
      [inline, put('scripts', list, get)],
      byManaged,
    ],
    [
      'no policy',
      { policies: [] },
      `${may(both)}no policy of the role or of the bucket allows it`,
      [
        `Attach AmazonSageMakerClusterInstanceRolePolicy to ${roleName}.`,
        [
          `aws iam attach-role-policy --role-name ${roleName} --policy-arn arn:aws:iam::aws:policy/AmazonSageMakerClusterInstanceRolePolicy`,
        ],
      ],
      [],
    ],
    [
      'one of the two',
      { bucket: 'scripts', policies: [aRolePolicy('p', { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })] },
      `${may('s3:ListBucket', 'scripts')}no policy of the role or of the bucket allows it`,
      [inline, put('scripts', list)],
      ['the inline policy p'],
    ],
    [
      'a Deny of the bucket, for one of two ways',
      { bucketPolicy: known(overEndpoint('vpce-0aaaaaaa')), network: half },
      `${may(both, 'sagemaker-lifecycle', ' from subnet-0bbbbbbb')}denied by statement 1 of the policy of bucket sagemaker-lifecycle; requests of the nodes come through no VPC endpoint`,
      [noDeny, show],
      byManaged,
    ],
    [
      'a Deny for another VPC',
      {
        bucketPolicy: known(
          aPolicy({
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: '*',
            Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-0other' } },
          }),
        ),
        network: through,
      },
      `${may(both)}denied by statement 1 of the policy of bucket sagemaker-lifecycle; requests of the nodes come through vpce-0aaaaaaa of vpc-0a1b2c3d`,
      [noDeny, show],
      byManaged,
    ],
    [
      'the permissions boundary',
      { simulated: { decision: 'implicitDeny', allowedByPermissionsBoundary: false } },
      `${may(both)}the permissions boundary does not allow it`,
      ['Allow the actions in the permissions boundary too.', []],
      byManaged,
    ],
    [
      'the organization',
      { simulated: { decision: 'explicitDeny', allowedByOrganizations: false } },
      `${may(both)}service control policies (SCP) of the organization deny it, as AWS's policy simulation says`,
      [
        `Nothing in account 123456789012 can grant what a service control policy takes away: ask those who manage the organization, in its management account, to let ${roleName} do it.`,
        [],
      ],
      byManaged,
    ],
    [
      'a Deny that the simulation finds',
      { simulated: { decision: 'explicitDeny' } },
      `${may(both)}AWS's policy simulation finds a Deny`,
      [noDeny, [`aws iam list-attached-role-policies --role-name ${roleName}`, `aws iam list-role-policies --role-name ${roleName}`]],
      byManaged,
    ],
    [
      'another account',
      foreign,
      `${may(both)}no policy of the role allows it; sagemaker-lifecycle belongs to another account, and AmazonSageMakerClusterInstanceRolePolicy covers buckets of the role's own account only`,
      [`${inline} ${ofOwner}`, put('sagemaker-lifecycle', list, get)],
      byManaged,
    ],
    [
      'another account, and no policy',
      { ...foreign, policies: [] },
      `${may(both)}no policy of the role allows it`,
      [`${inline} ${ofOwner}`, put('sagemaker-lifecycle', list, get)],
      [],
    ],
    [
      'another account, and a Deny',
      { ...foreign, policies: [aRolePolicy('p', { Effect: 'Deny', Action: 's3:*', Resource: '*' })] },
      `${may(both)}denied by statement 1 of the inline policy p`,
      [`${noDeny} ${ofOwner}`, [`aws iam get-role-policy --role-name ${roleName} --policy-name p`]],
      ['the inline policy p'],
    ],
  ])('what is missing is told in full: %s', (_, given, message, [text, commands], policies) => {
    const bucket = given.bucket ?? 'sagemaker-lifecycle'
    expect(findings(given)).toEqual([
      expect.objectContaining({
        status: 'fail',
        message,
        fix: { text, commands },
        evidence: {
          bucket,
          roleArn: aRole().arn,
          missing: message.includes(both) ? ['s3:ListBucket', 's3:GetObject'] : ['s3:ListBucket'],
          policies,
        },
      }),
    ])
  })

  const endpointOnly = known(overEndpoint('vpce-0aaaaaaa'))
  const byStatement = `statement 1 of the policy of bucket sagemaker-lifecycle: ${noCondition}`

  test.each<readonly [string, Given, Partial<Gap>, readonly [string, readonly string[]]]>([
    [
      'the network is not known',
      { bucketPolicy: endpointOnly },
      { reason: 'unsupported', message: `${cannotTell}${byStatement}` },
      [judgeIt, show],
    ],
    [
      'one of two subnets is not there',
      { bucketPolicy: endpointOnly, network: { ...through, subnets: { 'subnet-0aaaaaaa': aSubnet() } } },
      { reason: 'unsupported', message: `${cannotTell.replace(/: $/, ' from subnet-0bbbbbbb: ')}${byStatement}` },
      [judgeIt, show],
    ],
    [
      'the route table of a subnet is not listed',
      { bucketPolicy: endpointOnly, network: { ...through, routeTables: [] } },
      { reason: 'unsupported', message: `${cannotTell}${byStatement}` },
      [judgeIt, show],
    ],
    [
      'the endpoint of the route table is not listed',
      {
        bucketPolicy: endpointOnly,
        network: {
          ...through,
          vpcEndpoints: [],
          routeTables: [
            aRouteTable({ routes: [aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0aaaaaaa' } })] }),
          ],
        },
      },
      { reason: 'unsupported', message: `${cannotTell}${byStatement}` },
      [judgeIt, show],
    ],
    [
      'the policy of the bucket was not read',
      { bucketPolicy: closed, policies: [reading('sagemaker-lifecycle')] },
      {
        reason: 'denied',
        message: `the policies of ${roleName} allow it, whether the policy of sagemaker-lifecycle denies it was not learned: ${unread}`,
      },
      ['Allow s3:GetBucketPolicy for the role that runs this check, or read the policy of sagemaker-lifecycle.', show],
    ],
    [
      'nothing allows it, and the policy of the bucket was not read',
      { bucketPolicy: closed, policies: [] },
      { reason: 'denied', message: `${cannotTell}${unread}` },
      ['Allow s3:GetBucketPolicy for the role that runs this check, or read the policy of sagemaker-lifecycle.', show],
    ],
    [
      'the bucket of another account',
      { ...foreign, policies: [reading('sagemaker-lifecycle')] },
      {
        reason: 'denied',
        message: `sagemaker-lifecycle belongs to another account, whose policy of the bucket has to let ${roleName} in: ${unread}`,
      },
      [ofOwner, []],
    ],
    [
      'a condition of the role, on the bucket of another account',
      {
        ...foreign,
        policies: [
          aRolePolicy('p', { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/x': 'y' } } }),
        ],
      },
      {
        reason: 'unsupported',
        message: `${cannotTell}statement 1 of the inline policy p: its condition on aws:PrincipalTag/x cannot be evaluated here`,
      },
      [ofOwner, []],
    ],
  ])('what cannot be told is told in full: %s', (_, given, gap, [text, commands]) => {
    expect(findings(given)).toMatchObject([
      {
        status: 'unknown',
        message: gap.message,
        gap: { action: 's3:GetBucketPolicy', ...gap },
        fix: { text, commands },
        evidence: { missing: [] },
        location: { path: 'cluster.json', line: 7, column: 5 },
      },
    ])
  })

  describe('conditions on the network', () => {
    const interfaceEndpoint = aVpcEndpoint({ vpcEndpointId: 'vpce-0iiiiiii', type: 'Interface', privateDnsEnabled: true })
    const byInterface: Given['network'] = { ...through, vpcEndpoints: [interfaceEndpoint, ...(through?.vpcEndpoints ?? [])] }
    const withAddress: Given['network'] = { ...overNat, natGateways: [aNatGateway()] }
    const twoAddresses: Given['network'] = { ...overNat, natGateways: [aNatGateway({ publicIps: ['203.0.113.10', '198.51.100.7'] })] }
    /** NAT for the internet, and a transit gateway to networks that may have an endpoint for S3 of their own. */
    const withTransit: Given['network'] = {
      ...withAddress,
      routeTables: [
        aRouteTable({ routes: [aRoute(), aRoute({ destination: '10.0.0.0/8', target: { kind: 'transit-gateway', id: 'tgw-1' } })] }),
      ],
    }
    const namedOnly: Given['network'] = { ...overNat, vpcEndpoints: [{ ...interfaceEndpoint, privateDnsEnabled: false }] }
    const toEndpoint = aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0owner' } })
    /** A shared VPC: its owner's endpoint is not listed, and the route says which it is. */
    const ofOwner: Given['network'] = {
      subnets,
      routeTables: [aRouteTable({ routes: [toEndpoint] })],
      vpcEndpoints: [],
      prefixLists: {
        'pl-68a54001': known({ prefixListId: 'pl-68a54001', name: 'com.amazonaws.us-west-2.s3', cidrBlocks: ['52.218.128.0/17'] }),
      },
    }
    const condition = (operator: string, key: string, value: string) => ({ [operator]: { [key]: value } })
    const networks = { through, byInterface, overNat, withAddress, twoAddresses, withTransit, namedOnly, ofOwner, half, nothing: {} }

    /** Whether the role reads its scripts where they are let in under the condition alone. */
    test.each<readonly [keyof typeof networks, object, string]>([
      ['through', condition('StringEquals', 'aws:SourceVpce', 'vpce-0aaaaaaa'), 'pass'],
      ['through', condition('StringEquals', 'aws:sourceVpce', 'vpce-0ccccccc'), 'fail'],
      ['through', condition('StringEquals', 'aws:SourceVpc', 'vpc-0a1b2c3d'), 'pass'],
      ['through', condition('StringEquals', 'aws:SourceVpc', 'vpc-0other'), 'fail'],
      ['through', condition('StringLike', 'aws:SourceVpce', 'vpce-0a*'), 'pass'],
      ['through', condition('StringEqualsIfExists', 'aws:SourceVpce', 'vpce-0aaaaaaa'), 'pass'],
      ['through', condition('Null', 'aws:SourceVpce', 'false'), 'pass'],
      ['through', condition('IpAddress', 'aws:VpcSourceIp', '10.0.0.0/16'), 'pass'],
      ['through', condition('IpAddress', 'aws:VpcSourceIp', '10.1.0.0/16'), 'fail'],
      ['through', condition('IpAddress', 'aws:VpcSourceIp', '10.0.0.0/24'), 'unknown'],
      ['through', condition('IpAddress', 'aws:SourceIp', '203.0.113.0/24'), 'fail'],
      ['through', condition('NotIpAddressIfExists', 'aws:SourceIp', '203.0.113.0/24'), 'pass'],
      ['through', condition('StringEquals', 'aws:VpceAccount', '123456789012'), 'pass'],
      ['through', condition('StringEquals', 'aws:VpceAccount', '999999999999'), 'fail'],
      ['through', condition('StringEquals', 'aws:VpceOrgID', 'o-1'), 'unknown'],
      ['byInterface', condition('StringEquals', 'aws:SourceVpce', 'vpce-0iiiiiii'), 'pass'],
      ['byInterface', condition('StringEquals', 'aws:SourceVpce', 'vpce-0aaaaaaa'), 'fail'],
      ['overNat', condition('StringEquals', 'aws:SourceVpce', 'vpce-0aaaaaaa'), 'fail'],
      ['overNat', condition('StringEquals', 'aws:SourceVpc', 'vpc-0a1b2c3d'), 'fail'],
      ['overNat', condition('Null', 'aws:SourceVpce', 'true'), 'pass'],
      ['overNat', condition('IpAddress', 'aws:SourceIp', '203.0.113.0/24'), 'unknown'],
      ['withAddress', condition('IpAddress', 'aws:SourceIp', '203.0.113.0/24'), 'pass'],
      ['withAddress', condition('IpAddress', 'aws:SourceIp', '198.51.100.0/24'), 'fail'],
      ['withAddress', condition('IpAddress', 'aws:VpcSourceIp', '10.0.0.0/16'), 'fail'],
      ['twoAddresses', condition('IpAddress', 'aws:SourceIp', '203.0.113.0/24'), 'fail'],
      ['withTransit', condition('StringEquals', 'aws:SourceVpce', 'vpce-0aaaaaaa'), 'unknown'],
      ['namedOnly', condition('StringEquals', 'aws:SourceVpce', 'vpce-0iiiiiii'), 'unknown'],
      ['ofOwner', condition('StringEquals', 'aws:SourceVpce', 'vpce-0owner'), 'pass'],
      ['ofOwner', condition('StringEquals', 'aws:SourceVpce', 'vpce-0aaaaaaa'), 'fail'],
      ['half', condition('StringEquals', 'aws:SourceVpce', 'vpce-0aaaaaaa'), 'fail'],
      ['half', condition('Null', 'aws:SourceVpce', 'true'), 'fail'],
      ['nothing', condition('StringEquals', 'aws:SourceVpce', 'vpce-0aaaaaaa'), 'unknown'],
      ['nothing', condition('Bool', 'aws:SecureTransport', 'true'), 'pass'],
      ['nothing', condition('Bool', 'aws:ViaAWSService', 'false'), 'pass'],
      ['nothing', condition('NumericGreaterThanEquals', 's3:TlsVersion', '1.2'), 'pass'],
      ['nothing', condition('NumericGreaterThanEquals', 's3:TlsVersion', '1.3'), 'unknown'],
      ['nothing', condition('NumericLessThan', 's3:TlsVersion', '1.2'), 'fail'],
      ['nothing', condition('StringEquals', 's3:ResourceAccount', '123456789012'), 'pass'],
      ['nothing', condition('StringEquals', 'aws:ResourceAccount', '999999999999'), 'fail'],
    ])('%s: %j', (network, Condition, expected) => {
      const allowing = { Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetObject'], Resource: '*', Condition }
      const all = { Effect: 'Allow', Action: '*', Resource: '*' }
      const ofRole = { policies: [aRolePolicy('p', allowing)] }
      const ofBoundary = { policies: [aRolePolicy('p', all), { ...aRolePolicy('b', allowing), kind: 'boundary' as const }] }
      const ofBucket = { policies: [], bucketPolicy: known(aPolicy({ ...allowing, Principal: { AWS: aRole().arn } })) }
      for (const given of [ofRole, ofBoundary, ofBucket]) {
        expect(findings({ ...given, network: networks[network] }).map(({ status, severity }) => `${status} ${severity}`)).toEqual([
          `${expected} error`,
        ])
      }
    })

    test('two subnets that take different ways are told apart', () => {
      const [finding] = findings({ bucketPolicy: known(overEndpoint('vpce-0aaaaaaa')), network: half })
      expect(finding?.message).toContain('from subnet-0bbbbbbb: denied by')
    })

    test('only the groups that read the folder say which way is taken', () => {
      const source = { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null }
      const placed = (subnetId: string) => ({ subnetIds: [subnetId], securityGroupIds: [], location: null })
      const reader = aGroup({
        name: 'reader',
        lifecycle: { mode: 'custom', source, script: 'a.sh', location: null },
        overrideVpcConfig: placed('subnet-0aaaaaaa'),
      })
      const other = aGroup({ name: 'other', overrideVpcConfig: placed('subnet-0bbbbbbb') })
      const judged = findingsOf(rule, aPlan({ instanceGroups: [reader, other], lifecycleSources: [source] }), {
        roles: { [roleName]: known(aRole()) },
        rolePolicies: { [roleName]: known([managed]) },
        buckets: { [source.bucket]: known({ kind: 'found', name: source.bucket, region: 'us-west-2' }) },
        bucketPolicies: { [source.bucket]: known(overEndpoint('vpce-0aaaaaaa')) },
        ...half,
      })
      expect(judged.map(({ status }) => status)).toEqual(['pass'])
    })

    test('a folder of another role’s groups is not asked for', () => {
      const source = { bucket: 'sagemaker-lifecycle', prefix: 'b/', location: null }
      const lifecycle = { mode: 'custom', source, script: 'on_create.sh', location: null } as const
      const groups = [aGroup(), aGroup({ name: 'other', executionRole: 'Other', lifecycle })]
      const plan = aPlan({ instanceGroups: groups, lifecycleSources: [source] })
      expect(statuses(findingsOf(rule, plan, { roles: { [roleName]: known(aRole()) }, buckets: {} }))).toEqual([`skipped ${roleName}`])
    })

    test('an added Deny never lets more in, and an added Allow never less', () => {
      const rank = { fail: 0, unknown: 1, pass: 2, skipped: 3 } as const
      const keys = fc.constantFrom<readonly [string, string]>(
        ['aws:SourceVpce', 'vpce-0aaaaaaa'],
        ['aws:SourceVpc', 'vpc-0a1b2c3d'],
        ['aws:PrincipalTag/team', 'ml'],
        ['s3:prefix', 'hyperpod/'],
        ['aws:ResourceAccount', '123456789012'],
      )
      const operators = fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLikeIfExists', 'StringNotEqualsIfExists')
      const statement = (effect: 'Allow' | 'Deny') =>
        fc.tuple(operators, keys, fc.constantFrom('s3:ListBucket', 's3:GetObject', 's3:*')).map(([operator, [key, value], Action]) => ({
          Effect: effect,
          Action,
          Resource: '*',
          Condition: condition(operator, key, value),
        }))
      const given = fc.record({
        allows: fc.array(statement('Allow'), { maxLength: 3 }),
        denies: fc.array(statement('Deny'), { maxLength: 2 }),
        network: fc.constantFrom(...Object.values(networks)),
        bucketAllows: fc.array(statement('Allow'), { maxLength: 2 }),
      })
      const statusOf = (role: readonly object[], bucket: readonly object[], network: Given['network']): number => {
        const policy = aPolicy(...bucket.map((one) => ({ ...one, Principal: { AWS: aRole().arn } })))
        const [finding] = findings({ policies: [aRolePolicy('p', ...role)], bucketPolicy: known(policy), network: network ?? {} })
        return rank[finding?.status ?? 'fail']
      }
      fc.assert(
        fc.property(given, statement('Deny'), statement('Allow'), ({ allows, denies, network, bucketAllows }, deny, allow) => {
          const before = statusOf([...allows, ...denies], bucketAllows, network)
          expect(statusOf([...allows, ...denies, deny], bucketAllows, network)).toBeLessThanOrEqual(before)
          expect(statusOf([...allows, ...denies], [...bucketAllows, deny], network)).toBeLessThanOrEqual(before)
          expect(statusOf([...allows, ...denies, allow], bucketAllows, network)).toBeGreaterThanOrEqual(before)
          expect(statusOf([...allows, ...denies], [...bucketAllows, allow], network)).toBeGreaterThanOrEqual(before)
        }),
        { numRuns: 200 },
      )
    })
  })

  test('through an endpoint, the bucket may be for its VPC alone', () => {
    const bucketPolicy = known(
      aPolicy({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:SourceVpc': aSubnet().vpcId } },
      }),
    )
    expect(statuses(findings({ bucketPolicy, network: through }))).toEqual([`pass s3://sagemaker-lifecycle/hyperpod/ for ${roleName}`])
  })

  test('policies that were not read, and plans without a bucket', () => {
    const facts = { roles: { [roleName]: known(aRole()) }, buckets: {} }
    const unread = [`unknown s3://sagemaker-lifecycle/hyperpod/ for ${roleName}`]
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, rolePolicies: { [roleName]: denied('iam:ListRolePolicies') } }))).toEqual(unread)
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, rolePolicies: { [roleName]: known(null) } }))).toEqual(unread)
    expect(statuses(findingsOf(rule, aPlan({ lifecycleSources: [] }), {}))).toEqual(['skipped plan'])
  })
})
