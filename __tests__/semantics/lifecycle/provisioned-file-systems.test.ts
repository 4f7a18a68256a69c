import { describe, expect, test } from '@jest/globals'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import {
  fileSystemMentions,
  mayNameFileSystems,
  mayProvisionFileSystems,
} from '../../../src/semantics/lifecycle/provisioned-file-systems.ts'
import { aGroup, aPlan, aRequest, aScriptedGroup, bucketScriptsOf, denied, known, repositoryScriptsOf } from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const file = 'provisioning_parameters.json'
const lustre = 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com'
const zfs = 'fs-0fedcba9876543210.fsx.us-west-2.amazonaws.com'
const text = `{
  "version": "1.0.0",
  "fsx_dns_name": "${lustre}",
  "fsx_mountname": "fsxmount",
  "fsx_openzfs_dns_name": "${zfs}"
}
`
const inBucket = (scripts: Parameters<typeof bucketScriptsOf>[0], changes: Partial<Plan> = {}) =>
  fileSystemMentions(aPlan(changes), { repositoryScripts: known(null), bucketScripts: known(bucketScriptsOf(scripts)) })

describe('whether a plan can name file systems', () => {
  const folder = { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location: null }
  test.each<readonly [string, Partial<Plan>, boolean, boolean?]>([
    ['Slurm that is unstated', {}, true],
    ['legacy Slurm', { orchestrator: { kind: 'slurm', configuration: 'legacy' } }, true],
    ['an unstated orchestrator', { orchestrator: { kind: 'unstated' } }, true],
    ['a folder of the repository alone', { lifecycleSources: [], lifecycleScripts: 'scripts' }, true],
    ['Slurm in the request', { orchestrator: { kind: 'slurm', configuration: 'api' } }, false, true],
    ['EKS', { orchestrator: { kind: 'eks', cluster: null } }, false],
    ['no scripts', { lifecycleSources: [] }, false],
    ['a request that runs none of them', { request: aRequest(), lifecycleSources: [folder], instanceGroups: [aGroup()] }, false],
    ['a request that runs some', { request: aRequest(), instanceGroups: [aScriptedGroup()] }, true],
  ])('%s', (_, changes, mayProvision, mayName = mayProvision) => {
    expect(mayProvisionFileSystems(aPlan(changes))).toBe(mayProvision)
    expect(mayNameFileSystems(aPlan(changes))).toBe(mayName)
  })
})

test('each name with its line and column: of the file in the repository, of the folder in the request for S3', () => {
  const location = { path: 'cluster.json', line: 11, column: 9 }
  const plan = aPlan({
    lifecycleScripts: './scripts',
    lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location }],
    request: aRequest(),
    instanceGroups: [aScriptedGroup()],
  })
  const facts = {
    repositoryScripts: known(repositoryScriptsOf({ [file]: text }, './scripts')),
    bucketScripts: known(bucketScriptsOf({ [file]: text })),
  }
  const { mentions, unread } = fileSystemMentions(plan, facts)
  expect(unread).toEqual([])
  const own = { path: `scripts/${file}`, line: 4, column: 20 }
  expect(mentions).toMatchObject([
    {
      by: 'parameters',
      type: 'lustre',
      fileSystemId: 'fs-0123456789abcdef0',
      dnsName: { field: 'fsx_dns_name', value: lustre, place: `scripts/${file}, line 3,`, location: { line: 3, column: 19 } },
      mountName: { field: 'fsx_mountname', value: 'fsxmount', place: `scripts/${file}, line 4,`, location: own },
      instanceGroups: ['worker-1'],
      unmounted: null,
    },
    { type: 'openzfs', fileSystemId: 'fs-0fedcba9876543210', mountName: null },
    { type: 'lustre', mountName: { place: `${uri}${file}, line 4,`, location }, instanceGroups: ['worker-1'], location },
    { type: 'openzfs', location },
  ])
})

test.each<readonly [string, string]>([
  ['no field', '{}'],
  ['empty', '{"fsx_dns_name": "", "fsx_openzfs_dns_name": ""}'],
  ['null', '{"fsx_dns_name": null}'],
  ['a mount name alone', '{"fsx_mountname": "fsx"}'],
  ['no text', '{"fsx_dns_name": 7}'],
  ['no object', '["fsx_dns_name"]'],
])('names nothing: %s', (_, content) => {
  expect(inBucket({ [file]: content })).toEqual({ mentions: [], unread: [] })
})

describe('config.py turns OpenZFS on', () => {
  test.each<readonly [string, string, boolean]>([
    ['off', 'class Config:\n    enable_fsx_openzfs = False\n', true],
    ['on', 'class Config:\n    enable_fsx_openzfs = True\n', false],
    ['in a comment', '# enable_fsx_openzfs = False\n', false],
    ['by something else', 'class Config:\n    enable_fsx_openzfs = wanted()\n', false],
  ])('%s', (_, config, off) => {
    const { mentions } = inBucket({ [file]: text, 'config.py': config })
    expect(mentions.map(({ type, unmounted }) => [type, unmounted !== null])).toEqual([
      ['lustre', false],
      ['openzfs', off],
    ])
  })
})

describe('what could not be read', () => {
  test.each<readonly [string, Partial<Pick<Facts, 'bucketScripts'>>, string, object | null]>([
    ['not JSON', { bucketScripts: bucketScriptsOf({ [file]: '{,}' }) }, `${uri}${file}`, null],
    [
      'too large',
      { bucketScripts: bucketScriptsOf({ [file]: { refused: '2 MiB' } }) },
      `${uri}${file}`,
      { reason: 'unsupported', message: `${uri}${file} was not read: 2 MiB` },
    ],
    ['denied', { bucketScripts: { [uri]: denied('s3:GetObject') } }, uri, { action: 's3:GetObject' }],
    ['not collected', { bucketScripts: {} }, uri, { message: expect.stringContaining('was not collected') }],
  ])('%s', (_, { bucketScripts = {} }, subject, gap) => {
    const read = fileSystemMentions(aPlan(), { repositoryScripts: known(null), bucketScripts: known(bucketScripts) })
    expect(read).toMatchObject({ mentions: [], unread: [{ subject, gap }] })
  })

  test('a bucket, or a file, that does not exist names nothing', () => {
    expect(inBucket({ 'on_create.sh': '' })).toEqual({ mentions: [], unread: [] })
    const facts = { repositoryScripts: known(null), bucketScripts: known({ [uri]: known(null) }) }
    expect(fileSystemMentions(aPlan(), facts)).toEqual({ mentions: [], unread: [] })
  })

  test('nothing is read where the file means nothing', () => {
    const facts = { repositoryScripts: denied('none'), bucketScripts: denied('s3:GetObject') }
    expect(fileSystemMentions(aPlan({ orchestrator: { kind: 'eks', cluster: null } }), facts)).toEqual({ mentions: [], unread: [] })
  })
})

describe('what scripts name', () => {
  const id = 'fs-0123456789abcdef0'
  const dns = `${id}.fsx.us-west-2.amazonaws.com`
  const named = (text: string, others: Record<string, string> = {}) =>
    inBucket({ 'on_create.sh': `#!/bin/bash\n${text}\n`, ...others }).mentions.map(({ fileSystemId, dnsName, mountName }) =>
      [fileSystemId, dnsName?.value, mountName?.value].filter((each) => each !== undefined).join(' '),
    )

  test.each([
    [`mount -t lustre ${dns}@tcp:/abcdefgh /fsx`, `${id} ${dns} abcdefgh`],
    [`sudo mount -t lustre -o noatime ${dns}@tcp:/abcdefgh /fsx`, `${id} ${dns} abcdefgh`],
    [`FSX_DNS=${dns}`, `${id} ${dns}`],
    [`export FSX_ID="${id}"`, id],
    [`LUSTRE_ID=${id}\nls`, id],
    [`mount -t lustre ${id}@tcp:/a /fsx`, id],
    [`bash ./mount.sh ${dns}`, `${id} ${dns}`],
  ])('%s', (text, expected) => {
    expect(named(text)).toEqual([expected])
  })

  test.each([
    [`mount -t efs ${id}:/ /efs`],
    [`EFS_ID=${id}`],
    [`FS_ID=${id}`],
    [`mount -t nfs4 ${id}.efs.us-west-2.amazonaws.com:/ /efs`],
    [`echo ${dns}`],
    [`# mount -t lustre ${dns}@tcp:/a /fsx`],
    [`f() { mount -t lustre ${dns}@tcp:/a /fsx; }\ntrue`],
    [`if [ -d /a ]; then mount -t lustre ${dns}@tcp:/a /fsx; fi`],
    ['mount -t lustre fs-xxxxxxxx@tcp:/a /fsx'],
  ])('no file system of FSx that every node mounts: %s', (text) => {
    expect(named(text)).toEqual([])
  })

  test('in scripts that every node comes by, with the place', () => {
    const mount = `mount -t lustre ${dns}@tcp:/abcdefgh /fsx`
    const { mentions } = inBucket({ 'on_create.sh': 'bash b.sh', 'b.sh': `ls\n${mount}`, 'aside.sh': mount })
    expect(mentions).toMatchObject([
      { by: 'script', place: 's3://sagemaker-lifecycle/hyperpod/b.sh, line 2,', mountName: { field: 'the mount name in the script' } },
    ])
  })

  test('not on EKS, where pods mount file systems', () => {
    expect(inBucket({ 'on_create.sh': `FSX_ID=${id}` }, { orchestrator: { kind: 'eks', cluster: null } }).mentions).toEqual([])
  })
})
