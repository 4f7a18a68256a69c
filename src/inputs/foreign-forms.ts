import type { Json } from '../model/plan.ts'
import { isList, isObject } from '../semantics/plan/request-part.ts'

/** A file that describes a cluster, or something near it, in another form than a request. */
export interface ForeignForm {
  /** What it is, as in "this is …". */
  readonly what: string
  /** The way from it to something that can be judged, a sentence without its period. */
  readonly way: string
}

const inputsInstead = 'the request that it makes as JSON or YAML, or inputs instead (vpc-id, subnet-ids, security-group-ids, bucket, …)'

const terraform = { what: 'a Terraform source file', way: inputsInstead }

/**
 * A form that is neither JSON nor YAML, told by its text; null for any other. HCL: https://developer.hashicorp.com/terraform/language/syntax/configuration
 * A saved plan is a ZIP archive.
 */
export const foreignText = (path: string, text: string): ForeignForm | null => {
  if (text.startsWith('PK\u0003\u0004')) return { what: 'a binary Terraform plan or another ZIP archive', way: inputsInstead }
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(text))
    return { what: 'an HTML or XML page', way: 'the request file itself, not the page around it' }
  if (/\.(?:tf|tfvars|hcl)$/i.test(path) || hclBlock.test(text)) return terraform
  return null
}

const hclBlock =
  /^[ \t]*(?:(?:resource|data)[ \t]+"[\w-]+"[ \t]+"[\w-]+"|(?:module|variable|output|provider)[ \t]+"[\w-]+"|terraform|locals)[ \t]*\{/m

/** What tells a form by its top-level keys: all of `keys`, or one of `anyOf`. */
interface Mark extends ForeignForm {
  readonly keys?: readonly string[]
  readonly anyOf?: readonly string[]
}

const marks: readonly Mark[] = [
  {
    keys: ['schemaVersion', 'tool', 'plan'],
    what: 'a snapshot of an account that this program saved',
    way: 'this file as input snapshot',
  },
  { keys: ['schemaVersion', 'tool', 'findings'], what: 'a JSON report of this program', way: 'the request that the report is about' },
  {
    anyOf: ['AWSTemplateFormatVersion'],
    what: 'a CloudFormation template',
    way: inputsInstead,
  },
  { keys: ['format_version'], anyOf: ['planned_values', 'resource_changes'], what: 'a Terraform plan in JSON', way: inputsInstead },
  { keys: ['format_version', 'values'], what: 'a Terraform state in JSON', way: inputsInstead },
  { keys: ['version', 'terraform_version', 'resources'], what: 'a Terraform state file', way: inputsInstead },
  {
    anyOf: ['create_hyperpod_cluster_stack', 'hyperpod_cluster_name', 'instance_group_settings', 'resource_name_prefix'],
    what: 'a configuration of the HyperPod CLI (hyp)',
    way: inputsInstead,
  },
  { keys: ['template', 'namespace'], what: 'a configuration of the HyperPod CLI (hyp)', way: inputsInstead },
  { keys: ['HeadNode', 'Scheduling'], what: 'an AWS ParallelCluster configuration', way: 'a request for a HyperPod cluster' },
  {
    anyOf: ['workload_manager', 'controller_group'],
    what: 'a provisioning_parameters.json',
    way: 'this file among the lifecycle scripts, and the request here',
  },
  { keys: ['apiVersion', 'kind'], what: 'a Kubernetes or eksctl manifest', way: inputsInstead },
  { keys: ['ClusterSummaries'], what: 'the output of list-clusters', way: 'the output of describe-cluster for one of them' },
  { keys: ['Statement'], what: 'an IAM policy', way: 'the request of the cluster' },
]

/** A form of JSON or YAML that is no request, told by its keys; null for what may be a request, with faults or without. */
export const foreignForm = (value: Json): ForeignForm | null => {
  if (isList(value)) return value.length > 0 && value.every(isStackParameter) ? parameterFile : null
  if (!isObject(value) || hasAny(value, requestKeys)) return null
  if (isObject(value['Resources'] ?? null) && Object.values(value['Resources'] ?? {}).some(isResource)) return template
  if (isObject(value['Parameters'] ?? null) && Object.keys(value).length === 1) return parameterFile
  const mark = marks.find(({ keys = [], anyOf }) => hasAll(value, keys) && (anyOf === undefined || hasAny(value, anyOf)))
  return mark ?? null
}

/** One of these at the top is a request, whatever else stands there. */
const requestKeys = ['InstanceGroups', 'RestrictedInstanceGroups', 'ClusterName', 'VpcConfig']

const template = { what: 'a CloudFormation template', way: inputsInstead }
const parameterFile = { what: 'a CloudFormation parameter file', way: inputsInstead }

const isResource = (resource: Json): boolean => isObject(resource) && /^(?:AWS|Custom)::/.test(String(resource['Type']))
const isStackParameter = (item: Json): boolean => isObject(item) && Object.hasOwn(item, 'ParameterKey')

const hasAll = (value: object, keys: readonly string[]): boolean => keys.every((key) => Object.hasOwn(value, key))
const hasAny = (value: object, keys: readonly string[]): boolean => keys.some((key) => Object.hasOwn(value, key))
