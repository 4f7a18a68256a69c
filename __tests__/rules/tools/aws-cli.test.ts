import { describe, expect, test } from '@jest/globals'
import { awsCli as rule } from '../../../src/rules/tools/aws-cli.ts'
import { aFoundTool, aGap, aMachine, aPlan, aRequest, findingsOf, known } from '../../builders.ts'

const judged = (output: string, plan = aPlan()) => findingsOf(rule, plan, { tools: { aws: aFoundTool(output) } })[0]

describe('tools/aws-cli', () => {
  test.each([
    ['aws-cli/2.17.47 Python/3.11.6 Linux/5.10.205', 'pass', 'aws 2.17.47 at /usr/bin/tool'],
    ['aws-cli/2.31.0 Python/3.13.7 Linux/6.8.0', 'pass', 'aws 2.31.0 at /usr/bin/tool'],
    ['aws-cli/2.15.30 Python/3.11.6 Linux/5.10.205', 'fail', 'aws 2.15.30 is older than 2.17.47'],
    ['aws-cli/1.32.0 Python/3.11.6 Linux/6.5.0 botocore/1.34.0', 'fail', 'aws 1.32.0 is version 1, version 2 is needed'],
    ['aws-cli/1.99.99 Python/3.11.6', 'fail', 'aws 1.99.99 is version 1, version 2 is needed'],
    ['Segmentation fault', 'unknown', '/usr/bin/tool printed no version that can be read: Segmentation fault'],
    ['', 'unknown', '/usr/bin/tool printed no version that can be read: nothing'],
  ])('%j', (output, status, message) => {
    expect(judged(output)).toMatchObject({ status, message, severity: 'warning', subject: 'aws' })
  })

  test('absent and not to be run are told apart', () => {
    const absent = findingsOf(rule, aPlan(), { tools: { aws: known({ kind: 'absent' }) } })
    expect(absent).toMatchObject([{ status: 'fail', severity: 'warning', message: 'aws (AWS CLI) is not on PATH' }])
    const gap = aGap({ reason: 'timeout', action: 'none', message: 'aws --version (/usr/bin/aws) did not end within 5 s' })
    const late = findingsOf(rule, aPlan(), { tools: { aws: { ok: false, gap } } })
    expect(late).toMatchObject([{ status: 'unknown', severity: 'warning', message: gap.message, fix: { commands: ['aws --version'] } }])
  })

  test('required, it blocks: absent, too old and unreadable alike', () => {
    const plan = aPlan({ requiredTools: ['aws'] })
    const absent = findingsOf(rule, plan, { tools: { aws: known({ kind: 'absent' }) } })[0]
    const findings = [absent, judged('aws-cli/1.32.0', plan), judged('aws-cli/2.15.30', plan), judged('what?', plan)]
    expect(findings.map((finding) => finding?.severity)).toEqual(['error', 'error', 'error', 'error'])
  })

  test('no fix installs version 1', () => {
    for (const finding of [
      judged('aws-cli/1.32.0'),
      judged('aws-cli/2.15.30'),
      findingsOf(rule, aPlan(), { tools: { aws: known({ kind: 'absent' }) } })[0],
    ]) {
      expect(JSON.stringify(finding?.fix)).not.toMatch(/pip install/)
      expect(finding?.fix?.text).toContain('https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html')
    }
  })

  test('the commands are those of this machine, and for an update those of one', () => {
    const machine = aMachine({ architecture: 'arm64' })
    const commandsFor = (output: string | null) => {
      const aws = output === null ? known({ kind: 'absent' } as const) : aFoundTool(output)
      return findingsOf(rule, aPlan(), { tools: { aws }, machine })[0]?.fix?.commands
    }
    const download = 'curl https://awscli.amazonaws.com/awscli-exe-linux-aarch64.zip -o awscliv2.zip'
    expect(commandsFor(null)).toEqual([download, 'unzip awscliv2.zip', 'sudo ./aws/install'])
    expect(commandsFor('aws-cli/1.32.0 Python/3.11.6')).toEqual([download, 'unzip awscliv2.zip', 'sudo ./aws/install'])
    expect(commandsFor('aws-cli/2.15.30 Python/3.11.6')).toEqual([
      download,
      'unzip awscliv2.zip',
      'sudo ./aws/install --bin-dir /usr/local/bin --install-dir /usr/local/aws-cli --update',
    ])
  })

  test('a machine that is not known, or of another kind, gets the page alone', () => {
    const gap = aGap({ action: 'none' })
    for (const machine of [{ ok: false, gap } as const, aMachine({ platform: 'other' }), aMachine({ architecture: 'other' })]) {
      const [finding] = findingsOf(rule, aPlan(), { tools: { aws: known({ kind: 'absent' }) }, machine })
      expect(finding).toMatchObject({ status: 'fail', fix: { text: expect.stringContaining('getting-started-install'), commands: [] } })
    }
  })

  describe('fields of the request that the CLI lacks', () => {
    const request = aRequest({
      value: {
        ClusterName: 'prod',
        NodeProvisioningMode: 'Continuous',
        InstanceGroups: [{ SlurmConfig: { NodeType: 'Controller' } }, { SlurmConfig: { NodeType: 'Compute' } }],
      },
      positions: { '/NodeProvisioningMode': { line: 3, column: 27 } },
    })

    test.each([
      ['2.27.63', 'fail', 'aws 2.27.63 does not know NodeProvisioningMode, InstanceGroups[].SlurmConfig of cluster.json'],
      [
        '2.15.30',
        'fail',
        'aws 2.15.30 is older than 2.17.47 and does not know NodeProvisioningMode, InstanceGroups[].SlurmConfig of cluster.json',
      ],
      ['2.27.64', 'pass', 'aws 2.27.64 at /usr/bin/tool'],
    ])('%s: %s', (version, status, message) => {
      expect(judged(`aws-cli/${version} Python/3.13.4`, aPlan({ request }))).toMatchObject({ status, message, severity: 'warning' })
    })

    test('are in the evidence, and the first of them is shown', () => {
      expect(judged('aws-cli/2.27.63 Python/3.13.4', aPlan({ request }))).toMatchObject({
        evidence: { version: '2.27.63', path: '/usr/bin/tool', unknownFields: ['NodeProvisioningMode', 'InstanceGroups[].SlurmConfig'] },
        location: { path: 'cluster.json', line: 3, column: 27 },
      })
    })

    test('an error where the CLI is required', () => {
      const plan = aPlan({ request, requiredTools: ['aws'] })
      expect(judged('aws-cli/2.27.63 Python/3.13.4', plan)).toMatchObject({ status: 'fail', severity: 'error' })
    })

    test('a request without them passes', () => {
      const old = aRequest({ value: { ClusterName: 'prod', InstanceGroups: [{ InstanceGroupName: 'a' }] } })
      expect(judged('aws-cli/2.27.63 Python/3.13.4', aPlan({ request: old }))?.status).toBe('pass')
    })
  })

  test('a snapshot without the tool is unknown, and no fact at all too', () => {
    expect(findingsOf(rule, aPlan(), { tools: {} })).toMatchObject([{ status: 'unknown' }])
    expect(findingsOf(rule, aPlan(), {})).toMatchObject([{ status: 'unknown' }])
  })
})
