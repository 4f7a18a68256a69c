import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { type Answer, json } from './loopback-answer.ts'

type Json = Record<string, unknown>

/** What EKS keeps of a cluster, and moto forgets or never had. */
export interface EksCluster {
  readonly authenticationMode: string
  readonly endpointPublicAccess: boolean
  readonly endpointPrivateAccess: boolean
  /** The group that EKS makes for each cluster: moto names one that does not exist, which stays where this is absent. */
  readonly clusterSecurityGroupId?: string
  /** Versions by name of the add-on. */
  readonly addons: Readonly<Record<string, string>>
  /** ARNs of the principals. */
  readonly accessEntries: readonly string[]
}

/** EKS, of which moto has clusters without access, endpoints or add-ons. */
export interface LoopbackEks {
  /** Null where moto can answer. */
  answer(operation: string, path: string, body: string): Promise<Answer | null>
  /** Completes what moto answered. */
  complete(operation: string, answer: Json): Promise<Json>
}

interface Surroundings {
  /** Base URL of moto. */
  readonly moto: string
  readonly region: string
  /** ARN of the principal that makes clusters through the loopback. */
  readonly creator: string
}

/** Clusters that are made through the loopback start as EKS makes them; all others are as `known` says. */
export const loopbackEks = (known: EksCluster, { moto, region, creator }: Surroundings): LoopbackEks => {
  const ec2 = new EC2Client({ region, endpoint: moto, credentials: { accessKeyId: 'AKIAMAKER', secretAccessKey: 'maker' } })
  const clusters = new Map<string, EksCluster>()
  const clusterOf = (name: string): EksCluster => clusters.get(name) ?? known
  const change = (name: string, part: Partial<EksCluster>): void => {
    clusters.set(name, { ...clusterOf(name), ...part })
  }

  const answer = async (operation: string, path: string, body: string): Promise<Answer | null> => {
    if (!operation.startsWith('eks:')) return null
    const [, name = '', , child = ''] = path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent)
    const asked = body === '' ? {} : (JSON.parse(body) as Json)
    const { addons, accessEntries, authenticationMode } = clusterOf(name)
    switch (operation) {
      case 'eks:UpdateClusterConfig':
        change(name, settingsOf(asked))
        return json(200, { update: { id: 'update-0', status: 'InProgress', type: 'ConfigUpdate' } })
      case 'eks:ListAddons':
        return json(200, { addons: Object.keys(addons) })
      case 'eks:DescribeAddon':
        return addonAnswer(name, child, addons[child])
      case 'eks:CreateAddon': {
        const addonName = String(asked['addonName'])
        const version = defaultAddons[addonName]
        if (version !== undefined) change(name, { addons: { ...addons, [addonName]: version } })
        return addonAnswer(name, addonName, version)
      }
      case 'eks:ListAccessEntries':
        return authenticationMode === 'CONFIG_MAP' ? noEntries : json(200, { accessEntries })
      default:
        return null
    }
  }

  const complete = async (operation: string, { cluster, ...rest }: Json): Promise<Json> => {
    if (operation !== 'eks:CreateCluster' && operation !== 'eks:DescribeCluster') return { cluster, ...rest }
    const answered = cluster as Json
    const name = String(answered['name'])
    const network = answered['resourcesVpcConfig'] as Json
    const vpcId = await vpcOf(network['subnetIds'] as string[])
    if (operation === 'eks:CreateCluster')
      clusters.set(name, { ...untouched, accessEntries: [creator], clusterSecurityGroupId: await makeGroup(name, vpcId) })
    const { authenticationMode, endpointPublicAccess, endpointPrivateAccess, clusterSecurityGroupId } = clusterOf(name)
    const resourcesVpcConfig = {
      ...network,
      vpcId,
      endpointPublicAccess,
      endpointPrivateAccess,
      publicAccessCidrs: ['0.0.0.0/0'],
      ...(clusterSecurityGroupId !== undefined && { clusterSecurityGroupId }),
    }
    return { ...rest, cluster: { ...answered, accessConfig: { authenticationMode }, resourcesVpcConfig } }
  }

  const vpcOf = async (SubnetIds: string[]): Promise<string> => {
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds }))
    return Subnets?.[0]?.VpcId ?? ''
  }

  /** As EKS makes it: all traffic from itself. */
  const makeGroup = async (name: string, VpcId: string): Promise<string> => {
    const GroupName = `eks-cluster-sg-${name}`
    const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: GroupName }))
    const IpPermissions = [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }]
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))
    return GroupId
  }
  return { answer, complete }
}

/** Versions that EKS takes where none is named. */
export const defaultAddons = { 'vpc-cni': 'v1.20.4-eksbuild.2', 'eks-pod-identity-agent': 'v1.3.10-eksbuild.2' } as Readonly<
  Record<string, string>
>

/**
 * A cluster whose maker named nothing: EKS installs a VPC CNI that it does not manage.
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
 */
const untouched = { authenticationMode: 'CONFIG_MAP', endpointPublicAccess: true, endpointPrivateAccess: false, addons: {} } as const

const settingsOf = (asked: Json): Partial<EksCluster> => {
  const access = asked['accessConfig'] as Partial<EksCluster> | undefined
  const network = asked['resourcesVpcConfig'] as Partial<EksCluster> | undefined
  return {
    ...(access?.authenticationMode !== undefined && { authenticationMode: access.authenticationMode }),
    ...(network?.endpointPublicAccess !== undefined && { endpointPublicAccess: network.endpointPublicAccess }),
    ...(network?.endpointPrivateAccess !== undefined && { endpointPrivateAccess: network.endpointPrivateAccess }),
  }
}

const addonAnswer = (clusterName: string, addonName: string, addonVersion: string | undefined): Answer =>
  addonVersion === undefined
    ? json(404, {
        __type: 'ResourceNotFoundException',
        clusterName,
        addonName,
        message: `No addon: ${addonName} found in cluster: ${clusterName}`,
      })
    : json(200, { addon: { addonName, clusterName, addonVersion, status: 'ACTIVE' } })

const noEntries = json(400, {
  __type: 'InvalidRequestException',
  message: "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
})

/** The operation of a request to EKS, which tells operations by method and path. */
export const eksOperation = (method: string, path: string): string => {
  const [, name, collection, child] = path.split('/').filter((part) => part !== '')
  const verb = { POST: 'Create', DELETE: 'Delete', GET: child === undefined ? 'List' : 'Describe' }[method] ?? method
  if (name === undefined) return method === 'POST' ? 'CreateCluster' : 'ListClusters'
  if (collection === undefined) return method === 'GET' ? 'DescribeCluster' : 'DeleteCluster'
  if (collection === 'update-config') return 'UpdateClusterConfig'
  const [one, many] = collection === 'addons' ? ['Addon', 'Addons'] : ['AccessEntry', 'AccessEntries']
  return `${verb}${verb === 'List' ? many : one}`
}
