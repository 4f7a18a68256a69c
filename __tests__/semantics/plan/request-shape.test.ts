import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createClusterModel, listedInstanceTypes, type Shape, shapeNamed, shapeNames } from '../../../src/catalog/create-cluster.ts'
import type { Json } from '../../../src/model/plan.ts'
import { childPointer, isList, isObject } from '../../../src/semantics/plan/request-part.ts'
import { requestFaults, wholeMatch } from '../../../src/semantics/plan/request-shape.ts'
import { openValue } from '../../../src/semantics/text/open-value.ts'
import { asJson, clusterRequest, groupRequest, roleArn } from '../../requested-plan.ts'

const referred = (shape: Shape): readonly string[] => {
  if (shape.type === 'structure') return Object.values(shape.members)
  if (shape.type === 'list') return [shape.member]
  return shape.type === 'map' ? [shape.key, shape.value] : []
}

describe('the API model', () => {
  test.each(shapeNames)('%s: what it refers to is there, and no shape contains itself', (name) => {
    const below = (at: string, above: readonly string[]): void => {
      expect(above).not.toContain(at)
      for (const next of referred(shapeNamed(at))) below(next, [...above, at])
    }
    below(name, [])
  })

  test.each(shapeNames)('%s: required members are members, patterns are readable', (name) => {
    const shape = shapeNamed(name)
    if (shape.type === 'structure') expect(Object.keys(shape.members)).toEqual(expect.arrayContaining([...shape.required]))
    if (shape.type === 'string' && shape.pattern !== undefined) expect(wholeMatch(shape.pattern)).toBeInstanceOf(RegExp)
  })

  test('it is dated, and knows the types of the checklist', () => {
    expect(createClusterModel).toMatchObject({ package: 'botocore', date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) })
    expect(listedInstanceTypes).toEqual(expect.arrayContaining(['ml.p4d.24xlarge', 'ml.p5.48xlarge', 'ml.trn1.32xlarge', 'ml.t3.medium']))
  })

  test('a name that it does not have is an error, not undefined', () => {
    expect(() => shapeNamed('toString')).toThrow('toString')
  })
})

const told = (request: unknown): readonly string[] => requestFaults(asJson(request)).map(({ pointer, kind }) => `${kind} ${pointer}`)
const inGroup = (changes: Readonly<Record<string, unknown>>): object => clusterRequest({ InstanceGroups: [groupRequest(changes)] })
const stored = (...configs: readonly unknown[]): object => inGroup({ InstanceStorageConfigs: configs })
const inFirstGroup = '/InstanceGroups/0'

describe('requests that the API takes', () => {
  test.each<[string, unknown]>([
    ['one group', clusterRequest()],
    ['no group at all', { ClusterName: 'empty' }],
    [
      'bounds themselves',
      clusterRequest({ ClusterName: 'a'.repeat(63), InstanceGroups: [groupRequest({ InstanceCount: 6758, MinInstanceCount: 0 })] }),
    ],
    [
      'several types, in order of preference',
      inGroup({ InstanceType: undefined, InstanceRequirements: { InstanceTypes: ['ml.p5.48xlarge', 'ml.p4d.24xlarge'] } }),
    ],
    ['an instance type that is newer than the list', inGroup({ InstanceType: 'ml.p9-b900.96xlarge' })],
    [
      'fields that are newer than botocore 1.43',
      inGroup({ ImageReleaseVersion: '1.2.3', AutoPatchConfig: { PatchingStrategy: 'WhenIdle' } }),
    ],
    ['an empty structure', inGroup({ CapacityRequirements: { Spot: {} } })],
    [
      'one member of a union',
      stored(
        { EbsVolumeConfig: { VolumeSizeInGB: 500 } },
        { FsxOpenZfsConfig: { DnsName: 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com' } },
      ),
    ],
    ['letters outside ASCII in a tag', clusterRequest({ Tags: [{ Key: 'équipe', Value: 'моделі 研究' }] })],
    ['a tag without a text', clusterRequest({ Tags: [{ Key: 'team', Value: '' }] })],
    [
      'times as text and as seconds',
      clusterRequest({
        InstanceGroups: ['2026-12-01T00:00:00Z', 1796083200].map((NextPatchDate, index) =>
          groupRequest({
            InstanceGroupName: `g${index}`,
            AutoPatchConfig: { PatchingStrategy: 'WhenIdle', PatchSchedule: { NextPatchDate } },
          }),
        ),
      }),
    ],
    ['a role in another partition', inGroup({ ExecutionRole: 'arn:aws-us-gov:iam::111122223333:role/service-role/HyperPod' })],
    ['labels', inGroup({ KubernetesConfig: { Labels: { 'example.com/team': 'a' }, Taints: [{ Key: 'gpu', Effect: 'NoSchedule' }] } })],
  ])('%s', (_, request) => {
    expect(requestFaults(asJson(request))).toEqual([])
  })
})

describe('requests that the API refuses', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['a list', [], ['type ']],
    ['null', null, ['type ']],
    ['nothing in it', {}, ['required /ClusterName']],
    ['a name with an underscore', clusterRequest({ ClusterName: 'my_cluster' }), ['pattern /ClusterName']],
    ['a name with a line feed at its end', clusterRequest({ ClusterName: 'training\n' }), ['pattern /ClusterName']],
    ['a name that is too long', clusterRequest({ ClusterName: 'a'.repeat(64) }), ['bounds /ClusterName']],
    ['a name that is a number', clusterRequest({ ClusterName: 12 }), ['type /ClusterName']],
    ['an empty name', clusterRequest({ ClusterName: '' }), ['bounds /ClusterName']],
    ['no group in the list', clusterRequest({ InstanceGroups: [] }), ['bounds /InstanceGroups']],
    ['an object for the list', clusterRequest({ InstanceGroups: groupRequest() }), ['type /InstanceGroups']],
    ['a count in quotes', inGroup({ InstanceCount: '4' }), [`type ${inFirstGroup}/InstanceCount`]],
    ['half a node', inGroup({ InstanceCount: 1.5 }), [`type ${inFirstGroup}/InstanceCount`]],
    ['a negative count', inGroup({ InstanceCount: -1 }), [`bounds ${inFirstGroup}/InstanceCount`]],
    ['a count over the bound', inGroup({ InstanceCount: 6759 }), [`bounds ${inFirstGroup}/InstanceCount`]],
    ['null for a member', clusterRequest({ VpcConfig: null }), ['type /VpcConfig']],
    ['null for a required member', inGroup({ ExecutionRole: null }), [`type ${inFirstGroup}/ExecutionRole`]],
    [
      'two members missing',
      inGroup({ ExecutionRole: undefined, InstanceCount: undefined }),
      [`required ${inFirstGroup}/InstanceCount`, `required ${inFirstGroup}/ExecutionRole`],
    ],
    ['a role by its name', inGroup({ ExecutionRole: 'HyperPodExecutionRole' }), [`pattern ${inFirstGroup}/ExecutionRole`]],
    ['no instance type', inGroup({ InstanceType: undefined }), [`union ${inFirstGroup}`]],
    ['two ways to say the type', inGroup({ InstanceRequirements: { InstanceTypes: ['ml.p5.48xlarge'] } }), [`union ${inFirstGroup}`]],
    ['null for the type', inGroup({ InstanceType: null }), [`type ${inFirstGroup}/InstanceType`]],
    ['an instance type of EC2', inGroup({ InstanceType: 'p5.48xlarge' }), [`enum ${inFirstGroup}/InstanceType`]],
    ['an enumeration in lower case', clusterRequest({ NodeRecovery: 'automatic' }), ['enum /NodeRecovery']],
    ['a node type of the documentation', inGroup({ SlurmConfig: { NodeType: 'Worker' } }), [`enum ${inFirstGroup}/SlurmConfig/NodeType`]],
    [
      'a union of two',
      stored({
        EbsVolumeConfig: { VolumeSizeInGB: 500 },
        FsxLustreConfig: { DnsName: 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com', MountName: 'abcd' },
      }),
      [`union ${inFirstGroup}/InstanceStorageConfigs/0`],
    ],
    ['a union of none', stored({}), [`union ${inFirstGroup}/InstanceStorageConfigs/0`]],
    ['a union of something newer', stored({ FsxNextConfig: {} }), [`unknown-key ${inFirstGroup}/InstanceStorageConfigs/0/FsxNextConfig`]],
    [
      'a volume of no size',
      stored({ EbsVolumeConfig: { VolumeSizeInGB: 0 } }),
      [`bounds ${inFirstGroup}/InstanceStorageConfigs/0/EbsVolumeConfig/VolumeSizeInGB`],
    ],
    [
      'true in quotes',
      stored({ EbsVolumeConfig: { RootVolume: 'true' } }),
      [`type ${inFirstGroup}/InstanceStorageConfigs/0/EbsVolumeConfig/RootVolume`],
    ],
    [
      'too many subnets',
      clusterRequest({ VpcConfig: { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: Array(17).fill('subnet-0aaaaaaa') } }),
      ['bounds /VpcConfig/Subnets'],
    ],
    [
      'one bad item of a list',
      clusterRequest({ VpcConfig: { SecurityGroupIds: ['sg-0aaaaaaa', 'sg_0bbbbbbb'], Subnets: ['subnet-0aaaaaaa'] } }),
      ['pattern /VpcConfig/SecurityGroupIds/1'],
    ],
    [
      'a label whose key is bad',
      inGroup({ KubernetesConfig: { Labels: { 'a/b/c~d': 'x' } } }),
      [`pattern ${inFirstGroup}/KubernetesConfig/Labels/a~1b~1c~0d`],
    ],
    [
      'a label whose value is bad',
      inGroup({ KubernetesConfig: { Labels: { team: 'a b' } } }),
      [`pattern ${inFirstGroup}/KubernetesConfig/Labels/team`],
    ],
    [
      'a time in words',
      inGroup({ AutoPatchConfig: { PatchingStrategy: 'WhenIdle', PatchSchedule: { NextPatchDate: 'tomorrow' } } }),
      [`type ${inFirstGroup}/AutoPatchConfig/PatchSchedule/NextPatchDate`],
    ],
    [
      'a misspelt member',
      inGroup({ InstanceCount: undefined, InstanceCnt: 4 }),
      [`required ${inFirstGroup}/InstanceCount`, `unknown-key ${inFirstGroup}/InstanceCnt`],
    ],
    [
      'a member of a restricted group that it does not have',
      clusterRequest({ RestrictedInstanceGroups: [groupRequest({ LifeCycleConfig: {} })] }),
      ['unknown-key /RestrictedInstanceGroups/0/LifeCycleConfig'],
    ],
  ])('%s', (_, request, expected) => {
    expect(told(request)).toEqual(expected)
  })

  const at = (pointer: string, kind: string, shape: string, expected: string, actual: string, others: object = {}) => ({
    pointer,
    kind,
    shape,
    expected,
    actual,
    ...others,
  })
  const storage = `${inFirstGroup}/InstanceStorageConfigs/0`
  const aName = '[a-zA-Z0-9](-*[a-zA-Z0-9])*'
  const members =
    'one of ClusterName, InstanceGroups, RestrictedInstanceGroups, RestrictedInstanceGroupsConfig, VpcConfig, Tags, Orchestrator, NodeRecovery, TieredStorageConfig, NodeProvisioningMode, ClusterRole, AutoScaling'
  const kinds = 'an object with exactly one of EbsVolumeConfig, FsxLustreConfig, FsxOpenZfsConfig'
  const types = 'an object with exactly one of InstanceType, InstanceRequirements'
  const patched = (config: object) => inGroup({ AutoPatchConfig: { PatchingStrategy: 'WhenIdle', ...config } })

  test.each<readonly [unknown, ...(readonly object[])]>([
    [[], at('', 'type', 'CreateClusterRequest', 'an object', 'a list')],
    [null, at('', 'type', 'CreateClusterRequest', 'an object', 'null')],
    [{}, at('/ClusterName', 'required', 'ClusterName', 'text', 'missing')],
    [{ ClusterName: 'a_b' }, at('/ClusterName', 'pattern', 'ClusterName', `text that matches ${aName}`, '"a_b"')],
    [{ ClusterName: 'a'.repeat(64) }, at('/ClusterName', 'bounds', 'ClusterName', 'text of 1 to 63 characters', 'text of 64 characters')],
    [{ ClusterName: '' }, at('/ClusterName', 'bounds', 'ClusterName', 'text of 1 to 63 characters', 'empty')],
    [{ ClusterName: {} }, at('/ClusterName', 'type', 'ClusterName', 'text', 'an object')],
    [
      { clusterName: 'a' },
      at('/ClusterName', 'required', 'ClusterName', 'text', 'missing', { nearest: 'clusterName' }),
      at('/clusterName', 'unknown-key', 'CreateClusterRequest', members, 'clusterName', { nearest: 'ClusterName' }),
    ],
    [
      { ClusterName: 'a', VpcConfg: {}, clustername: 'b', VpcConfig2: 1 },
      at('/VpcConfg', 'unknown-key', 'CreateClusterRequest', members, 'VpcConfg', { nearest: 'VpcConfig' }),
      at('/clustername', 'unknown-key', 'CreateClusterRequest', members, 'clustername', { nearest: 'ClusterName' }),
      at('/VpcConfig2', 'unknown-key', 'CreateClusterRequest', members, 'VpcConfig2', { nearest: 'VpcConfig' }),
    ],
    [clusterRequest({ InstanceGroup: [] }), at('/InstanceGroup', 'unknown-key', 'CreateClusterRequest', members, 'InstanceGroup')],
    [
      clusterRequest({ InstanceGroups: [] }),
      at('/InstanceGroups', 'bounds', 'ClusterInstanceGroupSpecifications', 'a list of 1 to 100 items', 'a list of 0 items'),
    ],
    [clusterRequest({ InstanceGroups: true }), at('/InstanceGroups', 'type', 'ClusterInstanceGroupSpecifications', 'a list', 'true')],
    [
      inGroup({ ExecutionRole: undefined, InstanceCount: undefined }),
      at(`${inFirstGroup}/InstanceCount`, 'required', 'ClusterInstanceCount', 'a whole number', 'missing'),
      at(`${inFirstGroup}/ExecutionRole`, 'required', 'RoleArn', 'text', 'missing'),
    ],
    [inGroup({ ExecutionRole: '' }), at(`${inFirstGroup}/ExecutionRole`, 'bounds', 'RoleArn', 'text of 20 to 2048 characters', 'empty')],
    [
      inGroup({ InstanceCount: 1.5 }),
      at(`${inFirstGroup}/InstanceCount`, 'type', 'ClusterInstanceCount', 'a whole number', 'the number 1.5'),
    ],
    [
      inGroup({ InstanceCount: -1 }),
      at(`${inFirstGroup}/InstanceCount`, 'bounds', 'ClusterInstanceCount', 'a number from 0 to 6758', '-1'),
    ],
    ...['04', '-4', '4 ', ' 4', '4.0', '1234567890123456'].map(
      (count) =>
        [
          inGroup({ InstanceCount: count }),
          at(`${inFirstGroup}/InstanceCount`, 'type', 'ClusterInstanceCount', 'a whole number', `the text "${count}"`),
        ] as const,
    ),
    ...['0', '10'].map(
      (count) =>
        [
          inGroup({ InstanceCount: count }),
          at(`${inFirstGroup}/InstanceCount`, 'type', 'ClusterInstanceCount', 'a whole number', `the text "${count}"`, {
            rewritten: count,
          }),
        ] as const,
    ),
    [
      inGroup({ InstanceType: undefined }),
      at(inFirstGroup, 'union', 'ClusterInstanceGroupSpecification', types, 'an object with none of them'),
    ],
    [
      inGroup({ InstanceType: undefined, InstanceTyp: 'ml.p5.48xlarge' }),
      at(inFirstGroup, 'union', 'ClusterInstanceGroupSpecification', types, 'an object with none of them', { nearest: 'InstanceTyp' }),
      expect.objectContaining({ kind: 'unknown-key', actual: 'InstanceTyp', nearest: 'InstanceType' }),
    ],
    [
      inGroup({ InstanceRequirements: { InstanceTypes: ['ml.p5.48xlarge'] } }),
      at(inFirstGroup, 'union', 'ClusterInstanceGroupSpecification', types, 'an object with InstanceType and InstanceRequirements'),
    ],
    [inGroup({ InstanceType: null }), at(`${inFirstGroup}/InstanceType`, 'type', 'ClusterInstanceType', 'text', 'null')],
    // No type is a number: quotes would not help.
    [inGroup({ InstanceType: 5 }), at(`${inFirstGroup}/InstanceType`, 'type', 'ClusterInstanceType', 'text', 'the number 5')],
    [
      inGroup({ InstanceType: 'p5.48xlarge' }),
      at(
        `${inFirstGroup}/InstanceType`,
        'enum',
        'ClusterInstanceType',
        'an instance type with its ml. prefix, such as ml.p5.48xlarge',
        '"p5.48xlarge"',
        { nearest: 'ml.p5.48xlarge' },
      ),
    ],
    [
      stored({
        EbsVolumeConfig: { VolumeSizeInGB: 500 },
        FsxOpenZfsConfig: { DnsName: 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com' },
      }),
      at(storage, 'union', 'ClusterInstanceStorageConfig', kinds, 'an object with EbsVolumeConfig and FsxOpenZfsConfig'),
    ],
    [stored({}), at(storage, 'union', 'ClusterInstanceStorageConfig', kinds, 'an object with none of them')],
    [stored({ EbsVolumeConfig: null }), at(`${storage}/EbsVolumeConfig`, 'type', 'ClusterEbsVolumeConfig', 'an object', 'null')],
    [
      stored({ EbsVolumeConfig: { VolumeSizeInGB: 0 } }),
      at(`${storage}/EbsVolumeConfig/VolumeSizeInGB`, 'bounds', 'ClusterEbsVolumeSizeInGB', 'a number from 1 to 16384', '0'),
    ],
    ...[
      ['True', { rewritten: 'true' }],
      ['false', { rewritten: 'false' }],
      ['not true', {}],
      ['true!', {}],
    ].map(
      ([text, others]) =>
        [
          stored({ EbsVolumeConfig: { RootVolume: text } }),
          { ...at(`${storage}/EbsVolumeConfig/RootVolume`, 'type', 'Boolean', 'true or false', `the text "${text}"`), ...Object(others) },
        ] as const,
    ),
    [
      stored({ EbsVolumeConfig: { RootVolume: 1 } }),
      at(`${storage}/EbsVolumeConfig/RootVolume`, 'type', 'Boolean', 'true or false', 'the number 1'),
    ],
    [
      inGroup({ KubernetesConfig: { Labels: [] } }),
      at(`${inFirstGroup}/KubernetesConfig/Labels`, 'type', 'ClusterKubernetesLabels', 'an object', 'a list'),
    ],
    [
      inGroup({ KubernetesConfig: { Labels: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])) } }),
      at(
        `${inFirstGroup}/KubernetesConfig/Labels`,
        'bounds',
        'ClusterKubernetesLabels',
        'a map of at most 50 entries',
        'a map of 51 entries',
      ),
    ],
    [
      inGroup({ KubernetesConfig: { Labels: { 'a~': 3, team: 3, '': 'x', ['k'.repeat(318)]: 'x' } } }),
      at(
        `${inFirstGroup}/KubernetesConfig/Labels/a~0`,
        'pattern',
        'ClusterKubernetesLabelKey',
        `text that matches ${String(Object(shapeNamed('ClusterKubernetesLabelKey')).pattern)}`,
        'a key "a~"',
      ),
      at(`${inFirstGroup}/KubernetesConfig/Labels/team`, 'type', 'ClusterKubernetesLabelValue', 'text', 'the number 3', {
        rewritten: '"3"',
      }),
      at(`${inFirstGroup}/KubernetesConfig/Labels/`, 'bounds', 'ClusterKubernetesLabelKey', 'text of 1 to 317 characters', 'an empty key'),
      at(
        `${inFirstGroup}/KubernetesConfig/Labels/${'k'.repeat(318)}`,
        'bounds',
        'ClusterKubernetesLabelKey',
        'text of 1 to 317 characters',
        'a key of 318 characters',
      ),
    ],
    [
      patched({ PatchSchedule: { NextPatchDate: 'tomorrow' } }),
      at(`${inFirstGroup}/AutoPatchConfig/PatchSchedule/NextPatchDate`, 'type', 'Timestamp', 'a time', 'the text "tomorrow"'),
    ],
    [
      patched({ PatchSchedule: { NextPatchDate: [1] } }),
      at(`${inFirstGroup}/AutoPatchConfig/PatchSchedule/NextPatchDate`, 'type', 'Timestamp', 'a time', 'a list'),
    ],
    [
      patched({ PatchingStrategy: undefined }),
      at(
        `${inFirstGroup}/AutoPatchConfig/PatchingStrategy`,
        'required',
        'ClusterPatchingStrategy',
        'one of WhenIdle, WhenAllIdle, DrainFirst',
        'missing',
      ),
    ],
    [clusterRequest({ NodeRecovery: true }), at('/NodeRecovery', 'type', 'ClusterNodeRecovery', 'one of Automatic, None', 'true')],
    [
      clusterRequest({ NodeProvisioningMode: 'continuous' }),
      at('/NodeProvisioningMode', 'enum', 'ClusterNodeProvisioningMode', 'Continuous', '"continuous"', { nearest: 'Continuous' }),
    ],
    [
      clusterRequest({ Tags: [{ Key: '😀'.repeat(129), Value: '' }] }),
      at('/Tags/0/Key', 'bounds', 'TagKey', 'text of 1 to 128 characters', 'text of 129 characters'),
    ],
    // Characters are counted, not UTF-16 units: this one is short enough, and refused for what it is.
    [clusterRequest({ Tags: [{ Key: '😀'.repeat(128), Value: '' }] }), expect.objectContaining({ kind: 'pattern' })],
  ])('%j is told in full', (request, ...faults) => {
    expect(requestFaults(asJson(request))).toEqual(faults)
  })

  test('names of Object.prototype are no members', () => {
    const hostile: Json = JSON.parse('{"ClusterName": "a", "__proto__": {"ClusterName": 1}, "constructor": 1, "toString": 2}')
    expect(requestFaults(hostile).map(({ kind, actual }) => `${kind} ${actual}`)).toEqual([
      'unknown-key __proto__',
      'unknown-key constructor',
      'unknown-key toString',
    ])
  })

  test.each<[string, unknown, object]>([
    ['a misspelt key', clusterRequest({ instancegroups: [] }), { actual: 'instancegroups', nearest: 'InstanceGroups' }],
    ['a key that stands for a missing one', { clusterName: 'a' }, { kind: 'required', nearest: 'clusterName' }],
    ['a value in lower case', clusterRequest({ NodeRecovery: 'automatic' }), { nearest: 'Automatic', expected: 'one of Automatic, None' }],
    ['a value that only the documentation has', inGroup({ SlurmConfig: { NodeType: 'Worker' } }), { nearest: 'Compute' }],
    ['a type without its prefix', inGroup({ InstanceType: 'p5.48xlarge' }), { nearest: 'ml.p5.48xlarge' }],
    ['a number for text', clusterRequest({ ClusterName: 12 }), { actual: 'the number 12', expected: 'text', rewritten: '"12"' }],
    ['text for a number', inGroup({ InstanceCount: '4' }), { actual: 'the text "4"', expected: 'a whole number', rewritten: '4' }],
    [
      'a list that is too long',
      clusterRequest({ Tags: Array(51).fill({ Key: 'a', Value: '' }) }),
      { actual: 'a list of 51 items', expected: 'a list of at most 50 items' },
    ],
  ])('%s is told with what was probably meant', (_, request, expected) => {
    expect(requestFaults(asJson(request))[0]).toMatchObject(expected)
  })

  test.each<[string, unknown]>([
    ['a key like no other', clusterRequest({ Comment: 'x' })],
    ['text that is no number', inGroup({ InstanceCount: 'four' })],
    ['a value far from every other', clusterRequest({ NodeRecovery: 'whenever possible' })],
  ])('%s: nothing is guessed', (_, request) => {
    const [fault] = requestFaults(asJson(request))
    expect(fault).toBeDefined()
    expect(Object.keys(fault ?? {})).toEqual(['pointer', 'kind', 'shape', 'expected', 'actual'])
  })

  test('a long value is cut in what is told, and a very long one takes no longer to judge', () => {
    const [fault] = requestFaults(asJson(inGroup({ ExecutionRole: `role ${'x'.repeat(1000)}` })))
    expect(fault?.actual.length).toBeLessThan(100)
    const labels = { [`${'a'.repeat(2_000_000)}!`]: `${'-'.repeat(2_000_000)}!` }
    expect(told(inGroup({ KubernetesConfig: { Labels: labels }, [`${'I'.repeat(2_000_000)}`]: 1 }))).toHaveLength(2)
  })
})

/** Text for shapes whose pattern cannot be drawn from: lookaheads, Unicode classes, and lengths that a drawn text rarely has. */
const examples: Readonly<Record<string, readonly string[]>> = {
  AlarmName: ['p5-errors'],
  ClusterAccountingDatabaseEndpoint: ['db.example.com'],
  ClusterAccountingDatabaseSecretArn: ['arn:aws:secretsmanager:us-west-2:111122223333:secret:slurm'],
  ClusterDnsName: ['fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com'],
  ClusterInstanceType: ['ml.p5.48xlarge', 'ml.new.48xlarge'],
  EksClusterArn: ['arn:aws:eks:us-west-2:111122223333:cluster/prod'],
  RoleArn: [roleArn],
  TagKey: ['team', 'équipe'],
  TagValue: ['', 'a b'],
  TrainingPlanArn: ['arn:aws:sagemaker:us-west-2:111122223333:training-plan/may'],
}

const optionalFewer = (minimum: number | undefined): { readonly minLength: number; readonly maxLength: number } => {
  const minLength = minimum ?? 0
  return { minLength, maxLength: minLength + 1 }
}

const drawnText = (name: string, shape: Extract<Shape, { type: 'string' }>): fc.Arbitrary<string> => {
  const given = examples[name] ?? shape.enum
  if (given !== undefined) return fc.constantFrom(...given)
  const length = { minLength: shape.min ?? 0, maxLength: shape.max ?? 100 }
  if (shape.pattern === undefined) return fc.string(length).filter((text) => openValue(text) === null)
  return fc
    .stringMatching(new RegExp(`^(?:${shape.pattern})$`))
    .filter((text) => text.length >= length.minLength && text.length <= length.maxLength && openValue(text) === null)
}

/** A value that the API takes for a shape. */
const drawnValue = (name: string): fc.Arbitrary<unknown> => {
  const shape = shapeNamed(name)
  switch (shape.type) {
    case 'structure':
      return structureOf(name, shape)
    case 'list':
      return fc.array(drawnValue(shape.member), optionalFewer(shape.min))
    case 'map':
      return fc.dictionary(drawn(shape.key), drawnValue(shape.value), { maxKeys: 2 })
    case 'string':
      return drawnText(name, shape)
    case 'boolean':
      return fc.boolean()
    case 'timestamp':
      return fc.constantFrom(1796083200, '2026-12-01')
    default:
      return fc.integer({ min: shape.min ?? 0, max: shape.max ?? 1_000_000 })
  }
}

const drawn = (name: string): fc.Arbitrary<string> => {
  const shape = shapeNamed(name)
  if (shape.type !== 'string') throw new Error(`${name} is no text`)
  return drawnText(name, shape)
}

const structureOf = (name: string, shape: Extract<Shape, { type: 'structure' }>): fc.Arbitrary<unknown> => {
  const members = Object.entries(shape.members)
  if (shape.union) return fc.oneof(...members.map(([key, member]) => fc.record({ [key]: drawnValue(member) })))
  const values = (left: readonly string[]) =>
    fc.record(Object.fromEntries(members.filter(([key]) => !left.includes(key)).map(([key, member]) => [key, drawnValue(member)])), {
      requiredKeys: [
        ...shape.required,
        ...(left.length > 0 ? ['InstanceType', 'InstanceRequirements'].filter((key) => !left.includes(key)) : []),
      ],
    })
  return name === 'ClusterInstanceGroupSpecification' ? fc.oneof(values(['InstanceType']), values(['InstanceRequirements'])) : values([])
}

const validRequest = drawnValue('CreateClusterRequest').map(asJson)

/** Places of the value that its shape requires, as pointers. */
const requiredPlaces = (value: Json, name: string, pointer: string): readonly string[] => {
  const shape = shapeNamed(name)
  if (shape.type === 'list' && isList(value)) {
    return value.flatMap((item, index) => requiredPlaces(item, shape.member, childPointer(pointer, index)))
  }
  if (shape.type !== 'structure' || !isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) => [
    ...(shape.required.includes(key) ? [childPointer(pointer, key)] : []),
    ...requiredPlaces(item, shape.members[key] ?? '', childPointer(pointer, key)),
  ])
}

const places = (value: Json, pointer: string): readonly string[] => [
  pointer,
  ...(isList(value) ? value.flatMap((item, index) => places(item, childPointer(pointer, index))) : []),
  ...(isObject(value) ? Object.entries(value).flatMap(([key, item]) => places(item, childPointer(pointer, key))) : []),
]

/** The value with another one, or nothing, at a place. */
const changed = (value: Json, pointer: string, replacement: Json | undefined, at = ''): Json => {
  if (at === pointer) return replacement ?? null
  const keep = ([key]: readonly [string | number, Json]) => replacement !== undefined || childPointer(at, key) !== pointer
  if (isList(value))
    return [...value.entries()].filter(keep).map(([index, item]) => changed(item, pointer, replacement, childPointer(at, index)))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(keep)
      .map(([key, item]) => [key, changed(item, pointer, replacement, childPointer(at, key))]),
  )
}

describe('laws', () => {
  test('a value that is made from the shapes has no fault', () => {
    fc.assert(fc.property(validRequest, (request) => expect(requestFaults(request)).toEqual([])))
  })

  test('without one required member it has that one fault', () => {
    fc.assert(
      fc.property(validRequest, fc.nat(), (request, choice) => {
        const required = requiredPlaces(request, 'CreateClusterRequest', '')
        const pointer = required[choice % required.length] ?? ''
        expect(told(changed(request, pointer, undefined))).toEqual([`required ${pointer}`])
      }),
    )
  })

  test('whatever stands at any place, each place has at most one fault, at the place or below it', () => {
    fc.assert(
      fc.property(validRequest, fc.nat(), fc.jsonValue(), (request, choice, replacement) => {
        const all = places(request, '')
        const pointer = all[choice % all.length] ?? ''
        const faults = requestFaults(changed(request, pointer, asJson(replacement)))
        expect(new Set(faults.map((fault) => fault.pointer)).size).toBe(faults.length)
        for (const fault of faults) expect(fault.pointer.startsWith(pointer) || fault.kind === 'union').toBe(true)
      }),
    )
  })
})
