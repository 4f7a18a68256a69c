import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { brokenCommand, commandBlock } from '../../../src/report/markdown/command.ts'
import { command } from '../../../src/rules/engine/command.ts'

const long = 'aws ec2 authorize-security-group-egress --region us-west-2 --group-id sg-1'

describe('a command that is too wide', () => {
  test.each<[string, string, number, readonly string[]]>([
    ['fits', 'aws s3 ls --recursive', 21, ['aws s3 ls --recursive']],
    ['is broken before a flag', 'aws s3 ls --recursive', 20, ['aws s3 ls \\', '  --recursive']],
    ['as few lines as hold it', long, 70, ['aws ec2 authorize-security-group-egress --region us-west-2 \\', '  --group-id sg-1']],
    ['is broken before an operator', 'aws a b | jq c && aws d', 18, ['aws a b | jq c \\', '  && aws d']],
    ['has nothing to be broken at', 'x'.repeat(30), 10, ['x'.repeat(30)]],
    [
      'is not broken in quotes',
      `aws a --query 'b --c' --d "e --f \\" --g"`,
      12,
      ['aws a \\', `  --query 'b --c' \\`, '  --d "e --f \\" --g"'],
    ],
    ['is not broken behind a backslash', 'aws a\\ --b --c', 10, ['aws a\\ --b \\', '  --c']],
    ['has a substitution', 'aws a --b $(aws c --d e)', 10, ['aws a --b $(aws c --d e)']],
    ['has a comment', 'aws a --b # not --c', 10, ['aws a --b # not --c']],
  ])('%s', (_, text, columns, lines) => {
    expect(brokenCommand(text, columns)).toEqual(lines)
  })

  const word = fc.oneof(
    fc.constantFrom('--flag', '-x', "it's", '"', '\\', '$HOME', 'a b', ' --c', '|', '&&', '*', 'ml.p5.48xlarge', '', "' --d '"),
    fc.string({ maxLength: 8 }).filter((text) => !text.includes('\0')),
  )

  test('means to bash what it meant in one line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 60 }),
        (commands, columns) => {
          const whole = commands.map((words) => command('printf', '%s\\0', ...words))
          const said = (lines: readonly string[]): string => spawnSync('bash', ['-s'], { input: lines.join('\n'), encoding: 'utf8' }).stdout
          expect(said(whole.flatMap((text) => brokenCommand(text, columns)))).toBe(said(whole))
        },
      ),
      { numRuns: 40 },
    )
  })

  test('in a block', () => {
    expect(commandBlock([], 80)).toBe('')
    expect(commandBlock(['aws s3 ls --recursive', 'b\nc'], 20)).toBe('```sh\naws s3 ls \\\n  --recursive\nb\\nc\n```\n\n')
  })
})
