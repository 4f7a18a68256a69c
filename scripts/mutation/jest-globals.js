// What the tests import from @jest/globals, on mocha. Stryker changes mutants under mocha without loading anything again, which under jest
// would take a second for each of some 30,000.
import fc from 'fast-check'
import { bind } from 'jest-each'

export { expect } from 'expect'

/** A property that 20 values do not break counts as one that noticed nothing: 100 for every mutant would take hours more. */
fc.configureGlobal({ numRuns: 20 })

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
