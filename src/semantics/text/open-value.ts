/**
 * What templates and examples put where a value of one's own belongs, in forms that no name, id or ARN of AWS has: `${VAR}`, `$VAR`, `<id>`,
 * `{{ id }}`, `subnet-xxxx`, `REPLACE_ME`. A name that only sounds like an example (`my-bucket`) may be real.
 */
const patterns: readonly RegExp[] = [
  /\$\{[^}]{1,80}\}/,
  /\$\([^)]{1,80}\)/,
  /(?:^|[/:])\$[A-Za-z_]\w+(?=$|[/:.-])/,
  /<[A-Za-z][\w .:/-]{0,60}>/,
  /\{\{[^}]{1,80}\}\}/,
  /(?:^|[/:])%[A-Z][A-Z\d_]*%/,
  /\b(?:fs|subnet|sg|vpc|ami|i)-(?:[xX]{3,}|[xX]+[\dxX]{3,}|\.{3})\w*/,
  /(?<![A-Za-z\d])(?:REPLACE|CHANGE|FILL)[-_](?:ME|THIS|IN)(?![A-Za-z\d])/,
  /(?<![A-Za-z\d])(?:REPLACE|CHANGE)_WITH_\w+/,
  /(?<![A-Za-z\d])(?:YOUR|INSERT|ENTER|PLACEHOLDER)_[A-Z\d_]+/,
]

/** The placeholder in a text, as it stands there; null where none was left open. */
export const openValue = (text: string): string | null => {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) return found.replace(/^[/:]/, '')
  }
  return null
}
