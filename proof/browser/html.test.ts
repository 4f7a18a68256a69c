import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Browser, Page } from 'puppeteer-core'
import { blockedSnapshot } from '../../__tests__/fuzz/ready-snapshot.ts'
import { aFinding, aReport } from '../../__tests__/report/builders.ts'
import { sampleReport } from '../../__tests__/report/sample.ts'
import { tool } from '../../src/preflight.ts'
import { renderHtml } from '../../src/report/html/document.ts'
import { makeReport } from '../../src/report/report.ts'
import type { Report } from '../../src/report/schema/report.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { rules } from '../../src/rules/index.ts'
import { launched, numbers, type Opened, opened, type Screen, sizeOf } from './pages.ts'

jest.setTimeout(60_000)

let browser: Browser
beforeAll(async () => {
  browser = await launched()
})
afterAll(async () => {
  await browser.close()
})

const open = (report: Report, screen: Screen = {}): Promise<Opened> => opened(browser, renderHtml(report), screen)

const snapshot = blockedSnapshot()
const account = makeReport({ tool, snapshot, findings: judge(rules, snapshot), failOn: 'error', onUnknown: 'fail' })

/** How many are shown of what a selector finds: what is folded is not. */
const visible = async (page: Page, selector: string): Promise<number> => {
  const [count] = await numbers(page, `[...document.querySelectorAll('${selector}')].filter((one) => one.checkVisibility()).length`)
  return count ?? Number.NaN
}

/** Chosen as by a person, wherever it is on the page. */
const choose = async (page: Page, id: string): Promise<void> => {
  await page.evaluate(`document.querySelector('.filters').open = true`)
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

  const schemes = ['light', 'dark'] as const
  test.each([320, 375, 770, 1012, 1280].flatMap((width) => schemes.map((scheme) => [width, scheme] as const)))(
    'a screen of %d pixels, %s, is not scrolled sideways, opened or folded',
    async (width, scheme) => {
      const long = 'x'.repeat(900)
      const wide = aFinding({ subject: long, message: long, evidence: { [long]: long }, fix: { text: long, commands: [long] } })
      for (const report of [account, sampleReport(), aReport([wide, { ...wide, status: 'pass' }])]) {
        const { page } = await open(report, { width, scheme })
        expect((await sizeOf(page)).width).toBe(width)
        await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true
for (const one of document.querySelectorAll('.toggle input:not(:checked)')) one.click()`)
        expect((await sizeOf(page)).width).toBe(width)
        await page.close()
      }
    },
  )

  test.each([true, false])('the first error is on the first screen of a phone (scripts: %p)', async (scripts) => {
    const { page } = await open(account, { width: 375, height: 667, scripts })
    const [bottom] = await numbers(page, `document.querySelector('.card.tone-error .item p').getBoundingClientRect().bottom`)
    expect(bottom).toBeLessThanOrEqual(667)
    expect((await sizeOf(page)).height).toBeLessThan(10_000)
  })

  test('problems are open, the rest is folded', async () => {
    const { page } = await open(sampleReport(), { scripts: false })
    expect(await visible(page, '.in-fail .item')).toBe(6)
    expect(await visible(page, '.in-unknown .item')).toBe(2)
    expect(await visible(page, ':is(.in-pass, .in-skipped, .in-waived) .item')).toBe(0)
    expect(await visible(page, ':is(.in-pass, .in-skipped, .in-waived) h3')).toBe(3)
    expect(await visible(page, ':is(.reach, .picture)')).toBe(0)
  })

  test('filters work without scripts', async () => {
    const { page } = await open(sampleReport(), { scripts: false })
    await page.click('.filters summary')
    expect(await visible(page, '.item')).toBe(8)
    for (const standing of ['waived', 'pass', 'skipped']) await page.click(`label:has(#show-${standing})`)
    expect(await visible(page, '.item')).toBe(34)
    await page.click('label:has(#show-warning)')
    expect(await visible(page, '.item')).toBe(31)
    await page.click('label:has(#show-warning)')
    for (const standing of ['waived', 'pass', 'skipped']) await page.click(`label:has(#show-${standing})`)
    await page.click('.filters label ::-p-text(network)')
    expect(await visible(page, '.card')).toBe(2)
    expect(await visible(page, '.item')).toBe(3)
    expect(await visible(page, '.in-unknown')).toBe(0)
    await page.click('label:has(#area-0)')
    expect(await visible(page, '.item')).toBe(8)
    expect(await visible(page, 'button')).toBe(0)
  })

  test.each([
    ['as it is', []],
    ['with what passed and was skipped', ['show-pass', 'show-skipped']],
    ['without errors', ['show-error', 'show-pass']],
    ['of one area', ['area-5', 'show-skipped']],
  ])('every filter counts what it shows: %s', async (_, chosen) => {
    const { page } = await open(sampleReport())
    for (const id of chosen) await choose(page, id)
    await page.evaluate(`document.querySelector('.filters').open = true`)
    const choices: unknown = await page.evaluate(
      `[...document.querySelectorAll('.chip input, .toggle input')].filter((box) => box.checkVisibility()).map(({ id }) => id)`,
    )
    if (!Array.isArray(choices)) throw new Error('no filters')
    expect(choices.length).toBeGreaterThan(10)
    for (const id of choices.map(String)) {
      const said = await numbers(page, `document.querySelector('label:has(#${id}) span').textContent`)
      const before: unknown = await page.evaluate(`document.querySelector('.filters input[type=radio]:checked').id`)
      const isOn = await page.evaluate(`document.getElementById('${id}').checked`)
      if (isOn !== true) await choose(page, id)
      // What a box shows is what goes when it is cleared; what an area shows is what is there when it is chosen.
      const all = await visible(page, '.item')
      const isArea = id.startsWith('area-')
      if (!isArea) await choose(page, id)
      const shown = isArea ? all : all - (await visible(page, '.item'))
      expect([id, said]).toEqual([id, [shown]])
      if (isArea) await choose(page, String(before))
      else if (isOn === true) await choose(page, id)
    }
  })

  test('on paper: no filters, everything that is open, and what is folded in the parts', async () => {
    const { page } = await open(sampleReport(), { width: 794 })
    await page.emulateMediaType('print')
    expect(await visible(page, ':is(.filters, nav, button, .shown)')).toBe(0)
    expect(await visible(page, '.card')).toBe(6)
    expect(await visible(page, '.in-pass')).toBe(0)
    expect(await visible(page, '.reach')).toBe(1)
    expect((await sizeOf(page)).width).toBe(794)
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
    await page.click('.filters summary')
    await page.locator('input[type=search]').fill('authorize-security SELF')
    expect(await visible(page, '.item')).toBe(1)
    expect(await visible(page, '.card')).toBe(1)
    await page.locator('input[type=search]').fill('s3/')
    const texts: unknown = await page.evaluate(
      `[...document.querySelectorAll('.item')].filter((item) => item.checkVisibility()).map((item) => (item.closest('.card') ?? item).innerText.includes('s3/'))`,
    )
    expect(texts).toEqual(Array(await visible(page, '.item')).fill(true))
    await page.keyboard.press('Escape')
    expect(await visible(page, '.item')).toBe(8)
  })
})
