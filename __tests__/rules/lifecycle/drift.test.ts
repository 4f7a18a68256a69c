import { describe, expect, test } from '@jest/globals'
import type { FileDigest } from '../../../src/model/facts/scripts.ts'
import type { Facts } from '../../../src/model/facts.ts'
import { drift as rule } from '../../../src/rules/lifecycle/drift.ts'
import { aPlan, bucketScriptsOf, denied, findingsOf, known, repositoryScriptsOf, statuses } from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const plan = aPlan({ lifecycleScripts: 'scripts' })
const hash = (letter: string): string => letter.repeat(32)
const digest = (letter: string | null, size: number): FileDigest => ({
  size,
  md5: letter === null ? null : hash(letter),
  multipartEtags: [],
})
const object = (letter: string, size: number) => ({ size, etag: `"${hash(letter)}"` })
const folderOf = (objects: Readonly<Record<string, { readonly size: number; readonly etag: string }>>, prefix = 'hyperpod/') =>
  known({ bucket: 'sagemaker-lifecycle', prefix, objects })

type Given = Parameters<typeof findingsOf>[2]
const here = repositoryScriptsOf({ 'on_create.sh': '', 'utils/motd.txt': '' })
const same = { 'on_create.sh': object('a', 5), 'utils/motd.txt': object('b', 7) }
const inStep: Given = {
  repositoryScripts: here,
  bucketFolders: { [uri]: folderOf(same) },
  repositoryDigests: { 'on_create.sh': digest('a', 5), 'utils/motd.txt': digest('b', 7) },
  objectDigests: { [uri]: known({}) },
}
const judged = (changes: Given, of = plan) => findingsOf(rule, of, { ...inStep, ...changes })
const there = (objects: Facts['bucketFolders'][string] extends infer T ? T : never) => ({ bucketFolders: { [uri]: objects } })

describe('lifecycle/drift', () => {
  test('two copies that are the same', () => {
    expect(judged({})).toMatchObject([
      { status: 'pass', subject: uri, message: `${uri} holds what scripts holds: 2 files compared by content`, evidence: { same: 2 } },
      { status: 'pass', subject: `${uri} only there`, message: `${uri} holds nothing that scripts does not` },
    ])
  })

  test('a file that is longer here is uploaded', () => {
    const [finding] = judged({ repositoryDigests: { 'on_create.sh': digest(null, 9), 'utils/motd.txt': digest('b', 7) } })
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'warning',
      subject: uri,
      message: `${uri} is not what scripts holds: 1 changed (on_create.sh: 9 bytes here, 5 there)`,
      location: { path: 'scripts/on_create.sh', line: 1, column: 1 },
      evidence: { same: 1, changed: ['on_create.sh'], onlyHere: [], notCompared: [] },
    })
    expect(finding?.fix?.commands).toEqual([
      `aws s3 sync scripts ${uri} --region us-west-2 --dryrun`,
      `aws s3 sync scripts ${uri} --region us-west-2`,
    ])
  })

  test('a file of the same size is copied by name: a sync may pass over it', () => {
    const [finding] = judged({
      ...there(folderOf({ ...same, 'utils/motd.txt': object('0', 7) })),
      objectDigests: { [uri]: known({ 'utils/motd.txt': hash('c') }) },
    })
    expect(finding?.message).toBe(`${uri} is not what scripts holds: 1 changed (utils/motd.txt: other content in the same 7 bytes)`)
    expect(finding?.fix?.commands.at(-1)).toBe(`aws s3 cp scripts/utils/motd.txt ${uri}utils/motd.txt --region us-west-2`)
    expect(finding?.fix?.text).toContain('A sync passes over a file of the same size')
  })

  test('many files of the same size are copied as a folder', () => {
    const paths = Array.from({ length: 6 }, (_, at) => `${at}.sh`)
    const [finding] = judged({
      repositoryScripts: repositoryScriptsOf(Object.fromEntries(paths.map((path) => [path, '']))),
      ...there(folderOf(Object.fromEntries(paths.map((path) => [path, object('0', 1)])))),
      repositoryDigests: Object.fromEntries(paths.map((path) => [path, digest('a', 1)])),
      objectDigests: { [uri]: known(Object.fromEntries(paths.map((path) => [path, hash('b')]))) },
    })
    expect(finding?.message).toMatch(/6 changed \(0\.sh: .* and 1 more\)$/)
    expect(finding?.fix?.commands.at(-1)).toBe(`aws s3 cp scripts ${uri} --recursive --region us-west-2`)
  })

  describe('a checkout on Windows, with carriage returns that git does not have', () => {
    const checkout = (objectText: string, others: Readonly<Record<string, ReturnType<typeof object>>> = {}): Given => ({
      repositoryScripts: {
        ...here,
        files: { 'on_create.sh': { kind: 'text', text: 'a\r\nb\r\n', executable: null, inGit: 'lf' } },
      },
      repositoryDigests: { 'on_create.sh': digest(null, 6), 'utils/motd.txt': digest('b', 7) },
      bucketFolders: { [uri]: folderOf({ ...same, ...others }) },
      bucketScripts: bucketScriptsOf({ 'on_create.sh': objectText }),
    })

    test('is what the bucket holds where git has the same', () => {
      expect(judged(checkout('a\nb\n'))).toMatchObject([{ status: 'pass', evidence: { same: 2 } }, { status: 'pass' }])
    })

    test('is never uploaded where it has not', () => {
      const [changed, more] = judged(checkout('other', { 'old.sh': object('c', 1) }))
      expect(changed).toMatchObject({ status: 'fail', evidence: { changed: ['on_create.sh'] } })
      for (const { fix } of [changed, more].filter((finding) => finding !== undefined)) {
        expect(fix?.commands).not.toEqual([])
        for (const line of fix?.commands ?? []) expect(line).toContain('--exclude on_create.sh')
        expect(fix?.text).toContain(
          '1 file of this checkout (on_create.sh) has Windows line endings that git does not have, and is left out',
        )
      }
    })
  })

  test('a file that is only here is uploaded; so is everything to an empty folder', () => {
    expect(judged(there(folderOf({ 'on_create.sh': object('a', 5) })))).toMatchObject([
      {
        status: 'fail',
        message: `${uri} is not what scripts holds: 1 only here (utils/motd.txt)`,
        location: { path: 'scripts/utils/motd.txt' },
      },
      { status: 'pass' },
    ])
    expect(judged(there(folderOf({})))).toMatchObject([
      { status: 'fail', message: `${uri} is not what scripts holds: 2 only here (on_create.sh, utils/motd.txt)` },
      { status: 'pass' },
    ])
  })

  test('an object that is only there: --delete, and what it deletes', () => {
    const [first, second] = judged(there(folderOf({ ...same, 'old.sh': object('c', 1), 'utils/.DS_Store': object('d', 1) })))
    expect(first?.status).toBe('pass')
    expect(second).toMatchObject({
      status: 'fail',
      severity: 'warning',
      subject: `${uri} only there`,
      message: `1 object of ${uri} is not in scripts: old.sh`,
      evidence: { onlyThere: ['old.sh'] },
    })
    expect(second?.fix?.text).toContain('deletes 1 object that it does not hold (old.sh)')
    const sync = `aws s3 sync scripts ${uri} --region us-west-2 --delete --exclude .DS_Store --exclude '.DS_Store/*' --exclude '*/.DS_Store' --exclude '*/.DS_Store/*'`
    expect(second?.fix?.commands).toEqual([`${sync} --dryrun`, sync])
  })

  test('without a file in common nothing is deleted: the folders may not be copies of each other', () => {
    const [first, second] = judged(there(folderOf({ 'a.csv': object('a', 1), 'b.csv': object('a', 1) })))
    expect(first?.status).toBe('fail')
    expect(second).toMatchObject({ status: 'fail', message: `2 objects of ${uri} are not in scripts: a.csv, b.csv` })
    expect(second?.fix?.commands).toEqual([`aws s3 ls --recursive ${uri} --region us-west-2`])
  })

  test('long lists are counted in the message and cut in the evidence', () => {
    const objects = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`${1000 + at}.csv`, object('a', 1)]))
    const [, finding] = judged(there(folderOf({ ...same, ...objects })))
    expect(finding?.message).toMatch(/^150 objects .*: 1000\.csv, 1001\.csv, 1002\.csv, 1003\.csv, 1004\.csv and 145 more$/)
    expect(finding?.evidence?.['onlyThere']).toHaveLength(101)
  })

  test('a link that leaves the folder is kept out of the upload, and what is stored under its name is not judged', () => {
    const scripts = repositoryScriptsOf({
      'on_create.sh': '',
      'utils/motd.txt': '',
      'key[1]': { refused: 'a link', cause: 'link-outside' },
      round: { refused: 'a link', cause: 'link-loop' },
    })
    const objects = { 'on_create.sh': object('a', 6), 'utils/motd.txt': object('b', 7), 'key[1]': object('c', 1), 'old.sh': object('c', 1) }
    const [first, second] = judged({ repositoryScripts: scripts, ...there(folderOf(objects)) })
    expect(first?.message).toBe(
      `${uri} is not what scripts holds: 1 changed (on_create.sh: 5 bytes here, 6 there); 1 could not be compared (key[1])`,
    )
    expect(first?.fix?.commands[0]).toBe('git rm -- scripts/round')
    expect(first?.fix?.commands[2]).toBe(`aws s3 sync scripts ${uri} --region us-west-2 --exclude 'key[[]1]' --exclude 'key[[]1]/*'`)
    expect(second?.fix?.commands[2]).toBe(
      `aws s3 sync scripts ${uri} --region us-west-2 --delete --exclude 'key[[]1]' --exclude 'key[[]1]/*' --exclude round --exclude 'round/*'`,
    )
  })

  test('what nothing proves the same or different is unknown, never a pass', () => {
    const kms = there(folderOf({ ...same, 'on_create.sh': object('0', 5) }))
    expect(judged(kms)).toMatchObject([
      {
        status: 'unknown',
        severity: 'warning',
        message: expect.stringMatching(/^1 file of s3:.* could not be compared: nothing that S3 says .* \(on_create\.sh\)$/),
        gap: { reason: 'unsupported' },
        evidence: { notCompared: ['on_create.sh'] },
      },
      { status: 'pass' },
    ])
    expect(judged({ ...kms, objectDigests: { [uri]: denied('s3:GetObject') } })).toMatchObject([
      { status: 'unknown', gap: { reason: 'denied', action: 's3:GetObject' } },
      { status: 'pass' },
    ])
  })

  test('a gap that no file needed is none', () => {
    expect(statuses(judged({ objectDigests: denied('s3:GetObject') }))).toEqual([`pass ${uri}`, `pass ${uri} only there`])
    expect(statuses(judged({ repositoryDigests: denied('none') }))).toEqual([`unknown ${uri}`, `pass ${uri} only there`])
  })

  test('a bucket that does not exist is skipped, a folder that was not listed is unknown', () => {
    expect(statuses(judged(there(known(null))))).toEqual([`skipped ${uri}`])
    expect(judged(there(denied('s3:ListBucket')))).toMatchObject([{ status: 'unknown', subject: uri, gap: { action: 's3:ListBucket' } }])
  })

  describe('several folders', () => {
    const nested = { bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/eks/', location: null }
    const two = aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [...aPlan().lifecycleSources, nested] })
    const nestedUri = 's3://sagemaker-lifecycle/hyperpod/eks/'

    test('each is compared; what belongs to another is neither judged nor deleted', () => {
      const findings = judged(
        {
          bucketFolders: {
            [uri]: folderOf({ ...same, 'eks/on_create.sh': object('z', 1), 'old.sh': object('c', 1) }),
            [nestedUri]: folderOf({ 'on_create.sh': object('z', 1) }, 'hyperpod/eks/'),
          },
          objectDigests: { [uri]: known({}), [nestedUri]: known({}) },
        },
        two,
      )
      expect(statuses(findings)).toEqual([`pass ${uri}`, `fail ${uri} only there`, `fail ${nestedUri}`, `pass ${nestedUri} only there`])
      expect(findings[1]?.fix?.commands.at(-1)).toBe(`aws s3 sync scripts ${uri} --region us-west-2 --delete --exclude 'eks/*'`)
    })

    test('one without a file in common holds other scripts', () => {
      const findings = judged(
        {
          bucketFolders: { [uri]: folderOf(same), [nestedUri]: folderOf({ 'main.py': object('z', 1) }, 'hyperpod/eks/') },
          objectDigests: { [uri]: known({}), [nestedUri]: known({}) },
        },
        two,
      )
      expect(statuses(findings)).toEqual([`pass ${uri}`, `pass ${uri} only there`, `skipped ${nestedUri}`])
    })
  })

  test.each([
    ['no folder of the repository', aPlan()],
    ['no folder in S3', aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] })],
  ])('%s: skipped', (_, of) => {
    expect(statuses(findingsOf(rule, of, inStep)).map((status) => status.split(' ')[0])).toEqual(['skipped'])
  })
})
