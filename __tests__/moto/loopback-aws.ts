import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as AWS's clients send it, with the operation that it asks for. */
interface AwsRequest {
  /** `ec2:DescribeSubnets`. */
  readonly operation: string
  readonly body: string
  readonly url: string
}

export interface LoopbackAws {
  readonly url: string
  /** Operations that arrived, in order. */
  readonly requests: readonly AwsRequest[]
  close(): Promise<void>
}

export interface Behaviour {
  /** Base URL of moto. */
  readonly moto: string
  /** Values of quotas by code: what moto has none of. A code that is not listed does not exist. */
  readonly quotas: Readonly<Record<string, { readonly serviceCode: string; readonly name: string; readonly value: number }>>
  /** Operations that are refused. */
  readonly denied?: readonly string[]
  /** Open requests to raise a quota: moto has no history of them. */
  readonly quotaRequests?: readonly { readonly ServiceCode: string; readonly QuotaCode: string; readonly DesiredValue: number }[]
  /** Whether AWS answers that the credentials have expired. */
  readonly expired?: boolean
  /** How the EKS clusters authenticate: moto forgets it. */
  readonly authenticationMode?: 'API' | 'CONFIG_MAP'
  /** The group that EKS makes for each cluster: moto names one that does not exist. */
  readonly clusterSecurityGroupId?: string
  /** Network interfaces of the file systems: moto makes none. */
  readonly fileSystemInterfaceIds?: readonly string[]
  /** Add-ons of the EKS clusters with their versions: moto has no call for one. Absent: the VPC CNI and the Pod Identity agent. */
  readonly addons?: Readonly<Record<string, string>>
  /** Principals with an access entry in the EKS clusters: moto has none. Absent: the deployer. */
  readonly accessEntries?: readonly string[]
  /** What IAM's simulator answers: moto has none. Absent: the request goes to moto, which fails. */
  readonly simulation?: Simulation
}

/** Actions that the simulated principal is not allowed, each with the layer that says so; all others are allowed. */
export type Simulation = Readonly<Record<string, 'identity' | 'boundary' | 'organization' | 'explicit-deny'>>

/**
 * Stands in front of moto: answers the Service Quotas calls that moto lacks, refuses what the test denies, passes the rest on.
 * It listens on loopback only.
 */
export const startLoopbackAws = async (behaviour: Behaviour): Promise<LoopbackAws> => {
  const requests: AwsRequest[] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const asked: AwsRequest = {
        operation: operationOf(request, body.toString('utf8')),
        body: body.toString('utf8'),
        url: request.url ?? '/',
      }
      requests.push(asked)
      if (behaviour.expired === true) expire(response)
      else if (behaviour.denied?.includes(asked.operation)) deny(asked.operation, response)
      else if (behaviour.simulation !== undefined && asked.operation === 'iam:SimulatePrincipalPolicy')
        send(response, 200, 'text/xml', simulated(new URLSearchParams(asked.body), behaviour.simulation))
      else if (isLacking(asked)) answerQuota(asked, behaviour, response)
      else if (eksLists.has(asked.operation)) answerEks(asked, behaviour, response)
      else passOn(behaviour.moto, request, body, response, completions(behaviour)[asked.operation])
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The service stands in the credential scope of the signature; the operation in the body, the target header or the path. */
const operationOf = (request: http.IncomingMessage, body: string): string => {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'sts'
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') return `${service}:${target.slice(target.lastIndexOf('.') + 1)}`
  const action = new URLSearchParams(body).get('Action')
  if (action !== null) return `${service}:${action}`
  return `${service}:${restOperation(service, request)}`
}

const eksOperation = (pathname: string): string => {
  const [, part, addon] = /^\/clusters\/[^/]+(?:\/([a-z-]+)(?:\/([^/]+))?)?$/.exec(pathname) ?? []
  if (part === 'addons') return addon === undefined ? 'ListAddons' : 'DescribeAddon'
  return part === 'access-entries' ? 'ListAccessEntries' : 'DescribeCluster'
}

const restOperation = (service: string, { method, url }: http.IncomingMessage): string => {
  const { pathname, searchParams } = new URL(url ?? '/', 'http://loopback')
  if (service === 'eks') return eksOperation(pathname)
  const hasKey = pathname.split('/').filter((part) => part !== '').length > 1
  if (method === 'HEAD') return hasKey ? 'HeadObject' : 'HeadBucket'
  if (searchParams.has('list-type')) return 'ListObjectsV2'
  if (searchParams.has('location')) return 'GetBucketLocation'
  if (searchParams.has('policy')) return 'GetBucketPolicy'
  if (searchParams.has('policyStatus')) return 'GetBucketPolicyStatus'
  if (searchParams.has('publicAccessBlock')) return 'GetPublicAccessBlock'
  if (searchParams.has('encryption')) return 'GetBucketEncryption'
  if (searchParams.has('acl')) return 'GetBucketAcl'
  return 'GetObject'
}

const send = (response: http.ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': 'loopback' })
  response.end(body)
}

/** As STS says it; the other services' wording does not matter to a run whose credentials are refused. */
const expire = (response: http.ServerResponse): void => {
  const error =
    '<Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error>'
  send(response, 403, 'text/xml', `<ErrorResponse>${error}<RequestId>loopback</RequestId></ErrorResponse>`)
}

/** Each protocol has its own way to say no. */
const deny = (operation: string, response: http.ServerResponse): void => {
  const [service] = operation.split(':')
  const message = `User: arn:aws:iam::123456789012:user/preflight is not authorized to perform: ${operation}`
  if (service === 'ec2') {
    const error = `<Error><Code>UnauthorizedOperation</Code><Message>${message}</Message></Error>`
    send(response, 403, 'text/xml', `<Response><Errors>${error}</Errors><RequestID>loopback</RequestID></Response>`)
  } else if (service === 'iam' || service === 'sts') {
    const error = `<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error>`
    send(response, 403, 'text/xml', `<ErrorResponse>${error}<RequestId>loopback</RequestId></ErrorResponse>`)
  } else if (service === 's3') {
    send(response, 403, 'application/xml', `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`)
  } else {
    response.setHeader('x-amzn-errortype', 'AccessDeniedException')
    const status = service === 'eks' ? 403 : 400
    send(response, status, 'application/x-amz-json-1.1', JSON.stringify({ __type: 'AccessDeniedException', message }))
  }
}

const opened = (request: object, index: number): object => ({
  Id: `request-${index}`,
  Status: 'PENDING',
  Created: 1_795_000_000,
  ...request,
})

/** moto knows the applied quotas of the VPC service and no others. */
const isLacking = ({ operation, body }: AwsRequest): boolean =>
  operation.startsWith('servicequotas:') && !(operation === 'servicequotas:GetServiceQuota' && body.includes('"ServiceCode":"vpc"'))

const answerQuota = ({ operation, body }: AwsRequest, { quotas, quotaRequests = [] }: Behaviour, response: http.ServerResponse): void => {
  const { ServiceCode = '', QuotaCode } = JSON.parse(body) as { ServiceCode?: string; QuotaCode?: string }
  const json = (status: number, value: object): void => send(response, status, 'application/x-amz-json-1.1', JSON.stringify(value))
  const all = Object.entries(quotas).filter(([, quota]) => quota.serviceCode === ServiceCode)
  const shaped = all.map(([code, { name, value }]) => ({
    ServiceCode,
    QuotaCode: code,
    QuotaName: name,
    Value: value,
    Unit: 'None',
    Adjustable: true,
  }))
  const quota = shaped.find((candidate) => candidate.QuotaCode === QuotaCode)
  if (operation === 'servicequotas:ListRequestedServiceQuotaChangeHistory') json(200, { RequestedQuotas: quotaRequests.map(opened) })
  else if (/:List(?:AWSDefault)?ServiceQuotas$/.test(operation)) json(200, { Quotas: shaped })
  else if (quota !== undefined && operation === 'servicequotas:GetServiceQuota') json(200, { Quota: quota })
  else json(400, { __type: 'NoSuchResourceException', Message: 'The request failed because the specified quota does not exist.' })
}

const eksLists: ReadonlySet<string> = new Set(['eks:ListAddons', 'eks:DescribeAddon', 'eks:ListAccessEntries'])

/** Add-ons of every cluster, by name, each with its version: what a cluster has that `aws eks create-addon` was run for. */
const usualAddons: Readonly<Record<string, string>> = { 'vpc-cni': 'v1.19.0-eksbuild.1', 'eks-pod-identity-agent': 'v1.3.4-eksbuild.1' }

const answerEks = (
  { operation, url }: AwsRequest,
  { addons = usualAddons, accessEntries = [deployerArn] }: Behaviour,
  response: http.ServerResponse,
): void => {
  const json = (status: number, value: object): void => send(response, status, 'application/json', JSON.stringify(value))
  if (operation === 'eks:ListAddons') return json(200, { addons: Object.keys(addons) })
  if (operation === 'eks:ListAccessEntries') return json(200, { accessEntries })
  const name = url.split('?')[0]?.split('/').at(-1) ?? ''
  const addonVersion = addons[name]
  if (addonVersion !== undefined) return json(200, { addon: { addonName: name, addonVersion, status: 'ACTIVE' } })
  response.setHeader('x-amzn-errortype', 'ResourceNotFoundException')
  json(404, { message: `No addon: ${name} found in cluster` })
}

/** The role of the tests' own session. */
const deployerArn = 'arn:aws:iam::123456789012:role/github-deployer'

/**
 * One result for each action; where several resources were asked for, with a result for each of them inside.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
const simulated = (asked: URLSearchParams, denied: Simulation): string => {
  const members = (list: string): readonly string[] =>
    [...asked].filter(([key]) => key.startsWith(`${list}.member.`) && !key.includes('Context')).map(([, value]) => value)
  const resources = members('ResourceArns')
  const results = members('ActionNames').map((action) => {
    const layer = denied[action]
    const decision = layer === undefined ? 'allowed' : layer === 'explicit-deny' ? 'explicitDeny' : 'implicitDeny'
    const details = [
      `<OrganizationsDecisionDetail><AllowedByOrganizations>${layer !== 'organization'}</AllowedByOrganizations></OrganizationsDecisionDetail>`,
      layer === 'boundary'
        ? '<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>false</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>'
        : '',
      '<MatchedStatements/><MissingContextValues/>',
    ].join('')
    const each = resources.map(
      (arn) =>
        `<member><EvalResourceName>${arn}</EvalResourceName><EvalResourceDecision>${decision}</EvalResourceDecision><MatchedStatements/><MissingContextValues/></member>`,
    )
    const several = resources.length > 1 ? `<ResourceSpecificResults>${each.join('')}</ResourceSpecificResults>` : ''
    return `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resources[0] ?? '*'}</EvalResourceName><EvalDecision>${decision}</EvalDecision>${details}${several}</member>`
  })
  const result = `<SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results.join('')}</EvaluationResults></SimulatePrincipalPolicyResult>`
  return `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${result}<ResponseMetadata><RequestId>loopback</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>`
}

type Json = Record<string, unknown>

/** What AWS always answers and moto leaves out, by operation. */
const completions = ({
  authenticationMode = 'API',
  clusterSecurityGroupId,
  fileSystemInterfaceIds,
}: Behaviour): Readonly<Record<string, (answer: Json) => Json>> => ({
  'eks:DescribeCluster': ({ cluster, ...rest }) => ({
    ...rest,
    cluster: {
      ...(cluster as Json),
      accessConfig: { authenticationMode },
      resourcesVpcConfig: {
        ...((cluster as Json)['resourcesVpcConfig'] as Json),
        endpointPublicAccess: true,
        ...(clusterSecurityGroupId !== undefined && { clusterSecurityGroupId }),
        endpointPrivateAccess: true,
        publicAccessCidrs: ['0.0.0.0/0'],
      },
    },
  }),
  'fsx:DescribeFileSystems': ({ FileSystems, ...rest }) => ({
    ...rest,
    FileSystems: (FileSystems as readonly Json[]).map((fileSystem) => ({
      Lifecycle: 'AVAILABLE',
      ...fileSystem,
      ...(fileSystemInterfaceIds !== undefined && { NetworkInterfaceIds: fileSystemInterfaceIds }),
    })),
  }),
})

const passOn = (
  moto: string,
  request: http.IncomingMessage,
  body: Buffer,
  response: http.ServerResponse,
  complete: ((answer: Json) => Json) | undefined,
): void => {
  const upstream = http.request(
    new URL(request.url ?? '/', moto),
    { method: request.method ?? 'GET', headers: request.headers },
    (answer) => {
      const status = answer.statusCode ?? 502
      if (complete === undefined || status !== 200) {
        response.writeHead(status, answer.headers)
        answer.pipe(response)
        return
      }
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const completed = complete(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json)
        send(response, status, answer.headers['content-type'] ?? 'application/json', JSON.stringify(completed))
      })
    },
  )
  upstream.on('error', (error) => send(response, 502, 'text/plain', String(error)))
  upstream.end(body)
}
