import { describe, expect, test } from '@jest/globals'
import type { VpcEndpoint } from '../../../src/model/facts/network.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { endpointPolicy as rule } from '../../../src/rules/network/endpoint-policy.ts'
import { aRouteTable, denied, findingsOf } from '../../builders.ts'
import { anInterface, eksPlan, factsOf, s3Gateway, slurmPlan, toS3Gateway } from '../../semantics/ways/network.ts'

const document = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = (changes: object = {}) => ({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...changes })
const role = 'arn:aws:iam::123456789012:role/HyperPodExecutionRole'

const judged = (endpoints: readonly VpcEndpoint[], plan: Plan = eksPlan()) =>
  findingsOf(rule, plan, {
    ...factsOf({ routeTables: [aRouteTable({ routes: [toS3Gateway] })], vpcEndpoints: [s3Gateway, ...endpoints] }),
  })
const words = (service: string, policyDocument: string | null, plan?: Plan) =>
  judged([anInterface(service, { policyDocument })], plan).map(({ status, severity }) => `${status} ${severity}`)

describe('network/endpoint-policy', () => {
  test.each<[string, string, string | null, string]>([
    ['no policy', 'ecr.api', null, 'pass error'],
    ['the default policy', 'ecr.api', document(allow()), 'pass error'],
    [
      'the actions that images take',
      'ecr.api',
      document(allow({ Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] })),
      'pass error',
    ],
    ['the token alone', 'ecr.api', document(allow({ Action: 'ecr:GetAuthorizationToken' })), 'fail error'],
    ['nothing', 'ecr.dkr', document({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }), 'fail error'],
    ['the role of the nodes', 'logs', document(allow({ Principal: { AWS: role } })), 'pass error'],
    ['the account of the nodes', 'logs', document(allow({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } })), 'pass error'],
    ['another account', 'logs', document(allow({ Principal: { AWS: 'arn:aws:iam::999999999999:root' } })), 'fail error'],
    [
      'one account by a condition',
      'logs',
      document(allow({ Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } } })),
      'pass error',
    ],
    [
      'another VPC by a condition',
      'logs',
      document(allow({ Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-0other00' } } })),
      'fail error',
    ],
    ['a tag of the role', 'logs', document(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/team': 'ml' } } })), 'unknown error'],
    ['own repositories alone', 'ecr.api', document(allow({ Resource: 'arn:aws:ecr:us-west-2:123456789012:repository/*' })), 'fail error'],
    ['one action of several that may be needed', 'sts', document(allow({ Action: 'sts:AssumeRoleWithWebIdentity' })), 'pass error'],
    ['none of them', 'sts', document(allow({ Action: 'sts:GetSessionToken' })), 'fail error'],
    ['what is only useful', 'ssmmessages', document(allow({ Action: 'ssm:*' })), 'fail warning'],
    ['a service whose actions are not listed', 'ssm', document(allow({ Action: 'ec2:*' })), 'pass error'],
  ])('%s (%s)', (_, service, policyDocument, expected) => {
    expect(words(service, policyDocument)).toEqual([expected])
  })

  test('on Slurm logs are useful', () => {
    expect(words('logs', document(allow({ Action: 'ec2:*' })), slurmPlan())).toEqual(['fail warning'])
  })

  test('says what is refused, what for, and gives the commands', () => {
    const [finding] = judged([anInterface('ecr.dkr', { policyDocument: document(allow({ Action: 'ec2:*' })) })])
    expect(finding?.message).toBe(
      'the policy of vpce-ecr.dkr does not allow ecr:BatchGetImage and ecr:GetDownloadUrlForLayer: nodes need ecr.dkr (for pulling images)',
    )
    expect(finding?.fix?.commands).toEqual([
      'aws ec2 describe-vpc-endpoints --region us-west-2 --vpc-endpoint-ids vpce-ecr.dkr',
      'aws ec2 modify-vpc-endpoint --region us-west-2 --vpc-endpoint-id vpce-ecr.dkr --reset-policy',
    ])
  })

  test('an endpoint that nodes do not use is not judged', () => {
    expect(judged([anInterface('bedrock', { policyDocument: document() })])).toMatchObject([{ status: 'skipped', subject: 'plan' }])
    expect(judged([anInterface('sts', { privateDnsEnabled: false, policyDocument: document() })])).toMatchObject([{ status: 'skipped' }])
  })

  test('what cannot be known', () => {
    const facts = factsOf({ vpcEndpoints: denied('ec2:DescribeVpcEndpoints') })
    expect(findingsOf(rule, eksPlan(), { ...facts })).toMatchObject([{ status: 'unknown', severity: 'error', subject: 'account' }])
    const caller = {
      ...factsOf({
        identity: denied('sts:GetCallerIdentity'),
        vpcEndpoints: [s3Gateway, anInterface('sts', { policyDocument: document(allow()) })],
      }),
    }
    expect(findingsOf(rule, eksPlan(), caller)).toMatchObject([{ status: 'unknown', severity: 'error', subject: 'vpce-sts' }])
  })
})
