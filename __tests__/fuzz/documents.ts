import fc from 'fast-check'

const letters = [...'bcdefghij']
const bomb = (item: (of: string) => string): string =>
  ['a: &a [x, x, x]', ...letters.map((letter, at) => `${letter}: &${letter} ${item(`*${'abcdefghij'[at]}`)}`)].join('\n')

/** Texts that have brought down readers of JSON and YAML. Names end in the extension that makes a file JSON or YAML. */
export const documentTraps: Readonly<Record<string, string>> = {
  'aliases of aliases.yaml': bomb((alias) => `[${Array(9).fill(alias).join(', ')}]`),
  'merges of merges.yaml': bomb((alias) => `{<<: [${Array(9).fill(alias).join(', ')}]}`).replace('[x, x, x]', '{x: 1}'),
  'an alias of itself.yaml': '&a [*a]',
  'a merge of itself.yaml': '&a\nx: 1\n<<: *a\n',
  'many aliases.yaml': `x: &a 1\n${numbered(5_000, (at) => `k${at}: *a`)}`,
  'many anchors.yaml': numbered(5_000, (at) => `k${at}: &a${at} ${at}`),
  'anchors with aliases.yaml': numbered(4_000, (at) => `k${at}: &a${at} x\nl${at}: *a${at}`),
  'deep lists.yaml': '['.repeat(10_000) + ']'.repeat(10_000),
  'deep lists.json': '['.repeat(10_000) + ']'.repeat(10_000),
  'deep objects.json': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
  'deep, but readable.json': '['.repeat(1_000) + ']'.repeat(1_000),
  'deep and open.json': '['.repeat(100_000),
  'deep and open.yaml': '['.repeat(10_000),
  'deep blocks.yaml': numbered(1_000, (at) => `${' '.repeat(at)}a:`),
  'deep dashes.yaml': `${'- '.repeat(10_000)}x`,
  'deep keys.yaml': `${'? '.repeat(3_000)}x`,
  'a huge key.json': JSON.stringify({ ['k'.repeat(500_000)]: 1 }),
  'a huge key.yaml': `${'k'.repeat(500_000)}: 1`,
  'a huge number.yaml': `a: ${'9'.repeat(100_000)}`,
  'many keys.json': JSON.stringify(Object.fromEntries(Array.from({ length: 30_000 }, (_, at) => [`k${at}`, at]))),
  'many keys.yaml': numbered(30_000, (at) => `k${at}: ${at}`),
  'commas.yaml': `[${','.repeat(20_000)}]`,
  'quotes.yaml': '"'.repeat(50_000),
  'documents.yaml': '---\n'.repeat(20_000),
  'directives.yaml': '%'.repeat(100_000),
  'tags.yaml': '!'.repeat(100_000),
  'colons.yaml': ': '.repeat(10_000),
}

/** Small texts at the edges of both languages: they must fault with a place, or be read. */
export const oddDocuments = [
  '{"__proto__":{"x":1},"constructor":1,"toString":2}',
  '__proto__:\n  x: 1\nInstanceGroups: []',
  '{"a":1,"a":2}',
  'a: 1\na: 2',
  'a: .nan\nb: .inf\nc: 1e999\nd: !!binary aGk=\ne: 2020-01-01\nf: !!set {a}\ng: !!js/function x',
  '\uFEFF{"a":1}',
  '\uFEFF\uFEFF{"a":1}',
  'a: 1\r\nb: 2\r\n',
  'a: 1\rb: 2\r',
  '{"a":"\ud800"}',
  'a: "\\ud800"',
  '\u0000\u0000',
  '? {a: 1}\n: 2\n? [x]\n: 3',
  '&a x: 1\n*a : 2',
  '*nowhere',
  '<<: 1',
  '!!int foo',
  '',
  '---\n',
  '...',
  '- - - -',
  'null',
]

function numbered(count: number, line: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => line(at)).join('\n')
}

/** Anything that somebody may have saved under the name of a request or a policy. */
export const anyDocument: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...oddDocuments),
  fc.json(),
  fc
    .array(fc.constantFrom(...'{}[]:,"\'&*!|>%@`#-? \n\t\r\\', '\uFEFF', 'a', '1', '<<', '~', '---\n', '...'), { maxLength: 40 })
    .map((parts) => parts.join('')),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)),
)

/** As a file with such an ending is read. */
export const anyPath = fc.constantFrom('cluster.json', 'cluster.yaml', 'cluster.JSON', 'cluster')
