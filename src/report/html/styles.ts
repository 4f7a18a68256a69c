import { areaSlots } from './filters.ts'

/** Colours of light and dark, each at least 4.5:1 on both grounds of its scheme: a test measures them. */
export const palettes = {
  light: {
    ground: '#f5f6f8',
    card: '#ffffff',
    inset: '#f0f2f5',
    line: '#d9dde3',
    text: '#1b2330',
    quiet: '#525c6b',
    link: '#1552b8',
    red: '#b3221b',
    amber: '#855300',
    violet: '#6540b8',
    green: '#1a6b3c',
  },
  dark: {
    ground: '#0f1318',
    card: '#171c23',
    inset: '#1f252e',
    line: '#323a46',
    text: '#e5e9ef',
    quiet: '#a3adba',
    link: '#8ab4ff',
    red: '#ff8b82',
    amber: '#efb74f',
    violet: '#bca6ff',
    green: '#6bd394',
  },
} as const

const variables = (palette: Readonly<Record<string, string>>): string =>
  Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';')

const tones = {
  error: 'red',
  warning: 'amber',
  notice: 'link',
  unknown: 'violet',
  waived: 'quiet',
  pass: 'green',
  skipped: 'quiet',
} as const
const states = { broken: 'red', warning: 'amber', unknown: 'violet', ok: 'line' } as const

const rulesOf = (prefix: string, colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, colour]) => `.${prefix}-${name}{--tone:var(--${colour})}`)
    .join('\n')

const page = `
:root{color-scheme:light dark;${variables(palettes.light)}}
@media (prefers-color-scheme:dark){:root{${variables(palettes.dark)}}}
${rulesOf('tone', tones)}
${rulesOf('state', states)}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
main,.top,footer{max-width:1120px;margin:0 auto;padding:0 24px}
h1,h2,h3,h4,p,ul,dl,dd,pre,fieldset{margin:0;padding:0}
ul{list-style:none}
a{color:var(--link);text-underline-offset:.2em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;unicode-bidi:isolate}
.quiet{color:var(--quiet);font-size:.9em}
.sheet{position:absolute;width:0;height:0}
.sign{width:1em;height:1em;flex:none}
.sign,symbol{fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.skip{position:absolute;left:-9999px}
.skip:focus{left:16px;top:8px;background:var(--card);padding:8px 12px;z-index:1}
h2{font-size:1.3rem;line-height:1.3;letter-spacing:-.01em;margin:0 0 16px}
h3{font-size:1.02rem;line-height:1.4}
main>section{margin-top:40px}
main>.findings{margin-top:22px}
`

const head = `
.top{padding-top:28px}
.program{color:var(--quiet);font-size:.9em;margin-bottom:12px}
.verdict{background:var(--card);border:1px solid var(--line);border-left:6px solid var(--tone);border-radius:12px;padding:20px 28px}
.verdict h1{display:flex;align-items:center;gap:14px;color:var(--tone);font-size:2.1rem;line-height:1.15;letter-spacing:-.02em}
.verdict h1 .sign{width:1.15em;height:1.15em;padding:.2em;border-radius:50%;background:var(--tone);color:var(--card);stroke-width:2.4}
.sentence{margin-top:12px;font-size:1.08rem}
.target{margin-top:10px;color:var(--quiet)}
dt{color:var(--quiet);font-size:.8rem}
nav ul{display:flex;flex-wrap:wrap;gap:4px 22px;margin-top:14px}
`

const findings = `
.findings{display:flex;flex-direction:column}
.findings>h2,.filters,.shown{order:-1}
.findings>h2{margin-bottom:4px}
.filters,.shown{display:none}
.filters fieldset,.filters .search{margin-top:10px}
fieldset{border:0;min-width:0}
legend,.search label{padding:0;color:var(--quiet);font-size:.8rem}
.chips{display:flex;flex-wrap:wrap;gap:6px;margin-top:4px}
.chip{display:inline-flex;align-items:center;gap:6px;padding:3px 11px;border:1px solid var(--line);border-radius:99px;background:var(--card);font-size:.88rem;cursor:pointer}
.chip input{margin:0;accent-color:var(--link)}
.chip span:empty{display:none}
.chip span,.count{color:var(--quiet);font-weight:400;font-variant-numeric:tabular-nums}
.chip:has(:checked){border-color:var(--quiet)}
.chip:has(:focus-visible){outline:2px solid var(--link);outline-offset:2px}
.chip input:focus-visible{outline:none}
.search:empty{display:none}
.search input{display:block;width:100%;max-width:420px;margin-top:4px;padding:7px 12px;border:1px solid var(--quiet);border-radius:8px;background:var(--card);color:inherit;font:inherit}
.standing{margin-top:20px}
.toggle{display:inline-flex;align-items:center;gap:8px;cursor:pointer}
.toggle input{margin:0;accent-color:var(--link)}
.standing>h3{margin-bottom:10px}
.standing>p{margin-bottom:10px}
.card,.room{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:10px;padding:16px 20px}
.card+.card{margin-top:12px}
.card h4,.room h3{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:4px 12px;font-size:1rem}
.card h4{font-size:1.08rem}
.badge{display:inline-flex;align-items:center;gap:6px;color:var(--tone);font-size:.84rem;font-weight:600;line-height:1.5;vertical-align:-.3em;white-space:nowrap}
.card li{padding:10px 0 0}
.card li+li{margin-top:10px;border-top:1px solid var(--line)}
.allow{margin-bottom:10px}
.waiver{margin-top:6px;padding-left:10px;border-left:3px solid var(--line)}
.evidence{display:flex;flex-wrap:wrap;gap:4px 22px;margin-top:8px;font-size:.88em}
.evidence div{display:flex;flex-wrap:wrap;gap:0 8px}
.evidence dd{font-weight:550;unicode-bidi:isolate}
.evidence dt{font-size:inherit}
.fix{margin-top:14px;padding-top:12px;border-top:1px solid var(--line)}
.fix+.quiet{margin-top:8px}
.fix strong{color:var(--green);margin-right:4px}
.command{display:flex;align-items:flex-start;gap:10px;margin-top:8px;padding:9px 12px;background:var(--inset);border-radius:8px}
pre{flex:1;min-width:0;white-space:pre-wrap;-webkit-user-select:all;user-select:all}
button{flex:none;padding:2px 10px;border:1px solid var(--quiet);border-radius:6px;background:var(--card);color:inherit;font:inherit;font-size:.82rem;cursor:pointer}
table{width:100%;border-collapse:collapse;table-layout:fixed;background:var(--card);border:1px solid var(--line);border-radius:10px;border-spacing:0}
th,td{padding:9px 16px;text-align:left;vertical-align:top;font-weight:400;border-top:1px solid var(--line)}
thead th{border-top:0;color:var(--quiet);font-size:.82rem}
th:first-child{width:32%}
summary{cursor:pointer;color:var(--quiet);font-size:.9em}
`

const rest = `
.rooms{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:12px}
.nodes{margin:8px 0 6px}
.bar{display:block;width:100%;height:10px;margin:0 0 12px;overflow:visible}
.track{fill:var(--inset)}
.filled{fill:var(--tone)}
.wanted{stroke:var(--text);stroke-width:2.5}
.reach th:first-child{width:22%}
.reach th:nth-child(2){width:16%}
.picture{overflow-x:auto;margin:14px 0;padding:16px;background:var(--card);border:1px solid var(--line);border-radius:10px}
.picture svg{display:block;margin:0 auto;max-width:100%;height:auto}
.box rect{fill:var(--inset);stroke:var(--tone);stroke-width:1.5}
.box text{fill:var(--text);font:11.5px system-ui,sans-serif}
.box .first{font-weight:600}
.state-broken rect{stroke-width:2.5}
.state-unknown rect,.edge.state-unknown path,.edge.state-broken path{stroke-dasharray:5 4}
.edge path{fill:none;stroke:var(--tone);stroke-width:1.5}
.edge:not(.state-ok) path{stroke-width:2.5}
.edge.state-ok path{stroke:var(--quiet);opacity:.55}
.edge circle{fill:var(--tone)}
.edge text{fill:var(--card);font:bold 12px system-ui,sans-serif;text-anchor:middle}
.marked{margin:8px 0 18px}
.marked li{padding:6px 0}
.ways table{margin-top:10px}
footer{margin-top:48px;padding-top:18px;padding-bottom:40px;color:var(--quiet);font-size:.88em}
footer details{margin-top:8px}
footer table{margin-top:8px;max-width:520px}
@media (max-width:1050px){.picture svg{max-width:none}}
@media (min-width:1400px){.picture{margin-left:-100px;margin-right:-100px}}
@media (max-width:640px){
main,.top,footer{padding-left:14px;padding-right:14px}
.top{padding-top:12px}
.program{margin-bottom:6px}
.verdict{padding:12px 16px}
.verdict h1{font-size:1.5rem}
.sentence{margin-top:8px;font-size:1rem;line-height:1.45}
.target{margin-top:6px;font-size:.86em}
nav ul{margin-top:8px}
main>.findings{margin-top:12px}
.standing{margin-top:12px}
.card,.room{padding:14px}
.chips{flex-wrap:nowrap;overflow-x:auto;padding:3px}
.chip{flex:none}
th,td{padding:8px 10px}
.findings th:first-child{width:38%;font-size:.88em}
.command{flex-direction:column}
pre{width:100%}
}
@page{margin:14mm}
@media print{
:root{color-scheme:light;${variables(palettes.light)}}
body{background:none;font-size:11px}
main,.top,footer{max-width:none;padding:0}
.filters,.shown,nav,.skip,button,.toggle input,footer details{display:none!important}
.standing:has(.toggle input:not(:checked)){display:none}
.verdict,.card,.room{border-color:var(--tone)}
.card,.room,tr,.verdict{break-inside:avoid}
h2,h3,h4{break-after:avoid}
.picture{margin-left:0;margin-right:0;overflow:visible}
.picture svg{max-width:100%}
details::details-content{content-visibility:visible;block-size:auto}
a{color:inherit;text-decoration:none}
*{print-color-adjust:exact}
}
`

const hiddenBy = (choice: string, hidden: string): string => `body:has(${choice}) ${hidden}{display:none}`

/** Visible findings are counted by the style sheet too: what is not displayed does not count. */
const filtering = `
@supports selector(:has(*)){
.filters{display:block}
.standing:has(.toggle input:not(:checked)) .told{display:none}
.shown{display:block;margin-top:4px;color:var(--quiet);font-size:.9em}
.shown::before{content:counter(shown)}
.item{counter-increment:shown}
body{counter-reset:shown}
${['error', 'warning', 'notice'].map((name) => hiddenBy(`#show-${name}:not(:checked)`, `.is-${name}`)).join('\n')}
${Array.from({ length: areaSlots }, (_, index) => `area-${index + 1}`)
  .map((area) => hiddenBy(`#${area}:checked`, `:is(.card:not(.${area}),tr.item:not(.${area}),.standing:not(:has(.${area})))`))
  .join('\n')}
}
`

/** The style sheet: the same for every report, so that the page's content security policy can name it by its hash. */
export const styles = [page, head, findings, rest, filtering].join('')

/** SHA-256 of the style sheet. A test compares the two. */
export const stylesHash = 'sha256-HyZIo1zgnOHvkZRhdJsYBxP03noKnCP90T2XaTxdnUQ='
