import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Context } from '../../../src/facts/engine/collect.ts'
import { caller, callerPolicies, callerSimulation, hyperPodServiceRole } from '../../../src/facts/iam/caller.ts'
import type { Caller, Identity } from '../../../src/model/facts/iam.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { aRole, known } from '../../builders.ts'
import { iamAnswer, useLoopbackService } from '../loopback-service.ts'

const account = '123456789012'
const bound = `arn:aws:iam::${account}:policy/Bound`
const document = encodeURIComponent('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}')
const boundary = `<PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType><PermissionsBoundaryArn>${bound}</PermissionsBoundaryArn></PermissionsBoundary>`

const member = (form: URLSearchParams, list: string): readonly string[] =>
  [...form].filter(([key]) => new RegExp(`^${list}\\.member\\.\\d+$`).test(key)).map(([, value]) => value)

/** Answers of IAM: one role with a path and a boundary, and an engine that allows everything. */
const answer = (form: URLSearchParams): string | null => {
  const role = form.get('RoleName') ?? ''
  switch (form.get('Action')) {
    case 'GetRole':
      if (role !== 'Deployer') return null
      return `<Role><Path>/ci/</Path><RoleName>${role}</RoleName><RoleId>AROA</RoleId><Arn>arn:aws:iam::${account}:role/ci/${role}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${document}</AssumeRolePolicyDocument>${boundary}</Role>`
    case 'ListAttachedRolePolicies':
      return '<IsTruncated>false</IsTruncated><AttachedPolicies/>'
    case 'ListRolePolicies':
      return '<IsTruncated>false</IsTruncated><PolicyNames><member>Own</member></PolicyNames>'
    case 'GetRolePolicy':
      return `<RoleName>${role}</RoleName><PolicyName>Own</PolicyName><PolicyDocument>${document}</PolicyDocument>`
    case 'GetPolicy':
      return `<Policy><Arn>${bound}</Arn><DefaultVersionId>v1</DefaultVersionId></Policy>`
    case 'GetPolicyVersion':
      return `<PolicyVersion><Document>${document}</Document><VersionId>v1</VersionId></PolicyVersion>`
    default: {
      const [resource = '', ...others] = member(form, 'ResourceArns')
      const decision = others.length > 0 ? '' : `<EvalResourceName>${resource}</EvalResourceName>`
      const specific = [resource, ...others].map(
        (arn) => `<member><EvalResourceName>${arn}</EvalResourceName><EvalResourceDecision>allowed</EvalResourceDecision></member>`,
      )
      const results = member(form, 'ActionNames').map(
        (action) =>
          `<member><EvalActionName>${action}</EvalActionName>${decision}<EvalDecision>allowed</EvalDecision><ResourceSpecificResults>${specific.join('')}</ResourceSpecificResults></member>`,
      )
      return `<IsTruncated>false</IsTruncated><EvaluationResults>${results.join('')}</EvaluationResults>`
    }
  }
}

const service = useLoopbackService()
const asked: URLSearchParams[] = []

beforeEach(() => {
  asked.length = 0
  service.current().ec2 = (form) => {
    asked.push(form)
    return iamAnswer(form, answer(form))
  }
})

/** Learns a fact from IAM, given the facts that it builds on. */
const learn = async <T>(collect: (context: Context, get: never) => Promise<T>, facts: Partial<Facts>): Promise<T> =>
  collect(service.context(), (async (id: keyof Facts) => facts[id]) as never)

const identified = (arn: string): Identity => ({ kind: 'caller', account, arn, partition: 'aws' })
const deployer: Caller = { kind: 'role', name: 'Deployer', arn: `arn:aws:iam::${account}:role/ci/Deployer`, permissionsBoundaryArn: bound }
const calls = (): readonly (string | null)[] => asked.map((form) => form.get('Action'))

describe('caller', () => {
  test.each<[string, object, readonly string[]]>([
    [`arn:aws:sts::${account}:assumed-role/Deployer/GitHubActions`, deployer, ['GetRole']],
    [
      `arn:aws:sts::${account}:assumed-role/Gone/GitHubActions`,
      { kind: 'unreadable', reason: 'iam:GetRole answered that the role Gone does not exist' },
      ['GetRole'],
    ],
    [`arn:aws:iam::${account}:user/team/ann`, { kind: 'user', name: 'ann', arn: `arn:aws:iam::${account}:user/team/ann` }, []],
    [`arn:aws:iam::${account}:root`, { kind: 'root' }, []],
    [`arn:aws:sts::${account}:federated-user/bob`, { kind: 'unreadable' }, []],
    ['something else', { kind: 'unreadable', arn: 'something else' }, []],
  ])('%s', async (arn, expected, requests) => {
    expect(await learn(caller.collect, { identity: identified(arn) })).toMatchObject(expected)
    expect(calls()).toEqual(requests)
  })

  test('credentials that AWS refuses are a gap', async () => {
    const identity: Identity = { kind: 'refused', code: 'ExpiredToken', message: 'expired' }
    await expect(learn(caller.collect, { identity })).rejects.toMatchObject({ gap: { reason: 'denied', action: 'sts:GetCallerIdentity' } })
  })
})

describe('callerPolicies', () => {
  test('those of a role, with its boundary', async () => {
    const policies = await learn(callerPolicies.collect, { caller: deployer })
    expect(policies?.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['inline Own', 'boundary Bound'])
    expect(calls()).not.toContain('GetRole')
  })

  test('none are asked for of who is no role', async () => {
    expect(await learn(callerPolicies.collect, { caller: { kind: 'user', name: 'ann', arn: 'a' } })).toBeNull()
    expect(calls()).toEqual([])
  })
})

describe('callerSimulation', () => {
  test('asks about the role by its own ARN, and says to whom roles are passed', async () => {
    const simulated = await learn(callerSimulation.collect, { caller: deployer, roles: { HyperPodExecutionRole: known(aRole()) } })
    expect(simulated?.map(({ action, decision }) => `${action} ${decision}`).toSorted()).toEqual([
      'iam:CreateServiceLinkedRole allowed',
      'iam:PassRole allowed',
      'sagemaker:CreateCluster allowed',
    ])
    expect(new Set(asked.map((form) => form.get('PolicySourceArn')))).toEqual(new Set([deployer.arn]))
    const passing = asked.find((form) => member(form, 'ActionNames').includes('iam:PassRole'))
    expect([...(passing ?? [])].map(([, value]) => value)).toEqual(
      expect.arrayContaining(['iam:PassedToService', 'sagemaker.amazonaws.com']),
    )
  })

  test('nothing is asked about the root user', async () => {
    expect(await learn(callerSimulation.collect, { caller: { kind: 'root', arn: 'a' }, roles: {} })).toBeNull()
    expect(calls()).toEqual([])
  })
})

test('hyperPodServiceRole: a role that IAM does not know does not exist', async () => {
  expect(await learn(hyperPodServiceRole.collect, {})).toBe(false)
  expect(asked[0]?.get('RoleName')).toBe('AWSServiceRoleForSageMakerHyperPod')
})
