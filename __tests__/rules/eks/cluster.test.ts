import { describe, expect, test } from '@jest/globals'
import type { Identity } from '../../../src/model/facts/iam.ts'
import type { EksClusterReference, Plan } from '../../../src/model/plan.ts'
import { cluster as rule } from '../../../src/rules/eks/cluster.ts'
import { anEksCluster, aPlan, denied, findingsOf } from '../../builders.ts'

const location = { path: 'cluster.json', line: 3, column: 24 }
const onEks = (changes: Partial<EksClusterReference> = {}): Plan =>
  aPlan({ orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location, ...changes } } })
const identity: Identity = { kind: 'caller', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/me', partition: 'aws' }

describe('eks/cluster', () => {
  test.each([
    ['ACTIVE', 'pass', 'error'],
    ['UPDATING', 'fail', 'warning'],
    ['CREATING', 'fail', 'error'],
    ['PENDING', 'fail', 'error'],
    ['DELETING', 'fail', 'error'],
    ['FAILED', 'fail', 'error'],
  ])('%s', (state, status, severity) => {
    expect(findingsOf(rule, onEks(), { eksCluster: anEksCluster({ status: state }), identity })).toMatchObject([
      { status, severity, subject: 'prod', location },
    ])
  })

  test('a cluster that is coming is waited for, one that is going is not', () => {
    const commands = (status: string) => findingsOf(rule, onEks(), { eksCluster: anEksCluster({ status }), identity })[0]?.fix?.commands[0]
    expect(commands('CREATING')).toBe('aws eks wait cluster-active --region us-west-2 --name prod')
    expect(commands('DELETING')).toBe('aws eks describe-cluster --region us-west-2 --name prod')
  })

  test('absent, with the command that lists those that are there', () => {
    const [finding] = findingsOf(rule, onEks(), { eksCluster: null, identity })
    expect(finding).toMatchObject({ status: 'fail', message: 'prod does not exist in us-west-2' })
    expect(finding?.fix?.commands).toEqual(['aws eks list-clusters --region us-west-2'])
  })

  test('an ARN of another Region fails from the plan alone, whatever could not be read', () => {
    const facts = { eksCluster: denied('eks:DescribeCluster'), identity: denied('sts:GetCallerIdentity') }
    const [finding] = findingsOf(rule, onEks({ region: 'eu-west-1', account: '111122223333' }), facts)
    expect(finding).toMatchObject({ status: 'fail', severity: 'error' })
    expect(finding?.message).toBe('prod is in eu-west-1, the HyperPod cluster is to be in us-west-2: both must be in one Region')
  })

  test('an ARN of another account fails; without knowing the own one it is only absent', () => {
    const plan = onEks({ region: 'us-west-2', account: '444455556666' })
    expect(findingsOf(rule, plan, { eksCluster: null, identity })[0]?.message).toContain(
      'account 444455556666, these credentials are of account 111122223333',
    )
    expect(findingsOf(rule, plan, { eksCluster: null, identity: denied('sts:GetCallerIdentity') })[0]?.message).toContain('does not exist')
  })

  test('denied is unknown', () => {
    expect(findingsOf(rule, onEks(), { eksCluster: denied('eks:DescribeCluster'), identity })).toMatchObject([
      { status: 'unknown', severity: 'error', gap: { action: 'eks:DescribeCluster' } },
    ])
  })

  test.each([
    ['slurm', aPlan(), 'Slurm'],
    ['unstated', aPlan({ orchestrator: { kind: 'unstated' } }), 'Neither'],
    ['EKS without a cluster', aPlan({ orchestrator: { kind: 'eks', cluster: null } }), 'eks-cluster'],
  ])('%s: skipped, with the reason', (_, plan, reason) => {
    const [finding] = findingsOf(rule, plan, {})
    expect(finding?.status).toBe('skipped')
    expect(finding?.message).toContain(reason)
  })
})
