// What the tests notice of changed code: runs Stryker and fails below the bar. A whole run writes docs/proof/mutation.md; with arguments
// for Stryker (`--mutate 'src/rules/network/**'`) it is about a part, and writes nothing.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { bar, type MutationReport, mutationPage, scoreOf } from './mutation-page.ts'

const part = process.argv.slice(2)
const stryker = ['proof/node_modules/@stryker-mutator/core/bin/stryker.js', 'run', 'proof/mutation/stryker.config.json', ...part]
const { status } = spawnSync(process.execPath, stryker, { stdio: 'inherit' })
if (status !== 0) throw new Error('Stryker made no whole run: what it printed says why')

const report = JSON.parse(readFileSync('reports/mutation/mutation.json', 'utf8')) as MutationReport
if (part.length === 0) writeFileSync('docs/proof/mutation.md', mutationPage(report))
console.log(`${scoreOf(report).toFixed(1)} % of the mutants are noticed, the bar is ${bar} %`)
process.exitCode = scoreOf(report) >= bar ? 0 : 1
