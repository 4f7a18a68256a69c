import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Finding } from '../../src/model/finding.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { credentialsFor, runAction } from '../packed.ts'
import { deployerSession, goodQuotas, moto, region } from './account.ts'
import {
  fenceLanguages,
  guideFolder,
  linkedFiles,
  openShell,
  readGuide,
  type Shell,
  type ShownFinding,
  type Workplace,
  withoutIds,
  workplace,
} from './guide.ts'
import { type LoopbackAws, startLoopbackAws } from './loopback-aws.ts'

/** A step is some calls of the AWS CLI, each of about a second, and a run of the action; a busy machine takes longer. */
jest.setTimeout(120_000)

/** As AWS gives them to a new account: none of a type for accelerated computing, none of a large one. */
const quotas = {
  ...goodQuotas,
  'L-8762A75F': { ...goodQuotas['L-8762A75F'], value: 0 },
  'L-24520F3F': { serviceCode: 'sagemaker', name: 'ml.m5.4xlarge for cluster usage', value: 0 },
}

/** Somebody who follows a guide in an empty account. */
interface Walk {
  readonly aws: LoopbackAws
  readonly shell: Shell
  judge(): Promise<Judged>
}

interface Judged {
  readonly report: Report
  readonly exitCode: number | null
}

const startWalk = async (): Promise<Walk> => {
  await fetch(`${moto}/moto-api/reset`, { method: 'POST' })
  const session = await deployerSession(moto)
  // The documents of the policies decide: what a role lacks has to be seen in them.
  const aws = await startLoopbackAws({ moto, quotas, denied: ['iam:SimulatePrincipalPolicy'] })
  const credentials = { ...credentialsFor(aws.url), ...session }
  const place = workplace()
  return { aws, shell: openShell(place, credentials), judge: () => judge(place, credentials) }
}

const judge = async ({ folder, tools, environment }: Workplace, credentials: Readonly<Record<string, string>>): Promise<Judged> => {
  const inputs = { region, 'cluster-config': 'cluster.json' }
  const { report, exitCode, log } = await runAction(inputs, { ...environment, PATH: tools, ...credentials }, folder)
  if (report === null) throw new Error(`the action made no report:\n${log}`)
  return { report, exitCode }
}

const open = (report: Report): readonly Finding[] => report.findings.filter(({ status }) => status === 'fail' || status === 'unknown')
const shown = ({ rule, severity, status, message }: ShownFinding): string => `${rule} (${severity}, ${status}): ${withoutIds(message)}`

describe.each(readdirSync(guideFolder))('docs/guides/%s', (name) => {
  const guide = readGuide(name)
  const steps = guide.sections.filter(({ step }) => step !== null)
  const [before, after] = [guide.sections[0], guide.sections.at(-1)]
  let walk: Walk
  let run: Judged

  beforeAll(async () => {
    walk = await startWalk()
    for (const block of before?.blocks ?? []) await walk.shell.run(block)
    run = await walk.judge()
  })
  afterAll(async () => {
    walk.shell.close()
    await walk.aws.close()
  })

  test('has nothing that is not run: a start, numbered steps with findings and commands, an end', () => {
    expect(guide.sections.map(({ step }) => step)).toEqual([null, ...steps.map((_, index) => index + 1), null])
    expect(new Set(fenceLanguages(guide))).toEqual(new Set(['bash']))
    expect(guide.sections.flatMap(({ blocks }) => blocks)).toHaveLength(fenceLanguages(guide).length)
    for (const { title, blocks, findings } of steps) expect([title, blocks.length > 0, findings.length > 0]).toEqual([title, true, true])
    for (const { title, blocks } of [before, after].filter((end) => end !== undefined))
      expect([title, blocks.length > 0]).toEqual([title, true])
    // Every quote is a finding: one that is written otherwise would not be looked for.
    expect(guide.sections.flatMap(({ findings }) => findings)).toHaveLength(guide.text.match(/^> *\S.*$/gm)?.length ?? 0)
  })

  test('links to what is there', () => {
    expect(linkedFiles(guide).filter((target) => !existsSync(join(guideFolder, target)))).toEqual([])
  })

  test.each(steps)('$title', async ({ blocks, findings }) => {
    expect(open(run.report).map(shown)).toEqual(expect.arrayContaining(findings.map(shown)))
    for (const block of blocks) await walk.shell.run(block)
    walk.aws.approveQuotaRequests()
    run = await walk.judge()
    const rules = new Set(findings.map(({ rule }) => rule))
    expect(
      open(run.report)
        .filter(({ rule }) => rules.has(rule))
        .map(shown),
    ).toEqual([])
  })

  test('ends ready, with no finding but the notices that it names', async () => {
    expect(open(run.report).map(shown)).toEqual(after?.findings.map(shown))
    expect([run.report.verdict, run.exitCode]).toEqual(['ready', 0])
    for (const block of after?.blocks ?? []) await walk.shell.run(block)
    expect(walk.aws.requests.filter(({ operation }) => operation === 'sagemaker:CreateCluster')).toHaveLength(1)
  })
})
