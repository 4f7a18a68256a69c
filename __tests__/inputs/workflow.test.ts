import { sep } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readWorkflow } from '../../src/inputs/workflow.ts'

const runner = {
  GITHUB_WORKSPACE: '/work/repo',
  GITHUB_JOB: 'preflight',
  GITHUB_WORKFLOW_REF: 'octocat/hello-world/.github/workflows/preflight.yml@refs/heads/my@branch',
}

test('the runner tells the job and the file of the workflow', () => {
  expect(readWorkflow(runner, '/work/repo')).toMatchObject({ job: 'preflight', file: '.github/workflows/preflight.yml' })
})

test.each([[{}], [{ GITHUB_JOB: '', GITHUB_WORKFLOW_REF: '', GITHUB_WORKSPACE: '' }], [{ GITHUB_WORKFLOW_REF: 'strange' }]])(
  'outside of a workflow nobody does: %j',
  (environment) => {
    expect(readWorkflow(environment, '/work/repo')).toMatchObject({ job: null, file: null })
  },
)

/** The cases are of POSIX: what Windows makes of them depends on its drive. */
const onPosix = sep === '/' ? describe : describe.skip

onPosix('a path of the report, from the root of the repository', () => {
  test.each([
    ['/work/repo', 'infra/cluster.json', 'infra/cluster.json'],
    ['/work/repo', './infra/../infra//cluster.json', 'infra/cluster.json'],
    ['/work/repo', '/work/repo/infra/cluster.json', 'infra/cluster.json'],
    ['/work/repo/team', 'cluster.json', 'team/cluster.json'],
    ['/work/repo/team', '../cluster.json', 'cluster.json'],
    ['/work/repo', '..cluster.json', '..cluster.json'],
    ['/work/repo', '../other/cluster.json', '/work/other/cluster.json'],
    ['/work/repo', '..', '/work'],
    ['/work/repo', '.', '/work/repo'],
    ['/work/repo', '/tmp/cluster.json', '/tmp/cluster.json'],
    ['/work/repository', 'cluster.json', '/work/repository/cluster.json'],
  ])('in %s, %s is %s', (workingFolder, path, expected) => {
    expect(readWorkflow(runner, workingFolder).repositoryPath(path)).toBe(expected)
  })

  test('is one from the working folder outside of a workflow', () => {
    expect(readWorkflow({}, '/home/me/project').repositoryPath('cluster.json')).toBe('cluster.json')
  })
})
