import type { Report } from '../schema/report.ts'
import { certaintyWords, diagnosisSentence, sourceWords, toldExplanations, whoSaid, withoutExplanation } from '../wording/diagnosis.ts'
import { plain, plainCommand } from '../wording/escape.ts'
import { aboutSubject } from '../wording/problems.ts'
import { type Lines, type Page, painted, prose } from './page.ts'

type Diagnosis = NonNullable<Report['diagnosis']>

/** Lines of a log that are shown; the JSON report has more. */
const linesShown = 8

/** Why the cluster failed: nothing if none was diagnosed. `all`: every line of the logs that the report has. */
export const diagnosisLines = (page: Page, report: Report, all: boolean): Lines => {
  const { diagnosis } = report
  return diagnosis === null
    ? []
    : [
        ...diagnosisLine(page, report),
        ...diagnosis.answers.flatMap((answer) => answerLines(page, answer)),
        ...nextLines(page, diagnosis),
        ...sourceLines(page, diagnosis),
        ...diagnosis.logs.slice(0, all ? undefined : 1).flatMap((log) => logLines(page, log, all)),
      ]
}

/** The same in a sentence. */
export const diagnosisLine = (page: Page, { diagnosis }: Report): Lines =>
  diagnosis === null ? [] : painted(page, 'bold', prose(page, 2, plain(diagnosisSentence(diagnosis)), ''))

const answerLines = (page: Page, answer: Diagnosis['answers'][number]): Lines => {
  const rest = withoutExplanation(answer)
  return [
    ...prose(page, 4, `${plain(whoSaid(answer))}: ${plain(answer.message)}`, '  » '),
    ...toldExplanations(answer).flatMap((one) => explanationLines(page, one)),
    ...(answer.cause === null ? [] : painted(page, 'dim', prose(page, 6, plain(answer.cause)))),
    ...(rest === null ? [] : painted(page, 'dim', prose(page, 6, plain(rest)))),
  ]
}

const explanationLines = (page: Page, one: Diagnosis['answers'][number]['explanations'][number]): Lines => {
  const [sign, style] = one.certainty === 'explains' ? (['✗', 'red'] as const) : (['?', 'magenta'] as const)
  const [first = '', ...others] = prose(
    page,
    6,
    `${plain(one.rule)} ${certaintyWords[one.certainty]}: ${plain(aboutSubject(one))}`,
    `    ${sign} `,
  )
  return [first.replace(sign, page.paint(style, sign)), ...others]
}

const nextLines = (page: Page, { next }: Diagnosis): Lines =>
  next.length === 0
    ? []
    : [
        `  ${page.paint('green', 'Next:')}`,
        ...next.flatMap(({ text, commands }, index) => [
          ...prose(page, 7, plain(text), `    ${index + 1}. `),
          ...commands.map((command) => `       ${page.paint('cyan', plainCommand(command))}`),
        ]),
      ]

const sourceLines = (page: Page, { sources }: Diagnosis): Lines => {
  const read = sources.filter(({ gap }) => gap === undefined).map(({ found }) => plain(found))
  const unread = sources.filter(({ gap }) => gap !== undefined)
  return [
    ...(read.length === 0 ? [] : painted(page, 'dim', prose(page, 4, `Rests on: ${read.join('; ')}`, '  '))),
    ...unread.flatMap((source) => prose(page, 4, plain(sourceWords(source)), '  ? ')),
  ]
}

const logLines = (page: Page, { stream, lines }: Diagnosis['logs'][number], all: boolean): Lines => [
  ...prose(page, 4, `Last lines of ${plain(stream)}:`, '  '),
  ...lines.slice(all ? 0 : -linesShown).map((line) => page.paint('dim', `    | ${plain(line)}`)),
]
