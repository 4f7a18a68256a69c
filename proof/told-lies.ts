import { makeClients } from '../src/facts/engine/clients.ts'
import { actionsOf, type Collectors, collect } from '../src/facts/engine/collect.ts'
import { GapError } from '../src/facts/engine/gap.ts'
import { iamActionOf } from '../src/facts/engine/meter.ts'
import { collectors } from '../src/facts/index.ts'
import type { Fact } from '../src/model/fact.ts'
import type { FactId } from '../src/model/facts.ts'
import type { Finding } from '../src/model/finding.ts'
import type { Snapshot } from '../src/model/snapshot.ts'
import { judge } from '../src/rules/engine/judge.ts'
import { rules } from '../src/rules/index.ts'
import { type Asked, type Recorded, type Recording, serveRecorded } from './recorded-aws.ts'

/** What AWS answers to one operation in the place of the truth. */
export type Telling = (asked: Asked, truth: Recorded) => Recorded

/** What was learned and judged under a telling. */
export interface Learned {
  readonly facts: Snapshot['facts']
  readonly findings: readonly Finding[]
}

/** An account in this process, which is asked over HTTP as ever. */
export interface LyingAws {
  /** Learns what rests on an operation, with what is told in its place, and judges it with all other facts as they are. */
  readonly learn: (operation: string, tell: Telling) => Promise<Learned>
  readonly close: () => Promise<void>
}

interface Given {
  readonly truth: Snapshot
  readonly recording: Recording
  /** That of the run which took the snapshot. */
  readonly environment: Readonly<Record<string, string>>
}

/** Milliseconds in which nothing is asked any more. */
const askingMs = 55_000

/** The name of a telling is in the user agent of the requests that it is for: all can be made at the same time. */
const agent = 'telling'

/**
 * Takes the true snapshot of an account, and its recording. The packed program would spend most of its time starting; here the same
 * collectors and rules run without it. What this machine tells is as the snapshot says.
 */
export const lyingAws = async ({ truth, recording, environment }: Given): Promise<LyingAws> => {
  const tellings = new Map<string, { readonly operation: string; readonly tell: Telling }>()
  const aws = await serveRecorded(recording, async (asked) => {
    const telling = tellings.get(new RegExp(`${agent}/(\\d+)`).exec(asked.headers['user-agent'] ?? '')?.[1] ?? '')
    const answer = await asked.answer()
    return telling?.operation === asked.operation ? telling.tell(asked, answer) : answer
  })
  const learn = async (operation: string, tell: Telling): Promise<Learned> => {
    const id = String(tellings.size)
    tellings.set(id, { operation, tell })
    const facts = await learned(truth, environment, aws.url, operation, `${agent}/${id}`)
    return { facts, findings: judge(rules, { ...truth, facts }) }
  }
  return { learn, close: aws.close }
}

const learned = async (
  truth: Snapshot,
  environment: Given['environment'],
  endpoint: string,
  operation: string,
  userAgent: string,
): Promise<Snapshot['facts']> => {
  // The clients read it as they are made, and one account is asked after the other.
  Object.assign(process.env, environment, { AWS_ENDPOINT_URL: endpoint })
  const signal = AbortSignal.timeout(askingMs)
  const credentials = async () => ({ accessKeyId: 'AKIAPREFLIGHT', secretAccessKey: 'secret' })
  const { clients, close } = makeClients({ region: truth.plan.region, credentials, signal, userAgent })
  // Nobody's limits are at stake on loopback: the pace of Service Quotas would take most of the time.
  clients.serviceQuotas.config.requestHandler = clients.sageMaker.config.requestHandler
  try {
    const facts = await collect(factIds(truth), restingOn(operation, truth), { plan: truth.plan, clients, signal })
    // As a snapshot holds them.
    return JSON.parse(JSON.stringify(facts)) as Snapshot['facts']
  } finally {
    close()
  }
}

// `Object.keys` gives strings; the facts of a snapshot are keyed by nothing else.
const factIds = ({ facts }: Snapshot): readonly FactId[] => Object.keys(facts) as FactId[]

/** Collectors that ask for what rests on the operation, and know everything else from the snapshot. */
const restingOn = (operation: string, { facts }: Snapshot): Collectors => {
  const action = iamActionOf(operation)
  const known = (fact: Fact<unknown> | undefined) => async (): Promise<unknown> => {
    if (fact?.ok) return fact.value
    throw new GapError(fact?.gap ?? { reason: 'unexpected', action: 'none', message: 'not in the snapshot' })
  }
  const entries = Object.values(collectors).map((collector) =>
    actionsOf([collector.id], collectors).includes(action)
      ? [collector.id, collector]
      : [collector.id, { ...collector, collect: known(facts[collector.id]) }],
  )
  return Object.fromEntries(entries)
}
