import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { toolNames } from '../../../src/catalog/tools.ts'
import type { Machine, PackageManager } from '../../../src/model/facts/machine.ts'
import type { ToolName } from '../../../src/model/plan.ts'
import { type InstallationPurpose, installationFor } from '../../../src/semantics/tools/tool-installation.ts'
import { aMachine } from '../../builders.ts'

const kubernetes = { major: 1, minor: 33 }

const lines = (name: ToolName, machine: Machine, purpose: InstallationPurpose = 'install'): readonly string[] | null =>
  installationFor(name, purpose, machine, kubernetes)?.steps.map((step) => (typeof step === 'string' ? step : step.join(' '))) ?? null

const plugins = 'https://s3.amazonaws.com/session-manager-downloads/plugin/latest'
const armMac = aMachine({ platform: 'macos', architecture: 'arm64', packageManagers: ['brew'] })
const intelMac = aMachine({ platform: 'macos', architecture: 'x64', packageManagers: [] })
const windows = aMachine({ platform: 'windows', packageManagers: ['winget', 'choco'] })
const armLinux = aMachine({ architecture: 'arm64' })
const fedora = aMachine({ packageManagers: ['dnf', 'yum'] })
const amazonLinux2 = aMachine({ architecture: 'arm64', packageManagers: ['yum'] })

describe('the way to install', () => {
  test.each<[ToolName, string, Machine, readonly string[] | null]>([
    [
      'aws',
      'Linux',
      aMachine(),
      ['curl https://awscli.amazonaws.com/awscli-exe-linux-x86_64.zip -o awscliv2.zip', 'unzip awscliv2.zip', 'sudo ./aws/install'],
    ],
    [
      'aws',
      'Linux on Arm, whatever package managers it has',
      amazonLinux2,
      ['curl https://awscli.amazonaws.com/awscli-exe-linux-aarch64.zip -o awscliv2.zip', 'unzip awscliv2.zip', 'sudo ./aws/install'],
    ],
    [
      'aws',
      'macOS',
      armMac,
      ['curl https://awscli.amazonaws.com/AWSCLIV2.pkg -o AWSCLIV2.pkg', 'sudo installer -pkg AWSCLIV2.pkg -target /'],
    ],
    ['aws', 'Windows', windows, ['msiexec.exe /i https://awscli.amazonaws.com/AWSCLIV2.msi']],
    [
      'session-manager-plugin',
      'Ubuntu',
      aMachine(),
      [`curl ${plugins}/ubuntu_64bit/session-manager-plugin.deb -o session-manager-plugin.deb`, 'sudo dpkg -i session-manager-plugin.deb'],
    ],
    [
      'session-manager-plugin',
      'Ubuntu on Arm',
      armLinux,
      [`curl ${plugins}/ubuntu_arm64/session-manager-plugin.deb -o session-manager-plugin.deb`, 'sudo dpkg -i session-manager-plugin.deb'],
    ],
    ['session-manager-plugin', 'Fedora', fedora, [`sudo dnf install -y ${plugins}/linux_64bit/session-manager-plugin.rpm`]],
    [
      'session-manager-plugin',
      'Amazon Linux 2 on Arm',
      amazonLinux2,
      [`sudo yum install -y ${plugins}/linux_arm64/session-manager-plugin.rpm`],
    ],
    ['session-manager-plugin', 'a Linux without any of them', aMachine({ packageManagers: ['brew'] }), null],
    [
      'session-manager-plugin',
      'macOS on Apple silicon',
      armMac,
      [
        `curl ${plugins}/mac_arm64/session-manager-plugin.pkg -o session-manager-plugin.pkg`,
        'sudo installer -pkg session-manager-plugin.pkg -target /',
        'sudo ln -s /usr/local/sessionmanagerplugin/bin/session-manager-plugin /usr/local/bin/session-manager-plugin',
      ],
    ],
    [
      'session-manager-plugin',
      'macOS on Intel',
      intelMac,
      [
        `curl ${plugins}/mac/session-manager-plugin.pkg -o session-manager-plugin.pkg`,
        'sudo installer -pkg session-manager-plugin.pkg -target /',
        'sudo ln -s /usr/local/sessionmanagerplugin/bin/session-manager-plugin /usr/local/bin/session-manager-plugin',
      ],
    ],
    ['session-manager-plugin', 'Windows', windows, [`curl.exe -LO ${plugins}/windows/SessionManagerPluginSetup.exe`]],
    [
      'kubectl',
      'Linux on Arm',
      armLinux,
      [
        'curl -LO "https://dl.k8s.io/release/$(curl -L -s https://dl.k8s.io/release/stable-1.33.txt)/bin/linux/arm64/kubectl"',
        'sudo install -o root -g root -m 0755 kubectl /usr/local/bin/kubectl',
      ],
    ],
    [
      'kubectl',
      'macOS',
      intelMac,
      [
        'curl -LO "https://dl.k8s.io/release/$(curl -L -s https://dl.k8s.io/release/stable-1.33.txt)/bin/darwin/amd64/kubectl"',
        'chmod +x ./kubectl',
        'sudo mv ./kubectl /usr/local/bin/kubectl',
        'sudo chown root: /usr/local/bin/kubectl',
      ],
    ],
    ['kubectl', 'Windows', windows, ['curl.exe -LO https://dl.k8s.io/release/v1.33.0/bin/windows/amd64/kubectl.exe']],
    [
      'eksctl',
      'Linux',
      aMachine(),
      [
        'curl -sLO https://github.com/eksctl-io/eksctl/releases/latest/download/eksctl_Linux_amd64.tar.gz',
        'tar -xzf eksctl_Linux_amd64.tar.gz -C /tmp && rm eksctl_Linux_amd64.tar.gz',
        'sudo install -m 0755 /tmp/eksctl /usr/local/bin',
      ],
    ],
    [
      'eksctl',
      'macOS, though it has Homebrew',
      armMac,
      [
        'curl -sLO https://github.com/eksctl-io/eksctl/releases/latest/download/eksctl_Darwin_arm64.tar.gz',
        'tar -xzf eksctl_Darwin_arm64.tar.gz -C /tmp && rm eksctl_Darwin_arm64.tar.gz',
        'sudo install -m 0755 /tmp/eksctl /usr/local/bin',
      ],
    ],
    [
      'eksctl',
      'Windows',
      windows,
      [
        'curl -sLO https://github.com/eksctl-io/eksctl/releases/latest/download/eksctl_windows_amd64.zip',
        'unzip eksctl_windows_amd64.zip -d $HOME/bin',
        'rm eksctl_windows_amd64.zip',
      ],
    ],
    [
      'helm',
      'macOS, where Homebrew gives version 4',
      armMac,
      [
        'curl -fsSL -o get_helm.sh https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3',
        'chmod 700 get_helm.sh',
        './get_helm.sh',
      ],
    ],
    ['helm', 'Windows, whose packages give version 4', windows, null],
    ['hyp', 'Linux', aMachine(), ['python3 -m pip install sagemaker-hyperpod']],
    ['hyp', 'Windows, which AWS does not support', windows, null],
  ])('%s on %s', (name, _, machine, expected) => expect(lines(name, machine)).toEqual(expected))

  test('an update takes the parameters of one where it needs them', () => {
    expect(lines('aws', aMachine(), 'update')?.at(-1)).toBe(
      'sudo ./aws/install --bin-dir /usr/local/bin --install-dir /usr/local/aws-cli --update',
    )
    expect(lines('session-manager-plugin', armMac, 'update')).toHaveLength(2)
    expect(lines('helm', aMachine(), 'update')).toEqual(lines('helm', aMachine()))
  })

  test('no version of kubectl is right where no cluster is known', () => {
    expect(installationFor('kubectl', 'install', aMachine(), null)).toBeNull()
  })
})

const managers: readonly PackageManager[] = ['apt-get', 'dnf', 'yum', 'brew', 'winget', 'choco']
const anyMachine = fc.record<Machine>({
  platform: fc.constantFrom('linux', 'macos', 'windows', 'other'),
  architecture: fc.constantFrom('x64', 'arm64', 'other'),
  packageManagers: fc.subarray([...managers]),
})

describe('on any machine', () => {
  test('nothing is said of one that no page knows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...toolNames), anyMachine, (name, machine) => {
        if (machine.platform === 'other' || machine.architecture === 'other') expect(lines(name, machine)).toBeNull()
      }),
    )
  })

  test('commands are for its platform and architecture, and download by HTTPS alone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...toolNames), anyMachine, fc.constantFrom('install', 'update'), (name, machine, purpose) => {
        const text = lines(name, machine, purpose)?.join('\n') ?? ''
        expect(text).not.toMatch(/http:|pip install awscli|</)
        if (machine.platform === 'windows') expect(text).not.toMatch(/sudo|linux|darwin/i)
        else expect(text).not.toMatch(/\.exe|windows/i)
        if (machine.architecture === 'x64') expect(text).not.toMatch(/arm64|aarch64/)
        else expect(text).not.toMatch(/amd64|x86_64|64bit/)
      }),
    )
  })
})
