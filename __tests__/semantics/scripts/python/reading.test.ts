import { describe, expect, test } from '@jest/globals'
import { pythonReading } from '../../../../src/semantics/scripts/python/reading.ts'

const rounds = `[${Array.from({ length: 50 }, (_, at) => at).join(', ')}]`

const nestedLoops = `${Array.from({ length: 5 }, (_, at) => `${' '.repeat(at)}for x${at} in ${rounds}:\n`).join('')}     a()\n`

/** Each function calls the next one twice. */
const doubling = (count: number): string =>
  `${Array.from({ length: count }, (_, at) => `def f${at}():\n    f${at + 1}()\n    f${at + 1}()\n`).join('')}f0()\n`

describe('the reading of a Python script comes to an end', () => {
  test.each([
    ['loops inside each other', nestedLoops, 'cut'],
    ['functions that call each other twice', doubling(30), 'cut'],
    ['functions inside each other', doubling(5), 'whole'],
    ['a function that calls itself', 'def f(g):\n    g(f)\n    f(g)\nf(f)\n', 'whole'],
    ['a part that is not understood', 'f(\nx = 1\n', 'part'],
    ['thousands of elif', `if x:\n    a()\n${'elif y:\n    b()\n'.repeat(12_000)}`, 'part'],
  ])('%s', (_, text, extent) => {
    expect(pythonReading(text).extent).toBe(extent)
  })

  test.each([
    ['if', 'if x:\n    y = 1\n'],
    ['try', 'try:\n    a()\nexcept E:\n    b = 1\n'],
    ['lists', 'a = [1]\na.append(a)\n'],
    ['texts', 'a = "b"\na = a + a\n'],
    ['loops', 'for a in [1, 2]:\n    b = a\n'],
  ])('in time that grows as the text does: %s', (_, unit) => {
    // Of the processor, so that what else the machine does is left out.
    const time = (count: number): number => {
      const text = unit.repeat(count)
      const start = process.cpuUsage()
      pythonReading(text)
      return process.cpuUsage(start).user / 1000
    }
    time(100)
    const [few, many] = [Math.max(20, time(500)), Math.min(time(4000), time(4001))]
    expect(many / few).toBeLessThan(40)
  })
})
