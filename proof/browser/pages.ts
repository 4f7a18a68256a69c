import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import chromium from '@sparticuz/chromium'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

/** A browser without windows. It is unpacked first. */
export const launched = async (): Promise<Browser> =>
  puppeteer.launch({ executablePath: await chromium.executablePath(), headless: 'shell', args: ['--no-sandbox', '--no-zygote'] })

export interface Opened {
  readonly page: Page
  /** Messages of the console, errors of scripts, and requests for anything but the page. */
  readonly noise: readonly string[]
}

export interface Screen {
  readonly width?: number
  readonly height?: number
  readonly scripts?: boolean
  readonly scheme?: 'light' | 'dark'
}

/** Opens a page that is a text. Its file is in the temporary folder, which whoever runs the browser removes. */
export const opened = async (browser: Browser, html: string, screen: Screen = {}): Promise<Opened> => {
  const { width = 1280, height = 800, scripts = true, scheme = 'light' } = screen
  const file = join(mkdtempSync(join(tmpdir(), 'preflight-page-')), 'page.html')
  writeFileSync(file, html)
  const address = pathToFileURL(file).href
  const page = await browser.newPage()
  const noise: string[] = []
  page.on('console', (message) => noise.push(message.text()))
  page.on('pageerror', (error) => noise.push(String(error)))
  page.on('request', (request) => {
    if (![address, 'data:,'].includes(request.url().split('#')[0] ?? '')) noise.push(request.url())
  })
  await page.setJavaScriptEnabled(scripts)
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
  await page.setViewport({ width, height })
  await page.goto(address)
  return { page, noise }
}

/** Pixels that the page is wide, and tall. */
export const sizeOf = async (page: Page): Promise<{ readonly width: number; readonly height: number }> => {
  const [width, height] = await numbers(page, '[document.scrollingElement.scrollWidth, document.scrollingElement.scrollHeight]')
  return { width: width ?? Number.NaN, height: height ?? Number.NaN }
}

/** Numbers that an expression gives in a page. */
export const numbers = async (page: Page, expression: string): Promise<readonly number[]> => {
  const value: unknown = await page.evaluate(expression)
  return Array.isArray(value) ? value.map(Number) : [Number(value)]
}
