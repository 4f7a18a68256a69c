import { Command, Option } from 'commander'
import { actionsOf } from './facts/collect.ts'
import { iamPolicy } from './facts/iam-policy.ts'
import { collectors } from './facts/index.ts'
import { parseInputs, type RawInput } from './inputs/parse.ts'
import { readPlan } from './inputs/read-plan.ts'
import { inputNames, inputsWithoutEffect, inputTable } from './inputs/table.ts'
import type { FactId } from './model/facts.ts'
import type { Fault } from './model/fault.ts'
import { preflight, tool } from './preflight.ts'
import { faultLines } from './report/faults.ts'
import { renderJson } from './report/json.ts'
import { ruleList, rulePage } from './report/rule-page.ts'
import { renderText } from './report/text.ts'
import { rules } from './rules/index.ts'
import { demandedFacts } from './rules/judge.ts'
import { nearestName } from './semantics/nearest-name.ts'

/** Exit code of a run that could not start. */
const couldNotStart = 2

/** The command: `check` (the default), `rules`, `explain` and `iam-policy`. Sets the exit code of the process and never throws. */
export const cli = async (argv: readonly string[]): Promise<void> => {
  try {
    await program().parseAsync([...argv], { from: 'user' })
  } catch (error) {
    const snapshot = /^--save-snapshot(?:=(?<path>.*))?$/
    const at = argv.findIndex((word) => snapshot.test(word))
    const path = at < 0 ? undefined : (snapshot.exec(argv[at] ?? '')?.groups?.['path'] ?? argv[at + 1])
    complain([`fault in ${tool.name} ${tool.version}, please report it${path === undefined ? '' : ` with ${path}`}: ${messageOf(error)}`])
  }
}

const program = (): Command => {
  const root = new Command(tool.name)
    .description('Answers before you create a SageMaker HyperPod cluster: will it come up, and if not, what must change?')
    .version(tool.version)
    .helpCommand(false)
    .addHelpText('after', `\nThe flags of check: ${tool.name} check --help`)
    .showHelpAfterError(false)
  const check = root.command('check', { isDefault: true }).description('check an account, a request or a snapshot (the default)')
  withInputFlags(check)
    .addOption(new Option('--output <format>', 'what is printed: text or json').default('text'))
    .action(async (options: Options) => runCheck(options, check.args))
  root
    .command('rules')
    .description('list every rule')
    .action(() => print(ruleList(rules)))
  root.command('explain <rule>').description('say what a rule checks, why, and where that is documented').action(explain)
  const policy = root.command('iam-policy').description('print the IAM policy that this plan needs; without flags, that any plan needs')
  withInputFlags(policy).action(async (options: Options) => printPolicy(options, policy.args))
  return root
}

type Options = Readonly<Record<string, string>>

/** Unknown flags are let through, so that they are reported together with every other fault. */
const withInputFlags = (command: Command): Command => {
  for (const name of inputNames) {
    const { placeholder, description, default: standard }: { placeholder: string; description: string; default?: string } = inputTable[name]
    command.option(`--${name} <${placeholder}>`, standard === undefined ? description : `${description} (default: ${standard})`)
  }
  return command.allowUnknownOption().allowExcessArguments()
}

const camelCase = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const rawInputs = (options: Options): readonly RawInput[] =>
  inputNames.flatMap((name) => {
    const value = options[camelCase(name)]
    return value === undefined ? [] : [{ name, value, source: `--${name}` }]
  })

/** What commander did not understand: flags that do not exist, and words that belong to nothing. */
const strayFaults = (words: readonly string[]): readonly Fault[] =>
  words
    .filter((word, index) => word.startsWith('-') || !(words[index - 1]?.startsWith('--') ?? false))
    .filter((word) => !isWithoutEffect(word))
    .map((word) => (word.startsWith('-') ? unknownFlag(word.replace(/=.*$/, '')) : strayWord(word)))

const isWithoutEffect = (word: string): boolean => inputsWithoutEffect.some((name) => word.replace(/=.*$/, '') === `--${name}`)

const unknownFlag = (flag: string): Fault => {
  const nearest = nearestName(flag.replace(/^-+/, ''), [...inputNames, 'output'])
  const guess = nearest === null ? '' : `: did you mean --${nearest}?`
  return { source: flag, problem: `there is no such flag${guess}`, expected: `a flag that ${tool.name} check --help lists` }
}

const strayWord = (word: string): Fault => ({
  source: word,
  problem: 'this word belongs to no flag',
  expected: 'check, rules, explain or iam-policy, and flags',
})

const runCheck = async (options: Options, words: readonly string[]): Promise<void> => {
  const parsed = parseInputs(rawInputs(options))
  const format = options['output'] ?? 'text'
  for (const flag of words.filter(isWithoutEffect)) process.stderr.write(`${flag} has no effect in ${tool.name} ${tool.version}\n`)
  const faults = [
    ...strayFaults(words),
    ...(parsed.ok ? [] : parsed.faults),
    ...(['text', 'json'].includes(format) ? [] : [{ source: '--output', problem: `"${format}" is not valid`, expected: 'text or json' }]),
  ]
  if (!parsed.ok || faults.length > 0) return refuse(faults)
  const report = await preflight(parsed.value, { now: new Date(), idToken: noWorkflow, progress })
  clearProgress()
  if (!report.ok) return refuse(report.faults)
  print(
    format === 'json' ? renderJson(report.value) : renderText(report.value, { colour: hasColour(), width: process.stdout.columns ?? 100 }),
  )
  process.exitCode = report.value.exitCode
}

const explain = (id: string): void => {
  const rule = rules.find((candidate) => candidate.id === id)
  if (rule === undefined) refuse([unknownRule(id)])
  else print(rulePage(rule, actionsOf([...rule.needs, ...rule.uses], collectors)))
}

const unknownRule = (id: string): Fault => {
  const nearest = nearestName(
    id,
    rules.map((rule) => rule.id),
  )
  const guess = nearest === null ? '' : `: did you mean ${nearest}?`
  return { source: id, problem: `there is no such rule${guess}`, expected: `a rule that ${tool.name} rules lists` }
}

const printPolicy = async (options: Options, words: readonly string[]): Promise<void> => {
  const given = rawInputs(options)
  const parsed = parseInputs(given)
  const faults = [...strayFaults(words), ...(parsed.ok ? [] : parsed.faults)]
  if (!parsed.ok || faults.length > 0) return refuse(faults)
  const plan = given.length === 0 ? null : await readPlan(parsed.value, 'us-east-1')
  if (plan !== null && !plan.ok) return refuse(plan.faults)
  const ids = plan === null ? (Object.keys(collectors) as FactId[]) : demandedFacts(rules, plan.value)
  print(JSON.stringify(iamPolicy(ids, collectors), null, 2))
}

const noWorkflow = (): Promise<string> => Promise.reject(new Error('there is no OIDC token outside of a workflow'))

const hasColour = (): boolean => process.stdout.isTTY === true && process.stdout.hasColors()

const progress = (settled: number, total: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2Kasking AWS and this machine: ${settled} of ${total}`)
}

const clearProgress = (): void => {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
}

const print = (text: string): void => {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

const refuse = (faults: readonly Fault[]): void =>
  complain([`${tool.name} could not start:`, ...faultLines(faults).map((line) => `  ${line}`)])

const complain = (lines: readonly string[]): void => {
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exitCode = couldNotStart
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
