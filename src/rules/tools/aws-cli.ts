import { lt } from 'semver'
import { oldestAwsCli, toolReferences } from '../../catalog/tools.ts'
import { toolConcerns } from '../../semantics/tools.ts'
import { defineRule } from '../define.ts'
import { installFromPage, judgeTool } from '../installed-tool.ts'

export const awsCli = defineRule({
  id: 'tools/aws-cli',
  title: `The AWS CLI on this machine is version 2, ${oldestAwsCli} or later`,
  why: 'The fixes of this report and the scripts of AWS for HyperPod call the AWS CLI. Version 1, and older versions 2, do not know the newer fields of a CreateCluster request and refuse the whole file. CreateCluster itself can be called without the CLI, so this does not block unless `required-tools` names `aws`.',
  severity: 'warning',
  checklist: '7',
  checklistDiffers:
    'The checklist asks for v2.x and installs it by `pip install awscli`. That package is version 1; version 2 comes from its own installer, and is there already on the runners that GitHub hosts.',
  sources: [
    toolReferences.aws.installation,
    'https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration.html',
    'https://github.com/awslabs/awsome-distributed-ai',
  ],
  needs: ['tools'],
  uses: [],
  applies: (plan) => toolConcerns(toolReferences.aws, plan),
  evaluate: ({ tools }, plan) => [
    judgeTool('aws', 'warning', tools, plan, installation, ({ version }) => {
      if (version.major < 2) return { message: `aws ${version.version} is version ${version.major}, version 2 is needed`, fix: replacement }
      return lt(version, oldestAwsCli)
        ? {
            message: `aws ${version.version} is older than ${oldestAwsCli}`,
            fix: installFromPage('aws', 'Update it by the same installer:'),
          }
        : null
    }),
  ],
})

const installation = installFromPage('aws', 'Install version 2 by its own installer, Python packages give version 1:')
const replacement = installFromPage('aws', 'Remove version 1 and install version 2 by its own installer, Python packages give version 1:')
