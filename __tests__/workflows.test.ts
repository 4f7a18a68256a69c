import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly 'timeout-minutes'?: number
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const folder = new URL('../.github/workflows/', import.meta.url)
const files = readdirSync(folder)
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const workflowOf = (file: string): Workflow => parse(textOf(file)) as Workflow
const jobsOf = (file: string): readonly (readonly [string, Job])[] => Object.entries(workflowOf(file).jobs)

describe.each(files)('%s', (file) => {
  test('every action is pinned by commit, with its version beside it', () => {
    const used = [...textOf(file).matchAll(/uses: (?<action>\S+)(?<comment>.*)$/gm)].map(({ groups }) => groups)
    for (const use of used) {
      if (use?.['action'] === './') continue
      expect(use?.['action']).toMatch(/@[0-9a-f]{40}$/)
      expect(use?.['comment']).toMatch(/^ # v\d+\.\d+\.\d+$/)
    }
  })

  test('the workflow itself may at most read the repository', () => {
    const { permissions } = workflowOf(file)
    expect([{}, { contents: 'read' }]).toContainEqual(permissions)
  })

  test('no workflow of a pull request has secrets or may write', () => {
    expect(Object.keys(workflowOf(file).on)).not.toContain('pull_request_target')
    expect(Object.keys(workflowOf(file).on)).not.toContain('workflow_run')
  })

  test.each(jobsOf(file))('%s ends in time, and its checkout keeps no credentials', (_, job) => {
    expect(job['timeout-minutes']).toBeGreaterThan(0)
    const checkouts = job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false)
  })
})

const writing = files.flatMap(jobsOf).filter(([, { permissions = {} }]) => Object.values(permissions).includes('write'))

test.each(writing)('%s may write, and so runs no code of the repository or of its dependencies', (_, { steps }) => {
  for (const { uses = '', run = '' } of steps) {
    expect(uses).not.toMatch(/checkout/)
    expect(run).not.toMatch(/\b(npm|npx|node)\b/)
  }
})

test('pull requests are checked for a dist/ that was not built from src/', () => {
  const { on, jobs } = workflowOf('ci.yml')
  expect(Object.keys(on)).toContain('pull_request')
  expect(Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run))).toContain('npm run check-dist')
})
