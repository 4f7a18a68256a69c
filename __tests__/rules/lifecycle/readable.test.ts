import { describe, expect, test } from '@jest/globals'
import type { RefusalCause } from '../../../src/model/facts/scripts.ts'
import { readable as rule } from '../../../src/rules/lifecycle/readable.ts'
import { aPlan, bucketScriptsOf, denied, findingsOf, repositoryScriptsOf, statuses } from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
type Scripts = Parameters<typeof repositoryScriptsOf>[0]
const local = aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] })
const inRepository = (scripts: Scripts, plan = local) =>
  findingsOf(rule, plan, { repositoryScripts: repositoryScriptsOf(scripts), bucketScripts: {} })
const inBucket = (scripts: Scripts) => findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: bucketScriptsOf(scripts) })
const refused = (cause: RefusalCause, reason = 'a reason') => ({ refused: reason, cause })

describe('lifecycle/readable', () => {
  test('a folder whose scripts were all read passes, once', () => {
    expect(inRepository({ 'on_create.sh': '', 'utils/a.sh': '' })).toMatchObject([
      { status: 'pass', subject: 'scripts', message: 'all 2 scripts of scripts could be read', evidence: { scripts: 2 } },
    ])
    expect(statuses(inBucket({ 'on_create.sh': '' }))).toEqual([`pass ${uri}`])
  })

  test.each<[RefusalCause, string, 'fail' | 'unknown', string, readonly string[]]>([
    [
      'link-outside',
      'it is a link that leaves the folder',
      'fail',
      '; aws s3 sync follows it and uploads what it leads to',
      ['ls -l -- scripts/on_create.sh', 'git rm -- scripts/on_create.sh'],
    ],
    [
      'link-broken',
      'it is a link that leads nowhere',
      'fail',
      '; aws s3 sync leaves it out',
      ['ls -l -- scripts/on_create.sh', 'git rm -- scripts/on_create.sh'],
    ],
    [
      'link-loop',
      'it is a link to a folder that holds it',
      'fail',
      '; aws s3 sync follows it over and over',
      ['ls -l -- scripts/on_create.sh', 'git rm -- scripts/on_create.sh'],
    ],
    ['kind', 'it is a pipe, a socket or a device, not a file', 'fail', '; aws s3 sync leaves it out', ['ls -l -- scripts/on_create.sh']],
    ['size', 'it has 2000000 bytes', 'fail', '', ['ls -l -- scripts/on_create.sh']],
    ['encoding', 'it is not UTF-8 text', 'fail', '', ['file -- scripts/on_create.sh']],
    ['name', 'its name is not UTF-8', 'fail', '', ['ls -l -- scripts/on_create.sh']],
    ['access', 'it cannot be opened (EACCES)', 'unknown', '', []],
    ['bound', 'the folder holds more', 'unknown', '', []],
  ])('an entry point refused as %s', (cause, reason, status, consequence, commands) => {
    const findings = inRepository({ 'on_create.sh': refused(cause, reason), 'utils/a.sh': '' })
    expect(findings).toMatchObject([
      {
        status,
        severity: 'error',
        subject: 'scripts/on_create.sh',
        message: `scripts/on_create.sh was not checked: ${reason}${consequence}`,
        location: { path: 'scripts/on_create.sh', line: 1, column: 1 },
      },
    ])
    expect(findings[0]?.fix?.commands).toEqual(commands)
  })

  test('what no group starts is a warning', () => {
    const findings = inRepository({ 'on_create.sh': '', 'utils/a.sh': refused('size'), 'utils/b.sh': refused('access') })
    expect(findings).toMatchObject([
      { status: 'fail', severity: 'warning', subject: 'scripts/utils/a.sh' },
      { status: 'unknown', severity: 'warning', subject: 'scripts/utils/b.sh' },
    ])
  })

  test('the parameters are an error where Slurm may be set up from them', () => {
    const scripts = { 'on_create.sh': '', 'provisioning_parameters.json': refused('encoding') }
    expect(inRepository(scripts)).toMatchObject([{ severity: 'error', subject: 'scripts/provisioning_parameters.json' }])
    const eks = aPlan({ ...local, orchestrator: { kind: 'eks', cluster: null } })
    expect(inRepository(scripts, eks)).toMatchObject([{ severity: 'warning', subject: 'scripts/provisioning_parameters.json' }])
  })

  test('scripts beyond what is read are one finding', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`a${at}.sh`, refused('bound', 'the folder holds too many')]))
    expect(inBucket({ 'on_create.sh': '', ...many })).toMatchObject([
      {
        status: 'unknown',
        severity: 'warning',
        subject: uri,
        message: `30 scripts of ${uri} were not checked, the first is a0.sh: the folder holds too many`,
        evidence: { notRead: 30 },
      },
    ])
  })

  test('an object is looked up where it is', () => {
    const [finding] = inBucket({ 'on_create.sh': refused('size') })
    expect(finding).toMatchObject({ status: 'fail', severity: 'error', subject: `${uri}on_create.sh` })
    expect(finding?.fix?.commands).toEqual([`aws s3 ls ${uri}on_create.sh`])
  })

  test('a folder that could not be had is unknown, a plan without scripts is skipped', () => {
    const closed = findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: { [uri]: denied('s3:GetObject') } })
    expect(closed).toMatchObject([{ status: 'unknown', gap: { action: 's3:GetObject' } }])
    const none = findingsOf(rule, aPlan({ lifecycleSources: [] }), { repositoryScripts: null, bucketScripts: {} })
    expect(none).toMatchObject([{ status: 'skipped' }])
  })
})
