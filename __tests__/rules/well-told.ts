import { expect } from '@jest/globals'
import type { Finding } from '../../src/model/finding.ts'
import type { RuleMeta } from '../../src/model/rule.ts'

/** A value that was not there, or the place where one is missing. */
const hole = /^$|\bundefined\b|\bNaN\b|\[object | {2}| [,;:.](?: |$)|^[\s,;:]|[\s,;:]$/
/** Two ids, actions or names of instance types without anything between them. */
const glued =
  /[0-9a-z](?:subnet|sg|vpc|vpce|rtb|nat|acl|igw|pl|eni|fs)-0|[A-Za-z](?:ec2|iam|s3|kms|logs|sagemaker|servicequotas):[A-Z]|[0-9a-z]ml\.[a-z]/

const faultIn = (text: string): string | null => hole.exec(text)?.[0] ?? glued.exec(text)?.[0] ?? null

/** What holds of every finding of every rule, whatever it is about: it can be read, and a failure can be mended. */
export const expectWellTold = (findings: readonly Finding[]): void => {
  for (const { subject, message, evidence, fix } of findings) {
    const texts = [subject, message, ...(fix === undefined ? [] : [fix.text, ...fix.commands])]
    expect(texts.filter((text) => faultIn(text) !== null)).toEqual([])
    if (evidence === undefined) continue
    expect(Object.keys(evidence)).not.toEqual([])
    expect(Object.entries(evidence).filter(([name, value]) => name === '' || [value].flat().includes(''))).toEqual([])
  }
}

/** A page of a rule says which severities its findings have: `severity`, or one of `otherSeverities`. */
export const expectNamedSeverities = (
  rules: readonly Pick<RuleMeta, 'id' | 'severity' | 'otherSeverities'>[],
  findings: readonly Finding[],
): void => {
  const named = new Set(
    rules.flatMap(({ id, severity, otherSeverities = [] }) => [severity, ...otherSeverities].map((each) => `${id} ${each}`)),
  )
  const unnamed = findings.filter(({ rule, severity }) => !named.has(`${rule} ${severity}`))
  expect(unnamed.map(({ rule, severity, message }) => `${rule} has no ${severity} among its otherSeverities: ${message}`)).toEqual([])
}
