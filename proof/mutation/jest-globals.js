// What the tests import from @jest/globals, on mocha. Stryker changes mutants under mocha without loading anything again, which under jest
// would take a second for each of some 30,000.
import fc from 'fast-check'
import { bind } from 'jest-each'

export { expect } from 'expect'

/** A property that is not broken by 20 values, or as many as 200 ms allow, counts as one that noticed nothing: all would take hours more. */
fc.configureGlobal({ numRuns: 20, interruptAfterTimeLimit: 200 })

/** Code with a switch at every mutant takes several times as long: what a test asks of its time, it cannot keep. */
const isTimed = (act) => String(act).includes('performance.now()')

const test = (title, act) => {
  if (!isTimed(act)) globalThis.it(title, act)
}
test.skip = (title) => globalThis.it.skip(title)
test.each = bind(test, false)

const describe = (title, act) => {
  globalThis.describe(title, act)
}
describe.skip = (title, act) => globalThis.describe.skip(title, act)
describe.each = bind(describe, false)

const beforeAll = (act) => globalThis.before(act)
const afterAll = (act) => globalThis.after(act)
const beforeEach = (act) => globalThis.beforeEach(act)
const afterEach = (act) => globalThis.afterEach(act)

export { afterAll, afterEach, beforeAll, beforeEach, describe, test }
