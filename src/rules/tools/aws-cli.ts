import { lt, type SemVer } from 'semver'
import { awsCliRequest } from '../../catalog/aws-cli-requests.ts'
import { oldestAwsCli, toolReferences } from '../../catalog/tools.ts'
import type { Fact } from '../../model/fact.ts'
import type { Machine } from '../../model/facts/machine.ts'
import type { Plan, RequestDocument } from '../../model/plan.ts'
import { locationAt, pathOf } from '../../semantics/plan/request-part.ts'
import { unknownToAwsCli } from '../../semantics/tools/aws-cli-requests.ts'
import { toolConcerns } from '../../semantics/tools/tools.ts'
import { defineRule } from '../engine/define.ts'
import { installationFix, judgeTool, type Verdict } from './installed/installed-tool.ts'

export const awsCli = defineRule({
  id: 'tools/aws-cli',
  title: `The AWS CLI on this machine is version 2, ${oldestAwsCli} or later, and knows the fields of the request`,
  why: `The fixes of this report and the scripts of AWS for HyperPod call the AWS CLI. Version 1, and older versions 2, do not know the newer fields of a CreateCluster request and refuse the whole file (\`Unknown parameter in input\`): ${awsCliRequest.version} and older lack \`NodeProvisioningMode\`, \`SlurmConfig\`, \`OnInitComplete\` and more, and a request that has one of them is told so. CreateCluster itself can be called without the CLI, so this does not block unless \`required-tools\` names \`aws\`.`,
  severity: 'warning',
  otherSeverities: ['error'],
  checklist: '7',
  checklistDiffers:
    'The checklist asks for v2.x and installs it by `pip install awscli`. That package is version 1; version 2 comes from its own installer, and is there already on the runners that GitHub hosts.',
  sources: [
    toolReferences.aws.installation,
    'https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration.html',
    'https://github.com/aws/aws-cli/blob/v2/CHANGELOG.rst',
    'https://github.com/awslabs/awsome-distributed-ai',
  ],
  needs: ['tools'],
  uses: ['machine'],
  applies: (plan) => toolConcerns(toolReferences.aws, plan),
  evaluate: ({ tools, machine }, plan) => {
    const advice = 'Install version 2 by its own installer, Python packages give version 1:'
    const installation = installationFix('aws', 'install', advice, machine)
    return [judgeTool('aws', 'warning', { tools, machine }, plan, installation, ({ version }) => judge(version, plan, machine))]
  },
})

const judge = (version: SemVer, { request }: Plan, machine: Fact<Machine>): Verdict | null => {
  if (version.major < 2) {
    const advice = 'Remove version 1 and install version 2 by its own installer, Python packages give version 1:'
    return {
      message: `aws ${version.version} is version ${version.major}, version 2 is needed`,
      fix: installationFix('aws', 'install', advice, machine),
    }
  }
  const unknown = request === null ? null : unknownFields(version, request)
  const faults = [...(lt(version, oldestAwsCli) ? [`is older than ${oldestAwsCli}`] : []), ...(unknown === null ? [] : [unknown.fault])]
  if (faults.length === 0) return null
  return {
    message: `aws ${version.version} ${faults.join(' and ')}`,
    fix: installationFix('aws', 'update', 'Update it by the same installer:', machine),
    ...unknown?.details,
  }
}

/** Fields of the request that this version refuses, each named once however many groups have it; null where it knows them all. */
const unknownFields = (version: SemVer, request: RequestDocument) => {
  const pointers = unknownToAwsCli(version, request)
  const [first] = pointers
  if (first === undefined) return null
  const fields = [...new Set(pointers.map((pointer) => pathOf(pointer).replaceAll(/\[\d+\]/g, '[]')))]
  return {
    fault: `does not know ${fields.join(', ')} of ${request.path}`,
    details: { evidence: { unknownFields: fields }, location: locationAt(request, first) },
  }
}
