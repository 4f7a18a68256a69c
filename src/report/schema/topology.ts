import * as v from 'valibot'
import { described, type Frozen } from './member.ts'

const mark = {
  state: described(
    v.picklist(['ok', 'warning', 'broken', 'unknown']),
    'The worst that the findings say about it: `broken` for a failing error, `warning` for a failing warning, `unknown` where it could not be judged; `ok` where no such finding names it. Notices and waived findings do not count.',
  ),
  rules: described(v.array(v.string()), 'Ids of the rules whose findings say so; empty where the state is `ok`.'),
}

const node = v.object({
  id: described(
    v.string(),
    "AWS's own id where there is one, else `instance-groups/1`, `s3://bucket`, `eks/name`, `s3`, `internet`. No two nodes have the same.",
  ),
  kind: v.picklist([
    'vpc',
    'instance-groups',
    'subnet',
    'route-table',
    'internet-gateway',
    'egress-only-internet-gateway',
    'nat-gateway',
    'transit-gateway',
    'vpc-endpoint',
    'network-interface',
    'instance',
    'peering',
    'virtual-private-gateway',
    'carrier-gateway',
    'local-gateway',
    'core-network',
    'other',
    'gateway-endpoint',
    'interface-endpoint',
    'security-group',
    'file-system',
    'eks-cluster',
    'bucket',
    's3',
    'internet',
  ]),
  label: v.string(),
  detail: described(v.exactOptional(v.string()), 'What else is known of it, in a few words.'),
  zone: described(v.exactOptional(v.string()), 'Availability Zone of a subnet.'),
  ...mark,
})

const edge = v.object({ from: v.string(), to: v.string(), label: v.exactOptional(v.string()), ...mark })

/** The planned cluster in its network: what the plan names, and what its subnets lead to. Nothing else of the VPC. */
export const topologySchema = v.object({
  vpcId: v.nullable(v.string()),
  nodes: described(v.array(node), 'By kind, in the order of the plan, then by id.'),
  edges: described(v.array(edge), 'Ways between nodes, by their ids. A marked one need not be there: it is the way that is missed.'),
  unread: described(v.array(v.string()), 'IAM actions of what was not read: the parts that it would show are missing.'),
})

export type Topology = Frozen<v.InferOutput<typeof topologySchema>>
export type TopologyNode = Topology['nodes'][number]
export type TopologyEdge = Topology['edges'][number]
export type TopologyNodeKind = TopologyNode['kind']
export type TopologyState = TopologyNode['state']
