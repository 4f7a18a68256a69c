// `npm start`: judges the sample account that comes with the project; with flags, whatever they name.
import { fileURLToPath } from 'node:url'
import { cli } from '../dist/preflight.js'

const sample = fileURLToPath(new URL('../examples/sample-account/snapshot.json', import.meta.url))
const flags = process.argv.slice(2)
await cli(flags.length > 0 ? flags : ['check', '--snapshot', sample, '--fail-on', 'never'])
