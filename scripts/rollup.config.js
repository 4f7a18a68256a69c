import { fileURLToPath } from 'node:url'
import commonjs from '@rollup/plugin-commonjs'
import json from '@rollup/plugin-json'
import nodeResolve from '@rollup/plugin-node-resolve'
import license from 'rollup-plugin-license'

const inBuild = (path) => fileURLToPath(new URL(`../build/${path}`, import.meta.url))

/** Every licence and notice once, after the packages that it belongs to: many packages have the same. */
const licenses = (dependencies) => {
  const byText = new Map()
  for (const { name, version, license: identifier, licenseText, noticeText } of dependencies) {
    const text = [licenseText, noticeText].filter(Boolean).join('\n\n').trim()
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version} (${identifier})`])
  }
  return [...byText].map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`)
}

/** Takes the ES modules of the dependencies and keeps what is used, so that `dist/` stays small and starts fast. */
export default {
  input: inBuild('js/src/index.js'),
  output: { file: inBuild('rolled/index.js'), format: 'es', inlineDynamicImports: true },
  external: /^node:/,
  plugins: [
    nodeResolve({ preferBuiltins: true, exportConditions: ['node', 'import'] }),
    commonjs(),
    json({ preferConst: true }),
    license({ thirdParty: { includePrivate: false, output: { file: inBuild('licenses.txt'), encoding: 'utf-8', template: licenses } } }),
  ],
  onwarn: (warning, warn) => {
    // Both come from dependencies and change nothing in what they do.
    if (warning.code === 'CIRCULAR_DEPENDENCY' || warning.code === 'THIS_IS_UNDEFINED') return
    warn(warning)
  },
}
