import { andMore } from '../../semantics/text/enumerate.ts'
import type { Headroom } from '../schema/headroom.ts'
import type { Report } from '../schema/report.ts'
import { plain } from '../wording/escape.ts'
import { type Fit, fitOf, headroomInBrief, headroomSentence, headroomTitle, wholeCluster } from '../wording/headroom.ts'
import { type Lines, type Page, prose } from './page.ts'
import type { Style } from './styles.ts'

/** Groups with all that they want that are shown when there are more than `fitsShown + 1` of them. */
const fitsShown = 5

const fits: Readonly<Record<Fit, { readonly sign: string; readonly style: Style }>> = {
  short: { sign: '!', style: 'yellow' },
  uncertain: { sign: '?', style: 'magenta' },
  fits: { sign: '✓', style: 'green' },
}

/**
 * Groups that fit are cut, the others are not: those are what the user came for. Whether a shortage blocks is for
 * the findings to say. `all`: with what each limit is made of, and the next one.
 */
export const headroomLines = (page: Page, report: Report, all: boolean): Lines => {
  const entries = report.headroom
  // Without an account there is nothing to say of room.
  if (entries.length === 0 || report.staticOnly !== null) return []
  const fitting = entries.filter((entry) => fitOf(entry) === 'fits')
  const cut = new Set(fitting.length > fitsShown + 1 ? fitting.slice(fitsShown) : [])
  const lineOf = (entry: Headroom): Lines => {
    const { sign, style } = fits[fitOf(entry)]
    const [first = '', ...others] = prose(page, 2, plain(all ? headroomSentence(entry) : headroomInBrief(entry)), '')
    return [`${page.paint(style, sign)} ${first}`, ...others]
  }
  return [
    page.paint('bold', headroomTitle(report)),
    ...entries.filter((entry) => !cut.has(entry)).flatMap(lineOf),
    ...(cut.size > 0 ? [`${page.paint(fits.fits.style, fits.fits.sign)} ${andMore(cut.size)} that fit`] : []),
    ...wholeCluster(report).flatMap(lineOf),
  ]
}
