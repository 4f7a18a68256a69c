import { quotaNames } from '../../src/catalog/quotas.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { makeReport } from '../../src/report/report.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { aGroup, anExistingCluster, aPlan, aQuota, aSnapshot, aSubnet, aTool, aUsage, known, quotasOf, sizesOf } from '../builders.ts'

const request = 'infra/cluster.json'

const failing: readonly Finding[] = [
  {
    rule: 'security-group/lustre',
    status: 'fail',
    severity: 'error',
    subject: 'sg-0aaaaaaa',
    message:
      'sg-0aaaaaaa lets in TCP 988 from itself but not 1018-1023, which Lustre clients need from the file system fs-0123456789abcdef0',
    evidence: { openPorts: ['988'], neededPorts: ['988', '1018-1023'] },
    fix: {
      text: 'Let the security group take TCP 1018-1023 from itself. Both the nodes and the file system are in it, so one rule serves both ways.',
      commands: [
        'aws ec2 authorize-security-group-ingress --region us-west-2 --group-id sg-0aaaaaaa --protocol tcp --port 1018-1023 --source-group sg-0aaaaaaa',
      ],
    },
    location: { path: request, line: 44, column: 9 },
  },
  {
    rule: 'network/zones',
    status: 'fail',
    severity: 'notice',
    subject: 'plan',
    message: 'both subnets are in us-west-2a; the checklist recommends several zones',
    fix: { text: 'Add a subnet of another zone, unless the nodes use EFA, which stays in one zone.', commands: [] },
  },
  {
    rule: 's3/exposure',
    status: 'fail',
    severity: 'warning',
    subject: 'ml-train-lifecycle',
    message: 'block public access is off for ml-train-lifecycle',
    evidence: { blockPublicAcls: false },
    fix: {
      text: 'Turn on all four settings of block public access: nothing that HyperPod does needs the bucket to be public.',
      commands: [
        'aws s3api put-public-access-block --bucket ml-train-lifecycle --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true',
      ],
    },
  },
  {
    rule: 'network/subnet-capacity',
    status: 'fail',
    severity: 'error',
    subject: 'subnet-0aaaaaaa',
    message: 'subnet-0aaaaaaa has 41 free addresses, 4 × ml.p5.48xlarge need 324: 283 short, a /23 would do',
    evidence: { freeAddresses: 41, neededAddresses: 324, smallestPrefix: 23 },
    fix: {
      text: 'Place the group in a subnet of at least /23.',
      commands: ['aws ec2 describe-subnets --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d'],
    },
    location: { path: request, line: 31, column: 9 },
  },
  {
    rule: 'network/subnet-capacity',
    status: 'fail',
    severity: 'error',
    subject: 'subnet-0bbbbbbb',
    message: 'subnet-0bbbbbbb has 17 free addresses, 4 × ml.p5.48xlarge need 324: 307 short, a /23 would do',
    evidence: { freeAddresses: 17, neededAddresses: 324, smallestPrefix: 23 },
    fix: {
      text: 'Place the group in a subnet of at least /23.',
      commands: ['aws ec2 describe-subnets --region us-west-2 --filters Name=vpc-id,Values=vpc-0a1b2c3d'],
    },
    location: { path: request, line: 32, column: 9 },
  },
]

/** A name as an attacker would choose it: ANSI, a line break, workflow commands, table, HTML, Markdown, a mention, a bidi override. */
export const hostileName =
  '\u001b[2Jx\n::error title=Owned::pwned\r\n##[add-mask]a | b <img src=x onerror=alert(1)> [click](https://evil.example) `code` ```` @octocat \u202egpj.exe'

const hostile: Finding = {
  rule: 'lifecycle/line-endings',
  status: 'fail',
  severity: 'warning',
  subject: hostileName,
  message: `${hostileName} has CR line endings`,
  fix: { text: `Convert ${hostileName} with dos2unix.`, commands: [`dos2unix '${hostileName}'`] },
  location: { path: `scripts/${hostileName}`, line: 1, column: 1 },
}

const deniedGap = {
  reason: 'denied',
  action: 'iam:SimulatePrincipalPolicy',
  message:
    'iam:SimulatePrincipalPolicy answered AccessDenied (HTTP 403): User: arn:aws:sts::111122223333:assumed-role/ci/run is not authorized to perform: iam:SimulatePrincipalPolicy',
} as const

const unknown = (rule: string, severity: Finding['severity'], subject: string): Finding => ({
  rule,
  status: 'unknown',
  severity,
  subject,
  message: deniedGap.message,
  gap: deniedGap,
  fix: {
    text: 'Allow iam:SimulatePrincipalPolicy for the role that runs this check; `hyperpod-preflight iam-policy` prints the whole policy it needs.',
    commands: [],
  },
})

const waived: Finding = {
  rule: 'security-group/world-open',
  status: 'fail',
  severity: 'warning',
  subject: 'sg-0bbbbbbb',
  message: 'sg-0bbbbbbb takes all traffic from ::/0',
  fix: { text: 'Remove the rule.', commands: [] },
  waiver: { reason: 'bastion of the migration, closed with ticket NET-42', owner: 'platform-team', expires: '2027-01-31' },
}

const pass = (rule: string, subject: string, message: string): Finding => ({
  rule,
  status: 'pass',
  severity: 'error',
  subject,
  message,
  evidence: {},
})

const passing: readonly Finding[] = [
  pass('credentials/identity', 'account 111122223333', 'the caller is arn:aws:sts::111122223333:assumed-role/ci/run'),
  pass('quota/cluster-usage', 'ml.p5.48xlarge', 'the quota is 8, 2 are in use, the plan needs 4: 2 left'),
  pass('network/vpc', 'vpc-0a1b2c3d', 'vpc-0a1b2c3d is available'),
  pass('network/subnets', 'subnet-0aaaaaaa', 'subnet-0aaaaaaa is available in vpc-0a1b2c3d, us-west-2a'),
  pass('network/subnets', 'subnet-0bbbbbbb', 'subnet-0bbbbbbb is available in vpc-0a1b2c3d, us-west-2a'),
  ...Array.from({ length: 9 }, (_, index) =>
    pass('lifecycle/syntax', `step-${index + 1}.sh`, `bash takes step-${index + 1}.sh without a complaint`),
  ),
  pass(
    'lifecycle/provisioning-parameters',
    's3://ml-train-lifecycle/hyperpod/provisioning_parameters.json',
    'version 1.0.0, controller group controller-1, worker groups worker-1 and worker-2 in partitions dev and batch',
  ),
]

const skip = (rule: string, message: string, subject = 'plan'): Finding => ({
  rule,
  status: 'skipped',
  severity: 'error',
  subject,
  message,
})

const skipped: readonly Finding[] = [
  ...['cluster', 'authentication-mode', 'version', 'network', 'endpoint-access', 'vpc-cni', 'pod-identity', 'helm-chart'].map((name) =>
    skip(`eks/${name}`, 'The cluster is orchestrated by Slurm.'),
  ),
  skip('network/training-plan', 'No instance group has a training plan.'),
  skip('network/s3-route', 'AMI-based groups read nothing from S3.', 'login-1'),
]

/** Everything at once, in the order of the rules: 3 errors, 2 warnings, 1 notice, 2 unknown, 1 waived, passes, skips, a hostile name. */
export const sampleFindings: readonly Finding[] = [
  ...passing,
  ...skipped,
  waived,
  unknown('iam/execution-role-permissions', 'error', 'HyperPodExecutionRole'),
  unknown('iam/caller', 'warning', 'arn:aws:sts::111122223333:assumed-role/ci/run'),
  ...failing,
  hostile,
]

/** A group that is short, one with a hostile name that fits, one whose quota is not known. */
const groups = [
  aGroup(),
  aGroup({ name: hostileName, instanceTypes: ['ml.c5.large', 'ml.c5.xlarge'], instanceCount: 1 }),
  aGroup({ name: 'login-1', instanceTypes: ['ml.t3.large'], instanceCount: 1 }),
]
const roomy = { subnetIds: ['subnet-0ccccccc'], securityGroupIds: ['sg-0aaaaaaa'], location: null }

export const sampleSnapshot = {
  ...aSnapshot(
    aPlan({
      clusterName: 'ml-train',
      instanceGroups: groups.map((group, index) => (index === 0 ? group : { ...group, overrideVpcConfig: roomy })),
    }),
    {
      identity: known({
        kind: 'caller',
        account: '111122223333',
        arn: 'arn:aws:sts::111122223333:assumed-role/ci/run',
        partition: 'aws',
      } as const),
      quotas: known(
        quotasOf(
          aQuota(),
          aQuota({ name: 'ml.c5.large for cluster usage', quotaCode: 'L-B644CD97', value: 0 }),
          aQuota({ name: 'ml.c5.xlarge for cluster usage', quotaCode: 'L-AD3B35FF', value: 3 }),
          aQuota({ name: quotaNames.instancesPerCluster, quotaCode: 'L-2CE978FC', value: 40 }),
          aQuota({ name: quotaNames.totalInstances, quotaCode: 'L-3308CCC7', value: 60 }),
          aQuota({ serviceCode: 'vpc', name: quotaNames.networkInterfaces, quotaCode: 'L-DF5E4CA3', value: 5000 }),
        ),
      ),
      hyperPodUsage: known(aUsage({ clusters: ['research'], instances: 2, byInstanceType: { 'ml.p5.48xlarge': 2 } })),
      subnets: known({
        'subnet-0aaaaaaa': aSubnet({ availableIpAddressCount: 41 }),
        'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb', availableIpAddressCount: 17 }),
        'subnet-0ccccccc': aSubnet({ subnetId: 'subnet-0ccccccc', availableIpAddressCount: 251 }),
      }),
      instanceTypes: known(sizesOf('ml.p5.48xlarge', 'ml.c5.large', 'ml.c5.xlarge', 'ml.t3.large')),
      networkInterfaceCount: known(118),
    },
  ),
  tool: { name: 'hyperpod-preflight', version: '1.0.0' },
  calls: { total: 31, retries: 2, throttles: 1, durationMs: 1240, byOperation: { 'ec2:DescribeSubnets': 1, 'iam:GetRole': 1 } },
}

export const sampleReport = (): Report =>
  makeReport({ tool: aTool, snapshot: sampleSnapshot, findings: sampleFindings, failOn: 'error', onUnknown: 'fail' })

/** The same account, diagnosed: something explains what AWS answered of the cluster, something may, and events could not be read. */
export const diagnosedReport = (): Report =>
  makeReport({
    tool: aTool,
    snapshot: { ...sampleSnapshot, facts: { ...sampleSnapshot.facts, ...diagnosedFacts } },
    findings: sampleFindings,
    failOn: 'error',
    onUnknown: 'fail',
  })

const diagnosedFacts: Snapshot['facts'] = {
  namedCluster: known(
    anExistingCluster({ name: 'ml-train', status: 'Failed', failureMessage: 'Subnet is broken: InsufficientFreeAddressesInSubnet' }),
  ),
  clusterNodes: known({
    byStatus: { Running: 1, Failure: 2 },
    troubled: [
      { group: 'worker-1', instanceId: 'i-0aaaaaaa', status: 'Failure', message: 'mount.lustre: mount failed: Connection timed out' },
      { group: 'worker-1', instanceId: 'i-0bbbbbbb', status: 'Failure', message: 'You are not authorized to perform this operation' },
    ],
    isCut: false,
  }),
  clusterEvents: known({
    read: 12,
    troubles: [
      {
        id: '83ea0bb5-be77-45e8-a458-0a87f778a205',
        time: '2026-11-23T11:40:00.000Z',
        level: 'Error',
        group: 'worker-1',
        instanceId: 'i-0aaaaaaa',
        description: 'The moon was in the wrong quarter',
      },
    ],
    isCut: false,
  }),
  clusterEventFailures: { ok: false, gap: deniedGap },
  lifecycleLogs: known({
    group: '/aws/sagemaker/Clusters/ml-train/0a1b2c3d4e5f',
    logs: [{ stream: 'LifecycleConfig/worker-1/i-0aaaaaaa', lines: ['+ mount /fsx', `mount: ${hostileName}`, 'exit status 32'] }],
  }),
}
