import type { Gap } from '../../model/fact.ts'

/** What to do where policies leave open whether something is allowed; `policy` is the one that was to be read. */
export const policyToRead = ({ reason, action }: Gap, policy: string): string => {
  if (reason === 'denied') return `Allow ${action} for the role that runs this check, or read ${policy}.`
  if (reason === 'unsupported') return 'Read the statement: whether its condition holds when nodes ask is for you to tell.'
  return `Run the check again, or read ${policy}.`
}
