import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../../src/model/finding.ts'
import { type CommentOptions, commentLimit, commentMarker, linePage, renderComment } from '../../../src/report/comment/comment.ts'
import type { Report } from '../../../src/report/schema/report.ts'
import { aFinding, anUnknown, aReport, aWaiver } from '../builders.ts'
import { hostileName, sampleReport } from '../sample.ts'

const optionsOf = (changes: Partial<CommentOptions> = {}): CommentOptions => ({
  id: '0123456789abcdef',
  previous: null,
  digest: (text) => createHash('sha256').update(text).digest('base64url').slice(0, 11),
  maxCharacters: commentLimit,
  job: 'check',
  runUrl: 'https://github.com/octocat/clusters/actions/runs/42',
  commit: 'c0ffee0123456789c0ffee0123456789c0ffee01',
  linkTo: ({ path, line }) => linePage('https://github.com', 'octocat/clusters', 'c0ffee', path, line),
  ...changes,
})

const render = (report: Report, changes: Partial<CommentOptions> = {}): string => renderComment(report, optionsOf(changes))
const rewritten = (before: readonly Finding[], now: readonly Finding[]): string =>
  render(aReport(now), { previous: render(aReport(before)) })
/** Where each problem is, and what is wrong no more. */
const rowsOf = (comment: string): readonly string[] => comment.split('\n').filter((line) => /^(?:<sub>|- )/.test(line))
const headingsOf = (comment: string): readonly string[] => comment.match(/^####.*/gm) ?? []
const passing = (changes: Partial<Finding> = {}): Finding => aFinding({ status: 'pass', message: 'it is available', ...changes })

describe('a comment', () => {
  test('begins with its marker and tells the verdict, the finding with its place and fix, and where the rest is', () => {
    const fix = { text: 'Wait until it is available.', commands: ['aws ec2 describe-subnets'] }
    const comment = render(aReport([aFinding({ fix, location: { path: 'infra/my cluster.json', line: 12, column: 3 } }), passing()]))
    expect(comment.startsWith(commentMarker('0123456789abcdef'))).toBe(true)
    expect(comment).toContain('## ❌ Blocked: HyperPod preflight')
    expect(comment).toContain('**BLOCKED:** 1 error: fix the error first')
    expect(comment).toContain(
      '#### ❌ A subnet cannot be used\n\nsubnet-0aaaaaaa is pending, it must be available\n\n<sub>[network/subnets](https://github.com/hyperpod-preflight/hyperpod-preflight/blob/main/docs/rules/network/subnets.md) · <code>subnet-0aaaaaaa</code> · [<code>infra/my cluster.json:12:3</code>](https://github.com/octocat/clusters/blob/c0ffee/infra/my%20cluster.json#L12)</sub>\n\n**Fix:** Wait until it is available.\n\n',
    )
    expect(comment).toContain('```sh\naws ec2 describe-subnets\n```')
    expect(comment).toContain('\n1 passed · job <code>check</code> · commit <code>c0ffee012345</code> · ')
    expect(comment).toContain('[summary of the run](https://github.com/octocat/clusters/actions/runs/42)')
    expect(comment).not.toContain('Since')
  })

  test('is short where all is well', () => {
    const comment = render(aReport([passing()]))
    expect(comment).toContain('## ✅ Ready: HyperPod preflight')
    expect(headingsOf(comment)).toEqual([])
    expect(comment.length).toBeLessThan(700)
  })

  test('a place that has no page is named without a link', () => {
    const comment = render(aReport([aFinding({ location: { path: '../x.json', line: 1, column: 1 } })]), { linkTo: () => null })
    expect(comment).toContain(' · <code>../x.json:1:1</code></sub>')
  })
})

describe('what has changed since the comment was last written', () => {
  const [a, b, c] = ['subnet-a', 'subnet-b', 'subnet-c'].map((subject) => aFinding({ subject, message: `${subject} is pending` })) as [
    Finding,
    Finding,
    Finding,
  ]

  test('fixed, new and still there', () => {
    const comment = rewritten([a, b], [passing({ subject: 'subnet-a' }), b, c])
    expect(comment).toContain('Since this comment was last written: 1 fixed · 1 new · 1 still there\n')
    expect(rowsOf(comment)).toEqual([
      expect.stringMatching(/subnet-b is.* · still there$/),
      expect.stringMatching(/subnet-c is.* · new$/),
      expect.stringMatching(/ · 2 findings<\/sub>$/),
      expect.stringMatching(/^- ✅ \[network\/subnets\]\(.*\) · <code>subnet-a<\/code> · fixed$/),
    ])
  })

  test('all is well: it turns green and says what was fixed', () => {
    const comment = rewritten([a], [passing({ subject: 'subnet-a' })])
    expect(comment).toContain('## ✅ Ready')
    expect(headingsOf(comment)).toEqual(['#### No longer failing or unknown'])
    expect(rowsOf(comment)).toHaveLength(1)
    const next = render(aReport([passing({ subject: 'subnet-a' })]), { previous: comment })
    expect(next).toContain('## ✅ Ready')
    expect(next).not.toContain('Since')
    expect(render(aReport([passing({ subject: 'subnet-a' })]), { previous: next })).toBe(next)
  })

  const oneChange: readonly (readonly [string, readonly Finding[], readonly Finding[], string])[] = [
    ['fixed', [a], [passing({ subject: 'subnet-a' })], '1 fixed'],
    ['an unknown that passes', [anUnknown()], [passing({ subject: 'account' })], '1 passes, could not be judged before'],
    ['an unknown that fails is new', [anUnknown()], [aFinding({ subject: 'account' })], '1 new'],
    ['a failure that cannot be judged is not fixed', [a], [anUnknown({ subject: 'subnet-a' })], '1 still there'],
    ['a failure whose rule could not be judged is not fixed', [a], [anUnknown()], '1 not judged this time · 1 new'],
    ['a failure whose rule was skipped is not fixed', [a], [aFinding({ status: 'skipped', subject: 'plan' })], '1 not judged this time'],
    ['a failure that was skipped is not fixed', [a], [aFinding({ status: 'skipped', subject: 'subnet-a' })], '1 not judged this time'],
    ['a failure of a rule that is off is not fixed', [a], [passing({ rule: 'network/vpc' })], '1 not judged this time'],
    ['waived', [a], [aFinding({ subject: 'subnet-a', waiver: aWaiver })], '1 waived'],
    ['a subject that the plan has no more', [a], [passing({ subject: 'subnet-z' })], '1 no longer in the plan'],
  ]
  test.each(oneChange)('%s', (_, before, now, expected) => {
    expect(rewritten(before, now)).toContain(`Since this comment was last written: ${expected}\n`)
  })

  test('a severity that is another is told', () => {
    expect(rowsOf(rewritten([aFinding({ severity: 'warning' })], [aFinding()]))).toEqual([
      expect.stringMatching(/still there, was warning<\/sub>$/),
    ])
  })

  test('the same report after itself changes no more from the second time on', () => {
    const report = sampleReport()
    const second = render(report, { previous: render(report) })
    expect(render(report, { previous: second })).toBe(second)
  })

  const first = render(aReport([a]))
  const state = /^<!-- hyperpod-preflight \S+ (\S+) -->/.exec(first)?.[1] ?? ''
  const stored = (value: unknown): string => first.replace(state, Buffer.from(JSON.stringify(value)).toString('base64url'))
  test.each([
    ['taken out', first.replace(state, '')],
    ['cut', first.replace(state, state.slice(0, -5))],
    ['written over', first.replace(state, 'hello')],
    ['of another version', stored({ v: 2, n: [] })],
    ['of another shape', stored({ v: 1, n: [['fail', 'error', 'a/b']] })],
    ['with another severity', stored({ v: 1, n: [['fail', 'fatal', 'a/b', 'x']] })],
    ['of too many findings', stored({ v: 1 })],
    ['no JSON', stored('x').replace(/ \S+ -->/, ' e30x -->')],
    ['of a marker that is not closed', first.replace(' -->', ' ')],
    ['of another comment', first.replace('0123456789abcdef', 'fedcba')],
    ['empty', ''],
  ])('a state %s is compared with nothing', (_, previous) => {
    expect(state).toMatch(/^[\w-]+$/)
    const comment = render(aReport([b]), { previous })
    expect(comment).toBe(render(aReport([b])))
  })

  test('what somebody wrote into the state is shown as text', () => {
    const previous = stored({ v: 1, n: [['fail', 'error', hostileName, hostileName]] })
    const comment = render(aReport([b]), { previous })
    expect(comment).toContain('1 not judged this time')
    expect(comment).not.toMatch(/<img|\p{Cc}(?<!\n)|\n::|```` |https:\/\/evil/u)
  })
})

describe('many findings', () => {
  const many = (count: number, size: number): readonly Finding[] =>
    Array.from({ length: count }, (_, index) => aFinding({ subject: `${'s'.repeat(size)}${index}` }))
  const stateOf = (comment: string): string => /^<!-- hyperpod-preflight \S+ (\S*) -->/.exec(comment)?.[1] ?? ''

  test('that are too many to name are compared by digests', () => {
    const before = render(aReport(many(200, 50)))
    expect(stateOf(before).length).toBeLessThanOrEqual(8_192)
    expect(Buffer.from(stateOf(before), 'base64url').toString()).not.toContain('sss')
    const now = [passing({ subject: `${'s'.repeat(50)}0` }), ...many(200, 50).slice(2), aFinding({ subject: 'x' })]
    expect(render(aReport(now), { previous: before })).toContain(
      'Since this comment was last written: 1 fixed · 1 no longer listed · 1 new · 198 still there\n',
    )
  })

  test('that are too many even for that are not compared', () => {
    const before = render(aReport(many(2_000, 50)))
    expect(stateOf(before)).toBe(Buffer.from('{"v":1}').toString('base64url'))
    expect(render(aReport(many(2_000, 50)), { previous: before })).not.toContain('Since')
  })

  test('the state is named, or digested, or empty, and never over its bound', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 200 }), (count, size) => {
        expect(stateOf(render(aReport(many(count, size)))).length).toBeLessThanOrEqual(8_192)
      }),
      { numRuns: 30 },
    )
  })
})

describe('a comment that is too long', () => {
  const fix = { text: 'Wait – ä 🚀', commands: ['aws ec2 describe-subnets'] }
  const report = aReport(
    Array.from({ length: 150 }, (_, index) =>
      aFinding({ subject: `s-${index}`, message: 'm🚀'.repeat(120), fix: { ...fix, text: `${fix.text} ${index}` } }),
    ),
  )
  const whole = render(report, { maxCharacters: 1_000_000 })

  test('is whole where it fits exactly, and says nothing of being cut', () => {
    expect(render(report, { maxCharacters: whole.length })).toBe(whole)
    expect(whole).not.toContain('Left out')
  })

  test('one character less costs the last rows, as many as the note needs, and the text says where they are', () => {
    const cut = render(report, { maxCharacters: whole.length - 1 })
    expect(cut.length).toBeLessThan(whole.length)
    expect(headingsOf(cut)).toHaveLength(149)
    expect(cut).toContain(
      'Left out, because a comment has a limit: 1 of the problems. The [summary of the run](https://github.com/octocat/clusters/actions/runs/42) has them.',
    )
  })

  test('goes to the limit of GitHub and not over it', () => {
    const cut = render(report)
    expect(whole.length).toBeGreaterThan(commentLimit)
    expect(cut.length).toBeLessThanOrEqual(commentLimit)
    expect(cut.length).toBeGreaterThan(commentLimit - 2_000)
    expect(cut).toContain(`${150 - headingsOf(cut).length} of the problems.`)
    expect(cut.startsWith(commentMarker('0123456789abcdef'))).toBe(true)
  })

  test('never goes over any limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 32_768, max: whole.length }), (maxCharacters) => {
        const cut = render(report, { maxCharacters })
        expect(cut.length).toBeLessThanOrEqual(maxCharacters)
        expect(cut.match(/<details>/g)?.length).toBe(cut.match(/<\/details>/g)?.length)
      }),
      { numRuns: 50 },
    )
  })

  test('keeps within it with names of 10 kB', () => {
    const name = '<@&#>'.repeat(2_000)
    const huge = aReport([aFinding({ rule: name, subject: name, message: name, location: { path: name, line: 1, column: 1 } })])
    const comment = render({ ...huge, target: { ...huge.target, clusterName: name } }, { job: name, previous: null })
    expect(comment.length).toBeLessThanOrEqual(commentLimit)
    expect(comment).toContain('## ❌ Blocked')
  })
})

describe('the page of a line', () => {
  test.each([
    ['a/b.sh', 'a/b.sh'],
    ['a b/(c) [d]*~!\'".sh', 'a%20b/%28c%29%20%5Bd%5D%2A%7E%21%27%22.sh'],
    ['a\n|<>`#?%.sh', 'a%0A%7C%3C%3E%60%23%3F%25.sh'],
    ['größe/日.sh', 'gr%C3%B6%C3%9Fe/%E6%97%A5.sh'],
    ['half \ud83d', 'half%20%EF%BF%BD'],
  ])('%j', (path, encoded) => {
    expect(linePage('https://ghe.example', 'o/r', 'c0ffee', path, 3)).toBe(`https://ghe.example/o/r/blob/c0ffee/${encoded}#L3`)
  })

  test('is one link target, whatever the path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (path) => {
        expect(linePage('https://x.example', 'o/r', 'c', path, 1)).toMatch(/^https:\/\/x\.example\/o\/r\/blob\/c\/[\w%./-]*#L1$/)
      }),
    )
  })

  test('that would be endless is none', () => {
    expect(linePage('https://x.example', 'o/r', 'c', 'x'.repeat(2_000), 1)).toBeNull()
  })
})
