import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { Quota } from '../src/model/facts/capacity.ts'
import type { Facts } from '../src/model/facts.ts'
import type { Finding } from '../src/model/finding.ts'
import type { Snapshot } from '../src/model/snapshot.ts'
import { judge } from '../src/rules/engine/judge.ts'
import { rules } from '../src/rules/index.ts'
import { readItem } from '../src/semantics/fact.ts'

const snapshot: Snapshot = JSON.parse(readFileSync(new URL('../examples/sample-account/snapshot.json', import.meta.url), 'utf8'))
const findings = judge(rules, snapshot).filter(({ status }) => status === 'pass' || status === 'fail')

/** The value of a fact that the sample account has. */
const fact = <K extends keyof Facts>(id: K): Facts[K] => {
  const learned = snapshot.facts[id]
  if (!learned?.ok) throw new Error(`${id} is not in the sample`)
  // The snapshot's facts are keyed by the ids of their types.
  return learned.value as Facts[K]
}

const quotas: readonly Quota[] = Object.values(fact('quotas')).flatMap((entry) => (entry.ok && entry.value !== null ? [entry.value] : []))
const ofArea = (area: string): readonly Finding[] => findings.filter(({ rule }) => rule.startsWith(area))
const numberIn = ({ evidence }: Finding, ...names: readonly string[]): number | undefined =>
  names.map((name) => evidence?.[name]).find((value): value is number => typeof value === 'number')

/** Where a number of the plan comes from: counts of its groups, times what the catalog or EC2 says of a type. */
const groups = snapshot.plan.instanceGroups
const nodes = groups.reduce((sum, { instanceCount }) => sum + instanceCount, 0)
const needs: Readonly<Record<string, (finding: Finding) => number>> = {
  'quota/cluster-usage': ({ subject }) =>
    groups.filter(({ instanceTypes }) => instanceTypes[0] === subject).reduce((sum, { instanceCount }) => sum + instanceCount, 0),
  'quota/instances-per-cluster': () => nodes,
  'quota/total-instances': () => nodes,
  'quota/network-interfaces': () =>
    groups.reduce((sum, { instanceTypes, instanceCount }) => {
      const type = fact('instanceTypes')[instanceTypes[0] ?? '']
      return sum + instanceCount * (type?.efaSupported ? type.networkCards : 1)
    }, 0),
}

describe('every number of a finding can be followed to the snapshot', () => {
  test('quotas: the value is the one that Service Quotas gave for the code that the finding names', () => {
    const judged = ofArea('quota/').filter(({ evidence }) => evidence?.['quotaCode'] !== undefined)
    expect(judged.length).toBeGreaterThan(8)
    for (const finding of judged) {
      const quota = quotas.find(({ quotaCode }) => quotaCode === finding.evidence?.['quotaCode'])
      expect([finding.rule, numberIn(finding, 'quota', 'quotaGb', 'quotaVcpus', 'quotaTib')]).toEqual([finding.rule, quota?.value])
    }
    expect(snapshot.calls.byOperation['servicequotas:GetServiceQuota']).toBeGreaterThan(0)
  })

  test('use: what the clusters of the account have, and that none has the name of the plan', () => {
    const { byInstanceType } = fact('hyperPodUsage')
    for (const finding of ofArea('quota/cluster-usage')) expect(numberIn(finding, 'inUse')).toBe(byInstanceType[finding.subject] ?? 0)
    expect(snapshot.calls.byOperation['sagemaker:DescribeCluster']).toBe(1 + fact('hyperPodUsage').clusters.length)
  })

  test.each(Object.keys(needs))('need of %s: the counts of the plan', (rule) => {
    const judged = ofArea(rule)
    expect(judged).not.toEqual([])
    for (const finding of judged) expect(numberIn(finding, 'need')).toBe(needs[rule]?.(finding))
  })

  test('shortfall: need and use less the quota', () => {
    for (const finding of ofArea('quota/cluster-usage').filter(({ status }) => status === 'fail')) {
      const [quota = 0, need = 0, inUse = 0] = [numberIn(finding, 'quota'), numberIn(finding, 'need'), numberIn(finding, 'inUse')]
      expect(numberIn(finding, 'shortfall')).toBe(need + inUse - quota)
    }
  })

  test('free addresses: what EC2 says of the subnet', () => {
    const judged = ofArea('network/subnet-capacity')
    expect(judged).not.toEqual([])
    for (const finding of judged)
      expect(readItem(fact('subnets'), finding.subject)).toMatchObject({ value: { availableIpAddressCount: numberIn(finding, 'free') } })
    expect(snapshot.calls.byOperation['ec2:DescribeSubnets']).toBeGreaterThan(0)
  })
})
