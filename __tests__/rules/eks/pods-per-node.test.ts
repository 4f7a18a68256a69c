import { describe, expect, test } from '@jest/globals'
import { podsPerNode as rule } from '../../../src/rules/eks/pods-per-node.ts'
import { aGroup, anEksPlan, aPlan, findingsOf, sizesOf, statuses } from '../../builders.ts'

const judged = (...types: readonly string[]) =>
  findingsOf(rule, anEksPlan({ instanceGroups: [aGroup({ instanceTypes: types })] }), { instanceTypes: sizesOf(...types) })

describe('eks/pods-per-node', () => {
  // The pods of AWS's own table.
  test.each([
    ['ml.t3.medium', 5, 'fail'],
    ['ml.c5.large', 9, 'fail'],
    ['ml.g5.xlarge', 14, 'fail'],
    ['ml.m5.4xlarge', 29, 'pass'],
    ['ml.p4d.24xlarge', 49, 'pass'],
    ['ml.p5.48xlarge', 49, 'pass'],
    ['ml.trn1.32xlarge', 49, 'pass'],
  ])('%s holds %i pods', (type, pods, status) => {
    expect(judged(type)).toMatchObject([{ status, severity: 'warning', subject: type, evidence: { podsPerNode: pods } }])
  })

  test('each type is judged once, whichever groups name it', () => {
    const groups = [
      aGroup({ instanceTypes: ['ml.t3.medium'] }),
      aGroup({ name: 'other', instanceTypes: ['ml.p5.48xlarge', 'ml.t3.medium'] }),
    ]
    const findings = findingsOf(rule, anEksPlan({ instanceGroups: groups }), { instanceTypes: sizesOf('ml.t3.medium', 'ml.p5.48xlarge') })
    expect(statuses(findings)).toEqual(['fail ml.t3.medium', 'pass ml.p5.48xlarge'])
  })

  test('a type that nobody knows is unknown, a plan without groups and Slurm are skipped', () => {
    const unheard = anEksPlan({ instanceGroups: [aGroup({ instanceTypes: ['ml.new.1xlarge'] })] })
    expect(statuses(findingsOf(rule, unheard, { instanceTypes: { 'ml.new.1xlarge': null } }))).toEqual(['unknown ml.new.1xlarge'])
    expect(statuses(findingsOf(rule, anEksPlan({ instanceGroups: [] }), {}))).toEqual(['skipped plan'])
    expect(statuses(findingsOf(rule, aPlan(), {}))).toEqual(['skipped plan'])
  })
})
