// Builds `dist/` out of `src/`: rolldown joins the program with what it uses of its dependencies, ncc packs that.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { licensesOf } from './licenses.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Files of `dist/` and the modules that they begin with. Each is whole: a module that imports the first of another waits for its file. */
const bundles = { preflight: 'src/index.ts', github: 'src/github/client.ts' }

const ownFiles = {
  name: 'own-files',
  resolveId: (id, importer, { kind }) => {
    if (kind !== 'dynamic-import' || importer === undefined) return null
    const bundle = Object.keys(bundles).find((name) => join(root, bundles[name]) === resolve(importer, '..', id))
    return bundle === undefined ? null : { id: `./${bundle}.js`, external: true }
  },
}

const builtin = '\0builtin:'

/**
 * Takes Node's own modules by `require`: an import reads every export of theirs, and so loads what waits behind them. Those of `node:http`
 * alone are a second HTTP client, a tenth of the time to the first request.
 */
const builtins = {
  name: 'builtins',
  resolveId: (id, _, { kind }) => (kind !== 'require-call' && id !== 'node:module' && isBuiltin(id) ? `${builtin}${id}` : null),
  load: (id) => (id.startsWith(builtin) ? `module.exports = require('${id.slice(builtin.length)}')` : null),
}

/** What the dependencies use of undici. Its own entry takes the rest too: WebSocket, caches, mocks. One that uses more of it does not build. */
const usedOfUndici = `
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js'
import { fetch } from 'undici/lib/web/fetch/index.js'
export { fetch, ProxyAgent }`

/** Its parser of HTTP is there twice. It takes the one for every processor where the other cannot be compiled, which is not packed. */
const parserForSomeProcessors = /undici\/lib\/llhttp\/llhttp_simd-wasm\.js$/

const undici = {
  name: 'undici',
  resolveId: (id) => (id === 'undici' ? '\0undici' : null),
  load: (id) => {
    if (id === '\0undici') return usedOfUndici
    return parserForSomeProcessors.test(id) ? 'module.exports = new Uint8Array()' : null
  },
}

/** Writes a bundle, and gives the files that anything in it is of. */
const bundle = async ([name, input]) => {
  const build = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    tsconfig: false,
    plugins: [ownFiles, builtins, undici],
    // The ES modules of the dependencies, of which what is not used can be left out.
    resolve: { mainFields: ['module', 'main'] },
    // They do nothing when they are loaded, and do not say so in their package.json.
    treeshake: { moduleSideEffects: [{ test: /\/node_modules\/@actions\//, sideEffects: false }] },
    transform: { target: 'node20' },
    onLog: (_, { message }) => {
      throw new Error(message)
    },
  })
  const { output } = await build.write({ file: `build/${name}.js`, codeSplitting: false, minify: true })
  await build.close()
  return output.flatMap(({ modules }) =>
    Object.entries(modules).flatMap(([file, { renderedLength }]) => (renderedLength > 0 ? [file] : [])),
  )
}

rmSync(`${root}/build`, { recursive: true, force: true })
const files = (await Promise.all(Object.entries(bundles).map(bundle))).flat()

rmSync(`${root}/dist`, { recursive: true, force: true })
mkdirSync(`${root}/dist`)
for (const name of Object.keys(bundles)) {
  const words = ['node_modules/@vercel/ncc/dist/ncc/cli.js', 'build', `build/${name}.js`, '--out', `build/${name}`]
  execFileSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  cpSync(`${root}/build/${name}/index.js`, `${root}/dist/${name}.js`)
  cpSync(`${root}/build/${name}/package.json`, `${root}/dist/package.json`)
}
writeFileSync(`${root}/dist/licenses.txt`, licensesOf(files))
cpSync(`${root}/scripts/dist`, `${root}/dist`, { recursive: true })
