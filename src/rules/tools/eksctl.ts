import { toolReferences } from '../../catalog/tools.ts'
import { toolConcerns } from '../../semantics/tools/tools.ts'
import { defineRule } from '../engine/define.ts'
import { installationFix, judgeTool } from './installed/installed-tool.ts'

export const eksctl = defineRule({
  id: 'tools/eksctl',
  title: 'eksctl is on this machine',
  why: 'eksctl makes and changes EKS clusters by hand. HyperPod does not need it, and neither does CreateCluster, so its absence is a notice unless `required-tools` names `eksctl`.',
  severity: 'notice',
  otherSeverities: ['error'],
  checklist: '8',
  sources: [toolReferences.eksctl.installation],
  needs: ['tools'],
  uses: ['machine'],
  applies: (plan) => toolConcerns(toolReferences.eksctl, plan),
  evaluate: ({ tools, machine }, plan) => {
    const installation = installationFix(
      'eksctl',
      'install',
      'Install an official release, if you manage the EKS cluster by hand:',
      machine,
    )
    return [judgeTool('eksctl', 'notice', { tools, machine }, plan, installation, () => null)]
  },
})
