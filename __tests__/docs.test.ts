import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { documents, rulePagesOnDisk } from '../scripts/docs.ts'
import { type ChecklistPart, checklist } from '../src/catalog/checklist.ts'
import { inputNames, inputTable } from '../src/inputs/table.ts'
import { rules } from '../src/rules/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const ids = rules.map(({ id }) => id)

/** Files of a folder that has one folder an area, as ids: `network/vpc`. What lies higher, lower or in a room of its own is no rule. */
const idsUnder = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /^(?!engine\/|shared\/)[^/]+\/[^/]+$/.test(path) && path.endsWith(ending))
    .map((path) => path.slice(0, -ending.length))
    .sort()

describe('generated documents', () => {
  test.each([...documents()])('%s is what npm run docs writes', (path, text) => {
    expect(read(path)).toBe(text)
  })

  test('no page is left of a rule that is gone', () => {
    expect(rulePagesOnDisk().toSorted()).toEqual(ids.map((id) => `docs/rules/${id}.md`).sort())
  })
})

describe('rules', () => {
  test('one rule, one file, one test, one place in the list', () => {
    expect(idsUnder('src/rules', '.ts')).toEqual(ids.toSorted())
    expect(idsUnder('__tests__/rules', '.test.ts')).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('an id is the path of the file that says it', () => {
    for (const id of ids) expect(read(`src/rules/${id}.ts`)).toContain(`id: '${id}'`)
  })

  test.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s says what it is',
    (id, { title, why, severity, sources, checklistDiffers }) => {
      expect(id).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/)
      expect(title).toMatch(/^\S.*[^.\s]$/)
      expect(why).toMatch(/^\S[\s\S]*\."?$/)
      expect(checklistDiffers ?? 'None.').toMatch(/^\S[\s\S]*\.$/)
      expect(['error', 'warning', 'notice']).toContain(severity)
      expect(sources.length).toBeGreaterThan(0)
      for (const source of sources) expect([source, new URL(source).protocol]).toEqual([source, 'https:'])
      expect([title, why, ...sources].filter((text) => text.includes('TODO'))).toEqual([])
      expect(new Set(sources).size).toBe(sources.length)
    },
  )
})

describe('inputs', () => {
  const action: {
    inputs: Record<string, { description: string; required: boolean; default?: string }>
    outputs: Record<string, { description: string }>
    runs: object
  } = parse(read('action.yml'))

  test('action.yml and the README have those of the table', () => {
    expect(Object.keys(action.inputs)).toEqual(inputNames)
    expect(namesInReadme('inputs')).toEqual(inputNames)
    expect(namesInReadme('outputs')).toEqual(Object.keys(action.outputs))
  })

  test('none is required, and only those that have a default in the table have one', () => {
    for (const name of inputNames) {
      const expected: { default?: string } = inputTable[name]
      expect([name, action.inputs[name]?.required, action.inputs[name]?.default]).toEqual([name, false, expected.default])
    }
    expect(action.inputs['region']?.default).toBeUndefined()
  })

  test('none that a policy file may decide has a default, which would win over the file', () => {
    for (const name of ['fail-on', 'on-unknown', 'required-tools']) expect([name, action.inputs[name]?.default]).toEqual([name, undefined])
  })

  test('it runs what is packed', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' })
  })

  /** First cells of the table between the markers. */
  const namesInReadme = (part: string): readonly string[] => {
    const [, text = ''] = new RegExp(`<!-- ${part}:start -->(.*)<!-- ${part}:end -->`, 's').exec(read('README.md')) ?? []
    return [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '')
  }
})

describe('documents for contributors', () => {
  const { scripts }: { readonly scripts: object } = JSON.parse(read('package.json'))
  const made = 'proof/node_modules'

  test.each(['CONTRIBUTING.md', 'docs/architecture.md'])('%s names files and commands that exist', (document) => {
    const paths = [...read(document).matchAll(/(?<![\w./-])(?:src|__tests__|proof|scripts|docs|examples)\/[\w./-]*\w/g)].map(
      ([path]) => path,
    )
    const commands = [...read(document).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '')
    expect(paths.filter((path) => path !== made && !existsSync(join(root, path)))).toEqual([])
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
    expect([paths.length > 3, commands.length > 3]).toEqual([true, true])
  })
})

describe('workflows', () => {
  interface Step {
    readonly uses?: string
    readonly run?: string
    readonly with?: Readonly<Record<string, unknown>>
  }
  interface Workflow {
    readonly permissions?: object
    readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>
  }
  const files = ['.github/workflows', 'examples/workflows'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  )
  const workflow = (path: string): Workflow => parse(read(path))
  const steps = (path: string): readonly Step[] => Object.values(workflow(path).jobs).flatMap((job) => job.steps)
  const ours = /^(?:\.\/|org\/hyperpod-preflight@v\d+)$/

  test('are all here', () => {
    expect(files.toSorted()).toEqual([
      '.github/workflows/ci.yml',
      '.github/workflows/release.yml',
      '.github/workflows/weekly.yml',
      'examples/workflows/gate.yml',
      'examples/workflows/matrix.yml',
      'examples/workflows/preflight.yml',
      'examples/workflows/pull-request.yml',
    ])
  })

  test.each(files)('%s says what it may do, and pins what it uses', (path) => {
    expect(workflow(path).permissions).toBeDefined()
    for (const { uses } of steps(path)) if (uses !== undefined && !ours.test(uses)) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
    for (const line of read(path).split('\n')) if (/@[0-9a-f]{40}/.test(line)) expect(line).toMatch(/ # v\d+\.\d+\.\d+$/)
  })

  test.each(files)('%s puts no expression into a script', (path) => {
    for (const { run } of steps(path)) expect(run ?? '').not.toContain('${{')
  })

  test.each(files)('%s gives the action inputs that it has', (path) => {
    const given = steps(path).flatMap(({ uses, with: inputs }) => (uses !== undefined && ours.test(uses) ? Object.keys(inputs ?? {}) : []))
    expect(given.filter((name) => !Object.hasOwn(inputTable, name))).toEqual([])
  })
})

/** A line of the checklist with where it stands; what the mapping is compared with. */
interface Asked {
  readonly section: string | null
  readonly heading: string
  readonly line: string
}

/** Everything that the checklist asks for: rows of tables, boxes, numbered roles, and the issues at its end. */
const askedBy = (markdown: string): readonly Asked[] => {
  const asked: Asked[] = []
  let [section, chapter, heading]: [string | null, string, string] = [null, '', '']
  let header = true
  for (const text of markdown.split('\n')) {
    const [, level, title = ''] = /^(##|###) (.*)$/.exec(text) ?? []
    if (level === '##') [section, chapter, heading] = [/^(\d+)\. /.exec(title)?.[1] ?? null, title, title]
    if (level === '###' && chapter === 'Common Pre-Creation Issues') asked.push({ section, heading: chapter, line: title })
    else if (level === '###') heading = title
    const row = /^\| (.*) \|$/.exec(text)?.[1]
    if (row !== undefined && !header) asked.push({ section, heading, line: row })
    if (/^\|-/.test(text)) header = false
    else if (row === undefined) header = true
    const item = /^(?:- )?\[ \] (.*)$/.exec(text)?.[1] ?? /^\d+\. (\*\*.*)$/.exec(text)?.[1]
    if (item !== undefined) asked.push({ section, heading, line: item.replaceAll('**', '') })
  }
  return asked
}

describe('the prerequisites checklist', () => {
  const asked = askedBy(read('docs/prerequisites-checklist.md'))
  const mapped = checklist.flatMap(({ section, heading, lines }) => lines.map(({ line }) => ({ section, heading, line })))
  const rulesOf = ({ lines, beyond }: ChecklistPart): readonly string[] => [...lines.flatMap((line) => line.rules), ...(beyond ?? [])]
  const numbered = (section: string): ReadonlySet<string> => new Set(checklist.filter((part) => part.section === section).flatMap(rulesOf))

  test('is read whole: every section, every kind of line', () => {
    const count = (section: string | null, heading?: string): number =>
      asked.filter((line) => line.section === section && (heading ?? line.heading) === line.heading).length
    expect(['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((section) => count(section))).toEqual([11, 2, 7, 4, 3, 7, 4, 3, 2])
    expect(count(null, 'Pre-Flight Checklist')).toBe(9)
    expect(count(null, 'Common Pre-Creation Issues')).toBe(4)
    expect(asked).toHaveLength(56)
  })

  test('has every line mapped, and nothing is mapped that it does not ask', () => {
    expect(mapped).toEqual(asked)
  })

  test('maps to rules that exist, each named once for a line', () => {
    for (const { line, rules: named } of checklist.flatMap(({ lines }) => lines)) {
      expect([line, named.length > 0]).toEqual([line, true])
      expect([line, named.filter((id) => !ids.includes(id))]).toEqual([line, []])
      expect([line, new Set(named).size]).toEqual([line, named.length])
    }
    expect(checklist.flatMap(({ beyond }) => beyond ?? []).filter((id) => !ids.includes(id))).toEqual([])
  })

  test('every rule that names a section is mapped in that section', () => {
    const missing = rules.filter(({ id, checklist: section }) => section !== undefined && !numbered(section).has(id))
    expect(missing.map(({ id, checklist: section }) => `${id} (${section})`)).toEqual([])
  })

  test('every rule that is mapped in a section names one', () => {
    const inSections = new Set(checklist.filter(({ section }) => section !== null).flatMap(rulesOf))
    expect(rules.filter(({ id, checklist: section }) => inSections.has(id) && section === undefined).map(({ id }) => id)).toEqual([])
  })
})
