import type { PullRequestRun } from '../../src/model/pull-request.ts'

/** A run of a workflow for pull request 7 of octocat/clusters; name what matters to the test. */
export const aRun = (changes: Partial<PullRequestRun> = {}): PullRequestRun => ({
  repository: 'octocat/clusters',
  number: 7,
  head: { repository: 'octocat/clusters', sha: 'c0ffee0123456789c0ffee0123456789c0ffee01' },
  isFromFork: false,
  workflow: 'Preflight',
  job: 'check',
  step: '__hyperpod-preflight',
  serverUrl: 'https://github.com',
  apiUrl: 'https://api.github.com',
  runUrl: 'https://github.com/octocat/clusters/actions/runs/42',
  workspace: '.',
  ...changes,
})
