import { describe, expect, test } from '@jest/globals'
import { movingImage as rule } from '../../../src/rules/lifecycle/moving-image.ts'
import { aPlan, aRequest, aScriptedGroup, bucketScriptsOf, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

type Scripts = Parameters<typeof repositoryScriptsOf>[0]
type Group = Parameters<typeof aScriptedGroup>[1]

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const judge = (scripts: Scripts, ...groups: Group[]) =>
  findingsOf(
    rule,
    aPlan({
      request: aRequest(),
      lifecycleScripts: 'scripts',
      lifecycleSources: [],
      instanceGroups: groups.map((group) => aScriptedGroup('on_create.sh', group)),
    }),
    { repositoryScripts: repositoryScriptsOf(scripts), bucketScripts: {} },
  )

/** What is said of an entry point with this text; null where it passes. */
const found = (text: string, ...groups: Group[]): string | null => {
  const [finding] = judge({ 'on_create.sh': `${text}\n` }, ...(groups.length === 0 ? [{}] : groups))
  return finding?.status === 'fail' ? finding.message.replace(/^.* new node: /, '') : null
}

describe('lifecycle/moving-image', () => {
  test.each([
    ['pip install torch', 'pip install torch'],
    ['pip3 install -q torch', 'pip3 install torch'],
    ['sudo pip install torch', 'pip install torch'],
    ['/usr/bin/pip3 install torch', '/usr/bin/pip3 install torch'],
    ['python3 -m pip install torch', 'python3 pip install torch'],
    ['[ -d /opt ] && pip install torch', 'pip install torch'],
    ['uv pip install --system torch', 'uv pip install torch'],
    ['pip install torch\nsource /opt/venv/bin/activate', 'pip install torch'],
  ])('pip in the system: %j', (text, written) => {
    expect(found(text)).toBe(`pip installs into the system's Python in line 1 (${written})`)
  })

  test.each([
    ['pip install --break-system-packages torch'],
    ['pip install torch || pip install --break-system-packages torch'],
    ['pip install \\\n  --break-system-packages torch'],
    ['export PIP_BREAK_SYSTEM_PACKAGES=1\npip install torch'],
    ['pip config set global.break-system-packages true\npip install torch'],
    ['rm /usr/lib/python3*/EXTERNALLY-MANAGED\npip install torch'],
    ['python3 -m venv /opt/v\n. /opt/v/bin/activate\npip install torch'],
    ['/opt/v/bin/pip install torch'],
    ['"$VENV/bin/pip" install torch'],
    ['pip install --target /opt/a torch'],
    ['uv pip install torch'],
    ['pip list\npip config list\necho pip install torch'],
    ['f() { pip install torch; }\ntrue'],
    ['pip install torch || true'],
  ])('pip elsewhere, or provided for: %j', (text) => {
    expect(found(text)).toBeNull()
  })

  test.each([
    ['apt-get install -y nvidia-driver-570=570.86.15-0ubuntu1', 'nvidia-driver-570=570.86.15-0ubuntu1'],
    ['sudo apt install libnvidia-compute-595=595.58.03', 'libnvidia-compute-595=595.58.03'],
    ['V=1.13.5-1\napt-get install -y nvidia-container-toolkit=$V', `nvidia-container-toolkit=$V`],
    ['apt-get install linux-headers-aws=6.8.0.1015', 'linux-headers-aws=6.8.0.1015'],
  ])('an exact version: %j', (text, written) => {
    expect(found(text)).toBe(`apt is asked for one exact version in line ${text.split('\n').length} (${written})`)
  })

  test.each([
    ['apt-get install -y nvidia-driver-570'],
    ['apt-get install -y nvidia-driver-570=570.*'],
    ['apt-get install -y jq=1.7'],
    ['V=$(modinfo -F version nvidia)\napt-get install -y libnvidia-compute-570=$V'],
    ['apt-get install -y libnvidia-compute-570=$V'],
    ['apt-get remove nvidia-driver-570=1'],
  ])('no exact version of the image: %j', (text) => {
    expect(found(text)).toBeNull()
  })

  test('a kernel off hold', () => {
    expect(found('apt-mark unhold linux-aws linux-image-aws')).toBe(
      'the kernel is taken off hold in line 1 (apt-mark unhold linux-aws linux-image-aws)',
    )
    expect(found('apt-mark hold linux-aws\napt-mark unhold jq')).toBeNull()
  })

  test.each([
    ['for node in group["Instances"]:\n    pass', 0, 'group["Instances"]'],
    ["ips = [i['Ip'] for i in group['Instances']]", 0, "group['Instances']"],
    ['for node in group["Instances"]:\n    pass', 1, null],
    ['for node in group.get("Instances") or []:\n    pass', 0, null],
    ['# for node in group["Instances"]', 0, null],
  ])('a loop over the nodes of a group, %j, with a group of %d', (python, instanceCount, written) => {
    const [finding] = judge({ 'on_create.sh': 'python3 main.py', 'main.py': `a = 1\n${python}\n` }, {}, { name: 'spare', instanceCount })
    const message = `scripts/main.py has 1 step that may fail on a new node: a loop needs every group to have nodes, and the plan has one with 0, in line 2 (${written})`
    expect(finding?.status === 'fail' ? finding.message : null).toBe(written === null ? null : message)
  })

  test('an image of the plan does not move; a kernel does', () => {
    const imageId = 'ami-0123456789abcdef0'
    expect(found('pip install torch', { imageId })).toBeNull()
    expect(found('pip install torch', { imageId }, { name: 'other' })).not.toBeNull()
    expect(found('apt-mark unhold linux-aws', { imageId })).not.toBeNull()
  })

  test('one warning a script, with what to do', () => {
    expect(judge({ 'on_create.sh': 'ls\npip install a\napt-mark unhold linux-aws\nbash b.sh', 'b.sh': 'pip install b' }, {})).toMatchObject(
      [
        {
          status: 'fail',
          severity: 'warning',
          subject: 'scripts/on_create.sh',
          message:
            "scripts/on_create.sh has 2 steps that may fail on a new node: pip installs into the system's Python in line 2 (pip install a), the kernel is taken off hold in line 3 (apt-mark unhold linux-aws)",
          fix: {
            text: 'Install into a virtual environment (python3 -m venv /opt/tools, then /opt/tools/bin/pip install …), or add --break-system-packages. Leave the kernel on hold: the drivers of the image are built for it.',
          },
          evidence: { lines: ['2', '3'] },
          location: { path: 'scripts/on_create.sh', line: 2, column: 1 },
        },
        { subject: 'scripts/b.sh' },
      ],
    )
  })

  test('what is not known is unknown, and what no entry point reaches is not judged', () => {
    expect(statuses(judge({ 'on_create.sh': 'ls', 'aside.sh': 'pip install a' }, {}))).toEqual(['pass scripts'])
    expect(statuses(judge({ 'on_create.sh': 'if true; then\n' }, {}))).toEqual(['unknown scripts'])
    expect(statuses(judge({ 'on_create.sh': { refused: 'it is not UTF-8 text' } }, {}))).toEqual(['unknown scripts'])
    expect(statuses(findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: denied('s3:GetObject') }))).toEqual([
      `unknown ${uri}`,
    ])
    expect(statuses(findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: bucketScriptsOf({}) }))).toEqual([`skipped ${uri}`])
  })
})
