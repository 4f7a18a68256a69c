import { describe, expect, test } from '@jest/globals'
import type { Caller } from '../../../src/model/facts/iam.ts'
import { callerAccess as rule } from '../../../src/rules/eks/caller-access.ts'
import { anEksCluster, anEksPlan, aPlan, findingsOf, statuses } from '../../builders.ts'

const arn = 'arn:aws:iam::111122223333:role/ci/deployer'
const caller: Caller = { kind: 'role', name: 'deployer', arn, permissionsBoundaryArn: null }
const judged = (eksAccessEntries: readonly string[] | null, who: Caller = caller, mode = 'API') =>
  findingsOf(rule, anEksPlan(), { eksCluster: anEksCluster({ authenticationMode: mode }), eksAccessEntries, caller: who })

describe('eks/caller-access', () => {
  test('the role behind the session is looked for, with its path', () => {
    expect(judged(['arn:aws:iam::111122223333:role/other', arn])).toMatchObject([{ status: 'pass', subject: 'prod' }])
    expect(judged(['arn:aws:iam::111122223333:role/deployer'])).toMatchObject([{ status: 'fail', severity: 'notice' }])
    expect(
      judged(['arn:aws:iam::111122223333:user/ann'], { kind: 'user', name: 'ann', arn: 'arn:aws:iam::111122223333:user/ann' }),
    ).toMatchObject([{ status: 'pass' }])
  })

  test('the fix gives an entry and a policy, in the partition of the caller', () => {
    const china = 'arn:aws-cn:iam::111122223333:role/deployer'
    expect(judged([], { ...caller, arn: china } as Caller)[0]?.fix?.commands).toEqual([
      `aws eks create-access-entry --region us-west-2 --cluster-name prod --principal-arn ${china}`,
      `aws eks associate-access-policy --region us-west-2 --cluster-name prod --principal-arn ${china} --policy-arn arn:aws-cn:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster`,
    ])
  })

  test('no entry is proposed for the root user, nor for a session whose role is not known', () => {
    const commands = ['aws eks list-access-entries --region us-west-2 --cluster-name prod']
    const root = 'arn:aws:iam::111122223333:root'
    expect(judged([], { kind: 'root', arn: root })).toMatchObject([{ status: 'fail', fix: { commands } }])
    expect(judged([arn], { kind: 'unreadable', arn, reason: 'it is a federated user' })).toMatchObject([
      { status: 'unknown', fix: { commands } },
    ])
  })

  test('the aws-auth ConfigMap is named only where the mode has one', () => {
    expect(judged([])[0]?.message).not.toContain('aws-auth')
    expect(judged([], caller, 'API_AND_CONFIG_MAP')[0]?.message).toContain('aws-auth')
  })

  test('without entries at all, with a caller that cannot be named, without a cluster, for Slurm', () => {
    expect(statuses(judged(null, caller, 'CONFIG_MAP'))).toEqual(['skipped prod'])
    expect(statuses(judged([], { kind: 'unreadable', arn, reason: 'it is a federated user' }))).toEqual(['unknown prod'])
    expect(statuses(findingsOf(rule, anEksPlan(), { eksCluster: null, eksAccessEntries: null, caller }))).toEqual(['skipped prod'])
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
