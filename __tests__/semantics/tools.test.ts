import { describe, expect, test } from '@jest/globals'
import { toolReferences } from '../../src/catalog/tools.ts'
import type { ToolName } from '../../src/model/plan.ts'
import { concernedTools, readVersion } from '../../src/semantics/tools.ts'
import { aPlan } from '../builders.ts'

const kubectlJson = (gitVersion: string) =>
  JSON.stringify(
    { clientVersion: { major: '1', minor: '32+', gitVersion, gitCommit: '4cb5f076', platform: 'linux/amd64' }, kustomizeVersion: 'v5.5.0' },
    null,
    2,
  )

describe('readVersion', () => {
  test.each<[ToolName, string, string | null]>([
    ['aws', 'aws-cli/2.15.30 Python/3.11.6 Linux/5.10.205-195.807.amzn2.x86_64 exe/x86_64.amzn.2 prompt/off', '2.15.30'],
    ['aws', 'aws-cli/1.32.0 Python/3.11.6 Linux/6.5.0 botocore/1.34.0', '1.32.0'],
    ['aws', 'aws-cli/1.45.11 Python/3.11.7 Linux/6.18.44 botocore/1.43.11', '1.45.11'],
    ['aws', "pyenv: aws: command not found\n\nThe `aws' command exists in these Python versions:\n  3.11.7", null],
    ['hyp', 'hyp version: 3.9.0\nhyperpod-pytorch-job-template version: 1.4.0\nhyperpod-custom-inference-template version: 1.1.0', '3.9.0'],
    ['hyp', 'hyp version: Not installed\nhyperpod-pytorch-job-template version: 1.4.0', null],
    ['kubectl', kubectlJson('v1.32.4'), '1.32.4'],
    ['kubectl', kubectlJson('v1.32.4-dispatcher'), '1.32.4'],
    ['kubectl', kubectlJson('v1.30.4-eks-a737599'), '1.30.4'],
    ['kubectl', `${kubectlJson('v1.33.0')}\nWARNING: version difference between client (1.33) and server (1.30)`, '1.33.0'],
    ['kubectl', 'error: unknown shorthand flag', null],
    ['session-manager-plugin', '1.2.553.0', '1.2.553'],
    ['session-manager-plugin', '1.2.764.0\n', '1.2.764'],
    ['session-manager-plugin', 'The Session Manager plugin was installed successfully. Use the AWS CLI to start a session.', null],
    ['eksctl', '0.175.0', '0.175.0'],
    ['eksctl', '0.175.0-dev+0a1b2c3d.2024-04-01T10:00:00Z', '0.175.0'],
    ['eksctl', '[ℹ]  version.Info{BuiltAt:"", GitCommit:"", GitTag:"0.1.40"}', '0.1.40'],
    ['helm', 'v3.14.0+gc309b6f', '3.14.0'],
    ['helm', 'Client: v2.17.0+ga690bad', '2.17.0'],
    ['helm', 'WARNING: Kubernetes configuration file is group-readable. Location: /home/me/.kube/config\nv3.17.2+gcc0bbbd', '3.17.2'],
    ['helm', '', null],
  ])('%s: %j', (name, output, expected) => {
    expect(readVersion(toolReferences[name], output)?.version ?? null).toBe(expected)
  })
})

describe('concernedTools', () => {
  const all = ['aws', 'hyp', 'kubectl', 'session-manager-plugin', 'eksctl', 'helm']
  test.each([
    ['Slurm', aPlan(), ['aws', 'session-manager-plugin']],
    ['Slurm, with tools that are required', aPlan({ requiredTools: ['helm'] }), ['aws', 'session-manager-plugin', 'helm']],
    ['EKS', aPlan({ orchestrator: { kind: 'eks', cluster: null } }), all],
    ['unstated', aPlan({ orchestrator: { kind: 'unstated' } }), all],
  ])('%s', (_, plan, expected) => expect(concernedTools(plan)).toEqual(expected))
})
