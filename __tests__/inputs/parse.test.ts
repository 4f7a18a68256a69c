import { describe, expect, test } from '@jest/globals'
import { actionInputs } from '../../src/inputs/action-inputs.ts'
import { parseInputs } from '../../src/inputs/parse.ts'
import type { Inputs } from '../../src/inputs/table.ts'

const parse = (given: Readonly<Record<string, string>>) =>
  parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: `--${name}` })))

const valuesOf = (given: Readonly<Record<string, string>>): Inputs => {
  const parsed = parse(given)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.value
}

describe('inputs', () => {
  test.each([
    ['region', 'us-west-2', 'us-west-2'],
    ['region', ' us-gov-east-1 ', 'us-gov-east-1'],
    ['vpc-id', 'vpc-0a1b2c3d4e5f60718', 'vpc-0a1b2c3d4e5f60718'],
    ['subnet-ids', 'subnet-0aaaaaaa,subnet-0bbbbbbb', ['subnet-0aaaaaaa', 'subnet-0bbbbbbb']],
    ['subnet-ids', '\n  subnet-0aaaaaaa\n  subnet-0bbbbbbb,\n subnet-0aaaaaaa\n', ['subnet-0aaaaaaa', 'subnet-0bbbbbbb']],
    ['security-group-ids', 'sg-0aaaaaaa', ['sg-0aaaaaaa']],
    ['bucket', 's3://my-bucket/hyperpod/', { bucket: 'my-bucket', prefix: 'hyperpod/' }],
    ['bucket', 's3://my-bucket//hyperpod//scripts', { bucket: 'my-bucket', prefix: 'hyperpod/scripts/' }],
    ['bucket', 'my-bucket', { bucket: 'my-bucket', prefix: '' }],
    ['instance-count', '6758', 6758],
    ['instance-type', 'ml.p6-b200.48xlarge', 'ml.p6-b200.48xlarge'],
    ['eks-cluster', 'arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/ml', 'arn:aws-us-gov:eks:us-gov-west-1:111122223333:cluster/ml'],
    ['execution-role', 'arn:aws:iam::111122223333:role/ml/HyperPod', 'arn:aws:iam::111122223333:role/ml/HyperPod'],
    ['required-tools', 'aws, kubectl', ['aws', 'kubectl']],
    ['fail-on', 'never', 'never'],
    ['vpc-id', '', null],
  ])('%s: %j is read as %j', (name, text, value) => {
    expect(valuesOf({ [name]: text })).toMatchObject({ [name]: value })
  })

  test.each([
    ['region', 'us-west'],
    ['region', 'us-west-2; rm -rf /'],
    ['vpc-id', 'vpc-xxxxx'],
    ['vpc-id', 'subnet-0aaaaaaa'],
    ['subnet-ids', 'subnet-0aaaaaaa,subnet-yyyyy'],
    ['subnet-ids', Array.from({ length: 17 }, (_, index) => `subnet-000000${10 + index}`).join(',')],
    ['bucket', 's3://My_Bucket/'],
    ['bucket', 'http://my-bucket/'],
    ['instance-count', '0'],
    ['instance-count', '-4'],
    ['instance-count', '6759'],
    ['instance-count', '4.5'],
    ['instance-count', 'four'],
    ['instance-type', 'p5.48xlarge'],
    ['orchestrator', 'kubernetes'],
    ['required-tools', 'aws,terraform'],
    ['fail-on', 'errors'],
  ])('%s: %j is refused, with its source and what is expected', (name, text) => {
    const parsed = parse({ [name]: text })
    expect(parsed).toMatchObject({ ok: false, faults: [{ source: `--${name}` }] })
    if (!parsed.ok) expect(parsed.faults[0]?.expected).not.toBe('')
  })

  test('all faults are told at once, an unknown input with the nearest name', () => {
    const parsed = parse({ 'vpc-ids': 'vpc-0aaaaaaa', region: 'mars', 'instance-count': '0' })
    expect(parsed).toEqual({
      ok: false,
      faults: [
        { source: '--vpc-ids', problem: 'there is no such input: did you mean --vpc-id?', expected: expect.stringContaining('vpc-id, ') },
        { source: '--region', problem: '"mars" is not valid', expected: 'an AWS Region such as us-west-2' },
        { source: '--instance-count', problem: '"0" is not valid', expected: 'a whole number from 1 to 6758' },
      ],
    })
  })

  test('what a policy file may decide has no default here', () => {
    expect(valuesOf({})).toMatchObject({ 'fail-on': null, 'on-unknown': null, 'required-tools': null, region: null })
  })

  test('the runner’s environment is read as it is set', () => {
    expect(actionInputs({ 'INPUT_VPC-ID': 'vpc-0aaaaaaa', 'INPUT_SUBNET-IDS': '', PATH: '/bin' })).toEqual([
      { name: 'vpc-id', value: 'vpc-0aaaaaaa', source: 'input vpc-id' },
      { name: 'subnet-ids', value: '', source: 'input subnet-ids' },
    ])
  })
})
