import type { Role } from '../../model/facts/iam.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan, PlannedRole } from '../../model/plan.ts'
import { entry } from '../../semantics/fact.ts'
import { decideTrust, servicePrincipal } from '../../semantics/policies/execution-role.ts'
import { readRole } from '../../semantics/policies/planned-role.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, given, pass } from '../engine/outcome.ts'

export const nodeRole = defineRule({
  id: 'iam/node-role',
  title: 'The node role of the checklist, where one is used, is trusted by SageMaker',
  why: 'A second role for the nodes comes from plain EC2, where an instance profile holds it. HyperPod takes one execution role for each instance group: permissions that are put on a node role, or a role that only EC2 may assume, have no effect on the nodes.',
  severity: 'warning',
  checklist: '2',
  checklistDiffers:
    'The checklist asks for a second role, `HyperPodNodeRole`. HyperPod has no such role and no instance profile: nodes run under the execution role of their instance group, trusted by `sagemaker.amazonaws.com`. So this rule is a warning at most, and is skipped where a request file names the execution roles.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html',
  ],
  needs: ['roles'],
  uses: [],
  applies: (plan) => plan.nodeRole !== null || 'The plan names no node role: HyperPod takes one execution role for each instance group.',
  evaluate: (facts, plan) => {
    const { nodeRole: planned } = plan
    if (planned === null) return []
    const at = { location: planned.location }
    return given(entry(facts.roles, planned.name), planned.name, (found) => judge(planned, found, plan), at)
  },
})

const judge = (planned: PlannedRole, found: Role | null, plan: Plan): Outcome => {
  const { name, location } = planned
  const reading = readRole(planned, found)
  const fix = useExecutionRole(plan)
  if (reading.kind === 'absent') {
    return fail(
      name,
      `${name}, the second role of the checklist, does not exist; HyperPod takes one execution role for each group instead`,
      fix,
      { location },
    )
  }
  if (reading.kind === 'other') {
    return fail(name, `the plan names ${planned.arn ?? name}, the role of that name in this account is ${reading.role.arn}`, fix, {
      location,
    })
  }
  const trusts = (service: string): boolean => decideTrust(reading.role, plan.region, service).kind === 'allowed'
  if (trusts(servicePrincipal))
    return pass(name, `${servicePrincipal} may assume ${name}, so it can serve as an execution role`, { location })
  const instead = trusts('ec2.amazonaws.com')
    ? `is trusted by ec2.amazonaws.com and not by ${servicePrincipal}`
    : `is not trusted by ${servicePrincipal}`
  return fail(name, `${name} ${instead}: HyperPod nodes cannot use it`, fix, { location })
}

const useExecutionRole = ({ executionRoles }: Plan): Fix => {
  const names = executionRoles.map(({ name }) => name)
  return {
    text: `Nothing has to be created for the nodes: give every permission that they need to the execution role${names.length > 0 ? ` (${names.join(', ')})` : ''}. Name a node role only where your own set-up uses one.`,
    commands: names.map((name) => command('aws', 'iam', 'list-attached-role-policies', '--role-name', name)),
  }
}
