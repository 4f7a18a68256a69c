/** A credential that stands in a text. The secret itself is not carried on. */
export interface FoundSecret {
  /** What it is, with at most four of its characters: `a GitHub token (ghp_…)`. */
  readonly what: string
  readonly offset: number
  /** Sure enough to block; else something that should be looked at. */
  readonly certain: boolean
}

interface Pattern {
  readonly what: string
  readonly pattern: RegExp
  /** Characters that tell the kind and may be shown; at most four. */
  readonly shown: number
}

/**
 * Tokens whose form is fixed by who issues them.
 * https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
 */
const tokens: readonly Pattern[] = [
  { what: 'a GitHub token', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,251}\b/g, shown: 4 },
  { what: 'a GitHub token', pattern: /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g, shown: 4 },
  { what: 'a GitLab token', pattern: /\bglpat-[\w-]{20,}/g, shown: 4 },
  { what: 'a Slack token', pattern: /\bxox[abeoprs]-(?:\d+-)+[A-Za-z0-9-]{16,}/g, shown: 4 },
  { what: 'a Slack webhook', pattern: /https:\/\/hooks\.slack\.com\/services\/T\w{6,}\/B\w{6,}\/\w{20,}/g, shown: 0 },
  { what: 'a Hugging Face token', pattern: /\bhf_[A-Za-z]{34}\b/g, shown: 3 },
  { what: 'an NVIDIA NGC key', pattern: /\bnvapi-[\w-]{60,}/g, shown: 4 },
  {
    what: 'a private key',
    pattern:
      /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----(?:\\n|[\s"'+\\]){0,200}(?:(?:Proc-Type|DEK-Info|Version|Comment)[^\n]{0,200}\s{1,20}){0,2}[A-Za-z0-9+/=]{24,}/g,
    shown: 0,
  },
  { what: 'a private key of PuTTY', pattern: /\bPuTTY-User-Key-File-\d: [^\n]{1,100}\r?\nEncryption: /g, shown: 0 },
]

const keyId = /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g
const secretKey = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g
/** Characters around an access key id in which its secret would stand. */
const vicinity = 400

/** Candidates of one kind that are looked at. */
const maxFound = 1000

const candidates = (text: string, pattern: RegExp): readonly RegExpExecArray[] => [...text.matchAll(pattern)].slice(0, maxFound)

/** Every credential of a text, in its order. Comments count: what is in the bucket is read there as well. */
export const secretsIn = (text: string): readonly FoundSecret[] =>
  [...issuedTokens(text), ...accessKeys(text), ...passwords(text), ...passwordArguments(text)].sort((a, b) => a.offset - b.offset)

/** The credentials whose form is fixed by who issues them, which are credentials in a file of any kind. */
export const issuedCredentials = (text: string): readonly FoundSecret[] =>
  [...issuedTokens(text), ...accessKeys(text)].sort((a, b) => a.offset - b.offset)

const issuedTokens = (text: string): readonly FoundSecret[] =>
  tokens.flatMap(({ what, pattern, shown }) =>
    [...text.matchAll(pattern)]
      .filter(([found]) => isVaried(found.slice(4)) && !/example|placeholder/i.test(found))
      .map(({ 0: found, index }) => ({ what: shown === 0 ? what : `${what} (${found.slice(0, shown)}…)`, offset: index, certain: true })),
  )

/** Ids alone are no secret: they tell of one. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html */
const accessKeys = (text: string): readonly FoundSecret[] =>
  [...text.matchAll(keyId)]
    .filter(([id]) => !id.endsWith('EXAMPLE') && isVaried(id.slice(4)))
    .map(({ 0: id, index }) => {
      const near = text.slice(Math.max(0, index - vicinity), index + vicinity)
      const hasSecret = [...near.matchAll(secretKey)].some(([key]) => isSecretKey(key))
      const what = `${hasSecret ? 'an AWS access key with its secret' : 'an AWS access key id'} (${id.slice(0, 4)}…)`
      return { what, offset: index, certain: hasSecret }
    })

/** 40 characters of base 64 that are no hash, no path and no example. */
const isSecretKey = (key: string): boolean =>
  /[a-z]/.test(key) && /[A-Z]/.test(key) && /\d/.test(key) && isVaried(key) && !/EXAMPLE/.test(key) && (key.match(/\//g) ?? []).length < 5

const secretName =
  /(?<![\w$-])["']?((?:\w*_)?(?:PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|API_KEY|APIKEY|SECRET_KEY|SECRET_ACCESS_KEY|CLIENT_SECRET|ACCESS_TOKEN|AUTH_TOKEN))["']?(?:[ \t]*:[ \t]*(?:str[ \t]*=[ \t]*)?|[ \t]*=[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s"'#;&|]+)/gi

/** Names of settings that get a fixed value. */
const passwords = (text: string): readonly FoundSecret[] =>
  candidates(text, secretName).flatMap(({ 0: all, 1: name = '', 2: written = '', index }) => {
    const quoted = /^["']/.test(written)
    const value = quoted ? written.slice(1, -1) : written
    const isCode =
      !quoted && (/^[A-Za-z_][\w.]*[([]/.test(value) || /:\s*$/.test(all.slice(0, all.length - written.length)) || isPythonName(all, value))
    if (isCode || !isSecretValue(value) || lineIsComment(text, index)) return []
    return [{ what: `a fixed value for ${name}`, offset: index + all.length - written.length, certain: true }]
  })

/** `password = other` with spaces is no shell, and without quotes no text. */
const isPythonName = (all: string, value: string): boolean => /\s=\s/.test(all) && /^[A-Za-z_][\w.]*,?$/.test(value)

const lineIsComment = (text: string, at: number): boolean => /^\s*#/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at + 1))

const passwordOption =
  /(?:^|[\s;&|("'])(?:mysql|mysqladmin|mysqldump|mariadb|sshpass)\b[^\n;|&]{0,500}?\s(?:-p[ \t]?|--password[= ])("[^"\n]+"|'[^'\n]+'|[^\s"';|&]+)/g
const userOption = /\bcurl\b[^\n;|&]{0,500}?\s(?:-u|--user)[= ]["']?[^\s:"'$]{1,100}:([^\s"']+)/g
const inAddress = /\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s:@/"'$<{]{1,100}:([^\s@/"']{1,200})@[\w.-]+/g

const passwordArguments = (text: string): readonly FoundSecret[] => [
  ...passwordsBy(text, passwordOption, 'a password on a command line'),
  ...passwordsBy(text, userOption, 'a password on a command line'),
  ...passwordsBy(text, inAddress, 'a password in a web address'),
]

const passwordsBy = (text: string, pattern: RegExp, what: string): readonly FoundSecret[] =>
  candidates(text, pattern)
    .filter(({ 1: value = '', index }) => isSecretValue(value.replaceAll(/^["']|["']$/g, ''), 6) && !lineIsComment(text, index))
    .map(({ index }) => ({ what, offset: index + 1, certain: true }))

/** A text that may well be a password: no expansion, path, name of another thing, placeholder, or word that stands for one. */
const isSecretValue = (value: string, least = 8): boolean => {
  if (value.length < least || value.length > 200 || /[$`<>{}\s]|^[/~.-]|\\|%[sdr(]/.test(value)) return false
  if (/^(?:arn:|https?:|s3:|file:|ssm:|env:|fileb:|\/)/i.test(value)) return false
  if (/example|placeholder|change[_-]?me|replace|your|dummy|redacted|obfuscated|insert|xxxx/i.test(value)) return false
  if (/^(?:my|the|some|new|old|db)?[-_]?(?:secret|password|passwd|token|prompt)[-_]?\d{0,1}$/i.test(value)) return false
  return isVaried(value) && (/\d/.test(value) || /[^A-Za-z\d_.-]/.test(value)) && /[A-Za-z]/.test(value)
}

/** Not the same few characters over and over, as in `XXXXXXXX`. */
const isVaried = (text: string): boolean => new Set(text.toLowerCase()).size >= 5
