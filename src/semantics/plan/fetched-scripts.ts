import type { InstanceGroup, Plan } from '../../model/plan.ts'
import { placementOf } from './placement.ts'
import { folderUri } from './s3-uri.ts'

/**
 * Whether nodes in a subnet fetch lifecycle scripts from S3. Slurm groups that are set up by their AMI fetch nothing; where no group is
 * known, or a folder is named and not which groups it is for, some may.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html
 */
export const fetchesScripts = (plan: Plan, subnetId: string): boolean =>
  fetchesScriptsOf(
    plan.instanceGroups.filter((group) => placementOf(group, plan)?.subnetIds.includes(subnetId)),
    plan,
  )

/** The same for nodes of these groups of the plan. */
export const fetchesScriptsOf = (groups: readonly InstanceGroup[], plan: Plan): boolean =>
  plan.instanceGroups.length === 0 || hasFolderOfNoGroup(plan) || groups.some(({ lifecycle }) => lifecycle.mode !== 'ami')

const hasFolderOfNoGroup = ({ lifecycleSources, instanceGroups }: Plan): boolean => {
  const ofGroups = new Set(
    instanceGroups.flatMap(({ lifecycle }) => (lifecycle.mode === 'ami' || lifecycle.source === null ? [] : folderUri(lifecycle.source))),
  )
  return lifecycleSources.some((source) => !ofGroups.has(folderUri(source)))
}
