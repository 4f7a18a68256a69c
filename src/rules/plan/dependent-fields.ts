import type { Outcome } from '../../model/finding.ts'
import type { RequestDocument } from '../../model/plan.ts'
import { type Part, requestGroups, requestPart } from '../../semantics/plan/request-part.ts'
import { plural } from '../../semantics/text/enumerate.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'

export const dependentFields = defineRule({
  id: 'plan/dependent-fields',
  title: 'Fields that depend on the provisioning mode or on a role have what they need',
  why: 'Spot capacity, several instance types in one group and an external accounting database are documented for the provisioning mode Continuous, a strategy for partitions for the other mode, and autoscaling needs a role of its own. The API model holds none of this, so a request that breaks it looks valid. `MinInstanceCount` above `InstanceCount` is an error: a group that never has so many nodes never becomes InService, and is rolled back after three hours.',
  severity: 'warning',
  otherSeverities: ['error'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-slurm-api-config-migration.html',
  ],
  needs: [],
  uses: [],
  applies: (plan) => plan.request !== null || 'There is no request file; cluster-config names one.',
  evaluate: (_, { request }) => (request === null ? [] : judge(request)),
})

const judge = (request: RequestDocument): readonly Outcome[] => {
  const root = requestPart(request)
  const isContinuous = root.at('NodeProvisioningMode').text === 'Continuous'
  const broken = [
    ...(isContinuous ? whatContinuousRefuses(root) : whatNeedsContinuous(request, root)),
    ...requestGroups(request).flatMap(({ name, part }) => moreThanAll(name, part)),
    ...(root.at('AutoScaling').at('Mode').text === 'Enable' && !root.at('ClusterRole').stated ? [needsRole(root.at('AutoScaling'))] : []),
  ]
  return broken.length > 0 ? broken : [pass(request.path, 'every field that depends on another has it', { location: root.location })]
}

const whatNeedsContinuous = (request: RequestDocument, root: Part): readonly Outcome[] =>
  [
    ...requestGroups(request)
      .filter(({ kind }) => kind === 'standard')
      .flatMap(({ part }) => [part.at('InstanceRequirements'), part.at('CapacityRequirements').at('Spot')]),
    root.at('Orchestrator').at('Slurm').at('AccountingDatabase'),
  ]
    .filter(({ stated }) => stated)
    .map((part) =>
      fail(
        part.subject,
        `${part.path} is documented for clusters of the provisioning mode Continuous, the request does not ask for it`,
        { text: `Write: "NodeProvisioningMode": "Continuous", or remove ${part.path}.`, commands: [] },
        { location: part.location },
      ),
    )

const whatContinuousRefuses = (root: Part): readonly Outcome[] => {
  const strategy = root.at('Orchestrator').at('Slurm').at('SlurmConfigStrategy')
  if (!strategy.stated) return []
  return [
    fail(
      strategy.subject,
      `${strategy.path} is ${strategy.text ?? 'stated'}, which the provisioning mode Continuous does not take`,
      { text: `Remove ${strategy.path}, or NodeProvisioningMode.`, commands: [] },
      { location: strategy.location },
    ),
  ]
}

/** What a group waits for before it is InService cannot be more than what it asks for. Restricted groups have no MinInstanceCount. */
const moreThanAll = (name: string, group: Part): readonly Outcome[] => {
  const [least, all] = [group.at('MinInstanceCount'), group.at('InstanceCount').integer]
  if (least.integer === null || all === null || least.integer <= all) return []
  return [
    fail(
      least.subject,
      `${name} waits for ${plural(least.integer, 'node')} (MinInstanceCount) and asks for ${all} (InstanceCount): it never becomes InService`,
      { text: `Set MinInstanceCount to at most ${all}, or InstanceCount to at least ${least.integer}.`, commands: [] },
      { location: least.location, evidence: { minInstanceCount: least.integer, instanceCount: all }, severity: 'error' },
    ),
  ]
}

const needsRole = (part: Part): Outcome =>
  fail(
    part.subject,
    `${part.path} is enabled, the request has no ClusterRole that HyperPod could scale with`,
    {
      text: 'Add ClusterRole: a role that allows sagemaker:BatchAddClusterNodes and sagemaker:BatchDeleteClusterNodes.',
      commands: [],
    },
    { location: part.location },
  )
