import { describe, expect, test } from '@jest/globals'
import { failureMessages, messagesForeseenBy } from '../../src/catalog/failure-messages.ts'
import { actionsOf } from '../../src/facts/engine/collect.ts'
import { collectors } from '../../src/facts/index.ts'
import { rulePage } from '../../src/report/rule-page.ts'
import { rules } from '../../src/rules/index.ts'

/**
 * The messages that people see when a HyperPod cluster fails, a part of each that tells it from the others. It is written beside the
 * catalog, not from it, so that a row that goes missing there is missed here.
 */
const seen: readonly (readonly [part: string, rule: string | null])[] = [
  ['The account-level service limit', 'quota/cluster-usage'],
  ['(ResourceInUse) when calling the CreateCluster operation', 'plan/cluster-name'],
  ['The maximum number of instances', 'quota/instances-per-cluster'],
  ['We currently do not have sufficient capacity', 'network/type-offered'],
  ['sufficient capacity in the Availability Zone you requested', 'network/training-plan'],
  ['No subnets in the capacity AZ', 'network/training-plan'],
  ['EFA health checks did not run successfully', 'security-group/self-egress'],
  ['Lifecycle scripts did not run successfully', 'lifecycle/entry-point'],
  ['Lifecycle scripts execution timed out', 'network/egress'],
  ['Instance bootstrap failed due to network misconfiguration', 'network/dns'],
  ['EKS clusters with CONFIG_MAP authentication mode are not supported', 'eks/authentication-mode'],
  ['Amazon EKS orchestrator cluster is missing required dependencies', 'eks/helm-chart'],
  ['Unable to retrieve subnets', 'network/subnets'],
  ["The security group 'sg-…' does not exist", 'security-group/exists'],
  ["The subnet ID '…' does not exist", 'network/subnets'],
  ['You are not authorized to perform this operation', 'iam/execution-role-permissions'],
  ['could not be created', 'iam/caller'],
  ['Cluster must have exactly one InstanceGroup with Controller node type', 'plan/slurm-groups'],
  ['Controller Groups found', 'slurm/controller'],
  ['Partitions can only be assigned to Compute node types', 'plan/slurm-groups'],
  ['FSx configurations are only supported for Custom VPC', 'plan/storage'],
  ['LifeCycleConfig is required for instance group', 'plan/lifecycle-mode'],
  ['mutually exclusive', 'plan/lifecycle-mode'],
  ['LifeCycleConfig … incomplete', 'plan/lifecycle-mode'],
  ['contains no configuration', 'plan/lifecycle-mode'],
  ['optional but requires a compatible AMI', 'slurm/image-age'],
  ['cannot include both a SLURM Orchestrator Config and a provisioning_parameters.json', 'lifecycle/provisioning-conflict'],
  ['Update required to use SlurmConfig in InstanceGroups', 'slurm/image-age'],
  ['Connect timeout … S3', 'network/s3-route'],
  ['GetObject', 's3/role-access'],
  ['ListBucket', 's3/role-access'],
  ['kms:', 's3/encryption'],
  ['PermanentRedirect', 's3/region'],
  ['JSONDecodeError', 'lifecycle/provisioning-parameters'],
  ['KeyError', 'lifecycle/provisioning-groups'],
  ['This instance not found in resource config', 'lifecycle/provisioning-groups'],
  ["$'\\r': command not found", 'lifecycle/line-endings'],
  ['mount.lustre', 'security-group/lustre'],
  ['do not permit Lustre LNET network traffic on port 988', 'security-group/lustre'],
  ['aws-node … CrashLoopBackOff', 'eks/vpc-cni'],
  ['MissingIAMPermissions', 'iam/execution-role-permissions'],
  ['Too many pods', 'eks/pods-per-node'],
  ['InService and has 0 nodes', 'quota/cluster-usage'],
  ['Instance creation in Cluster', 'network/type-offered'],
  ['InsufficientFreeAddressesInSubnet', 'network/subnet-capacity'],
  ['VpcLimitExceeded', 'quota/vpc-resources'],
  ['AddressLimitExceeded', 'quota/vpc-resources'],
  ["Error parsing parameter '--cli-input-json'", null],
  ['sufficient capacity to launch new … instances', 'network/type-offered'],
  ['has no InstanceGroup with Controller node type', 'plan/slurm-groups'],
  ['Network Configuration details', 'network/subnets'],
  ['Custom AMI Override', 'image/available'],
  ['Customer ENI', 'network/subnet-capacity'],
  ['Failed to provision EC2 Instance', 'quota/cluster-usage'],
  ['CapacityReservationDetails', 'network/training-plan'],
  ['Instance lifecycle script execution for', 'lifecycle/entry-point'],
  ['Instance lifecycle script execution status', 'lifecycle/entry-point'],
  ['controller and login nodes did not become ready', 'lifecycle/exit-status'],
  ['SLR Access Entry', 'eks/authentication-mode'],
  ['EKS Access Entries', 'eks/authentication-mode'],
  ['CustomResourceDefinition installation failed', 'plan/dependent-fields'],
  ['AutoScaling in Cluster', 'plan/dependent-fields'],
  ['AmazonSageMakerHyperPodServiceRole access entry', 'plan/dependent-fields'],
  ['Failed to create FSx', null],
  ['onfiguration drift detected', null],
  ['configuration mismatch detected', null],
]

/** Rules that block, and whose failure has no message of HyperPod's known to anybody: the API refuses the request, or the tool itself says it. */
const withoutMessage: readonly string[] = ['credentials/identity', 'plan/request-shape', 'plan/duplicate-names', 'plan/immutable-fields']

describe('failure messages', () => {
  const ids = rules.map(({ id }) => id)

  test.each(seen)('"%s" is foreseen by %s', (part, rule) => {
    const rows = failureMessages.filter(({ messages }) => messages.some((message) => message.includes(part)))
    expect(rows).toHaveLength(1)
    if (rule === null) expect(rows[0]?.rules).toEqual([])
    else expect(rows[0]?.rules).toContain(rule)
  })

  test('have no row that nobody has seen', () => {
    const all = failureMessages.flatMap(({ messages }) => messages)
    expect(all.filter((message) => !seen.some(([part]) => message.includes(part)))).toEqual([
      'The bucket you are attempting to access must be addressed using the specified endpoint',
    ])
  })

  test('name rules that exist, each once, or say why none foresees them', () => {
    for (const { messages, rules: named, unforeseen } of failureMessages) {
      expect([messages[0], named.filter((id) => !ids.includes(id))]).toEqual([messages[0], []])
      expect([messages[0], new Set(named).size]).toEqual([messages[0], named.length])
      if (named.length === 0) expect([messages[0], unforeseen]).toEqual([messages[0], expect.stringMatching(/\.$/)])
    }
  })

  test('leave no blocking rule without one, but for those that have none', () => {
    const lacking = rules.filter(({ id, severity }) => severity === 'error' && messagesForeseenBy(id).length === 0)
    expect(lacking.map(({ id }) => id)).toEqual(withoutMessage)
  })

  test('stand on the page of the rule, and so in explain, the likeliest first', () => {
    const rule = rules.find(({ id }) => id === 'security-group/self-egress')
    if (rule === undefined) throw new Error('the rule is gone')
    const page = rulePage(rule, actionsOf([...rule.needs, ...rule.uses], collectors))
    expect(page).toContain(
      '## What it prevents\n\n- *EFA health checks did not run successfully. Ensure that your VPC and security groups are properly configured before attempting to create a new cluster.*\n',
    )
    expect(messagesForeseenBy('network/egress')[0]).toBe('Lifecycle scripts execution timed out')
    expect(messagesForeseenBy('tools/eksctl')).toEqual([])
  })
})
