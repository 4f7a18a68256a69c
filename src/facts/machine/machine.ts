import type { Machine, PackageManager } from '../../model/facts/machine.ts'
import { defineCollector } from '../engine/collect.ts'
import { findExecutable } from './executable.ts'

/** The machine that this runs on. Nothing is run to learn it. */
export const machine = defineCollector({
  id: 'machine',
  needs: [],
  actions: [],
  collect: () => machineOf(process.platform, process.arch, process.env),
})

/** Exported for tests: `platform` and `architecture` as Node.js names them, `environment` names the folders to look in. */
export const machineOf = async (platform: string, architecture: string, environment: NodeJS.ProcessEnv): Promise<Machine> => ({
  platform: platforms.get(platform) ?? 'other',
  architecture: architecture === 'x64' || architecture === 'arm64' ? architecture : 'other',
  packageManagers: await packageManagersOnPath(environment),
  // GitHub, GitLab, Jenkins with pipelines, Buildkite, CircleCI and CodeBuild with a buildspec set it.
  ...(environment['CI'] === 'true' && { runs: 'ci' }),
})

const platforms: ReadonlyMap<string, Machine['platform']> = new Map([
  ['linux', 'linux'],
  ['darwin', 'macos'],
  ['win32', 'windows'],
])

const packageManagers: readonly PackageManager[] = ['apt-get', 'dnf', 'yum', 'brew', 'winget', 'choco']

const packageManagersOnPath = async (environment: NodeJS.ProcessEnv): Promise<readonly PackageManager[]> => {
  const found = await Promise.all(packageManagers.map((name) => findExecutable(name, environment)))
  return packageManagers.filter((_, index) => typeof found[index] === 'string')
}
