import type { Plan } from '../../src/model/plan.ts'
import { aPermission, type Given } from '../builders.ts'
import { bucket, eksPlan, group, nodeGroup, roleArn, routed, script, scripted, slurmPlan } from './account.ts'
import { quotas } from './capacity.ts'
import { closedWith } from './closed-networks.ts'
import type { Design } from './design.ts'

/** How nodes are set up: by scripts of every kind, by their image, or by AWS. */

const lifecycleOf = (hook: 'OnCreate' | 'OnInitComplete', entryPoint = 'on_create.sh'): object => ({
  LifeCycleConfig: { SourceS3Uri: `s3://${bucket}/hyperpod/`, [hook]: entryPoint },
})
const controller = { SlurmConfig: { NodeType: 'Controller' } }
const compute = { SlurmConfig: { NodeType: 'Compute', PartitionNames: ['dev'] } }
const bySlurmConfig = (more: object, ...others: readonly object[]): Plan =>
  slurmPlan({
    InstanceGroups: [
      group('controller', 'ml.m5.2xlarge', 1, { ...controller, ...more }),
      group('worker-1', 'ml.p5.48xlarge', 4, { ...compute, ...more }),
      ...others,
    ],
  })
const byImage = bySlurmConfig({ LifeCycleConfig: undefined })
const extended = bySlurmConfig(lifecycleOf('OnInitComplete', 'tools.sh'))

const parameters = (changes: object = {}): string =>
  JSON.stringify({
    version: '1.0.0',
    workload_manager: 'slurm',
    controller_group: 'controller',
    worker_groups: [{ instance_group_name: 'worker-1', partition_name: 'dev' }],
    ...changes,
  })
const base = {
  'on_create.sh':
    '#!/bin/bash\nset -ex\npython3 -u lifecycle_script.py -rc "$SAGEMAKER_RESOURCE_CONFIG_PATH" -pp provisioning_parameters.json\n',
  'lifecycle_script.py': 'import subprocess\n\nsubprocess.run(["sudo", "bash", "./start_slurm.sh"], check=True)\n',
  'start_slurm.sh': '#!/bin/bash\nset -e\nsystemctl enable --now slurmctld\n',
  'provisioning_parameters.json': parameters(),
}
const baseWithout = (path: keyof typeof base): Given => scripted(Object.fromEntries(Object.entries(base).filter(([name]) => name !== path)))

const restricted = (changes: Readonly<Record<string, unknown>> = {}): object => ({
  InstanceGroupName: 'nova',
  InstanceType: 'ml.p5.48xlarge',
  InstanceCount: 2,
  ExecutionRole: roleArn,
  EnvironmentConfig: { FSxLustreConfig: { SizeInGiB: 1200, PerUnitStorageThroughput: 125 } },
  ...changes,
})
const withNova = (changes: Readonly<Record<string, unknown>> = {}): Plan => eksPlan({ RestrictedInstanceGroups: [restricted(changes)] })
const novaAlone = eksPlan({ InstanceGroups: undefined, RestrictedInstanceGroups: [restricted()] })

export const lifecycles: readonly Design[] = [
  {
    name: "AWS's base scripts for Slurm",
    plan: slurmPlan(),
    given: scripted(base),
    without: [
      { part: 'the script in Python', given: baseWithout('lifecycle_script.py'), against: ['fail lifecycle/references'] },
      { part: 'the script that it starts', given: baseWithout('start_slurm.sh'), against: ['fail lifecycle/references'] },
      { part: 'the entry point', given: baseWithout('on_create.sh'), against: ['fail lifecycle/entry-point'] },
      { part: 'the parameters', given: baseWithout('provisioning_parameters.json'), against: ['fail lifecycle/provisioning-parameters'] },
      {
        part: 'the name of a group in them',
        given: scripted({ ...base, 'provisioning_parameters.json': parameters({ controller_group: 'head' }) }),
        against: ['fail lifecycle/provisioning-groups'],
      },
      {
        part: 'line feeds',
        given: scripted({ ...base, 'on_create.sh': base['on_create.sh'].replaceAll('\n', '\r\n') }),
        against: ['fail lifecycle/line-endings'],
      },
      {
        part: 'a shebang',
        given: scripted({ ...base, 'on_create.sh': base['on_create.sh'].replace('#!/bin/bash\n', '') }),
        against: ['fail lifecycle/shebang'],
      },
      {
        part: 'success at its end',
        given: scripted({ ...base, 'on_create.sh': `${script}exit 1\n` }),
        against: ['fail lifecycle/exit-status'],
      },
    ],
  },
  {
    name: 'SlurmConfig with a script of its own',
    plan: bySlurmConfig({}),
    given: {},
    without: [
      {
        part: 'the want of parameters in a file',
        given: scripted({ 'on_create.sh': script, 'provisioning_parameters.json': parameters() }),
        against: ['fail lifecycle/provisioning-conflict'],
      },
      {
        part: 'a single controller',
        given: {},
        plan: bySlurmConfig({}, group('second', 'ml.m5.2xlarge', 1, controller)),
        against: ['fail plan/slurm-groups'],
      },
    ],
  },
  {
    name: 'Slurm that its image sets up, with no way to anything',
    plan: byImage,
    given: {
      routeTables: routed(),
      natGateways: [],
      vpcEndpoints: [],
      buckets: {},
      bucketFolders: {},
      bucketScripts: {},
      scriptSyntax: {},
    },
    without: [
      {
        part: 'a partition of the workers',
        given: {},
        plan: slurmPlan({
          InstanceGroups: [
            group('controller', 'ml.m5.2xlarge', 1, { ...controller, LifeCycleConfig: undefined }),
            group('worker-1', 'ml.p5.48xlarge', 4, { SlurmConfig: { NodeType: 'Compute' }, LifeCycleConfig: undefined }),
          ],
        }),
        against: ['fail plan/slurm-groups'],
      },
      {
        part: 'the rule of EFA',
        given: { securityGroups: { 'sg-0aaaaaaa': { ...nodeGroup, egress: [aPermission({ ipv4Ranges: ['0.0.0.0/0'] })] } } },
        against: ['fail security-group/self-egress'],
      },
    ],
  },
  {
    name: 'Slurm that its image sets up, and a script after that',
    plan: extended,
    given: scripted({ 'tools.sh': script }),
    without: [
      { part: 'the script', given: scripted({ 'on_create.sh': script }), against: ['fail lifecycle/entry-point'] },
      { part: 'a way to S3', given: { routeTables: routed(), vpcEndpoints: [] }, against: ['fail network/s3-route'] },
      {
        part: 'one hook',
        given: {},
        plan: bySlurmConfig({
          LifeCycleConfig: { SourceS3Uri: `s3://${bucket}/hyperpod/`, OnCreate: 'tools.sh', OnInitComplete: 'tools.sh' },
        }),
        against: ['fail plan/lifecycle-mode'],
      },
    ],
  },
  {
    name: 'a restricted group beside others in a closed network',
    plan: withNova(),
    given: closedWith('lambda', 'sqs'),
    without: [
      { part: 'the endpoint of lambda', given: closedWith('sqs'), against: ['fail network/egress'] },
      { part: 'the endpoint of sqs', given: closedWith('lambda'), against: ['fail network/egress'] },
    ],
  },
  {
    name: 'a restricted group alone',
    plan: novaAlone,
    given: {},
    without: [
      {
        part: 'a size of its file system that FSx has',
        given: {},
        plan: withNova({ EnvironmentConfig: { FSxLustreConfig: { SizeInGiB: 100, PerUnitStorageThroughput: 125 } } }),
        against: ['fail plan/request-shape'],
      },
      {
        part: 'a quota for its nodes',
        given: quotas(novaAlone, { 'ml.p5.48xlarge for cluster usage': 1 }),
        against: ['fail quota/cluster-usage'],
      },
    ],
  },
]
