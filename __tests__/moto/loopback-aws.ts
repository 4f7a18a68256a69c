import { type HttpAnswer, type HttpRequest, type Loopback, passOn, serve } from '../loopback/server.ts'
import { deployer, region } from './account.ts'
import { errorAnswer, operationOf, refusal } from './aws-protocol.ts'
import { type Answer, json, onWire } from './loopback-answer.ts'
import { defaultAddons, type EksCluster, type LoopbackEks, loopbackEks } from './loopback-eks.ts'
import { completeFileSystems } from './loopback-fsx.ts'
import { type LoopbackQuotas, loopbackQuotas, type QuotaRequest, type Quotas } from './loopback-quotas.ts'

/** A request as AWS's clients send it, with the operation that it asks for. */
interface AwsRequest {
  /** `ec2:DescribeSubnets`. */
  readonly operation: string
  readonly body: string
  readonly url: string
}

export interface LoopbackAws extends Loopback {
  /** Operations that arrived, in order. */
  readonly requests: readonly AwsRequest[]
  /** Grants the requests to raise quotas that were made through this loopback. */
  approveQuotaRequests(): void
}

/** Members of `EksCluster` say how EKS clusters are that were made straight in moto, where they differ from ones in which all is well. */
export interface Behaviour extends Partial<EksCluster> {
  /** Base URL of moto. */
  readonly moto: string
  /** What moto has none of. */
  readonly quotas: Quotas
  /** Operations that are refused. */
  readonly denied?: readonly string[]
  /** Open requests to raise a quota: moto has no history of them. */
  readonly quotaRequests?: readonly QuotaRequest[]
  /** Whether AWS answers that the credentials have expired. */
  readonly expired?: boolean
  /** Network interfaces of the file systems: moto makes none. */
  readonly fileSystemInterfaceIds?: readonly string[]
  /** Training plans by name, as DescribeTrainingPlan answers them: moto has none. */
  readonly trainingPlans?: Readonly<Record<string, object>>
  /** Operations that moto lacks, each with what it answers to every request. */
  readonly answers?: Readonly<Record<string, object>>
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
  const peers: Peers = {
    quotas: loopbackQuotas(behaviour.quotas, behaviour.quotaRequests),
    eks: loopbackEks({ ...soundCluster, ...behaviour }, { moto: behaviour.moto, region, creator: deployer }),
  }
  const server = await serve(async (request) => {
    const asked: AwsRequest = { operation: operationOf(request), body: request.body.toString('utf8'), url: request.url }
    requests.push(asked)
    if (behaviour.expired === true) return onWire(expired)
    if (behaviour.denied?.includes(asked.operation)) return onWire(refusal(asked.operation))
    const answered = await answer(asked, behaviour, peers)
    return answered === null ? answerOfMoto(behaviour.moto, request, completions(behaviour, peers)[asked.operation]) : onWire(answered)
  })
  return { ...server, requests, approveQuotaRequests: peers.quotas.approve }
}

/** What moto lacks, with what they were told. */
interface Peers {
  readonly quotas: LoopbackQuotas
  readonly eks: LoopbackEks
}

const soundCluster: EksCluster = {
  authenticationMode: 'API',
  endpointPublicAccess: true,
  endpointPrivateAccess: true,
  addons: defaultAddons,
  accessEntries: [deployer],
}

/** What is answered in the place of moto; null where moto is to answer. */
const answer = async (
  { operation, url, body }: AwsRequest,
  { simulation, trainingPlans, answers }: Behaviour,
  { quotas, eks }: Peers,
): Promise<Answer | null> => {
  if (trainingPlans !== undefined && operation === 'sagemaker:DescribeTrainingPlan') {
    const { TrainingPlanName } = JSON.parse(body) as { TrainingPlanName: string }
    const plan = trainingPlans[TrainingPlanName]
    const absent = { status: 400, code: 'ResourceNotFound', message: `Training plan ${TrainingPlanName} not found` }
    return plan === undefined ? errorAnswer(operation, absent) : json(200, plan)
  }
  const answered = answers?.[operation]
  if (answered !== undefined) return json(200, answered)
  if (simulation !== undefined && operation === 'iam:SimulatePrincipalPolicy')
    return { status: 200, type: 'text/xml', body: simulated(new URLSearchParams(body), simulation) }
  return quotas.answer(operation, body) ?? eks.answer(operation, new URL(url, 'http://loopback').pathname, body)
}

/** As STS says it; the other services' wording does not matter to a run whose credentials are refused. */
const expired: Answer = {
  status: 403,
  type: 'text/xml',
  body: '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error><RequestId>loopback</RequestId></ErrorResponse>',
}

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
const completions = (
  { moto, fileSystemInterfaceIds }: Behaviour,
  { eks }: Peers,
): Readonly<Record<string, (answer: Json) => Json | Promise<Json>>> => ({
  'eks:CreateCluster': (cluster) => eks.complete('eks:CreateCluster', cluster),
  'eks:DescribeCluster': (cluster) => eks.complete('eks:DescribeCluster', cluster),
  'fsx:DescribeFileSystems': (answer) => completeFileSystems(answer, { moto, region, interfaceIds: fileSystemInterfaceIds }),
})

const answerOfMoto = async (
  moto: string,
  request: HttpRequest,
  complete: ((answer: Json) => Json | Promise<Json>) | undefined,
): Promise<HttpAnswer> => {
  const answered = await passOn(moto, request)
  // moto calls it a ValidationException: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html
  if (answered.status === 400 && answered.body.includes('Could not find cluster'))
    return onWire(errorAnswer('sagemaker:DescribeCluster', { status: 400, code: 'ResourceNotFound', message: 'The cluster was not found' }))
  if (complete === undefined || answered.status !== 200) return answered
  const completed = await complete(JSON.parse(answered.body.toString('utf8')) as Json)
  const type = String(answered.headers['content-type'] ?? 'application/json')
  return onWire({ status: 200, type, body: JSON.stringify(completed) })
}
