import type { Json } from '../../model/plan.ts'

/**
 * Settings under `slurm_configurations` of provisioning_parameters.json that several head nodes share. The script sets up all of them;
 * it goes on without the topic, which tells people of a change of the head node.
 * https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/multi_headnode_setup/headnode_setup.sh
 */
const settings = {
  slurm_database_secret_arn: { service: 'secretsmanager', required: true },
  slurm_database_endpoint: { service: null, required: true },
  slurm_database_user: { service: null, required: true },
  slurm_shared_directory: { service: null, required: true },
  slurm_sns_arn: { service: 'sns', required: false },
} as const

/** What is wrong with one of the settings, in words; `required`: head nodes do not come up without it. */
export interface MultiHeadProblem {
  readonly name: string
  readonly problem: string
  readonly required: boolean
}

/** What is wrong with the settings of several head nodes; null where the file has none at all. */
export const multiHeadProblems = (value: Json, region: string): readonly MultiHeadProblem[] | null => {
  const given = member(value, 'slurm_configurations')
  if (given === null || (isObject(given) && Object.keys(given).length === 0)) return null
  return Object.entries(settings).flatMap(([name, { service, required }]) => {
    const written = member(given, name)
    if (typeof written !== 'string' || written.trim() === '') return [{ name, problem: 'is missing', required }]
    const problem = service === null ? null : arnProblem(written, service, region)
    return problem === null ? [] : [{ name, problem, required }]
  })
}

/** Region and service are those of the ARN; the script asks in the Region that the ARN names. */
const arnProblem = (text: string, service: string, region: string): string | null => {
  const parts = text.split(':')
  if (parts[0] !== 'arn' || parts.length < 6 || parts[2] !== service) return `is no ARN of ${service}`
  return parts[3] === region ? null : `is in ${parts[3] === '' ? 'no Region' : parts[3]}, the cluster is to be in ${region}`
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const member = (value: Json, key: string): Json => (isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null)
