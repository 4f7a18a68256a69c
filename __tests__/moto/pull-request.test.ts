import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { useGitHubServer } from '../github/emulate.ts'
import { credentialsFor, runAction } from '../packed.ts'
import { deployerSession, goodAccount, goodQuotas, moto, provisioningParameters } from './account.ts'
import { slurmInputs } from './judged-account.ts'
import { startLoopbackAws } from './loopback-aws.ts'

/** Two runs in an account that is made first; a busy machine takes longer. */
jest.setTimeout(60_000)

const gitHub = useGitHubServer()

// A draft 04 schema that uses nothing in which the drafts differ, but for these two keys.
const {
  $schema: _,
  id: __,
  ...sarifSchema
} = JSON.parse(readFileSync(new URL('../report/schemas/sarif-schema-2.1.0.json', import.meta.url), 'utf8'))

test('a pull request that breaks a script gets annotations on its lines and one comment, which its mending turns green', async () => {
  const account = await goodAccount(moto)
  const session = await deployerSession(moto)
  const aws = await startLoopbackAws({ moto, quotas: goodQuotas, simulation: {} })
  const token = await gitHub().appToken('github-actions')
  const number = await gitHub().open()

  /** A push to the pull request, whose checkout has this entry point. */
  const push = async (script: string) => {
    const checkout = mkdtempSync(join(tmpdir(), 'preflight-checkout-'))
    mkdirSync(join(checkout, '.git'))
    mkdirSync(join(checkout, 'scripts'))
    writeFileSync(join(checkout, 'scripts', 'on_create.sh'), script)
    writeFileSync(join(checkout, 'scripts', 'provisioning_parameters.json'), JSON.stringify(provisioningParameters, null, 2))
    const head = { sha: 'c0ffee', repo: { full_name: 'octocat/clusters' } }
    writeFileSync(join(checkout, 'event.json'), JSON.stringify({ pull_request: { number, head } }))
    const inputs = {
      ...slurmInputs(account),
      'lifecycle-scripts': 'scripts',
      'github-token': token,
      'comment-in-pr': 'always',
      'sarif-file': 'preflight.sarif',
    }
    const environment = {
      ...credentialsFor(aws.url),
      ...session,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: join(checkout, 'event.json'),
      GITHUB_REPOSITORY: 'octocat/clusters',
      GITHUB_WORKSPACE: checkout,
      GITHUB_RUN_ID: '42',
      GITHUB_JOB: 'preflight',
      GITHUB_API_URL: gitHub().url,
    }
    const run = await runAction(inputs, environment, checkout)
    return { ...run, sarif: JSON.parse(readFileSync(join(checkout, 'preflight.sarif'), 'utf8')) }
  }

  try {
    const sound = '#!/bin/bash\nset -euo pipefail\necho ready\n'
    const broken = await push('#!/bin/bash\nset -euo pipefail\nif true; then\n  bash missing.sh\n')
    expect(broken.outputs['verdict']).toBe('blocked')
    expect(broken.log).toMatch(/^::error title=lifecycle\/syntax[^:]*,file=scripts\/on_create\.sh,line=\d/m)
    const [first, ...others] = await gitHub().comments(number)
    expect(others).toEqual([])
    expect(first?.body).toContain('lifecycle/syntax')
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(sarifSchema)
    expect([validate(broken.sarif), validate.errors]).toEqual([true, null])

    const mended = await push(sound)
    expect(mended.outputs['verdict']).toBe('ready')
    const [comment, ...more] = await gitHub().comments(number)
    expect(more).toEqual([])
    expect(comment?.id).toBe(first?.id)
    expect(comment?.body).toContain('✅')
    expect(comment?.body).toMatch(/fixed/i)
  } finally {
    await aws.close()
  }
})
