// Prints the bill of materials (CycloneDX) of what is packed into `dist/`: those of all packages of the lock file that licenses.txt names.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const licenses = readFileSync(`${root}/dist/licenses.txt`, 'utf8')
const packed = new Set(
  [...licenses.matchAll(/^(?<name>\S+) (?<version>\d\S+) \(.+\)$/gm)].map(({ groups }) => `${groups.name}@${groups.version}`),
)

const bill = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }),
)
const isPacked = ({ name, version }) => packed.has(`${name}@${version}`)
// npm says of each that it is for development, as all packages are that are packed.
const components = bill.components.filter(isPacked).map((component) => ({ ...component, properties: [] }))
const references = new Set([bill.metadata.component, ...components].map((component) => component['bom-ref']))
const dependencies = bill.dependencies
  .filter(({ ref }) => references.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => references.has(other)) }))
process.stdout.write(`${JSON.stringify({ ...bill, components, dependencies }, null, 2)}\n`)
