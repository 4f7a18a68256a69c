import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { rawInputs, strayWords } from '../../src/command/flags.ts'

const request = fileURLToPath(new URL('../../examples/sample-account/cluster.yaml', import.meta.url))

describe('words that are no flags', () => {
  test('a file is the request', () => {
    expect(strayWords([request], {})).toEqual({
      files: [{ name: 'cluster-config', value: request, source: request }],
      withoutEffect: [],
      faults: [],
    })
  })

  test('a second file, or one beside --cluster-config, belongs to nothing', () => {
    expect(strayWords([request, request], {}).faults).toEqual([])
    expect(strayWords([request], { clusterConfig: 'other.json' })).toMatchObject({ files: [], faults: [{ source: request }] })
  })

  test.each([
    ['nothing.json', 'there is no such file'],
    ['chek', 'there is no such command: did you mean check?'],
    ['iam-polcy', 'there is no such command: did you mean iam-policy?'],
    ['xyzzy', 'there is no such command'],
    ['--regoin', 'there is no such flag: did you mean --region?'],
    ['--profil', 'there is no such flag: did you mean --profile?'],
  ])('%s: %s', (word, problem) => {
    expect(strayWords([word], {}).faults).toMatchObject([{ source: word, problem }])
  })

  test('inputs of the action alone do nothing, and are no fault', () => {
    expect(strayWords(['--comment-in-pr=never'], {})).toEqual({ files: [], withoutEffect: ['--comment-in-pr'], faults: [] })
  })
})

test('a flag of yes or no may stand alone', () => {
  expect(rawInputs({ offline: true, region: 'us-west-2' })).toEqual([
    { name: 'region', value: 'us-west-2', source: '--region' },
    { name: 'offline', value: 'true', source: '--offline' },
  ])
})
