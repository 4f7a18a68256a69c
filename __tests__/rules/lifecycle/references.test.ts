import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { references as rule } from '../../../src/rules/lifecycle/references.ts'
import {
  aPlan,
  aRequest,
  aScriptedGroup,
  bucketScriptsOf,
  denied,
  findingsOf,
  known,
  repositoryScriptsOf,
  statuses,
} from '../../builders.ts'

type Scripts = Parameters<typeof repositoryScriptsOf>[0]

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const inRepository = (scripts: Scripts) =>
  findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
    repositoryScripts: repositoryScriptsOf(scripts),
    bucketScripts: {},
  })
const inRequest = { path: 'cluster.json', line: 11, column: 9 }
const inBucket = (scripts: Scripts, repository: Scripts | null = null) => {
  const lifecycleSources = [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: inRequest }]
  return findingsOf(rule, aPlan({ request: aRequest(), instanceGroups: [aScriptedGroup()], lifecycleSources }), {
    repositoryScripts: repository === null ? null : repositoryScriptsOf(repository),
    bucketScripts: bucketScriptsOf(scripts),
  })
}

/** `status severity subject` of what an entry point with this text is found to lack. */
const lacks = (text: string, others: Scripts = {}) =>
  inRepository({ 'on_create.sh': text, ...others })
    .filter(({ status }) => status === 'fail')
    .map(({ severity, subject }) => `${severity} ${subject}`)

describe('lifecycle/references', () => {
  test('a text in a substitution that holds a quote does not hide the calls below it', () => {
    expect(lacks("MSG=$(cat <<EOF\nIt's ready\nEOF\n)\nbash ./absent.sh\n")).toEqual(['error scripts/absent.sh'])
  })

  test.each([
    ['if ! bash ./absent.sh; then exit 1; fi\ntrue', 'error'],
    ['if bash ./absent.sh; then true; else exit 1; fi', 'error'],
    ['set -e\nif ! bash ./absent.sh; then echo no; exit 3; fi\ntrue', 'error'],
    ['if ! bash ./absent.sh; then echo no; fi', 'warning'],
    ['if [ -f /etc/done ]; then exit 0; fi\nbash ./absent.sh', 'warning'],
    ['if [ "$EUID" -ne 0 ]; then exit 1; fi\nbash ./absent.sh', 'error'],
    ['die() { echo "$1"; exit 1; }\nbash ./absent.sh || die no', 'error'],
    ['while read -r a; do bash ./absent.sh; done', 'warning'],
  ])('what becomes of its failure decides: %j', (text, severity) => {
    expect(lacks(text)).toEqual([`${severity} scripts/absent.sh`])
  })

  test.each([['exit 0\nbash ./absent.sh'], ['unused() { bash ./absent.sh; }\ntrue']])('never made: %j', (text) => {
    expect(lacks(text)).toEqual([])
  })

  test('a script of which a part was not understood is unknown', () => {
    const found = inRepository({ 'on_create.sh': 'set -e\nif true; then\n' })
    expect(statuses(found)).toEqual(['unknown scripts'])
  })

  test('no fix makes the caller its own callee', () => {
    const [found] = inBucket({ 'on_create.sh': 'bash ./on_create1.sh' })
    expect(JSON.stringify(found)).not.toContain('cp')
  })

  test.each([
    ['bash setup.sh'],
    ['sh ./setup.sh'],
    ['bash -x setup.sh'],
    ['bash -o pipefail setup.sh arg'],
    ['source setup.sh'],
    ['. ./setup.sh'],
    ['./setup.sh'],
    ['chmod +x setup.sh && ./setup.sh'],
    ['OUT=$(bash setup.sh a b)'],
    ['local_out="$(source ./setup.sh)"'],
    ['sudo -E bash setup.sh'],
    ['sudo -u root bash ./setup.sh'],
    ['timeout -k 5 600 bash setup.sh'],
    ['A=b nohup bash setup.sh &'],
    ['env A=b bash "setup.sh"'],
    ['bash setup.sh 2>&1 | tee -a /var/log/setup.log'],
    ['bash setup.sh || exit 1'],
    ['bash setup.sh || { echo failed; exit 1; }'],
    ['for i in 1 2 3; do bash setup.sh; done'],
    ['for s in setup.sh; do bash "$s"; done'],
    ['SETUP=setup.sh\nbash "$SETUP"'],
    ['bash "$(dirname "$0")/setup.sh"'],
    [`bash $(dirname $(realpath \${BASH_SOURCE[0]}))/setup.sh`],
    [`DIR="$(cd "$(dirname "\${BASH_SOURCE[0]}")" &> /dev/null && pwd)"\nbash "$DIR/setup.sh"`],
    ['cd "$(dirname "$0")"\nbash setup.sh'],
    ['bash "$PWD/setup.sh"'],
    ['cd "$(dirname "$0")" || exit 1\nbash setup.sh'],
    ['main() { bash setup.sh; }\nmain "$@"'],
    ['bash utils/../setup.sh'],
    ['D=$(dirname "$0")\ncp "$D/a.conf" /etc\nbash "$D/setup.sh"'],
    ['curl -s -H "X: $T" http://169.254.169.254/latest\nbash setup.sh'],
    ['tar -xzf a.tgz -C /opt\nbash setup.sh'],
    ['echo "running setup.sh"\nbash setup.sh'],
    ['# setup.sh does it\nbash setup.sh'],
  ])('an error without the script: %s', (text) => {
    expect(lacks(`#!/bin/bash\nset -e\n${text}\n`)).toEqual(['error scripts/setup.sh'])
    expect(lacks(`#!/bin/bash\nset -e\n${text}\n`, { 'setup.sh': 'ls' })).toEqual([])
  })

  test.each([
    ['if [[ $NODE == controller ]]; then\n  bash setup.sh\nfi'],
    ['[[ $NODE == controller ]] && bash setup.sh'],
    ['test -d /fsx || bash setup.sh'],
    ['case $1 in\n  a) bash setup.sh ;;\nesac'],
    ['while read -r a; do bash setup.sh; done < list'],
    ['bash setup.sh || echo "setup failed"'],
  ])('a warning under a condition: %s', (text) => {
    expect(lacks(text)).toEqual(['warning scripts/setup.sh'])
    expect(lacks(text, { 'setup.sh': 'ls' })).toEqual([])
  })

  test.each([
    ['a test of the file', 'if [ -f setup.sh ]; then bash setup.sh; fi'],
    ['a test of the file', '[[ -f ./setup.sh ]] && bash ./setup.sh'],
    ['a test of the variable', 'S=setup.sh\nif test -e "$S"; then bash "$S"; fi'],
    ['a failure that is provided for', 'bash setup.sh || true'],
    ['a function that nobody calls', 'f() { bash setup.sh; }\nls'],
    ['a whole path', 'bash /opt/setup.sh'],
    ['a variable of the environment', 'bash "$HOME/setup.sh"'],
    ['another folder', 'cd /opt\nbash setup.sh'],
    ['another folder, in brackets', '(cd build && ./setup.sh)'],
    ['another folder somewhere, in a function', 'f() { bash setup.sh; }\ncd /opt\nf'],
    ['a download', 'curl -O https://example.com/setup.sh\nbash setup.sh'],
    ['a download to a variable place', 'wget "$URL"\nbash setup.sh'],
    ['a copy', 'aws s3 cp s3://bucket/tools/ . --recursive\nbash setup.sh'],
    ['a download under the name of a variable', 'S=setup.sh\ncurl -o "$S" https://example.com/a\nbash "$S"'],
    ['a download under a name that was given before', 'S=setup.sh\ncurl -o "$S" https://example.com/a\nbash setup.sh'],
    ['a here-document into a variable', 'S=setup.sh\ncat > "$S" << EOF\nls\nEOF\nbash "$S"'],
    ['a message into the file', 'S=setup.sh\necho ls > ./$S\nbash $S'],
    ['an archive', 'tar xzf tools.tgz\nbash tools/setup.sh'],
    ['a repository', 'git clone https://github.com/a/b\nbash b/setup.sh'],
    ['a file that the script writes', 'cat > setup.sh << EOF\nls\nEOF\nbash setup.sh'],
    ['a here-document', 'cat > /opt/a.sh << EOF\nbash setup.sh\nEOF'],
    ['a comment', '# bash setup.sh\nls # bash setup.sh'],
    ['a message', 'echo "bash setup.sh"\necho bash setup.sh'],
    ['a module', 'python3 -m setup'],
    ['standard input', 'bash -s < setup.sh'],
    ['settings', 'D=$(dirname "$0")\nsource "$D/env_vars"'],
    ['an activated environment', 'source venv/bin/activate\nsource activate pytorch'],
    ['outside of the folder', 'bash ../setup.sh'],
    ['a host of its own', 'ssh node bash setup.sh'],
    ['a pattern', 'for s in hotfix/*.sh; do bash "$s"; done'],
  ])('not judged: %s', (_, text) => {
    expect(lacks(text)).toEqual([])
  })

  test('a file that another script makes is not missed', () => {
    expect(lacks('bash make.sh\nbash setup.sh', { 'make.sh': 'tee setup.sh < /dev/null' })).toEqual([])
  })

  test('calls are followed, each from its own folder', () => {
    const scripts = {
      'utils/a.sh': 'HERE=$(dirname "$0")\nbash "$HERE/b.sh"\nbash utils/c.sh\nbash d.sh',
      'utils/b.sh': 'ls',
    }
    expect(lacks('bash utils/a.sh', scripts)).toEqual(['error scripts/utils/c.sh', 'error scripts/d.sh'])
    expect(lacks('bash utils/a.sh', { ...scripts, 'utils/c.sh': 'ls', 'd.sh': 'ls' })).toEqual([])
  })

  test('in a sourced script, $0 is the caller', () => {
    expect(lacks('. utils/a.sh', { 'utils/a.sh': 'bash "$(dirname "$0")/b.sh"' })).toEqual([])
  })

  test('scripts that call each other come to an end', () => {
    expect(lacks('bash a.sh', { 'a.sh': 'bash on_create.sh\nbash b.sh' })).toEqual(['error scripts/b.sh'])
  })

  test('no entry point leads to the caller: a warning, wherever the file may be meant to be', () => {
    const scripts = { 'tools/a.sh': 'bash b.sh\nbash c.sh', 'tools/b.sh': 'ls' }
    const [finding] = inRepository({ 'on_create.sh': 'ls', ...scripts })
    expect(finding).toMatchObject({
      severity: 'warning',
      message: 'c.sh is not in scripts, scripts/tools/a.sh line 2 calls it, which no entry point leads to',
    })
  })

  describe('Python', () => {
    /** The class of AWS's lifecycle_script.py that most calls go through. */
    const opening = `import os, subprocess
from config import Config

class ExecuteBashScript:
    def __init__(self, script_name):
        self.script_name = script_name

    def run(self, *args):
        subprocess.run(["sudo", "bash", self.script_name, *args]).check_returncode()

`
    const python = (body: string, others: Scripts = {}) => lacks('python3 -u main.py -a', { 'main.py': `${opening}${body}`, ...others })

    test.each([
      ['ExecuteBashScript("./setup.sh").run()', ['error scripts/setup.sh']],
      ['subprocess.run(["sudo", "bash", "./setup.sh", node_type], check=True)', ['error scripts/setup.sh']],
      ['subprocess.check_call(\n    [*sudo, "python3", "-u", "setup.py"],\n    cwd="./tools",\n)', ['error scripts/tools/setup.py']],
      ['os.system("bash setup.sh")', ['warning scripts/setup.sh']],
      ['cmd = ["bash", "setup.sh", x]\nsubprocess.run(cmd)', ['warning scripts/setup.sh']],
      ['cmd = ["bash", "setup.sh", x]\nsubprocess.run(cmd, check=True)', ['error scripts/setup.sh']],
      ['def f():\n    ExecuteBashScript("setup.sh").run()', []],
      ['if node == "head":\n    ExecuteBashScript("setup.sh").run()', ['warning scripts/setup.sh']],
      ['if Config.on:\n    pass\nelse:\n    ExecuteBashScript("setup.sh").run()', ['warning scripts/setup.sh']],
      ['try:\n    ExecuteBashScript("setup.sh").run()\nexcept Exception:\n    pass', []],
      ['if os.path.exists("setup.sh"):\n    ExecuteBashScript("setup.sh").run()', []],
      ['# ExecuteBashScript("setup.sh")\n"""\nExecuteBashScript("setup.sh")\n"""', []],
      ['ExecuteBashScript(f"{x}.sh").run()\nExecuteBashScript(name).run()', []],
      ['subprocess.run(["bash", "setup.sh"], cwd=folder)', []],
      ['os.chdir("/opt")\nos.system("bash setup.sh")', []],
      ['import boto3\nfrom tools import x', []],
    ])('%j', (body, expected) => {
      expect(python(body)).toEqual(expected)
    })

    test.each([
      ['True', ['error scripts/setup.sh']],
      ['False', []],
      ['os.getenv("X")', ['warning scripts/setup.sh']],
    ])('a switch of config.py that is %s decides', (value, expected) => {
      const body = 'def main():\n    if Config.on and Config.there:\n        ExecuteBashScript("setup.sh").run()\nmain()\n'
      expect(python(body, { 'config.py': `class Config:\n    there = True\n    on = ${value} # a switch\n` })).toEqual(expected)
    })

    test.each([
      ['slurm', ['error scripts/setup.sh']],
      ['other', []],
    ])('the workload manager %s decides', (manager, expected) => {
      const body = 'if params.workload_manager == "slurm":\n    ExecuteBashScript("setup.sh").run()\n'
      expect(python(body, { 'provisioning_parameters.json': JSON.stringify({ workload_manager: manager }) })).toEqual(expected)
    })
  })

  test('the finding names the caller, its line, and a spelling that differs in case', () => {
    const [finding] = inRepository({ 'on_create.sh': '#!/bin/bash\n\n  bash utils/Setup.sh\n', 'utils/setup.sh': 'ls' })
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'error',
      subject: 'scripts/utils/Setup.sh',
      message: 'utils/Setup.sh is not in scripts, scripts/on_create.sh line 3 calls it; there is utils/setup.sh, names are case-sensitive',
      fix: {
        text: 'Correct the path of the call to utils/setup.sh, or rename the file if nothing else calls it.',
        commands: ['git grep -n -F -- Setup.sh scripts'],
      },
      location: { path: 'scripts/on_create.sh', line: 3, column: 3 },
      evidence: { calledBy: ['scripts/on_create.sh line 3'] },
    })
  })

  test.each([
    ['the other case before another folder', ['Setup.sh', 'utils/setup.sh'], '; there is utils/setup.sh, names are case-sensitive'],
    ['another folder before a name like it', ['utils/Setups.sh', 'tools/Setup.sh'], '; there is tools/Setup.sh'],
    ['a name like it', ['utils/Setpu.sh'], '; there is utils/Setpu.sh'],
    ['a name like it in another language', ['utils/Setup.py', 'utils/Setup'], ''],
    ['a name unlike it', ['utils/mount.sh'], ''],
  ])('what was probably meant: %s', (_, paths, near) => {
    const others = Object.fromEntries(paths.map((path) => [path, 'ls']))
    const [finding] = inRepository({ 'on_create.sh': 'bash utils/Setup.sh', ...others })
    expect(finding?.message).toBe(`utils/Setup.sh is not in scripts, scripts/on_create.sh line 1 calls it${near}`)
  })

  test('nothing is like it: the file is added', () => {
    expect(inRepository({ 'on_create.sh': 'bash setup.sh' })).toMatchObject([
      { fix: { text: 'Add scripts/setup.sh, or correct the path of the call.', commands: ['git ls-files -- scripts'] } },
    ])
  })

  test.each([
    [1, 'scripts/on_create.sh line 1 calls it'],
    [2, 'scripts/on_create.sh line 1 and scripts/on_create.sh line 2 call it'],
    [3, 'scripts/on_create.sh line 1, scripts/on_create.sh line 2, and scripts/on_create.sh line 3 call it'],
    [12, 'scripts/on_create.sh line 1, scripts/on_create.sh line 2, scripts/on_create.sh line 3 and 9 more call it'],
  ])('%d calls of one script are one finding', (calls, callers) => {
    const lines = Array.from({ length: calls }, (_, at) => `scripts/on_create.sh line ${at + 1}`)
    expect(inRepository({ 'on_create.sh': 'bash setup.sh\n'.repeat(calls) })).toMatchObject([
      { message: `setup.sh is not in scripts, ${callers}`, evidence: { calledBy: lines.slice(0, 10) }, location: { line: 1 } },
    ])
  })

  test('of several calls, the one that every node comes by weighs, and is the place', () => {
    const scripts = { 'aside.sh': 'bash setup.sh', 'on_create.sh': '[[ $1 == a ]] && bash setup.sh\n\n bash setup.sh' }
    expect(inRepository(scripts)).toMatchObject([
      {
        severity: 'error',
        message:
          'setup.sh is not in scripts, scripts/on_create.sh line 1, scripts/on_create.sh line 3, and scripts/aside.sh line 1 call it',
        location: { path: 'scripts/on_create.sh', line: 3, column: 2 },
      },
    ])
    expect(inRepository({ ...scripts, 'on_create.sh': '[[ $1 == a ]] && bash setup.sh' })).toMatchObject([
      {
        severity: 'warning',
        message: 'setup.sh is not in scripts, scripts/on_create.sh line 1 and scripts/aside.sh line 1 call it under a condition',
        location: { path: 'scripts/on_create.sh', line: 1, column: 18 },
      },
    ])
  })

  test('in S3 the place is in the request, and the object can be copied to the name', () => {
    expect(inBucket({ 'on_create.sh': 'bash utils/setup.sh', 'setup.sh': 'ls' })).toMatchObject([
      {
        subject: `${uri}utils/setup.sh`,
        message: `utils/setup.sh is not in ${uri}, ${uri}on_create.sh line 1 calls it; there is setup.sh`,
        fix: {
          text: 'Store the file under the name that is called, or correct the path of the call to setup.sh.',
          commands: [`aws s3 cp ${uri}setup.sh ${uri}utils/setup.sh --region us-west-2`],
        },
        location: inRequest,
      },
    ])
  })

  test.each([
    ['nobody has it', null, 'Upload the file with the others, or correct the path of the call.'],
    ['the repository lacks it too', { 'on_create.sh': 'ls' }, 'Upload the file with the others, or correct the path of the call.'],
    ['the repository has it', { 'setup.sh': 'ls' }, 'Upload the folder of the repository, which holds the file.'],
  ])('in S3, with nothing like it: %s', (_, repository, text) => {
    expect(inBucket({ 'on_create.sh': 'bash setup.sh' }, repository)[0]?.fix).toEqual({
      text,
      commands: [`aws s3 ls --recursive ${uri} --region us-west-2`],
    })
  })

  test('one outcome a folder where all is there', () => {
    const passed = { rule: 'lifecycle/references', severity: 'error', status: 'pass' }
    expect(inBucket({ 'on_create.sh': 'bash a.sh\nbash b.sh', 'a.sh': 'bash b.sh', 'b.sh': 'ls' })).toEqual([
      {
        ...passed,
        subject: uri,
        message: `all 2 scripts that scripts of ${uri} call are there`,
        evidence: { called: 2 },
        location: inRequest,
      },
    ])
    expect(inRepository({ 'on_create.sh': 'bash a.sh', 'a.sh': 'ls' })).toEqual([
      { ...passed, subject: 'scripts', message: 'the 1 script that scripts of scripts call is there', evidence: { called: 1 } },
    ])
    expect(inRepository({ 'on_create.sh': 'ls' })).toEqual([
      { ...passed, subject: 'scripts', message: 'no script of scripts calls another one', evidence: { called: 0 } },
    ])
  })

  test('what could not be read is not followed', () => {
    const scripts = { 'on_create.sh': 'bash a.sh\nbash b.sh', 'a.sh': { refused: 'it is not UTF-8 text' } }
    const message = 'a.sh of scripts could not be read: which scripts they call is not known, lifecycle/readable says why'
    expect(inRepository(scripts)).toMatchObject([
      { status: 'fail', subject: 'scripts/b.sh' },
      { status: 'unknown', severity: 'warning', subject: 'scripts', message },
    ])
  })

  test('a gap is unknown; without an entry point nothing is followed', () => {
    const facts = { repositoryScripts: null }
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketScripts: denied('s3:GetObject') }))).toEqual([`unknown ${uri}`])
    expect(statuses(findingsOf(rule, aPlan(), { ...facts, bucketScripts: { [uri]: known(null) } }))).toEqual([`skipped ${uri}`])
    expect(inBucket({ 'a.sh': 'ls' })).toMatchObject([
      { status: 'skipped', message: `no entry point is in ${uri}: lifecycle/entry-point reports it`, location: inRequest },
    ])
    expect(statuses(inRepository({ 'a.sh': 'ls' }))).toEqual(['skipped scripts'])
  })

  test('any text is read to its end', () => {
    const words = fc.constantFrom(
      'bash',
      ' ',
      '\n',
      '"',
      "'",
      '$(',
      '(',
      ')',
      '{',
      '}',
      'if',
      'fi',
      'case',
      '<<E',
      'a.sh',
      '&&',
      '||',
      '|',
      '`',
      '#',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string())), fc.constantFrom('on_create.sh', 'main.py'), (parts, name) => {
        const findings = inRepository({ 'on_create.sh': 'python3 main.py', 'main.py': 'x', [name]: parts.join('') })
        expect(findings.every(({ message }) => !message.startsWith('fault in hyperpod-preflight'))).toBe(true)
      }),
    )
  })
})
