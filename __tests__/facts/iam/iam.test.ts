import { beforeEach, describe, expect, test } from '@jest/globals'
import { rolePolicies, roles } from '../../../src/facts/iam/iam.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { PlannedRole } from '../../../src/model/plan.ts'
import { aPlan } from '../../builders.ts'
import { iamAnswer, useLoopbackService } from '../loopback-service.ts'

const document = encodeURIComponent(
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a+b/*"}}',
)
const shared = 'arn:aws:iam::123456789012:policy/team/Shared'

const member = (tag: string, values: readonly string[]): string =>
  `<${tag}>${values.map((value) => `<member>${value}</member>`).join('')}</${tag}>`
const page = (more: boolean): string => (more ? '<IsTruncated>true</IsTruncated><Marker>2</Marker>' : '<IsTruncated>false</IsTruncated>')
const attached = `<PolicyName>Shared</PolicyName><PolicyArn>${shared}</PolicyArn>`
const boundary = `<PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType><PermissionsBoundaryArn>${shared}</PermissionsBoundaryArn></PermissionsBoundary>`

/** Answers of IAM: two roles with the same managed policy, A with a boundary and inline policies on two pages; Broken loses its policy. */
const answer = (query: URLSearchParams): string | null => {
  const role = query.get('RoleName') ?? ''
  if (role === 'Gone' || query.get('PolicyName') === 'Lost') return null
  switch (query.get('Action')) {
    case 'GetRole':
      return `<Role><Path>/team/</Path><RoleName>${role}</RoleName><RoleId>AROA${role}</RoleId><Arn>arn:aws:iam::123456789012:role/team/${role}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${role === 'B' ? 'no%20policy' : document}</AssumeRolePolicyDocument>${role === 'A' ? boundary : ''}</Role>`
    case 'ListAttachedRolePolicies':
      return `${page(false)}${member('AttachedPolicies', [attached])}`
    case 'ListRolePolicies':
      if (role === 'Broken') return `${page(false)}${member('PolicyNames', ['Lost'])}`
      if (role !== 'A') return `${page(false)}${member('PolicyNames', [])}`
      return query.get('Marker') === null
        ? `${page(true)}${member('PolicyNames', ['One'])}`
        : `${page(false)}${member('PolicyNames', ['Two'])}`
    case 'GetRolePolicy':
      return `<RoleName>${role}</RoleName><PolicyName>${query.get('PolicyName')}</PolicyName><PolicyDocument>${document}</PolicyDocument>`
    case 'GetPolicy':
      return `<Policy><Arn>${shared}</Arn><DefaultVersionId>v7</DefaultVersionId></Policy>`
    default:
      return `<PolicyVersion><Document>${document}</Document><VersionId>${query.get('VersionId')}</VersionId></PolicyVersion>`
  }
}

const service = useLoopbackService()
const requests: string[] = []

beforeEach(() => {
  requests.length = 0
  service.current().ec2 = (form) => {
    requests.push([form.get('Action'), form.get('RoleName') ?? form.get('VersionId') ?? ''].join(' ').trim())
    return iamAnswer(form, answer(form))
  }
})

const planned = (name: string): PlannedRole => ({ name, arn: null, origin: 'request', instanceGroups: [], location: null })

const learn = async (names: readonly string[], node: string | null = null): Promise<Pick<Facts, 'roles' | 'rolePolicies'>> => {
  const context = service.context(aPlan({ executionRoles: names.map(planned), nodeRole: node === null ? null : planned(node) }))
  const none = async (): Promise<never> => {
    throw new Error('roles build on no other fact')
  }
  const found = roles.collect(context, none)
  const policies = rolePolicies.collect(context, (async () => found) as Parameters<typeof rolePolicies.collect>[1])
  return { roles: await found, rolePolicies: await policies }
}

describe('roles and rolePolicies', () => {
  test('a role with its trust policy, path and boundary; one that is absent; one whose trust policy is no policy', async () => {
    const { roles: found } = await learn(['A', 'Gone'], 'B')
    expect(found['A']).toMatchObject({
      ok: true,
      value: {
        arn: 'arn:aws:iam::123456789012:role/team/A',
        path: '/team/',
        permissionsBoundaryArn: shared,
        trustPolicy: { statements: [{ resources: { patterns: ['arn:aws:s3:::a+b/*'] } }] },
      },
    })
    expect(found['Gone']).toEqual({ ok: true, value: null })
    expect(found['B']).toMatchObject({ ok: true, value: { trustPolicy: null, permissionsBoundaryArn: null } })
  })

  test('attached and inline policies over all pages, and the boundary; nothing for the node role', async () => {
    const { rolePolicies: policies } = await learn(['A', 'Gone'], 'B')
    const of = (name: string) => {
      const fact = policies[name]
      return fact?.ok === true ? (fact.value?.map((policy) => `${policy.kind} ${policy.name}`) ?? null) : fact
    }
    expect(of('A')).toEqual(['attached Shared', 'inline One', 'inline Two', 'boundary Shared'])
    expect(of('Gone')).toBeNull()
    expect(Object.keys(policies)).toEqual(['A', 'Gone'])
  })

  test('each thing is asked for once: a shared policy, and a role', async () => {
    await learn(['A', 'B', 'C'])
    const count = (call: string): number => requests.filter((request) => request === call).length
    expect(count('GetPolicy')).toBe(1)
    expect(count('GetPolicyVersion v7')).toBe(1)
    expect(requests.filter((request) => request.startsWith('GetRole ')).toSorted()).toEqual(['GetRole A', 'GetRole B', 'GetRole C'])
  })

  test('a policy that is gone when it is read does not make the role absent', async () => {
    const { rolePolicies: policies } = await learn(['Broken', 'B'])
    expect(policies['Broken']).toMatchObject({ ok: false, gap: { action: 'iam:GetRolePolicy' } })
    expect(policies['B']?.ok).toBe(true)
  })

  test('without roles nothing is asked', async () => {
    expect(await learn([])).toEqual({ roles: {}, rolePolicies: {} })
    expect(requests).toEqual([])
  })
})
