// Runs at the end of `npm ci`: of the Node that it brings, a third are headers for compiling add-ons, which nothing here does.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const platforms = fileURLToPath(new URL('../node_modules/node/node_modules/', import.meta.url))
for (const platform of existsSync(platforms) ? readdirSync(platforms) : []) {
  rmSync(`${platforms}${platform}/include`, { recursive: true, force: true })
}
