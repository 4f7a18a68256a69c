import { conjunction } from '../../semantics/text/enumerate.ts'
import type { Report } from '../schema/report.ts'
import { momentWords } from './time.ts'

type Diagnosis = NonNullable<Report['diagnosis']>
type Answer = Diagnosis['answers'][number]

/** Rules that a sentence names. */
const mostRules = 3

/** What the diagnosis comes to, as one sentence without a full stop. Not escaped. */
export const diagnosisSentence = (diagnosis: Diagnosis): string => {
  const { cluster, status, conclusion, sources } = diagnosis
  const question = status === 'InService' ? `What is wrong with ${cluster}` : `Why ${cluster} failed`
  const rules = rulesOf(diagnosis)
  switch (conclusion) {
    case 'explained':
      return `${question}: ${conjunction(rules, mostRules)} ${rules.length === 1 ? 'explains' : 'explain'} it`
    case 'possible':
      return `${question} is not certain: ${conjunction(rules, mostRules)} may explain it`
    case 'not-found':
      return `${question} is not certain: what leads to the answer of AWS was checked, and is in order now`
    case 'unforeseen':
      return `${question} is not certain: no check foresees the answer of AWS`
    case 'unknown':
      return `${question} is not certain: the answer of AWS is not known here`
    case 'no-failure':
      return sources.some(({ gap }) => gap !== undefined)
        ? `${question} is not known: AWS tells of no failure, as far as it could be read`
        : `AWS tells of no failure of ${cluster}${status === null ? '' : `, which is ${status}`}`
  }
}

/** Rules behind the conclusion: those of what explains, or of what may. */
const rulesOf = ({ conclusion, answers }: Diagnosis): readonly string[] => {
  const certainty = conclusion === 'explained' ? 'explains' : 'may-explain'
  const explanations = answers.filter((answer) => answer.conclusion === conclusion).flatMap((answer) => answer.explanations)
  return [...new Set(explanations.filter((one) => one.certainty === certainty).map(({ rule }) => rule))]
}

const sourceNames: Readonly<Record<Answer['source'], string>> = {
  cluster: 'AWS about the cluster',
  event: 'AWS in an event',
  node: 'AWS about a node',
  log: 'The lifecycle script',
}

/** Who said it, of what, when and how often: `AWS in an event of work, i-0a, 2026-11-20 10:15 UTC, 4 times`. Not escaped. */
export const whoSaid = ({ source, about, time, count }: Answer): string =>
  [
    sourceNames[source],
    ...(about === null ? [] : [`(${about})`]),
    ...(time === null ? [] : [`at ${momentWords(time)}`]),
    ...(count === 1 ? [] : [`${count} times`]),
  ].join(' ')

const unreadNames: Readonly<Record<Diagnosis['sources'][number]['what'], string>> = {
  cluster: 'the cluster',
  nodes: 'nodes',
  events: 'events',
  'event-details': 'details of events',
  logs: 'logs',
}

/** What the diagnosis rests on, or what is missing. Not escaped. */
export const sourceWords = ({ what, found, gap }: Diagnosis['sources'][number]): string =>
  gap === undefined ? found : `${unreadNames[what]} ${found}`

/** What comes of an answer that nothing explains; null if something does, or may. Not escaped. */
export const withoutExplanation = ({ conclusion, unforeseen }: Answer): string | null => {
  const rest = unforeseen === null ? '' : ` ${unforeseen}`
  switch (conclusion) {
    case 'explained':
    case 'possible':
      return null
    case 'not-found':
      return `What leads to this was checked, and is in order now.${rest}`
    case 'unforeseen':
      return `No check foresees this.${rest}`
    case 'unknown':
      return 'This message is not known here.'
  }
}

/** The explanations that people are told of: where something explains it for sure, nobody asks what else might. */
export const toldExplanations = ({ explanations }: Answer): Answer['explanations'] => {
  const sure = explanations.filter(({ certainty }) => certainty === 'explains')
  return sure.length > 0 ? sure : explanations
}

/** How sure an explanation is, as a verb. */
export const certaintyWords: Readonly<Record<Answer['explanations'][number]['certainty'], string>> = {
  explains: 'explains it',
  'may-explain': 'may explain it',
}
