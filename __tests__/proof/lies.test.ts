import { describe, expect, test } from '@jest/globals'
import { membersOf } from '../../proof/answer-members.ts'
import { liesAbout, lyingAnswer } from '../../proof/lies.ts'
import { strayed } from '../../proof/strayed.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'

const json = '{"Plan":{"Name":"p5","Count":4,"Own":true,"Zones":["a"],"Parts":[{"Size":1},{"Size":2}]}}'
const xml =
  '<?xml version="1.0"?><R><requestId>x</requestId><set><item><id>s-1</id><n>4</n></item><item><id>s-2</id><n>5</n><on>true</on></item></set><e/></R>'

describe('the members of an answer', () => {
  test.each([
    ['JSON', json, ['Plan part', 'Plan.Name text', 'Plan.Count number', 'Plan.Own flag', 'Plan.Zones list', 'Plan.Parts list']],
    ['XML', xml, ['set list', 'set.item.id text', 'set.item.n number', 'set.item.on flag']],
    ['neither', '#!/bin/bash', []],
  ])('in %s', (_, answer, expected) => {
    expect(membersOf(answer).map(({ path, kind }) => `${path} ${kind}`)).toEqual(expect.arrayContaining(expected))
    expect(membersOf(answer).filter(({ path }) => ['requestId', 'e'].includes(path))).toEqual([])
  })
})

describe('a lie', () => {
  const told = (answer: string, lie: string, path: string): string => {
    const one = liesAbout([answer]).find((about) => about.lie.name === lie && about.path === path)
    if (one === undefined) throw new Error(`${lie} cannot be told about ${path}`)
    return lyingAnswer(answer, one)
  }

  test.each([
    ['negative', 'Plan.Parts[].Size', '"Parts":[{"Size":-7},{"Size":-7}]'],
    ['endless', 'Plan.Count', '"Count":1e999'],
    ['NaN', 'Plan.Count', '"Count":"NaN"'],
    ['null items', 'Plan.Zones', '"Zones":[null]'],
    ['number', 'Plan.Name', '"Name":7'],
    ['part', 'Plan.Own', '"Own":{"lie":"lie"}'],
  ])('in JSON, %s about %s', (lie, path, expected) => {
    expect(told(json, lie, path)).toContain(expected)
  })

  test('in JSON, a member that is missing takes nothing else with it', () => {
    expect(told(json, 'missing', 'Plan.Name')).toBe(json.replace('"Name":"p5",', ''))
  })

  test.each([
    ['text', 'set.item.n', xml.replace('<n>4</n>', '<n>lie</n>').replace('<n>5</n>', '<n>lie</n>')],
    ['missing', 'set.item.on', xml.replace('<on>true</on>', '')],
    ['no text', 'set.item.id', xml.replace('s-1', '').replace('s-2', '')],
  ])('in XML, %s about %s, in every item', (lie, path, expected) => {
    expect(told(xml, lie, path)).toBe(expected)
  })

  test('about a member that an answer does not have leaves it as it is', () => {
    for (const lie of liesAbout([json])) expect(lyingAnswer(xml, lie)).toBe(xml)
  })
})

describe('a value strays', () => {
  const facts = (value: unknown): Snapshot['facts'] => JSON.parse(JSON.stringify({ subnets: value })) as Snapshot['facts']
  const known = (value: unknown) => ({ ok: true, value })
  const gap = { ok: false, gap: { reason: 'denied', action: 'a:B', message: 'no' } }

  test.each<[string, unknown, unknown, readonly string[]]>([
    ['where it is another one', known({ a: { n: 4 } }), known({ a: { n: 0 } }), ['subnets.value.a.n']],
    ['where it does not exist any more', known({ a: { n: 4 } }), known({ a: null }), ['subnets.value.a']],
    ['where it was not there', known({}), known({ a: { n: 4 } }), ['subnets.value.a']],
    ['where a list has another item', known(['a', 'b']), known(['a', 'c']), ['subnets.value.1']],
    ['where a list has more', known(['a']), known(['a', 'b']), ['subnets.value']],
    ['not where it is the same', known({ a: { n: 4 } }), known({ a: { n: 4 } }), []],
    ['not where it is a gap', known({ a: { n: 4 } }), gap, []],
    ['not where its own item is a gap', known({ a: { n: 4 } }), known({ a: { unread: gap.gap } }), []],
    ['not where nobody learned of the key', known({ a: known(4) }), known({}), []],
    ['not where a part of a list is true', known(['a', 'b']), known(['b']), []],
  ])('%s', (_, was, is, paths) => {
    expect(strayed(facts(was), facts(is)).map(({ path }) => path)).toEqual(paths)
  })
})
