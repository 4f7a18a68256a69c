import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { isInCheckout, placeOf, placeToWrite } from '../../src/disk/checkout.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'checkout-')))
afterAll(() => rmSync(root, { recursive: true }))

/** `named` leads to the checkout, as the work folder of a runner may. */
const [checkout, named] = [join(root, 'checkout'), join(root, 'named')]
mkdirSync(join(checkout, 'folder'), { recursive: true })
mkdirSync(join(root, 'checkout-beside'))
symlinkSync('checkout', named)
writeFileSync(join(checkout, 'folder', 'file'), '')
writeFileSync(join(root, 'outside'), '')
symlinkSync('folder/file', join(checkout, 'inside'))
symlinkSync('folder', join(checkout, 'linked'))
symlinkSync('../outside', join(checkout, 'leaving'))
symlinkSync('../checkout-beside', join(checkout, 'beside'))
symlinkSync('checkout/folder/file', join(root, 'own-link'))

const environment = (event: string) => ({ GITHUB_WORKSPACE: named, GITHUB_EVENT_NAME: event })
const leaves = 'is a link that leaves the checkout'
const isLink = 'is a link, or leads over one: none is followed in a pull request'

describe('what a path leads to', () => {
  test.each([
    ['checkout/folder/file', 'checkout/folder/file', 'checkout/folder/file'],
    ['named/folder/file', 'checkout/folder/file', 'checkout/folder/file'],
    ['named/../outside', 'outside', 'outside'],
    ['own-link', 'checkout/folder/file', 'checkout/folder/file'],
    ['checkout/inside', 'checkout/folder/file', isLink],
    ['named/linked/file', 'checkout/folder/file', isLink],
    ['checkout/leaving', leaves, isLink],
    ['named/leaving', leaves, isLink],
    ['checkout/beside', leaves, isLink],
  ])('%s: on a push %s, in a pull request %s', async (path, onPush, inPullRequest) => {
    for (const [event, expected] of [
      ['push', onPush],
      ['pull_request', inPullRequest],
      ['pull_request_target', inPullRequest],
      ['merge_group', inPullRequest],
    ] as const) {
      const place = placeOf(join(root, path), environment(event)).catch((error: Error) => error.message)
      expect(await place).toBe(expected.startsWith('is ') ? expected : join(root, expected))
    }
  })

  test.each([
    ['checkout/new/folder/report.json', 'checkout/new/folder/report.json'],
    ['checkout/linked/report.json', 'checkout/folder/report.json'],
    ['checkout/beside/report.json', leaves],
    ['checkout/beside/new/report.json', leaves],
    ['elsewhere/report.json', 'elsewhere/report.json'],
  ])('%s, which is to be written: %s', async (path, expected) => {
    const place = placeToWrite(join(root, path), environment('push')).catch((error: Error) => error.message)
    expect(await place).toBe(expected.startsWith('is ') ? expected : join(root, expected))
  })
})

test.each([
  ['checkout', true],
  ['checkout/folder', true],
  ['named/folder', true],
  ['checkout/beside', true],
  ['checkout-beside', false],
  ['.', false],
  ['nowhere', false],
])('whether %s is in the checkout: %p', (folder, expected) => {
  expect(isInCheckout(join(root, folder), environment('push'))).toBe(expected)
})
