import type { ShellCommand, Statements } from './nodes.ts'

/**
 * The file in which HyperPod tells each node of its cluster, before the lifecycle scripts start, and the variable that holds its path.
 * https://github.com/awslabs/awsome-distributed-ai/tree/main/1.architectures/5.sagemaker-hyperpod/LifecycleScripts/base-config
 */
const isResourceConfig = (word: string | undefined): boolean =>
  word !== undefined && /^(?:\/opt\/ml\/config\/resource_config\.json|\$\{?SAGEMAKER_RESOURCE_CONFIG_PATH\}?)$/.test(word)

/** Whether a condition holds on no node of HyperPod: it asks whether that file is missing, as AWS's own scripts do. */
export const isOffNodes = (condition: Statements | undefined): boolean => {
  const [statement, ...others] = condition ?? []
  const [part, ...further] = statement?.parts ?? []
  if (part === undefined || others.length > 0 || further.length > 0 || part.pipeline.length !== 1) return false
  const [unit] = part.pipeline
  return unit?.kind === 'command' && asksForLack(unit.command, part.negated)
}

/** `[[ ! -f file ]]`, `[ ! -e file ]`, `test ! -s file`, and the same with `!` before them. */
const asksForLack = ({ words }: ShellCommand, negated: boolean): boolean => {
  const [name = '', ...rest] = words
  if (!['[', '[[', 'test'].includes(name)) return false
  const asked = name === '[' ? rest.slice(0, -1) : rest
  const isDenied = asked[0] === '!'
  const [operator = '', file, ...more] = isDenied ? asked.slice(1) : asked
  return isDenied !== negated && /^-[efrs]$/.test(operator) && more.length === 0 && isResourceConfig(file)
}
