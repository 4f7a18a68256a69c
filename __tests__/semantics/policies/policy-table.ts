// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this.
import type { PolicyDocument } from '../../../src/model/facts/iam.ts'
import type { Decision, Policy, PolicyRequest } from '../../../src/semantics/policies/iam-policy.ts'
import { parsePolicyDocument } from '../../../src/semantics/policies/policy-document.ts'
import { aPolicy } from '../../builders.ts'

/**
 * Policies, a request, and the decision that AWS's documentation gives. `source` is the page that says so; `undecided` is where it says
 * nothing, or where the request is not known well enough.
 */
export interface Row {
  readonly title: string
  readonly source: string
  readonly policies: readonly Policy[]
  readonly request: PolicyRequest
  readonly decision: Decision['kind']
}

type Kind = Decision['kind']
type Statement = object
type Changes = Partial<PolicyRequest>
/** Title, statements of one inline policy or several policies, decision, what else the request is. */
type Entry<T> = readonly [title: string, T, decision: Kind, changes?: Changes | undefined]

const guide = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/'

export const policy = (kind: Policy['kind'], ...statements: readonly Statement[]): Policy => ({
  kind,
  name: `the ${kind} policy`,
  document: aPolicy(...statements),
})

export const unread = (kind: Policy['kind']): Policy => ({ kind, name: `the ${kind} policy`, document: null })

export const role = 'arn:aws:iam::123456789012:role/team/Nodes'

/** A node that downloads its lifecycle script. */
export const request: PolicyRequest = {
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::sagemaker-a/scripts/on_create.sh',
  principal: { kind: 'role', arn: role },
  context: {
    'aws:PrincipalAccount': ['123456789012'],
    'aws:ResourceAccount': ['123456789012'],
    'aws:PrincipalArn': [role],
    'aws:PrincipalTag/team': ['scripts'],
    'aws:PrincipalTag/none': null,
    'aws:SecureTransport': ['true'],
    'aws:ViaAWSService': ['false'],
    'aws:RequestedRegion': ['us-west-2'],
    'aws:SourceIp': ['10.0.0.7'],
    'aws:VpcSourceIp': ['2001:db8::7'],
    'aws:CurrentTime': ['2026-11-23T12:00:00Z'],
    'aws:MultiFactorAuthAge': ['300'],
    'aws:TagKeys': ['team', 'stage'],
    'aws:PrincipalOrgPaths': [],
    'aws:PrincipalServiceNamesList': [''],
    'aws:username': null,
    'example:Digest': ['QmluYXJ5VmFsdWVJbkJhc2U2NA=='],
  },
}

export const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
export const deny = { ...allow, Effect: 'Deny' }
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }

/** The statement under a condition of one operator and one key. */
export const when = (operator: string, key: string, value: unknown, statement: Statement = allow): Statement => ({
  ...statement,
  Condition: { [operator]: { [key]: value } },
})

const under = (condition: object, statement: Statement = allow): Statement => ({ ...statement, Condition: condition })

const onResource = (Resource: unknown): Statement => ({ ...allow, Resource })

const rowsOf = (page: string, entries: readonly Entry<readonly Policy[]>[]): readonly Row[] =>
  entries.map(([title, policies, decision, changes]) => ({
    title,
    source: guide + page,
    policies,
    request: { ...request, ...changes },
    decision,
  }))

/** The same, each entry one inline policy. */
const inline = (page: string, entries: readonly Entry<readonly Statement[]>[]): readonly Row[] =>
  rowsOf(
    page,
    entries.map(([title, statements, decision, changes]) => [title, [policy('inline', ...statements)], decision, changes]),
  )

const elements = [
  ...inline('reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html', [
    ['nothing', [], 'implicit-deny'],
    ['another action', [{ ...allow, Action: 's3:PutObject' }], 'implicit-deny'],
    ['Deny beside Allow', [allow, deny], 'explicit-deny'],
    ['Deny before Allow', [deny, allow], 'explicit-deny'],
    ['Deny of everything', [allow, { ...everything, Effect: 'Deny' }], 'explicit-deny'],
    ['Deny of another resource', [allow, { ...deny, Resource: 'arn:aws:s3:::secret/*' }], 'allowed'],
    ['Deny without Allow', [deny], 'explicit-deny'],
  ]),
  ...inline('reference_policies_elements_action.html', [
    ['the action', [allow], 'allowed'],
    ['the action in another case', [{ ...allow, Action: 'S3:getobject' }], 'allowed'],
    ['a wildcard in the action', [{ ...allow, Action: 's3:Get*' }], 'allowed'],
    ['a wildcard in the middle of the action', [{ ...allow, Action: 's3:*Object' }], 'allowed'],
    ['one character of the action', [{ ...allow, Action: 's3:?etObject' }], 'allowed'],
    ['one character too many', [{ ...allow, Action: 's3:GetObject?' }], 'implicit-deny'],
    ['all actions', [{ ...allow, Action: '*' }], 'allowed'],
    ['all actions of a service whose name begins alike', [{ ...allow, Action: 's3-outposts:*' }], 'implicit-deny'],
    ['a list of actions', [{ ...allow, Action: ['ec2:*', 's3:GetObject'] }], 'allowed'],
  ]),
  ...inline('reference_policies_elements_notaction.html', [
    ['NotAction with another', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'allowed'],
    ['NotAction with the action', [{ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }], 'implicit-deny'],
    ['NotAction with the action among others', [{ Effect: 'Allow', NotAction: ['iam:*', 's3:Get*'], Resource: '*' }], 'implicit-deny'],
    ['Deny of NotAction with another', [allow, { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }], 'explicit-deny'],
    ['Deny of NotAction with the action', [allow, { Effect: 'Deny', NotAction: 's3:*', Resource: '*' }], 'allowed'],
  ]),
  ...inline('reference_policies_elements_resource.html', [
    ['the resource', [onResource(request.resource)], 'allowed'],
    ['the resource in another case', [onResource('arn:aws:s3:::sagemaker-a/Scripts/*')], 'implicit-deny'],
    ['a wildcard in the resource', [onResource('arn:aws:s3:::sagemaker-*')], 'allowed'],
    ['a wildcard goes over slashes', [onResource('arn:aws:s3:::sagemaker-a/*.sh')], 'allowed'],
    ['one character of the resource', [onResource('arn:aws:s3:::sagemaker-?/scripts/*')], 'allowed'],
    ['the bucket, not its objects', [onResource('arn:aws:s3:::sagemaker-a')], 'implicit-deny'],
    ['one of several resources', [onResource(['arn:aws:s3:::other/*', 'arn:aws:s3:::sagemaker-a/*'])], 'allowed'],
    ['another partition', [onResource('arn:aws-us-gov:s3:::sagemaker-a/*')], 'implicit-deny'],
    ['an incomplete ARN', [onResource('arn:aws:s3*')], 'allowed'],
    ['an action that knows no resource, and one', [onResource('arn:aws:s3:::sagemaker-a/*')], 'implicit-deny', { resource: '*' }],
  ]),
  ...inline('reference_policies_elements_notresource.html', [
    ['NotResource with another', [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::secret/*' }], 'allowed'],
    ['NotResource with the resource', [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::sagemaker-a/*' }], 'implicit-deny'],
    ['Deny outside of the resource', [allow, { Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::sagemaker-a/*' }], 'allowed'],
    ['Deny outside of another', [allow, { Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::other/*' }], 'explicit-deny'],
  ]),
]

const ofVersion = (Version: string, Resource: string): Policy => {
  const document: PolicyDocument | null = parsePolicyDocument(JSON.stringify({ Version, Statement: onResource(Resource) }))
  return { kind: 'inline', name: 'of a version', document }
}
const byTag = 'arn:aws:s3:::sagemaker-a/${aws:PrincipalTag/team}/*'

const variables = [
  ...inline('reference_policies_variables.html', [
    ['a variable in the resource', [onResource(byTag)], 'allowed'],
    ['a variable in another case', [onResource('arn:aws:s3:::sagemaker-a/${AWS:PRINCIPALTAG/team}/*')], 'allowed'],
    [
      'a variable in an ARN of a condition',
      [when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::${aws:PrincipalAccount}:role/*')],
      'allowed',
    ],
    ['the managed policy’s condition', [when('StringEquals', 'aws:ResourceAccount', '${aws:PrincipalAccount}')], 'allowed'],
    ['a variable in Bool', [when('Bool', 'aws:ViaAWSService', '${aws:SecureTransport}')], 'implicit-deny'],
    ['a resource whose variable has no value', [onResource('arn:aws:s3:::sagemaker-a/${aws:username}/*')], 'implicit-deny'],
    [
      'NotResource whose variable has no value',
      [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::sagemaker-a/${aws:username}*' }],
      'allowed',
    ],
    ['StringEquals, no value', [when('StringEquals', 'aws:RequestedRegion', '${aws:username}')], 'implicit-deny'],
    ['StringLike, no value', [when('StringLike', 'aws:RequestedRegion', '${aws:username}*')], 'implicit-deny'],
    ['StringNotEquals, no value', [when('StringNotEquals', 'aws:RequestedRegion', '${aws:username}')], 'allowed'],
    [
      'Deny of StringNotEquals, no value',
      [allow, when('StringNotEquals', 'aws:RequestedRegion', '${aws:username}', deny)],
      'explicit-deny',
    ],
    ['a value in place of one', [onResource("arn:aws:s3:::sagemaker-a/${aws:PrincipalTag/none, 'scripts'}/*")], 'allowed'],
    ['a value in place of one that is there', [onResource("arn:aws:s3:::sagemaker-a/${aws:PrincipalTag/team, 'x'}/*")], 'allowed'],
    ['another value in place of one', [onResource("arn:aws:s3:::sagemaker-a/${aws:PrincipalTag/none, 'x'}/*")], 'implicit-deny'],
    ['an asterisk that is text', [onResource('arn:aws:s3:::sagemaker-a/${*}')], 'implicit-deny'],
    ['an asterisk in a value is text', [onResource(byTag)], 'implicit-deny', { context: { 'aws:PrincipalTag/team': ['*'] } }],
    ['a variable whose value is not known', [onResource('arn:aws:s3:::sagemaker-a/${aws:userid}/*')], 'undecided'],
    ['such a variable elsewhere', [onResource('arn:aws:s3:::other/${aws:userid}/*')], 'implicit-deny'],
  ]),
  ...rowsOf('reference_policies_elements_version.html', [
    ['version 2012-10-17 knows variables', [ofVersion('2012-10-17', byTag)], 'allowed'],
    ['version 2008-10-17 does not', [ofVersion('2008-10-17', byTag)], 'implicit-deny'],
  ]),
]

const operators = inline('reference_policies_elements_condition_operators.html', [
  ['StringEquals, another value', [when('StringEquals', 'aws:ResourceAccount', '999999999999')], 'implicit-deny'],
  ['StringEquals knows no wildcards', [when('StringEquals', 'aws:RequestedRegion', 'us-*')], 'implicit-deny'],
  ['StringEquals looks at the case', [when('StringEquals', 'aws:RequestedRegion', 'US-WEST-2')], 'implicit-deny'],
  ['StringEqualsIgnoreCase', [when('StringEqualsIgnoreCase', 'aws:RequestedRegion', 'US-WEST-2')], 'allowed'],
  ['StringNotEqualsIgnoreCase', [when('StringNotEqualsIgnoreCase', 'aws:RequestedRegion', 'US-WEST-2')], 'implicit-deny'],
  ['StringLike', [when('StringLike', 'aws:RequestedRegion', 'us-*')], 'allowed'],
  ['StringLike, one character', [when('StringLike', 'aws:RequestedRegion', 'us-west-?')], 'allowed'],
  ['StringLike looks at the case', [when('StringLike', 'aws:RequestedRegion', 'US-*')], 'implicit-deny'],
  ['StringNotLike', [when('StringNotLike', 'aws:RequestedRegion', 'us-*')], 'implicit-deny'],
  ['StringEquals, no such key in the request', [when('StringEquals', 'aws:username', 'ann')], 'implicit-deny'],
  ['StringNotEquals, no such key in the request', [when('StringNotEquals', 'aws:username', 'ann')], 'allowed'],
  ['StringNotLike, no such key in the request', [when('StringNotLike', 'aws:username', 'a*')], 'allowed'],
  ['Deny of it, no such key in the request', [allow, when('StringNotLike', 'aws:username', 'a*', deny)], 'explicit-deny'],
  ['NumericEquals', [when('NumericEquals', 'aws:MultiFactorAuthAge', '300.0')], 'allowed'],
  ['NumericNotEquals', [when('NumericNotEquals', 'aws:MultiFactorAuthAge', '300')], 'implicit-deny'],
  ['NumericNotEquals, no such key in the request', [when('NumericNotEquals', 'aws:username', '300')], 'allowed'],
  ['NumericLessThan', [when('NumericLessThan', 'aws:MultiFactorAuthAge', '300')], 'implicit-deny'],
  ['NumericLessThan counts, not as texts do', [when('NumericLessThan', 'aws:MultiFactorAuthAge', '1000')], 'allowed'],
  ['NumericLessThanEquals', [when('NumericLessThanEquals', 'aws:MultiFactorAuthAge', 300)], 'allowed'],
  ['NumericGreaterThan', [when('NumericGreaterThan', 'aws:MultiFactorAuthAge', '300')], 'implicit-deny'],
  ['NumericGreaterThanEquals', [when('NumericGreaterThanEquals', 'aws:MultiFactorAuthAge', '300')], 'allowed'],
  ['NumericEquals of no number', [when('NumericEquals', 'aws:MultiFactorAuthAge', 'many')], 'undecided'],
  ['DateEquals, in another time zone', [when('DateEquals', 'aws:CurrentTime', '2026-11-23T13:00:00+01:00')], 'allowed'],
  ['DateNotEquals', [when('DateNotEquals', 'aws:CurrentTime', '2026-11-23T12:00Z')], 'implicit-deny'],
  ['DateGreaterThan', [when('DateGreaterThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z')], 'allowed'],
  ['DateGreaterThanEquals, of a day', [when('DateGreaterThanEquals', 'aws:CurrentTime', '2026-11-23')], 'allowed'],
  ['DateLessThan, in seconds', [when('DateLessThan', 'aws:CurrentTime', '1700000000')], 'implicit-deny'],
  ['DateLessThanEquals', [when('DateLessThanEquals', 'aws:CurrentTime', '2026-11-23T12:00:00Z')], 'allowed'],
  ['a time without a zone', [when('DateLessThan', 'aws:CurrentTime', '2030-01-01T00:00:00')], 'undecided'],
  ['Bool', [when('Bool', 'aws:SecureTransport', 'true')], 'allowed'],
  ['Bool, without quotation marks', [when('Bool', 'aws:SecureTransport', true)], 'allowed'],
  ['Bool, no such key in the request', [when('Bool', 'aws:username', 'false')], 'implicit-deny'],
  ['Deny without TLS', [allow, when('Bool', 'aws:SecureTransport', 'false', deny)], 'allowed'],
  ['BinaryEquals', [when('BinaryEquals', 'example:Digest', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==')], 'allowed'],
  ['BinaryEquals, other bytes', [when('BinaryEquals', 'example:Digest', 'b3RoZXI=')], 'implicit-deny'],
  ['BinaryEquals, no such key in the request', [when('BinaryEquals', 'aws:username', 'b3RoZXI=')], 'implicit-deny'],
  ['IpAddress', [when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')], 'allowed'],
  ['IpAddress, one address', [when('IpAddress', 'aws:SourceIp', '10.0.0.8')], 'implicit-deny'],
  ['IpAddress, IPv6', [when('IpAddress', 'aws:VpcSourceIp', '2001:DB8::/32')], 'allowed'],
  ['IpAddress of the other family', [when('IpAddress', 'aws:SourceIp', '2001:db8::/32')], 'implicit-deny'],
  ['NotIpAddress', [when('NotIpAddress', 'aws:SourceIp', ['192.168.0.0/16', '172.16.0.0/12'])], 'allowed'],
  ['NotIpAddress, one of two', [when('NotIpAddress', 'aws:SourceIp', ['192.168.0.0/16', '10.0.0.0/8'])], 'implicit-deny'],
  ['NotIpAddress, no such key in the request', [when('NotIpAddress', 'aws:username', '10.0.0.0/8')], 'allowed'],
  ['ArnLike', [when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/team/*')], 'allowed'],
  ['ArnEquals is ArnLike', [when('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/team/*')], 'allowed'],
  ['ArnLike, another account', [when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::9:role/*')], 'implicit-deny'],
  ['ArnLike looks at each part', [when('ArnLike', 'aws:PrincipalArn', 'arn:aws:*:123456789012:role/team/*:*:*')], 'implicit-deny'],
  ['ArnNotLike', [when('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/team/*')], 'implicit-deny'],
  ['ArnNotEquals', [when('ArnNotEquals', 'aws:PrincipalArn', 'arn:aws:iam::9:role/*')], 'allowed'],
  ['ArnNotLike, no such key in the request', [when('ArnNotLike', 'aws:username', 'arn:aws:iam::*:role/*')], 'allowed'],
  ['IfExists, no such key in the request', [when('StringEqualsIfExists', 'aws:username', 'ann')], 'allowed'],
  ['IfExists, another value', [when('StringEqualsIfExists', 'aws:RequestedRegion', 'eu-west-1')], 'implicit-deny'],
  ['IfExists, the value', [when('StringLikeIfExists', 'aws:RequestedRegion', 'us-*')], 'allowed'],
  ['Deny with BoolIfExists, no such key', [allow, when('BoolIfExists', 'aws:username', 'false', deny)], 'explicit-deny'],
  ['Null: must be absent', [when('Null', 'aws:username', 'true')], 'allowed'],
  ['Null: must be there', [when('Null', 'aws:username', 'false')], 'implicit-deny'],
  ['Null of a key that is there', [when('Null', 'aws:SourceIp', 'false')], 'allowed'],
  ['Null of a key whose value is empty', [when('Null', 'aws:PrincipalServiceNamesList', 'false')], 'implicit-deny'],
  ['the key in another case', [when('StringLike', 'AWS:requestedregion', 'us-*')], 'allowed'],
  ['an operator that is not known', [when('StringMatches', 'aws:RequestedRegion', 'us-.*')], 'undecided'],
  ['Allow on a key that is not known', [when('StringEquals', 'aws:SourceVpce', 'vpce-1')], 'undecided'],
  ['Allow on such a key beside a plain one', [allow, when('StringEquals', 'aws:SourceVpce', 'vpce-1')], 'allowed'],
  ['Deny on a key that is not known', [allow, when('StringNotEquals', 'aws:SourceVpce', 'vpce-1', deny)], 'undecided'],
  ['Deny on such a key, and no Allow', [when('StringNotEquals', 'aws:SourceVpce', 'vpce-1', deny)], 'implicit-deny'],
])

const tls = { Bool: { 'aws:SecureTransport': 'true' } }
const region = { 'aws:RequestedRegion': 'us-west-2' }
const several = [
  ...inline('reference_policies_multi-value-conditions.html', [
    ['one of two values', [when('StringEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-west-2'])], 'allowed'],
    ['neither of two values', [when('StringEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-west-1'])], 'implicit-deny'],
    [
      'a negated operator, one of two values',
      [when('StringNotEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-west-2'])],
      'implicit-deny',
    ],
    ['a negated operator, neither of them', [when('StringNotEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-west-1'])], 'allowed'],
    ['two keys, both hold', [under({ StringEquals: { ...region, 'aws:ResourceAccount': '123456789012' } })], 'allowed'],
    ['two keys, one does not', [under({ StringEquals: { ...region, 'aws:ResourceAccount': '9' } })], 'implicit-deny'],
    ['two operators, both hold', [under({ ...tls, StringEquals: region })], 'allowed'],
    ['two operators, one does not', [under({ ...tls, StringEquals: { 'aws:RequestedRegion': 'x' } })], 'implicit-deny'],
    ['two operators, one open', [under({ ...tls, StringEquals: { 'aws:SourceVpc': 'x' } })], 'undecided'],
    ['one false beside one that is open', [under({ Bool: { 'aws:SecureTransport': 'false', 'aws:x': 'true' } })], 'implicit-deny'],
    ['Deny with two keys, one does not hold', [allow, under({ StringEquals: { ...region, 'aws:ResourceAccount': '9' } }, deny)], 'allowed'],
  ]),
  ...inline('reference_policies_condition-single-vs-multi-valued-context-keys.html', [
    ['ForAllValues', [when('ForAllValues:StringEquals', 'aws:TagKeys', ['team', 'stage', 'cost'])], 'allowed'],
    ['ForAllValues, one too many', [when('ForAllValues:StringEquals', 'aws:TagKeys', ['team'])], 'implicit-deny'],
    ['ForAllValues, no such key in the request', [when('ForAllValues:StringEquals', 'aws:username', ['ann'])], 'allowed'],
    ['ForAllValues, a key without values', [when('ForAllValues:StringLike', 'aws:PrincipalOrgPaths', ['o-1/*'])], 'allowed'],
    ['ForAllValues, an empty value', [when('ForAllValues:StringEquals', 'aws:PrincipalServiceNamesList', ['x'])], 'allowed'],
    [
      'ForAllValues with Null, no such key in the request',
      [under({ 'ForAllValues:StringEquals': { 'aws:username': 'ann' }, Null: { 'aws:username': 'false' } })],
      'implicit-deny',
    ],
    ['ForAllValues negated, none of them', [when('ForAllValues:StringNotEquals', 'aws:TagKeys', ['cost'])], 'allowed'],
    ['ForAllValues negated, one of them', [when('ForAllValues:StringNotEquals', 'aws:TagKeys', ['team'])], 'implicit-deny'],
    ['ForAnyValue', [when('ForAnyValue:StringLike', 'aws:TagKeys', ['te*'])], 'allowed'],
    ['ForAnyValue, none', [when('ForAnyValue:StringEquals', 'aws:TagKeys', ['cost'])], 'implicit-deny'],
    ['ForAnyValue, no such key in the request', [when('ForAnyValue:StringEquals', 'aws:username', ['ann'])], 'implicit-deny'],
    ['ForAnyValue, a key without values', [when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', ['o-1/*'])], 'implicit-deny'],
    ['ForAnyValue, an empty value', [when('ForAnyValue:StringLike', 'aws:PrincipalServiceNamesList', ['*'])], 'implicit-deny'],
    ['ForAnyValue negated, one of two is another', [when('ForAnyValue:StringNotEquals', 'aws:TagKeys', ['team'])], 'allowed'],
    ['several values without a set operator, one matches', [when('StringEquals', 'aws:TagKeys', 'team')], 'undecided'],
    ['several values without a set operator, none matches', [when('StringEquals', 'aws:TagKeys', 'cost')], 'implicit-deny'],
  ]),
]

const bucket = (Principal: unknown, statement: Statement = allow): Policy => policy('resource', { ...statement, Principal })
const except = (NotPrincipal: unknown): Policy => policy('resource', { ...deny, NotPrincipal })
const own = policy('inline', allow)
const otherRole = 'arn:aws:iam::123456789012:role/Other'
const session = 'arn:aws:sts::123456789012:assumed-role/Nodes/i-1'
const perimeter = (key: string, value: string): Policy => bucket('*', when('StringNotEquals', key, value, deny))

const layers = [
  ...rowsOf('reference_policies_evaluation-logic_policy-eval-denyallow.html', [
    ['no policy at all', [], 'implicit-deny'],
    ['one allows, another denies', [policy('attached', allow), policy('inline', deny)], 'explicit-deny'],
    ['one allows, another says nothing', [policy('attached', allow), policy('inline')], 'allowed'],
    ['one could not be read', [policy('attached', allow), unread('inline')], 'undecided'],
    ['only one that could not be read', [unread('inline')], 'undecided'],
    ['a Deny beside one that could not be read', [policy('inline', deny), unread('attached')], 'explicit-deny'],
  ]),
  ...rowsOf('access_policies_boundaries.html', [
    ['the boundary allows too', [own, policy('boundary', everything)], 'allowed'],
    ['a boundary grants nothing', [policy('boundary', everything)], 'implicit-deny'],
    ['the boundary does not allow', [own, policy('boundary', { ...everything, Action: 'ec2:*' })], 'implicit-deny'],
    ['an empty boundary', [own, policy('boundary')], 'implicit-deny'],
    ['the boundary denies', [own, policy('boundary', everything, deny)], 'explicit-deny'],
    ['the boundary is open', [own, policy('boundary', when('Bool', 'aws:x', 'true', everything))], 'undecided'],
    ['a boundary that could not be read, and no Allow', [policy('inline'), unread('boundary')], 'implicit-deny'],
    ['a boundary that could not be read', [own, unread('boundary')], 'undecided'],
    ['the bucket grants to the role, the boundary does not', [bucket({ AWS: role }), policy('boundary')], 'implicit-deny'],
    ['the bucket grants to a session, the boundary does not', [bucket({ AWS: session }), policy('boundary')], 'undecided'],
    ['the bucket grants to everybody, the boundary does not', [bucket('*'), policy('boundary')], 'undecided'],
  ]),
  ...rowsOf('reference_policies_evaluation-logic_policy-eval-basics.html', [
    ['the bucket allows, the role’s own policies do not', [policy('inline'), bucket({ AWS: role })], 'allowed'],
    ['the role’s own policies allow, the bucket does not', [own, bucket({ AWS: otherRole })], 'allowed'],
    ['the bucket denies', [own, bucket({ AWS: role }, deny)], 'explicit-deny'],
    ['the bucket could not be read', [own, unread('resource')], 'undecided'],
  ]),
  ...rowsOf('reference_policies_elements_principal.html', [
    ['everybody', [bucket('*')], 'allowed'],
    ['all of AWS', [bucket({ AWS: '*' })], 'allowed'],
    ['another role', [bucket({ AWS: otherRole })], 'implicit-deny'],
    ['a wildcard in the name of a role is text', [bucket({ AWS: 'arn:aws:iam::123456789012:role/team/*' })], 'implicit-deny'],
    ['the account hands on', [bucket({ AWS: '123456789012' })], 'implicit-deny'],
    ['the account, and the role’s own policy', [bucket({ AWS: 'arn:aws:iam::123456789012:root' }), own], 'allowed'],
    ['a session of the role', [bucket({ AWS: session })], 'undecided'],
    ['a session of another role', [bucket({ AWS: 'arn:aws:sts::123456789012:assumed-role/Other/i-1' })], 'implicit-deny'],
    ['a service', [bucket({ Service: 'sagemaker.amazonaws.com' })], 'implicit-deny'],
    ['Deny of everybody', [own, bucket('*', deny)], 'explicit-deny'],
    ['Deny of the account', [own, bucket({ AWS: '123456789012' }, deny)], 'explicit-deny'],
    ['Deny of another account', [own, bucket({ AWS: '999999999999' }, deny)], 'allowed'],
    ['Deny of a canonical user', [own, bucket({ CanonicalUser: '79a59df900b949e55d96a1e6' }, deny)], 'undecided'],
    ['a perimeter that the role is in', [own, perimeter('aws:PrincipalAccount', '123456789012')], 'allowed'],
    ['a perimeter that it is not in', [own, perimeter('aws:PrincipalAccount', '999999999999')], 'explicit-deny'],
    ['a perimeter by network', [own, perimeter('aws:SourceVpce', 'vpce-1')], 'undecided'],
  ]),
  ...rowsOf('reference_policies_elements_principal.html', [['nobody knows who asks', [bucket({ AWS: role })], 'undecided']]).map((row) => ({
    ...row,
    request: { action: request.action, resource: request.resource, context: request.context },
  })),
  ...rowsOf('reference_policies_elements_notprincipal.html', [
    ['Deny of all but another role', [own, except({ AWS: otherRole })], 'explicit-deny'],
    ['Deny of all but the role', [own, except({ AWS: [role, '123456789012'] })], 'undecided'],
    ['Deny of nobody', [own, except('*')], 'allowed'],
  ]),
]

const sagemaker: Changes = {
  action: 'sts:AssumeRole',
  resource: role,
  principal: { kind: 'service', name: 'sagemaker.amazonaws.com' },
  context: { 'aws:SourceAccount': ['123456789012'] },
}
const trust = { Effect: 'Allow', Action: 'sts:AssumeRole' }
const byService = { ...trust, Principal: { Service: 'sagemaker.amazonaws.com' } }
const trusts = (page: string, entries: readonly (readonly [string, readonly Statement[], Kind])[]): readonly Row[] =>
  rowsOf(
    page,
    entries.map(([title, statements, decision]) => [`trust: ${title}`, [policy('resource', ...statements)], decision, sagemaker]),
  )

const trustPolicies = [
  ...trusts('reference_policies_elements_principal.html', [
    ['the service', [byService], 'allowed'],
    ['one of several', [{ ...trust, Principal: { Service: ['ec2.amazonaws.com', 'sagemaker.amazonaws.com'] } }], 'allowed'],
    ['another service', [{ ...trust, Principal: { Service: 'ec2.amazonaws.com' } }], 'implicit-deny'],
    ['the account', [{ ...trust, Principal: { AWS: '123456789012' } }], 'implicit-deny'],
    ['an identity provider', [{ ...trust, Principal: { Federated: 'cognito-identity.amazonaws.com' } }], 'implicit-deny'],
    ['everybody', [{ ...trust, Principal: '*' }], 'allowed'],
    ['another action', [{ ...trust, Action: 'sts:TagSession', Principal: '*' }], 'implicit-deny'],
    ['all actions of STS', [{ ...trust, Action: 'sts:*', Principal: '*' }], 'allowed'],
    ['Deny', [byService, { ...byService, Effect: 'Deny' }], 'explicit-deny'],
  ]),
  ...trusts('reference_policies_elements_notprincipal.html', [
    ['all but another', [{ ...trust, NotPrincipal: { Service: 'ec2.amazonaws.com' } }], 'allowed'],
    ['all but the service', [{ ...trust, NotPrincipal: { Service: 'sagemaker.amazonaws.com' } }], 'implicit-deny'],
  ]),
  ...trusts('confused-deputy.html', [
    ['for the account', [when('StringEquals', 'aws:SourceAccount', '123456789012', byService)], 'allowed'],
    ['for another account', [when('StringEquals', 'aws:SourceAccount', '999999999999', byService)], 'implicit-deny'],
    ['for a resource', [when('ArnLike', 'aws:SourceArn', 'arn:aws:sagemaker:us-west-2:123456789012:cluster/*', byService)], 'undecided'],
  ]),
]

const through = (kind: 'gateway-endpoint' | 'interface-endpoint', Principal: unknown, statement: Statement = allow): readonly Policy[] => [
  policy(kind, { ...statement, Principal }),
]
const endpointPolicies = rowsOf('', [
  ['endpoint: full access', through('gateway-endpoint', '*', everything), 'allowed'],
  ['endpoint: other buckets', through('gateway-endpoint', '*', onResource('arn:aws:s3:::other/*')), 'implicit-deny'],
  [
    'endpoint: principals of the account',
    through('gateway-endpoint', '*', when('StringEquals', 'aws:PrincipalAccount', '123456789012')),
    'allowed',
  ],
  ['endpoint: principals of another', through('gateway-endpoint', '*', when('StringEquals', 'aws:PrincipalAccount', '9')), 'implicit-deny'],
  ['endpoint: the account belongs to its own', through('interface-endpoint', { AWS: '123456789012' }), 'allowed'],
]).map((row) => ({ ...row, source: 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html' }))

export const rows: readonly Row[] = [...elements, ...variables, ...operators, ...several, ...layers, ...trustPolicies, ...endpointPolicies]
