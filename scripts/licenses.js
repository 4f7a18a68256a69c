import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The licenses of the packages that these files are of, as text: every license and notice once, after the packages that it belongs to.
 * Files that are of no package in node_modules are ours.
 */
export const licensesOf = (files) => {
  const folders = new Set(files.filter((file) => file.includes('/node_modules/')).map(packageFolder))
  const byText = new Map()
  for (const { name, text } of [...folders].map(licenseIn).sort((a, b) => (a.name < b.name ? -1 : 1)))
    byText.set(text, [...(byText.get(text) ?? []), name])
  return [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`)
}

/** Packages keep a package.json without a name in some of their folders. */
const packageFolder = (file) => {
  let folder = dirname(file)
  while (!existsSync(join(folder, 'package.json')) || readPackage(folder).name === undefined) folder = dirname(folder)
  return folder
}

const readPackage = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** A few packages name their license and leave out its text. */
const licenseIn = (folder) => {
  const { name, version, license } = readPackage(folder)
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|notice)(?:\.|$)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
  return { name: `${name} ${version} (${license})`, text: texts.join('\n\n') || 'The package has no file with the text of its license.' }
}
