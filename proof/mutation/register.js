// Loaded before mocha: tests that import @jest/globals get mocha's.
import { registerHooks } from 'node:module'

const globals = new URL('jest-globals.js', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) => (specifier === '@jest/globals' ? { url: globals, shortCircuit: true } : next(specifier, context)),
})
