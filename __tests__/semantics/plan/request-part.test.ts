import { describe, expect, test } from '@jest/globals'
import { childPointer, locationAt, pathOf, requestGroups, requestPart } from '../../../src/semantics/plan/request-part.ts'
import { nearestName } from '../../../src/semantics/text/nearest-name.ts'
import { aRequest, clusterRequest, groupRequest } from '../../requested-plan.ts'

const request = aRequest(clusterRequest({ NodeRecovery: null, Tags: [{ Key: '', Value: 'x' }] }))

describe('a part of a request', () => {
  test.each([
    ['', 'the request'],
    ['/ClusterName', 'ClusterName'],
    ['/InstanceGroups/0/InstanceCount', 'InstanceGroups[0].InstanceCount'],
    ['/Labels/a~1b~0c', 'Labels["a/b~c"]'],
    ['/Labels/~01', 'Labels["~1"]'],
    ['/Labels/', 'Labels[""]'],
  ])('%s is called %s', (pointer, path) => {
    expect(pathOf(pointer)).toBe(path)
  })

  test('a key that needs it is escaped', () => {
    expect(childPointer('/Labels', 'a/b~1')).toBe('/Labels/a~1b~01')
  })

  test.each([
    ['/ClusterName', 2],
    ['/InstanceGroups/0/OverrideVpcConfig/Subnets/3', 4],
    ['/Nothing/of/this', 1],
  ])('%s stands where it, or its nearest ancestor, does', (pointer, line) => {
    expect(locationAt(request, pointer)).toMatchObject({ path: 'cluster.json', line })
  })

  test('absent, null, empty and of another type read as nothing; only absent and null are not stated', () => {
    const root = requestPart(request)
    expect(root.at('NodeRecovery')).toMatchObject({ stated: false, text: null, items: [], keys: [] })
    expect(root.at('VpcConfig').at('Subnets')).toMatchObject({ stated: false, items: [] })
    expect(root.at('Tags').items[0]?.at('Key')).toMatchObject({ stated: true, text: null })
    expect(root.at('InstanceGroups')).toMatchObject({ stated: true, text: null, integer: null, boolean: null })
    expect(root.at('toString').stated).toBe(false)
    expect(root.keys).toEqual(['ClusterName', 'InstanceGroups', 'Tags'])
  })

  test('groups without a name are called by their place', () => {
    const groups = requestGroups(aRequest(clusterRequest({ InstanceGroups: [{}], RestrictedInstanceGroups: [groupRequest()] })))
    expect(groups.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['standard InstanceGroups[0]', 'restricted worker-1'])
  })
})

describe('the nearest name', () => {
  test.each([
    ['instancecount', ['InstanceType', 'InstanceCount'], 'InstanceCount'],
    ['InstanceCnt', ['InstanceType', 'InstanceCount'], 'InstanceCount'],
    ['Comment', ['ClusterName', 'Tags'], null],
    ['x', [], null],
    ['x'.repeat(100_000), ['x'], null],
  ])('%.20s', (name, names, expected) => {
    expect(nearestName(name, names)).toBe(expected)
  })
})
