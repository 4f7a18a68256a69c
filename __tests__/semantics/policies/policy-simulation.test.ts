import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { SimulatedAction } from '../../../src/model/facts/iam.ts'
import {
  concreteResource,
  isMadeUp,
  missingKeys,
  type SimulationCall,
  type SimulationRequest,
  simulatedFor,
  simulationCalls,
  splitCall,
} from '../../../src/semantics/policies/policy-simulation.ts'
import { unknownPart } from '../../../src/semantics/policies/policy-text.ts'
import { requiredActions, scriptActions } from '../../../src/semantics/policies/required-actions.ts'
import { aGroup, aPlan, aRole } from '../../builders.ts'

const request = (changes: Partial<SimulationRequest> = {}): SimulationRequest => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  context: {},
  ...changes,
})

const answer = (changes: Partial<SimulatedAction> = {}): SimulatedAction => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/key',
  decision: 'allowed',
  missingContextValues: [],
  allowedByOrganizations: null,
  allowedByPermissionsBoundary: null,
  matchedPolicies: [],
  ...changes,
})

/** Every question that a call asks. */
const questions = ({ actions, resources }: SimulationCall): readonly string[] =>
  actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`))

describe('simulationCalls', () => {
  test('actions of one resource, and resources of the same actions, are asked together', () => {
    const calls = simulationCalls([
      request({ action: 'a:One', resource: 'arn:1' }),
      request({ action: 'a:Two', resource: 'arn:1' }),
      request({ action: 'a:Two', resource: 'arn:2' }),
      request({ action: 'a:One', resource: 'arn:2' }),
      request({ action: 'a:One', resource: 'arn:3' }),
      request({ action: 'a:One', resource: 'arn:3' }),
    ])
    expect(calls).toEqual([
      { actions: ['a:One', 'a:Two'], resources: ['arn:1', 'arn:2'], context: [] },
      { actions: ['a:One'], resources: ['arn:3'], context: [] },
    ])
  })

  test('`*` is never asked about beside an ARN', () => {
    const calls = simulationCalls([request({ resource: '*' }), request({ resource: 'arn:1' })])
    expect(calls.map(({ resources }) => resources)).toEqual([['*'], ['arn:1']])
  })

  test('contexts are not mixed', () => {
    const calls = simulationCalls([
      request({ action: 'a:One', resource: '*', context: { 'aws:RequestedRegion': ['us-west-2'] } }),
      request({ action: 'a:Two', resource: '*', context: {} }),
    ])
    expect(calls.map(({ actions, context }) => [actions, context.length])).toEqual([
      [['a:One'], 1],
      [['a:Two'], 0],
    ])
  })

  test('one question under two contexts could not be told apart', () => {
    const twice = [request(), request({ context: { 'aws:RequestedRegion': ['us-west-2'] } })]
    expect(() => simulationCalls(twice)).toThrow(RangeError)
  })

  test('values have the type of their key; what is absent or not known is not sent', () => {
    const [call] = simulationCalls([
      request({
        context: {
          'aws:SecureTransport': ['true'],
          'aws:PrincipalAccount': ['123456789012'],
          'aws:TagKeys': ['team'],
          'aws:SourceIp': ['10.0.0.1'],
          'aws:MultiFactorAuthAge': ['10'],
          'sagemaker:Some': ['a', 'b'],
          'aws:username': null,
          'aws:VpcSourceIp': ['10.0.0.0/24'],
          'aws:SourceArn': [`arn:aws:sagemaker:us-west-2:123456789012:${unknownPart}`],
        },
      }),
    ])
    expect(call?.context).toEqual([
      { name: 'aws:MultiFactorAuthAge', type: 'numeric', values: ['10'] },
      { name: 'aws:PrincipalAccount', type: 'string', values: ['123456789012'] },
      { name: 'aws:SecureTransport', type: 'boolean', values: ['true'] },
      { name: 'aws:SourceIp', type: 'ip', values: ['10.0.0.1'] },
      { name: 'aws:TagKeys', type: 'stringList', values: ['team'] },
      { name: 'sagemaker:Some', type: 'stringList', values: ['a', 'b'] },
    ])
  })

  test('a call has a hundred resources at most', () => {
    const requests = Array.from({ length: 201 }, (_, index) => request({ resource: `arn:${index}` }))
    expect(simulationCalls(requests).map(({ resources }) => resources.length)).toEqual([100, 100, 1])
  })

  test('everything is asked, nothing twice and nothing else', () => {
    const requests = fc.array(
      fc.record({
        action: fc.constantFrom('a:1', 'a:2', 'a:3'),
        resource: fc.constantFrom('*', 'arn:1', 'arn:2', 'arn:3'),
        context: fc.constant({}),
      }),
    )
    fc.assert(
      fc.property(requests, (given) => {
        const asked = simulationCalls(given).flatMap(questions)
        expect(asked.toSorted()).toEqual([...new Set(given.map(({ action, resource }) => `${action} ${resource}`))].toSorted())
      }),
    )
  })

  test('the number of calls does not grow with groups and subnets', () => {
    const count = (groups: number): number => {
      const placed = Array.from({ length: groups }, (_, index) =>
        aGroup({
          name: `g${index}`,
          overrideVpcConfig: { subnetIds: [`subnet-${index}`], securityGroupIds: [], location: null },
        }),
      )
      const plan = aPlan({ instanceGroups: placed, orchestrator: { kind: 'eks', cluster: null } })
      const [planned] = plan.executionRoles
      if (planned === undefined) throw new Error('the plan has a role')
      return simulationCalls(requiredActions(planned, aRole(), plan, {})).length
    }
    expect(count(100)).toBe(count(1))
    expect(count(1)).toBe(7)
  })
})

describe('splitCall', () => {
  const call: SimulationCall = { actions: ['a:One', 'a:Two', 'a:Three'], resources: ['arn:1'], context: [] }
  const split = (message: string) => splitCall(call, message)?.map(({ actions }) => actions) ?? null

  test.each<[string, string, readonly (readonly string[])[] | null]>([
    [
      'as IAM names them',
      'Invalid Input Actions: [a:one,a:Three] and [a:Two] require different authorization information.',
      [['a:One', 'a:Three'], ['a:Two']],
    ],
    [
      'in halves where it names others',
      'Invalid Input Actions: [x:One] and [x:Two] require different authorization information.',
      [['a:One', 'a:Two'], ['a:Three']],
    ],
    ['not for another reason', 'Invalid input: the action is unknown', null],
  ])('%s', (_, message, expected) => {
    expect(split(message)).toEqual(expected)
  })

  test('one action cannot be split', () => {
    expect(splitCall({ ...call, actions: ['a:One'] }, '[a:One] and [a:Two] require different authorization information')).toBeNull()
  })
})

describe('concrete resources', () => {
  const eni = `arn:aws:ec2:us-west-2:123456789012:network-interface/${unknownPart}`
  const logs = 'arn:aws:logs:us-west-2:123456789012:log-group:/aws/sagemaker/Clusters/'
  test.each<[string, string, string]>([
    ['a network interface', eni, 'arn:aws:ec2:us-west-2:123456789012:network-interface/eni-0123456789abcdef0'],
    [
      'a log stream of a named cluster',
      `${logs}mine/${unknownPart}:log-stream:${unknownPart}`,
      `${logs}mine/a1b2c3d4e5f6:log-stream:LifecycleConfig/worker-group/i-0123456789abcdef0`,
    ],
    [
      'a log stream of some cluster',
      `${logs}${unknownPart}/${unknownPart}:log-stream:${unknownPart}`,
      `${logs}hyperpod-cluster/a1b2c3d4e5f6:log-stream:LifecycleConfig/worker-group/i-0123456789abcdef0`,
    ],
    [
      'an image of an add-on',
      `arn:aws:ecr:us-west-2:${unknownPart}:repository/${unknownPart}`,
      'arn:aws:ecr:us-west-2:602401143452:repository/amazon-k8s-cni',
    ],
    ['an object', `arn:aws-cn:s3:::bucket/prefix/${unknownPart}`, 'arn:aws-cn:s3:::bucket/prefix/on_create.sh'],
    [
      'anything else',
      `arn:aws:fsx:us-west-2:123456789012:file-system/${unknownPart}`,
      'arn:aws:fsx:us-west-2:123456789012:file-system/preflight',
    ],
    ['a known one', 'arn:aws:s3:::bucket', 'arn:aws:s3:::bucket'],
  ])('%s', (_, resource, expected) => {
    expect(concreteResource(request({ resource }))).toBe(expected)
  })

  test('a real one goes before one that is made up', () => {
    const sampled = request({ resource: `arn:aws:s3:::bucket/${unknownPart}`, sample: 'arn:aws:s3:::bucket/start.sh' })
    expect(concreteResource(sampled)).toBe('arn:aws:s3:::bucket/start.sh')
    expect([sampled, { ...sampled, sample: null }, request()].map(isMadeUp)).toEqual([false, true, false])
  })

  test('nothing that HyperPod needs is asked about in part', () => {
    const plan = aPlan({ orchestrator: { kind: 'eks', cluster: null } })
    const [planned] = plan.executionRoles
    if (planned === undefined) throw new Error('the plan has a role')
    const [folder] = plan.lifecycleSources
    if (folder === undefined) throw new Error('the plan has scripts')
    const scripts = scriptActions(planned, aRole(), plan, folder, false)
    const asked = JSON.stringify(simulationCalls([...requiredActions(planned, aRole(), plan, {}), ...scripts]))
    expect(asked).not.toContain(unknownPart)
    expect(asked).not.toContain('preflight')
  })

  test('the object of an entry point stands for its folder', () => {
    const source = { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null }
    const group = aGroup({ lifecycle: { mode: 'custom', source, script: 'start.sh', location: null } })
    const plan = aPlan({ instanceGroups: [group], lifecycleSources: [source] })
    const [planned] = plan.executionRoles
    if (planned === undefined) throw new Error('the plan has a role')
    const samples = scriptActions(planned, aRole(), plan, source, false).flatMap(({ sample }) => sample ?? [])
    expect(samples).toEqual(['arn:aws:s3:::sagemaker-lifecycle/hyperpod/start.sh'])
  })
})

describe('the answer to a request', () => {
  test('is found by action, whatever its case, and concrete resource', () => {
    const object = answer({ action: 'S3:getobject' })
    expect(simulatedFor(request(), [answer({ resource: 'arn:aws:s3:::bucket/other' }), object])).toBe(object)
    expect(simulatedFor(request({ action: 's3:ListBucket' }), [object])).toBeNull()
  })

  test('a key that the request is known not to carry is not missing', () => {
    const asked = request({ context: { 'aws:username': null } })
    expect(missingKeys(asked, answer({ missingContextValues: ['AWS:UserName', 'aws:SourceVpc'] }))).toEqual(['aws:SourceVpc'])
  })
})
