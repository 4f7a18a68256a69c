/**
 * The log group of CloudWatch Logs that the nodes of a cluster write to; `id` is the last part of the cluster's ARN.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-troubleshooting.html
 */
export const clusterLogGroup = (cluster: string, id: string): string => `/aws/sagemaker/Clusters/${cluster}/${id}`

/** What the names of the streams with the output of lifecycle scripts start with. */
export const lifecycleStreams = 'LifecycleConfig/'

/** The stream that the lifecycle scripts of one node write to. */
export const lifecycleStream = (instanceGroup: string, instanceId: string): string => `${lifecycleStreams}${instanceGroup}/${instanceId}`
