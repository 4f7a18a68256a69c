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

/**
 * A house, from the top: a floor is a list of rooms that do not import each other, and each imports from floors below alone. A room is a
 * folder or a file; `*` stands for each folder or file at its place that no other room of the list names, `.` for all files at its place.
 */
interface House {
  /** The folder whose rooms these are; what lies elsewhere is not looked at. */
  readonly within: string
  readonly floors: readonly (readonly string[])[]
}

/** The drawings of docs/architecture.md: a folder, then a line a floor, with what is said about it after `#`. */
const houses: readonly House[] = [...readFileSync(join(root, 'docs/architecture.md'), 'utf8').matchAll(/^```rooms\n(.*?)^```$/gms)].map(
  ([, drawing = '']) => {
    const [within = '', ...floors] = drawing.trimEnd().split('\n')
    return { within, floors: floors.map((floor) => floor.replace(/#.*/, '').trim().split(/\s+/)) }
  },
)

/** What a file of a house is found under: the first folder or file of its path, or `.` for a file where the files are one room. */
const roomOf = (file: string, { within, floors }: House): string => {
  const [first = '', ...rest] = file.slice(within.length + 1).split('/')
  return rest.length === 0 && floors.flat().includes('.') ? '.' : first
}

const floorOf = (file: string, house: House): number => {
  const room = roomOf(file, house)
  const named = house.floors.findIndex((rooms) => rooms.includes(room))
  return named < 0 ? house.floors.findIndex((rooms) => rooms.includes('*')) : named
}

const isIn = (path: string, { within }: House): boolean => path.startsWith(`${within}/`)

/** Imports that run up or across, or from or to a place that no floor has. */
const wrongWay = (all: Imports): readonly string[] =>
  houses.flatMap((house) =>
    [...all]
      .filter(([file]) => isIn(file, house))
      .flatMap(([file, targets]) =>
        targets.filter((target) => isIn(target, house) && isOutOfPlace(file, target, house)).map((target) => `${file} imports ${target}`),
      ),
  )

const isOutOfPlace = (file: string, target: string, house: House): boolean => {
  const [from, to] = [floorOf(file, house), floorOf(target, house)]
  return from < 0 || to < 0 || (roomOf(file, house) !== roomOf(target, house) && to <= from)
}

const isOwn = (target: string): boolean => target.startsWith('src/')

/** Rules that import another rule of their area: what two of them say alike is in a folder of the area, below them. */
const rulesOfRules = (all: Imports): readonly string[] =>
  [...all].flatMap(([file, targets]) =>
    isInArea(file) ? targets.filter((target) => isRule(target)).map((target) => `${file} imports ${target}`) : [],
  )

const isInArea = (file: string): boolean => /^src\/rules\/(?!engine\/|shared\/)[^/]+\//.test(file)
const isRule = (file: string): boolean => isInArea(file) && file.split('/').length === 4

/** Files of `src/rules/shared` that one area alone uses: their place is a folder of that area. */
const sharedByOne = (all: Imports): readonly string[] => {
  const areasOf = (target: string): ReadonlySet<string> =>
    new Set(
      [...all].flatMap(([file, targets]) => {
        if (!targets.includes(target)) return []
        return isShared(file) ? [...areasOf(file)] : [file.split('/')[2] ?? '']
      }),
    )
  return [...all.keys()].filter((file) => isShared(file) && areasOf(file).size < 2)
}

const isShared = (file: string): boolean => file.startsWith('src/rules/shared/')

/** Folders with more files in them than anyone takes in at a glance. */
const crowded = (files: readonly string[]): readonly string[] => {
  const counts = new Map<string, number>()
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > 20).map(([folder, count]) => `${folder}: ${count} files`)
}

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
  { module: /^(?:node:)?fs(?:\/|$)/, by: /^src\/(?:facts|inputs|disk)\// },
  { module: /^(?:node:)?(?:http2?|https|net|tls|dns|dgram)(?:\/|$)/, by: /^src\/facts\// },
  { module: /^node:/, by: /^src\/(?:facts\/|inputs\/|disk\/|run\/|preflight\.ts$|action\.ts$|cli\.ts$|command\/|github\/)/ },
  { module: /^@actions\/github$/, by: /^src\/github\/client\.ts$/ },
  { module: /^@actions\/(?!github$)/, by: /^src\/(?:action|github\/client)\.ts$/ },
  { module: /^commander$/, by: /^src\/(?:cli\.ts$|command\/)/ },
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
  test('are drawn for each folder of several rooms', () => {
    expect(houses.map(({ within }) => within)).toEqual(['src', 'src/facts', 'src/rules', 'src/report', 'src/semantics'])
  })

  test('every file stands on one', () => {
    expect(sources.length).toBeGreaterThan(100)
    const lost = houses.flatMap((house) => sources.filter((file) => isIn(file, house) && floorOf(file, house) < 0))
    expect(lost).toEqual([])
  })

  test('no floor has a room that is gone', () => {
    const gone = houses.flatMap((house) =>
      house.floors
        .flat()
        .filter((room) => room !== '*' && !sources.some((file) => isIn(file, house) && roomOf(file, house) === room))
        .map((room) => `${house.within}/${room}`),
    )
    expect(gone).toEqual([])
  })

  test('no folder is crowded', () => {
    expect(crowded(sources)).toEqual([])
  })

  test('rules do not import rules, and what is shared is used by two areas or more', () => {
    expect(rulesOfRules(imports)).toEqual([])
    expect(sharedByOne(imports)).toEqual([])
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
    ['src/rules/a/b.ts', 'src/facts/network/network.ts'],
    ['src/report/text/text.ts', 'src/rules/index.ts'],
    ['src/catalog/quotas.ts', 'src/semantics/network/vpc.ts'],
    ['src/model/plan.ts', 'src/catalog/quotas.ts'],
    ['src/facts/eks/eks.ts', 'src/preflight.ts'],
    ['src/preflight.ts', 'src/cli.ts'],
    ['src/helpers/text.ts', 'src/model/plan.ts'],
    ['src/facts/engine/gap.ts', 'src/facts/index.ts'],
    ['src/facts/iam/kms.ts', 'src/facts/s3/storage.ts'],
    ['src/semantics/plan/placement.ts', 'src/semantics/network/vpc.ts'],
    ['src/semantics/policies/kms.ts', 'src/semantics/scripts/secrets.ts'],
    ['src/semantics/helpers/text.ts', 'src/semantics/text/place.ts'],
    ['src/rules/network/vpc.ts', 'src/rules/eks/version.ts'],
    ['src/rules/shared/kms-key.ts', 'src/rules/iam/kms.ts'],
    ['src/rules/engine/judge.ts', 'src/rules/index.ts'],
    ['src/report/html/parts.ts', 'src/report/comment/comment.ts'],
    ['src/report/topology/mermaid.ts', 'src/report/report.ts'],
  ])('%s > %s is the wrong way', (file, target) => {
    expect(wrongWay(one(file, target))).toEqual([`${file} imports ${target}`])
  })

  test.each([
    ['src/cli.ts', 'src/rules/index.ts'],
    ['src/index.ts', 'src/cli.ts'],
    ['src/rules/a/b.ts', 'src/rules/engine/outcome.ts'],
    ['src/rules/a/b.ts', 'src/rules/a/c/d.ts'],
    ['src/facts/s3/storage.ts', 'src/facts/machine/folder-files.ts'],
    ['src/semantics/network/node-services.ts', 'src/semantics/policies/endpoint-policy.ts'],
    ['src/report/text/text.ts', 'src/report/topology/mermaid.ts'],
    ['src/rules/a/b.ts', 'src/catalog/quotas.ts'],
  ])('%s > %s is not', (file, target) => {
    expect(wrongWay(one(file, target))).toEqual([])
  })

  test('a rule that imports a rule', () => {
    expect(rulesOfRules(one('src/rules/a/b.ts', 'src/rules/a/c.ts', 'src/rules/a/c/d.ts'))).toEqual([
      'src/rules/a/b.ts imports src/rules/a/c.ts',
    ])
  })

  test('what one area alone shares, also by way of another shared file', () => {
    const all: Imports = new Map([
      ['src/rules/a/one.ts', ['src/rules/shared/two-areas.ts', 'src/rules/shared/one-area.ts', 'src/rules/shared/by-way.ts']],
      ['src/rules/b/one.ts', ['src/rules/shared/two-areas.ts', 'src/rules/shared/deep.ts']],
      ['src/rules/shared/two-areas.ts', []],
      ['src/rules/shared/one-area.ts', []],
      ['src/rules/shared/by-way.ts', ['src/rules/shared/deep.ts']],
      ['src/rules/shared/deep.ts', []],
    ])
    expect(sharedByOne(all)).toEqual(['src/rules/shared/one-area.ts', 'src/rules/shared/by-way.ts'])
  })

  test('a crowded folder', () => {
    expect(crowded(Array.from({ length: 21 }, (_, index) => `src/hall/${index}.ts`))).toEqual(['src/hall: 21 files'])
  })

  test.each([
    ['src/rules/a/b.ts', 'node:fs'],
    ['src/rules/a/b.ts', 'node:crypto'],
    ['src/report/summary.ts', '@actions/core'],
    ['src/preflight.ts', '@aws-sdk/client-s3'],
    ['src/inputs/request.ts', 'node:child_process'],
    ['src/action.ts', 'fs/promises'],
    ['src/action.ts', '@actions/github'],
    ['src/report/text/text.ts', 'package.json'],
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
