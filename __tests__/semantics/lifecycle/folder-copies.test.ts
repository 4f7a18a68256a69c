import { describe, expect, test } from '@jest/globals'
import type { FileDigest, RefusalCause } from '../../../src/model/facts/scripts.ts'
import { compareCopies, excludePatterns, isLeftAside } from '../../../src/semantics/lifecycle/folder-copies.ts'
import { repositoryScriptsOf } from '../../builders.ts'

const hash = (letter: string): string => letter.repeat(32)
const digest = (letter: string | null, size = 1, multipartEtags: readonly string[] = []): FileDigest => ({
  size,
  md5: letter === null ? null : hash(letter),
  multipartEtags,
})
const object = (letter: string, size = 1) => ({ size, etag: `"${hash(letter)}"` })

interface Case {
  readonly here?: Parameters<typeof repositoryScriptsOf>[0]
  readonly digests?: Readonly<Record<string, FileDigest>>
  readonly there?: Readonly<Record<string, { readonly size: number; readonly etag: string }>>
  readonly objectDigests?: Readonly<Record<string, string>>
  readonly nested?: readonly string[]
}
const compare = ({ here = {}, digests = {}, there = {}, objectDigests = {}, nested = [] }: Case) =>
  compareCopies(repositoryScriptsOf(here), { bucket: 'b', prefix: 'p/', objects: there }, digests, objectDigests, nested)
const none = { same: [], changed: [], onlyHere: [], onlyThere: [], undecided: [], unspoken: [] }

describe('compareCopies', () => {
  test.each<[string, Omit<Case, 'here'>, object]>([
    ['the ETag is the MD5', { digests: { a: digest('a') }, there: { a: object('a') } }, { same: ['a'] }],
    [
      'the ETag is that of the parts',
      { digests: { a: digest('a', 9, [`${hash('b')}-2`]) }, there: { a: { size: 9, etag: `"${hash('b')}-2"` } } },
      { same: ['a'] },
    ],
    [
      'the sizes differ',
      { digests: { a: digest(null, 3) }, there: { a: object('a', 2) } },
      { changed: [{ path: 'a', here: 3, there: 2 }] },
    ],
    ['the ETag tells nothing', { digests: { a: digest('a') }, there: { a: object('b') } }, { undecided: ['a'] }],
    [
      'the object was hashed, the same',
      { digests: { a: digest('a') }, there: { a: object('b') }, objectDigests: { a: hash('a') } },
      { same: ['a'] },
    ],
    [
      'the object was hashed, another',
      { digests: { a: digest('a') }, there: { a: object('b') }, objectDigests: { a: hash('c') } },
      { changed: [{ path: 'a', here: 1, there: 1 }] },
    ],
    ['the file was not hashed', { digests: { a: digest(null) }, there: { a: object('a') } }, { undecided: ['a'] }],
    ['nothing is known of the file', { there: { a: object('a') } }, { undecided: ['a'] }],
    ['there is no object', {}, { onlyHere: ['a'] }],
  ])('%s', (_, known, expected) => {
    expect(compare({ here: { a: '' }, ...known })).toEqual({ ...none, ...expected })
  })

  test('a path called like a property of every object is a path', () => {
    expect(compare({ here: { constructor: '' } })).toEqual({ ...none, onlyHere: ['constructor'] })
    expect(compare({ there: { constructor: object('a') } })).toEqual({ ...none, onlyThere: ['constructor'] })
  })

  test('what is left aside is so on both sides, and --delete would keep it', () => {
    const there = { '.DS_Store': object('a'), 'a/__pycache__/x.pyc': object('a'), 'gone.sh': object('a') }
    expect(compare({ here: { '.gitignore': '', 'b/.DS_Store': '' }, there })).toEqual({
      ...none,
      onlyThere: ['gone.sh'],
      unspoken: ['__pycache__', '.DS_Store', '*.pyc'].flatMap((name) => [name, `${name}/*`, `*/${name}`, `*/${name}/*`]),
    })
  })

  test.each<RefusalCause>(['link-outside', 'link-broken', 'link-loop', 'kind', 'name', 'access'])(
    'nothing is said of a path, and of what is under it, that is refused as %s',
    (cause) => {
      const here = { link: { refused: 'a reason', cause }, gone: { refused: 'a reason', cause } }
      expect(compare({ here, there: { link: object('a'), 'link/a.sh': object('a'), 'linked.sh': object('a') } })).toEqual({
        ...none,
        onlyThere: ['linked.sh'],
        undecided: ['link', 'link/a.sh'],
        unspoken: ['link', 'link/*', 'gone', 'gone/*'],
      })
    },
  )

  test.each<RefusalCause>(['size', 'encoding', 'bound'])('a file that is refused as %s is compared', (cause) => {
    const digests = { 'a.sh': digest('a') }
    expect(compare({ here: { 'a.sh': { refused: 'a reason', cause } }, digests, there: { 'a.sh': object('a') } })).toEqual({
      ...none,
      same: ['a.sh'],
    })
  })

  test('objects under the folder of another group are its own, unless the repository has them too', () => {
    const there = { 'eks/a.sh': object('a'), 'eks/b.sh': object('b'), 'c.sh': object('c') }
    expect(compare({ here: { 'eks/b.sh': '' }, digests: { 'eks/b.sh': digest('b') }, there, nested: ['eks/'] })).toEqual({
      ...none,
      same: ['eks/b.sh'],
      onlyThere: ['c.sh'],
      unspoken: ['eks/*'],
    })
  })
})

test('patterns of --exclude stand for the path itself', () => {
  expect(excludePatterns('a[1]*?')).toEqual(['a[[]1][*][?]', 'a[[]1][*][?]/*'])
})

test.each([
  ['.git', true],
  ['.github', false],
  ['a.pyc', true],
  ['pyc', false],
  ['on_create.sh~', true],
  ['on_create.sh', false],
  ['README.md', false],
  ['.bashrc', false],
])('%s is left aside: %s', (name, aside) => {
  expect(isLeftAside(name)).toBe(aside)
})
