import { expect, test } from '@jest/globals'
import type { InstanceGroup, Plan } from '../../src/model/plan.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { makeReport } from '../../src/report/report.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { folderUri } from '../../src/semantics/plan/s3-uri.ts'
import { aTool, known } from '../builders.ts'
import { blockedSnapshot } from '../fuzz/ready-snapshot.ts'
import { requestedPlan } from '../requested-plan.ts'

const sample = blockedSnapshot()
const request = sample.plan.request?.value ?? {}
const [aGroupOfRequest] =
  typeof request === 'object' && 'InstanceGroups' in request && Array.isArray(request.InstanceGroups) ? request.InstanceGroups : []
const [group] = sample.plan.instanceGroups
if (group === undefined) throw new Error('the sample account has no instance group')

const times = <T>(count: number, make: (index: number) => T): readonly T[] => Array.from({ length: count }, (_, index) => make(index))

const types = ['ml.m5.2xlarge', 'ml.p5.48xlarge']

/** More groups than a request can have, as the plan of a snapshot may have them. */
const groups = (count: number): Snapshot => ({
  ...sample,
  plan: {
    ...sample.plan,
    instanceGroups: times(
      count,
      (index): InstanceGroup => ({ ...group, name: `group-${index}`, instanceTypes: types.slice(index % 2, 1 + (index % 2)) }),
    ),
  },
})

/** Each group with a role and a folder of its own, all of which exist. */
const groupsOfTheirOwn = (count: number): Snapshot => {
  const { roles, rolePolicies, roleSimulations, bucketFolders, bucketScripts } = sample.facts
  const [role, source] = [sample.plan.executionRoles[0], sample.plan.lifecycleSources[0]]
  if (!roles?.ok || !rolePolicies?.ok || !roleSimulations?.ok || !bucketFolders?.ok || !bucketScripts?.ok || !role || !source)
    throw new Error('the sample account lacks a fact')
  const named = times(count, (index) => ({ ...role, name: `Role${index}`, arn: `arn:aws:iam::123456789012:role/Role${index}` }))
  const sources = times(count, (index) => ({ ...source, prefix: `folder-${index}/` }))
  const filled = <T>(keys: readonly string[], facts: Readonly<Record<string, T>>) =>
    known(
      Object.fromEntries(
        keys.flatMap((key) =>
          Object.values(facts)
            .slice(0, 1)
            .map((fact) => [key, fact] as const),
        ),
      ),
    )
  const names = named.map(({ name }) => name)
  const instanceGroups = times(
    count,
    (index): InstanceGroup => ({
      ...group,
      name: `group-${index}`,
      executionRole: `Role${index}`,
      executionRoleArn: `arn:aws:iam::123456789012:role/Role${index}`,
      lifecycle: { mode: 'custom', source: sources[index] ?? source, script: 'on_create.sh', location: null },
    }),
  )
  const found = Object.values(roles.value)[0]
  return {
    ...sample,
    plan: { ...sample.plan, instanceGroups, executionRoles: named, lifecycleSources: sources },
    facts: {
      ...sample.facts,
      roles: known(
        Object.fromEntries(
          named.map(({ name, arn }) => [name, found?.ok && found.value !== null ? known({ ...found.value, name, arn }) : known(null)]),
        ),
      ),
      rolePolicies: filled(names, rolePolicies.value),
      roleSimulations: filled(names, roleSimulations.value),
      bucketFolders: filled(sources.map(folderUri), bucketFolders.value),
      bucketScripts: filled(sources.map(folderUri), bucketScripts.value),
    },
  }
}

const requested = (changes: object): Snapshot => ({ ...sample, plan: requestedPlan({ ...Object(request), ...changes }) satisfies Plan })
const unknownKeys = (count: number): object => Object.fromEntries(times(count, (index) => [`InstanceGrops${index}`, index]))

/** Milliseconds of this process that it takes to make the snapshot, to judge it and to report: the least of some tries. */
const cost = (make: (count: number) => Snapshot, count: number): number => {
  const tries = times(3, () => {
    const before = process.cpuUsage()
    const snapshot = make(count)
    makeReport({ tool: aTool, snapshot, findings: judge(rules, snapshot), failOn: 'error', onUnknown: 'fail' })
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  })
  return Math.min(...tries)
}

test.each<[string, number, (count: number) => Snapshot]>([
  ['groups of the plan', 1_000, groups],
  ['groups with a role and a folder of their own', 60, groupsOfTheirOwn],
  ['groups of the request', 1_000, (count) => requested({ InstanceGroups: times(count, () => aGroupOfRequest) })],
  ['unknown keys of the request', 1_000, (count) => requested(unknownKeys(count))],
  ['unknown keys of a group', 1_000, (count) => requested({ InstanceGroups: [{ ...aGroupOfRequest, ...unknownKeys(count) }] })],
  ['tags', 1_000, (count) => requested({ Tags: times(count, (index) => ({ Key: `key-${index}`, Value: 'value' })) })],
])(
  '%s, four times as many as %i: the work is not much more than four times as much, and nowhere near sixteen',
  (_name, count, make) => {
    cost(make, 10)
    const [few, many] = [cost(make, count), cost(make, 4 * count)]
    expect(many).toBeLessThan(8 * few)
  },
  60_000,
)
