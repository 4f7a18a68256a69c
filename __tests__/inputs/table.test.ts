import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/parse.ts'
import { readPlan } from '../../src/inputs/read-plan.ts'
import { readSnapshot } from '../../src/inputs/snapshot.ts'
import { type InputName, type Inputs, inputNames, inputsFor } from '../../src/inputs/table.ts'
import type { Checked } from '../../src/model/fault.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** A right value for each input. */
const values: Readonly<Record<InputName, string>> = {
  region: 'us-west-2',
  'cluster-config': here('../requests/files/slurm-api.json'),
  'vpc-id': 'vpc-0aaaaaaa',
  'subnet-ids': 'subnet-0aaaaaaa',
  'security-group-ids': 'sg-0aaaaaaa',
  bucket: 's3://scripts/',
  'cluster-name': 'training',
  operation: 'create',
  diagnose: 'prod',
  orchestrator: 'eks',
  'instance-type': 'ml.p5.48xlarge',
  'instance-count': '4',
  'eks-cluster': 'prod',
  'fsx-file-system-id': 'fs-0aaaaaaa',
  'training-plan': 'plan',
  'execution-role': 'Execution',
  'node-role': 'Node',
  'lifecycle-scripts': here('.'),
  'required-tools': 'kubectl',
  'policy-file': 'policy.yml',
  'fail-on': 'warning',
  'on-unknown': 'warn',
  only: 'network',
  skip: 'quota/*',
  offline: 'true',
  'role-to-assume': 'arn:aws:iam::111122223333:role/preflight',
  'comment-in-pr': 'always',
  'github-token': 'token',
  'json-file': 'report.json',
  'sarif-file': 'report.sarif',
  'junit-file': 'report.xml',
  'html-file': 'report.html',
  snapshot: here('../../examples/sample-account/snapshot.json'),
  'save-snapshot': 'snapshot.json',
}

const given = (name: InputName): Inputs => {
  const parsed = parseInputs([{ name, value: values[name], source: name }])
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.value
}

/** Inputs that, given alone, lead to a fault that says this. */
const thatLeadTo = async (problem: RegExp, read: (inputs: Inputs) => Promise<Checked<unknown>>): Promise<readonly InputName[]> => {
  const found = await Promise.all(inputNames.map(async (name) => [name, await read(given(name))] as const))
  return found.flatMap(([name, result]) => (!result.ok && result.faults.some((fault) => problem.test(fault.problem)) ? [name] : []))
}

describe('what an input is for', () => {
  test('a snapshot takes none of the plan but what asks what if, and no role', async () => {
    expect(await thatLeadTo(/brings its own plan/, (inputs) => readSnapshot(values.snapshot, inputs))).toEqual([
      'region',
      'vpc-id',
      'subnet-ids',
      'security-group-ids',
      'bucket',
      'cluster-name',
      'operation',
      'diagnose',
      'orchestrator',
      'eks-cluster',
      'fsx-file-system-id',
      'training-plan',
      'execution-role',
      'node-role',
      'lifecycle-scripts',
      'offline',
      'role-to-assume',
    ])
  })

  test('a plan needs something to look at', async () => {
    const nothing = new Set(await thatLeadTo(/nothing to check/, (inputs) => readPlan(inputs, 'us-west-2')))
    expect(inputNames.filter((name) => !nothing.has(name))).toEqual([
      'cluster-config',
      'vpc-id',
      'subnet-ids',
      'security-group-ids',
      'bucket',
      'diagnose',
      'instance-type',
      // What it is a number of is asked for.
      'instance-count',
      'eks-cluster',
      'fsx-file-system-id',
      'execution-role',
      'lifecycle-scripts',
    ])
  })

  test('files that a run writes, and what the command has no flags for', () => {
    expect(inputsFor('output')).toEqual(['json-file', 'sarif-file', 'junit-file', 'html-file', 'save-snapshot'])
    expect(inputsFor('comment')).toEqual(['comment-in-pr', 'github-token'])
  })
})
