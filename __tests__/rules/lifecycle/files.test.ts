import { describe, expect, test } from '@jest/globals'
import { files as rule } from '../../../src/rules/lifecycle/files.ts'
import { aPlan, aRequest, aScriptedGroup, bucketScriptsOf, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

type Scripts = Parameters<typeof repositoryScriptsOf>[0]

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const inRequest = { path: 'cluster.json', line: 11, column: 9 }
const inRepository = (scripts: Scripts) =>
  findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
    repositoryScripts: repositoryScriptsOf(scripts),
    bucketScripts: {},
  })
const inBucket = (scripts: Scripts, repository: Scripts | null = null) => {
  const lifecycleSources = [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: inRequest }]
  return findingsOf(rule, aPlan({ request: aRequest(), instanceGroups: [aScriptedGroup()], lifecycleSources }), {
    repositoryScripts: repository === null ? null : repositoryScriptsOf(repository),
    bucketScripts: bucketScriptsOf(scripts),
  })
}

/** `severity path` of what an entry point with this text is found to lack. */
const lacks = (text: string, others: Scripts = {}) =>
  inRepository({ 'on_create.sh': text, ...others })
    .filter(({ status }) => status === 'fail')
    .map(({ severity, subject }) => `${severity} ${subject.replace('scripts/', '')}`)

describe('lifecycle/files', () => {
  test.each([
    ['cp ./enroot.conf /etc/enroot/enroot.conf'],
    ['cp enroot.conf /etc/enroot/'],
    ['sudo cp -f enroot.conf /etc/enroot/'],
    ['D=$(cd "$(dirname "$0")" && pwd)\ncp "$D/enroot.conf" /etc'],
    ['cd "$(dirname "$0")"\ncp enroot.conf /etc'],
    ['mv enroot.conf /etc'],
    ['install -m 644 enroot.conf /etc/enroot/enroot.conf'],
    ['cp -t /etc enroot.conf'],
    ['cat enroot.conf >> /etc/enroot/all'],
    ['tee /etc/enroot/all < ./enroot.conf'],
    ['f() { cp "$1" /etc; }\nf ./enroot.conf'],
    ['for x in enroot.conf; do cp "./$x" /etc; done'],
    ['chmod 600 ./enroot.conf'],
    ['sed -i "s/a/b/" enroot.conf'],
    ['. ./enroot.conf'],
    ['cp enroot.conf /etc || exit 1'],
    ['if ! cp enroot.conf /etc; then echo no; exit 1; fi'],
    ['cp enroot.conf /etc/enroot.conf\nchmod 644 /etc/enroot.conf'],
    ['echo "enroot.conf is copied"\ncp enroot.conf /etc'],
  ])('every node comes by it, and fails: %j', (text) => {
    expect(lacks(`set -e\n${text}\n`)).toEqual(['error enroot.conf'])
    expect(lacks(`set -e\n${text}\n`, { 'enroot.conf': 'a' })).toEqual([])
  })

  test.each([
    ['cp enroot.conf /etc\ntrue'],
    ['set -e\ncp enroot.conf /etc || echo no'],
    ['set -e\nif cp enroot.conf /etc; then true; fi'],
    ['set -e\n[[ $1 == a ]] && cp enroot.conf /etc\ntrue'],
    ['set -e\ncase $1 in a) cp enroot.conf /etc;; esac'],
    ['set -e\nf() { cp enroot.conf /etc; }\nf || echo no'],
    ['set -e\nA=$(cat enroot.conf)'],
    ['set -e\nbash -c "cp enroot.conf /etc; true"'],
    ['(cp enroot.conf /etc || exit 1)\ntrue'],
    ['set -e\ncp enroot.conf /etc & wait'],
    ['set -e\nset +e\ncp enroot.conf /etc'],
  ])('a node may come up all the same: %j', (text) => {
    expect(lacks(text)).toEqual(['warning enroot.conf'])
  })

  test.each([
    ['cp enroot.conf /etc || true'],
    ['[ -f enroot.conf ] && cp enroot.conf /etc'],
    ['if [[ -f ./enroot.conf ]]; then cp enroot.conf /etc; fi'],
    ['F="$D/enroot.conf"\nif [[ -f $F ]]; then cp enroot.conf /etc; fi'],
    ['f() { [[ -f $1 ]] && cp "$1" /etc; }\nf enroot.conf'],
    ['f() { local s=$1; if [ -f "$s" ]; then cp "$s" /etc; fi; }\nf enroot.conf'],
    ['echo a > enroot.conf\ncp enroot.conf /etc'],
    ['cat > enroot.conf <<EOF\na\nEOF\ncp enroot.conf /etc'],
    ['curl -o enroot.conf https://example.org/a\ncp enroot.conf /etc'],
    ['wget https://example.org/enroot.conf\ncp enroot.conf /etc'],
    ['aws s3 cp s3://bucket/enroot.conf .\ncp enroot.conf /etc'],
    ['make_it --out enroot.conf\ncp enroot.conf /etc'],
    ['cp /opt/enroot.conf .\ncp enroot.conf /etc'],
    ['envsubst < /opt/a > "$D/enroot.conf"\ncp enroot.conf /etc'],
    ['tar xzf /opt/a.tgz\ncp enroot.conf /etc'],
    ['cd /opt\ncp enroot.conf /etc'],
    ['cd "$X"\ncp enroot.conf /etc'],
    ['mkdir build\ncp build/enroot.conf /etc'],
    ['cp "$X" /etc\ncp /etc/hosts /opt\ncp *.conf /etc\ncp ~/a.conf /etc'],
    ['exit 0\ncp enroot.conf /etc'],
    ['f() { cp enroot.conf /etc; }\ntrue'],
    ['scp enroot.conf login:/etc\nrsync host:a.conf /etc'],
    ["cat <<'EOF' > /opt/a.sh\ncp enroot.conf /etc\nEOF"],
    ['cat -\ncp -r . /opt\ncp .gitignore /opt'],
    ['install -d etc/enroot\nmkdir -p a.conf'],
  ])('it is made, tested for, or not told: %j', (text) => {
    expect(lacks(`set -e\n${text}\n`)).toEqual([])
  })

  test.each([
    ['python3 ./setup.py -pp ./parameters.json', ['warning parameters.json']],
    ['python3 -u setup.py --config=conf/a.yaml', ['warning conf/a.yaml']],
    ['bash ./setup.sh a b settings.env', ['warning settings.env']],
    ['sudo bash setup.sh /opt/a.json $X --log a.log --output b.json --mode fast 1.2.3 v2/latest', []],
    ['other_program ./parameters.json', []],
    ['bash ./setup.sh parameters.json\ncp parameters.json /etc', ['warning parameters.json']],
  ])('what a script of the folder is given: %j', (text, expected) => {
    expect(lacks(`set -e\n${text}\n`, { 'setup.py': 'a = 1', 'setup.sh': 'ls' })).toEqual(expected)
  })

  test('through scripts that are called, the failure has to reach the entry point', () => {
    const setup = { 'utils/setup.sh': 'set -e\ncp "$(dirname "$0")/a.conf" /etc' }
    expect(lacks('set -e\nbash utils/setup.sh', setup)).toEqual(['error utils/a.conf'])
    expect(lacks('bash utils/setup.sh || exit 1', setup)).toEqual(['error utils/a.conf'])
    expect(lacks('bash utils/setup.sh\ntrue', setup)).toEqual(['warning utils/a.conf'])
    expect(lacks('set -e\nbash utils/setup.sh || echo no', setup)).toEqual(['warning utils/a.conf'])
    expect(lacks('ls', setup)).toEqual([])
    expect(lacks('set -e\nbash utils/setup.sh', { ...setup, 'utils/a.conf': 'a' })).toEqual([])
  })

  test('a folder is there where something is in it', () => {
    expect(lacks('set -e\ncp -r ./conf /etc', { 'conf/a': 'a' })).toEqual([])
    expect(lacks('set -e\ncp -r ./conf /etc')).toEqual(['error conf'])
  })

  test('Python may make it', () => {
    expect(lacks('set -e\npython3 setup.py\ncp a.conf /etc', { 'setup.py': 'open("a.conf", "w")' })).toEqual([])
    expect(lacks('set -e\npython3 setup.py\ncp a.conf /etc', { 'setup.py': 'open("/opt/a.conf")' })).toEqual(['error a.conf'])
  })

  test('the finding names the command, its line and a spelling that differs in case', () => {
    expect(inRepository({ 'on_create.sh': 'set -e\n\n  cp Enroot.conf /etc\n', 'enroot.conf': 'a' })).toMatchObject([
      {
        status: 'fail',
        severity: 'error',
        subject: 'scripts/Enroot.conf',
        message:
          'Enroot.conf is not in scripts: scripts/on_create.sh line 3 opens it and ends with a failure without it; there is enroot.conf, names are case-sensitive',
        fix: {
          text: 'Correct the path of the command to enroot.conf, or rename the file if nothing else reads it.',
          commands: ['git grep -n -F -- Enroot.conf scripts'],
        },
        location: { path: 'scripts/on_create.sh', line: 3, column: 3 },
      },
    ])
  })

  test('in S3 the place is in the request; the repository may have the file', () => {
    const scripts = { 'on_create.sh': 'python3 ./setup.py -pp ./provisioning_params.json', 'setup.py': 'a = 1' }
    expect(inBucket(scripts, { 'provisioning_params.json': '{}' })).toMatchObject([
      {
        severity: 'warning',
        subject: `${uri}provisioning_params.json`,
        message: `provisioning_params.json is not in ${uri}: ${uri}on_create.sh line 1 hands it to a script`,
        fix: {
          text: 'Upload the folder of the repository, which holds the file.',
          commands: [`aws s3 ls --recursive ${uri} --region us-west-2`],
        },
        location: inRequest,
      },
    ])
  })

  test('passes with the number of files', () => {
    expect(inBucket({ 'on_create.sh': 'cp a.conf /etc', 'a.conf': 'a' })).toMatchObject([
      { status: 'pass', message: `1 file that scripts of ${uri} open or hand on is in it`, evidence: { files: 1 } },
    ])
    expect(inBucket({ 'on_create.sh': 'ls' })).toMatchObject([
      { status: 'pass', message: `no script of ${uri} opens another file of it by its path` },
    ])
  })

  test('what is not known is unknown', () => {
    expect(statuses(inRepository({ 'on_create.sh': 'set -e\nif true; then\n' }))).toEqual(['unknown scripts'])
    expect(statuses(inRepository({ 'on_create.sh': { refused: 'it is not UTF-8 text' } }))).toEqual(['unknown scripts'])
    expect(statuses(inRepository({ 'other.sh': 'ls' }))).toEqual(['skipped scripts'])
    const gap = denied('s3:GetObject')
    expect(statuses(findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: gap }))).toEqual([`unknown ${uri}`])
  })
})
