import type { Fact } from '../../model/fact.ts'
import type { Machine } from '../../model/facts/machine.ts'
import { command } from '../engine/command.ts'

/** A change of a file in place: as a program of GNU sed, and of perl for macOS, whose sed knows no `\r`, no `1i` and another `-i`. */
export interface Edit {
  readonly sed: string
  readonly perl: string
}

/** The command that changes a file on the user's machine, where that is known. https://www.gnu.org/software/sed/manual/sed.html and https://man.freebsd.org/cgi/man.cgi?sed(1); Git for Windows comes with GNU sed. */
export const editCommand = (machine: Fact<Machine> | undefined, file: string, { sed, perl }: Edit): string =>
  machine?.ok === true && machine.value.platform === 'macos' ? command('perl', '-i', '-pe', perl, file) : command('sed', '-i', sed, file)

export const returnsAtLineEnds: Edit = { sed: 's/\\r$//', perl: 's/\\r$//' }
export const allReturns: Edit = { sed: 's/\\r//g', perl: 's/\\r//g' }
export const byteOrderMarkAtStart: Edit = { sed: '1s/^\\xEF\\xBB\\xBF//', perl: 's/^\\xEF\\xBB\\xBF// if $. == 1' }

/** A line before the first one, or behind it. The text must hold no quote, backslash, `$` or `@`. */
export const lineBeforeFirst = (line: string): Edit => ({ sed: `1i ${line}`, perl: `print "${line}\\n" if $. == 1` })
export const lineBehindFirst = (line: string): Edit => ({ sed: `1a ${line}`, perl: `$_ .= "${line}\\n" if $. == 1` })

/** The first line replaced by another. */
export const firstLineAs = (line: string): Edit => ({ sed: `1s|.*|${line}|`, perl: `$_ = "${line}\\n" if $. == 1` })

/** A name in the first line replaced by another; both of letters and digits. */
export const inFirstLine = (name: string, other: string): Edit => ({ sed: `1s|${name}|${other}|`, perl: `s|${name}|${other}| if $. == 1` })

/** A line made a comment. */
export const commentedLine = (line: number): Edit => ({ sed: `${line}s/^/# /`, perl: `s/^/# / if $. == ${line}` })

/** A line behind the last one. */
export const lineAtEnd = (line: string): Edit => ({ sed: `$a ${line}`, perl: `$_ .= "${line}\\n" if eof` })
