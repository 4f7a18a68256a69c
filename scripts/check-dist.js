// Builds `dist/` again and fails when it is not what is committed: what users run has to come from this source.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
execFileSync(process.execPath, ['scripts/build.js'], { cwd: root, stdio: 'inherit' })
const changed = execFileSync('git', ['status', '--porcelain', '--', 'dist'], { cwd: root, encoding: 'utf8' })
if (changed !== '') {
  process.stderr.write(`dist/ is not built from this source; run npm run build and commit it:\n${changed}`)
  process.exitCode = 1
} else {
  process.stdout.write('dist/ is built from this source\n')
}
