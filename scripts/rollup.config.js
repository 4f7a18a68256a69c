import { fileURLToPath } from 'node:url'
import commonjs from '@rollup/plugin-commonjs'
import json from '@rollup/plugin-json'
import nodeResolve from '@rollup/plugin-node-resolve'
import license from 'rollup-plugin-license'

const inBuild = (path) => fileURLToPath(new URL(`../build/${path}`, import.meta.url))

/** Takes the ES modules of the dependencies and keeps what is used, so that `dist/` stays small and starts fast. */
export default {
  input: inBuild('js/src/index.js'),
  output: { file: inBuild('rolled/index.js'), format: 'es', inlineDynamicImports: true },
  external: /^node:/,
  plugins: [
    nodeResolve({ preferBuiltins: true, exportConditions: ['node', 'import'] }),
    commonjs(),
    json({ preferConst: true }),
    license({ thirdParty: { includePrivate: false, output: { file: inBuild('licenses.txt'), encoding: 'utf-8' } } }),
  ],
  onwarn: (warning, warn) => {
    // Both come from dependencies and change nothing in what they do.
    if (warning.code === 'CIRCULAR_DEPENDENCY' || warning.code === 'THIS_IS_UNDEFINED') return
    warn(warning)
  },
}
