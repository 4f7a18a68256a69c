// biome-ignore-all lint/suspicious/noTemplateCurlyInString: words of the shell
import { describe, expect, test } from '@jest/globals'
import { shellCalls } from '../../../../src/semantics/scripts/shell-calls.ts'

/** The files that a word can mean behind a script, as `base:path`; null where the text does not tell. */
const meant = (script: string, word: string): readonly string[] | null => {
  const { calls } = shellCalls(`cd sub\n${script}\nbash ${word}\n`)
  const files = calls.map(({ target: { base, path } }) => `${base}:${path}`)
  return files.length === 0 ? null : files
}

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
    ['${X:-a}/a.sh', 'working:sub/a/a.sh'],
    ['{a,b}.sh', 'working:sub/a.sh'],
    ['a\\ b.sh', 'working:sub/a b.sh'],
    ['$(basename /opt/a.sh)', 'working:sub/a.sh'],
    ['$(basename x/a .py).sh', 'working:sub/a.sh'],
    ['$(echo a).sh', 'working:sub/a.sh'],
    ["$(printf '%s' a).sh", 'working:sub/a.sh'],
    ['$(cd .. && pwd)/a.sh', 'working:a.sh'],
  ])('%s is %s', (word, file) => {
    expect(meant('', word)).toEqual([file])
  })

  test.each(['/opt/a.sh', '$0', '$0/a.sh', '$X/a.sh', '$(x)/a.sh', '~/a.sh', 'a[1].sh', '$01/a.sh', '$PWDX/a.sh', 'a/$PWD', '""'])(
    '%s is not told',
    (word) => {
      expect(meant('', word)).toBeNull()
    },
  )
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
    ['D=a E=b', '$D$E.sh', ['working:sub/ab.sh']],
    ['D=a E=b run', '$D$E.sh', null],
    ["D='a$&'", '$D.sh', ['working:sub/a$&.sh']],
    ['for f in a b; do x; done', '$f.sh', ['working:sub/b.sh']],
    ['for f in a /b; do x; done', '$f.sh', null],
    ['for f in a $X; do x; done', '$f.sh', null],
    ['D=a\nD=b', '$D.sh', ['working:sub/b.sh']],
    ['D=a\nD+=b', '$D.sh', ['working:sub/ab.sh']],
    ['if x; then D=a; else D=b; fi', '$D.sh', ['working:sub/a.sh', 'working:sub/b.sh']],
    ['if x; then D=a; else exit 1; fi', '$D.sh', ['working:sub/a.sh']],
    ['D=a\ncase $x in 1) D=b ;; 2) D=c ;; esac', '$D.sh', ['working:sub/b.sh', 'working:sub/c.sh', 'working:sub/a.sh']],
    ['D=a\n[ -f x ] && D=b', '$D.sh', ['working:sub/a.sh', 'working:sub/b.sh']],
    ['D=a\n(D=b)', '$D.sh', ['working:sub/a.sh']],
    ['D=a\nf() { D=b; }\nf', '$D.sh', ['working:sub/b.sh']],
    ['D=a\nf() { local D=b; }\nf', '$D.sh', ['working:sub/a.sh']],
    ['D=a\nf() { D=b; }', '$D.sh', ['working:sub/a.sh']],
    ['D=a\nwhile x; do D=b; done', '$D.sh', ['working:sub/a.sh', 'working:sub/b.sh']],
    ['D=a\nunset D', '${D:-b}.sh', ['working:sub/b.sh']],
    ['D=a', '${D:-b}.sh', ['working:sub/a.sh']],
    ['D=', '${D:-b}.sh', ['working:sub/b.sh']],
    [': ${D:=a}', '$D.sh', ['working:sub/a.sh']],
    ['D=a.sh', '${D%.sh}.py', ['working:sub/a.py']],
    ['D=x/a.sh', '${D##*/}', ['working:sub/a.sh']],
    ['D=x/a.sh', '${D%/*}/b.sh', ['working:sub/x/b.sh']],
    ['D=x-a.sh', '${D#x-}', ['working:sub/a.sh']],
    ['D=a', '${D/a/b}.sh', null],
    ['D=(x a)', '${D[1]}.sh', ['working:sub/a.sh']],
    ['set -- x a', '$2.sh', ['working:sub/a.sh']],
    ['set -- x a\nshift', '$1.sh', ['working:sub/a.sh']],
    ['D=a\nprintf -v D x', '$D.sh', null],
    ['D+=b', '$D.sh', null],
    ['D=(a b)', '$D.sh', ['working:sub/a.sh']],
    ['D[0]=a\nD[1]=b', '$D.sh', null],
    ['read D', '$D.sh', null],
    ['D=a\nread -r D', '$D.sh', null],
    ['D=a\nmapfile D', '$D.sh', null],
    ['D=a\nreadarray D', '$D.sh', null],
    ['D=a\ngetopts ab D', '$D.sh', null],
    ['D=a\nfor D; do x; done', '$D.sh', ['working:sub/a.sh']],
    ['run D=b\nD=a', '$D.sh', ['working:sub/a.sh']],
    ['D=a', '$DD.sh', null],
    ['A=$B\nB=$A', '$A.sh', null],
    ['A=x\nB=$A\nC=$B', '$C.sh', ['working:sub/x.sh']],
    ['A=$B\nB=x', '$A.sh', null],
  ])('%j: %s', (script, word, files) => {
    expect(meant(script, word)).toEqual(files)
  })

  test('no more than 50', () => {
    const either = (count: number): string =>
      `case $x in ${Array.from({ length: count }, (_, at) => `${at}) D=a${at} ;;`).join(' ')} *) D=a0 ;; esac`
    expect(meant(either(50), '$D.sh')).toHaveLength(50)
    expect(shellCalls(`${either(50)}\nbash $D.sh`).doubts).toEqual([])
    expect(shellCalls(`${either(51)}\nbash $D.sh`).doubts).toMatchObject([{ written: '$D.sh' }])
  })
})
