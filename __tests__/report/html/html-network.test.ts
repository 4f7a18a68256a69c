import { describe, expect, test } from '@jest/globals'
import { renderHtml } from '../../../src/report/html/document.ts'
import { networkSection } from '../../../src/report/html/network.ts'
import type { Topology, TopologyEdge, TopologyNode } from '../../../src/report/schema/topology.ts'
import { expectGolden } from '../golden.ts'
import { sampleReport } from '../sample.ts'
import { below, type Element, find, readPage } from './html-page.ts'

const node = (id: string, kind: TopologyNode['kind'], changes: Partial<TopologyNode> = {}): TopologyNode => ({
  id,
  kind,
  label: id,
  state: 'ok',
  rules: [],
  ...changes,
})
const edge = (from: string, to: string, changes: Partial<TopologyEdge> = {}): TopologyEdge => ({
  from,
  to,
  state: 'ok',
  rules: [],
  ...changes,
})

const network: Topology = {
  vpcId: 'vpc-0a1b2c3d',
  nodes: [
    node('vpc-0a1b2c3d', 'vpc'),
    node('groups', 'instance-groups', { label: 'instance group worker-1', detail: '4 × ml.p5.48xlarge' }),
    node('subnet-1', 'subnet', { zone: 'us-west-2a', state: 'broken', rules: ['network/subnet-capacity'] }),
    node('subnet-2', 'subnet', { zone: 'us-west-2b' }),
    node('rtb-2', 'route-table'),
    node('rtb-1', 'route-table'),
    node('nat-1', 'nat-gateway'),
    node('internet', 'internet', { label: 'Internet' }),
  ],
  edges: [
    edge('groups', 'subnet-1'),
    edge('groups', 'subnet-2'),
    edge('subnet-1', 'rtb-1'),
    edge('subnet-2', 'rtb-2'),
    edge('rtb-1', 'nat-1', { label: '0.0.0.0/0' }),
    edge('nat-1', 'internet'),
    edge('rtb-2', 'internet', { label: 'no route to the internet', state: 'broken', rules: ['network/egress'] }),
  ],
  unread: [],
}

const sectionOf = (topology: Topology | null): Element | null => {
  const { root } = readPage(renderHtml({ ...sampleReport(), topology }))
  return below(root).find(({ attributes }) => attributes['id'] === 'network') ?? null
}
const drawn = (topology: Topology = network): Element => {
  const section = sectionOf(topology)
  if (section === null) throw new Error('no network')
  return section
}
const boxes = (section: Element) =>
  find(section, '.box').map((box) => {
    const [rect] = find(box, 'rect')
    const number = (name: string): number => Number(rect?.attributes[name])
    const [name = ''] = find(box, 'title').map(({ text }) => text)
    return {
      name,
      state: box.attributes['class'],
      x: number('x'),
      y: number('y'),
      right: number('x') + number('width'),
      bottom: number('y') + number('height'),
    }
  })

/** What the small one has not: a long line, a box of many lines, edges of each state, boxes that nothing leads to, what was not read. */
const crowded: Topology = {
  ...network,
  nodes: [
    ...network.nodes,
    node('sg-1', 'security-group', {
      label: 'security group sg-0123456789abcdef0 of the nodes',
      state: 'unknown',
      rules: ['security-group/exists'],
    }),
    node('sg-2', 'security-group', { label: 'x'.repeat(28) }),
    node('sg-3', 'security-group', { label: 'x'.repeat(27) }),
    node('bucket', 'bucket', {
      state: 'warning',
      rules: Array.from({ length: 8 }, (_, index) => `s3/rule-${index + 1}`),
    }),
    node('s3', 's3', { rules: Array.from({ length: 8 }, (_, index) => `s3/rule-${index + 1}`) }),
    node('eks', 'eks-cluster', { rules: Array.from({ length: 9 }, (_, index) => `eks/rule-${index + 1}`) }),
    node('tgw', 'transit-gateway'),
  ],
  edges: [
    ...network.edges,
    edge('groups', 'sg-1', { state: 'unknown', rules: ['security-group/exists', 'security-group/self-egress'] }),
    edge('groups', 'sg-2', { state: 'warning', rules: ['security-group/self-egress'], label: 'all' }),
    edge('subnet-1', 'rtb-2'),
    edge('bucket', 'groups'),
    edge('groups', 'nowhere'),
    edge('nowhere', 'groups'),
  ],
  unread: ['ec2:DescribeRouteTables', 'eks:DescribeCluster'],
}

test('the whole section', () => {
  expectGolden('network.html', String(networkSection(network)))
  expectGolden('network-crowded.html', String(networkSection(crowded)))
  expectGolden('network-quiet.html', String(networkSection({ ...network, nodes: [node('subnet-1', 'subnet')], edges: [] })))
})

describe('the drawing', () => {
  test('has a box for every part but the VPC, from the nodes on the left to the internet on the right', () => {
    const all = boxes(drawn())
    const columns = [...new Set(all.map(({ x }) => x))].sort((a, b) => a - b)
    expect(columns.map((column) => all.filter(({ x }) => x === column).map(({ name }) => name))).toEqual([
      ['instance group worker-1, 4 × ml.p5.48xlarge'],
      ['subnet-1', 'subnet-2'],
      ['rtb-1', 'rtb-2'],
      ['nat-1'],
      ['Internet'],
    ])
  })

  test('no box is on another or outside', () => {
    const section = drawn()
    const all = boxes(section)
    const [, , width = 0, height = 0] = (
      find(section, 'svg')[0]?.attributes['viewbox'] ??
      find(section, 'svg')[0]?.attributes['viewBox'] ??
      ''
    )
      .split(' ')
      .map(Number)
    for (const one of all) {
      expect(one.x).toBeGreaterThanOrEqual(0)
      expect(one.y).toBeGreaterThanOrEqual(0)
      expect(one.right).toBeLessThanOrEqual(width)
      expect(one.bottom).toBeLessThanOrEqual(height)
      const over = all.filter((other) => other !== one && other.x === one.x && other.y < one.bottom && one.y < other.bottom)
      expect(over).toEqual([])
    }
  })

  test('marks what the findings are about, with a sign and not by colour alone', () => {
    const section = drawn()
    expect(find(section, '.box.state-broken').map(({ text }) => text)).toEqual([expect.stringContaining('network/subnet-capacity')])
    expect(find(section, '.edge')).toHaveLength(7)
    expect(find(section, '.edge.state-broken').map(({ text }) => text.trim())).toEqual(['×'])
  })

  test('is left out where nobody could read it; the words stay', () => {
    const nodes = Array.from({ length: 151 }, (_, index) => node(`fs-${index}`, 'file-system'))
    expect(find(drawn({ ...network, nodes, edges: [] }), '.picture')).toEqual([])
    expect(find(drawn({ ...network, nodes: nodes.slice(1), edges: [] }), '.box')).toHaveLength(150)
  })
})

describe('in words', () => {
  test('what is marked, with the rules', () => {
    const [list] = find(drawn(), '.marked')
    expect(list?.children.map(({ text }) => text)).toEqual([
      'subnet-1 broken network/subnet-capacity',
      'rtb-2 → Internet no route to the internet broken network/egress',
    ])
  })

  test('every way', () => {
    expect(find(drawn(), 'tr').map(({ children }) => children.map(({ text }) => text))).toEqual([
      ['From', 'To'],
      ['instance group worker-1, 4 × ml.p5.48xlarge', 'subnet-1'],
      ['instance group worker-1, 4 × ml.p5.48xlarge', 'subnet-2'],
      ['subnet-1', 'rtb-1'],
      ['subnet-2', 'rtb-2'],
      ['rtb-1', 'nat-1 0.0.0.0/0'],
      ['nat-1', 'Internet'],
      ['rtb-2', 'Internet no route to the internet'],
    ])
  })

  test('what could not be read', () => {
    expect(drawn().text).not.toContain('Missing here')
    expect(drawn({ ...network, unread: ['ec2:A', 'ec2:B'] }).text).toContain('Missing here, because it could not be read: ec2:A, ec2:B')
  })

  test('nothing where there is no network', () => {
    expect(sectionOf(null)).toBeNull()
    expect(find(readPage(renderHtml({ ...sampleReport(), topology: null })).root, 'nav')[0]?.text).not.toContain('Network')
  })
})
