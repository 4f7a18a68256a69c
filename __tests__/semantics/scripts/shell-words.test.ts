// biome-ignore-all lint/suspicious/noTemplateCurlyInString: words of the shell
import { describe, expect, test } from '@jest/globals'
import { shellSteps } from '../../../src/semantics/scripts/shell-steps.ts'
import { filesMeant, variablesOf } from '../../../src/semantics/scripts/shell-words.ts'

/** What a word means behind a script, as `base:path`; null where the text does not tell. */
const meant = (script: string, word: string): readonly string[] | null =>
  filesMeant(word, { variables: variablesOf(shellSteps(script)), here: { base: 'working', path: 'sub' } })?.map(
    ({ base, path }) => `${base}:${path}`,
  ) ?? null

describe('the files that a word means', () => {
  test.each([
    ['a.sh', 'working:sub/a.sh'],
    ['./a.sh', 'working:sub/a.sh'],
    ['../a.sh', 'working:a.sh'],
    ['"a.sh"', 'working:sub/a.sh'],
    ['$(dirname "$0")/a.sh', 'own:a.sh'],
    ['$(dirname $0)/../a.sh', 'own:../a.sh'],
    ['$(dirname -- "${BASH_SOURCE[0]}")/a.sh', 'own:a.sh'],
    ['$(dirname "${BASH_SOURCE[0]:-$0}")/a.sh', 'own:a.sh'],
    ['$(dirname "$BASH_SOURCE")/a.sh', 'own:a.sh'],
    ['$(dirname "${BASH_SOURCE}")/a.sh', 'own:a.sh'],
    ['$( dirname "${BASH_SOURCE[@]}" )/a.sh', 'own:a.sh'],
    ['`dirname $0`/a.sh', 'own:a.sh'],
    ['${0%/*}/a.sh', 'own:a.sh'],
    ['${BASH_SOURCE[0]%/*}/a.sh', 'own:a.sh'],
    ['$(dirname $(realpath "$0"))/a.sh', 'own:a.sh'],
    ['$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/a.sh', 'own:a.sh'],
    ['$(dirname "$(readlink --canonicalize "$0")")/a.sh', 'own:a.sh'],
    ['$(realpath "$(dirname "$0")")/a.sh', 'own:a.sh'],
    ['$(readlink -f "$(dirname "$0")/..")/a.sh', 'own:../a.sh'],
    ['$(cd "$(dirname "$0")" && pwd)/a.sh', 'own:a.sh'],
    ['$(cd -P "$(dirname "$0")" && pwd -P)/a.sh', 'own:a.sh'],
    ['$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" &>/dev/null && pwd)/a.sh', 'own:a.sh'],
    ['$(cd "$(dirname "$0")" >/dev/null 2>&1 && pwd)/a.sh', 'own:a.sh'],
    ['$(cd "$(dirname "$0")"; pwd)/a.sh', 'own:a.sh'],
    ['$(cd "$(dirname "$0")/.." && pwd)/a.sh', 'own:../a.sh'],
    ['$PWD/a.sh', 'working:sub/a.sh'],
    ['${PWD}/a.sh', 'working:sub/a.sh'],
    ['$(pwd)/a.sh', 'working:sub/a.sh'],
    ['$(pwd -P)/a.sh', 'working:sub/a.sh'],
  ])('%s is %s', (word, file) => {
    expect(meant('', word)).toEqual([file])
  })

  test.each([
    '/opt/a.sh',
    '$0',
    '$0/a.sh',
    '$X/a.sh',
    '${X:-a}/a.sh',
    '$(x)/a.sh',
    '~/a.sh',
    '{a,b}.sh',
    'a[1].sh',
    'a\\ b.sh',
    '$01/a.sh',
    '$PWDX/a.sh',
    'a/$PWD',
    '""',
  ])('%s is not told', (word) => {
    expect(meant('', word)).toBeNull()
  })
})

describe('the values of variables', () => {
  test.each<readonly [string, string, readonly string[] | null]>([
    ['D=a', '$D/b.sh', ['working:sub/a/b.sh']],
    ['D=a', '${D}/b.sh', ['working:sub/a/b.sh']],
    ['D="$(dirname "$0")"', '$D/b.sh', ['own:b.sh']],
    ['D=a\nE=$D/b', '$E/c.sh', ['working:sub/a/b/c.sh']],
    ['export D=a', '$D/b.sh', ['working:sub/a/b.sh']],
    ['readonly D=a E=b', '$D/$E.sh', ['working:sub/a/b.sh']],
    ['local -r D=a', '$D/b.sh', ['working:sub/a/b.sh']],
    ['declare D=a', '$D.sh', ['working:sub/a.sh']],
    ['typeset D=a', '$D.sh', ['working:sub/a.sh']],
    ['D=a E=b run', '$D$E.sh', ['working:sub/ab.sh']],
    ["D='a$&'", '$D.sh', null],
    ['for f in a b; do x; done', '$f.sh', ['working:sub/a.sh', 'working:sub/b.sh']],
    [
      'for f in a b; do x; done\nfor g in 1 2; do x; done',
      '$f$g.sh',
      ['working:sub/a1.sh', 'working:sub/a2.sh', 'working:sub/b1.sh', 'working:sub/b2.sh'],
    ],
    ['for f in a /b; do x; done', '$f.sh', null],
    ['for f in a $X; do x; done', '$f.sh', null],
    ['D=a\nD=b', '$D.sh', null],
    ['D=a\nD+=b', '$D.sh', null],
    ['D+=b', '$D.sh', null],
    ['D=(a b)', '$D.sh', null],
    ['D[0]=a\nD[1]=b', '$D.sh', null],
    ['read D', '$D.sh', null],
    ['D=a\nread -r D', '$D.sh', null],
    ['D=a\nmapfile D', '$D.sh', null],
    ['D=a\nreadarray D', '$D.sh', null],
    ['D=a\ngetopts ab D', '$D.sh', null],
    ['D=a\nfor D; do x; done', '$D.sh', null],
    ['run D=b\nD=a', '$D.sh', ['working:sub/a.sh']],
    ['D=a', '$DD.sh', null],
    ['A=$B\nB=$A', '$A.sh', null],
    ['A=$B\nB=$C\nC=$D\nD=$E\nE=$F\nF=x', '$A.sh', ['working:sub/x.sh']],
    ['A=$B\nB=$C\nC=$D\nD=$E\nE=$F\nF=$G\nG=x', '$A.sh', null],
  ])('%j: %s', (script, word, files) => {
    expect(meant(script, word)).toEqual(files)
  })

  test('no more than 50', () => {
    const loop = (count: number): string => `for f in ${Array.from({ length: count }, (_, at) => `a${at}`).join(' ')}; do x; done`
    expect(meant(loop(50), '$f.sh')).toHaveLength(50)
    expect(meant(loop(51), '$f.sh')).toBeNull()
  })
})
