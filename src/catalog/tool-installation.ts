import type { Machine, PackageManager } from '../model/facts/machine.ts'
import type { ToolName } from '../model/plan.ts'

/** A minor version of Kubernetes: 1.33 is `{ major: 1, minor: 33 }`. */
export interface KubernetesVersion {
  readonly major: number
  readonly minor: number
}

/**
 * One command line of an installation: its words, or the whole line where the page needs the shell for it (`&&`, `$( )`). Nothing of the
 * user is ever part of a line.
 */
export type InstallationStep = readonly string[] | string

/** How one tool is installed on one kind of machine. */
export interface Installation {
  readonly platform: Exclude<Machine['platform'], 'other'>
  readonly architecture: Exclude<Machine['architecture'], 'other'>
  /** Holds only where this one is on PATH. */
  readonly packageManager?: PackageManager
  readonly install: readonly InstallationStep[]
  /** Where an update takes other steps than the first installation. */
  readonly update?: readonly InstallationStep[]
  /** What the steps leave open, as a clause. */
  readonly note?: string
}

/** Architectures for which AWS, Kubernetes and eksctl publish, by the names that they have in their addresses. */
const architectures = [
  { architecture: 'x64', go: 'amd64', machine: 'x86_64', deb: 'ubuntu_64bit', rpm: 'linux_64bit', mac: 'mac' },
  { architecture: 'arm64', go: 'arm64', machine: 'aarch64', deb: 'ubuntu_arm64', rpm: 'linux_arm64', mac: 'mac_arm64' },
] as const

/** https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html */
const awsCli: readonly Installation[] = [
  ...architectures.map(({ architecture, machine }): Installation => {
    const unpacked = [
      ['curl', `https://awscli.amazonaws.com/awscli-exe-linux-${machine}.zip`, '-o', 'awscliv2.zip'],
      ['unzip', 'awscliv2.zip'],
    ]
    const places = ['--bin-dir', '/usr/local/bin', '--install-dir', '/usr/local/aws-cli']
    return {
      platform: 'linux',
      architecture,
      install: [...unpacked, ['sudo', './aws/install']],
      update: [...unpacked, ['sudo', './aws/install', ...places, '--update']],
    }
  }),
  ...architectures.map(
    ({ architecture }): Installation => ({
      platform: 'macos',
      architecture,
      install: [
        ['curl', 'https://awscli.amazonaws.com/AWSCLIV2.pkg', '-o', 'AWSCLIV2.pkg'],
        ['sudo', 'installer', '-pkg', 'AWSCLIV2.pkg', '-target', '/'],
      ],
    }),
  ),
  { platform: 'windows', architecture: 'x64', install: [['msiexec.exe', '/i', 'https://awscli.amazonaws.com/AWSCLIV2.msi']] },
]

const plugins = 'https://s3.amazonaws.com/session-manager-downloads/plugin/latest'

/**
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/install-plugin-debian-and-ubuntu.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/install-plugin-linux.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/install-plugin-macos-overview.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/install-plugin-windows.html
 */
const sessionManagerPlugin: readonly Installation[] = [
  ...architectures.flatMap(({ architecture, deb, rpm, mac }): readonly Installation[] => {
    const mounted = [
      ['curl', `${plugins}/${mac}/session-manager-plugin.pkg`, '-o', 'session-manager-plugin.pkg'],
      ['sudo', 'installer', '-pkg', 'session-manager-plugin.pkg', '-target', '/'],
    ]
    const program = '/usr/local/sessionmanagerplugin/bin/session-manager-plugin'
    return [
      {
        platform: 'linux',
        architecture,
        packageManager: 'apt-get',
        install: [
          ['curl', `${plugins}/${deb}/session-manager-plugin.deb`, '-o', 'session-manager-plugin.deb'],
          ['sudo', 'dpkg', '-i', 'session-manager-plugin.deb'],
        ],
      },
      ...(['dnf', 'yum'] as const).map(
        (packageManager): Installation => ({
          platform: 'linux',
          architecture,
          packageManager,
          install: [['sudo', packageManager, 'install', '-y', `${plugins}/${rpm}/session-manager-plugin.rpm`]],
        }),
      ),
      {
        platform: 'macos',
        architecture,
        install: [...mounted, ['sudo', 'ln', '-s', program, '/usr/local/bin/session-manager-plugin']],
        update: mounted,
      },
    ]
  }),
  {
    platform: 'windows',
    architecture: 'x64',
    install: [['curl.exe', '-LO', `${plugins}/windows/SessionManagerPluginSetup.exe`]],
    note: 'then run SessionManagerPluginSetup.exe',
  },
]

/**
 * The newest patch release of the cluster's own minor version. On Windows its first one, for the page names none by its minor version.
 *
 * https://kubernetes.io/docs/tasks/tools/install-kubectl-linux/
 * https://kubernetes.io/docs/tasks/tools/install-kubectl-macos/
 * https://kubernetes.io/docs/tasks/tools/install-kubectl-windows/
 */
const kubectl = ({ major, minor }: KubernetesVersion): readonly Installation[] => {
  const newest = `$(curl -L -s https://dl.k8s.io/release/stable-${major}.${minor}.txt)`
  const download = (system: string, architecture: string) =>
    `curl -LO "https://dl.k8s.io/release/${newest}/bin/${system}/${architecture}/kubectl"`
  return [
    ...architectures.flatMap(({ architecture, go }): readonly Installation[] => [
      {
        platform: 'linux',
        architecture,
        install: [
          download('linux', go),
          ['sudo', 'install', '-o', 'root', '-g', 'root', '-m', '0755', 'kubectl', '/usr/local/bin/kubectl'],
        ],
      },
      {
        platform: 'macos',
        architecture,
        install: [
          download('darwin', go),
          ['chmod', '+x', './kubectl'],
          ['sudo', 'mv', './kubectl', '/usr/local/bin/kubectl'],
          ['sudo', 'chown', 'root:', '/usr/local/bin/kubectl'],
        ],
      },
    ]),
    {
      platform: 'windows',
      architecture: 'x64',
      install: [['curl.exe', '-LO', `https://dl.k8s.io/release/v${major}.${minor}.0/bin/windows/amd64/kubectl.exe`]],
      note: 'then move kubectl.exe to a folder of PATH',
    },
  ]
}

const releases = 'https://github.com/eksctl-io/eksctl/releases/latest/download'

/** https://docs.aws.amazon.com/eks/latest/eksctl/installation.html */
const eksctl: readonly Installation[] = [
  ...architectures.flatMap(({ architecture, go }): readonly Installation[] =>
    (['linux', 'macos'] as const).map((platform): Installation => {
      const archive = `eksctl_${platform === 'linux' ? 'Linux' : 'Darwin'}_${go}.tar.gz`
      return {
        platform,
        architecture,
        install: [
          ['curl', '-sLO', `${releases}/${archive}`],
          `tar -xzf ${archive} -C /tmp && rm ${archive}`,
          ['sudo', 'install', '-m', '0755', '/tmp/eksctl', '/usr/local/bin'],
        ],
      }
    }),
  ),
  ...architectures.map(({ architecture, go }): Installation => {
    const archive = `eksctl_windows_${go}.zip`
    return {
      platform: 'windows',
      architecture,
      install: [['curl', '-sLO', `${releases}/${archive}`], `unzip ${archive} -d $HOME/bin`, ['rm', archive]],
      note: 'the commands are for Git Bash, which has $HOME/bin on PATH',
    }
  }),
]

/**
 * The script takes the newest release of version 3, where packages (Homebrew, Chocolatey, winget, apt) give a newer major version.
 *
 * https://helm.sh/docs/v3/intro/install/
 * https://github.com/helm/helm/blob/main/scripts/get-helm-3
 */
const helm: readonly Installation[] = architectures.flatMap(({ architecture }) =>
  (['linux', 'macos'] as const).map(
    (platform): Installation => ({
      platform,
      architecture,
      install: [
        ['curl', '-fsSL', '-o', 'get_helm.sh', 'https://raw.githubusercontent.com/helm/helm/main/scripts/get-helm-3'],
        ['chmod', '700', 'get_helm.sh'],
        ['./get_helm.sh'],
      ],
    }),
  ),
)

/** AWS supports Linux and macOS, and not Windows. https://github.com/aws/sagemaker-hyperpod-cli */
const hyperpodCli: readonly Installation[] = architectures.flatMap(({ architecture }) =>
  (['linux', 'macos'] as const).map(
    (platform): Installation => ({
      platform,
      architecture,
      install: [['python3', '-m', 'pip', 'install', 'sagemaker-hyperpod']],
    }),
  ),
)

/**
 * How a tool is installed, as its official page says it; of several that fit a machine the first is meant. Where a page gives no command
 * for a kind of machine, none is listed. Read on 2026-11-24.
 *
 * `kubernetes` is the version that kubectl is to fit: none is known to be right without it.
 */
export const installationsOf = (name: ToolName, kubernetes: KubernetesVersion | null): readonly Installation[] => {
  switch (name) {
    case 'aws':
      return awsCli
    case 'hyp':
      return hyperpodCli
    case 'kubectl':
      return kubernetes === null ? [] : kubectl(kubernetes)
    case 'session-manager-plugin':
      return sessionManagerPlugin
    case 'eksctl':
      return eksctl
    case 'helm':
      return helm
  }
}
