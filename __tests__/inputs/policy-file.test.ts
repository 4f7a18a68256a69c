import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { parseInputs } from '../../src/inputs/parse.ts'
import { parsePolicyFile, planUnder, readPolicyFile } from '../../src/inputs/policy-file.ts'
import { policyJsonSchema } from '../../src/inputs/policy-json-schema.ts'
import type { Fault } from '../../src/model/fault.ts'
import type { PolicyFile } from '../../src/model/policy.ts'
import { rules } from '../../src/rules/index.ts'
import { aPlan, aTeamPolicy } from '../builders.ts'

const ruleIds = rules.map(({ id }) => id)
const path = 'policy.yml'

const parsed = (text: string, name = path): PolicyFile => {
  const checked = parsePolicyFile(name, text, ruleIds)
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return checked.value
}

const faults = (text: string, name = path): readonly Fault[] => {
  const checked = parsePolicyFile(name, text, ruleIds)
  return checked.ok ? [] : checked.faults
}

/** `line:column problem` of each fault. */
const problems = (...lines: readonly string[]): readonly string[] =>
  faults(lines.join('\n')).map(({ source, problem }) => `${source.replace(`${path}:`, '')} ${problem}`)

const nothing: PolicyFile = { policy: aTeamPolicy({ path }), thresholds: {}, requiredTools: null, trustedTargets: [] }
const example = await readFile(fileURLToPath(new URL('../../examples/hyperpod-preflight.yml', import.meta.url)), 'utf8')

describe('what a policy file says', () => {
  test('all of it', () => {
    expect(
      parsed(
        [
          'fail-on: warning',
          'on-unknown: warn',
          'required-tools: [aws, helm]',
          'rules:',
          '  network/zones: off',
          '  s3/exposure: error',
          'waivers:',
          '  - rule: s3/bucket',
          '    subject: ml-*',
          '    reason: " made by the job "',
          '    owner: platform-team',
          '    expires: 2026-12-31',
          'thresholds: { spare-addresses: 32 }',
          'trusted-targets: [{ id: tgw-0a1b2c3d, reason: " egress VPC ", owner: network }]',
        ].join('\n'),
      ),
    ).toEqual({
      policy: {
        path,
        failOn: 'warning',
        onUnknown: 'warn',
        rules: {
          'network/zones': { severity: 'off', location: { path, line: 5, column: 3 } },
          's3/exposure': { severity: 'error', location: { path, line: 6, column: 3 } },
        },
        waivers: [
          {
            rule: 's3/bucket',
            subject: 'ml-*',
            reason: 'made by the job',
            owner: 'platform-team',
            expires: '2026-12-31',
            location: { path, line: 8, column: 5 },
          },
        ],
      },
      thresholds: { 'spare-addresses': 32 },
      requiredTools: ['aws', 'helm'],
      trustedTargets: [{ id: 'tgw-0a1b2c3d', reason: 'egress VPC', owner: 'network' }],
    })
  })

  test.each([
    ['an empty file', ''],
    ['a file of comments', '# fail-on: error\r\n\n  # rules:\n'],
    ['an empty mapping', '{}'],
    ['keys whose parts are all comments', 'rules:\n  # s3/bucket: off\nwaivers:\nthresholds:\nfail-on:\n'],
  ])('%s says nothing', (_, text) => {
    expect(parsed(text)).toEqual(nothing)
  })

  test('JSON', () => {
    const text = '{\n  "$schema": "../policy.schema.json",\n  "rules": { "network/zones": "off" }\n}\n'
    expect(parsed(text, 'policy.json').policy.rules).toEqual({
      'network/zones': { severity: 'off', location: { path: 'policy.json', line: 3, column: 14 } },
    })
  })

  test('a plan is plain JSON with what the file says of it', () => {
    expect(JSON.parse(JSON.stringify(parsed(example)))).toEqual(parsed(example))
  })

  test('whoever answers for several waivers may be named once', () => {
    const text = [
      'waivers:',
      '  - &first { rule: s3/bucket, subject: a, reason: r, owner: o, expires: 2026-12-31 }',
      '  - { <<: *first, subject: b }',
    ].join('\n')
    expect(parsed(text).policy.waivers.map(({ subject, owner, location }) => [subject, owner, location.line])).toEqual([
      ['a', 'o', 2],
      ['b', 'o', 3],
    ])
  })
})

describe('faults, with line and column', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a setting that does not exist', ['fail-onn: error'], ['1:1 there is no setting "fail-onn": did you mean fail-on?']],
    ['one with much below it', ['', 'waiver:', '  - rule: x'], ['2:1 there is no setting "waiver": did you mean waivers?']],
    [
      'names of JavaScript',
      ['constructor: 1', '__proto__: 2', 'toString: 3'],
      ['1:1 there is no setting "constructor"', '2:1 there is no setting "__proto__"', '3:1 there is no setting "toString"'],
    ],
    ['a value that is none', ['fail-on: errors'], ['1:10 fail-on is "errors"']],
    ['the wrong kind of value', ['on-unknown: 3'], ['1:13 on-unknown is 3']],
    ['a tool that is none', ['required-tools: [aws, helmm]'], ['1:23 required-tools[1] is "helmm"']],
    ['a tool that is no list', ['required-tools: aws'], ['1:17 required-tools is "aws"']],
    ['a rule that does not exist', ['rules:', '  network/zone: off'], ['2:3 there is no rule "network/zone": did you mean network/zones?']],
    ['a whole area', ['rules:', '  tools/*: off'], ['2:3 there is no rule "tools/*"']],
    ['a severity that does not exist', ['rules:', '  network/zones: info'], ['2:18 rules.network/zones is "info"']],
    ['a severity that YAML 1.1 took for a boolean', ['rules:', '  network/zones: false'], ['2:18 rules.network/zones is false']],
    ['rules as a list', ['rules: [network/zones, s3/bucket]'], ['1:8 rules is a list']],
    ['identity turned off', ['rules:', '  credentials/identity: off'], ['2:25 rules.credentials/identity is "off"']],
    ['identity made milder', ['rules:', '  credentials/identity: warning'], ['2:25 rules.credentials/identity is "warning"']],
    ['waivers that are no list', ['waivers:', '  rule: s3/bucket'], ['2:3 waivers is a mapping']],
    [
      'a waiver that is none',
      ['waivers: [3, [], null]'],
      ['1:11 waivers[0] is 3', '1:14 waivers[1] is a list', '1:18 waivers[2] is empty'],
    ],
    [
      'a threshold that does not exist',
      ['thresholds:', '  spare-adresses: 3'],
      ['2:3 there is no setting "spare-adresses": did you mean spare-addresses?'],
    ],
    [
      'thresholds that are no counts',
      ['thresholds:', '  spare-addresses: -1', '  waiver-notice-days: 1.5'],
      ['2:20 thresholds.spare-addresses is -1', '3:23 thresholds.waiver-notice-days is 1.5'],
    ],
    [
      'thresholds over their bounds',
      ['thresholds:', '  spare-addresses: 65532', '  waiver-notice-days: 366'],
      ['2:20 thresholds.spare-addresses is 65532', '3:23 thresholds.waiver-notice-days is 366'],
    ],
    [
      'a trusted target that is no id, or not whole, or says more',
      [
        'trusted-targets:',
        '  - { id: my-gateway, reason: x, owner: y }',
        '  - { id: tgw-1, reason: " " }',
        '  - { id: tgw-1, reason: x, owner: y, why: z }',
      ],
      [
        '2:11 trusted-targets[0].id is "my-gateway"',
        '3:5 trusted-targets[1] has no owner',
        '3:26 trusted-targets[1].reason is empty',
        '4:39 there is no setting "why"',
      ],
    ],
    ['a number as text', ['thresholds:', '  spare-addresses: "3"'], ['2:20 thresholds.spare-addresses is "3"']],
    ['a file that is a list', ['- rules'], ['1:1 the file is a list']],
    ['a file that is a word', ['off'], ['1:1 the file is no mapping']],
    ['a key that comes twice', ['fail-on: error', 'fail-on: never'], ['2:1 Map keys must be unique']],
    [
      'a template whose placeholder was left open',
      ['fail-on: {{ level }}'],
      ['1:11 a mapping or a list is no name of a member: it may be a {{ placeholder }} that was left open'],
    ],
    ['what is not YAML', ['rules: ['], ['1:9 Flow sequence in block collection must be sufficiently indented and end with a ]']],
  ])('%s', (_, lines, expected) => {
    expect(problems(...lines)).toEqual(expected)
  })

  const whole = { rule: 's3/bucket', subject: 'ml', reason: 'agreed', owner: 'team', expires: '2026-12-31' }
  const waiver = (changes: Readonly<Record<string, string | undefined>>): readonly string[] => [
    'waivers:',
    ...Object.entries({ ...whole, ...changes }).flatMap(([key, value], index) =>
      value === undefined ? [] : [`${index === 0 ? '  - ' : '    '}${key}: ${value}`],
    ),
  ]

  test.each<[string, Readonly<Record<string, string | undefined>>, readonly string[]]>([
    ['nothing', {}, []],
    ['no reason', { reason: undefined }, ['2:5 waivers[0] has no reason']],
    ['an empty reason', { reason: '"  "' }, ['4:13 waivers[0].reason is empty']],
    ['an owner without a value', { owner: '' }, ['5:12 waivers[0].owner is empty']],
    ['an empty subject', { subject: "''" }, ['3:14 waivers[0].subject is empty']],
    ['no owner and no day', { owner: undefined, expires: undefined }, ['2:5 waivers[0] has no owner', '2:5 waivers[0] has no expires']],
    ['an owner that is a number', { owner: '42' }, ['5:12 waivers[0].owner is 42']],
    ['a day that is not in the calendar', { expires: '2026-02-29' }, ['6:14 waivers[0].expires is "2026-02-29"']],
    ['a leap day', { expires: '2028-02-29' }, []],
    ['a day the other way round', { expires: '31.12.2026' }, ['6:14 waivers[0].expires is "31.12.2026"']],
    ['a day with a time', { expires: '2026-12-31T00:00:00Z' }, ['6:14 waivers[0].expires is "2026-12-31T00:00:00Z"']],
    ['a month too many', { expires: '2026-13-01' }, ['6:14 waivers[0].expires is "2026-13-01"']],
    ['no end', { expires: 'never' }, ['6:14 waivers[0].expires is "never"']],
    ['a rule that does not exist', { rule: 's3/buckets' }, ['2:11 there is no rule "s3/buckets": did you mean s3/bucket?']],
    ['every rule', { rule: '"*"' }, ['2:11 there is no rule "*"']],
    ['identity', { rule: 'credentials/identity' }, ['2:11 credentials/identity cannot be waived']],
    ['a waiver', { rule: 'policy/expired-waiver' }, ['2:11 policy/expired-waiver cannot be waived']],
    ['a key too many', { ticket: 'OPS-1' }, ['7:5 there is no setting "ticket"']],
  ])('a waiver with %s', (_, changes, expected) => {
    expect(problems(...waiver(changes))).toEqual(expected)
  })

  test('all of them at once, from top to bottom, each with what is expected', () => {
    const all = faults(['fail-on: maybe', 'rules: { network/zone: off }', ...waiver({ owner: undefined, expires: 'soon' })].join('\n'))
    expect(all).toEqual([
      { source: 'policy.yml:1:10', problem: 'fail-on is "maybe"', expected: 'error, warning or never' },
      {
        source: 'policy.yml:2:10',
        problem: 'there is no rule "network/zone": did you mean network/zones?',
        expected: 'a rule that hyperpod-preflight rules lists',
      },
      { source: 'policy.yml:4:5', problem: 'waivers[0] has no owner', expected: 'a waiver with rule, subject, reason, owner, expires' },
      { source: 'policy.yml:7:14', problem: 'waivers[0].expires is "soon"', expected: 'a day of the calendar, YYYY-MM-DD' },
    ])
  })

  test('a file named .json has to be JSON', () => {
    expect(faults('{ "fail-on": "error", }', 'policy.json')).toMatchObject([
      { source: 'policy.json:1:23', expected: 'a policy file in YAML or JSON' },
    ])
  })
})

describe('which file is read', () => {
  const home = process.cwd()
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'policy-'))
    process.chdir(folder)
  })
  afterAll(async () => {
    process.chdir(home)
    await rm(folder, { recursive: true })
  })

  test('the default one need not be there; one that is named must', async () => {
    expect(await readPolicyFile(null, ruleIds)).toEqual({ ok: true, value: null })
    expect(await readPolicyFile('absent.yml', ruleIds)).toEqual({
      ok: false,
      faults: [{ source: 'policy-file', problem: expect.stringMatching(/^absent\.yml: /), expected: 'a policy file in YAML or JSON' }],
    })
  })

  test('the default one is read where it is, and one that is named in its place', async () => {
    await mkdir('.github')
    await writeFile('.github/hyperpod-preflight.yml', 'fail-on: never\n')
    await writeFile('mine.yml', 'fail-on: warning\n')
    const read = async (named: string | null) => {
      const file = await readPolicyFile(named, ruleIds)
      return file.ok ? [file.value?.policy.path, file.value?.policy.failOn] : file.faults
    }
    expect(await read(null)).toEqual(['.github/hyperpod-preflight.yml', 'never'])
    expect(await read('mine.yml')).toEqual(['mine.yml', 'warning'])
    await writeFile('.github/hyperpod-preflight.yml', 'fail-on: nothing\n')
    expect(await read(null)).toMatchObject([{ source: '.github/hyperpod-preflight.yml:1:10' }])
    await rm('.github/hyperpod-preflight.yml')
    await mkdir('.github/hyperpod-preflight.yml')
    expect(await read(null)).toMatchObject([
      { source: 'policy-file', problem: expect.stringMatching(/^\.github\/hyperpod-preflight\.yml: /) },
    ])
  })

  test('a file that is far too large is not read', async () => {
    await writeFile('large.yml', `# ${'x'.repeat(4 * 1024 * 1024)}\n`)
    expect(await readPolicyFile('large.yml', ruleIds)).toMatchObject({ ok: false, faults: [{ source: 'policy-file' }] })
  })
})

describe('the plan under it', () => {
  const inputsOf = (given: Readonly<Record<string, string>>) => {
    const checked = parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: name })))
    if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
    return checked.value
  }
  const file: PolicyFile = { ...nothing, requiredTools: ['helm'], thresholds: { 'spare-addresses': 5 } }

  test('the file fills what the inputs leave open', () => {
    expect(planUnder(file, aPlan(), inputsOf({}))).toEqual(aPlan({ requiredTools: ['helm'], thresholds: { 'spare-addresses': 5 } }))
  })

  test('an input wins', () => {
    const plan = aPlan({ requiredTools: ['aws'] })
    expect(planUnder(file, plan, inputsOf({ 'required-tools': 'aws' })).requiredTools).toEqual(['aws'])
  })

  test('no file, and a file that says nothing, change nothing', () => {
    expect(planUnder(null, aPlan(), inputsOf({}))).toEqual(aPlan())
    expect(planUnder(nothing, aPlan(), inputsOf({}))).toEqual(aPlan())
  })

  test('trusted targets come from the file alone', () => {
    const trustedTargets = [{ id: 'tgw-0a1b2c3d', reason: 'egress VPC', owner: 'network' }]
    expect(planUnder({ ...nothing, trustedTargets }, aPlan(), inputsOf({}))).toEqual(aPlan({ trustedTargets }))
    expect(planUnder(nothing, aPlan({ trustedTargets }), inputsOf({}))).toEqual(aPlan())
  })

  test('thresholds of another file are gone', () => {
    expect(planUnder(nothing, aPlan({ thresholds: { 'spare-addresses': 9 } }), inputsOf({}))).toEqual(aPlan())
  })
})

describe('the published schema', () => {
  const schema = policyJsonSchema(ruleIds)
  const validate = new Ajv({ strict: false }).compile(schema)

  test('takes the example, as the program does', () => {
    expect([validate(parse(example)), validate.errors]).toEqual([true, null])
    expect(parsed(example).policy.waivers).toHaveLength(1)
    expect(example).toMatch(/^# yaml-language-server: \$schema=https:\/\/\S+\/docs\/policy\.schema\.json\n/)
  })

  test('knows every rule, and which of them can be waived', () => {
    for (const id of ruleIds) {
      const waiver = { rule: id, subject: '*', reason: 'r', owner: 'o', expires: '2026-12-31' }
      expect([id, validate({ rules: { [id]: 'error' } })]).toEqual([id, true])
      expect([id, validate({ waivers: [waiver] })]).toEqual([id, !/^(?:policy\/|credentials\/identity$)/.test(id)])
    }
  })

  test.each([
    [{ 'fail-onn': 'error' }],
    [{ rules: { 'network/zone': 'off' } }],
    [{ rules: { 'credentials/identity': 'off' } }],
    [{ waivers: [{ rule: 's3/bucket' }] }],
    [{ waivers: [{ rule: 's3/bucket', subject: ' ', reason: 'r', owner: 'o', expires: '2026-12-31' }] }],
    [{ thresholds: { 'spare-addresses': -1 } }],
    [[]],
  ])('refuses %j, as the program does', (value) => {
    expect(validate(value)).toBe(false)
    expect(faults(JSON.stringify(value))).not.toEqual([])
  })
})
