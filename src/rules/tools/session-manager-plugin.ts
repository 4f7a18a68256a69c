import { lt } from 'semver'
import { oldestSessionManagerPlugin, toolReferences } from '../../catalog/tools.ts'
import { toolConcerns } from '../../semantics/tools/tools.ts'
import { defineRule } from '../engine/define.ts'
import { installationFix, judgeTool } from './installed/installed-tool.ts'

export const sessionManagerPlugin = defineRule({
  id: 'tools/session-manager-plugin',
  title: 'The Session Manager plugin of the AWS CLI is on this machine',
  why: 'Nodes of HyperPod have no SSH key of yours: `aws ssm start-session` is the way in, and needs this plugin. It is not needed to create the cluster, so this does not block unless `required-tools` names `session-manager-plugin`.',
  severity: 'warning',
  otherSeverities: ['error'],
  checklist: '7',
  checklistDiffers: `The checklist asks for the latest. AWS asks for ${oldestSessionManagerPlugin}.0 and announces that older ones will stop to work; as they still may, an old one is a warning even where the plugin is required.`,
  sources: [toolReferences['session-manager-plugin'].installation],
  needs: ['tools'],
  uses: ['machine'],
  applies: (plan) => toolConcerns(toolReferences['session-manager-plugin'], plan),
  evaluate: ({ tools, machine }, plan) => {
    const installation = installationFix('session-manager-plugin', 'install', 'Install the package of AWS for this platform:', machine)
    return [
      judgeTool('session-manager-plugin', 'warning', { tools, machine }, plan, installation, ({ version }) =>
        lt(version, oldestSessionManagerPlugin)
          ? {
              message: `session-manager-plugin ${version.version} is older than ${oldestSessionManagerPlugin}, which Session Manager will soon require`,
              fix: installationFix('session-manager-plugin', 'update', 'Update it:', machine),
              severity: 'warning',
            }
          : null,
      ),
    ]
  },
})
