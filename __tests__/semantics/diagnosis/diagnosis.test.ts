import { describe, expect, test } from '@jest/globals'
import type { Diagnosis } from '../../../src/model/diagnosis.ts'
import type { ExistingCluster } from '../../../src/model/facts/cluster.ts'
import type { ClusterEvent, ClusterEvents, ClusterNodes, LifecycleLogs } from '../../../src/model/facts/diagnosis.ts'
import type { Finding } from '../../../src/model/finding.ts'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import { diagnosisOf } from '../../../src/semantics/diagnosis/diagnosis.ts'
import { aGroupOfNodes, anExistingCluster, aPlan, aSnapshot, denied, known } from '../../builders.ts'

const efa = 'EFA health checks did not run successfully. Ensure that your VPC and security groups are properly configured.'
const group = '/aws/sagemaker/Clusters/prod/a1b2c3d4e5f6'

const cluster = (changes: Partial<ExistingCluster> = {}): ExistingCluster =>
  anExistingCluster({ name: 'prod', status: 'Failed', failureMessage: null, ...changes })
const nodes = (changes: Partial<ClusterNodes> = {}): ClusterNodes => ({ byStatus: {}, troubled: [], isCut: false, ...changes })
const events = (...troubles: readonly ClusterEvent[]): ClusterEvents => ({ read: troubles.length, troubles, isCut: false })
const logs = (...lines: readonly string[]): LifecycleLogs => ({ group, logs: [{ stream: 'LifecycleConfig/work/i-0a', lines }] })
const event = (id: string, description: string, changes: Partial<ClusterEvent> = {}): ClusterEvent => ({
  id,
  time: '2026-11-20T10:15:00.000Z',
  level: 'Error',
  group: 'work',
  instanceId: null,
  description,
  ...changes,
})

type Facts = Snapshot['facts']

/** A failed cluster that AWS says nothing more of. */
const silent: Facts = {
  namedCluster: known(cluster()),
  clusterNodes: known(nodes()),
  clusterEvents: known(events()),
  clusterEventFailures: known({}),
  lifecycleLogs: known({ group, logs: [] }),
}

const finding = (rule: string, changes: Partial<Finding> = {}): Finding => ({
  rule,
  status: 'fail',
  severity: 'error',
  subject: `subject of ${rule}`,
  message: `${rule} is wrong`,
  fix: { text: 'Fix it.', commands: [] },
  ...changes,
})

const diagnosed = (facts: Facts, ...findings: readonly Finding[]): Diagnosis => {
  const diagnosis = diagnosisOf(aSnapshot(aPlan({ clusterName: 'prod' }), { ...silent, ...facts }), findings)
  if (diagnosis === null) throw new Error('no diagnosis')
  return diagnosis
}

const failedFor = (failureMessage: string): Facts => ({ namedCluster: known(cluster({ failureMessage })) })

test('a run that asks for none has no diagnosis', () => {
  expect(diagnosisOf(aSnapshot(aPlan({ clusterName: 'prod' }), { namedCluster: known(cluster({ failureMessage: efa })) }), [])).toBeNull()
})

describe('an answer of AWS', () => {
  const rows: readonly (readonly [string, readonly Finding[], Diagnosis['conclusion'], readonly string[]])[] = [
    ['what is wrong explains it', [finding('security-group/self-egress')], 'explained', ['security-group/self-egress explains']],
    [
      'the surest comes first, then the likeliest',
      [
        finding('network/acl', { status: 'unknown' }),
        finding('security-group/self-ingress', { severity: 'warning' }),
        finding('security-group/between-groups'),
        finding('security-group/self-egress', { status: 'unknown' }),
      ],
      'explained',
      [
        'security-group/between-groups explains',
        'security-group/self-egress may-explain',
        'security-group/self-ingress may-explain',
        'network/acl may-explain',
      ],
    ],
    ['what could not be checked may explain it', [finding('network/acl', { status: 'unknown' })], 'possible', ['network/acl may-explain']],
    ['what is wrong elsewhere does not', [finding('s3/bucket')], 'not-found', []],
    [
      'what passed, was skipped or is advice does not',
      [
        finding('security-group/self-egress', { status: 'pass' }),
        finding('security-group/exists', { status: 'skipped' }),
        finding('network/acl', { severity: 'notice' }),
      ],
      'not-found',
      [],
    ],
    [
      'a waiver does not make it untrue',
      [finding('security-group/self-egress', { waiver: { reason: 'known', owner: 'us', expires: '2027-01-01' } })],
      'explained',
      ['security-group/self-egress explains'],
    ],
  ]
  test.each(rows)('%s', (_, findings, conclusion, explanations) => {
    const { answers, ...diagnosis } = diagnosed(failedFor(efa), ...findings)
    expect(diagnosis.conclusion).toBe(conclusion)
    expect(answers).toMatchObject([{ source: 'cluster', message: efa, conclusion, about: null, count: 1 }])
    expect(answers[0]?.explanations.map(({ rule, certainty }) => `${rule} ${certainty}`)).toEqual(explanations)
    expect(answers[0]?.cause).toContain('security groups')
  })

  test('one that no check foresees, one that is not known, and none', () => {
    expect(diagnosed(failedFor('Failed to create FSx for IG work in Cluster prod')).conclusion).toBe('unforeseen')
    expect(diagnosed(failedFor('The moon was in the wrong quarter')).answers).toMatchObject([
      { conclusion: 'unknown', cause: null, explanations: [] },
    ])
    expect(diagnosed({})).toMatchObject({ conclusion: 'no-failure', answers: [] })
  })

  test('explained answers come before others, whoever said them', () => {
    const troubled = [{ group: 'work', instanceId: 'i-0a', status: 'Failure', message: efa }]
    const { answers } = diagnosed(
      { ...failedFor('The moon was in the wrong quarter'), clusterNodes: known(nodes({ troubled })) },
      finding('security-group/self-egress'),
    )
    expect(answers.map(({ source, about, conclusion }) => [source, about, conclusion])).toEqual([
      ['node', 'work, i-0a', 'explained'],
      ['cluster', null, 'unknown'],
    ])
  })

  test('the same words about many instances are one answer, the newest', () => {
    const again = (id: string, instanceId: string, time: string) =>
      event(id, `Failed to provision EC2 Instance ${instanceId} in Cluster prod and IG work`, { instanceId, time })
    const { answers } = diagnosed({
      clusterEvents: known(events(again('e1', 'i-0b', '2026-11-20T10:20:00.000Z'), again('e2', 'i-0a', '2026-11-20T10:15:00.000Z'))),
    })
    expect(answers).toMatchObject([{ source: 'event', about: 'work, i-0b', time: '2026-11-20T10:20:00.000Z', count: 2 }])
  })

  test('what an event says beyond its description is the better clue', () => {
    const facts = (failure: Facts['clusterEventFailures']): Facts => ({
      clusterEvents: known(events(event('e1', 'Failed to provision EC2 Instance in Cluster prod and IG work'))),
      ...(failure !== undefined && { clusterEventFailures: failure }),
    })
    const quota = "The account-level service limit 'ml.p5.48xlarge for cluster usage' is 0 Instances"
    const findings = [finding('network/type-offered', { status: 'unknown' }), finding('quota/cluster-usage')]
    const clear = diagnosed(
      facts(known({ e1: known(`${quota}, with current utilization of 0 Instances and a request delta of 2 Instances.`) })),
      ...findings,
    )
    expect(clear.answers[0]).toMatchObject({ conclusion: 'explained', explanations: [{ rule: 'quota/cluster-usage' }, {}] })
    expect(clear.answers[0]?.message).toContain(`and IG work: ${quota}`)
    const vague = diagnosed(facts(known({ e1: denied('sagemaker:DescribeClusterEvent') })), ...findings)
    expect(vague.answers[0]?.message).toBe('Failed to provision EC2 Instance in Cluster prod and IG work')
    expect(vague.sources.find(({ what }) => what === 'event-details')?.gap?.action).toBe('sagemaker:DescribeClusterEvent')
  })

  test('a line of a log that is known is an answer, others are not', () => {
    const { answers, logs: shown } = diagnosed(
      { lifecycleLogs: known(logs('+ bash setup.sh', "setup.sh: line 1: $'\\r': command not found", 'exit 127')) },
      finding('lifecycle/line-endings'),
    )
    expect(answers).toMatchObject([{ source: 'log', about: 'work, i-0a', explanations: [{ rule: 'lifecycle/line-endings' }] }])
    expect(shown[0]?.lines).toHaveLength(3)
  })

  test('a cluster in service without its nodes has trouble that no message tells of', () => {
    const inService = (running: number): Facts => ({
      namedCluster: known(cluster({ status: 'InService', nodes: [aGroupOfNodes({ group: 'work', running: 0, held: 4 })] })),
      clusterNodes: known(nodes({ byStatus: { Running: running } })),
    })
    const { answers } = diagnosed(inService(1), finding('quota/cluster-usage'))
    expect(answers).toMatchObject([{ message: 'The cluster is InService, and 1 of 4 nodes is running', conclusion: 'explained' }])
    expect(diagnosed(inService(4)).conclusion).toBe('no-failure')
  })

  test('ten are told of', () => {
    const many = Array.from({ length: 30 }, (_, at) => event(`e${at}`, `Step ${at} failed`))
    expect(diagnosed({ clusterEvents: known(events(...many)) }).answers).toHaveLength(10)
  })
})

describe('what to do next', () => {
  const next = (facts: Facts, ...findings: readonly Finding[]): readonly string[] =>
    diagnosed(facts, ...findings).next.flatMap(({ text, commands }) => [text, ...commands])
  const about = '--region us-west-2 --cluster-name prod'
  const deleted = [
    'Then delete prod and create it again: a cluster that is Failed cannot be updated.',
    `aws sagemaker delete-cluster ${about}`,
  ]

  test('fix what explains it, then make the cluster again', () => {
    expect(next(failedFor(efa), finding('security-group/self-egress'), finding('network/acl', { status: 'unknown' }))).toEqual([
      'Fix security-group/self-egress: the findings below say how.',
      ...deleted,
    ])
  })

  test('where nothing explains it: other errors, doubts, the whole log, AWS Support', () => {
    const facts = { ...failedFor(efa), lifecycleLogs: known(logs('exit 1')) }
    const read = [
      'Read the whole log of LifecycleConfig/work/i-0a.',
      `aws logs filter-log-events --region us-west-2 --log-group-name ${group} --log-stream-names LifecycleConfig/work/i-0a --query 'events[].[message]' --output text`,
    ]
    expect(next(facts, finding('network/acl', { status: 'unknown' }))).toEqual([
      'Settle network/acl: the findings below say how.',
      ...read,
      ...deleted,
    ])
    expect(next(facts, finding('s3/bucket'), finding('plan/cluster-name'))).toEqual([
      'Fix the 1 error below first: none is known to cause this message, and each keeps nodes from coming up.',
      ...read,
      ...deleted,
      `If it fails again, open a case with AWS Support and give the message and the ARN of the cluster, ${cluster().arn}.`,
    ])
  })

  const statuses: readonly (readonly [string, Partial<ExistingCluster>, string])[] = [
    [
      'with continuous provisioning HyperPod tries again',
      { request: { NodeProvisioningMode: 'Continuous' } },
      'Then wait: with continuous',
    ],
    ['an update is made again', {}, 'Then update prod again.'],
    ['what AWS still works on is waited for', { status: 'RollingBack' }, 'AWS is still working on prod (RollingBack).'],
  ]
  test.each(statuses)('%s', (_, changes, text) => {
    const facts = { namedCluster: known(cluster({ status: 'InService', failureMessage: efa, ...changes })) }
    expect(next(facts, finding('security-group/self-egress'))[1]).toContain(text)
  })

  test('what was denied can be allowed', () => {
    const facts = { clusterEvents: denied('sagemaker:ListClusterEvents'), lifecycleLogs: denied('logs:FilterLogEvents') }
    expect(next({ ...facts, namedCluster: known(cluster({ status: 'InService' })) })).toEqual([
      'To learn more, allow sagemaker:ListClusterEvents and logs:FilterLogEvents for the role that runs this. The command prints the whole policy.',
      'hyperpod-preflight iam-policy --diagnose prod',
    ])
    expect(next({ ...facts, ...failedFor(efa) }, finding('security-group/self-egress'))).toHaveLength(3)
  })

  test('nothing, where all is well or the cluster is going away', () => {
    expect(next({ namedCluster: known(cluster({ status: 'InService' })) })).toEqual([])
    expect(next({ namedCluster: known(cluster({ status: 'Deleting' })) })).toEqual([])
  })
})

describe('what it rests on', () => {
  const sources = (facts: Facts): readonly (readonly [string, string])[] => diagnosed(facts).sources.map(({ what, found }) => [what, found])

  test('everything that was read is named', () => {
    const facts: Facts = {
      clusterNodes: known(nodes({ byStatus: { Running: 3, Failure: 1 } })),
      clusterEvents: known({ read: 1000, troubles: [event('e1', 'Scaling failed')], isCut: true }),
      lifecycleLogs: known(logs('exit 1')),
    }
    expect(sources(facts)).toEqual([
      ['cluster', 'DescribeCluster says Failed, created 2026-10-01 08:00 UTC'],
      ['nodes', 'ListClusterNodes lists 4 nodes: 3 Running, 1 Failure'],
      ['events', 'ListClusterEvents lists more than 1000 events: 1 of them tells of a failure; older ones were not read'],
      ['logs', `the last lines of LifecycleConfig/work/i-0a in ${group}`],
    ])
  })

  test('nothing of it: no events without continuous provisioning, no nodes, no logs', () => {
    const none = 'ListClusterEvents lists no events, as AWS keeps them only of clusters with continuous provisioning'
    const nothing = [
      ['nodes', 'ListClusterNodes lists no nodes'],
      ['events', none],
      ['logs', `no lifecycle script printed anything to ${group}`],
    ]
    expect(sources({}).slice(1)).toEqual(nothing)
    const refused = {
      ok: false,
      gap: { reason: 'unexpected', action: 'sagemaker:ListClusterEvents', message: 'ValidationException' },
    } as const
    expect(sources({ clusterEvents: refused }).slice(1)).toEqual(nothing)
    const continuous = known(cluster({ request: { NodeProvisioningMode: 'Continuous' } }))
    expect(sources({ namedCluster: continuous })[2]).toEqual(['events', 'ListClusterEvents lists no events'])
    expect(sources({ namedCluster: continuous, clusterEvents: refused })[2]).toEqual(['events', 'not read: ValidationException'])
  })

  test.each(['clusterNodes', 'clusterEvents', 'lifecycleLogs', 'namedCluster'] as const)(
    '%s that may not be read is said to be missing',
    (id) => {
      const { sources: all, answers } = diagnosed({ ...failedFor(efa), [id]: denied(`aws:${id}`) })
      expect(all.filter(({ gap }) => gap !== undefined)).toMatchObject([{ gap: { action: `aws:${id}` } }])
      expect(answers).toHaveLength(id === 'namedCluster' ? 0 : 1)
    },
  )
})
