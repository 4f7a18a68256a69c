import { describe, expect, test } from '@jest/globals'
import { defineRule } from '../../src/rules/engine/define.ts'
import { judge } from '../../src/rules/engine/judge.ts'
import { pass } from '../../src/rules/engine/outcome.ts'
import { type Deadline, startDeadline, TimeIsUp } from '../../src/run/deadline.ts'
import { aPlan, aSnapshot } from '../builders.ts'

const within = async (timeMs: number, use: (deadline: Deadline) => unknown): Promise<void> => {
  const deadline = startDeadline(timeMs)
  try {
    await use(deadline)
  } finally {
    deadline.stop()
  }
}

const endless = (): never => {
  for (let turns = 0; ; turns += 1) if (turns < 0) throw new Error('it ended')
}

const rule = (id: string, evaluate: () => readonly [ReturnType<typeof pass>]) =>
  defineRule({
    id,
    title: 'T',
    why: 'W',
    severity: 'error',
    sources: ['https://docs.aws.amazon.com/'],
    needs: [],
    uses: [],
    applies: () => true,
    evaluate,
  })

describe('the time of a run', () => {
  test('gives what work gives, and throws what it throws', () =>
    within(10_000, ({ judging, writing }) => {
      const value = { a: [1] }
      expect(judging(() => value)).toBe(value)
      const error = new RangeError('mine')
      expect(() =>
        writing(() => {
          throw error
        }),
      ).toThrow(error)
      expect(judging(() => judging(() => undefined))).toBeUndefined()
    }))

  test('ends a loop that does not end by itself', () =>
    within(1_200, ({ writing }) => {
      const started = performance.now()
      expect(() => writing(endless)).toThrow(TimeIsUp)
      expect(performance.now() - started).toBeLessThan(1_200)
    }))

  test('ends waiting for what is asked first long before asking', () =>
    within(400, async ({ firstAskingEnds, askingEnds }) => {
      await new Promise((resolve) => firstAskingEnds.addEventListener('abort', resolve))
      expect(askingEnds.aborted).toBe(false)
    }))

  test('ends asking before judging, and judging before writing', () =>
    within(600, async ({ askingEnds, judging, writing }) => {
      const started = performance.now()
      await new Promise((resolve) => askingEnds.addEventListener('abort', resolve))
      expect(performance.now() - started).toBeLessThan(600)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 601 - (performance.now() - started))))
      expect(() => judging(() => 1)).toThrow(TimeIsUp)
      expect(() => writing(() => 1)).toThrow(TimeIsUp)
    }))

  test('makes a rule that runs away unknown, and leaves the others alone', () =>
    within(2_400, ({ judging }) => {
      const findings = judge([rule('test/endless', endless), rule('test/quick', () => [pass('here', 'fine')])], aSnapshot(aPlan()), judging)
      expect(findings).toMatchObject([
        {
          rule: 'test/endless',
          status: 'unknown',
          gap: { reason: 'timeout' },
          message: expect.stringContaining('time of this run was up'),
        },
        { rule: 'test/quick', status: 'pass' },
      ])
    }))
})
