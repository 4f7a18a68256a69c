import type { SimulatedAction } from '../../model/facts/iam.ts'
import { type RequestContext, unknownPart, valuesOf } from './policy-text.ts'

/**
 * Questions to AWS's own policy engine, in as few calls as it takes, and its answers to each of them.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */

/** One question: may this be done? `resource` and the values of `context` may hold `unknownPart`. */
export interface SimulationRequest {
  readonly action: string
  readonly resource: string
  /** A real resource among those that `resource` stands for, where one is known. */
  readonly sample?: string | null
  readonly context: RequestContext
}

/** Types of condition keys that the API tells apart. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html */
type ContextKeyType = 'string' | 'stringList' | 'boolean' | 'numeric' | 'date' | 'ip'

interface ContextEntry {
  readonly name: string
  readonly type: ContextKeyType
  readonly values: readonly string[]
}

/** One call: every action is evaluated on every resource, and nothing is in it that nobody asked for. */
export interface SimulationCall {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly context: readonly ContextEntry[]
}

/**
 * The AWS documentation names no limit to the lists of a call. This many resources, with their actions, keep a request and its answer
 * small.
 */
const mostResources = 100

/**
 * The calls that ask everything: identical questions once, in one call what has the same context and, for each resource, the same
 * actions. Different contexts are not mixed: a key that a request would not carry could let a condition hold.
 *
 * Throws a RangeError where one action on one resource is asked for under two contexts: the answer does not say which one it is about.
 */
export const simulationCalls = (requests: readonly SimulationRequest[]): readonly SimulationCall[] => {
  const contexts = new Map<string, Map<string, Set<string>>>()
  const asked = new Map<string, string>()
  for (const request of requests) {
    const resource = concreteResource(request)
    const context = JSON.stringify(contextEntries(request.context))
    const question = `${request.action.toLowerCase()} ${resource}`
    if ((asked.get(question) ?? context) !== context) throw new RangeError(`${request.action} on ${resource} has two contexts`)
    asked.set(question, context)
    const actions = contexts.get(context) ?? new Map<string, Set<string>>()
    contexts.set(context, actions.set(resource, (actions.get(resource) ?? new Set()).add(request.action)))
  }
  return [...contexts].flatMap(([context, actionsOf]) => callsOf(actionsOf, JSON.parse(context)))
}

const callsOf = (actionsOf: ReadonlyMap<string, ReadonlySet<string>>, context: readonly ContextEntry[]): readonly SimulationCall[] => {
  const resourcesOf = new Map<string, string[]>()
  for (const [resource, actions] of actionsOf) {
    // `*` has no ARN beside it: the answer has another shape then.
    const key = JSON.stringify([resource === '*', ...[...actions].sort()])
    resourcesOf.set(key, [...(resourcesOf.get(key) ?? []), resource])
  }
  return [...resourcesOf.values()].flatMap((resources) => {
    const actions = [...(actionsOf.get(resources[0] ?? '') ?? [])]
    return chunks(resources).map((chunk) => ({ actions, resources: chunk, context }))
  })
}

const chunks = (resources: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(resources.length / mostResources) }, (_, index) =>
    resources.slice(index * mostResources, (index + 1) * mostResources),
  )

const refusedMix = /\[([^\]]*)\] and \[[^\]]*\] require different authorization information/

/**
 * The calls to make instead of one that IAM refused because it does not evaluate these actions together ("Invalid Input Actions: [a,b]
 * and [c] require different authorization information"; which ones those are is not documented). Null where that is not why it refused.
 */
export const splitCall = (call: SimulationCall, refusal: string): readonly SimulationCall[] | null => {
  const named = refusedMix.exec(refusal)?.[1]
  if (named === undefined || call.actions.length < 2) return null
  const together = new Set(named.split(',').map((action) => action.trim().toLowerCase()))
  const first = call.actions.filter((action) => together.has(action.toLowerCase()))
  const rest = call.actions.filter((action) => !together.has(action.toLowerCase()))
  const half = Math.ceil(call.actions.length / 2)
  const parts = first.length > 0 && rest.length > 0 ? [first, rest] : [call.actions.slice(0, half), call.actions.slice(half)]
  return parts.map((actions) => ({ ...call, actions }))
}

/** The answer to one of the requests that the calls were made of; null where there is none. */
export const simulatedFor = (request: SimulationRequest, simulated: readonly SimulatedAction[]): SimulatedAction | null => {
  const resource = concreteResource(request)
  const action = request.action.toLowerCase()
  return simulated.find((answer) => answer.action.toLowerCase() === action && answer.resource === resource) ?? null
}

/**
 * Condition keys that the answer hangs on and whose values are not known. A key that the request is known not to carry is no such key:
 * without a value is how it should be evaluated.
 */
export const missingKeys = ({ context }: SimulationRequest, { missingContextValues }: SimulatedAction): readonly string[] =>
  missingContextValues.filter((key) => valuesOf(context, key) !== null)

/** Whether the question was about a made-up resource, because which one it will be is not known. */
export const isMadeUp = ({ resource, sample }: SimulationRequest): boolean => resource.includes(unknownPart) && (sample ?? null) === null

/** The resource that IAM is asked about: the sample, or one that looks like those that HyperPod will use. */
export const concreteResource = ({ resource, sample }: SimulationRequest): string => {
  if (!resource.includes(unknownPart)) return resource
  return (
    sample ??
    representatives.reduce((text, [pattern, value]) => text.replace(pattern, value), resource).replaceAll(unknownPart, 'preflight')
  )
}

/**
 * What stands for unknown parts, by what is in front of them. A cluster's log group is `/aws/sagemaker/Clusters/<name>/<id>`, with
 * streams `LifecycleConfig/<group>/<instance id>`.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html
 */
const representatives: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(?<=:network-interface/)${unknownPart}`), 'eni-0123456789abcdef0'],
  [new RegExp(`(?<=:log-group:/aws/sagemaker/Clusters/)${unknownPart}(?=/)`), 'hyperpod-cluster'],
  [new RegExp(`(?<=:log-group:/aws/sagemaker/Clusters/[^/]+/)${unknownPart}`), 'a1b2c3d4e5f6'],
  [new RegExp(`(?<=:log-stream:)${unknownPart}`), 'LifecycleConfig/worker-group/i-0123456789abcdef0'],
  // The account of the EKS add-on images in most Regions: https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html
  [new RegExp(`(?<=:ecr:[^:]*:)${unknownPart}(?=:)`), '602401143452'],
  [new RegExp(`(?<=:602401143452:repository/)${unknownPart}`), 'amazon-k8s-cni'],
  [new RegExp(`(?<=^arn:[^:]*:s3:::.*)${unknownPart}$`), 'on_create.sh'],
]

/** Keys whose values are not texts; every other is. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const keyTypes: Readonly<Record<string, ContextKeyType>> = {
  'aws:calledvia': 'stringList',
  'aws:currenttime': 'date',
  'aws:epochtime': 'date',
  'aws:multifactorauthage': 'numeric',
  'aws:multifactorauthpresent': 'boolean',
  'aws:principalisawsservice': 'boolean',
  'aws:principalorgpaths': 'stringList',
  'aws:principalservicenameslist': 'stringList',
  'aws:securetransport': 'boolean',
  'aws:sourceip': 'ip',
  'aws:tagkeys': 'stringList',
  'aws:tokenissuetime': 'date',
  'aws:viaawsservice': 'boolean',
  'aws:vpcsourceip': 'ip',
  'sagemaker:vpcsecuritygroupids': 'stringList',
  'sagemaker:vpcsubnets': 'stringList',
}

/**
 * What is known of a context, by name. A key that the request does not carry is not sent, nor one whose values are known in part only:
 * IAM then evaluates without it and names it as missing.
 */
const contextEntries = (context: RequestContext): readonly ContextEntry[] =>
  Object.entries(context)
    .flatMap(([name, values]) =>
      values === null || values.length === 0 || values.some((value) => isInPart(name, value))
        ? []
        : [{ name, type: values.length > 1 ? ('stringList' as const) : (keyTypes[name.toLowerCase()] ?? 'string'), values }],
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1))

const isInPart = (name: string, value: string): boolean =>
  value.includes(unknownPart) || (keyTypes[name.toLowerCase()] === 'ip' && value.includes('/'))
