import { describe, expect, test } from '@jest/globals'
import type { Fact, Gap } from '../../src/model/fact.ts'
import type { FactId } from '../../src/model/facts.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Rule } from '../../src/model/rule.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { aFileSystem, aMachineImage, aNetworkInterface, anEksCluster, aQuota, aVpcEndpoint, known } from '../builders.ts'
import { readySnapshot } from '../fuzz/ready-snapshot.ts'
import { edited, type Path, pathsOf } from '../fuzz/runs.ts'

/**
 * `skipped` means "does not apply", and nothing else. What this machine or the evidence lacks is `unknown`, and what another rule reports
 * is only skipped where that rule does.
 */

const slurm = readySnapshot()
const [controller, worker] = slurm.plan.instanceGroups
const vpcConfig = slurm.plan.vpcConfig
if (controller === undefined || worker === undefined || vpcConfig === null) throw new Error('the sample account lacks a part')
const [subnetId = ''] = vpcConfig.subnetIds
const [securityGroupId = ''] = vpcConfig.securityGroupIds
const vpcId = slurm.facts.vpc?.ok === true ? (slurm.facts.vpc.value?.vpcId ?? '') : ''

/** The sample on EKS, with the Helm chart in its cluster. */
const eks: Snapshot = {
  ...slurm,
  plan: { ...slurm.plan, orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location: null } } },
  facts: {
    ...slurm.facts,
    eksCluster: known(anEksCluster({ vpcId, subnetIds: vpcConfig.subnetIds, securityGroupIds: [securityGroupId] })),
    eksSecurityGroups: slurm.facts.securityGroups ?? known({}),
    vpcEndpoints: known([
      aVpcEndpoint({
        type: 'Interface',
        serviceName: `com.amazonaws.${slurm.plan.region}.sts`,
        privateDnsEnabled: true,
        subnetIds: [subnetId],
        securityGroupIds: [securityGroupId],
      }),
    ]),
    endpointSubnets: slurm.facts.subnets ?? known({}),
    endpointSecurityGroups: slurm.facts.securityGroups ?? known({}),
    eksAccessEntries: known([]),
    eksAddons: known(['vpc-cni']),
    vpcCniAddon: known({ name: 'vpc-cni', version: 'v1.20.4-eksbuild.1', status: 'ACTIVE' }),
    hyperPodChart: known({ kind: 'looked', by: 'helm', context: 'prod', releases: [], agentNamespaces: null }),
  },
}

const planArn = 'arn:aws:sagemaker:us-west-2:123456789012:training-plan/large'
const keyArn = 'arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const quotaOf = (name: string): Fact<ReturnType<typeof aQuota>> => known(aQuota({ name, value: 1000 }))

/** The sample as SlurmConfig makes it, with everything that it does without: a key, an image, a training plan, Spot nodes, a file system. */
const rich: Snapshot = {
  ...slurm,
  plan: {
    ...slurm.plan,
    orchestrator: { kind: 'slurm', configuration: 'api' },
    instanceGroups: [
      { ...controller, slurmNodeType: 'Controller' },
      { ...worker, imageId: 'ami-0123456789abcdef0', ebsVolumes: [{ sizeGb: 500, kmsKeyId: keyArn, isRoot: false, location: null }] },
      { ...worker, name: 'planned', trainingPlanArn: planArn },
      { ...worker, name: 'spot', capacity: 'spot' },
    ] as Plan['instanceGroups'],
    fileSystems: [
      {
        type: 'lustre',
        fileSystemId: 'fs-0123456789abcdef0',
        dnsName: null,
        mountName: null,
        instanceGroups: ['worker-1'],
        location: null,
      },
    ],
  },
  facts: {
    ...slurm.facts,
    machineImages: known({ 'ami-0123456789abcdef0': aMachineImage() }),
    fileSystems: known([aFileSystem({ vpcId, subnetIds: [subnetId] })]),
    fileSystemInterfaces: known({ 'fs-0123456789abcdef0': [aNetworkInterface({ subnetId, vpcId, securityGroupIds: [securityGroupId] })] }),
    fileSystemSecurityGroups: slurm.facts.securityGroups ?? known({}),
    quotas: known({
      ...(slurm.facts.quotas?.ok === true ? slurm.facts.quotas.value : {}),
      'ml.p5.48xlarge for cluster spot instance usage': quotaOf('ml.p5.48xlarge for cluster spot instance usage'),
      'Maximum number of spot instances allowed per SageMaker HyperPod cluster': quotaOf(
        'Maximum number of spot instances allowed per SageMaker HyperPod cluster',
      ),
      'Total number of spot instances allowed across SageMaker HyperPod clusters': quotaOf(
        'Total number of spot instances allowed across SageMaker HyperPod clusters',
      ),
    }),
    trainingPlans: known({
      [planArn]: known({
        name: 'large',
        arn: planArn,
        status: 'Active',
        statusMessage: null,
        startTime: null,
        endTime: null,
        totalInstanceCount: 64,
        availableInstanceCount: 64,
        targetResources: ['hyperpod-cluster'],
        reservedCapacities: [],
      }),
    }),
    kmsKeys: known({
      [keyArn]: known({
        keyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
        arn: keyArn,
        account: '123456789012',
        region: 'us-west-2',
        manager: 'CUSTOMER',
        state: 'Enabled',
        usage: 'ENCRYPT_DECRYPT',
        spec: 'SYMMETRIC_DEFAULT',
      }),
    }),
    kmsKeyPolicies: known({ [keyArn]: known(null) }),
    kmsGrants: known({ [keyArn]: known([]) }),
  },
}

const accounts: readonly (readonly [string, Snapshot])[] = [
  ['Slurm', slurm],
  ['EKS', eks],
  ['Slurm with everything', rich],
]

const isError = ({ severity }: Rule): boolean => severity === 'error'
const readsFacts = ({ needs, uses }: Rule): boolean => needs.length + uses.length > 0
const readers = (id: FactId): readonly Rule[] => rules.filter(({ needs, uses }) => [...needs, ...uses].includes(id))
const isSkipped = ({ status }: Finding): boolean => status === 'skipped'
const line = ({ rule, subject, message }: Finding): string => `${rule} (${subject}): ${message}`
const skips = (judged: readonly Rule[], snapshot: Snapshot): readonly string[] => judge(judged, snapshot).filter(isSkipped).map(line)

/** What is skipped of error-level rules in a changed account, and was not in the account itself. */
const newlySkipped = (snapshot: Snapshot, id: FactId, changed: Snapshot): readonly string[] => {
  const judged = readers(id).filter(isError)
  const before = new Set(skips(judged, snapshot))
  return skips(judged, changed).filter((skip) => !before.has(skip))
}

/** Rules tell gaps apart by nothing but whether they were attempted: two reasons stand for all. */
const reasons: readonly Gap['reason'][] = ['denied', 'unexpected']
const gapOf = (reason: Gap['reason']): Fact<never> => ({ ok: false, gap: { reason, action: 'x:Y', message: `x:Y was ${reason}` } })
const factIds = ({ facts }: Snapshot): readonly FactId[] => Object.keys(facts) as FactId[]

/** A fact as a whole, and its entries where it has some. */
const knownIn = (snapshot: Snapshot, id: FactId): readonly Path[] =>
  pathsOf(snapshot.facts[id], ['facts', id])
    .filter((path) => path.at(-1) === 'ok')
    .map((path) => path.slice(0, -1))

test('every error-level rule that reads facts is judged in one of the accounts: what follows can fail', () => {
  const judged = new Set(
    accounts.flatMap(([, snapshot]) => judge(rules, snapshot).filter((finding) => !isSkipped(finding))).map(({ rule }) => rule),
  )
  expect(rules.filter((rule) => isError(rule) && readsFacts(rule) && !judged.has(rule.id)).map(({ id }) => id)).toEqual([])
})

describe.each(accounts)('%s: no error-level rule is skipped', (_, snapshot) => {
  test.each(factIds(snapshot))('for a gap in %s, or in a part of it', (id) => {
    for (const path of knownIn(snapshot, id)) {
      for (const reason of reasons) {
        const changed = edited(snapshot, [{ kind: 'replaced', path, by: gapOf(reason) }])
        expect([path, reason, newlySkipped(snapshot, id, changed)]).toEqual([path, reason, []])
      }
    }
  })

  test.each(factIds(snapshot))('for %s or a part of it that a snapshot does not have', (id) => {
    for (const path of knownIn(snapshot, id)) {
      const changed = edited(snapshot, [{ kind: 'removed', path }])
      expect([path, newlySkipped(snapshot, id, changed)]).toEqual([path, []])
    }
  })

  test.each<[string, FactId, Snapshot['facts']]>([
    ['an interpreter', 'scriptSyntax', { scriptSyntax: absentParsers(snapshot) }],
    ['any tool', 'tools', { tools: absentTools(snapshot) }],
    ['a kubeconfig, helm and kubectl', 'hyperPodChart', { hyperPodChart: known({ kind: 'not-looked', reason: 'no kubeconfig' }) }],
  ])('for a machine without %s', (__, id, facts) => {
    expect(newlySkipped(snapshot, id, { ...snapshot, facts: { ...snapshot.facts, ...facts } })).toEqual([])
  })
})

function absentParsers({ facts: { scriptSyntax } }: Snapshot): NonNullable<Snapshot['facts']['scriptSyntax']> {
  if (scriptSyntax?.ok !== true) throw new Error('no script was parsed')
  return known(
    Object.fromEntries(
      Object.entries(scriptSyntax.value).map(([name, script]) => [
        name,
        script.ok ? known({ ...script.value, parsed: { kind: 'absent' } as const }) : script,
      ]),
    ),
  )
}

function absentTools({ facts: { tools } }: Snapshot): NonNullable<Snapshot['facts']['tools']> {
  if (tools?.ok !== true) throw new Error('no tool was looked for')
  return known(Object.fromEntries(Object.keys(tools.value).map((name) => [name, known({ kind: 'absent' } as const)])))
}

describe.each(accounts)('%s: what is skipped because another rule reports it', (_, snapshot) => {
  /** `…: network/subnets reports it`; null where no other rule is named. */
  const reporterOf = ({ message }: Finding): string | null => /: (?<rule>[a-z0-9-]+\/[a-z0-9-]+) reports it$/.exec(message)?.[1] ?? null

  /** Members that are there, each gone; nothing of a kind, all of it gone. */
  const absences = (id: FactId): readonly Snapshot[] => {
    const fact = snapshot.facts[id]
    if (fact?.ok !== true) return []
    const value: unknown = fact.value
    const replaced = (path: Path, by: unknown): Snapshot =>
      edited(snapshot, [{ kind: 'replaced', path: ['facts', id, 'value', ...path], by }])
    if (Array.isArray(value)) return [replaced([], [])]
    if (typeof value !== 'object' || value === null) return [replaced([], null)]
    const entries = Object.entries(value).map(([key, entry]) =>
      typeof entry === 'object' && entry !== null && 'ok' in entry ? replaced([key, 'value'], null) : replaced([key], null),
    )
    return [replaced([], null), ...entries]
  }

  test.each(factIds(snapshot))('is reported there, whatever of %s does not exist', (id) => {
    for (const changed of absences(id)) {
      const findings = judge(rules, changed)
      const troubled = new Set(findings.filter(({ status }) => status === 'fail' || status === 'unknown').map(({ rule }) => rule))
      const unreported = findings.filter((finding) => {
        const reporter = isSkipped(finding) ? reporterOf(finding) : null
        return reporter !== null && !troubled.has(reporter)
      })
      expect(unreported.map(line)).toEqual([])
    }
  })
})
