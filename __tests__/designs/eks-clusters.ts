import type { EksAddon, EksCluster, HyperPodChart } from '../../src/model/facts/eks.ts'
import type { Given } from '../builders.ts'
import { controlPlaneGroup, eks, eksPlan, group, nodeGroup, soundFacts } from './account.ts'
import type { Design } from './design.ts'

/** EKS clusters: their versions, access, add-ons, and what is installed in them. */

const cluster = (changes: Partial<EksCluster>): Given => ({ eksCluster: { ...eks, ...changes } })
const cni = (changes: Partial<EksAddon> = {}): Given => ({
  vpcCniAddon: { name: 'vpc-cni', version: 'v1.20.4-eksbuild.1', status: 'ACTIVE', issues: [], ...changes },
})
type Looked = Extract<HyperPodChart, { readonly kind: 'looked' }>
const chart = (changes: Partial<Looked> = {}): Given => ({
  hyperPodChart: { kind: 'looked', by: 'helm', context: 'prod', releases: [], agentNamespaces: null, ...changes },
})
const released = (status: string): Given =>
  chart({ releases: [{ name: 'hyperpod-dependencies', namespace: 'kube-system', status, chart: 'hyperpod-helm-chart-0.1.0' }] })

/** AWS's templates give the control plane the group of the nodes beside its own. */
const sharedGroup: Given = {
  ...cluster({ securityGroupIds: ['sg-0aaaaaaa'] }),
  eksSecurityGroups: { 'sg-0eeeeeee': { ...controlPlaneGroup, ingress: controlPlaneGroup.ingress.slice(0, 1) }, 'sg-0aaaaaaa': nodeGroup },
  securityGroups: { 'sg-0aaaaaaa': { ...nodeGroup, ingress: nodeGroup.ingress.slice(0, 1) } },
}

export const eksClusters: readonly Design[] = [
  {
    name: 'access entries beside the ConfigMap',
    plan: eksPlan(),
    given: cluster({ authenticationMode: 'API_AND_CONFIG_MAP' }),
    without: [
      { part: 'access entries', given: cluster({ authenticationMode: 'CONFIG_MAP' }), against: ['fail eks/authentication-mode'] },
      { part: 'its VPC', given: cluster({ vpcId: 'vpc-0other000' }), against: ['fail eks/network'] },
      { part: 'its state', given: cluster({ status: 'FAILED' }), against: ['fail eks/cluster'] },
      {
        part: 'the cluster',
        given: { eksCluster: null, eksSecurityGroups: {}, eksAddons: null, vpcCniAddon: null, eksAccessEntries: null },
        against: ['fail eks/cluster'],
      },
      {
        part: 'any endpoint',
        given: cluster({ endpointPrivateAccess: false, endpointPublicAccess: false }),
        against: ['fail eks/endpoint-access'],
      },
    ],
  },
  {
    name: 'a VPC CNI that EKS manages',
    plan: eksPlan(),
    given: cni({ version: 'v1.18.3-eksbuild.1' }),
    without: [
      { part: 'a version that is new enough', given: cni({ version: 'v1.18.2-eksbuild.1' }), against: ['fail eks/vpc-cni'] },
      {
        part: 'its creation',
        given: cni({ status: 'CREATE_FAILED', issues: ['InsufficientNumberOfReplicas'] }),
        against: ['fail eks/vpc-cni'],
      },
      { part: 'management by EKS', given: { vpcCniAddon: null, eksAddons: ['coredns'] }, against: ['unknown eks/vpc-cni'] },
    ],
  },
  {
    name: 'the HyperPod chart, as Helm shows it',
    plan: eksPlan(),
    given: released('deployed'),
    without: [
      { part: 'the release', given: chart(), against: ['fail eks/helm-chart'] },
      { part: 'its deployment', given: released('failed'), against: ['fail eks/helm-chart'] },
      {
        part: 'anything to look with',
        given: { hyperPodChart: { kind: 'not-looked', reason: 'no kubeconfig', lacks: ['kubeconfig'] } },
        against: ['unknown eks/helm-chart'],
      },
    ],
  },
  {
    name: 'a control plane with the security group of the nodes',
    plan: eksPlan(),
    given: sharedGroup,
    without: [
      {
        part: 'that group at the control plane',
        given: { ...cluster({}), eksSecurityGroups: { 'sg-0eeeeeee': controlPlaneGroup } },
        against: ['fail security-group/eks-control-plane'],
      },
      {
        part: 'its rule to itself',
        given: {
          securityGroups: { 'sg-0aaaaaaa': { ...nodeGroup, ingress: [] } },
          eksSecurityGroups: { 'sg-0eeeeeee': controlPlaneGroup, 'sg-0aaaaaaa': { ...nodeGroup, ingress: [] } },
        },
        against: ['fail security-group/self-ingress', 'fail security-group/eks-control-plane'],
      },
    ],
  },
  {
    name: 'groups of types with and without EFA',
    plan: eksPlan({
      InstanceGroups: [group('gpu', 'ml.p5.48xlarge', 2), group('system', 'ml.m5.4xlarge', 2)],
    }),
    given: {},
    without: [
      {
        part: 'the lifecycle script of one',
        given: {},
        plan: eksPlan({
          InstanceGroups: [group('gpu', 'ml.p5.48xlarge', 2), group('system', 'ml.m5.4xlarge', 2, { LifeCycleConfig: undefined })],
        }),
        against: ['fail plan/lifecycle-mode'],
      },
      { part: 'private subnets', given: publicSubnets(), against: ['fail network/subnets-private', 'fail network/egress'] },
    ],
  },
  {
    name: 'CPU nodes alone',
    plan: eksPlan({ InstanceGroups: [group('worker-1', 'ml.m5.4xlarge', 3)] }),
    given: {
      securityGroups: { 'sg-0aaaaaaa': { ...nodeGroup, egress: nodeGroup.egress.map((rule) => ({ ...rule, securityGroupIds: [] })) } },
    },
    without: [
      {
        part: 'a way for the kubelet',
        given: { securityGroups: { 'sg-0aaaaaaa': { ...nodeGroup, ingress: nodeGroup.ingress.slice(0, 1) } } },
        against: ['fail security-group/eks-control-plane'],
      },
      {
        part: 'outbound rules',
        given: { securityGroups: { 'sg-0aaaaaaa': { ...nodeGroup, egress: [] } } },
        against: ['fail security-group/egress-open', 'fail security-group/eks-control-plane'],
      },
    ],
  },
]

/** The route of the nodes leads to an internet gateway, behind which they have no address. */
function publicSubnets(): Given {
  const { routeTables } = soundFacts(eksPlan())
  if (!routeTables.ok) return {}
  return {
    routeTables: routeTables.value.map((table) => ({
      ...table,
      routes: table.routes.map((route) =>
        route.target.kind === 'nat-gateway' ? { ...route, target: { kind: 'internet-gateway' as const, id: 'igw-0aaaaaaa' } } : route,
      ),
    })),
  }
}
