import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../../src/model/finding.ts'
import { pass, reported, skip } from '../../../src/rules/engine/outcome.ts'
import { besideUnread } from '../../../src/rules/engine/unread-request.ts'
import { clusterRequest, groupRequest, requestedPlan } from '../../requested-plan.ts'

const imageRule = { id: 'image/available', severity: 'error' } as const
const notOfIt = skip('plan', 'No instance group names an image.')
const told = (outcomes: readonly Outcome[]) => outcomes.map(({ status, subject, message }) => `${status} ${subject}: ${message}`)
const beside = (
  group: Readonly<Record<string, unknown>>,
  outcomes: readonly Outcome[],
  rule: Parameters<typeof besideUnread>[0] = imageRule,
) =>
  told(
    besideUnread(
      rule,
      outcomes,
      requestedPlan(clusterRequest({ InstanceGroups: [groupRequest(), groupRequest({ InstanceGroupName: 'b', ...group })] })),
    ),
  )
const notTaken = (path: string, reporter = 'plan/request-shape') =>
  `skipped ${path}: ${path} of the request is not what CreateCluster takes: ${reporter} reports it`

describe('what a rule says beside a part of the request that cannot be read', () => {
  test('that it does not apply becomes what keeps it from judging', () => {
    expect(beside({ ImageId: 7 }, [notOfIt])).toEqual([notTaken('InstanceGroups[1].ImageId')])
    expect(beside({ ImageId: 'latest' }, [notOfIt])).toEqual([notTaken('InstanceGroups[1].ImageId')])
  })

  test('a request that can be read leaves it as it is', () => {
    expect(beside({}, [notOfIt])).toEqual(told([notOfIt]))
    expect(beside({ ThreadsPerCore: 'two' }, [notOfIt])).toEqual(told([notOfIt]))
  })

  test.each([
    ['its name', { InstanceGroupName: 7 }],
    ['its count', { InstanceCount: '16' }],
    ['its type', { InstanceType: null }],
  ])('a group of which %s cannot be read is named beside what was judged', (_, group) => {
    const judged = pass('ami-0', 'it is there')
    expect(beside(group, [judged])).toEqual([...told([judged]), notTaken('InstanceGroups[1]')])
  })

  test('what is known to be wrong is not told twice', () => {
    const wrong: Outcome = { status: 'fail', subject: 'ami-0', message: 'it is not there', fix: { text: '', commands: [] } }
    expect(beside({ ImageId: 7 }, [wrong])).toEqual(told([wrong]))
    expect(beside({ ImageId: 7 }, [{ ...wrong, severity: 'warning' }])).toEqual([...told([wrong]), notTaken('InstanceGroups[1].ImageId')])
  })

  test('what another rule reports stays', () => {
    const other = reported('ami-0', 'it is not of this Region', 'image/region')
    expect(beside({ ImageId: 7 }, [other])).toEqual([...told([other]), notTaken('InstanceGroups[1].ImageId')])
  })

  test('a key that the API does not know may be what was meant', () => {
    const spot = { id: 'quota/spot', severity: 'error' } as const
    expect(beside({ CapacityRequirements: { Sport: {} } }, [notOfIt], spot)).toEqual([
      notTaken('InstanceGroups[1].CapacityRequirements.Sport', 'plan/unknown-field'),
    ])
  })

  test('rules that rest on no request say what they say', () => {
    expect(beside({ InstanceCount: '16' }, [notOfIt], { id: 'tools/helm', severity: 'warning' })).toEqual(told([notOfIt]))
  })
})
