import type { ScriptFolder } from '../../../model/facts/scripts.ts'
import type { Outcome } from '../../../model/finding.ts'
import type { Location } from '../../../model/plan.ts'
import { enumerate } from '../../../semantics/text/enumerate.ts'
import { unknown } from '../../engine/outcome.ts'

/** Paths whose texts are not known, of those given; files that are no scripts by their name are left out. */
export const unreadScripts = (folder: ScriptFolder, paths: readonly string[]): readonly string[] =>
  paths.filter((path) => folder.files[path]?.kind !== 'text' && /(?:^|\/)[^/.]+$|\.(?:sh|bash|py)$/.test(path))

/** The same of scripts whose text is known, but was not understood in all its parts. */
export const doubtOutcome = (folder: ScriptFolder, doubtful: readonly string[], what: string, location: Location | null): Outcome => {
  const message = `a part of ${enumerate(doubtful, 3)} of ${folder.name} was not understood: ${what} is not known, see lifecycle/syntax`
  return unknown(folder.name, { reason: 'unsupported', action: 'none', message }, { location, severity: 'warning' })
}

/** What follows from their texts is not known; as a warning, since what makes them unreadable is a finding of its own. */
export const unreadOutcome = (folder: ScriptFolder, unread: readonly string[], what: string, location: Location | null): Outcome => {
  const message = `${enumerate(unread, 3)} of ${folder.name} could not be read: ${what} is not known, lifecycle/readable says why`
  return unknown(folder.name, { reason: 'unsupported', action: 'none', message }, { location, severity: 'warning' })
}
