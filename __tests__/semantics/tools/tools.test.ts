import { describe, expect, test } from '@jest/globals'
import { toolReferences } from '../../../src/catalog/tools.ts'
import type { ToolName } from '../../../src/model/plan.ts'
import { concernedTools, readVersion } from '../../../src/semantics/tools/tools.ts'
import { aPlan } from '../../builders.ts'

const kubectlJson = (gitVersion: string) =>
  JSON.stringify(
    {
      clientVersion: {
        major: '1',
        minor: '24',
        gitVersion,
        gitCommit: '4ce5a8954017644c5420bae81d72b09b735c21f0',
        gitTreeState: 'clean',
        buildDate: '2022-05-03T13:36:49Z',
        goVersion: 'go1.18.1',
        compiler: 'gc',
        platform: 'darwin/amd64',
      },
      kustomizeVersion: 'v4.5.4',
    },
    null,
    2,
  )

const hypOutput = (version: string) =>
  [
    `hyp version: ${version}`,
    'hyperpod-pytorch-job-template version: 1.4.0',
    'hyperpod-custom-inference-template version: 1.1.0',
    'hyperpod-jumpstart-inference-template version: Not installed',
  ].join('\n')

const helmPluginWarning =
  'level=WARN msg="failed to load plugin v1.2.3 (plugin.yaml) (this will become an error in a future Helm version)"\nv4.0.0+g99cd196'

/** What the tools print, and where that was read. */
const outputs: readonly (readonly [tool: ToolName, output: string, version: string | null, from: string])[] = [
  ['aws', 'aws-cli/2.17.47 Python/3.11.8 Linux/5.10 exe/x86_64.ubuntu.22', '2.17.47', 'the form of the installer for Linux'],
  ['aws', 'aws-cli/2.27.5 Python/3.13.2 Linux/6.8.0-1024-aws exe/x86_64.ubuntu.2404', '2.27.5', 'an instance with Ubuntu 24.04'],
  ['aws', 'aws-cli/2.15.30 Python/3.11.6 Linux/5.10.205-195.807.amzn2.x86_64 exe/x86_64.amzn.2 prompt/off', '2.15.30', 'Amazon Linux 2'],
  ['aws', 'aws-cli/2.32.7 Python/3.13.9 Darwin/25.1.0 source/arm64', '2.32.7', 'Homebrew'],
  ['aws', 'aws-cli/2.14.5 Python/3.11.6 Windows/10 exe/AMD64 prompt/off', '2.14.5', 'the MSI for Windows'],
  ['aws', 'aws-cli/2.0.0 Python/3.8.1 Darwin/19.3.0 botocore/2.0.0dev4', '2.0.0', 'basefarm/aws-session-tool#25'],
  ['aws', 'aws-cli/1.32.0 Python/3.8.10 Linux/5.15.0 botocore/1.34.0', '1.32.0', 'the form of awscli from PyPI'],
  ['aws', 'aws-cli/1.16.218 Python/3.7.5 Linux/4.19.76-linuxkit botocore/1.12.208', '1.16.218', 'myoung34/docker-github-actions-runner#23'],
  ['aws', "pyenv: aws: command not found\n\nThe `aws' command exists in these Python versions:\n  3.11.7", null, 'pyenv'],
  ['hyp', hypOutput('3.9.0'), '3.9.0', 'aws/sagemaker-hyperpod-cli, src/sagemaker/hyperpod/cli/hyp_cli.py'],
  ['hyp', hypOutput('3.10.0.dev1'), '3.10.0', 'the same, of a development build'],
  ['hyp', hypOutput('Not installed'), null, 'the same, where the metadata of the package is missing'],
  ['kubectl', kubectlJson('v1.24.0'), '1.24.0', 'eksctl-io/eksctl#5280'],
  ['kubectl', kubectlJson('v1.17.6-eks-4e7f64'), '1.17.6', 'eksctl-io/eksctl#2418'],
  ['kubectl', kubectlJson('v1.32.4-dispatcher'), '1.32.4', 'Google Cloud CLI'],
  ['kubectl', kubectlJson('v1.31.12+k3s1'), '1.31.12', 'K3s'],
  ['kubectl', `${kubectlJson('v1.33.0')}\nWARNING: version difference between client (1.33) and server (1.30)`, '1.33.0', 'kubectl'],
  ['kubectl', 'error: unknown shorthand flag', null, 'kubectl'],
  ['session-manager-plugin', '1.2.650.0', '1.2.650', 'session-manager-plugin --version'],
  ['session-manager-plugin', '1.2.764.0\n', '1.2.764', 'session-manager-plugin --version'],
  [
    'session-manager-plugin',
    'The Session Manager plugin was installed successfully. Use the AWS CLI to start a session.',
    null,
    'session-manager-plugin without arguments',
  ],
  ['eksctl', '0.176.0', '0.176.0', 'eksctl version'],
  ['eksctl', '0.99.0-dev+c9ab02d87.2022-05-17T20:04:34Z', '0.99.0', 'eksctl-io/eksctl#5280'],
  ['eksctl', '[ℹ]  version.Info{BuiltAt:"", GitCommit:"", GitTag:"0.1.40"}', '0.1.40', 'eksctl 0.1'],
  [
    'eksctl',
    'versionInfo = map[string]string{"gitTag":"0.1.11", "builtAt":"2018-11-09T16:15:40Z", "gitCommit":"191474b2b0a6"}',
    '0.1.11',
    'eksctl-io/eksctl#352',
  ],
  ['helm', 'v3.14.0+g3fc9f4b', '3.14.0', 'the form of helm/helm, pkg/cmd/version.go'],
  ['helm', 'v3.1.1+gafe7058', '3.1.1', 'starship/starship, src/utils.rs'],
  ['helm', 'v4.0.0+g99cd196', '4.0.0', 'Helm 4'],
  ['helm', helmPluginWarning, '4.0.0', 'Helm 4 beside a plugin that it cannot load, with a version added to the warning'],
  ['helm', 'v4.1.0-rc.1+g1234567', '4.1.0', 'a release candidate'],
  ['helm', 'Client: v2.1.0+ga72cebe\nServer: v2.1.0+gb7b6484', '2.1.0', 'helm/helm#1705'],
  ['helm', 'Client: v2.16.9+g8ad7037', '2.16.9', 'gist.github.com/mohanpedala/c9dff3c3772f726b0b93edb827df0bdb'],
  [
    'helm',
    'v3.17.2+gcc0bbbd\nWARNING: Kubernetes configuration file is group-readable. Location: /home/me/.kube/config',
    '3.17.2',
    'Helm 3 with a kubeconfig that others can read',
  ],
  ['helm', '', null, 'nothing'],
]

describe('readVersion', () => {
  test.each(outputs)('%s: %j is %s (%s)', (name, output, expected) => {
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
