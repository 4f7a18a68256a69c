import type { SemVer } from 'semver'
import type { KubernetesVersion } from '../../../catalog/tool-installation.ts'
import { type ToolReference, toolReferences } from '../../../catalog/tools.ts'
import type { Fact } from '../../../model/fact.ts'
import type { Machine } from '../../../model/facts/machine.ts'
import type { Facts } from '../../../model/facts.ts'
import type { Evidence, Fix, Outcome, Severity } from '../../../model/finding.ts'
import type { Location, Plan, ToolName } from '../../../model/plan.ts'
import { entry } from '../../../semantics/fact.ts'
import { type InstallationPurpose, installationFor } from '../../../semantics/tools/tool-installation.ts'
import { readVersion } from '../../../semantics/tools/tools.ts'
import { command } from '../../engine/command.ts'
import { fail, pass } from '../../engine/outcome.ts'

/** A tool that was found and whose version could be read. */
export interface InstalledTool {
  readonly tool: ToolReference
  readonly version: SemVer
  readonly evidence: Evidence
  /** Severity of a finding about it: see {@link severityFor}. */
  readonly severity: Severity
}

/** What to say of a version that does not do. */
export interface Verdict {
  readonly message: string
  readonly fix: Fix
  readonly severity?: Severity
  /** Beside the version and the path. */
  readonly evidence?: Evidence
  readonly location?: Location
}

/**
 * Judges one tool of this machine. Absent and too old are failures, and differ; a tool that did not run, or printed no version, is
 * unknown. `judgeVersion` says what is wrong with the version that was read, or null.
 */
export const judgeTool = (
  name: ToolName,
  usual: Severity,
  { tools, machine }: { readonly tools: Facts['tools']; readonly machine: Fact<Machine> },
  plan: Plan,
  installation: Fix,
  judgeVersion: (installed: InstalledTool) => Verdict | Outcome | null,
): Outcome => {
  const tool = toolReferences[name]
  const severity = severityFor(tool, usual, plan, machine)
  const fact = entry(tools, name)
  if (!fact.ok) return unreadable(tool, fact, severity)
  if (fact.value.kind === 'absent') return fail(name, `${name} (${tool.title}) is not on PATH`, installation, { severity })

  const { path, output } = fact.value
  const version = readVersion(tool, output)
  if (version === null) {
    const printed = output.replaceAll(/\s+/g, ' ').slice(0, 120)
    const message = `${path} printed no version that can be read: ${printed === '' ? 'nothing' : printed}`
    return unreadable(tool, { ok: false, gap: { reason: 'unexpected', action: 'none', message } }, severity)
  }
  const evidence = { version: version.version, path }
  const verdict = judgeVersion({ tool, version, evidence, severity })
  if (verdict === null) return pass(name, `${name} ${version.version} at ${path}`, { evidence })
  if ('status' in verdict) return verdict
  return fail(name, verdict.message, verdict.fix, {
    evidence: { ...evidence, ...verdict.evidence },
    severity: severity === 'notice' ? severity : (verdict.severity ?? severity),
    location: verdict.location,
  })
}

/**
 * An error where the user requires the tool; a notice on a CI runner, and where it is for EKS only and nobody said that the cluster is on
 * EKS.
 */
const severityFor = ({ name, orchestrator }: ToolReference, usual: Severity, plan: Plan, machine: Fact<Machine>): Severity => {
  if (plan.requiredTools.includes(name)) return 'error'
  if (machine.ok && machine.value.runs === 'ci') return 'notice'
  return orchestrator === 'eks' && plan.orchestrator.kind === 'unstated' ? 'notice' : usual
}

const unreadable = (tool: ToolReference, { gap }: Extract<Fact<never>, { ok: false }>, severity: Severity): Outcome => ({
  status: 'unknown',
  subject: tool.name,
  message: gap.message,
  gap,
  severity,
  fix: {
    text: `Run it by hand to see why; to install it anew: ${tool.installation}`,
    commands: [[tool.name, ...tool.versionArguments].join(' ')],
  },
})

/**
 * Sends to the official page of the tool, with the commands that it gives for this machine; without them where the machine is not known
 * or is of another kind. `advice` ends in a colon, behind which the address of the page stands. `kubernetes` is for kubectl alone.
 */
export const installationFix = (
  name: ToolName,
  purpose: InstallationPurpose,
  advice: string,
  machine: Fact<Machine>,
  kubernetes: KubernetesVersion | null = null,
): Fix => {
  const text = `${advice} ${toolReferences[name].installation}`
  const found = machine.ok ? installationFor(name, purpose, machine.value, kubernetes) : null
  if (found === null) return { text, commands: [] }
  return {
    text: found.note === null ? text : `${text} (${found.note})`,
    commands: found.steps.map((step) => (typeof step === 'string' ? step : command(...step))),
  }
}
