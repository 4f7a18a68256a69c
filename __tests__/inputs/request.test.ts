import { describe, expect, test } from '@jest/globals'
import { parseRequest } from '../../src/inputs/request.ts'

const positions = (path: string, text: string) => {
  const parsed = parseRequest(path, text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.value
}

describe('a request file', () => {
  test('JSON keeps its values and the place of each', () => {
    const request = positions('request.json', '{\n  "ClusterName": "ml",\n  "InstanceGroups": [\n    { "InstanceCount": 4 }\n  ]\n}\n')
    expect(request.value).toEqual({ ClusterName: 'ml', InstanceGroups: [{ InstanceCount: 4 }] })
    expect(request.positions).toMatchObject({
      '/ClusterName': { line: 2, column: 18 },
      '/InstanceGroups/0': { line: 4, column: 5 },
      '/InstanceGroups/0/InstanceCount': { line: 4, column: 24 },
    })
  })

  test('YAML may use comments, anchors and merge keys; what is merged in keeps its own place', () => {
    const text = [
      'group: &common # shared',
      '  InstanceType: ml.p5.48xlarge',
      'InstanceGroups:',
      '  - <<: *common',
      '    InstanceCount: 4',
      '',
    ].join('\n')
    const request = positions('request.yaml', text)
    expect(request.value).toMatchObject({ InstanceGroups: [{ InstanceType: 'ml.p5.48xlarge', InstanceCount: 4 }] })
    expect(request.positions['/InstanceGroups/0/InstanceType']).toEqual({ line: 2, column: 17 })
    expect(request.positions['/InstanceGroups/0/InstanceCount']).toEqual({ line: 5, column: 20 })
  })

  test('keys with slashes and tildes are escaped in the pointer', () => {
    expect(positions('r.json', '{"Tags": {"a/b~c": 1}}').positions).toHaveProperty(['/Tags/a~1b~0c'])
  })

  test('a byte order mark is no part of the request', () => {
    expect(positions('r.json', '\uFEFF{"ClusterName": "ml"}').value).toEqual({ ClusterName: 'ml' })
  })

  test('JSON is read as JSON where YAML would read the same text otherwise', () => {
    const request = positions('r.json', '\t{"a":\r1,\n\t"<<": {"b": 2},"__proto__": 3}')
    expect(Object.entries(request.value ?? {})).toEqual([
      ['a', 1],
      ['<<', { b: 2 }],
      ['__proto__', 3],
    ])
    expect(request.positions).toMatchObject({ '/a': { line: 1, column: 8 }, '/<</b': { line: 2, column: 14 } })
  })

  test('what YAML can say and JSON cannot becomes text', () => {
    expect(positions('r.yaml', 'a: .inf\nb: 2026-11-23\n').value).toEqual({ a: 'Infinity', b: '2026-11-23' })
  })

  test.each([
    ['r.json', '', 'r.json:1:1'],
    ['r.json', '{\n  "a": 1,\n}', 'r.json:3:1'],
    ['r.json', '{\n  // no\n  "a": 1\n}', 'r.json:2:3'],
    ['r.json', '{"a": 1, "a": 2}', 'r.json:1:10'],
    ['r.json', '{"b": {"a": 1, "a": 2}, "b": 3}', 'r.json:1:25'],
    ['r.json', '{"a": [1, 2', 'r.json:1:12'],
    ['r.json', '['.repeat(100_000), 'r.json:1:1001'],
    ['r.yaml', 'a: "x\nb: 1\n', 'r.yaml:3:1'],
    ['r.yaml', 'a: 1\n b: 2\n', 'r.yaml:1:'],
    ['r.yaml', 'a: *nobody\n', 'r.yaml:1:4'],
    ['r.yaml', 'a: 1\n---\nb: 2\n', 'r.yaml:'],
  ])('%s holding %j is refused at %s', (path, text, source) => {
    const parsed = parseRequest(path, text)
    expect(parsed.ok).toBe(false)
    if (!parsed.ok) expect(parsed.faults[0]?.source.startsWith(source)).toBe(true)
  })
})
