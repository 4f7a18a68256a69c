import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Imports by file: paths from the project's root, with forward slashes; packages and `node:` modules as they are written. */
type Imports = ReadonlyMap<string, readonly string[]>

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts'))
  .sort()

const importsOf = (file: string): readonly string[] =>
  ts
    .preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith('.') ? relative(root, join(root, dirname(file), fileName)).replaceAll('\\', '/') : fileName,
    )

const imports: Imports = new Map(sources.map((file) => [file, importsOf(file)]))

/** From the top. What stands on one floor side by side does not import each other. */
const floors: readonly (readonly string[])[] = [
  ['entry points'],
  ['src/preflight.ts', 'src/least-privilege.ts'],
  ['src/inputs', 'src/facts', 'src/rules', 'src/report', 'src/github.ts'],
  ['src/semantics'],
  ['src/catalog'],
  ['src/model'],
]

const entryPoints: readonly string[] = ['src/action.ts', 'src/cli.ts', 'src/index.ts']

const roomOf = (file: string): string => {
  if (entryPoints.includes(file)) return 'entry points'
  const [, folder = ''] = /^(src\/[^/]+)/.exec(file) ?? []
  return folder
}

const floorOf = (file: string): number => floors.findIndex((rooms) => rooms.includes(roomOf(file)))
const isOwn = (target: string): boolean => target.startsWith('src/')

/** Imports that run up or across, or from or to a place that no floor has. */
const wrongWay = (all: Imports): readonly string[] =>
  [...all].flatMap(([file, targets]) =>
    targets
      .filter(isOwn)
      .filter((target) => floorOf(file) < 0 || floorOf(target) < 0 || (roomOf(file) !== roomOf(target) && floorOf(target) <= floorOf(file)))
      .map((target) => `${file} imports ${target}`),
  )

/** Chains of imports that lead back to where they start. */
const cycles = (all: Imports): readonly string[] => {
  const found: string[] = []
  const done = new Set<string>()
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' > '))
    if (path.includes(file) || done.has(file)) return
    for (const target of (all.get(file) ?? []).filter(isOwn)) walk(target, [...path, file])
    done.add(file)
  }
  for (const file of all.keys()) walk(file, [])
  return found
}

/** Who may import what is not ours: a module that matches is for files that match `by` alone. */
const reserved: readonly { readonly module: RegExp; readonly by: RegExp }[] = [
  { module: /^@(?:aws-sdk|smithy)\//, by: /^src\/facts\// },
  { module: /^(?:node:)?child_process$/, by: /^src\/facts\// },
  { module: /^(?:node:)?fs(?:\/|$)/, by: /^src\/(?:facts\/|inputs\/|preflight\.ts$)/ },
  { module: /^(?:node:)?(?:http2?|https|net|tls|dns|dgram)(?:\/|$)/, by: /^src\/facts\// },
  { module: /^node:/, by: /^src\/(?:facts\/|inputs\/|preflight\.ts$|action\.ts$|cli\.ts$|github\.ts$)/ },
  { module: /^@actions\/github$/, by: /^src\/github\.ts$/ },
  { module: /^@actions\/(?!github$)/, by: /^src\/action\.ts$/ },
  { module: /^commander$/, by: /^src\/cli\.ts$/ },
  { module: /^(?:\.\.|package\.json)/, by: /^src\/preflight\.ts$/ },
]

const trespasses = (all: Imports): readonly string[] =>
  [...all].flatMap(([file, targets]) =>
    targets
      .filter((target) => reserved.some(({ module, by }) => module.test(target) && !by.test(file)))
      .map((target) => `${file} imports ${target}`),
  )

/** Globals that a pure function has no use for. A `Date` of a given time is pure. */
const impure = new Set([
  'process',
  'fetch',
  'console',
  'performance',
  'globalThis',
  'crypto',
  'setTimeout',
  'setInterval',
  'queueMicrotask',
])

/** Places in the text where the clock, chance, the environment or the network is used. */
const impurities = (text: string): readonly string[] => {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const called = ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isPropertyAccessExpression(node)
    const owner = called && ts.isIdentifier(node.expression) ? node.expression.text : ''
    const member = ts.isPropertyAccessExpression(node) ? `${owner}.${node.name.text}` : ''
    const now = ts.isNewExpression(node) && owner === 'Date' && (node.arguments?.length ?? 0) === 0
    if (impure.has(owner) || now || member === 'Date.now' || member === 'Math.random') found.push(member || owner)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true))
  return found
}

describe('the floors', () => {
  test('every file stands on one', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(sources.filter((file) => floorOf(file) < 0)).toEqual([])
  })

  test('imports lead down', () => {
    expect(wrongWay(imports)).toEqual([])
  })

  test('imports never lead back', () => {
    expect(cycles(imports)).toEqual([])
  })

  test('every import of ours is a file that exists', () => {
    const known = new Set([...sources, ...readdirSync(join(root, 'src/catalog')).map((file) => `src/catalog/${file}`)])
    const lost = [...imports].flatMap(([file, targets]) =>
      targets.filter((target) => isOwn(target) && !known.has(target)).map((target) => `${file}: ${target}`),
    )
    expect(lost).toEqual([])
  })

  test('modules that reach outside are imported by those who may', () => {
    expect(trespasses(imports)).toEqual([])
  })

  test('the model has no code', () => {
    const coded = sources
      .filter((file) => /^src\/model\//.test(file))
      .filter((file) => /^(?:export )?(?:const|let|function|class)\b/m.test(readFileSync(join(root, file), 'utf8')))
    expect(coded).toEqual([])
  })

  test.each(sources.filter((file) => /^src\/(?:rules|report|semantics|catalog)\//.test(file)))('%s is pure', (file) => {
    expect(impurities(readFileSync(join(root, file), 'utf8'))).toEqual([])
  })
})

describe('what this test would find', () => {
  const one = (file: string, ...targets: readonly string[]): Imports => new Map([[file, targets]])

  test.each([
    ['src/rules/a/b.ts', 'src/facts/network.ts'],
    ['src/report/text.ts', 'src/rules/index.ts'],
    ['src/catalog/quotas.ts', 'src/semantics/vpc.ts'],
    ['src/model/plan.ts', 'src/catalog/quotas.ts'],
    ['src/facts/eks.ts', 'src/preflight.ts'],
    ['src/preflight.ts', 'src/cli.ts'],
    ['src/helpers/text.ts', 'src/model/plan.ts'],
  ])('%s > %s is the wrong way', (file, target) => {
    expect(wrongWay(one(file, target))).toEqual([`${file} imports ${target}`])
  })

  test.each([
    ['src/cli.ts', 'src/rules/index.ts'],
    ['src/index.ts', 'src/cli.ts'],
    ['src/rules/a/b.ts', 'src/rules/outcome.ts'],
    ['src/rules/a/b.ts', 'src/catalog/quotas.ts'],
  ])('%s > %s is not', (file, target) => {
    expect(wrongWay(one(file, target))).toEqual([])
  })

  test.each([
    ['src/rules/a/b.ts', 'node:fs'],
    ['src/rules/a/b.ts', 'node:crypto'],
    ['src/report/summary.ts', '@actions/core'],
    ['src/preflight.ts', '@aws-sdk/client-s3'],
    ['src/inputs/request.ts', 'node:child_process'],
    ['src/action.ts', 'fs/promises'],
    ['src/action.ts', '@actions/github'],
    ['src/report/text.ts', 'package.json'],
  ])('%s may not import %s', (file, target) => {
    expect(trespasses(one(file, target))).toEqual([`${file} imports ${target}`])
  })

  test('a cycle', () => {
    const round = new Map([
      ['src/model/a.ts', ['src/model/b.ts']],
      ['src/model/b.ts', ['src/model/c.ts']],
      ['src/model/c.ts', ['src/model/b.ts']],
    ])
    expect(cycles(round)).toEqual(['src/model/b.ts > src/model/c.ts > src/model/b.ts'])
  })

  test.each([
    ['new Date()', ['Date']],
    ['Date.now()', ['Date.now']],
    ['Math.random()', ['Math.random']],
    ["process.env['X']", ['process.env']],
    ["fetch('x')", ['fetch']],
    ['new Date(taken).toISOString(); Date.parse(taken); Math.max(1, 2); rule.process.name', []],
  ])('%s', (text, expected) => {
    expect(impurities(text)).toEqual(expected)
  })
})
