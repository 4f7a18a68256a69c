import { describe, expect, test } from '@jest/globals'
import { namedCluster } from '../../../src/facts/capacity/sagemaker.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import { aPlan } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const loopback = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('namedCluster', () => {
  const ask = (clusterName: string | null) => attempt(() => namedCluster.collect(loopback.context(aPlan({ clusterName })), nothing))
  const answered = (answer: object | string) => {
    loopback.current().operations = { DescribeCluster: () => answer }
  }
  const role = 'arn:aws:iam::111122223333:role/HyperPodExecutionRole'
  const VpcConfig = { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa'] }
  const described = {
    ClusterArn: 'arn:aws:sagemaker:us-west-2:111122223333:cluster/0a1b2c3d4e5f',
    ClusterName: 'training',
    ClusterStatus: 'InService',
    CreationTime: 1790841600,
    VpcConfig,
    Orchestrator: { Eks: { ClusterArn: 'arn:aws:eks:us-west-2:111122223333:cluster/prod' } },
    InstanceGroups: [
      {
        InstanceGroupName: 'workers',
        InstanceType: 'ml.p5.48xlarge',
        CurrentCount: 2,
        TargetCount: 4,
        ExecutionRole: role,
        Status: 'Updating',
        TrainingPlanArn: 'arn:aws:sagemaker:us-west-2:111122223333:training-plan/p5',
      },
      {
        InstanceGroupName: 'flexible',
        CurrentCount: 1,
        TargetCount: 2,
        MinCount: 1,
        ExecutionRole: role,
        CapacityRequirements: { Spot: {} },
        InstanceRequirements: { DesiredInstanceTypes: ['ml.g5.xlarge', 'ml.g6.xlarge'], CurrentInstanceTypes: ['ml.g6.xlarge'] },
        InstanceTypeDetails: [{ InstanceType: 'ml.g6.xlarge', CurrentCount: 1 }],
      },
    ],
  }

  test('is the cluster as it is, and as a request would make it', async () => {
    answered(described)
    expect(await ask('training')).toEqual({
      ok: true,
      value: {
        name: 'training',
        arn: described.ClusterArn,
        status: 'InService',
        created: '2026-10-01T08:00:00.000Z',
        failureMessage: null,
        request: {
          ClusterName: 'training',
          VpcConfig,
          Orchestrator: described.Orchestrator,
          InstanceGroups: [
            {
              InstanceGroupName: 'workers',
              InstanceType: 'ml.p5.48xlarge',
              InstanceCount: 4,
              ExecutionRole: role,
              TrainingPlanArn: described.InstanceGroups[0]?.TrainingPlanArn,
            },
            {
              InstanceGroupName: 'flexible',
              InstanceRequirements: { InstanceTypes: ['ml.g5.xlarge', 'ml.g6.xlarge'] },
              InstanceCount: 2,
              MinInstanceCount: 1,
              ExecutionRole: role,
              CapacityRequirements: { Spot: {} },
            },
          ],
        },
        nodes: [
          {
            group: 'workers',
            instanceType: 'ml.p5.48xlarge',
            running: 2,
            held: 4,
            capacity: 'on-demand',
            trainingPlanArn: described.InstanceGroups[0]?.TrainingPlanArn,
          },
          { group: 'flexible', instanceType: 'ml.g6.xlarge', running: 1, held: 1, capacity: 'spot', trainingPlanArn: null },
          { group: 'flexible', instanceType: 'ml.g5.xlarge', running: 0, held: 1, capacity: 'spot', trainingPlanArn: null },
        ],
      },
    })
  })

  test('a failed cluster says why, and holds what is there', async () => {
    answered({ ...described, ClusterStatus: 'Failed', FailureMessage: 'no capacity' })
    expect(await ask('training')).toMatchObject({
      value: { status: 'Failed', failureMessage: 'no capacity', nodes: [{ running: 2, held: 2 }, { held: 1 }] },
    })
  })

  test('a cluster that is not found does not exist', async () => {
    answered('ResourceNotFound')
    expect(await ask('training')).toEqual({ ok: true, value: null })
  })

  test.each([null, 'not a name', '<name>', 'a'.repeat(64)])('nothing is asked about %s', async (name) => {
    answered(described)
    expect(await ask(name)).toEqual({ ok: true, value: null })
    expect(loopback.current().asked).toEqual([])
  })

  test.each<[string, object | string]>([
    ['denied', 'AccessDeniedException'],
    ['unexpected', { ...described, ClusterStatus: 'Napping' }],
    ['unexpected', { ...described, ClusterArn: 'cluster' }],
    ['unexpected', { ...described, InstanceGroups: [{ ...described.InstanceGroups[0], CurrentCount: -1 }] }],
  ])('what cannot be read is a gap: %s', async (reason, answer) => {
    answered(answer)
    expect(await ask('training')).toMatchObject({ ok: false, gap: { reason } })
  })
})
