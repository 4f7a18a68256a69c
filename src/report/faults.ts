import type { Fault } from '../model/fault.ts'
import { plain } from './wording/escape.ts'

/** One line a fault: its source, what is wrong, what is expected. */
export const faultLines = (faults: readonly Fault[]): readonly string[] =>
  faults.map(({ source, problem, expected }) => plain(`${source}: ${problem}; expected ${expected}`))
