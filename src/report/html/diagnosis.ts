import type { Report } from '../schema/report.ts'
import { certaintyWords, diagnosisSentence, sourceWords, toldExplanations, whoSaid, withoutExplanation } from '../wording/diagnosis.ts'
import { type Html, html } from './markup.ts'
import { badge, commandBlock, joined, ruleLink } from './parts.ts'

type Diagnosis = NonNullable<Report['diagnosis']>

/** Why the cluster failed, before all that was found. Nothing if none was diagnosed. */
export const diagnosisSection = ({ diagnosis }: Report): Html | null => {
  if (diagnosis === null) return null
  const { answers, next, sources, logs } = diagnosis
  return html`<section id="diagnosis">
<h2>${diagnosisSentence(diagnosis)}</h2>
${answers.map(answerCard)}${next.length === 0 ? null : nextCard(next)}${logs.map(logDetails)}<p class="quiet">Rests on: ${joined(
    sources.map((source) => html`${sourceWords(source)}`),
    '; ',
  )}</p>
</section>
`
}

const answerCard = (answer: Diagnosis['answers'][number]): Html => {
  const { message, conclusion, cause } = answer
  const explanations = toldExplanations(answer)
  const rest = withoutExplanation(answer)
  return html`<article class="card tone-${conclusion === 'explained' ? 'error' : 'unknown'}">
<p class="quiet">${whoSaid(answer)}</p>
<p><strong>${message}</strong></p>
${explanations.length === 0 ? null : html`<ul>\n${explanations.map(explanationItem)}</ul>\n`}${paragraph(cause)}${paragraph(rest)}</article>
`
}

const paragraph = (text: string | null): Html | null => (text === null ? null : html`<p class="quiet">${text}</p>\n`)

const explanationItem = ({ rule, subject, message, certainty }: Diagnosis['answers'][number]['explanations'][number]): Html => {
  const sure = certainty === 'explains'
  return html`<li>${badge(sure ? 'fail' : 'unknown', sure ? 'error' : 'unknown', certaintyWords[certainty])} ${ruleLink(rule)}
<p class="subject"><code>${subject}</code></p><p>${message}</p></li>
`
}

const nextCard = (next: Diagnosis['next']): Html => html`<article class="card tone-pass">
<h3>What to do next</h3>
<ol>
${next.map(({ text, commands }) => html`<li>${text}${commands.map(commandBlock)}</li>\n`)}</ol>
</article>
`

const logDetails = ({ stream, lines }: Diagnosis['logs'][number]): Html => html`<details><summary>Last lines of ${stream}</summary>
${lines.map((line) => html`<p><code>${line}</code></p>\n`)}</details>
`
