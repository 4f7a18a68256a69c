import { describe, expect, test } from '@jest/globals'
import { additions, usageBeside } from '../../../src/semantics/capacity/additions.ts'
import { aGroup, aGroupOfNodes, anExistingCluster, aPlan, aUsage, denied, known } from '../../builders.ts'

const p5 = 'ml.p5.48xlarge'
const counts = (plan: ReturnType<typeof aPlan>, counted: 'held' | 'running') =>
  additions(plan, counted).instanceGroups.map(({ instanceCount, minInstanceCount }) => [instanceCount, minInstanceCount])

describe('an update adds what its cluster has not', () => {
  const existing = anExistingCluster({
    nodes: [
      aGroupOfNodes({ running: 2, held: 4 }),
      aGroupOfNodes({ group: 'flexible', instanceType: 'ml.g5.xlarge', running: 1, held: 1 }),
      aGroupOfNodes({ group: 'flexible', instanceType: 'ml.g6.xlarge', running: 1, held: 2 }),
    ],
  })
  const plan = aPlan({
    existing,
    instanceGroups: [
      aGroup({ instanceCount: 16, minInstanceCount: 3 }),
      aGroup({ name: 'flexible', instanceTypes: ['ml.g5.xlarge', 'ml.g6.xlarge'], instanceCount: 2 }),
      aGroup({ name: 'new', instanceCount: 3 }),
    ],
  })

  test('nodes that are held for quotas, nodes that run for addresses', () => {
    expect(counts(plan, 'held')).toEqual([
      [12, 0],
      [0, null],
      [3, null],
    ])
    expect(counts(plan, 'running')).toEqual([
      [14, 1],
      [0, null],
      [3, null],
    ])
  })

  test('what was taken off is not taken off again, and a new cluster is all new', () => {
    const once = additions(plan, 'held')
    expect(additions(once, 'held')).toBe(once)
    const created = aPlan()
    expect(additions(created, 'held')).toBe(created)
  })

  test('nodes that go make room, those that stay do not; of several types nobody knows which go', () => {
    const nodes = [
      aGroupOfNodes({ held: 10 }),
      aGroupOfNodes({ group: 'gone', held: 3, trainingPlanArn: 'plan' }),
      aGroupOfNodes({ group: 'spot', held: 2, capacity: 'spot' }),
      aGroupOfNodes({ group: 'flexible', instanceType: 'ml.g5.xlarge', held: 5 }),
    ]
    const smaller = aPlan({
      existing: anExistingCluster({ nodes }),
      instanceGroups: [
        aGroup({ instanceCount: 4 }),
        aGroup({ name: 'flexible', instanceTypes: ['ml.g5.xlarge', 'ml.g6.xlarge'], instanceCount: 1 }),
      ],
    })
    const usage = aUsage({
      instances: 25,
      byInstanceType: { [p5]: 20, 'ml.g5.xlarge': 5 },
      trainingPlanByInstanceType: { [p5]: 3 },
      spotByInstanceType: { [p5]: 2 },
    })
    expect(usageBeside(known(usage), smaller)).toEqual({
      ok: true,
      value: {
        ...usage,
        instances: 16,
        byInstanceType: { [p5]: 11, 'ml.g5.xlarge': 5 },
        trainingPlanByInstanceType: { [p5]: 0 },
        spotByInstanceType: { [p5]: 0 },
      },
    })
    expect(usageBeside(known(usage), aPlan())).toEqual(known(usage))
    expect(usageBeside(denied('sagemaker:ListClusters'), smaller)).toMatchObject({ ok: false })
  })
})
