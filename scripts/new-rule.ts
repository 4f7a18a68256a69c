// `npm run new-rule <area>/<name>`: writes a rule, its test and its entry in the list of rules, and prints what is left to do.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const list = 'src/rules/index.ts'
/** Folders of `src/rules` that are no areas. */
const reserved = ['engine', 'shared']

const camelCase = (words: string): string => words.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** A rule that judges something, so that its test has something to hold: what it judges is to be replaced. */
const ruleText = (id: string, name: string): string => `import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'

export const ${name} = defineRule({
  id: '${id}',
  title: 'TODO: what holds when it passes, without a full stop',
  why: 'TODO: what goes wrong in a cluster when it does not hold.',
  severity: 'error',
  sources: ['https://docs.aws.amazon.com/TODO'],
  needs: ['vpc'],
  uses: [],
  applies: () => true,
  evaluate: ({ vpc }, { vpcId, region }) => {
    const subject = vpc?.vpcId ?? vpcId ?? 'vpc'
    if (vpc !== null) return [pass(subject, \`\${subject} exists\`)]
    const commands = [command('aws', 'ec2', 'describe-vpcs', '--region', region)]
    return [fail(subject, \`\${subject} does not exist in \${region}\`, { text: 'Use a VPC that exists.', commands })]
  },
})
`

const testText = (id: string, name: string): string => `import { describe, expect, test } from '@jest/globals'
import type { Vpc } from '../../../src/model/facts/network.ts'
import { ${name} as rule } from '../../../src/rules/${id}.ts'
import { aPlan, aVpc, denied, findingsOf, statuses } from '../../builders.ts'

describe('${id}', () => {
  test.each<[string, Vpc | null, readonly string[]]>([
    ['the VPC exists', aVpc(), ['pass vpc-0a1b2c3d']],
    ['the VPC does not exist', null, ['fail vpc-0a1b2c3d']],
  ])('%s', (_, vpc, expected) => {
    expect(statuses(findingsOf(rule, aPlan(), { vpc }))).toEqual(expected)
  })

  test('the fix has the command', () => {
    expect(findingsOf(rule, aPlan(), { vpc: null })).toMatchObject([
      { severity: 'error', fix: { commands: ['aws ec2 describe-vpcs --region us-west-2'] } },
    ])
  })

  test('denied is unknown', () => {
    expect(findingsOf(rule, aPlan(), { vpc: denied('ec2:DescribeVpcs') })).toMatchObject([
      { status: 'unknown', gap: { action: 'ec2:DescribeVpcs' } },
    ])
  })
})
`

/** The list with the rule after the last one of its area; that of a new area comes last. */
const listed = (text: string, area: string, file: string, name: string): string => {
  const imports = [...text.matchAll(/^import \{ (?:\w+ as )?(\w+) \} from '\.\/([^/]+)\/[^/]+\.ts'$/gm)]
  const taken = imports.some(([, local]) => local === name)
  const local = taken ? camelCase(`${area}-${file}`) : name
  const entries = [...text.matchAll(/^ {2}(\w+),$/gm)]
  const ofArea = new Set(imports.filter(([, , where]) => where === area).map(([, rule]) => rule))
  const before = entries.findLast(([, rule]) => ofArea.has(rule)) ?? entries.at(-1)
  if (before === undefined) throw new Error(`${list} has no list of rules`)
  const end = before.index + before[0].length
  const withEntry = `${text.slice(0, end)}\n  ${local},${text.slice(end)}`
  return `import { ${taken ? `${name} as ${local}` : name} } from './${area}/${file}.ts'\n${withEntry}`
}

/** The recipe for a rule, as the docs have it. */
const recipe = (): string => {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  const found = /^## Adding a rule\n+(.*?)\n+## /ms.exec(text)?.[1]
  if (found === undefined) throw new Error('docs/architecture.md does not say how to add a rule')
  return found
}

const [id = '', ...rest] = process.argv.slice(2)
const [area = '', file = ''] = id.split('/')
const name = camelCase(file)
const written = new Map([
  [`src/rules/${id}.ts`, ruleText(id, name)],
  [`__tests__/rules/${id}.test.ts`, testText(id, name)],
])

const wrong =
  rest.length > 0 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\/[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)
    ? 'usage: npm run new-rule <area>/<name>, both in lower case with hyphens'
    : reserved.includes(area)
      ? `src/rules/${area} is not an area`
      : [...written.keys()].filter((path) => existsSync(join(root, path))).map((path) => `${path} exists already`)[0]

if (wrong !== undefined) {
  process.stderr.write(`${wrong}\n`)
  process.exit(2)
}

written.set(list, listed(readFileSync(join(root, list), 'utf8'), area, file, name))
for (const [path, text] of written) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
// Biome brings the import to its place.
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
execFileSync(process.execPath, [biome, 'check', '--write', ...written.keys()], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })

process.stdout.write(
  `Written:\n${[...written.keys()].map((path) => `  ${path}`).join('\n')}\n\nLeft to do, from docs/architecture.md:\n\n${recipe()}\n`,
)
