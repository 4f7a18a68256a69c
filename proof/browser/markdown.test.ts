import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { marked, type Token } from 'marked'
import type { Browser, Page } from 'puppeteer-core'
import { blockedSnapshot } from '../../__tests__/fuzz/ready-snapshot.ts'
import { aFinding, aReport } from '../../__tests__/report/builders.ts'
import { disguised, hostileReport } from '../../__tests__/report/hostile-report.ts'
import { sampleReport } from '../../__tests__/report/sample.ts'
import { tool } from '../../src/preflight.ts'
import { commentLimit, linePage, renderComment } from '../../src/report/comment/comment.ts'
import { makeReport } from '../../src/report/report.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { launched, numbers, opened, type Screen, sizeOf } from './pages.ts'

jest.setTimeout(60_000)

let browser: Browser
beforeAll(async () => {
  browser = await launched()
})
afterAll(async () => {
  await browser.close()
})

/** https://github.com/sindresorhus/github-markdown-css: GitHub's own rules for Markdown. */
const githubStyles = readFileSync(new URL('../node_modules/github-markdown-css/github-markdown.css', import.meta.url), 'utf8')

/** As GitHub shows it: comments in 14 px, summaries in 16. */
const pageOf = (markdown: string, fontSize: number): string =>
  `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>x</title><link rel="icon" href="data:,"><style>${githubStyles}
body{margin:0}.markdown-body{font-size:${fontSize}px}</style><article class="markdown-body">${marked.parse(markdown, { async: false, gfm: true })}</article>`

const summaryPage = (report: Report): string => pageOf(renderSummary(report, { maxBytes: 1024 * 1024 }), 16)
const commentOf = (report: Report): string =>
  renderComment(report, {
    id: '0123456789abcdef',
    previous: null,
    digest: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 11),
    maxCharacters: commentLimit,
    job: 'check',
    runUrl: 'https://github.com/octocat/clusters/actions/runs/42',
    commit: 'c0ffee0123456789c0ffee0123456789c0ffee01',
    linkTo: ({ path, line }) => linePage('https://github.com', 'octocat/clusters', 'c0ffee', path, line),
  })
const commentPage = (report: Report): string => pageOf(commentOf(report), 14)

const snapshot = blockedSnapshot()
const account = makeReport({ tool, snapshot, findings: judge(rules, snapshot), failOn: 'error', onUnknown: 'fail' })

const long = 'x'.repeat(900)
const wide = aFinding({ subject: long, message: long, evidence: { [long]: long }, fix: { text: long, commands: [long] } })
const unfolded = async (page: Page): Promise<void> => {
  await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`)
}

const screens: readonly Screen[] = [375, 770, 1012, 1280].flatMap((width) => [
  { width, scheme: 'light' } as const,
  { width, scheme: 'dark' } as const,
])

describe.each([
  ['summary', summaryPage, 1012],
  ['comment', commentPage, 770],
])('the %s in the style of GitHub', (_, render, usual) => {
  test.each(screens)('is not scrolled sideways at %j, opened or folded, whatever is in it', async (screen) => {
    const { width } = screen
    for (const report of [account, sampleReport(), aReport([wide, { ...wide, status: 'pass' }, { ...wide, status: 'skipped' }])]) {
      const { page } = await opened(browser, render(report), screen)
      expect((await sizeOf(page)).width).toBe(width)
      await unfolded(page)
      expect((await sizeOf(page)).width).toBe(width)
      await page.close()
    }
  })

  test('no text of it is in a box that is scrolled, but commands that cannot be broken', async () => {
    const { page } = await opened(browser, render(account), { width: usual })
    await unfolded(page)
    const scrolled = await page.evaluate(
      `[...document.querySelectorAll('.markdown-body *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible').map((one) => one.innerText.slice(0, 30))`,
    )
    const commands: unknown = Array.isArray(scrolled)
      ? scrolled.filter((text) => !/^(?:aws ec2 describe-subnets|flowchart LR)/.test(String(text)))
      : scrolled
    expect(commands).toEqual([])
  })
})

/** What a reader of Markdown takes for structure: blocks in their order, with the inline parts that act. */
const outline = (tokens: readonly Token[]): readonly unknown[] =>
  tokens.flatMap((token) => {
    if (['text', 'space', 'escape'].includes(token.type) && !('tokens' in token)) return []
    const inner =
      token.type === 'list'
        ? token.items.map(({ tokens: own }: { readonly tokens: readonly Token[] }) => outline(own))
        : outline('tokens' in token ? (token.tokens ?? []) : [])
    return [[token.type, ...inner]]
  })

describe('whatever AWS, files and pull requests are named', () => {
  test.each([
    ['summary', (report: Report) => renderSummary(report, { maxBytes: Number.POSITIVE_INFINITY })],
    ['comment', commentOf],
  ])('the %s has the outline that it has for harmless names', (_, render) => {
    const harmless = outline(marked.lexer(render(disguised((slot) => `x${slot}`))))
    fc.assert(
      fc.property(hostileReport, (report) => {
        expect(outline(marked.lexer(render(report)))).toEqual(harmless)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the sample account', () => {
  test.each([
    ['summary', summaryPage(account), 1012],
    ['comment', commentPage(account), 770],
  ])('in a %s: the first error is on the first screen, all of it on three', async (_, html, width) => {
    const height = 800
    const { page } = await opened(browser, html, { width, height })
    expect((await sizeOf(page)).height).toBeLessThanOrEqual(3 * height)
    const [bottom] = await numbers(page, `document.querySelector('pre').getBoundingClientRect().bottom`)
    expect(bottom).toBeLessThanOrEqual(height)
    expect(await page.evaluate(`document.querySelector('h4').innerText.includes('quota')`)).toBe(true)
  })
})
