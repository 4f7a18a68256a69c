import type { Fact, FactId, Facts, Gap, Subnet, Vpc } from '../src/model/facts.ts'
import type { Finding } from '../src/model/finding.ts'
import type { InstanceGroup, Plan } from '../src/model/plan.ts'
import type { Snapshot } from '../src/model/report.ts'
import type { Rule } from '../src/model/rule.ts'
import { judge } from '../src/rules/judge.ts'

/** A legal instance group; name what matters to the test. */
export const aGroup = (changes: Partial<InstanceGroup> = {}): InstanceGroup => ({
  name: 'worker-1',
  kind: 'standard',
  instanceTypes: ['ml.p5.48xlarge'],
  instanceCount: 4,
  minInstanceCount: null,
  executionRole: 'HyperPodExecutionRole',
  overrideVpcConfig: null,
  lifecycle: { mode: 'ami' },
  ebsVolumes: [],
  trainingPlanArn: null,
  capacity: 'on-demand',
  interfaceType: null,
  slurmNodeType: null,
  partitionNames: [],
  location: null,
  ...changes,
})

/** A Slurm plan of one group in two subnets; name what matters to the test. */
export const aPlan = (changes: Partial<Plan> = {}): Plan => ({
  region: 'us-west-2',
  clusterName: null,
  orchestrator: { kind: 'slurm', configuration: 'unstated' },
  vpcId: 'vpc-0a1b2c3d',
  vpcConfig: { subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'], securityGroupIds: ['sg-0aaaaaaa'], location: null },
  instanceGroups: [aGroup()],
  lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null }],
  executionRoles: [{ name: 'HyperPodExecutionRole', arn: null, origin: 'default', instanceGroups: [], location: null }],
  nodeRole: null,
  fileSystems: [],
  lifecycleScripts: null,
  requiredTools: [],
  request: null,
  overriddenInputs: [],
  ...changes,
})

export const aVpc = (changes: Partial<Vpc> = {}): Vpc => ({
  vpcId: 'vpc-0a1b2c3d',
  state: 'available',
  cidrBlocks: ['10.0.0.0/16'],
  isDefault: false,
  ...changes,
})

export const aSubnet = (changes: Partial<Subnet> = {}): Subnet => ({
  subnetId: 'subnet-0aaaaaaa',
  vpcId: 'vpc-0a1b2c3d',
  state: 'available',
  cidrBlock: '10.0.0.0/22',
  availabilityZone: 'us-west-2a',
  availabilityZoneId: 'usw2-az1',
  availableIpAddressCount: 1019,
  mapPublicIpOnLaunch: false,
  ...changes,
})

export const known = <T>(value: T): Fact<T> => ({ ok: true, value })

export const denied = (action: string): Fact<never> => ({
  ok: false,
  gap: aGap({ action, message: `${action} answered AccessDenied (HTTP 403)` }),
})

export const aGap = (changes: Partial<Gap> = {}): Gap => ({
  reason: 'denied',
  action: 'ec2:DescribeSubnets',
  message: 'ec2:DescribeSubnets answered UnauthorizedOperation (HTTP 403)',
  ...changes,
})

export const aSnapshot = (plan: Plan, facts: Snapshot['facts'] = {}): Snapshot => ({
  schemaVersion: 1,
  tool: { name: 'hyperpod-preflight', version: '0.0.0' },
  takenAt: '2026-11-23T12:00:00.000Z',
  plan,
  facts,
  calls: { total: 0, retries: 0, throttles: 0, durationMs: 0, byOperation: {} },
})

/** Facts of a test: bare values are known ones, so that a table stays readable. */
type Given = { readonly [K in FactId]?: Facts[K] | Fact<Facts[K]> }

const isFact = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'ok' in value && ('value' in value || 'gap' in value)

/** Judges by one rule, through the engine that users run. */
export const findingsOf = (rule: Rule, plan: Plan, given: Given): readonly Finding[] => {
  const facts = Object.fromEntries(Object.entries(given).map(([id, value]) => [id, isFact(value) ? value : known(value)]))
  return judge([rule], aSnapshot(plan, facts))
}

/** `status subject` of each finding: enough for most tables. */
export const statuses = (findings: readonly Finding[]): readonly string[] => findings.map(({ status, subject }) => `${status} ${subject}`)
