import { describe, expect, test } from '@jest/globals'
import { secretsIn } from '../../../src/semantics/scripts/secrets.ts'

const varied = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const keyId = `AKIA${'2E3F4G5HIJKLMNOP'}`
const secretKey = `${varied.slice(14, 50)}1aB+`
const password = 'Tr0ub4dor-9'

/** `what`, with a mark where it is not certain. */
const told = (text: string): readonly string[] => secretsIn(text).map(({ what, certain }) => (certain ? what : `perhaps ${what}`))
/** The text from where each secret is found. */
const places = (text: string): readonly string[] => secretsIn(text).map(({ offset }) => text.slice(offset))

describe('a fixed value for a setting', () => {
  test.each([
    ['PASSWORD=', ''],
    ['PASSWORD="', '"'],
    ["DB_PASSWORD='", "'"],
    ['export API_KEY=', ''],
    ['"client_secret": "', '",'],
    ['password : str = "', '"'],
    ['password = "', '"'],
    ['PASSWORD=', '; run'],
    ['echo "#"\nPASSWORD=', ''],
    ['# the next line\nPASSWORD=', ''],
    ['x # y\n  PASSWORD=', ''],
  ])('%j and a password and %j', (before, after) => {
    expect(places(`${before}${password}${after}`).map((rest) => rest.replace(/^["']/, ''))).toEqual([`${password}${after}`])
    expect(told(`${before}${password}${after}`)).toEqual([expect.stringMatching(/^a fixed value for \w+$/)])
  })

  test('the value is named by its setting', () => {
    expect(told(`DB_PASSWORD=${password}`)).toEqual(['a fixed value for DB_PASSWORD'])
    expect(told(`db_password: "${password}"`)).toEqual(['a fixed value for db_password'])
  })

  test.each([
    ['a comment', `# PASSWORD=${password}`],
    ['a comment behind blanks', `x=1\n   # PASSWORD=${password}`],
    ['another name', `PASSWORDS=${password}`],
    ['an option', `--password-file=${password}`],
    ['a call', 'PASSWORD=getpass9(x)'],
    ['an element', 'password=os.environ9["A"]'],
    ['another name of Python', 'password = settings.password9'],
    ['a name as an argument', 'password = password_9,'],
    ['YAML without quotes, which may be anything', `password: ${password}`],
    ['an expansion', 'PASSWORD="$SECRET9value"'],
    ['a template', 'PASSWORD={{vault9value}}'],
    ['a format', 'PASSWORD="abc%s-def9"'],
    ['an absolute path', 'PASSWORD=/run/secrets/db1'],
    ['a path of home', 'PASSWORD=~/secrets/db1'],
    ['a relative path', 'PASSWORD=./secrets/db1'],
    ['an ARN', 'PASSWORD=arn:aws:secretsmanager:us-west-2:123456789012:secret:db1'],
    ['an address', 'PASSWORD=https://vault/v1/db1'],
    ['an address without TLS', 'PASSWORD=http://vault/v1/db1'],
    ['a parameter of SSM', 'PASSWORD=ssm:/db/password1'],
    ['letters only', 'PASSWORD=correcthorse'],
    ['letters and dots', 'PASSWORD=correct.horse_battery-staple'],
    ['digits only', 'PASSWORD=1234567890'],
    ['the same few characters', 'PASSWORD=aab1aab1aab1'],
    ['seven characters', 'PASSWORD=Tr0ub4d'],
    ['too long to be one', `PASSWORD=${'Tr0ub4dor'.repeat(23)}`],
    ['an example', 'PASSWORD=Example-pass9'],
    ['something to be changed', 'PASSWORD=change_me99x'],
    ['the same, in one word', 'PASSWORD=changeme99x'],
    ['something of yours', 'PASSWORD=your-pass9w'],
    ['a word that stands for it', 'PASSWORD=my-password1'],
    ['the same, with a number', 'PASSWORD=db_token_9'],
    ['the same, alone', 'PASSWORD=password1'],
  ])('none: %s', (_, text) => {
    expect(told(text)).toEqual([])
  })

  test.each([
    ['eight characters', 'PASSWORD=Tr0ub4do'],
    ['200 characters', `PASSWORD=${'Tr0ub4dor!'.repeat(20)}`],
    ['a sign, and no digit', 'PASSWORD=correct!horse'],
    ['a word that is only part of it', 'PASSWORD=my-password12'],
    ['a word that something stands before', 'PASSWORD=9-password1'],
    ['a call in quotes is a text', 'PASSWORD="getpass9(x)"'],
    ['a slash within', 'PASSWORD=abc9/def8ghi'],
    ['a per cent sign that formats nothing', 'PASSWORD=abc%Xdef8ghi'],
    ['something that only ends like an address', 'PASSWORD=9abchttps:def'],
    ['a name that is written without blanks', 'PASSWORD=password_9x'],
    ['five different characters', 'PASSWORD=aabbccd1'],
  ])('one: %s', (_, text) => {
    expect(told(text)).toEqual(['a fixed value for PASSWORD'])
  })

  test('every one of many, in the order of the text', () => {
    const text = `MY_PASSWORD=${password}\nTOKEN=ghp_${varied.slice(0, 36)}\nAPI_KEY=${password}`
    expect(told(text)).toEqual(['a fixed value for MY_PASSWORD', 'a GitHub token (ghp_…)', 'a fixed value for API_KEY'])
    expect(told(`PASSWORD=${password}\n`.repeat(1200))).toHaveLength(1000)
  })
})

describe('access keys of AWS', () => {
  const both = `perhaps an AWS access key id (AKIA…)`
  test.each<readonly [string, string, readonly string[]]>([
    ['an id alone', `A=${keyId}`, [both]],
    ['a temporary one', `A=ASIA${keyId.slice(4)}`, ['perhaps an AWS access key id (ASIA…)']],
    ['with its secret behind', `${keyId} ${secretKey}`, ['an AWS access key with its secret (AKIA…)']],
    ['with its secret before', `${secretKey} ${keyId}`, ['an AWS access key with its secret (AKIA…)']],
    ['the secret far behind', `${keyId}${' '.repeat(400)}${secretKey}`, [both]],
    ['the secret far before', `${secretKey}${' '.repeat(400)}${keyId}`, [both]],
    ['the secret near enough', `${keyId}${' '.repeat(300)}${secretKey}`, ['an AWS access key with its secret (AKIA…)']],
    ["AWS's example", `AKIAIOSFODNN7${'EXAMPLE'}`, []],
    ['the same few characters', `AKIA${'AAAABBBBAAAABBBB'}`, []],
    ['part of a longer word', `X${keyId}`, []],
    ['a hash beside it', `${keyId} ${'0123456789abcdef'.repeat(3).slice(0, 40)}`, [both]],
    ['capitals and digits beside it', `${keyId} ${secretKey.toUpperCase()}`, [both]],
    ['letters beside it', `${keyId} ${secretKey.replaceAll(/\d/g, 'x')}`, [both]],
    ['a path beside it', `${keyId} ${'aB1/cD2/eF3/gH4/iJ5/kL6mN7oP8qR9sT0uVwXy'}`, [both]],
    ['a secret with four slashes', `${keyId} ${'aB1/cD2/eF3/gH4/iJ5kkL6mN7oP8qR9sT0uVwXy'}`, ['an AWS access key with its secret (AKIA…)']],
    ['the secret of the example', `${keyId} wJalrXUtnFEMI/K7MDENG/bPxRfiCY${'EXAMPLEKEY'}`, [both]],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected)
  })
})

describe('a password that is handed on', () => {
  test.each<readonly [string, string]>([
    [`mysql -u root -p${password} db`, 'a password on a command line'],
    [`mysql -u root --password=${password} db`, 'a password on a command line'],
    [`mysql -u root --password="${password}" db`, 'a password on a command line'],
    [`sshpass -p '${password}' ssh host`, 'a password on a command line'],
    [`x; mysqldump -p${password}`, 'a password on a command line'],
    [`curl -u admin:${password} https://host`, 'a password on a command line'],
    [`curl -s --user "admin:${password}" https://host`, 'a password on a command line'],
    [`git clone https://user:${password}@host/repository`, 'a password in a web address'],
    ['git clone https://user:s3cr3t@host/repository', 'a password in a web address'],
  ])('%s', (text, what) => {
    expect(told(text)).toEqual([what])
  })

  test.each([
    'mysql -u root -p"$PASSWORD" db',
    `# mysql -p${password}`,
    'curl -u admin:$PASSWORD https://host',
    'curl -u admin https://host',
    'git clone https://user@host/repository',
    'git clone https://user:ab1cd@host/repository',
    `grep -p${password} file`,
    `mysql db\nls -p${password}`,
  ])('none: %s', (text) => {
    expect(told(text)).toEqual([])
  })
})

describe('tokens that their issuer gives a form', () => {
  test.each<readonly [string, string]>([
    [`ghp_${varied.slice(0, 36)}`, 'a GitHub token (ghp_…)'],
    [`github_pat_${varied.slice(0, 22)}_${varied.slice(0, 59)}`, 'a GitHub token (gith…)'],
    [`glpat-${varied.slice(0, 20)}`, 'a GitLab token (glpa…)'],
    [`hf_${varied.slice(0, 34)}`, 'a Hugging Face token (hf_…)'],
    [`nvapi-${varied.slice(0, 60)}`, 'an NVIDIA NGC key (nvap…)'],
    [`-----BEGIN ${'RSA PRIVATE KEY'}-----\n${varied}`, 'a private key'],
  ])('%s', (text, what) => {
    expect(secretsIn(`x ${text}`)).toEqual([{ what, offset: 2, certain: true }])
    expect(told(`x ${text.replace('abcdefg', 'example')}`)).toEqual([])
  })
})
