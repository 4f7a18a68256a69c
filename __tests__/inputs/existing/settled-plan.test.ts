import { describe, expect, test } from '@jest/globals'
import { settledPlan } from '../../../src/inputs/existing/settled-plan.ts'
import { parseInputs } from '../../../src/inputs/parse.ts'
import { planFromInputs, planFromRequest } from '../../../src/inputs/plan.ts'
import type { Fact } from '../../../src/model/fact.ts'
import type { ExistingCluster } from '../../../src/model/facts/cluster.ts'
import { operationOf } from '../../../src/semantics/plan/update.ts'
import { anExistingCluster, denied, known } from '../../builders.ts'
import { aRequest, asJson, clusterRequest, groupRequest } from '../../requested-plan.ts'

const controller = groupRequest({ InstanceGroupName: 'controller', InstanceType: 'ml.m5.xlarge', InstanceCount: 1 })
const request = asJson({ ClusterName: 'training', InstanceGroups: [groupRequest(), controller] })
const living = anExistingCluster({ request })

const settled = async (
  found: Fact<ExistingCluster | null>,
  content: object | null,
  given: Readonly<Record<string, string>> = {},
  names: readonly string[] | null = null,
) => {
  const parsed = parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: name })))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const inputs = { ...parsed.value, region: 'us-west-2' }
  const stated = content === null ? planFromInputs(inputs) : planFromRequest(aRequest(content), inputs)
  const plan = await settledPlan(stated, inputs, found, async () => names)
  return { stated, plan }
}

const create = { operation: 'create' }
const update = { operation: 'update' }
const deletion = { ClusterName: 'training', InstanceGroupsToDelete: ['controller'] }

describe('the plan, once it is known whether its cluster exists', () => {
  test.each<[string, ExistingCluster | null, object | null, Readonly<Record<string, string>>, 'create' | 'update']>([
    ['a free name', null, clusterRequest(), {}, 'create'],
    ['a living cluster', living, clusterRequest(), {}, 'update'],
    ['a living cluster, and create', living, clusterRequest(), create, 'create'],
    ['a failed cluster', anExistingCluster({ status: 'Failed', request }), clusterRequest(), {}, 'create'],
    ['a failed cluster, and update', anExistingCluster({ status: 'Failed', request }), clusterRequest(), update, 'update'],
    ['a failed cluster, and groups to delete', anExistingCluster({ status: 'Failed', request }), deletion, {}, 'update'],
    ['groups to delete, and create', null, deletion, create, 'create'],
    ['flat inputs', living, null, { 'cluster-name': 'training', 'instance-type': 'ml.p5.48xlarge' }, 'create'],
  ])('%s', async (_, existing, content, given, expected) => {
    const { stated, plan } = await settled(known(existing), content, given)
    if (!plan.ok) throw new Error(JSON.stringify(plan.faults))
    expect(operationOf(plan.value)).toBe(expected)
    if (expected === 'create') expect(plan.value).toEqual({ ...stated, ...(existing !== null && { existing }) })
    else expect(plan.value).toMatchObject({ existing, change: stated.request })
  })

  test('an update is the whole cluster as it is to be', async () => {
    const { plan } = await settled(known(living), { ClusterName: 'training', InstanceGroups: [groupRequest({ InstanceCount: 16 })] })
    expect(plan).toMatchObject({
      value: {
        instanceGroups: [
          { name: 'worker-1', instanceCount: 16 },
          { name: 'controller', instanceCount: 1 },
        ],
        executionRoles: [{ instanceGroups: ['worker-1', 'controller'] }],
      },
    })
  })

  test('inputs fill what neither the request nor the cluster says', async () => {
    const { plan } = await settled(known(living), deletion, { 'subnet-ids': 'subnet-0ccccccc' })
    expect(plan).toMatchObject({ value: { vpcConfig: { subnetIds: ['subnet-0ccccccc'] }, instanceGroups: [{ name: 'worker-1' }] } })
  })

  test.each([deletion, clusterRequest({ ClusterName: 'training' })])(
    'a cluster that does not exist cannot be updated: the near name of the account is told',
    async (content) => {
      const { plan } = await settled(known(null), content, update, ['trainings', 'research'])
      expect(plan).toEqual({
        ok: false,
        faults: [
          {
            source: 'cluster-name',
            problem: 'there is no cluster training in us-west-2 to update: did you mean trainings?',
            expected: 'the name of a cluster that exists; clusters in us-west-2: trainings, research; or operation create for a new one',
          },
        ],
      })
    },
  )

  test('an update has to name its cluster', async () => {
    const { plan } = await settled(known(null), { InstanceGroupsToDelete: ['controller'] })
    expect(plan).toMatchObject({
      ok: false,
      faults: [{ source: 'cluster-name', problem: 'the request changes a cluster and does not name it' }],
    })
  })

  test('a cluster that could not be read leaves an update without groups, and a request for a new one as it is', async () => {
    const gap = denied('sagemaker:DescribeCluster')
    const { stated, plan } = await settled(gap, deletion)
    expect(plan).toMatchObject({ value: { change: stated.request, orchestrator: { kind: 'unstated' }, instanceGroups: [] } })
    expect((await settled(gap, deletion, {}, ['training'])).plan).toMatchObject({ ok: true })
    expect((await settled(gap, deletion, {}, ['other'])).plan).toMatchObject({ ok: false, faults: [{ source: 'cluster-name' }] })
    const other = await settled(gap, clusterRequest())
    expect(other.plan).toEqual({ ok: true, value: other.stated })
  })
})
