import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parsePolicyFile } from '../../src/inputs/policy-file.ts'
import { parseRequest } from '../../src/inputs/request.ts'
import type { PolicyFile } from '../../src/model/policy.ts'
import { rules } from '../../src/rules/index.ts'
import { anyDocument, anyPath, documentTraps, oddDocuments } from './documents.ts'
import { blockedSnapshot } from './ready-snapshot.ts'
import { edited, editsOf, inTime, pathsOf, reported, runs, testTimeMs } from './runs.ts'

const ruleIds = rules.map(({ id }) => id)
const example = readFileSync(new URL('../../examples/hyperpod-preflight.yml', import.meta.url), 'utf8')

const parsed = (path: string, text: string): PolicyFile | null => {
  const file = inTime(() => parsePolicyFile(path, text, ruleIds))
  if (file.ok) return file.value
  expect(file.faults.length).toBeGreaterThan(0)
  for (const { source, problem } of file.faults) {
    expect(source).toMatch(/^.+:\d+:\d+$/)
    expect(problem).not.toBe('')
  }
  return null
}

describe('a policy file', () => {
  test('the example is read, so that changes of it can be', () => {
    expect(parsed('policy.yml', example)).not.toBeNull()
  })

  test.each(Object.entries(documentTraps))('%s is refused, with a place', (name, text) => {
    // A text of directives alone is an empty file of YAML, which the program refuses as well.
    expect(parsed(name, text)).toBeNull()
  })

  test.each(oddDocuments.map((text) => [JSON.stringify(text), text]))('%s excuses nothing', (_, text) => {
    for (const path of ['policy.json', 'policy.yml']) {
      const file = parsed(path, text)
      expect(file === null || (file.policy.waivers.length === 0 && Object.keys(file.policy.rules).length === 0)).toBe(true)
    }
  })

  test(
    'any text: faults with their places, or a policy that excuses nothing',
    () => {
      fc.assert(
        fc.property(anyPath, anyDocument, (path, text) => {
          expect(parsed(path, text)?.policy.waivers ?? []).toEqual([])
        }),
        runs(300),
      )
    },
    testTimeMs,
  )

  test(
    'the example with members removed or replaced: faults, or a policy under which a report can be written; nothing but a rule or a waiver that it names makes a blocked account ready',
    () => {
      const request = parseRequest('policy.yml', example)
      if (!request.ok) throw new Error(JSON.stringify(request.faults))
      const { value } = request.value
      const snapshot = blockedSnapshot()
      const before = reported(snapshot).findings.filter(({ status, severity }) => status === 'fail' && severity === 'error')
      fc.assert(
        fc.property(editsOf(pathsOf(value)), (edits) => {
          const file = parsed('policy.json', JSON.stringify(edited(value, edits)))
          if (file === null) return
          const { findings, verdict } = reported({ ...snapshot, policy: file.policy })
          for (const { rule, subject } of before) {
            const now = findings.filter((finding) => finding.rule === rule && finding.subject === subject)
            const isNamed = Object.hasOwn(file.policy.rules, rule) || file.policy.waivers.some((waiver) => waiver.rule === rule)
            if (!isNamed) expect(now).toMatchObject([{ status: 'fail', severity: 'error' }])
            if (!isNamed) expect(verdict).toBe('blocked')
          }
        }),
        runs(30),
      )
    },
    testTimeMs,
  )
})
