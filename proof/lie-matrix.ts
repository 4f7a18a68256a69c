import pLimit from 'p-limit'
import type { Finding } from '../src/model/finding.ts'
import type { Snapshot } from '../src/model/snapshot.ts'
import type { ProvenAccount } from './accounts.ts'
import { contradictions, tools } from './judged-run.ts'
import { type Lie, liesAbout, lyingAnswer, type Told } from './lies.ts'
import type { Asked, Recorded, Recording } from './recorded-aws.ts'
import { type Strayed, strayed } from './strayed.ts'
import { type Learned, lyingAws, type Telling } from './told-lies.ts'
import { type WholeLie, wholeLies } from './whole-lies.ts'

/** What came of one lie. */
export interface LieCell {
  readonly operation: string
  readonly account: string
  readonly lie: string
  /** The member that it was told about; null where it was the whole answer. */
  readonly member: string | null
  /** Whether a value that was taken for a fact is not so. */
  readonly isBelieved: boolean
  /** Whether something is not known by it that is known without. */
  readonly isUnknown: boolean
  /** What went against the promises; empty where all is well. */
  readonly violations: readonly string[]
}

/** An account whose true answers are known. */
export interface TrueAccount {
  readonly account: Pick<ProvenAccount, 'name' | 'environment'>
  readonly recording: Recording
  readonly truth: Snapshot
  readonly findings: readonly Finding[]
  readonly asked: readonly Asked[]
}

/** Answers whose body is a text of the user's own, and no member of it AWS's. */
const documents = ['s3:GetObject', 's3:GetBucketPolicy']

/** Tellings at the same time: they wait for the pace of Service Quotas more than they work. */
const atOnce = 24

/**
 * Tells an account every lie about every operation that is wanted, or those of its members that are picked. `others`: accounts whose
 * answers are told in the place of its own.
 */
export const lieCells = async (
  given: TrueAccount,
  others: readonly TrueAccount[],
  isWanted: (operation: string) => boolean,
  picked: (told: readonly Told[]) => readonly Told[] = (told) => told,
): Promise<readonly LieCell[]> => {
  const { account, recording, truth } = given
  const aws = await lyingAws({ truth, recording, environment: { ...account.environment, PATH: tools } })
  const limit = pLimit(atOnce)
  try {
    const answers = await answersOf(given)
    const foreign = await Promise.all(others.map(answersOf))
    const operations = [...answers.keys()].filter(isWanted)
    const cells = operations.flatMap((operation) => {
      const cell = async (lie: Lie | WholeLie, member: string | null, tell: Telling): Promise<LieCell> =>
        judgedLie(given, operation, lie, member, await limit(() => aws.learn(operation, tell)))
      const told = documents.includes(operation) ? [] : picked(liesAbout(answers.get(operation) ?? []))
      const elsewhere = foreign.flatMap((those) => those.get(operation) ?? [])
      return [
        ...told.map((one) => cell(one.lie, one.path, (_, answer) => withText(answer, lyingAnswer(textOf(answer), one)))),
        ...wholeLies.map((lie) =>
          cell(lie, null, (_, answer) => withText(answer, lie.tell(textOf(answer), { operation, elsewhere }) ?? textOf(answer))),
        ),
      ]
    })
    return await Promise.all(cells)
  } finally {
    await aws.close()
  }
}

const textOf = ({ body }: Recorded): string => body.toString('utf8')
const withText = (answer: Recorded, text: string): Recorded => (text === textOf(answer) ? answer : { ...answer, body: Buffer.from(text) })

/** The texts of what an account answered, by operation. */
const answersOf = async ({ asked }: TrueAccount): Promise<ReadonlyMap<string, readonly string[]>> => {
  const answers = new Map<string, readonly string[]>()
  for (const { operation, answer } of asked) answers.set(operation, [...(answers.get(operation) ?? []), textOf(await answer())])
  return answers
}

const judgedLie = (
  { account, truth, findings: before }: TrueAccount,
  operation: string,
  lie: Lie | WholeLie,
  member: string | null,
  { facts, findings }: Learned,
): LieCell => {
  const values = strayed(truth.facts, facts)
  return {
    operation,
    account: account.name,
    lie: lie.name,
    member,
    isBelieved: values.length > 0,
    isUnknown: findings.some((finding) => finding.status === 'unknown' && !before.some((known) => isSame(known, finding))),
    violations: violations(lie, values, before, findings),
  }
}

const isSame = (one: Finding, other: Finding): boolean =>
  one.rule === other.rule && one.subject === other.subject && one.status === other.status

const violations = (
  { sort }: Lie | WholeLie,
  values: readonly Strayed[],
  before: readonly Finding[],
  after: readonly Finding[],
): readonly string[] => {
  const faulty = after.filter(({ message }) => message.startsWith('fault in ')).map(({ rule, message }) => `${rule}: ${message}`)
  if (sort === 'true elsewhere') return faulty
  if (sort === 'tellable')
    return [
      ...faulty,
      ...values.map(({ path, is, was }) => `${path} is ${shown(is)}, and in truth ${shown(was)}`),
      ...contradictions({ findings: before }, { findings: after }),
    ]
  const passing = after.filter((finding) => finding.status === 'pass' && !before.some((known) => isSame(known, finding)))
  return [...faulty, ...passing.map(({ rule, subject }) => `${rule}: ${subject} passes by it`)]
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'not there').slice(0, 60)
