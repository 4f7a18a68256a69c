import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { OtherFile } from '../../../src/model/facts/scripts.ts'
import { placeholders as rule } from '../../../src/rules/lifecycle/placeholders.ts'
import { aPlan, bucketScriptsOf, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

type Scripts = Parameters<typeof repositoryScriptsOf>[0]

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const judge = (scripts: Scripts, changes: Parameters<typeof aPlan>[0] = {}) =>
  findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [], ...changes }), {
    repositoryScripts: repositoryScriptsOf(scripts),
    bucketScripts: {},
  })

/** What an entry point with this text is said to hold; null where it passes. */
const held = (text: string): string | null => {
  const [finding] = judge({ 'on_create.sh': text })
  return finding?.status === 'fail' ? `${finding.severity} ${finding.message.replace('scripts/on_create.sh holds ', '')}` : null
}

// Put together here, so that no file of the project holds what looks like a credential.
const letters = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789'
const github = `ghp_${letters}`
const fineGrained = `github_pat_${letters.slice(0, 22)}_${letters}${letters.slice(0, 23)}`
const huggingFace = `hf_${'AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'}`
const slack = `xoxb-${'123456789012'}-${'1234567890123'}-${letters.slice(0, 24)}`
const keyId = `AKIA${'2E3F4G5HIJKLMNOP'}`
const secretKey = `${letters}aB+/`
const key = `-----BEGIN ${'RSA PRIVATE KEY'}-----\n${letters}${letters}\n-----END`

const revoke = {
  text: 'Revoke the credential, since it is in the history of the repository or the versions of the bucket; let the script read the new one from AWS Secrets Manager, with the execution role.',
  commands: [],
}

describe('lifecycle/placeholders', () => {
  test.each([
    ['FS=fs-xxxxxxxx', 'fs-xxxxxxxx'],
    ['mount -t lustre fs-xxxxx.fsx.us-west-2.amazonaws.com@tcp:/x /fsx', 'fs-xxxxx'],
    ['aws s3 cp "s3://<your-bucket>/a" .', '<your-bucket>'],
    ['aws s3 cp s3://your-bucket-name/a .', 'your-bucket-name'],
    ['BUCKET="<bucket-name>"', '<bucket-name>'],
    ['export BUCKET=YOUR_BUCKET', 'YOUR_BUCKET'],
    ['BUCKET=REPLACE_ME', 'REPLACE_ME'],
    ['BUCKET=CHANGEME', 'CHANGEME'],
    ['REGION=TODO_REGION', 'TODO_REGION'],
    ['ID=xxxxxxxx', 'xxxxxxxx'],
    ['aws s3 ls s3://amzn-s3-demo-bucket', 'amzn-s3-demo-bucket'],
    ['ROLE=arn:aws:iam::123456789012:role/a', 'arn:aws:iam::123456789012:role/a'],
    ['docker pull 111122223333.dkr.ecr.us-west-2.amazonaws.com/a', '111122223333.dkr.ecr.us-west-2.amazonaws.com'],
    ['export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
  ])('left open: %s', (text, value) => {
    expect(held(`ls\n${text}\n`)).toBe(`warning ${value} in line 2`)
  })

  test.each([
    ['# export FS=fs-xxxxxxxx'],
    ['echo "usage: $0 <bucket-name>"'],
    ['cat << EOF\n<your-bucket>\nEOF'],
    ['if [[ $FS == fs-xxxxxxxx ]]; then exit 1; fi'],
    ['sed -i "s/REPLACE_ME/$X/" a'],
    ["docker info --format '{{.Os}}'"],
    ['die "usage: a <bucket-name>"'],
    ['T=$(mktemp -d /tmp/a.XXXXXX)'],
    ['mktemp /tmp/a.XXXXXXXX'],
    [`echo $YOUR_NAME \${YOUR_NAME}\nA=$YOUR_NAME`],
    ['cat < in > out'],
    ['FS=fs-0123456789abcdef0\nSUBNET=subnet-0a1b2c3d'],
    ['ROLE=arn:aws:iam::210987654321:role/a'],
    ['FLAGS=0xfffff\nA=xx'],
    ['python3 -c "print(1)" # TODO later'],
  ])('nothing is open: %j', (text) => {
    expect(held(text)).toBeNull()
  })

  test.each([
    [`git clone https://${github}@github.com/a/b`, 'a GitHub token (ghp_…)'],
    [`export TOKEN=${fineGrained}`, 'a GitHub token (gith…)'],
    [`# ${github}`, 'a GitHub token (ghp_…)'],
    [`huggingface-cli login --token ${huggingFace}`, 'a Hugging Face token (hf_…)'],
    [`curl -H "Authorization: Bearer ${slack}" $U`, 'a Slack token (xoxb…)'],
    [`cat > k << EOF\n${key}\nEOF`, 'a private key'],
    ['DB_PASSWORD="h7!Kq2mZ9"', 'a fixed value for DB_PASSWORD'],
    ["export NGC_API_KEY='k3J9dLq0aZ'", 'a fixed value for NGC_API_KEY'],
    ['mysql -u root -ph7Kq2mZ9 -e "x"', 'a password on a command line'],
    ['mysql --user=root --password="h7!Kq2mZ9"', 'a password on a command line'],
    ['curl -u admin:h7Kq2mZ9 $U', 'a password on a command line'],
    ['pip install --index-url https://me:h7Kq2mZ9@pypi.acme.io/simple a', 'a password in a web address'],
  ])('a credential is an error: %j', (text, what) => {
    const line = text.startsWith('cat') ? 3 : 2
    expect(held(`ls\n${text}\n`)).toBe(`error ${what} in line ${line}`)
  })

  test('an access key id is an error with its secret, alone a warning', () => {
    expect(held(`export AWS_ACCESS_KEY_ID=${keyId}\nexport KEY=${secretKey}`)).toBe(
      'error an AWS access key with its secret (AKIA…) in line 1',
    )
    expect(held(`export AWS_ACCESS_KEY_ID=${keyId}`)).toBe('warning an AWS access key id (AKIA…) in line 1')
  })

  test.each([
    ['DB_PASSWORD="$1"\nDB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id a)'],
    ['DB_PASSWORD=\nPASSWORD=""'],
    [`PASSWORD="\${PASSWORD:-}"`],
    ['PASSWORD_FILE=/etc/passwd1'],
    ['PASSWORD=/run/secrets/db1'],
    ['mysql -u root -p'],
    ['mysql -u root -p"$P" -P3306'],
    ['mkdir -p /opt/h7Kq2mZ9'],
    ['curl -u "$U:$P" $URL'],
    ['ssh-keygen -f key\ngrep "BEGIN RSA PRIVATE KEY" key'],
    ['git checkout 0123456789abcdef0123456789abcdef01234567'],
    ['URL=https://github.com/a/b@v1\ngit@github.com:a/b.git'],
    ['echo "a:b" | chpasswd'],
  ])('no credential: %j', (text) => {
    expect(held(text)).toBeNull()
  })

  test.each([['DB_PASS="XXXXXXXX"'], [`T=ghp_${'x'.repeat(36)}`], ['DB_PASSWORD="<your-password>"']])(
    'open, and no credential: %s',
    (text) => {
      expect(held(text)).toMatch(/^warning /)
    },
  )

  test('the secret is not in the finding, whatever it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{36}$/), (token) => {
        const told = JSON.stringify(judge({ 'on_create.sh': `A=ghp_${token}\nDB_PASSWORD="${token}"\n` }))
        expect(told).not.toContain(token.slice(0, 6))
      }),
    )
  })

  test('a script that nobody runs may leave values open, and holds no credential all the same', () => {
    expect(statuses(judge({ 'on_create.sh': 'ls', 'b.sh': 'FS=fs-xxxxxxxx' }))).toEqual(['pass scripts'])
    expect(statuses(judge({ 'on_create.sh': 'ls', 'b.sh': `T=${github}` }))).toEqual(['fail scripts/b.sh'])
  })

  test('a file without an ending or a shebang is not known for a script, whoever runs it', () => {
    expect(statuses(judge({ 'on_create.sh': 'bash ./setup', setup: 'FS=fs-xxxxxxxx' }))).toEqual(['pass scripts'])
    expect(statuses(judge({ 'on_create.sh': 'bash ./setup', setup: '#!/bin/bash\nFS=fs-xxxxxxxx' }))).toEqual(['fail scripts/setup'])
  })

  test('one outcome a file, the worst first, at its place', () => {
    expect(judge({ 'on_create.sh': `set -e\nFS=fs-xxxxxxxx\n  T=${github}\n` })).toEqual([
      {
        rule: 'lifecycle/placeholders',
        status: 'fail',
        severity: 'error',
        subject: 'scripts/on_create.sh',
        message: 'scripts/on_create.sh holds a GitHub token (ghp_…) in line 3, fs-xxxxxxxx in line 2',
        evidence: { lines: ['3', '2'] },
        location: { path: 'scripts/on_create.sh', line: 3, column: 5 },
        fix: revoke,
      },
    ])
  })

  test.each([
    ['a credential', `T=${github}`, revoke],
    ['an access key id alone', `export AWS_ACCESS_KEY_ID=${keyId}`, revoke],
    ['a value left open', 'FS=fs-xxxxxxxx', { text: 'Put the value of your own account there.', commands: [] }],
  ])('what to do about %s', (_, text, fix) => {
    expect(judge({ 'on_create.sh': text })[0]?.fix).toEqual(fix)
  })

  test.each([
    [5, ['1', '2', '3', '4', '5'], ''],
    [6, ['1', '2', '3', '4', '5', '6'], ' and 1 more'],
    [22, Array.from({ length: 20 }, (_, at) => `${at + 1}`), ' and 17 more'],
  ])('of %d values left open, five are named', (count, lines, more) => {
    expect(judge({ 'on_create.sh': 'FS=fs-xxxxxxxx\n'.repeat(count) })).toMatchObject([
      {
        message: `scripts/on_create.sh holds ${[1, 2, 3, 4, 5].map((line) => `fs-xxxxxxxx in line ${line}`).join(', ')}${more}`,
        evidence: { lines },
      },
    ])
  })

  describe('config.py', () => {
    const scripts = (body: string, name = 'config.py') => ({
      'on_create.sh': 'python3 main.py',
      'main.py': 'from config import Config\n',
      [name]: body,
    })
    const config = (body: string) => judge(scripts(body))
    const off = 'class Config:\n    enable_observability = False\n'
    const emptyBucket = 'class Config:\n    enable_mount_s3 = True\n    s3_bucket = ""\n'

    test.each([
      ['class Config:\n    enable_mount_s3 = True\n    s3_bucket = "" # required\n', 'error', 3],
      ['class Config:\n    enable_mount_s3 = True\n    s3_bucket=""\n', 'error', 3],
      ['class Config:\n    enable_mount_s3 = True\n    s3_bucket: str = ""\n', 'error', 3],
      [
        '# s3_bucket = the data\nclass Other:\n    s3_bucket = "a"\nclass Config:\n    s3_bucket = ""\n    enable_mount_s3 = True\n',
        'error',
        5,
      ],
      ['class Config:\n    enable_mount_s3 = True\n    s3_bucket = "<your-bucket>"\n', 'warning', 3],
      ['class Config:\n    enable_observability = True\nclass ObservabilityConfig:\n    url = "ws-xxxxxxx"\n', 'warning', 4],
      ['class ObservabilityConfig:\n    url = "ws-xxxxxxx"\n', 'warning', 2],
      [`${off}    bucket = "REPLACE_ME"\nclass ObservabilityConfig:\n    a = 1\n`, 'warning', 3],
      [`bucket = "REPLACE_ME"\n${off}class ObservabilityConfig:\n    a = 1\n`, 'warning', 1],
    ])('%j', (body, severity, line) => {
      expect(config(body)).toMatchObject([{ status: 'fail', severity, subject: 'scripts/config.py', location: { line } }])
    })

    test.each([
      ['class Config:\n    enable_mount_s3 = False\n    s3_bucket = ""\n'],
      ['class Config:\n    s3_bucket = ""\n'],
      ['class Config:\n    enable_mount_s3 = True\n    s3_bucket = "data"\n'],
      [`${off}class ObservabilityConfig:\n    url = "ws-xxxxxxx"\n`],
      [`class  ObservabilityConfig:\n    # unlike class Config\n    url = "ws-xxxxxxx"\n${off}`],
      [`class A:\n    a = 1\nclass B:\n    b = 1\n${off}class ObservabilityConfig:\n    url = "ws-xxxxxxx"\nclass C:\n    c = 1\n`],
      ['class SssdConfig:\n    # REPLACE_ME\n    a = "REPLACE_ME"\n'],
      ['"""\nREPLACE_ME\n"""\nassert a != "REPLACE_ME"\nprint("REPLACE_ME")\n'],
    ])('passes: %j', (body) => {
      expect(statuses(config(body))).toEqual(['pass scripts'])
    })

    test('says what the empty setting does', () => {
      expect(config(emptyBucket)).toMatchObject([
        {
          message: 'scripts/config.py holds enable_mount_s3 = True with an empty s3_bucket, which raises a ValueError, in line 3',
          fix: { text: 'Put the value of your own account there.', commands: [] },
        },
      ])
    })

    test('credentials stand first, then the empty setting, access key ids, and what else is open', () => {
      const body = `a = "REPLACE_ME"\nb = "${keyId}"\n${emptyBucket}token = "${github}"\nc = "CHANGEME"\n`
      const setting = 'enable_mount_s3 = True with an empty s3_bucket, which raises a ValueError,'
      expect(config(body)).toMatchObject([
        {
          severity: 'error',
          message: `scripts/config.py holds a GitHub token (ghp_…) in line 6, ${setting} in line 5, an AWS access key id (AKIA…) in line 2, REPLACE_ME in line 1, CHANGEME in line 7`,
          evidence: { lines: ['6', '5', '2', '1', '7'] },
          location: { line: 6 },
        },
      ])
    })

    test('no other file holds its settings', () => {
      expect(statuses(judge(scripts(emptyBucket, 'settings.py')))).toEqual(['pass scripts'])
      const body = `${off}class ObservabilityConfig:\n    url = "ws-xxxxxxx"\n`
      expect(statuses(judge({ 'on_create.sh': 'python3 main.py', 'main.py': body }))).toEqual(['fail scripts/main.py'])
    })
  })

  describe('provisioning_parameters.json', () => {
    const scripts = (json: string) => ({ 'on_create.sh': 'ls', 'provisioning_parameters.json': json })
    const open = '{\n  "version": "1.0.0",\n  "fsx_dns_name": "https://fs-xxxx.fsx.us-west-2.amazonaws.com"\n}'

    test('is held to its values, at their places', () => {
      expect(judge(scripts(open))).toMatchObject([
        {
          status: 'fail',
          severity: 'warning',
          message: 'scripts/provisioning_parameters.json holds fs-xxxx in line 3',
          location: { path: 'scripts/provisioning_parameters.json', line: 3, column: 28 },
        },
      ])
      expect(statuses(judge(scripts('{"a":"fs-xxxx"}')))).toEqual(['fail scripts/provisioning_parameters.json'])
      expect(statuses(judge(scripts('{"fs-xxxx": "a"}')))).toEqual(['pass scripts'])
    })

    test.each([
      ['a Slurm cluster without a request', { kind: 'slurm', configuration: 'unstated' }, 'fail scripts/provisioning_parameters.json'],
      ['a Slurm cluster that is configured by it', { kind: 'slurm', configuration: 'legacy' }, 'fail scripts/provisioning_parameters.json'],
      ['a cluster of either kind', { kind: 'unstated' }, 'fail scripts/provisioning_parameters.json'],
      ['a Slurm cluster that is configured in the request', { kind: 'slurm', configuration: 'api' }, 'pass scripts'],
      ['an EKS cluster', { kind: 'eks', cluster: null }, 'pass scripts'],
    ] as const)('is judged where something reads it: %s', (_, orchestrator, expected) => {
      expect(statuses(judge(scripts(open), { orchestrator }))).toEqual([expected])
    })
  })

  describe('files that are no scripts', () => {
    const withFile = (path: string, file: OtherFile | null, script = 'ls') => {
      const folder = repositoryScriptsOf({ 'on_create.sh': script })
      const repositoryScripts = { ...folder, paths: [...folder.paths, path], others: file === null ? {} : { [path]: file } }
      return findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), { repositoryScripts, bucketScripts: {} })
    }
    const credential = (certain: boolean): OtherFile => ({ kind: 'read', credentials: [{ what: 'a private key', line: 3, certain }] })

    test('a credential in one is an error at its line, what may be none a warning', () => {
      expect(withFile('conf/a.txt', credential(true))).toMatchObject([
        {
          status: 'fail',
          severity: 'error',
          message: 'scripts/conf/a.txt holds a private key in line 3',
          location: { line: 3 },
          fix: revoke,
        },
      ])
      expect(withFile('conf/a.txt', credential(false))).toMatchObject([{ status: 'fail', severity: 'warning' }])
      expect(withFile('id_rsa', { kind: 'read', credentials: [] })).toMatchObject([{ status: 'pass', evidence: { files: 2 } }])
    })

    test.each([
      ['id_rsa', 'ls', 'error'],
      ['keys/id_ed25519', 'ls', 'error'],
      ['.aws/credentials', 'ls', 'error'],
      ['login.ppk', 'ls', 'error'],
      ['my-keypair.pem', 'ls', 'error'],
      ['priv.pem', 'ls', 'error'],
      ['a.bin', 'cp ./a.bin /home/ubuntu/.ssh/id_rsa', 'error'],
      ['a.bin', 'sudo install -m 600 a.bin /root/.ssh/id_ed25519', 'error'],
      ['a.bin', 'ssh -i ./a.bin ubuntu@login', 'error'],
      ['ca.pem', 'ls', 'unknown'],
      ['server.key', 'ls', 'unknown'],
      ['id_rsa.pub', 'ls', 'pass'],
      ['public_key.pem', 'ls', 'pass'],
      ['authorized_keys', 'cp authorized_keys /home/ubuntu/.ssh/authorized_keys', 'pass'],
      ['known_hosts', 'ls', 'pass'],
      ['readme.md', 'ls', 'pass'],
    ])('of one that was not read its name and its use speak: %s with %j: %s', (path, script, expected) => {
      const [finding] = withFile(path, null, script)
      expect(finding?.status === 'fail' ? finding.severity : finding?.status).toBe(expected)
    })

    test('one that could not be read is unknown, as a warning', () => {
      expect(withFile('a.txt', { kind: 'unread', reason: 'denied' })).toMatchObject([
        { status: 'unknown', severity: 'warning', message: 'a.txt of scripts was not read: whether a credential is in it is not known' },
      ])
    })
  })

  describe('the folder in S3', () => {
    const location = { path: 'cluster.json', line: 11, column: 9 }
    const inBucket = (bucketScripts: Parameters<typeof findingsOf>[2]['bucketScripts']) =>
      findingsOf(rule, aPlan({ lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location }] }), {
        repositoryScripts: null,
        ...(bucketScripts !== undefined && { bucketScripts }),
      })
    const rest = { rule: 'lifecycle/placeholders', severity: 'warning' }

    test('passes with the number of files', () => {
      expect(inBucket(bucketScriptsOf({ 'on_create.sh': 'ls' }))).toEqual([
        {
          ...rest,
          status: 'pass',
          subject: uri,
          message: `none of the 1 file read from ${uri} holds a value left open or a credential`,
          evidence: { files: 1 },
          location,
        },
      ])
      expect(judge({ 'on_create.sh': 'ls', 'README.md': 'text' })).toEqual([
        {
          ...rest,
          status: 'pass',
          subject: 'scripts',
          message: 'none of the 2 files read from scripts holds a value left open or a credential',
          evidence: { files: 2 },
        },
      ])
    })

    test('is skipped where no text is in it', () => {
      expect(inBucket(bucketScriptsOf({ 'a.tar': { refused: 'it is not UTF-8 text' } }))).toEqual([
        { ...rest, status: 'skipped', subject: uri, message: `${uri} holds no script`, location },
      ])
    })

    test('what could not be read is unknown beside what could', () => {
      expect(inBucket(bucketScriptsOf({ 'on_create.sh': 'A=REPLACE_ME', 'b.sh': { refused: 'it is not UTF-8 text' } }))).toMatchObject([
        { status: 'fail', subject: `${uri}on_create.sh`, message: `${uri}on_create.sh holds REPLACE_ME in line 1`, location },
        {
          status: 'unknown',
          subject: uri,
          message: `b.sh of ${uri} could not be read: what stands in them is not known, lifecycle/readable says why`,
          location,
        },
      ])
      expect(statuses(inBucket(denied('s3:GetObject')))).toEqual([`unknown ${uri}`])
    })
  })
})
