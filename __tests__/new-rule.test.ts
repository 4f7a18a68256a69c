import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'

const root = fileURLToPath(new URL('..', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'preflight-new-rule-'))
const rulesOfTheTest = ['network/moon-phase', 'moon/vpc']

/** A copy is made, compiled and tested; a busy machine takes longer. */
jest.setTimeout(120_000)

const node = (...words: readonly string[]): { readonly status: number | null; readonly printed: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: project, encoding: 'utf8' })
  return { status, printed: stdout + stderr }
}

const read = (path: string): string => readFileSync(join(project, path), 'utf8')
const ran = (...words: readonly string[]): string => {
  const { status, printed } = node(...words)
  expect([status, printed]).toEqual([0, printed])
  return printed
}

const newRule = (...words: readonly string[]) => node('scripts/new-rule.ts', ...words)

/** Not in the cache that other runs share: it would keep what is gone. */
const jestOn = (...files: readonly string[]) =>
  node(
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
    ...['--runInBand', '--cacheDirectory', join(project, 'cache'), '--runTestsByPath', ...files],
  )

/** The files that `new-rule` writes for a rule. */
const filesOf = (id: string): readonly [string, string] => [`src/rules/${id}.ts`, `__tests__/rules/${id}.test.ts`]

beforeAll(() => {
  const left = new Set(['.git', '.venv', 'build', 'cache', 'dist', 'node_modules', 'reports'])
  for (const name of readdirSync(root)) if (!left.has(name)) cpSync(join(root, name), join(project, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
})

afterAll(() => rmSync(project, { recursive: true }))

describe('npm run new-rule', () => {
  test('in an area that is there, and in a new one', () => {
    for (const id of rulesOfTheTest) {
      const { status, printed } = newRule(id)
      expect([status, printed]).toEqual([
        0,
        expect.stringMatching(/^Written:\n[\s\S]*Left to do, from docs\/architecture.md:\n\n[\s\S]*\n1\. /),
      ])
      for (const path of filesOf(id)) expect(printed).toContain(`  ${path}\n`)
    }
    const list = read('src/rules/index.ts')
    const before = / {2}(\w+),\n {2}moonPhase,\n/.exec(list)?.[1]
    expect(list).toMatch(new RegExp(`[ {]${before} } from './network/`))
    expect(list).toContain("import { vpc as moonVpc } from './moon/vpc.ts'")
    expect(list).toMatch(/\n {2}moonVpc,\n\]/)
  })

  test('what it writes is as Biome writes it, and compiles', () => {
    const written = [...rulesOfTheTest.flatMap(filesOf), 'src/rules/index.ts']
    ran('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', ...written)
    writeFileSync(join(project, 'written.json'), JSON.stringify({ extends: './tsconfig.json', include: [], files: written }))
    ran('node_modules/typescript/bin/tsc', '--project', 'written.json')
  })

  test('after npm run docs the tests of the house let it pass, but not what is left to say', () => {
    const [said = '', unsaid = ''] = rulesOfTheTest
    const [path] = filesOf(said)
    writeFileSync(join(project, path), read(path).replaceAll(/TODO(?:: )?/g, ''))
    ran('scripts/docs.ts')
    const { printed } = jestOn('__tests__/architecture.test.ts', '__tests__/docs.test.ts', ...rulesOfTheTest.map((id) => filesOf(id)[1]))
    expect(printed).toMatch(/^Test Suites: 1 failed, 3 passed, 4 total$/m)
    expect(printed.match(/^ {2}● .*$/gm)).toEqual([`  ● rules › ${unsaid} says what it is`])
  })

  test.each([
    [[], /^usage: /],
    [['vpc'], /^usage: /],
    [['Network/VPC'], /^usage: /],
    [['network/../vpc'], /^usage: /],
    [['network/one', 'network/two'], /^usage: /],
    [['engine/vpc'], /^src\/rules\/engine is not an area\n$/],
    [['network/vpc'], /^src\/rules\/network\/vpc\.ts exists already\n$/],
  ])('%j is refused, and nothing is written', (words, message) => {
    const before = read('src/rules/index.ts')
    expect(newRule(...words)).toEqual({ status: 2, printed: expect.stringMatching(message) })
    expect(read('src/rules/index.ts')).toBe(before)
  })
})
