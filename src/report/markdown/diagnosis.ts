import type { Report } from '../schema/report.ts'
import { certaintyWords, diagnosisSentence, sourceWords, toldExplanations, whoSaid, withoutExplanation } from '../wording/diagnosis.ts'
import { markdownCell, markdownCode } from '../wording/escape.ts'
import { aboutSubject } from '../wording/problems.ts'
import { commandBlock } from './command.ts'
import { ruleLink, type Section } from './document.ts'

/** Characters of a line of a command before it is broken. */
const columns = 120

type Diagnosis = NonNullable<Report['diagnosis']>

/** Why the cluster failed: no rows if none was diagnosed. */
export const diagnosisSection = ({ diagnosis }: Report): Section => ({
  called: 'of the diagnosis',
  head: diagnosis === null ? '' : `#### 🔎 ${markdownCell(diagnosisSentence(diagnosis))}\n\n`,
  rows:
    diagnosis === null
      ? []
      : [...diagnosis.answers.map(answerBlock), ...nextBlock(diagnosis), ...diagnosis.logs.map(logBlock), sources(diagnosis)],
  tail: '\n',
})

const answerBlock = (answer: Diagnosis['answers'][number]): string => {
  const rest = withoutExplanation(answer)
  const lines = [
    ...toldExplanations(answer).map(
      (one) =>
        `  - ${one.certainty === 'explains' ? '❌' : '❓'} ${ruleLink(one.rule)} ${certaintyWords[one.certainty]}: ${markdownCell(aboutSubject(one))}`,
    ),
    ...[answer.cause, rest].flatMap((text) => (text === null ? [] : [`  - ${markdownCell(text)}`])),
  ]
  return `- ${markdownCell(whoSaid(answer))}: ${markdownCode(answer.message)}\n${lines.map((line) => `${line}\n`).join('')}`
}

const nextBlock = ({ next }: Diagnosis): readonly string[] =>
  next.length === 0
    ? []
    : [
        `\n**Next:**\n\n${next.map(({ text }) => `1. ${markdownCell(text)}\n`).join('')}\n`,
        ...next.flatMap(({ commands }) => (commands.length === 0 ? [] : [commandBlock(commands, columns)])),
      ]

const logBlock = ({ stream, lines }: Diagnosis['logs'][number]): string =>
  `<details><summary>Last lines of ${markdownCode(stream)}</summary>\n\n${lines.map((line) => `${markdownCode(line)}<br>\n`).join('')}\n</details>\n\n`

const sources = ({ sources: all }: Diagnosis): string =>
  `<sub>Rests on: ${all.map((source) => markdownCell(sourceWords(source))).join('; ')}</sub>\n`
