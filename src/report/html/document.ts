import type { Report, Verdict } from '../schema/report.ts'
import { momentWords } from '../wording/time.ts'
import { callsSentence, exitMeaning, targetWords, verdictName, verdictSentence } from '../wording/wording.ts'
import { diagnosisSection } from './diagnosis.ts'
import { findingsSection } from './findings.ts'
import { headroomSection } from './headroom.ts'
import { type Html, html, verbatim } from './markup.ts'
import { networkSection } from './network.ts'
import { joined, type Sign, sign, signSheet } from './parts.ts'
import { reachSection } from './reach.ts'
import { script, scriptHash } from './script.ts'
import { styles, stylesHash } from './styles.ts'

/**
 * The report as one HTML file that asks nothing of a network: its styles and its script are in it, and its content security policy
 * allows no others. The same report gives the same text.
 */
export const renderHtml = (report: Report): string => String(page(report))

/** https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src '${stylesHash}'`,
  `script-src '${scriptHash}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const page = (report: Report): Html => {
  const diagnosis = diagnosisSection(report)
  const headroom = headroomSection(report)
  const reach = reachSection(report)
  const network = networkSection(report.topology)
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${verbatim(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(report)}</title>
<link rel="icon" href="data:,">
<style>${verbatim(styles)}</style>
</head>
<body>
${signSheet}
<a class="skip" href="#findings">Skip to the findings</a>
<header class="top">
${verdictBlock(report)}${navigation(diagnosis !== null, headroom !== null, reach !== null, network !== null)}</header>
<main>
${diagnosis}${findingsSection(report)}${headroom}${reach}${network}</main>
${footer(report)}<script>${verbatim(script)}</script>
</body>
</html>
`
}

const titleOf = (report: Report): string => `${report.verdict.toUpperCase()}: ${targetWords(report).join(' · ')} – HyperPod preflight`

const verdicts: Readonly<Record<Verdict, { readonly sign: Sign; readonly tone: string }>> = {
  ready: { sign: 'pass', tone: 'pass' },
  blocked: { sign: 'fail', tone: 'error' },
  unproven: { sign: 'unknown', tone: 'unknown' },
}

const verdictBlock = (report: Report): Html => {
  const { sign: name, tone } =
    report.staticOnly === null ? verdicts[report.verdict] : { ...verdicts[report.verdict], sign: 'files' as const }
  return html`<p class="program">HyperPod preflight</p>
<div class="verdict tone-${tone}">
<h1>${sign(name)}${verdictName(report)}</h1>
<p class="sentence">${verdictSentence(report)} (${exitMeaning(report)})</p>
<p class="target">${joined(
    [...targetWords(report), momentWords(report.takenAt)].map((words) => html`<bdi>${words}</bdi>`),
    ' · ',
  )}</p>
</div>
`
}

const navigation = (
  hasDiagnosis: boolean,
  hasHeadroom: boolean,
  hasReach: boolean,
  hasNetwork: boolean,
): Html => html`<nav aria-label="Parts of the report"><ul>
${hasDiagnosis ? html`<li><a href="#diagnosis">Diagnosis</a></li>\n` : null}<li><a href="#findings">Findings</a></li>
${hasHeadroom ? html`<li><a href="#headroom">Headroom</a></li>\n` : null}${hasReach ? html`<li><a href="#reach">Reach</a></li>\n` : null}${hasNetwork ? html`<li><a href="#network">Network</a></li>\n` : null}</ul></nav>
`

const footer = ({ tool, calls }: Report): Html => {
  const operations = Object.entries(calls.byOperation)
  return html`<footer>
<p>${callsSentence(calls)} · ${tool.name} ${tool.version}</p>
${
  operations.length === 0
    ? null
    : html`<details><summary>Calls by operation</summary><table><thead><tr><th scope="col">Operation</th><th scope="col">Calls</th></tr></thead>
<tbody>${operations.map(([operation, count]) => html`<tr><th scope="row"><code>${operation}</code></th><td>${count}</td></tr>`)}</tbody></table></details>
`
}</footer>
`
}
