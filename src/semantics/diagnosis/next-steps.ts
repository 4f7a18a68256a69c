import type { DiagnosedAnswer, Diagnosis, NextStep } from '../../model/diagnosis.ts'
import type { ExistingCluster } from '../../model/facts/cluster.ts'
import type { LifecycleLogs } from '../../model/facts/diagnosis.ts'
import type { Finding } from '../../model/finding.ts'
import { isObject } from '../plan/request-part.ts'
import { isLeftover } from '../plan/update.ts'
import { command } from '../text/command.ts'
import { conjunction, plural } from '../text/enumerate.ts'

interface Diagnosed {
  readonly region: string
  /** Null if it could not be read. */
  readonly cluster: ExistingCluster | null
  readonly conclusion: Diagnosis['conclusion']
  readonly answers: readonly DiagnosedAnswer[]
  readonly logs: LifecycleLogs | null
  readonly findings: readonly Finding[]
  readonly sources: Diagnosis['sources']
}

/** What to do, in this order. */
export const nextSteps = (diagnosed: Diagnosed): readonly NextStep[] => [
  ...fixes(diagnosed),
  ...wholeLogs(diagnosed),
  ...again(diagnosed),
  ...support(diagnosed),
  ...permissions(diagnosed),
]

/** What says of a failed cluster that it keeps its name is no cause of the failure. */
const nameTaken = 'plan/cluster-name'

/** Rules that are named. */
const mostRules = 3

const fixes = ({ answers, conclusion, findings }: Diagnosed): readonly NextStep[] => {
  const rules = (certainty: string): readonly string[] => [
    ...new Set(answers.flatMap(({ explanations }) => explanations.filter((one) => one.certainty === certainty).map(({ rule }) => rule))),
  ]
  const [sure, doubtful] = [rules('explains'), rules('may-explain')]
  if (sure.length > 0) return [step(`Fix ${conjunction(sure, mostRules)}: the findings below say how.`)]
  const others = findings.filter(({ rule, status, severity }) => rule !== nameTaken && status === 'fail' && severity === 'error').length
  return [
    ...(conclusion !== 'no-failure' && others > 0
      ? [step(`Fix the ${plural(others, 'error')} below first: none is known to cause this message, and each keeps nodes from coming up.`)]
      : []),
    ...(doubtful.length > 0 ? [step(`Settle ${conjunction(doubtful, mostRules)}: the findings below say how.`)] : []),
  ]
}

/** Where nothing explains what happened, the scripts may: the whole log is more than its last lines. */
const wholeLogs = ({ region, conclusion, logs }: Diagnosed): readonly NextStep[] => {
  const [log] = logs?.logs ?? []
  if (conclusion === 'explained' || conclusion === 'no-failure' || logs === null || log === undefined) return []
  const where = ['--region', region, '--log-group-name', logs.group, '--log-stream-names', log.stream]
  return [
    step(`Read the whole log of ${log.stream}.`, [
      command('aws', 'logs', 'filter-log-events', ...where, '--query', 'events[].[message]', '--output', 'text'),
    ]),
  ]
}

const again = ({ region, cluster, conclusion }: Diagnosed): readonly NextStep[] => {
  if (cluster === null) return []
  const { name, status, request } = cluster
  const about = ['--region', region, '--cluster-name', name]
  if (status === 'Deleting') return []
  if (isLeftover(cluster))
    return [
      step(`Then delete ${name} and create it again: a cluster that is ${status} cannot be updated.`, [
        command('aws', 'sagemaker', 'delete-cluster', ...about),
      ]),
    ]
  if (status !== 'InService')
    return [
      step(`AWS is still working on ${name} (${status}). Diagnose it again when that has ended.`, [
        command('aws', 'sagemaker', 'describe-cluster', ...about, '--query', '[ClusterStatus,FailureMessage]'),
      ]),
    ]
  if (conclusion === 'no-failure') return []
  const isContinuous = isObject(request) && request['NodeProvisioningMode'] === 'Continuous'
  return [
    isContinuous
      ? step('Then wait: with continuous provisioning HyperPod tries to start the missing nodes again.')
      : step(`Then update ${name} again.`),
  ]
}

const support = ({ cluster, conclusion }: Diagnosed): readonly NextStep[] => {
  if (conclusion === 'explained' || conclusion === 'possible' || conclusion === 'no-failure') return []
  const about = cluster === null ? 'the message' : `the message and the ARN of the cluster, ${cluster.arn}`
  return [step(`If it fails again, open a case with AWS Support and give ${about}.`)]
}

/** What was denied is worth asking again only if nothing is explained. */
const permissions = ({ cluster, conclusion, sources }: Diagnosed): readonly NextStep[] => {
  const denied = [...new Set(sources.flatMap(({ gap }) => (gap?.reason === 'denied' ? [gap.action] : [])))]
  if (denied.length === 0 || conclusion === 'explained') return []
  return [
    step(`To learn more, allow ${conjunction(denied)} for the role that runs this. The command prints the whole policy.`, [
      command('hyperpod-preflight', 'iam-policy', '--diagnose', ...(cluster === null ? [] : [cluster.name])),
    ]),
  ]
}

const step = (text: string, commands: readonly string[] = []): NextStep => ({ text, commands })
