import { describe, expect, test } from '@jest/globals'
import { failureMessages } from '../../src/catalog/failure-messages.ts'
import { explainMessages, topicOf } from '../../src/report/explanation.ts'
import { rules } from '../../src/rules/index.ts'

const topic = (asked: string): string => {
  const found = topicOf(asked, rules)
  if (found.kind === 'rule') return found.rule.id
  if (found.kind === 'rules') return found.rules.map(({ id }) => id).join(' ')
  if (found.kind === 'messages') return `message: ${found.rows[0].rules[0]}`
  return `unknown: ${found.nearest}`
}

describe('explain understands', () => {
  test.each([
    ['network/acl', 'network/acl'],
    [' Network/ACL ', 'network/acl'],
    ['self-egress', 'security-group/self-egress'],
    [
      'quota/',
      rules
        .filter(({ id }) => id.startsWith('quota/'))
        .map(({ id }) => id)
        .join(' '),
    ],
    [
      'iam',
      rules
        .filter(({ id }) => id.startsWith('iam/'))
        .map(({ id }) => id)
        .join(' '),
    ],
    [
      'network',
      rules
        .filter(({ id }) => id.startsWith('network/') || id.endsWith('/network'))
        .map(({ id }) => id)
        .join(' '),
    ],
    ['EFA health checks did not run successfully', 'message: security-group/self-egress'],
    ['VpcLimitExceeded', 'message: quota/vpc-resources'],
    ['network/s3-rout', 'unknown: network/s3-route'],
    ['self-egres', 'unknown: security-group/self-egress'],
    ['the weather is fine', 'unknown: null'],
    ['', 'unknown: null'],
  ])('"%s"', (asked, means) => {
    expect(topic(asked)).toBe(means)
  })

  test('the last part of every rule, unless several rules or an area have it', () => {
    for (const { id } of rules) {
      const last = id.slice(id.indexOf('/') + 1)
      const alike = rules.filter((rule) => rule.id.endsWith(`/${last}`) || rule.id.startsWith(`${last}/`))
      expect([last, topic(last)]).toEqual([last, alike.map((rule) => rule.id).join(' ')])
    }
  })
})

test('each message is explained with its cause, its rules in order, what is not foreseen, and its source', () => {
  for (const row of failureMessages) {
    const text = explainMessages([row], rules)
    for (const part of [...row.messages, row.cause, row.unforeseen ?? '', row.source]) expect(text).toContain(part)
    const listed = [...text.matchAll(/^ {4}(\S+) +(?:error|warning|notice) /gm)].map(([, id]) => id)
    expect(listed).toEqual(row.rules)
  }
})

test('of many messages the first three are explained', () => {
  const text = explainMessages(failureMessages, rules)
  expect(text.match(/^ {2}Source: /gm)).toHaveLength(3)
})
