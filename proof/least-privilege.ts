// The IAM policy that `iam-policy` prints, against the calls as they go over the wire: runs the packed action behind a proxy that refuses what
// the policy does not allow, with the whole policy and with each action taken out of it, and writes docs/proof/least-privilege.md. Run it as
// `npm run least-privilege`, which starts moto.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { deployer, region } from '../__tests__/moto/account.ts'
import { refusal } from '../__tests__/moto/aws-protocol.ts'
import { onWire } from '../__tests__/moto/loopback-answer.ts'
import { runCommand } from '../__tests__/packed.ts'
import type { Report } from '../src/report/schema/report.ts'
import { decide } from '../src/semantics/policies/iam-policy.ts'
import { parsePolicyDocument } from '../src/semantics/policies/policy-document.ts'
import { type ProvenAccount, provenAccounts } from './accounts.ts'
import { askedAction } from './asked-resource.ts'
import { contradictions, judgedRun, unknownRules } from './judged-run.ts'
import { type GrantedAction, leastPrivilegePage } from './least-privilege-page.ts'
import { plainWire, recordingOf, serveRecorded, type Wire } from './recorded-aws.ts'

interface Policy {
  readonly Version: string
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: string | readonly string[] }[]
}

interface Outcome {
  readonly report: Report
  /** Actions on resources that were asked for. */
  readonly asked: readonly { readonly action: string; readonly resource: string }[]
  readonly refused: readonly string[]
}

/** Lets through what the policy allows; notes the rest. */
const enforcing = (policy: Policy, refused: string[]): Wire => {
  const document = parsePolicyDocument(JSON.stringify(policy))
  return async (asked) => {
    const request = askedAction(asked, region)
    if (decide([{ kind: 'attached', name: 'preflight', document }], { ...request, context: {} }).kind === 'allowed') return asked.answer()
    refused.push(`${request.action} on ${request.resource}`)
    return onWire(refusal(asked.operation))
  }
}

const runnerOf = (account: ProvenAccount): ((wire: Wire, refused?: readonly string[]) => Promise<Outcome>) => {
  const recording = recordingOf(account.aws.url)
  return async (wire, refused = []) => {
    const aws = await serveRecorded(recording, wire)
    try {
      const { report, faults } = await judgedRun(account, aws.url)
      if (report === null || faults.length > 0) throw new Error(`${account.name}: ${faults.join('; ')}`)
      return { report, refused, asked: aws.asked.map((one) => askedAction(one, region)) }
    } finally {
      await aws.close()
    }
  }
}

const printedPolicy = async (words: readonly string[]): Promise<Policy> => {
  const { stdout, stderr } = await runCommand(['iam-policy', ...words])
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Policy
}

const without = (policy: Policy, action: string): Policy => ({
  ...policy,
  Statement: policy.Statement.map((statement) => ({ ...statement, Action: statement.Action.filter((one) => one !== action) })).filter(
    ({ Action }) => Action.length > 0,
  ),
})

const actionsIn = (policy: Policy): readonly string[] => policy.Statement.flatMap(({ Action }) => Action)

/** What parliament has against each policy, where it is anything but that a policy for any plan names no one resource. */
const grammarFaults = (policies: Readonly<Record<string, Policy>>): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-policies-'))
  const paths = Object.entries(policies).map(([name, policy]) => {
    const path = join(folder, `${name}.json`)
    writeFileSync(path, JSON.stringify(policy))
    return path
  })
  const printed = execFileSync(process.env['MOTO_PYTHON'] ?? 'python3', ['proof/policy-grammar.py', ...paths], { encoding: 'utf8' })
  const found = JSON.parse(printed) as Readonly<Record<string, readonly string[]>>
  return Object.entries(found).flatMap(([path, faults]) =>
    faults
      .filter((fault) => !fault.startsWith('RESOURCE_EFFECTIVELY_STAR') && !newerThanParliament.test(fault))
      .map((fault) => `${path}: ${fault}`),
  )
}

/** Actions that AWS's Service Authorization Reference has, as the tests of the policy hold, and the newest parliament does not. */
const newerThanParliament = /^UNKNOWN_ACTION Unknown action sagemaker:(?:DescribeClusterEvent|ListClusterEvents)\b/

/** What a diagnosis judges is the answer of one call: without it there is another plan, and findings of another. */
const isThePlanItself = ({ inputs }: { readonly inputs: Readonly<Record<string, string>> }, action: string): boolean =>
  'diagnose' in inputs && action === 'sagemaker:DescribeCluster'

const problems: string[] = []
const slot = pLimit(2)
const accounts = await provenAccounts((process.env['MOTO_URLS'] ?? '').split(' '))
const anyPlan = await printedPolicy(['--diagnose'])
const policies: Record<string, Policy> = { 'any-plan': anyPlan }
const granted = new Map<string, GrantedAction>(
  actionsIn(anyPlan).map((action) => [action, { action, resources: new Set(), askedAbout: new Set(), calls: 0, unknown: new Set() }]),
)

for (const account of accounts) {
  const words = Object.entries(account.inputs).flatMap(([name, value]) => [`--${name}`, value])
  const policy = await printedPolicy([...words, '--role-to-assume', deployer])
  policies[account.name] = policy
  const run = runnerOf(account)
  const before = await run(plainWire)
  for (const { action, resource } of before.asked) {
    const known = granted.get(action)
    if (known === undefined) problems.push(`${account.name}: ${action} is called and not in the policy for any plan`)
    else {
      known.calls += 1
      known.askedAbout.add(resource)
    }
  }
  for (const [name, whole] of [
    ['the policy for any plan', anyPlan],
    ["the plan's own policy", policy],
  ] as const) {
    const refused: string[] = []
    const { report } = await run(enforcing(whole, refused), refused)
    problems.push(...refused.map((request) => `${account.name}: ${name} does not allow ${request}`))
    problems.push(...contradictions(before.report, report).map((one) => `${account.name}, ${name}: ${one}`))
    if (unknownRules(report).join() !== unknownRules(before.report).join())
      problems.push(`${account.name}, ${name}: other rules are unknown`)
  }
  for (const { Action, Resource } of policy.Statement)
    for (const action of Action) for (const resource of [Resource].flat()) granted.get(action)?.resources.add(resource)
  const removals = actionsIn(policy).map((action) =>
    slot(async () => {
      const refused: string[] = []
      const { report } = await run(enforcing(without(policy, action), refused), refused)
      if (!isThePlanItself(account, action))
        problems.push(...contradictions(before.report, report).map((one) => `${account.name}, without ${action}: ${one}`))
      const already = unknownRules(before.report)
      for (const rule of unknownRules(report)) if (!already.includes(rule)) granted.get(action)?.unknown.add(rule)
    }),
  )
  await Promise.all(removals)
  await account.aws.close()
}

for (const { action, calls } of granted.values()) if (calls === 0) problems.push(`${action} is in the policy and never called`)
problems.push(...grammarFaults(policies))
for (const problem of problems) console.log(problem)
writeFileSync(
  'docs/proof/least-privilege.md',
  leastPrivilegePage(
    [...granted.values()],
    accounts.map(({ name }) => name),
  ),
)
console.log(`${granted.size} actions, ${accounts.length} accounts, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
