import type { EksCluster } from '../../model/facts/eks.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Location, Plan } from '../../model/plan.ts'
import { readItem } from '../../semantics/fact.ts'
import { plannedSubnets } from '../../semantics/plan/placement.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported, unknown } from '../engine/outcome.ts'
import { namesSubnet } from '../shared/each-subnet.ts'
import { givenEksCluster, namesEksCluster } from './cluster-given/given-eks-cluster.ts'

export const network = defineRule({
  id: 'eks/network',
  title: 'The nodes are placed in the VPC of the EKS cluster',
  why: 'HyperPod puts the network interfaces of its nodes into the VPC of the EKS cluster and has the VPC CNI give pods addresses of it. With subnets of another VPC the cluster is refused, or its nodes never join.',
  severity: 'error',
  checklist: '8',
  checklistDiffers:
    'The checklist lists only tools for EKS. The subnets may be others than those of the control plane, the VPC must be the same.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html',
    'https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigResponse.html',
  ],
  needs: ['eksCluster', 'subnets'],
  uses: [],
  applies: (plan) => (namesEksCluster(plan) === true ? namesSubnet(plan) : namesEksCluster(plan)),
  evaluate: ({ eksCluster, subnets }, plan) =>
    givenEksCluster(plan, eksCluster, (cluster, location) => judge(cluster, location, subnets, plan)),
})

/** One outcome a planned subnet that exists; `network/subnets` speaks of the others. */
const judge = (cluster: EksCluster, eksLocation: Location | null, subnets: Facts['subnets'], plan: Plan): readonly Outcome[] => {
  const { name, vpcId } = cluster
  if (vpcId === null) {
    const message = `eks:DescribeCluster answered no VPC of ${name}`
    return [unknown(name, { reason: 'unexpected', action: 'eks:DescribeCluster', message }, { location: eksLocation })]
  }
  return plannedSubnets(plan).map(({ id, location }) => {
    const read = readItem(subnets, id)
    if (!read.ok) return unknown(id, read.gap, { location })
    const subnet = read.value
    if (subnet === null) return reported(id, `${id} does not exist in ${plan.region}`, 'network/subnets', { location })
    const evidence = { eksVpcId: vpcId, vpcId: subnet.vpcId }
    return subnet.vpcId === vpcId
      ? pass(id, `${id} is in ${vpcId}, as ${name} is`, { location, evidence })
      : fail(id, `${id} is in ${subnet.vpcId}, the EKS cluster ${name} is in ${vpcId}`, otherVpc(cluster, vpcId, plan.region), {
          location,
          evidence,
        })
  })
}

const otherVpc = ({ name }: EksCluster, vpcId: string, region: string) => ({
  text: `Take private subnets of ${vpcId} for the nodes, or an EKS cluster in the VPC of these subnets: neither ${name} nor a HyperPod cluster can be moved to another VPC.`,
  commands: [command('aws', 'ec2', 'describe-subnets', '--region', region, '--filters', `Name=vpc-id,Values=${vpcId}`)],
})
