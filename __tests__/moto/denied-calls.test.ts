import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { type Account, goodAccount, moto } from './account.ts'
import { advice, failingRules, judgeAccount, slurmInputs } from './judged-account.ts'

/** A run takes a second or two; a busy machine takes longer. */
jest.setTimeout(60_000)

const scripts = [
  'lifecycle/error-handling',
  'lifecycle/exit-status',
  'lifecycle/files',
  'lifecycle/internet',
  'lifecycle/line-endings',
  'lifecycle/moving-image',
  'lifecycle/placeholders',
  'lifecycle/provisioning-parameters',
  'lifecycle/readable',
  'lifecycle/references',
  'lifecycle/shebang',
  'lifecycle/syntax',
]

/** Each operation of a run in the good account, with the rules that cannot be judged without it. */
const neededBy: Readonly<Record<string, readonly string[]>> = {
  'ec2:DescribeAddresses': ['quota/vpc-resources'],
  // Whoever answers, nodes of the good account call nothing by a private name: a notice.
  'ec2:DescribeDhcpOptions': ['network/dns'],
  'ec2:DescribeInstanceTypeOfferings': ['network/type-offered'],
  // Prefix lists sharpen what routes, ACLs and groups with a rule to everywhere have settled already.
  'ec2:DescribeManagedPrefixLists': [],
  'ec2:DescribeNatGateways': ['network/acl', 'network/egress'],
  'ec2:DescribeNetworkAcls': ['network/acl'],
  'ec2:DescribeNetworkInterfaces': ['quota/network-interfaces'],
  'ec2:DescribeRouteTables': ['network/acl', 'network/egress', 'network/s3-endpoint-policy', 'network/s3-route', 'network/subnets-private'],
  'ec2:DescribeSecurityGroups': [
    'security-group/egress-open',
    'security-group/exists',
    'security-group/self-egress',
    'security-group/self-ingress',
    'security-group/world-open',
  ],
  'ec2:DescribeSubnets': [
    'network/acl',
    'network/egress',
    'network/endpoint-policy',
    'network/endpoints-usable',
    'network/s3-endpoint-policy',
    'network/s3-route',
    'network/subnet-capacity',
    'network/subnets',
    'network/subnets-private',
    'network/type-offered',
    'network/zones',
    'quota/vpc-resources',
  ],
  'ec2:DescribeVpcAttribute': ['network/dns'],
  'ec2:DescribeVpcEndpoints': [
    'network/acl',
    'network/egress',
    'network/endpoint-policy',
    'network/endpoints-usable',
    'network/s3-endpoint-policy',
    'network/s3-route',
    'security-group/https-from-vpc',
  ],
  'ec2:DescribeVpcs': ['network/dns', 'network/vpc', 'quota/vpc-resources', 'security-group/exists', 'security-group/https-from-vpc'],
  'ec2:GetManagedPrefixListEntries': [],
  // No parameter file of the good account names a file system.
  'fsx:DescribeFileSystems': [],
  // What the documents of policies say, AWS's own engine says too.
  'iam:GetPolicy': [],
  'iam:GetPolicyVersion': [],
  'iam:GetRole': [
    'iam/caller',
    'iam/execution-role-exists',
    'iam/execution-role-permissions',
    'iam/execution-role-trust',
    'iam/kms',
    'iam/node-role',
    's3/encryption',
    's3/role-access',
  ],
  'iam:GetRolePolicy': [],
  'iam:ListAttachedRolePolicies': [],
  'iam:ListRolePolicies': [],
  // And the other way round.
  'iam:SimulatePrincipalPolicy': [],
  'route53:ListHostedZonesByVPC': ['network/dns'],
  // Public access is blocked: what a policy or an ACL would open stays shut.
  's3:GetBucketAcl': [],
  's3:GetBucketEncryption': ['iam/kms'],
  's3:GetBucketPolicy': ['s3/role-access'],
  's3:GetBucketPolicyStatus': [],
  's3:GetObject': [...scripts, 'iam/kms', 's3/encryption', 'security-group/lustre', 'slurm/directory-service', 'slurm/file-system'],
  's3:GetPublicAccessBlock': ['s3/exposure'],
  's3:HeadBucket': ['s3/bucket', 's3/region'],
  's3:ListObjectsV2': [
    ...scripts,
    'iam/kms',
    'lifecycle/entry-point',
    'lifecycle/unused-hook',
    's3/encryption',
    'security-group/lustre',
    'slurm/directory-service',
    'slurm/file-system',
  ],
  'sagemaker:ListClusters': ['quota/cluster-usage', 'quota/total-instances'],
  // A quota that may not be read by its code is found in the list, and the other way round.
  'servicequotas:GetServiceQuota': [],
  'servicequotas:ListServiceQuotas': [],
  'sts:GetCallerIdentity': ['credentials/identity', 'iam/caller', 'network/s3-endpoint-policy'],
}

const actionNames: Readonly<Record<string, string>> = {
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
}

/** The IAM action where it has another name than the operation. */
const actionOf = (operation: string): string => actionNames[operation] ?? operation

describe('a denied call', () => {
  let account: Account
  beforeAll(async () => {
    account = await goodAccount(moto)
  })

  test('has a row here, whatever the run calls', async () => {
    const { report } = await judgeAccount(slurmInputs(account), { simulation: {} })
    expect(Object.keys(report.calls.byOperation)).toEqual(Object.keys(neededBy).sort())
  })

  test.each(Object.entries(neededBy))('%s makes exactly the rules that need it unknown', async (operation, rules) => {
    const { report, exitCode } = await judgeAccount(slurmInputs(account), { simulation: {}, denied: [operation] })
    const unknowns = report.findings.filter(({ status }) => status === 'unknown')
    expect([...new Set(unknowns.map(({ rule }) => rule))].sort()).toEqual([...rules].sort())
    // What is advice where it is known is unknown where the scripts are.
    expect(failingRules(report)).toEqual(advice.filter((rule) => !rules.includes(rule)))
    for (const { gap } of unknowns) expect(gap).toMatchObject({ reason: 'denied', action: actionOf(operation) })
    const blocking = unknowns.some(({ severity }) => severity === 'error')
    expect(report.verdict).toBe(blocking ? 'unproven' : 'ready')
    expect(exitCode).toBe(blocking ? 3 : 0)
  })

  test('to all of Service Quotas leaves every quota unknown', async () => {
    const denied = ['GetServiceQuota', 'ListServiceQuotas', 'GetAWSDefaultServiceQuota', 'ListAWSDefaultServiceQuotas']
    const { report } = await judgeAccount(slurmInputs(account), {
      simulation: {},
      denied: denied.map((operation) => `servicequotas:${operation}`),
    })
    const quotas = report.findings.filter(
      ({ rule, status }) => rule.startsWith('quota/') && status !== 'skipped' && rule !== 'quota/pending-request',
    )
    expect(new Set(quotas.map(({ status }) => status))).toEqual(new Set(['unknown']))
    expect(report.verdict).toBe('unproven')
  })
})
