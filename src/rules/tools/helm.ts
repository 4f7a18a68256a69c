import { toolReferences } from '../../catalog/tools.ts'
import { toolConcerns } from '../../semantics/tools/tools.ts'
import { defineRule } from '../engine/define.ts'
import { installationFix, judgeTool } from './installed/installed-tool.ts'

export const helm = defineRule({
  id: 'tools/helm',
  title: 'Helm 3 is on this machine',
  why: 'The HyperPod Helm chart has to be in the EKS cluster before CreateCluster, which otherwise answers `Amazon EKS orchestrator cluster is missing required dependencies`. Who has installed it already needs Helm no more, so this does not block unless `required-tools` names `helm`.',
  severity: 'warning',
  otherSeverities: ['error', 'notice'],
  checklist: '8',
  checklistDiffers:
    'The checklist asks for Helm 3 to install add-ons. What HyperPod needs it for is its own chart, before the cluster is created. A newer major version is a notice: AWS documents Helm 3 and does not say that others fail.',
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-eks-prerequisites.html', toolReferences.helm.installation],
  needs: ['tools'],
  uses: ['machine'],
  applies: (plan) => toolConcerns(toolReferences.helm, plan),
  evaluate: ({ tools, machine }, plan) => {
    const installation = installationFix('helm', 'install', 'Install version 3 (packages may give a newer one):', machine)
    return [
      judgeTool('helm', 'warning', { tools, machine }, plan, installation, ({ version }) => {
        if (version.major < 3) return { message: `helm ${version.version} is older than version 3`, fix: installation }
        if (version.major === 3) return null
        const message = `helm ${version.version} is newer than version 3, which AWS documents for the HyperPod chart`
        return {
          message,
          fix: installationFix('helm', 'update', 'If the chart does not install, take version 3:', machine),
          severity: 'notice',
        }
      }),
    ]
  },
})
