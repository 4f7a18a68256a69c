import type { ScriptSteps } from '../../../src/semantics/scripts/script-calls.ts'

/** The calls of a script as `base:path`, with the folder that they are made in where it is not the script's, and what is special. */
export const callsInWords = ({ calls }: ScriptSteps): readonly string[] =>
  calls.map(({ target, startedIn, certainty, sourced }) =>
    [
      `${target.base}:${target.path}`,
      startedIn.base === 'working' && startedIn.path === '' ? '' : `from ${startedIn.base}:${startedIn.path}`,
      certainty === 'always' ? '' : certainty,
      sourced ? 'sourced' : '',
    ]
      .filter((part) => part !== '')
      .join(' '),
  )
