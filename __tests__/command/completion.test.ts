import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { completionScript } from '../../src/command/completion.ts'

const script = completionScript('bash', 'hyperpod-preflight', ['network/vpc', 'network/dns', 'quota/spot'])

/** What real bash offers for the last of these words. */
const offered = (...words: readonly string[]): readonly string[] => {
  const run = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_hyperpod_preflight; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['--noprofile', '--norc', '-c', run], { encoding: 'utf8', cwd: '/' })
    .split('\n')
    .filter((line) => line !== '')
}

describe('completion in bash', () => {
  test.each<readonly [readonly string[], readonly string[]]>([
    [['hyperpod-preflight', 'expl'], ['explain']],
    [
      ['hyperpod-preflight', 'explain', 'network/'],
      ['network/vpc', 'network/dns'],
    ],
    [['hyperpod-preflight', '--only', 'quo'], ['quota/spot']],
    [['hyperpod-preflight', 'completion', 'z'], ['zsh']],
    [
      ['hyperpod-preflight', '--instance-'],
      ['--instance-type', '--instance-count'],
    ],
  ])('%j', (words, expected) => {
    expect(offered(...words)).toEqual(expected)
  })

  test('files after a flag that names one', () => {
    expect(offered('hyperpod-preflight', '--cluster-config', 'et')).toContain('etc')
  })
})

test('zsh and fish get the same words', () => {
  expect(completionScript('zsh', 'hyperpod-preflight', ['network/vpc'])).toMatch(/^autoload -U \+X bashcompinit/)
  expect(completionScript('fish', 'hyperpod-preflight', ['network/vpc'])).toContain(
    "__fish_seen_subcommand_from explain' -f -a 'network/vpc'",
  )
})
