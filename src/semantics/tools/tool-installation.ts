import { type Installation, type InstallationStep, installationsOf, type KubernetesVersion } from '../../catalog/tool-installation.ts'
import type { Machine } from '../../model/facts/machine.ts'
import type { ToolName } from '../../model/plan.ts'

/** What a tool is wanted for that is absent, or that is there and does not do. */
export type InstallationPurpose = 'install' | 'update'

/** The steps for one machine, and what they leave open. */
export interface InstallationSteps {
  readonly steps: readonly InstallationStep[]
  readonly note: string | null
}

/** How to install the tool on this machine; null where its official page has no command for such a machine. */
export const installationFor = (
  name: ToolName,
  purpose: InstallationPurpose,
  machine: Machine,
  kubernetes: KubernetesVersion | null,
): InstallationSteps | null => {
  const fitting = installationsOf(name, kubernetes).find((installation) => fits(installation, machine))
  if (fitting === undefined) return null
  const { install, update = install, note = null } = fitting
  return { steps: purpose === 'install' ? install : update, note }
}

const fits = ({ platform, architecture, packageManager }: Installation, machine: Machine): boolean =>
  platform === machine.platform &&
  architecture === machine.architecture &&
  (packageManager === undefined || machine.packageManagers.includes(packageManager))
