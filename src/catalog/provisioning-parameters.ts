import * as v from 'valibot'

const name = v.pipe(v.string(), v.nonEmpty())
/** AWS's scripts read an optional field that is null or absent the same way. */
const optionalText = v.nullish(v.string())

/**
 * provisioning_parameters.json, which configures Slurm where the request does not (legacy configuration). Fields that are not listed
 * are allowed: AWS's and users' own scripts read more. Compared with the sources on 2026-07-23.
 *
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-ref.html
 * https://docs.aws.amazon.com/sagemaker/latest/dg/smcluster-getting-started-slurm-cli.html
 * https://github.com/awslabs/awsome-distributed-ai/blob/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config/lifecycle_script.py
 */
export const provisioningParameters = v.looseObject({
  version: v.string(),
  workload_manager: v.literal('slurm'),
  controller_group: name,
  login_group: optionalText,
  worker_groups: v.array(v.looseObject({ instance_group_name: name, partition_name: name })),
  fsx_dns_name: optionalText,
  fsx_mountname: optionalText,
  fsx_openzfs_dns_name: optionalText,
  slurm_configurations: v.nullish(
    v.looseObject({
      slurm_database_secret_arn: optionalText,
      slurm_database_endpoint: optionalText,
      slurm_database_user: optionalText,
      slurm_shared_directory: optionalText,
      slurm_sns_arn: optionalText,
    }),
  ),
})
