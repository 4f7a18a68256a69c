import { describe, expect, test } from '@jest/globals'
import { entryPoint as rule } from '../../../src/rules/lifecycle/entry-point.ts'
import {
  aGroup,
  aPlan,
  aRequest,
  aScriptedGroup,
  bucketFoldersOf,
  denied,
  findingsOf,
  known,
  repositoryScriptsOf,
  statuses,
} from '../../builders.ts'

const request = aRequest()
const uri = 's3://sagemaker-lifecycle/hyperpod/'
const inRequest = { path: 'cluster.json', line: 12, column: 9 }
const none = { repositoryScripts: null }
const judge = (plan = aPlan(), ...paths: readonly string[]) => findingsOf(rule, plan, { ...none, bucketFolders: bucketFoldersOf(...paths) })

describe('lifecycle/entry-point', () => {
  test.each<[string, readonly string[], string]>([
    ['there', ['on_create.sh', 'config.py'], 'pass'],
    ['an empty folder', [], 'fail'],
    ['another spelling', ['On_Create.sh'], 'fail'],
    ['deeper', ['hyperpod/on_create.sh'], 'fail'],
    ['another name', ['setup.sh'], 'fail'],
  ])('%s', (_, paths, status) => {
    expect(statuses(judge(aPlan(), ...paths))).toEqual([`${status} ${uri}on_create.sh`])
  })

  test.each<[readonly string[], string, readonly string[]]>([
    [
      ['On_Create.sh', 'other.sh'],
      `; there is On_Create.sh, names are case-sensitive`,
      [`aws s3 mv ${uri}On_Create.sh ${uri}on_create.sh --region us-west-2`],
    ],
    [
      ['lib/on_create.sh', 'on_create.sh '],
      '; there is on_create.sh, and spaces around a name belong to it',
      [`aws s3 mv '${uri}on_create.sh ' ${uri}on_create.sh --region us-west-2`],
    ],
    [
      ['base/On_Create.sh', 'lib/on_create.sh'],
      '; there is lib/on_create.sh',
      [`aws s3 mv ${uri}lib/on_create.sh ${uri}on_create.sh --region us-west-2`],
    ],
    [
      ['base/On_Create.sh', 'base/other.sh'],
      '; there is base/On_Create.sh',
      [`aws s3 mv ${uri}base/On_Create.sh ${uri}on_create.sh --region us-west-2`],
    ],
    [
      ['base-config/on_create.sh'],
      '; there is base-config/on_create.sh',
      [`aws s3 mv ${uri}base-config/on_create.sh ${uri}on_create.sh --region us-west-2`],
    ],
    [
      ['a.sh', 'lib/b.sh', 'c.txt'],
      '; there are a.sh',
      [`aws s3 cp ./on_create.sh ${uri}on_create.sh --region us-west-2`, `aws s3 ls --recursive ${uri} --region us-west-2`],
    ],
    [
      ['a.sh', 'b.bash', 'c.py', 'd.sh', 'e.sh', 'f.sh.bak'],
      '; there are a.sh, b.bash, c.py, d.sh, e.sh',
      [`aws s3 cp ./on_create.sh ${uri}on_create.sh --region us-west-2`, `aws s3 ls --recursive ${uri} --region us-west-2`],
    ],
    [
      ['a.sh', 'b.sh', 'c.sh', 'd.sh', 'e.sh', 'f.sh'],
      '; there are a.sh, b.sh, c.sh, d.sh, e.sh and 1 more',
      [`aws s3 cp ./on_create.sh ${uri}on_create.sh --region us-west-2`, `aws s3 ls --recursive ${uri} --region us-west-2`],
    ],
    [['a.txt'], '', [`aws s3 cp ./on_create.sh ${uri}on_create.sh --region us-west-2`, `aws s3 ls --recursive ${uri} --region us-west-2`]],
    [
      [],
      ': nothing is stored under it',
      [`aws s3 cp ./on_create.sh ${uri}on_create.sh --region us-west-2`, `aws s3 ls --recursive ${uri} --region us-west-2`],
    ],
  ])('with %j it says what is there and how to mend it', (paths, said, commands) => {
    const [finding] = judge(aPlan(), ...paths)
    expect(finding?.message).toBe(`on_create.sh is not in ${uri} (the plan names no script, so the customary name is looked for)${said}`)
    expect(finding?.fix?.commands).toEqual(commands)
    expect(finding?.evidence).toEqual({ objects: paths.length })
  })

  test('there it passes with its size, at the place that names it', () => {
    const plan = aPlan({ request, instanceGroups: [aScriptedGroup()] })
    expect(judge(plan, 'on_create.sh')).toEqual([
      {
        rule: 'lifecycle/entry-point',
        status: 'pass',
        severity: 'error',
        subject: `${uri}on_create.sh`,
        message: `${uri}on_create.sh exists`,
        evidence: { sizeBytes: 120 },
        location: inRequest,
      },
    ])
  })

  test.each([
    ['in the request', aPlan({ request, instanceGroups: [aScriptedGroup()] }), 'correct OnCreate in the request'],
    ['nowhere', aPlan(), 'give the request file, which names the script'],
  ])('what else may be done, where the script is named %s', (_, plan, otherwise) => {
    expect(judge(plan, 'On_Create.sh')[0]?.fix?.text).toBe(`Move the object to the name that is asked for, or ${otherwise}.`)
    expect(judge(plan)[0]?.fix?.text).toBe(
      `Upload the folder of your lifecycle scripts, with on_create.sh directly in it, or ${otherwise}.`,
    )
  })

  test('the script that the request names is looked for, at the place where it names it', () => {
    const plan = aPlan({ request, instanceGroups: [aScriptedGroup('setup.sh', { name: 'a' }), aScriptedGroup('setup.sh', { name: 'b' })] })
    const [finding, ...others] = judge(plan, 'on_create.sh')
    expect(others).toEqual([])
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', location: { path: 'cluster.json', line: 12, column: 9 } })
    expect(finding?.message).toBe(`setup.sh is not in ${uri}, OnCreate of a, b asks for it; there are on_create.sh`)
  })

  test('a name with spaces and quotes is quoted in the command', () => {
    const [finding] = judge(aPlan({ request, instanceGroups: [aScriptedGroup("it's here.sh")] }))
    expect(finding?.fix?.commands[0]).toBe(`aws s3 cp './it'\\''s here.sh' '${uri}it'\\''s here.sh' --region us-west-2`)
  })

  test('where the repository has it, the folder is uploaded', () => {
    const plan = aPlan({ request, instanceGroups: [aScriptedGroup()], lifecycleScripts: 'scripts' })
    const findings = findingsOf(rule, plan, {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '#!/bin/bash\n' }),
      bucketFolders: bucketFoldersOf(),
    })
    expect(findings).toMatchObject([
      { status: 'pass', subject: 'scripts/on_create.sh', message: 'scripts holds on_create.sh', location: inRequest },
      {
        status: 'fail',
        subject: `${uri}on_create.sh`,
        fix: { text: 'Upload scripts: it holds on_create.sh.', commands: [`aws s3 sync scripts ${uri} --region us-west-2`] },
        location: inRequest,
      },
    ])
  })

  describe('absent in the repository', () => {
    const inRepository = (scripts: Parameters<typeof repositoryScriptsOf>[0], plan = aPlan({ lifecycleSources: [] })) =>
      findingsOf(
        rule,
        { ...plan, lifecycleScripts: './scripts' },
        { repositoryScripts: repositoryScriptsOf(scripts, './scripts'), bucketFolders: bucketFoldersOf('on_create.sh') },
      )

    test('is an error, with the near file to rename', () => {
      expect(inRepository({ 'base/on_create.sh': '' })).toMatchObject([
        {
          status: 'fail',
          severity: 'error',
          subject: 'scripts/on_create.sh',
          message:
            'on_create.sh is not in ./scripts (the plan names no script, so the customary name is looked for); there is base/on_create.sh',
          fix: {
            text: 'Rename base/on_create.sh, or give the request file, which names the script.',
            commands: ['git mv -- scripts/base/on_create.sh scripts/on_create.sh'],
          },
          evidence: { files: 1 },
        },
      ])
    })

    test('is an error beside one folder in S3, with nothing like it to add', () => {
      const plan = aPlan({ request, instanceGroups: [aScriptedGroup()] })
      expect(inRepository({ 'setup.sh': '', 'config.py': '' }, plan)[0]).toMatchObject({
        status: 'fail',
        severity: 'error',
        message: 'on_create.sh is not in ./scripts, OnCreate of worker-1 asks for it; there are config.py, setup.sh',
        fix: {
          text: 'Add on_create.sh to ./scripts, or correct OnCreate in the request.',
          commands: ['git ls-files -- ./scripts'],
        },
        evidence: { files: 2 },
        location: inRequest,
      })
    })
  })

  test('a folder of the repository that was not read is unknown for every entry point', () => {
    const plan = aPlan({ request, instanceGroups: [aScriptedGroup()], lifecycleScripts: 'scripts', lifecycleSources: [] })
    expect(findingsOf(rule, plan, { repositoryScripts: denied('none'), bucketFolders: {} })).toMatchObject([
      { status: 'unknown', severity: 'error', subject: 'scripts/on_create.sh', location: inRequest },
    ])
  })

  test('with several folders in S3 a script that the repository lacks is a warning: it may belong to another', () => {
    const source = { bucket: 'sagemaker-other', prefix: '', location: null }
    const instanceGroups = [
      aScriptedGroup('on_create.sh', { name: 'a' }),
      aGroup({ name: 'b', lifecycle: { mode: 'custom', source, script: 'other.sh', location: null } }),
    ]
    const plan = aPlan({ request, instanceGroups, lifecycleSources: [...aPlan().lifecycleSources, source], lifecycleScripts: 'scripts' })
    const findings = findingsOf(rule, plan, {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': '' }),
      bucketFolders: { ...bucketFoldersOf('on_create.sh'), 's3://sagemaker-other/': denied('s3:ListBucket') },
    })
    expect(findings.map(({ status, severity, subject }) => `${status} ${severity} ${subject}`)).toEqual([
      'pass error scripts/on_create.sh',
      'fail warning scripts/other.sh',
      `pass error ${uri}on_create.sh`,
      'unknown error s3://sagemaker-other/other.sh',
    ])
  })

  test('an absent bucket is skipped and named', () => {
    const location = { path: 'cluster.json', line: 11, column: 9 }
    const plan = aPlan({ lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location }] })
    expect(findingsOf(rule, plan, { ...none, bucketFolders: { [uri]: known(null) } })).toMatchObject([
      { status: 'skipped', subject: uri, message: 'bucket sagemaker-lifecycle does not exist: s3/bucket reports it', location },
    ])
  })

  test('a folder from which no group runs anything is skipped', () => {
    const unused = { bucket: 'sagemaker-other', prefix: '', location: null }
    const plan = aPlan({ request, instanceGroups: [aScriptedGroup()], lifecycleSources: [unused] })
    expect(judge(plan)).toMatchObject([
      {
        status: 'skipped',
        subject: 's3://sagemaker-other/',
        message: 'no instance group of the request runs a script from s3://sagemaker-other/',
      },
    ])
  })

  test('a listing that was denied as a whole is unknown for every entry point', () => {
    const plan = aPlan({ request, instanceGroups: [aScriptedGroup('a.sh'), aScriptedGroup('b.sh')] })
    const findings = findingsOf(rule, plan, { ...none, bucketFolders: denied('s3:ListBucket') })
    const gap = { action: 's3:ListBucket' }
    expect(findings).toMatchObject([
      { status: 'unknown', subject: `${uri}a.sh`, gap, location: inRequest },
      { status: 'unknown', subject: `${uri}b.sh`, gap, location: inRequest },
    ])
  })

  test('AMI-based plans are skipped', () => {
    expect(statuses(judge(aPlan({ request, lifecycleSources: [] })))).toEqual(['skipped plan'])
  })

  test('a key that is a name of Object.prototype is not taken for a script', () => {
    expect(statuses(judge(aPlan({ request, instanceGroups: [aScriptedGroup('constructor')] })))).toEqual([`fail ${uri}constructor`])
  })
})
