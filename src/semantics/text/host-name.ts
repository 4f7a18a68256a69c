import { openValue } from './open-value.ts'

/** Words that templates and serializers leave where a value is missing. */
const noValue =
  /^(?:null|none|nil|undefined|nan|n\/a|tbd|todo|changeme|change-me|string|value|placeholder|dummy|example|fsx[-_]?dns(?:[-_]?name)?|dns[-_]?name|your[-_].*|my[-_]fsx.*)$/i

/** `FSX_DNS_NAME`, `__FSX_DNS__`: the name of a variable. */
const variable = /^_*[A-Z][A-Z\d]*(?:_+[A-Z\d]+)+_*$|^__\w+__$/

/** Labels of 1 to 63 letters, digits and hyphens, 253 characters in all; a dot may end it. Resolvers take underscores too. */
const hostName = /^(?=.{1,254}$)(?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?\.)*[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?\.?$/i

const ipv6 = /^[\da-f:]*:[\da-f:.]*$/i

/** Names of FSx: `fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com`, with another Region and domain. */
const ofFsx = /^fs-[^.]*\.fsx\.([^.]*)\./i

/**
 * Why a text cannot be the host name of a file system, as the predicate of a sentence; null where it can be.
 * https://datatracker.ietf.org/doc/html/rfc1123#section-2
 * https://docs.aws.amazon.com/fsx/latest/LustreGuide/mounting-ec2-instance.html
 */
export const whyNoHostName = (text: string): string | null => {
  if (openValue(text) !== null || noValue.test(text) || variable.test(text)) return 'is a placeholder'
  if (!hostName.test(text) && !ipv6.test(text)) return 'cannot be a host name'
  const label = text.split('.')[0] ?? ''
  if (/^fs-/i.test(label) && /x{3}|^fs-(?:id|fsx)?$/i.test(label)) return 'is a placeholder'
  const region = ofFsx.exec(text)?.[1]
  return region !== undefined && !/^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}$/.test(region) ? 'is a placeholder' : null
}
