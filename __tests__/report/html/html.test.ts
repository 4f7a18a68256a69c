import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../../src/model/finding.ts'
import { renderHtml } from '../../../src/report/html/document.ts'
import { areaSlots } from '../../../src/report/html/filters.ts'
import { script, scriptHash } from '../../../src/report/html/script.ts'
import { palettes, styles, stylesHash } from '../../../src/report/html/styles.ts'
import { plain } from '../../../src/report/wording/escape.ts'
import { standingOf } from '../../../src/report/wording/standing.ts'
import { place, waiverSentence } from '../../../src/report/wording/wording.ts'
import { aFinding, anUnknown, aReport } from '../builders.ts'
import { expectGolden } from '../golden.ts'
import { sampleFindings, sampleReport } from '../sample.ts'
import { below, type Element, find, readPage } from './html-page.ts'

const sampleText = renderHtml(sampleReport())
const sample = readPage(sampleText).root

const only = (element: Element, what: string): Element => {
  const [found, ...others] = find(element, what)
  if (found === undefined || others.length > 0) throw new Error(`${found === undefined ? 'no' : 'more than one'} ${what}`)
  return found
}
const bad = (): never => {
  throw new Error('not in the sample')
}
const pageOf = (findings: readonly Finding[]): Element => readPage(renderHtml(aReport(findings))).root
const texts = (elements: readonly Element[]): readonly string[] => elements.map(({ text }) => text)

test('the page of the sample', () => {
  expectGolden('blocked.html', renderHtml(sampleReport()))
})

describe('a page that needs nothing else', () => {
  const sha256 = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

  test('its policy allows its own style sheet and script, by their hashes, and nothing more', () => {
    expect({ stylesHash, scriptHash }).toEqual({ stylesHash: sha256(styles), scriptHash: sha256(script) })
    expect(texts(find(sample, 'style'))).toEqual([styles])
    expect(texts(find(sample, 'script'))).toEqual([script])
    const [policy] = find(sample, 'meta').filter(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')
    expect(policy?.attributes['content']).toBe(
      `default-src 'none'; style-src '${stylesHash}'; script-src '${scriptHash}'; img-src data:; base-uri 'none'; form-action 'none'`,
    )
  })

  test('nothing in it is fetched, and no attribute holds styles or code', () => {
    expect(styles).not.toMatch(/url\(|@import|@font-face/)
    const fetching = below(sample).filter(({ name }) => /^(?:img|iframe|object|embed|video|audio|source|base|form|image)$/.test(name))
    expect(fetching).toEqual([])
    expect(find(sample, 'link').map(({ attributes }) => attributes)).toEqual([{ rel: 'icon', href: 'data:,' }])
    const attributes = below(sample).flatMap((element) => Object.entries(element.attributes))
    expect(attributes.filter(([name]) => /^(?:on|src|style$)/.test(name))).toEqual([])
    const addresses = attributes.filter(([name]) => name.endsWith('href')).map(([, value]) => value)
    expect(
      addresses.filter((address) => !/^(?:#[a-z-]+|data:,|https:\/\/github\.com\/hyperpod-preflight\/[\w/.-]+)$/.test(address)),
    ).toEqual([])
  })
})

describe('a page that everybody can read', () => {
  test('the parser of the standard has no complaint', () => {
    expect(readPage(sampleText).errors).toEqual([])
  })

  test('language, window, title, landmarks', () => {
    expect(sample.attributes['lang']).toBe('en')
    expect(find(sample, 'meta').map(({ attributes }) => attributes['name'])).toContain('viewport')
    expect(only(only(sample, 'head'), 'title').text).toBe(
      'BLOCKED: cluster ml-train · Slurm · us-west-2 · account 111122223333 · vpc-0a1b2c3d – HyperPod preflight',
    )
    for (const landmark of ['header', 'nav', 'main', 'footer']) expect(find(sample, landmark)).toHaveLength(1)
  })

  test('headings go down one level at a time', () => {
    const levels = below(sample).flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name.slice(1))] : []))
    expect(levels[0]).toBe(1)
    expect(levels.filter((level) => level === 1)).toHaveLength(1)
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 1) + 1)).toEqual([])
  })

  test('every column and row has its header, every choice its words, every jump its end', () => {
    expect(find(sample, 'th').length).toBeGreaterThan(20)
    expect(find(sample, 'th').filter(({ attributes }) => !/^(?:col|row)$/.test(attributes['scope'] ?? ''))).toEqual([])
    const labelled = find(sample, 'label').flatMap((label) => (label.text.trim() === '' ? [] : find(label, 'input')))
    expect(find(sample, 'input')).toEqual(labelled)
    const ids = below(sample).flatMap(({ attributes }) => attributes['id'] ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    const jumps = below(sample).flatMap(({ attributes: { href } }) => (href?.startsWith('#') === true ? [href.slice(1)] : []))
    expect(jumps.filter((jump) => !ids.includes(jump))).toEqual([])
  })

  test.each(Object.entries(palettes))('all text of %s stands out from its ground', (_, { ground, card, inset, line: _line, ...inks }) => {
    const weak = Object.entries(inks).flatMap(([name, ink]) =>
      [ground, card, inset].filter((behind) => contrast(ink, behind) < 4.5).map((behind) => `${name} on ${behind}`),
    )
    expect(weak).toEqual([])
  })

  test('contrast as WCAG computes it', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  })
})

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
const contrast = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

describe('what it says', () => {
  test.each([
    ['blocked', [aFinding()], 'Blocked', 'error'],
    ['unproven', [anUnknown(), aFinding({ status: 'pass' })], 'Unproven', 'unknown'],
    ['ready', [aFinding({ status: 'pass' })], 'Ready', 'pass'],
    ['unproven, since nothing was judged', [aFinding({ status: 'skipped' })], 'Unproven', 'unknown'],
  ] as const)('%s: in words, colour and sign', (_, findings, word, tone) => {
    const verdict = only(pageOf(findings), '.verdict')
    expect(only(verdict, 'h1').text).toBe(word)
    expect(verdict.attributes['class']).toBe(`verdict tone-${tone}`)
    expect(only(only(verdict, 'h1'), 'use').attributes['href']).toBe(`#sign-${tone === 'error' ? 'fail' : tone}`)
  })

  test.each([
    ['passes', aFinding({ status: 'pass' }), 'Files checked, account not checked', 'unknown'],
    ['fails', aFinding(), 'Blocked by the files alone', 'error'],
  ])('without an account, a report that %s has a title and a sign of its own', (_, finding, title, tone) => {
    const page = readPage(
      renderHtml({ ...aReport([finding]), staticOnly: 'no credentials', verdict: tone === 'error' ? 'blocked' : 'unproven' }),
    ).root
    const verdict = only(page, '.verdict')
    expect(only(verdict, 'h1').text).toBe(title)
    expect(only(verdict, 'use').attributes['href']).toBe('#sign-files')
    expect(verdict.attributes['class']).toBe(`verdict tone-${tone}`)
    expect(page.text).not.toContain('Headroom')
  })

  test('verdict, target and time', () => {
    expect(only(sample, '.sentence').text).toBe(
      '3 errors, 2 warnings, 1 notice, 2 unknown: fix the errors first; not judged in full: iam/execution-role-permissions, iam/caller (exit 1)',
    )
    expect(only(sample, '.target').text).toBe(
      'cluster ml-train · Slurm · us-west-2 · account 111122223333 · vpc-0a1b2c3d · November 23, 2026, 12:00 UTC',
    )
  })

  test('problems first and open, then headroom, reach and network; the rest is folded', () => {
    const [main] = find(sample, 'main')
    expect(main?.children.map(({ attributes }) => attributes['id'])).toEqual(['findings', 'headroom', 'reach', 'network'])
    const boxes = find(sample, '.toggle').flatMap((toggle) => find(toggle, 'input'))
    expect(boxes.map(({ attributes }) => [attributes['id'], 'checked' in attributes])).toEqual([
      ['show-fail', true],
      ['show-unknown', true],
      ['show-waived', false],
      ['show-pass', false],
      ['show-skipped', false],
    ])
    expect(find(sample, 'details').filter(({ attributes }) => 'open' in attributes)).toEqual([])
  })

  test('every finding once, under its status, with all that it carries', () => {
    const items = find(sample, '.item')
    expect(items).toHaveLength(sampleFindings.length)
    for (const standing of ['fail', 'unknown', 'waived', 'pass', 'skipped'] as const) {
      const expected = sampleFindings.filter((finding) => standingOf(finding) === standing)
      const section = only(sample, `.in-${standing}`)
      expect(only(only(section, 'h3'), '.count').text).toBe(String(expected.length))
      const found = find(section, '.item').map((item) => ({ subject: only(item, '.subject').text, text: item.text }))
      // What is not known says its message once for all of its card.
      const messageOf = ({ rule, message }: Finding): string => (standing === 'unknown' ? rule : message)
      if (standing === 'unknown') for (const { message } of expected) expect(section.text).toContain(plain(message))
      for (const finding of expected) {
        const at = place(finding)
        const parts = [messageOf(finding), ...(at === null ? [] : [at]), waiverSentence(finding) ?? '']
        const own = found.filter(
          ({ subject, text }) => subject === plain(finding.subject) && parts.every((part) => text.includes(plain(part))),
        )
        expect(own).toHaveLength(
          expected.filter(({ subject, message }) => subject === finding.subject && message === finding.message).length,
        )
      }
    }
  })

  test('what has the same way out is one card; a fix is told with its commands, whole', () => {
    const long = `aws s3 ls s3://${'b'.repeat(3_000)}/ && echo "<&'"`
    const fix = { text: 'Do <this>.', commands: [long, 'second'] }
    const page = pageOf([aFinding({ subject: 'a', fix }), aFinding({ subject: 'b', fix }), aFinding({ subject: 'c' })])
    const [first, second, ...others] = find(page, '.card')
    expect(others).toEqual([])
    expect(find(first ?? page, 'li').map((one) => only(one, '.subject').text)).toEqual(['a', 'b'])
    expect(only(first ?? page, 'h4').text).toBe('A subnet cannot be used error')
    expect(texts(find(first ?? page, 'pre'))).toEqual([long, 'second'])
    expect(only(only(first ?? page, '.fix'), 'p').text).toBe('Fix Do <this>.')
    expect(find(second ?? page, 'pre')).toEqual([])
  })

  test('an answer that is missing is told once, with all that it keeps from being judged', () => {
    const page = pageOf([
      anUnknown({ subject: 'a' }),
      anUnknown({ subject: 'b' }),
      anUnknown({ rule: 'network/vpc', severity: 'warning', subject: 'c' }),
    ])
    const unknown = only(only(page, '.in-unknown'), '.card')
    expect(unknown.text.split(anUnknown().message)).toHaveLength(2)
    expect(only(unknown, 'h4').text).toBe(`${anUnknown().gap?.action} was denied: 3 checks not made could be: error`)
    expect(find(unknown, 'li').map(({ children }) => texts(children))).toEqual([
      ['A subnet cannot be used (error) network/subnets', 'a'],
      ['A subnet cannot be used (error) network/subnets', 'b'],
      ['The VPC of the cluster cannot be used (warning) network/vpc', 'c'],
    ])
    expect(unknown.attributes['class']).toBe('card tone-unknown is-error area-1')
  })

  test('evidence in words, with units', () => {
    const page = pageOf([aFinding({ evidence: { needGb: 5000, vpcEndpointIds: ['1', '2'], none: [], enableDnsSupport: false } })])
    expect(find(only(page, '.evidence'), 'div').map(({ children }) => texts(children))).toEqual([
      ['Needed', '5,000 GB'],
      ['VPC endpoint IDs', '1, 2'],
      ['None', 'none'],
      ['DNS support', 'no'],
    ])
  })

  test('actions to allow, each once, where there are several', () => {
    const denied = (action: string) => anUnknown({ gap: { reason: 'denied', action, message: 'm' } })
    const late = anUnknown({ gap: { reason: 'timeout', action: 's3:C', message: 'm' } })
    expect(only(pageOf([denied('s3:B'), denied('s3:A'), denied('s3:B'), late]), '.allow').text).toBe(
      'To allow for the role that runs this check: s3:A, s3:B',
    )
    expect(find(pageOf([denied('s3:B'), late]), '.allow')).toEqual([])
  })

  test('nothing at all', () => {
    const page = pageOf([])
    expect(only(page, '.findings').text).toContain('Nothing was judged.')
    expect(find(page, 'input')).toEqual([])
  })
})

describe('headroom', () => {
  const bar = (wanted: number, possible: number) => {
    const [entry] = sampleReport().headroom
    if (entry === undefined) throw new Error('no group')
    const page = readPage(renderHtml({ ...sampleReport(), headroom: [{ ...entry, wanted, possible }] })).root
    const [, filled] = find(only(page, '.bar'), 'rect')
    return [filled?.attributes['width'], only(only(page, '.bar'), 'line').attributes['x1']]
  }

  test.each([
    [16, 4, ['25%', '100%']],
    [16, 0, ['0%', '100%']],
    [16, 16, ['100%', '100%']],
    [16, 24, ['100%', '66.7%']],
    [16, 9_000, ['100%', '50%']],
    [0, 0, ['0%', '0%']],
  ])('wanted %d, possible %d', (wanted, possible, expected) => {
    expect(bar(wanted, possible)).toEqual(expected)
  })

  test('of a plan that has room', () => {
    const [, fitting] = sampleReport().headroom
    const page = readPage(renderHtml({ ...sampleReport(), headroom: [fitting ?? bad()] })).root
    expect(only(page, '.room').attributes['class']).toBe('room tone-pass')
    expect(only(only(page, '.room'), '.badge').text).toBe('fits')
  })

  test('each group and the cluster, with the limit that binds; beside one that is short none is told to fit', () => {
    const rooms = find(sample, '.room')
    expect(rooms.map(({ attributes }) => attributes['class'])).toEqual([
      'room tone-warning',
      'room tone-skipped',
      'room tone-unknown',
      'room tone-skipped',
    ])
    expect(texts(rooms.flatMap((room) => find(room, '.badge')))).toEqual(['4 too few', 'up to 3', 'not certain', 'up to 40'])
    expect(rooms[0]?.text).toContain('wants 4, 0 possible')
    expect(rooms[0]?.text).toContain('Limit: subnet-0bbbbbbb (17 free addresses, 32 a node)')
    expect(rooms[2]?.text).toContain('Not known: quota/cluster-usage')
  })
})

describe('filters', () => {
  test('severities are those of the problems, areas those of all findings; how many each shows, the script says', () => {
    expect(texts(find(sample, '.chip')).map((text) => text.trim())).toEqual([
      ...['error', 'warning', 'notice', 'all'],
      ...['credentials', 'eks', 'iam', 'lifecycle', 'network', 'quota', 's3', 'security-group'],
    ])
    expect(texts(find(sample, '.toggle')).map((text) => text.trim())).toEqual([
      ...['Failing 6', 'Not known 2', 'Waived 1', 'Passed 15', 'Skipped 10'],
    ])
    expect(texts(find(pageOf([aFinding({ status: 'pass' })]), '.chip')).map((text) => text.trim())).toEqual(['all', 'network'])
  })

  test('each choice has its rule in the style sheet, and each finding the class that the rule is about', () => {
    const choices = find(sample, '.chip').flatMap((chip) => find(chip, 'input').map(({ attributes }) => attributes['id'] ?? ''))
    expect(choices.filter((id) => id !== 'area-0' && !styles.includes(`#${id}:`))).toEqual([])
    const area = find(sample, 'label').find(({ text }) => text.trim() === 'lifecycle')
    const slot = find(area ?? sample, 'input')[0]?.attributes['id'] ?? ''
    const rows = find(sample, `tr.${slot}`).length
    const inCards = find(sample, `.card.${slot}`).flatMap((card) => find(card, '.item')).length
    expect(rows + inCards).toBe(11)
  })

  test.each([
    [areaSlots, 0],
    [areaSlots + 1, 2],
    [areaSlots + 40, 41],
  ])('of %d areas %d share the last choice', (count, shared) => {
    const findings = Array.from({ length: count }, (_, index) =>
      aFinding({ rule: `area${index + 100}/rule`, fix: { text: `${index}`, commands: [] } }),
    )
    const page = pageOf(findings)
    expect(find(page, 'input').filter(({ attributes }) => attributes['type'] === 'radio')).toHaveLength(areaSlots + 1)
    const last = find(page, `.card.area-${areaSlots}`).length
    expect(last).toBe(shared === 0 ? 1 : shared)
    expect(texts(find(page, '.chip')).at(-1)?.trim()).toBe(shared === 0 ? `area${count + 99}` : 'others')
  })
})

test('ten thousand findings are a file that can be sent', () => {
  const findings = Array.from({ length: 10_000 }, (_, index) =>
    aFinding({
      subject: `subnet-${index}`,
      status: index % 2 === 0 ? 'fail' : 'pass',
      evidence: { freeAddresses: index },
      fix: { text: `Wait for ${index}.`, commands: [`aws ec2 describe-subnets --subnet-ids subnet-${index}`] },
    }),
  )
  const report = aReport(findings)
  const started = performance.now()
  const text = renderHtml(report)
  expect(performance.now() - started).toBeLessThan(5_000)
  expect(Buffer.byteLength(text)).toBeLessThan(8_000_000)
  expect(text.split('class="item').length - 1).toBe(10_000)
})
