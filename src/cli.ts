import { Argument, Command, CommanderError, Option } from 'commander'
import { completionScript, shells } from './command/completion.ts'
import { useProfile } from './command/credentials-profile.ts'
import { type Options, rawInputs, strayWords, textOf, withInputFlags } from './command/flags.ts'
import { checkHelp, rootHelp } from './command/help.ts'
import { clearProgress, columns, complain, couldNotStart, hasColour, print, progress, refuse } from './command/terminal.ts'
import { actionsOf } from './facts/engine/collect.ts'
import { environmentRegion } from './facts/engine/credentials.ts'
import { collectors } from './facts/index.ts'
import { inputsOfOtherPlans } from './inputs/existing/diagnosed-plan.ts'
import { pathFaults } from './inputs/output-paths.ts'
import { parseInputs, type RawInput } from './inputs/parse.ts'
import { planUnder, readPolicyFile } from './inputs/policy-file.ts'
import { isSubject, readPlan, readText } from './inputs/read-plan.ts'
import type { Inputs } from './inputs/table.ts'
import { iamPolicy, type PolicyDocument, policyOfAnyPlan, withDiagnosis } from './least-privilege.ts'
import type { Checked, Fault } from './model/fault.ts'
import { preflight, tool, writeText } from './preflight.ts'
import { explainMessages, topicOf } from './report/explanation.ts'
import { faultLines } from './report/faults.ts'
import { renderJson } from './report/json.ts'
import { mergeReports } from './report/merge.ts'
import { readJsonReport } from './report/read-json.ts'
import { ruleList, ruleListJson, rulePage } from './report/rule-page.ts'
import type { Report } from './report/schema/report.ts'
import { renderSummary } from './report/summary.ts'
import { renderPage } from './report/text/markdown.ts'
import { type Detail, renderText } from './report/text/text.ts'
import { demandedFacts } from './rules/engine/judge.ts'
import { rules } from './rules/index.ts'
import type { Secrets } from './run/secrets.ts'
import { errorMessage } from './semantics/text/error-message.ts'

/** The command: `check` (the default), `diagnose`, `rules`, `explain`, `iam-policy`, `merge` and `completion`. Sets the exit code of the process and never throws. */
export const cli = async (argv: readonly string[], secrets: Secrets): Promise<void> => {
  try {
    await program(secrets).parseAsync([...argv], { from: 'user' })
  } catch (error) {
    // Help and the version end so too; commander has printed what there is to say.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : couldNotStart
      return
    }
    const snapshot = /^--save-snapshot(?:=(?<path>.*))?$/
    const at = argv.findIndex((word) => snapshot.test(word))
    const path = at < 0 ? undefined : (snapshot.exec(argv[at] ?? '')?.groups?.['path'] ?? argv[at + 1])
    complain([
      `fault in ${tool.name} ${tool.version}, please report it${path === undefined ? '' : ` with ${path}`}: ${secrets.hide(errorMessage(error))}`,
    ])
  }
}

const program = (secrets: Secrets): Command => {
  const root = new Command(tool.name)
    .description('Answers before you create a SageMaker HyperPod cluster: will it come up, and if not, what must change?')
    .version(tool.version)
    .helpCommand(false)
    .exitOverride()
    .addHelpText('after', rootHelp(tool.name))
    .showHelpAfterError(false)
  const check = root.command('check', { isDefault: true }).description('check an account, a request or a snapshot (the default)')
  withInputFlags(check)
    .addOption(format())
    .addOption(verbose())
    .addOption(quiet())
    .addOption(profile())
    .addHelpText('after', checkHelp(tool.name))
    .action(async (options: Options) => runCheck([], check.args, options, check, secrets))
  const diagnose = root
    .command('diagnose <cluster>')
    .description('why a cluster failed, or has no nodes: what AWS answered, what explains it, and what to do next')
  withInputFlags(diagnose, { hidden: ['snapshot', ...inputsOfOtherPlans], without: ['diagnose'] })
    .addOption(format())
    .addOption(verbose())
    .addOption(quiet())
    .addOption(profile())
    .action(async (cluster: string, options: Options) =>
      runCheck([{ name: 'diagnose', value: cluster, source: 'diagnose' }], diagnose.args.slice(1), options, diagnose, secrets),
    )
  root
    .command('rules')
    .description('list every rule')
    .addOption(new Option('--output <format>', 'text or json').choices(['text', 'json']).default('text'))
    .action(({ output }: Options) => print(output === 'json' ? ruleListJson(rules) : ruleList(rules)))
  root
    .command('merge <reports...>')
    .description('make one report and verdict out of many JSON reports: of several clusters, accounts or Regions')
    .addOption(format())
    .addOption(verbose())
    .addOption(quiet())
    .option('--json-file <file>', 'write the merged report there as JSON')
    .option('--fail-on <severity>', 'severity from which a finding fails the run: error, warning or never (default: error)')
    .option('--on-unknown <choice>', 'fail: a verdict of unproven fails the run; warn: it does not, and stays unproven (default: fail)')
    .action(merge)
  root
    .command('explain <words...>')
    .description('explain a rule (its id, last part or area), or find the rules that foresee a failure message')
    .addHelpText('after', `\nA message goes in quotes: ${tool.name} explain "EFA health checks did not run successfully."`)
    .action(explain)
  const policy = root.command('iam-policy').description('print the IAM policy that this plan needs; without flags, that any plan needs')
  withInputFlags(policy, { without: ['diagnose'] })
    .option('--diagnose [cluster]', 'add what a diagnosis of this cluster, or of any, needs')
    .addOption(profile())
    .action(async (options: Options) => printPolicy(options, policy.args))
  root
    .command('completion')
    .description('print a script that completes commands, flags and rules: source <(hyperpod-preflight completion bash)')
    .addArgument(new Argument('<shell>').choices([...shells]))
    .action((shell: (typeof shells)[number]) =>
      print(
        completionScript(
          shell,
          tool.name,
          rules.map(({ id }) => id),
        ),
      ),
    )
  return root
}

const format = (): Option => new Option('--output <format>', 'what is printed: text, json or markdown').default('text')
const profile = (): Option => new Option('--profile <name>', 'profile of the AWS configuration to take credentials and Region from')
const verbose = (): Option => new Option('--verbose', 'print what passed and what was skipped too').conflicts('quiet')
const quiet = (): Option => new Option('--quiet', 'print a line for each problem, and the verdict')

const detailOf = ({ verbose: all, quiet: brief }: Options): Detail => (all ? 'everything' : brief ? 'verdict' : 'problems')

/** What check can print. The Markdown is that of the job summary, uncut. */
const formats: ReadonlyMap<string, (report: Report, detail: Detail) => string> = new Map<
  string,
  (report: Report, detail: Detail) => string
>([
  ['text', (report, detail) => renderText(report, { colour: hasColour(), width: columns(), detail })],
  ['json', renderJson],
  ['markdown', (report) => renderSummary(report, { maxBytes: Number.POSITIVE_INFINITY })],
])

/** `named`: inputs that words of the command give; `words`: the other words, which nobody understood yet. */
const runCheck = async (
  named: readonly RawInput[],
  words: readonly string[],
  options: Options,
  check: Command,
  secrets: Secrets,
): Promise<void> => {
  const stray = strayWords(words, options)
  const given = [...rawInputs(options), ...stray.files, ...named]
  // Nothing was asked for: on a terminal that is a question.
  if (given.length === 0 && words.length === 0 && process.stdout.isTTY) {
    process.exitCode = couldNotStart
    return print(`${check.parent?.helpInformation() ?? ''}${rootHelp(tool.name)}`)
  }
  const parsed = parseInputs(given)
  const format = textOf(options, 'output') ?? 'text'
  const render = formats.get(format)
  for (const flag of stray.withoutEffect) process.stderr.write(`${flag} has no effect in ${tool.name} ${tool.version}\n`)
  const faults = [...stray.faults, ...(parsed.ok ? [] : parsed.faults), ...(render === undefined ? [unknownFormat(format)] : [])]
  if (!parsed.ok || render === undefined || faults.length > 0) return refuse(secrets.hideIn(faults))
  chooseProfile(options)
  const face = { now: new Date(), idToken: noWorkflow, noCredentialsBecause: async () => null, progress, secrets }
  const done = await preflight(parsed.value, face)
  clearProgress()
  if (!done.ok) return refuse(secrets.hideIn(done.faults))
  const { report, unwritten } = done.value
  print(render(report, detailOf(options)))
  process.exitCode = report.exitCode
  if (unwritten.length > 0) complain(faultLines(secrets.hideIn(unwritten)))
}

const chooseProfile = (options: Options): void => {
  const name = textOf(options, 'profile')
  if (name !== undefined) useProfile(name)
}

const merge = async (paths: readonly string[], options: Options): Promise<void> => {
  const format = textOf(options, 'output') ?? 'text'
  const render = formats.get(format)
  const inputs = parseInputs(rawInputs(options).filter(({ name }) => name === 'fail-on' || name === 'on-unknown'))
  const read = await Promise.all(paths.map(readReport))
  const file = textOf(options, 'jsonFile')
  const merged = paths.map((path) => ({ name: 'merge', path }))
  const faults = [
    ...pathFaults(merged, file === undefined ? [] : [{ name: '--json-file', path: file }]),
    ...[inputs, ...read].flatMap((part) => (part.ok ? [] : part.faults)),
    ...(render === undefined ? [unknownFormat(format)] : []),
  ]
  const [first, ...others] = read.flatMap((report) => (report.ok ? [report.value] : []))
  if (!inputs.ok || render === undefined || first === undefined || faults.length > 0) return refuse(faults)
  const policy = { failOn: inputs.value['fail-on'] ?? 'error', onUnknown: inputs.value['on-unknown'] ?? 'fail' } as const
  const report = mergeReports(tool, [first, ...others], policy)
  const written = await writeText('json-file', file ?? null, () => renderJson(report))
  print(render(report, detailOf(options)))
  process.exitCode = report.exitCode
  if (!written.ok) complain(faultLines(written.faults))
}

const readReport = async (path: string): Promise<Checked<Report>> => {
  const text = await readText(path, 'merge', 'a JSON report that json-file wrote')
  return text.ok ? readJsonReport(path, text.value) : text
}

const unknownFormat = (format: string): Fault => ({
  source: '--output',
  problem: `"${format}" is not valid`,
  expected: 'text, json or markdown',
})

const explain = (words: readonly string[]): void => {
  const asked = words.join(' ')
  const topic = topicOf(asked, rules)
  if (topic.kind === 'rule') printPage(rulePage(topic.rule, actionsOf([...topic.rule.needs, ...topic.rule.uses], collectors)))
  else if (topic.kind === 'rules') print(ruleList(topic.rules))
  else if (topic.kind === 'messages') print(explainMessages(topic.rows, rules))
  else refuse([unexplained(asked, topic.nearest)])
}

/** A page is Markdown, for whoever reads it elsewhere; a terminal gets text. */
const printPage = (markdown: string): void =>
  print(process.stdout.isTTY ? renderPage(markdown, { colour: hasColour(), width: columns() }) : markdown)

const unexplained = (asked: string, nearest: string | null): Fault => ({
  source: asked,
  problem: `there is no such rule or area, and no known failure message${nearest === null ? '' : `: did you mean ${nearest}?`}`,
  expected: `a rule that ${tool.name} rules lists, or the text of a message in quotes`,
})

const printPolicy = async (options: Options, words: readonly string[]): Promise<void> => {
  const stray = strayWords(words, options)
  const given = [...policyInputs(options), ...stray.files]
  const parsed = parseInputs(given)
  const faults = [...stray.faults, ...(parsed.ok ? [] : parsed.faults)]
  if (!parsed.ok || faults.length > 0) return refuse(faults)
  chooseProfile(options)
  const { diagnose } = options
  const ofPlan = given.filter(({ name }) => name !== 'diagnose' && (diagnose === undefined || isSubject(name)))
  const policy =
    ofPlan.length > 0 ? await policyOfPlan({ ...parsed.value, diagnose: null }) : { ok: true as const, value: policyOfAnyPlan(collectors) }
  if (!policy.ok) return refuse(policy.faults)
  const cluster = typeof diagnose === 'string' ? diagnose : null
  const scope = { cluster, region: parsed.value.region ?? (await environmentRegion()) }
  print(JSON.stringify(diagnose === undefined ? policy.value : withDiagnosis(policy.value, collectors, scope), null, 2))
}

/** `--diagnose` may stand alone: then it names no cluster. */
const policyInputs = ({ diagnose, ...options }: Options): readonly RawInput[] =>
  rawInputs(typeof diagnose === 'string' ? { ...options, diagnose } : options)

const policyOfPlan = async (inputs: Inputs): Promise<Checked<PolicyDocument>> => {
  const ruleIds = rules.map(({ id }) => id)
  const region = inputs.region ?? (await environmentRegion())
  // What a plan asks about does not hang on its Region.
  const [read, file] = await Promise.all([readPlan(inputs, region ?? 'us-east-1'), readPolicyFile(inputs['policy-file'], ruleIds)])
  if (!read.ok || !file.ok) return { ok: false, faults: [read, file].flatMap((part) => (part.ok ? [] : part.faults)) }
  const plan = planUnder(file.value, read.value, inputs)
  const scope = { plan, region, roleToAssume: inputs['role-to-assume'] }
  return { ok: true, value: iamPolicy(demandedFacts(rules, plan, file.value?.policy), collectors, scope) }
}

const noWorkflow = (): Promise<string> => Promise.reject(new Error('there is no OIDC token outside of a workflow'))
