import { describe, expect, test } from '@jest/globals'
import type { Json } from '../../../src/model/json.ts'
import { requestPart } from '../../../src/semantics/plan/request-part.ts'
import { isLeftover, isOnlyUpdate, updatedRequest } from '../../../src/semantics/plan/update.ts'
import { anExistingCluster } from '../../builders.ts'
import { aRequest, asJson, clusterRequest, groupRequest } from '../../requested-plan.ts'

const VpcConfig = { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa'] }
const Eks = { ClusterArn: 'arn:aws:eks:us-west-2:111122223333:cluster/prod' }
const workers = groupRequest({ ThreadsPerCore: 2, TrainingPlanArn: 'plan' })
const controller = groupRequest({ InstanceGroupName: 'controller', InstanceType: 'ml.m5.xlarge', InstanceCount: 1 })
const existing = { ClusterName: 'training', VpcConfig, Orchestrator: { Eks }, InstanceGroups: [workers, controller] }

const updated = (stated: object, before: object = existing): Json =>
  updatedRequest(aRequest(stated), anExistingCluster({ request: asJson(before) })).value
const groups = (...InstanceGroups: readonly object[]) => ({ ClusterName: 'training', InstanceGroups })

describe('an update is the request laid over the cluster', () => {
  test('what the request leaves out stays: orchestrator, VpcConfig, groups, members of its groups', () => {
    expect(updated(groups({ InstanceGroupName: 'worker-1', InstanceCount: 16 }))).toEqual(
      asJson({ ...existing, InstanceGroups: [{ ...workers, InstanceCount: 16 }, controller] }),
    )
  })

  test('a new group comes, one to delete goes', () => {
    const more = groupRequest({ InstanceGroupName: 'more' })
    expect(updated({ ...groups(more), InstanceGroupsToDelete: ['worker-1'] })).toEqual(
      asJson({ ...existing, InstanceGroups: [more, controller] }),
    )
    expect(updated({ ClusterName: 'training', InstanceGroupsToDelete: ['controller'] })).toEqual(
      asJson({ ...existing, InstanceGroups: [workers] }),
    )
  })

  test('what UpdateCluster does not change is as it is', () => {
    const changed = groupRequest({
      InstanceType: 'ml.g5.xlarge',
      ThreadsPerCore: 1,
      ExecutionRole: 'arn:aws:iam::111122223333:role/Other',
      OverrideVpcConfig: VpcConfig,
    })
    const other = { SecurityGroupIds: ['sg-0bbbbbbb'], Subnets: ['subnet-0bbbbbbb'] }
    expect(updated({ ...groups(changed), VpcConfig: other, Orchestrator: { Slurm: {} } })).toEqual(asJson(existing))
  })

  test('the kind of a Slurm node stays, its partitions are those of the request', () => {
    const SlurmConfig = { NodeType: 'Compute', PartitionNames: ['gpu'] }
    const before = groups(groupRequest({ SlurmConfig }))
    expect(updated(groups(groupRequest({ SlurmConfig: { NodeType: 'Login', PartitionNames: ['cpu'] } })), before)).toEqual(
      asJson(groups(groupRequest({ SlurmConfig: { NodeType: 'Compute', PartitionNames: ['cpu'] } }))),
    )
  })

  test('a Slurm cluster moves to SlurmConfig', () => {
    const Orchestrator = { Slurm: { SlurmConfigStrategy: 'Merge' } }
    const migrated = groups(groupRequest({ SlurmConfig: { NodeType: 'Compute' } }))
    expect(updated({ ...migrated, Orchestrator }, groups(groupRequest()))).toEqual(asJson({ ...migrated, Orchestrator }))
  })

  test('null says nothing, and groups that are none stay what they are', () => {
    expect(updated({ ClusterName: 'training', InstanceGroups: null, NodeRecovery: null })).toEqual(asJson(existing))
    expect(updated({ ClusterName: 'training', InstanceGroups: ['worker-1'] })).toMatchObject({
      InstanceGroups: ['worker-1', { InstanceGroupName: 'worker-1' }, { InstanceGroupName: 'controller' }],
    })
  })

  test('an ARN in place of the name is the name', () => {
    expect(updated({ ClusterName: 'arn:aws:sagemaker:us-west-2:111122223333:cluster/0a1b2c3d4e5f' })).toEqual(asJson(existing))
  })

  test('places of the request hold, and what is not in it stands where its nearest part does', () => {
    const request = aRequest(groups({ InstanceGroupName: 'worker-1', InstanceCount: 16 }))
    const [group, other] = requestPart(updatedRequest(request, anExistingCluster({ request: asJson(existing) }))).at('InstanceGroups').items
    expect(group?.at('InstanceCount').location).toMatchObject({ line: 6, column: 24 })
    expect(group?.at('InstanceType')).toMatchObject({ text: 'ml.p5.48xlarge', location: { line: 4, column: 5 } })
    expect(other?.location).toMatchObject({ line: 3, column: 21 })
  })
})

test.each([
  [{}, false],
  [clusterRequest(), false],
  [{ InstanceGroupsToDelete: ['worker-1'] }, true],
  [{ InstanceGroupsToDelete: null }, false],
])('%j is for UpdateCluster alone: %s', (request, expected) => {
  expect(isOnlyUpdate(aRequest(request))).toBe(expected)
})

test.each([
  ['InService', false],
  ['Updating', false],
  ['Creating', false],
  ['RollingBack', false],
  ['Failed', true],
  ['Deleting', true],
])('a cluster that is %s is a leftover: %s', (status, expected) => {
  expect(isLeftover(anExistingCluster({ status }))).toBe(expected)
})
