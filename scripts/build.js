// Builds `dist/` out of `src/`: tsc turns it into JavaScript, rollup joins it with what it uses of its dependencies, ncc packs that.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (tool, ...args) =>
  execFileSync(process.execPath, [`node_modules/${tool}`, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })

rmSync(`${root}/build`, { recursive: true, force: true })
run('typescript/bin/tsc', '--project', 'scripts/tsconfig.build.json')
run('rollup/dist/bin/rollup', '--config', 'scripts/rollup.config.js', '--failAfterWarnings')
run('@vercel/ncc/dist/ncc/cli.js', 'build', 'build/rolled/index.js', '--minify', '--out', 'build/packed')

rmSync(`${root}/dist`, { recursive: true, force: true })
mkdirSync(`${root}/dist`)
cpSync(`${root}/build/packed/index.js`, `${root}/dist/preflight.js`)
cpSync(`${root}/build/packed/package.json`, `${root}/dist/package.json`)
cpSync(`${root}/build/licenses.txt`, `${root}/dist/licenses.txt`)
cpSync(`${root}/scripts/dist`, `${root}/dist`, { recursive: true })
