import { describe, expect, test } from '@jest/globals'
import { unknownField as rule } from '../../../src/rules/plan/unknown-field.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const judged = (content: unknown) => findingsOf(rule, requestedPlan(content), {})

describe('plan/unknown-field', () => {
  test('known keys pass', () => {
    expect(statuses(judged(clusterRequest({ InstanceGroups: [groupRequest({ ImageReleaseVersion: '1.2.3' })] })))).toEqual([
      'pass cluster.json',
    ])
  })

  test('a misspelt key is a warning with its line and the nearest name', () => {
    const [finding, ...others] = judged(
      clusterRequest({ VpcConfig: { SecurityGroupIds: ['sg-0aaaaaaa'], SubnetIds: ['subnet-0aaaaaaa'] } }),
    )
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'warning',
      subject: 'cluster.json: VpcConfig.SubnetIds',
      message: expect.stringMatching(
        /^VpcConfig\.SubnetIds is newer than this tool \(botocore .+\) or misspelt: VpcConfig has no such member, the nearest is Subnets$/,
      ),
      fix: { text: 'Write "Subnets" if that is what was meant; else make sure that your AWS CLI knows "SubnetIds".' },
      location: { path: 'cluster.json', line: 15 },
    })
  })

  test('a member that is stated already is not the nearest name', () => {
    const [finding] = judged(clusterRequest({ ClusterArn: 'arn' }))
    expect(finding?.message).toMatch(
      /^ClusterArn is newer than this tool \(botocore .+\) or misspelt: CreateClusterRequest has no such member$/,
    )
  })

  test('a key like no other is told with what is taken there', () => {
    const [finding] = judged(clusterRequest({ Orchestrator: { Nomad: {} } }))
    expect(finding?.fix?.text).toBe('Remove the key if it is a mistake. ClusterOrchestrator takes one of Eks, Slurm.')
  })

  test.each([
    [
      'RestrictedInstanceGroups',
      'LifeCycleConfig',
      'RestrictedInstanceGroups[0].LifeCycleConfig is a key of InstanceGroups, not of RestrictedInstanceGroups: nodes of a restricted instance group run no lifecycle scripts',
      'Remove LifeCycleConfig from this group. If the group needs it, move the group to InstanceGroups.',
    ],
    [
      'RestrictedInstanceGroups',
      'SlurmConfig',
      'RestrictedInstanceGroups[0].SlurmConfig is a key of InstanceGroups, not of RestrictedInstanceGroups',
      'Remove SlurmConfig from this group. If the group needs it, move the group to InstanceGroups.',
    ],
    [
      'InstanceGroups',
      'EnvironmentConfig',
      'InstanceGroups[0].EnvironmentConfig is a key of RestrictedInstanceGroups, not of InstanceGroups',
      'Remove EnvironmentConfig from this group. If the group needs it, move the group to RestrictedInstanceGroups.',
    ],
  ])('in %s, %s is told as a key of the other list', (list, key, message, text) => {
    const findings = judged({ ClusterName: 'training', [list]: [groupRequest({ [key]: {} })] })
    expect(findings).toMatchObject([{ severity: 'warning', message, fix: { text } }])
  })

  test('what stands under an unknown key is not judged', () => {
    expect(statuses(judged(clusterRequest({ Future: { Deeper: { Still: 1 } } })))).toEqual(['fail cluster.json: Future'])
  })

  test('a key of any length makes a short finding', () => {
    const [finding] = judged(clusterRequest({ ['k'.repeat(100_000)]: 1 }))
    expect(JSON.stringify(finding).length).toBeLessThan(2000)
  })

  test('a request that is no object is not called good', () => {
    expect(statuses(judged('- a\n'))).toEqual(['skipped cluster.yaml'])
  })

  test('without a request file it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
