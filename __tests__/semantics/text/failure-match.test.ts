import { describe, expect, test } from '@jest/globals'
import { failureMessages } from '../../../src/catalog/failure-messages.ts'
import { messagesIn } from '../../../src/semantics/text/failure-match.ts'

/** What stands where the catalog has `…`: ids and names of the kinds that AWS puts there. */
const put = ['subnet-0a1b2c3d4e5f67890', 'ml.p5.48xlarge', '42', 'my-training-cluster', "'worker-group-1' (us-west-2a)"]

const filled = (message: string): string => {
  let next = 0
  return message.replaceAll('…', () => put[next++ % put.length] ?? '')
}

const catalog = failureMessages.flatMap((row) => row.messages.map((message) => ({ message, row })))

describe('a message of the catalog is found', () => {
  test.each(catalog)('with its ids in it: $message', ({ message, row }) => {
    expect(messagesIn(filled(message))[0]).toBe(row)
  })

  test.each(catalog)('in a log line: $message', ({ message, row }) => {
    const line = `2026-11-30T01:02:03Z ERROR [i-0123456789abcdef0]: "${filled(message)}" (Service: SageMaker, Request ID: 7f9c)`
    expect(messagesIn(line)[0]).toBe(row)
  })

  test.each(catalog)('broken over lines, in other quotes and another case: $message', ({ message, row }) => {
    const pasted = filled(message).replaceAll(' ', '\n   ').replaceAll("'", '’').toUpperCase()
    expect(messagesIn(pasted)[0]).toBe(row)
  })
})

describe('what people paste', () => {
  const pasted: readonly (readonly [text: string, rule: string])[] = [
    [
      "An error occurred (ResourceLimitExceeded) when calling the CreateCluster operation: The account-level service limit 'ml.p5.48xlarge for cluster usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 16 Instances. Please use AWS Service Quotas to request an increase for this quota.",
      'quota/cluster-usage',
    ],
    ['EFA health checks did not run successfully.', 'security-group/self-egress'],
    ['FailureMessage: EFA health checks did not run', 'security-group/self-egress'],
    ['Lifecycle scripts did not run successfully', 'lifecycle/entry-point'],
    ['We currently do not have sufficient capacity to launch new ml.p5.48xlarge instances. Please try again.', 'network/type-offered'],
    ['fatal error: An error occurred (AccessDenied) when calling the GetObject operation: Access Denied', 's3/role-access'],
    [
      'An error occurred (AccessDeniedException): User: arn:aws:sts::111122223333:assumed-role/hp is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-west-2:111122223333:key/1',
      's3/encryption',
    ],
    ["/opt/ml/config/on_create.sh: line 4: $'\\r': command not found", 'lifecycle/line-endings'],
    ['0/12 nodes are available: 12 Too many pods. preemption: 0/12 nodes are available', 'eks/pods-per-node'],
    ['Cluster creation failed: controller and login nodes did not become ready within the expected time', 'lifecycle/entry-point'],
    ['Failed to create Customer ENI for instance in Cluster prod and IG workers', 'iam/execution-role-permissions'],
  ]

  test.each(pasted)('%s', (text, rule) => {
    expect(messagesIn(text)[0]?.rules[0]).toBe(rule)
  })
})

describe('other texts are no message of the catalog', () => {
  const others: readonly string[] = [
    '',
    '   ',
    '…',
    'why',
    'it does not work',
    'cluster failed',
    'permission denied',
    'Access Denied',
    'connection timed out',
    'The operation could not be completed',
    'the cluster is InService',
    'instances',
    'Cluster',
    'EFA',
    'How do I create a HyperPod cluster with Terraform?',
    'The security group is fine and the subnet exists',
    'Please check your VPC and your security groups and try again later',
    'npm ERR! code ELIFECYCLE',
    'fatal: not a git repository (or any of the parent directories): .git',
    'TypeError: Cannot read properties of undefined',
    'bash: aws: command not found',
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
    'The security token included in the request is expired',
    'An error occurred (ThrottlingException) when calling the DescribeCluster operation: Rate exceeded',
    'An error occurred (ResourceNotFound) when calling the DescribeCluster operation: Cluster with name prod was not found',
    'Error: error creating EC2 VPC: UnauthorizedOperation',
    'The maximum number of instances of the Auto Scaling group was changed',
    'srun: error: Unable to allocate resources: Requested node configuration is not available',
    'NCCL WARN Call to ibv_modify_qp failed with error Invalid argument',
    'CUDA out of memory. Tried to allocate 2.00 GiB',
    'pod has unbound immediate PersistentVolumeClaims',
    'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor',
    'You are authorized to perform this operation',
    'All EFA health checks passed. The VPC and security groups are properly configured.',
  ]

  test.each(others)('"%s"', (text) => {
    expect(messagesIn(text)).toEqual([])
  })

  test('and a very long one is answered at once', () => {
    const started = performance.now()
    expect(messagesIn('the cluster of instances in the subnet does not '.repeat(200_000))).toEqual([])
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
