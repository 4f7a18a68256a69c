import type { Plan } from '../model/plan.ts'

/**
 * Whether nodes of the plan fetch lifecycle scripts from S3. Slurm groups that are set up by their AMI fetch nothing; where no group is
 * known, some may.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html
 */
export const fetchesScripts = ({ lifecycleSources, instanceGroups }: Plan): boolean =>
  lifecycleSources.length > 0 || instanceGroups.length === 0 || instanceGroups.some(({ lifecycle }) => lifecycle.mode !== 'ami')
