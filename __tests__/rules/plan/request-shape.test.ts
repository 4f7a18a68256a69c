import { describe, expect, test } from '@jest/globals'
import { requestShape as rule } from '../../../src/rules/plan/request-shape.ts'
import { aPlan, findingsOf, statuses } from '../../builders.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const judged = (content: unknown) => findingsOf(rule, requestedPlan(content), {})

describe('plan/request-shape', () => {
  test('a good request passes, and says by which model', () => {
    const findings = judged(clusterRequest())
    expect(statuses(findings)).toEqual(['pass cluster.json'])
    expect(findings[0]?.message).toMatch(/botocore \d+\.\d+\.\d+, \d{4}-\d{2}-\d{2}/)
  })

  test('every fault is told at once, each with its own line', () => {
    const findings = judged(clusterRequest({ ClusterName: 'my_cluster', InstanceGroups: [groupRequest({ InstanceCount: 7000 })] }))
    expect(findings.map(({ status, subject, message, location }) => ({ status, subject, message, location }))).toEqual([
      {
        status: 'fail',
        subject: 'cluster.json: ClusterName',
        message: 'ClusterName is "my_cluster", it must be text that matches [a-zA-Z0-9](-*[a-zA-Z0-9])*',
        location: { path: 'cluster.json', line: 2, column: 18 },
      },
      {
        status: 'fail',
        subject: 'cluster.json: InstanceGroups[0].InstanceCount',
        message: 'InstanceGroups[0].InstanceCount is 7000, it must be a number from 0 to 6758',
        location: { path: 'cluster.json', line: 7, column: 24 },
      },
    ])
  })

  test('a missing member stands where its parent does', () => {
    const [finding] = judged(clusterRequest({ InstanceGroups: [groupRequest({ ExecutionRole: undefined })] }))
    expect(finding).toMatchObject({
      subject: 'cluster.json: InstanceGroups[0].ExecutionRole',
      message: 'InstanceGroups[0].ExecutionRole is missing, the API requires it',
      fix: { text: 'Add ExecutionRole: text.' },
      location: { line: 4, column: 5 },
    })
  })

  test.each([
    [
      'a number that YAML made of text',
      'ClusterName: 012\n',
      'ClusterName is the number 12, it must be text',
      'Put the value in quotes, with the zeros that a number loses at its ends: "12".',
    ],
    ['a yes that YAML made of text', 'ClusterName: true\n', 'ClusterName is true, it must be text', 'Put the value in quotes: "true".'],
    [
      'a key without a value',
      'ClusterName: a\nVpcConfig:\n',
      'VpcConfig is null, it must be an object',
      'Give VpcConfig a value (an object), or remove the key: the AWS CLI takes null for a value, not for an absent one.',
    ],
    [
      'a misspelt key',
      'Clustername: a\n',
      'ClusterName is missing, the API requires it; Clustername stands there',
      'Rename Clustername to ClusterName, or add ClusterName: text.',
    ],
    [
      'a value in lower case',
      'ClusterName: a\nNodeRecovery: none\n',
      'NodeRecovery is "none", it must be one of Automatic, None',
      'Write "None" if that is what was meant, else one of Automatic, None.',
    ],
    [
      'a yes where one of a few values is wanted',
      'ClusterName: a\nNodeRecovery: true\n',
      'NodeRecovery is true, it must be one of Automatic, None',
      'Change NodeRecovery to one of Automatic, None.',
    ],
    [
      'a name where an ARN is wanted: its form, not its length',
      'ClusterName: a\nClusterRole: HyperPod\n',
      'ClusterRole is "HyperPod", it must be text that matches arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
      'Change ClusterRole to text that matches arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+.',
    ],
    [
      'an empty name',
      'ClusterName: ""\n',
      'ClusterName is empty, it must be text of 1 to 63 characters',
      'Change ClusterName to text of 1 to 63 characters.',
    ],
    [
      'a union of two',
      'ClusterName: a\nInstanceGroups:\n- InstanceGroupName: a\n  InstanceCount: 1\n  ExecutionRole: arn:aws:iam::111122223333:role/a\n',
      'InstanceGroups[0] is an object with none of them, it must be an object with exactly one of InstanceType, InstanceRequirements',
      'Write InstanceGroups[0] as an object with exactly one of InstanceType, InstanceRequirements.',
    ],
    [
      'a document that is no object',
      '- ClusterName: a\n',
      'the request is a list, it must be an object',
      'Change the request to an object.',
    ],
  ])('%s', (_, yaml, message, text) => {
    const [finding, ...others] = judged(yaml)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ message, fix: { text }, location: { path: 'cluster.yaml' } })
  })

  test('unknown keys and unlisted instance types are left to their own rules', () => {
    const request = clusterRequest({ Next: 1, InstanceGroups: [groupRequest({ InstanceType: 'ml.p9.48xlarge' })] })
    expect(statuses(judged(request))).toEqual(['pass cluster.json'])
  })

  test('a hostile key is one line, and named as it is written', () => {
    const labels = { 'a\n::error::/b': 'x' }
    const [finding] = judged(clusterRequest({ InstanceGroups: [groupRequest({ KubernetesConfig: { Labels: labels } })] }))
    expect(finding?.subject).toBe('cluster.json: InstanceGroups[0].KubernetesConfig.Labels["a\\n::error::/b"]')
    expect(finding?.message).not.toContain('\n')
    expect(finding?.location?.line).toBe(11)
  })

  test('without a request file it is skipped', () => {
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
