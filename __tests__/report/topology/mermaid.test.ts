import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../../src/model/finding.ts'
import type { Topology } from '../../../src/report/schema/topology.ts'
import { renderMermaid } from '../../../src/report/topology/mermaid.ts'
import { topologyOf } from '../../../src/report/topology/topology.ts'
import { mermaidLabel, mermaidLimit } from '../../../src/report/wording/escape.ts'
import { aRouteTable, aVpcEndpoint, known } from '../../builders.ts'
import { aFinding, anUnknown } from '../builders.ts'
import { expectGolden } from '../golden.ts'
import { largeSnapshot, longId, smallTopology } from '../networks.ts'
import { hostileName } from '../sample.ts'

const large = (findings: readonly Finding[] = []): Topology => {
  const topology = topologyOf(largeSnapshot(), findings)
  if (topology === null) throw new Error('no topology')
  return topology
}

const drawing = (topology: Topology): string => renderMermaid(topology) ?? ''

/** What Mermaid takes for nodes and edges. */
const nodeLines = (text: string): readonly string[] => text.split('\n').filter((line) => /^n\d+[[(]/.test(line))
const edgeLines = (text: string): readonly string[] => text.split('\n').filter((line) => /^n\d+ -/.test(line))

/** One in each zone has too few addresses, one zone has no way out, another none to S3, two endpoints do not do, a group is open. */
const troubles: readonly Finding[] = [
  ...[0, 1, 2, 3].map((index) => aFinding({ rule: 'network/subnet-capacity', subject: longId('subnet', index) })),
  ...[1, 5, 9, 13].map((index) => aFinding({ rule: 'network/egress', subject: longId('subnet', index) })),
  ...[2, 6].map((index) => aFinding({ rule: 'network/s3-route', severity: 'warning', subject: longId('subnet', index) })),
  ...[101, 104].map((index) => aFinding({ rule: 'network/endpoints-usable', severity: 'warning', subject: longId('vpce', index) })),
  aFinding({ rule: 'security-group/world-open', severity: 'warning', subject: longId('sg', 1) }),
  anUnknown({ rule: 'security-group/lustre', subject: 'fs-0123456789abcdef0' }),
]

describe('a network of 16 subnets stays readable', () => {
  test.each([
    ['in order', []],
    ['with something wrong everywhere', troubles],
    [
      'with every subnet broken in its own way',
      [...Array(16).keys()].map((i) => aFinding({ rule: `network/r${i}`, subject: longId('subnet', i) })),
    ],
  ])('%s', (_, findings) => {
    const text = drawing(large(findings))
    expect(nodeLines(text).length).toBeLessThanOrEqual(45)
    expect(edgeLines(text).length).toBeLessThanOrEqual(60)
    expect(text.length).toBeLessThan(6_000)
  })

  test('as it is drawn', () => {
    expectGolden('topology-large.mmd', `${drawing(large())}\n`)
    expectGolden('topology-large-broken.mmd', `${drawing(large(troubles))}\n`)
  })

  test('subnets that are alike are one node, which names them; one that is marked stands apart', () => {
    const text = drawing(large([aFinding({ rule: 'network/subnet-capacity', subject: longId('subnet', 5) })]))
    const subnets = nodeLines(text).filter((line) => line.includes('subnet'))
    expect(subnets).toHaveLength(5)
    expect(subnets.filter((line) => line.includes('subnets #40;4#41;'))).toHaveLength(3)
    expect(subnets.find((line) => line.includes('✗'))).toContain(
      `"✗ ${longId('subnet', 5)}<br/>10.0.20.0/22, 1019 free<br/>network/subnet-capacity"`,
    )
  })

  test('interface endpoints of one state are one node', () => {
    const endpoints = (text: string) => nodeLines(text).filter((line) => line.includes('interface endpoint'))
    expect(endpoints(drawing(large()))).toHaveLength(1)
    const [fine, ...apart] = endpoints(drawing(large(troubles)))
    expect(fine).toContain('interface endpoints #40;10#41;')
    expect(apart).toEqual([
      expect.stringContaining('⚠ interface endpoints #40;2#41;<br/>ec2messages, ecr.dkr<br/>network/endpoints-usable'),
    ])
  })
})

test('few subnets are drawn one by one, in their zone and VPC', () => {
  expectGolden(
    'topology-small.mmd',
    `${drawing(smallTopology({ findings: [aFinding({ rule: 'network/s3-route' })], facts: { vpcEndpoints: known([]) } }))}\n`,
  )
})

describe('marks do not rest on colour alone', () => {
  const text = drawing(
    smallTopology({
      findings: [
        aFinding({ rule: 'network/subnet-capacity' }),
        aFinding({ rule: 'security-group/world-open', severity: 'warning', subject: 'sg-0aaaaaaa' }),
        anUnknown({ rule: 's3/bucket', subject: 'sagemaker-lifecycle' }),
        aFinding({ rule: 'network/egress' }),
      ],
      facts: { routeTables: known([aRouteTable()]), vpcEndpoints: known([aVpcEndpoint({ routeTableIds: ['rtb-0aaaaaaa'] })]) },
    }),
  )

  test('a sign and the rules are in the label, the line has a class', () => {
    expect(text).toContain('["✗ subnet-0aaaaaaa<br/>10.0.0.0/22, 1019 free<br/>network/subnet-capacity"]')
    expect(text).toContain('["⚠ security group sg-0aaaaaaa<br/>hyperpod<br/>security-group/world-open"]')
    expect(text).toContain('[("? S3 bucket sagemaker-lifecycle<br/>s3/bucket")]')
    const ids = Object.fromEntries(
      nodeLines(text).map((line) => [/(subnet|security group|S3 bucket)/.exec(line)?.[1], line.split(/\W/)[0]]),
    )
    expect(text).toContain(`\nclass ${ids['subnet']} broken\nclass ${ids['security group']} warning\nclass ${ids['S3 bucket']} unknown`)
  })

  test('a broken way is dashed, and its style is that of its place', () => {
    const place = edgeLines(text).findIndex((line) => line.includes('-.->|"✗ no route to the internet<br/>network/egress"|'))
    expect(place).toBeGreaterThanOrEqual(0)
    expect(text).toContain(`\nlinkStyle ${place} stroke:#e5534b,stroke-width:3px\n`)
  })
})

test('what is larger than Mermaid draws is not drawn', () => {
  const { nodes, edges, ...rest } = smallTopology()
  const many = Array.from({ length: 600 }, (_, index) => ({ from: 'internet', to: `x-${index}`, state: 'ok', rules: [] }) as const)
  expect(renderMermaid({ ...rest, nodes, edges: [...edges, ...many] })).toBeNull()
  const crowd = Array.from(
    { length: 2_000 },
    (_, index) => ({ ...nodes[0], id: `x-${index}`, kind: 'bucket', label: `bucket ${'x'.repeat(40)}`, state: 'ok', rules: [] }) as const,
  )
  expect(renderMermaid({ ...rest, nodes: crowd, edges: [] })).toBeNull()
})

const hostile = fc.oneof(
  fc.constantFrom(
    hostileName,
    '"]; click n1 "https://evil.example"',
    '%%{init: {"theme":"dark"}}%%',
    '```',
    '#quot;',
    '#35;#34;',
    '`**md**`',
    '- list',
    '1. list',
    '<img src=x>',
    'style x:#y;',
    'fa:fa-ban',
    'ﬂ°°60¶ß',
    'end',
    '\n---\n',
    '$$x$$',
  ),
  fc.string({ unit: 'binary', maxLength: 80 }),
)

describe('labels', () => {
  test.each([
    ['subnet-0a, 10.0.0.0/22', 'subnet-0a, 10.0.0.0/22'],
    ['say "no"', 'say #34;no#34;'],
    ['a#35;b', 'a#35;35#59;b'],
    ['- a', '#45; a'],
    ['1. a', '1#46; a'],
    ['a_b*c', 'a#95;b#42;c'],
    ['🚀', '#128640;'],
    ['', '#160;'],
    [' ', '#160;'],
    ['x'.repeat(100), `${'x'.repeat(mermaidLimit - 1)}…`],
  ])('%s', (text, expected) => {
    expect(mermaidLabel(text)).toBe(expected)
  })

  test('hold nothing but letters, digits, what joins them, and whole entities', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const rest = mermaidLabel(text).replaceAll(/#\d+;/g, '')
        expect(rest).toMatch(/^[\p{L}\p{N}\p{M} .,/×…-]*$/u)
      }),
    )
  })

  test('say what they were given: Mermaid reads the entities back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const read = mermaidLabel(text).replaceAll(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
        fc.pre(text.trim() !== '' && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text))
        expect(read).toBe(text)
      }),
    )
  })
})

describe('whatever things are named', () => {
  const named = (name: (slot: number) => string): Topology => {
    const slots = new Map<string, number>()
    const own = new Set(['kind', 'state'])
    return JSON.parse(
      JSON.stringify(large(troubles), (key, value: unknown) => {
        if (typeof value !== 'string' || own.has(key)) return value
        if (!slots.has(value)) slots.set(value, slots.size)
        return name(slots.get(value) ?? 0)
      }),
    )
  }
  /** A diagram without what its labels say. */
  const shape = (text: string): readonly string[] =>
    text.split('\n').map((line) => line.replaceAll(/"[^"]*"/g, (label) => `"${'<br/>'.repeat(label.split('<br/>').length)}"`))

  test('the diagram keeps its lines, its nodes and its edges', () => {
    const harmless = shape(drawing(named((slot) => `x${slot}`)))
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (names) => {
        const text = drawing(named((slot) => `${slot} ${names[slot % names.length]}`))
        expect(shape(text)).toEqual(harmless)
        expect(text.replaceAll('<br/>', '')).not.toMatch(/[<`%{}]/)
      }),
    )
  })
})
