import { toolReferences } from '../../catalog/tools.ts'
import { toolConcerns } from '../../semantics/tools/tools.ts'
import { defineRule } from '../engine/define.ts'
import { installationFix, judgeTool } from './installed/installed-tool.ts'

export const hyperpodCli = defineRule({
  id: 'tools/hyperpod-cli',
  title: 'The HyperPod CLI (hyp) is on this machine',
  why: 'Users of a HyperPod cluster on EKS submit and follow jobs with `hyp`. It is not needed to create the cluster, and has no use with Slurm, so this does not block unless `required-tools` names `hyp`.',
  severity: 'warning',
  otherSeverities: ['error'],
  checklist: '7',
  checklistDiffers:
    'The checklist installs it by `pip install hyperpod` for every cluster. The package of AWS is `sagemaker-hyperpod`, for Python 3.8 to 3.11, and it serves clusters on EKS only.',
  sources: [toolReferences.hyp.installation],
  needs: ['tools'],
  uses: ['machine'],
  applies: (plan) => toolConcerns(toolReferences.hyp, plan),
  evaluate: ({ tools, machine }, plan) => {
    const advice = 'Install the package sagemaker-hyperpod with Python 3.8 to 3.11, on Linux or macOS:'
    return [judgeTool('hyp', 'warning', { tools, machine }, plan, installationFix('hyp', 'install', advice, machine), () => null)]
  },
})
