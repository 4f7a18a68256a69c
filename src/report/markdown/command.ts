import { markdownFence, plainCommand } from '../wording/escape.ts'

/** What may begin a line of a long command: a flag, or another command behind the first. */
const mayBegin = /^(?:--[a-z]|\|\s|&&\s|\|\|\s)/

/**
 * The lines of a command that is wider than `columns`, with the backslashes by which a POSIX shell takes them for one: each but the first
 * begins with a flag or an operator. A command that has substitutions or a comment stays whole: nothing here reads those.
 */
export const brokenCommand = (command: string, columns: number): readonly string[] => {
  if (command.length <= columns || /[`#]|\$\(/.test(command)) return [command]
  const lines: string[] = []
  for (const part of partsOf(command)) {
    const last = lines.at(-1)
    // Room for the two blanks before a line and for the backslash behind it.
    if (last !== undefined && last.length + 1 + part.length <= columns - 4) lines[lines.length - 1] = `${last} ${part}`
    else lines.push(part)
  }
  return lines.map((line, index) => `${index === 0 ? '' : '  '}${line}${index === lines.length - 1 ? '' : ' \\'}`)
}

/** Parts between blanks of which each may end a line: none is in quotes, or behind a backslash. */
const partsOf = (command: string): readonly string[] => {
  const parts: string[] = []
  let quote = ''
  let start = 0
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at)
    if (character === '\\' && quote !== "'") at++
    else if (quote !== '') quote = character === quote ? '' : quote
    else if (character === "'" || character === '"') quote = character
    else if (character === ' ' && at > start && mayBegin.test(command.slice(at + 1, at + 4))) {
      parts.push(command.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, command.slice(start)]
}

/** Commands as a block that is easy to copy; long ones are broken into lines of at most so many columns where they can be. */
export const commandBlock = (commands: readonly string[], columns: number): string =>
  commands.length === 0 ? '' : `${markdownFence(commands.flatMap((command) => brokenCommand(plainCommand(command), columns)))}\n\n`
