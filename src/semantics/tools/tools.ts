import { parse, type SemVer } from 'semver'
import { type ToolReference, toolNames, toolReferences } from '../../catalog/tools.ts'
import type { Plan, ToolName } from '../../model/plan.ts'

/** `true`, or why the tool has nothing to do with the plan. A required tool always has. */
export const toolConcerns = ({ name, title, orchestrator }: ToolReference, plan: Plan): true | string =>
  plan.requiredTools.includes(name) ||
  orchestrator === 'any' ||
  plan.orchestrator.kind !== 'slurm' ||
  `${title} is for clusters on EKS, and this plan is for Slurm.`

/** The tools that have something to do with the plan, in the order of the catalog. */
export const concernedTools = (plan: Plan): readonly ToolName[] =>
  toolNames.filter((name) => toolConcerns(toolReferences[name], plan) === true)

/**
 * The version in what a tool printed; null where none can be read. Suffixes of builds (`+gc309b6f`, `-eks-036c24b`) do not count, nor
 * does the fourth number of the Session Manager plugin.
 */
export const readVersion = ({ versionPattern }: ToolReference, output: string): SemVer | null => parse(versionPattern.exec(output)?.[1])
