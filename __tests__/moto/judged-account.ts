import type { Finding } from '../../src/model/finding.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { type ActionRun, credentialsFor, runAction } from '../packed.ts'
import { type Account, bucket, deployerSession, goodQuotas, moto, region } from './account.ts'
import { type Behaviour, startLoopbackAws } from './loopback-aws.ts'

export type Inputs = Readonly<Record<string, string>>

export const slurmInputs = (account: Account): Inputs => ({
  region,
  'vpc-id': account.vpcId,
  'subnet-ids': account.subnetIds.join(','),
  'security-group-ids': account.securityGroupId,
  bucket: `s3://${bucket}/hyperpod/`,
  orchestrator: 'slurm',
  'instance-type': 'ml.p5.48xlarge',
  'instance-count': '4',
})

/**
 * Runs the packed action against the account, in the session of a deployer. Where no answers of IAM's simulator are given, it is refused:
 * the documents of the policies decide then.
 */
export const judgeAccount = async (
  inputs: Inputs,
  { environment, ...behaviour }: Partial<Behaviour> & { readonly environment?: Inputs } = {},
): Promise<ActionRun & { readonly report: Report; readonly operations: readonly string[] }> => {
  const session = await deployerSession(moto)
  const denied = behaviour.simulation === undefined ? ['iam:SimulatePrincipalPolicy'] : []
  const aws = await startLoopbackAws({ moto, quotas: goodQuotas, ...behaviour, denied: [...denied, ...(behaviour.denied ?? [])] })
  try {
    const run = await runAction(inputs, { ...credentialsFor(aws.url), ...session, ...environment })
    if (run.report === null) throw new Error(`the action made no report:\n${run.log}`)
    return { ...run, report: run.report, operations: aws.requests.map(({ operation, body, url }) => `${operation} ${body} ${url}`) }
  } finally {
    await aws.close()
  }
}

export const failing = (report: Report): readonly Finding[] => report.findings.filter(({ status }) => status === 'fail')
export const failingRules = (report: Report): readonly string[] => [...new Set(failing(report).map(({ rule }) => rule))].sort()
export const errors = (report: Report): readonly Finding[] => failing(report).filter(({ severity }) => severity === 'error')

/** Fails as a notice in the good account too: it has no shared file system, which is advice and no requirement. */
export const advice: readonly string[] = ['slurm/file-system']
