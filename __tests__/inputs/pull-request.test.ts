import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseInputs } from '../../src/inputs/parse.ts'
import { commentIdOf, readPullRequestRun, repositoryPath, touchesAny } from '../../src/inputs/pull-request.ts'
import type { Inputs } from '../../src/inputs/table.ts'
import { aRun } from '../github/run.ts'

const folderOf = (files: readonly string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-checkout-'))
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true })
    writeFileSync(join(folder, file), '')
  }
  return folder
}

const environmentOf = (event: unknown, changes: Readonly<Record<string, string | undefined>> = {}) => {
  const path = join(folderOf([]), 'event.json')
  writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event))
  return {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: path,
    GITHUB_REPOSITORY: 'octocat/clusters',
    GITHUB_RUN_ID: '42',
    GITHUB_JOB: 'check',
    ...changes,
  }
}

const event = { pull_request: { number: 7, head: { sha: 'c0ffee', repo: { full_name: 'octocat/clusters' } } } }

describe('the run of a pull request', () => {
  test('is what the runner says', async () => {
    expect(await readPullRequestRun(environmentOf(event))).toMatchObject({
      repository: 'octocat/clusters',
      number: 7,
      head: { repository: 'octocat/clusters', sha: 'c0ffee' },
      isFromFork: false,
      job: 'check',
      apiUrl: 'https://api.github.com',
      runUrl: 'https://github.com/octocat/clusters/actions/runs/42',
    })
  })

  test('on an enterprise server is at its addresses', async () => {
    const environment = environmentOf(event, { GITHUB_SERVER_URL: 'https://ghe.example/', GITHUB_API_URL: 'https://ghe.example/api/v3/' })
    expect(await readPullRequestRun(environment)).toMatchObject({
      serverUrl: 'https://ghe.example',
      apiUrl: 'https://ghe.example/api/v3',
      runUrl: 'https://ghe.example/octocat/clusters/actions/runs/42',
    })
  })

  test.each([
    ['a fork', { full_name: 'mallory/clusters' }, 'mallory/clusters'],
    ['a fork that was deleted', null, null],
  ])('may come from %s', async (_, repo, repository) => {
    const run = await readPullRequestRun(environmentOf({ pull_request: { number: 7, head: { sha: 'c0ffee', repo } } }))
    expect(run).toMatchObject({ isFromFork: true, head: { repository } })
  })

  test.each(['push', 'workflow_run', 'pull_request_target', 'pull_request_review', undefined])('is none on %s', async (name) => {
    expect(await readPullRequestRun(environmentOf(event, { GITHUB_EVENT_NAME: name }))).toBeNull()
  })

  test.each([
    ['{"pull_request":', undefined, /JSON/],
    [{ issue: { number: 7 } }, undefined, /has no pull_request/],
    [{ pull_request: { number: '7', head: event.pull_request.head } }, undefined, /has no pull_request\.number/],
    [event, { GITHUB_REPOSITORY: '' }, /has no GITHUB_REPOSITORY/],
    [event, { GITHUB_EVENT_PATH: '/nowhere/event.json' }, /does not exist/],
  ])('cannot be read out of %j %j', async (text, changes, message) => {
    await expect(readPullRequestRun(environmentOf(text, changes))).rejects.toThrow(message)
  })
})

describe('the id of a comment', () => {
  const inputsOf = (given: Readonly<Record<string, string>>): Inputs => {
    const parsed = parseInputs(Object.entries(given).map(([name, value]) => ({ name, value, source: name })))
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
    return parsed.value
  }
  const target = { account: '111122223333', region: 'us-west-2', clusterName: 'ml', orchestrator: 'slurm', vpcId: 'vpc-1' } as const
  const given = { 'cluster-config': 'a.json' }
  const id = commentIdOf(aRun(), inputsOf(given), target)

  test('stays, whatever this run learned or where it runs', () => {
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    const unlearned = { ...target, account: null, vpcId: null }
    expect(commentIdOf(aRun({ runUrl: 'x', number: 8 }), inputsOf(given), unlearned)).toBe(id)
    expect(commentIdOf(aRun(), inputsOf({ ...given, 'instance-count': '4', 'fail-on': 'never' }), target)).toBe(id)
  })

  test.each([
    ['workflow', commentIdOf(aRun({ workflow: 'Other' }), inputsOf(given), target)],
    ['job', commentIdOf(aRun({ job: 'other' }), inputsOf(given), target)],
    ['step', commentIdOf(aRun({ step: '__hyperpod-preflight_2' }), inputsOf(given), target)],
    ['cluster', commentIdOf(aRun(), inputsOf(given), { ...target, clusterName: 'ml-2' })],
    ['Region', commentIdOf(aRun(), inputsOf(given), { ...target, region: 'us-east-1' })],
    ['request', commentIdOf(aRun(), inputsOf({ 'cluster-config': 'b.json' }), target)],
    ['instance type', commentIdOf(aRun(), inputsOf({ ...given, 'instance-type': 'ml.p5.48xlarge' }), target)],
  ])('is another for another %s', (_, other) => {
    expect(other).toMatch(/^[0-9a-f]{32}$/)
    expect(other).not.toBe(id)
  })
})

describe('a path in the repository', () => {
  test.each([
    ['checked out into the workspace', ['.git/HEAD', 'scripts/a.sh'], '', 'scripts', 'scripts'],
    ['as it is written by hand', ['.git/HEAD', 'scripts/a.sh'], '', './scripts//', 'scripts'],
    ['checked out beside another', ['clusters/.git/HEAD', 'other/.git/HEAD', 'clusters/scripts/a.sh'], '', 'clusters/scripts', 'scripts'],
    ['given from a working folder', ['.git/HEAD', 'infra/scripts/a.sh'], 'infra', 'scripts', 'infra/scripts'],
    ['in a submodule', ['.git/HEAD', 'sub/.git', 'sub/scripts/a.sh'], '', 'sub/scripts', 'sub/scripts'],
    ['downloaded without git', ['scripts/a.sh'], '', 'scripts', 'scripts'],
    ['that is the repository', ['.git/HEAD'], '', '.', ''],
    ['outside', ['.git/HEAD'], '', '../elsewhere', null],
    ['whose name begins with dots', ['.git/HEAD', '..scripts/a.sh'], '', '..scripts', '..scripts'],
  ])('%s', (_, files, folder, path, expected) => {
    const workspace = folderOf(files)
    expect(repositoryPath(path, workspace, join(workspace, folder))).toBe(expected)
  })

  test('an absolute one is the same', () => {
    const workspace = folderOf(['.git/HEAD', 'a/b.json'])
    expect(repositoryPath(join(workspace, 'a/b.json'), workspace, workspace)).toBe('a/b.json')
  })
})

describe('a change touches the plan', () => {
  const workspace = folderOf(['.git/HEAD', 'scripts/a.sh', 'infra/cluster.json', 'shared/base/on_create.sh'])
  symlinkSync(join(workspace, 'shared/base'), join(workspace, 'linked'))
  const watched = ['scripts/', 'infra/cluster.json', 'linked', '.github/hyperpod-preflight.yml']

  test.each([
    ['scripts/a.sh', true],
    ['scripts/deep/er/b.sh', true],
    ['scripts-old/a.sh', false],
    ['scripts', true],
    ['infra/cluster.json', true],
    ['infra/cluster.json.md', false],
    ['infra/other.json', false],
    ['.github/hyperpod-preflight.yml', true],
    ['linked', true],
    ['shared/base/on_create.sh', true],
    ['shared/README.md', false],
    ['README.md', false],
  ])('%s: %p', (path, expected) => {
    expect(touchesAny(['docs/x.md', path], watched, workspace, workspace)).toBe(expected)
  })

  test('nothing touches nothing, everything touches the whole repository', () => {
    expect(touchesAny(['scripts/a.sh'], [], workspace, workspace)).toBe(false)
    expect(touchesAny([], watched, workspace, workspace)).toBe(false)
    expect(touchesAny(['README.md'], ['.'], workspace, workspace)).toBe(true)
  })

  test('a submodule stands for everything in it', () => {
    expect(touchesAny(['sub'], ['sub/scripts'], workspace, workspace)).toBe(true)
  })
})
