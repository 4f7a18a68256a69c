import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import chromium from '@sparticuz/chromium'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { aFinding, aReport } from '../../__tests__/report/builders.ts'
import { sampleReport } from '../../__tests__/report/sample.ts'
import { renderHtml } from '../../src/report/html/document.ts'
import type { Report } from '../../src/report/schema/report.ts'

/** The browser is unpacked first. */
jest.setTimeout(60_000)

let browser: Browser
beforeAll(async () => {
  browser = await puppeteer.launch({
    executablePath: await chromium.executablePath(),
    headless: 'shell',
    args: ['--no-sandbox', '--no-zygote'],
  })
})
afterAll(async () => {
  await browser.close()
})

interface Opened {
  readonly page: Page
  /** Messages of the console, errors of scripts, and requests for anything but the page. */
  readonly noise: readonly string[]
}

const open = async (report: Report, { scripts = true, width = 1280 } = {}): Promise<Opened> => {
  const file = join(mkdtempSync(join(tmpdir(), 'preflight-html-')), 'report.html')
  writeFileSync(file, renderHtml(report))
  const address = pathToFileURL(file).href
  const page = await browser.newPage()
  const noise: string[] = []
  page.on('console', (message) => noise.push(message.text()))
  page.on('pageerror', (error) => noise.push(String(error)))
  page.on('request', (request) => {
    if (![address, 'data:,'].includes(request.url().split('#')[0] ?? '')) noise.push(request.url())
  })
  await page.setJavaScriptEnabled(scripts)
  await page.setViewport({ width, height: 800 })
  await page.goto(address)
  return { page, noise }
}

/** What is on the screen of what the page holds. */
const visible = async (page: Page, selector: string): Promise<number> => {
  const all = await page.$$(selector)
  const seen = await Promise.all(all.map((element) => element.isVisible()))
  return seen.filter(Boolean).length
}

const choose = async (page: Page, id: string): Promise<void> => {
  await page.click(`label:has(#${id})`)
}

describe('in a browser', () => {
  test.each([true, false])('nothing is asked of a network, and nothing is complained of (scripts: %p)', async (scripts) => {
    const { page, noise } = await open(sampleReport(), { scripts })
    expect(await page.title()).toMatch(/^BLOCKED: /)
    expect(noise).toEqual([])
  })

  test('the policy lets no other script or style in', async () => {
    const { page, noise } = await open(sampleReport())
    const ran = await page.evaluate(`(() => {
      const script = document.createElement('script')
      script.textContent = 'document.title = "other"'
      document.body.append(script)
      document.body.setAttribute('style', 'display: none')
      return [document.title, getComputedStyle(document.body).display]
    })()`)
    expect(ran).toEqual([expect.stringMatching(/^BLOCKED: /), 'block'])
    expect(noise).toHaveLength(2)
  })

  test.each([320, 360, 768])('a screen of %d pixels is not scrolled sideways', async (width) => {
    const long = 'x'.repeat(900)
    const wide = aFinding({ subject: long, message: long, evidence: { [long]: long }, fix: { text: long, commands: [long] } })
    for (const report of [sampleReport(), aReport([wide, { ...wide, status: 'pass' }])]) {
      const { page } = await open(report, { width })
      expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBe(width)
    }
  })

  test('filters work without scripts', async () => {
    const { page } = await open(sampleReport(), { scripts: false })
    expect(await visible(page, '.item')).toBe(34)
    await choose(page, 'show-pass')
    await choose(page, 'show-skipped')
    expect(await visible(page, '.item')).toBe(9)
    await choose(page, 'show-warning')
    expect(await visible(page, '.item')).toBe(5)
    await choose(page, 'show-warning')
    await page.click('label ::-p-text(network)')
    expect(await visible(page, '.card')).toBe(2)
    expect(await visible(page, '.item')).toBe(3)
    expect(await visible(page, '.standing')).toBe(1)
    await choose(page, 'area-0')
    await choose(page, 'show-pass')
    await choose(page, 'show-skipped')
    expect(await visible(page, '.item')).toBe(34)
    expect(await visible(page, 'button')).toBe(0)
  })

  test('a command is copied as it is', async () => {
    const command = `aws s3 ls "s3://a b/" && echo '<&>'`
    const { page, noise } = await open(aReport([aFinding({ fix: { text: 'Look.', commands: ['first', command] } })]))
    await browser
      .defaultBrowserContext()
      .overridePermissions(page.url(), ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write'])
    await page.bringToFront()
    await page.locator('.command:nth-of-type(2) button').click()
    await page.locator('button ::-p-text(Copied)').wait()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(command)
    expect(noise).toEqual([])
  })

  test('one click selects a whole command', async () => {
    const { page } = await open(aReport([aFinding({ fix: { text: 'Look.', commands: ['aws s3 ls', 'other'] } })]), { width: 360 })
    await page.locator('pre').click()
    expect(await page.evaluate('getSelection().toString().trim()')).toBe('aws s3 ls')
  })

  test('the search finds words of a finding, its rule and its fix', async () => {
    const { page } = await open(sampleReport())
    await page.locator('input[type=search]').fill('authorize-security SELF')
    expect(await visible(page, '.item')).toBe(1)
    expect(await visible(page, '.card')).toBe(1)
    await page.locator('input[type=search]').fill('s3/')
    const texts: unknown = await page.evaluate(
      `[...document.querySelectorAll('.item')].filter((item) => item.checkVisibility()).map((item) => (item.closest('.card') ?? item).innerText.includes('s3/'))`,
    )
    expect(texts).toEqual(Array(await visible(page, '.item')).fill(true))
    await page.keyboard.press('Escape')
    expect(await visible(page, '.item')).toBe(34)
  })
})
