// biome-ignore-all lint/suspicious/noTemplateCurlyInString: words of the shell
import { describe, expect, test } from '@jest/globals'
import { shellCalls } from '../../../src/semantics/scripts/shell-calls.ts'
import { callsInWords } from './calls-in-words.ts'

const called = (text: string): readonly string[] => callsInWords(shellCalls(text))

describe('the scripts that a shell script calls', () => {
  test.each<[string, readonly string[]]>([
    ['bash a.sh', ['working:a.sh']],
    ['./a.sh', ['working:a.sh']],
    ['. a.sh', ['working:a.sh sourced']],
    ['source ./lib/a.sh', ['working:lib/a.sh sourced']],
    ['bash lib/a.sh arg', ['working:lib/a.sh']],
    ['python3 a.py', ['working:a.py']],
    ['sudo -u ubuntu bash a.sh', ['working:a.sh']],
    ['env X=1 bash a.sh', ['working:a.sh']],
    ['bash a.sh &', ['working:a.sh']],
    ['bash "$(dirname "$0")/a.sh"', ['own:a.sh']],
    ['if x; then bash a.sh; fi', ['working:a.sh perhaps']],
    ['bash a.sh; bash a.sh', ['working:a.sh', 'working:a.sh']],
    ['bash /opt/a.sh', []],
    ['bash $UNKNOWN', []],
    ['bash -c "bash a.sh"', ['working:a.sh']],
    ['. "$HOME/.bashrc"', []],
  ])('what is started: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['A=$(bash a.sh)', ['working:a.sh']],
    ['A=$(bash a.sh; bash b.sh)', ['working:a.sh', 'working:b.sh']],
    ['echo "$(bash a.sh)" "$(bash b.sh)"', ['working:a.sh', 'working:b.sh']],
    ['A=$(sudo bash a.sh)', ['working:a.sh']],
    ['A=$(cd /opt && bash a.sh)', ['unknown:a.sh from unknown:']],
    ['A=$(pushd x; bash a.sh)', ['working:x/a.sh from working:x']],
    ['A=$(abcd x; bash a.sh)', ['working:a.sh']],
    ['A=$(ls)', []],
  ])('what a substitution starts: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['cd /opt\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['cd lib\nbash a.sh', ['working:lib/a.sh from working:lib']],
    ['cd\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['cd "$(dirname "$0")"\nbash a.sh', ['own:a.sh from own:']],
    ['cd "$(dirname "$0")/lib"\nbash a.sh', ['own:lib/a.sh from own:lib']],
    ['cd "$(dirname "$0")"\ncd lib\nbash a.sh', ['own:lib/a.sh from own:lib']],
    ['cd lib\ncd "$(dirname "$0")"\nbash a.sh', ['own:a.sh from own:']],
    ['(cd lib)\nbash a.sh', ['working:a.sh']],
    ['(cd "$(dirname "$0")"; ls)\nbash a.sh', ['working:a.sh']],
    ['(ls) ; cd "$(dirname "$0")"\nbash a.sh', ['own:a.sh from own:']],
    ['if x; then cd "$(dirname "$0")"; fi\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['pushd "$(dirname "$0")"\nbash a.sh', ['own:a.sh from own:']],
    ['pushd lib\npopd\nbash a.sh', ['working:a.sh']],
    ['cd lib\ncd -\nbash a.sh', ['working:a.sh']],
    ['cd lib\ncd ..\nbash a.sh', ['working:a.sh']],
    ['cd lib &\nbash a.sh', ['working:a.sh']],
    ['cd lib | x\nbash a.sh', ['working:a.sh']],
    ['cd lib && bash a.sh', ['working:lib/a.sh from working:lib']],
    ['(cd lib && bash a.sh); bash b.sh', ['working:lib/a.sh from working:lib', 'working:b.sh']],
    ['cd lib || exit 1\nbash a.sh', ['working:lib/a.sh from working:lib']],
    ['[ -d lib ] && cd lib\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['mkdir build\ncd build\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['for d in x y; do (cd $d && bash a.sh); done', ['working:x/a.sh from working:x', 'working:y/a.sh from working:y']],
    ['popd\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['bash a.sh\ncd lib', ['working:a.sh']],
    ['f() { bash a.sh; }\nf', ['working:a.sh']],
    ['f() { bash a.sh; }\ncd lib\nf', ['working:lib/a.sh from working:lib']],
    ['f() { bash a.sh; }\ncd "$(dirname "$0")"\nf', ['own:a.sh from own:']],
    ['f() { cd "$(dirname "$0")"; }\nbash a.sh', ['working:a.sh']],
    ['f() { cd "$(dirname "$0")"; }\nf\nbash a.sh', ['own:a.sh from own:']],
    ['f() { cd lib; }\nbash a.sh', ['working:a.sh']],
    ['f() ( cd lib )\nf\nbash a.sh', ['working:a.sh']],
  ])('the folder in which it is started: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['tar xzf a.tgz\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['sudo tar -xf a\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['tar --extract -f a.tgz\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['tar --get -f a.tgz\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['tar xzf a.tgz -C lib\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['unzip a.zip\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['git clone https://x/y\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['git -c a=b pull\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['git checkout x\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['git submodule update\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['rsync x .\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['7z x a\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['cpio -i\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['make\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['cmake .\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['scp h:x .\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['sftp x\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['patch a\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['wget "$URL"\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['wget "$U" -O /opt/x\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['curl -O "$URL"\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['curl -sO "$URL/x"\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['curl -OJ $U\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['curl --remote-name "$U"\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['curl --remote-header-name "$U"\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['aws s3 cp s3://b/x .\nbash a.sh', ['unknown:a.sh from unknown:']],
    ['aws s3 sync s3://b/x .\nbash a.sh', ['unknown:a.sh from unknown:']],
  ])('what unpacks where a script is started: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['tar czf a.tgz .\nbash a.sh', ['working:a.sh']],
    ['tar --list -f x.tgz\nbash a.sh', ['working:a.sh']],
    ['tar -cf - -C /opt x.tgz\nbash a.sh', ['working:a.sh']],
    ['tar xzf a.tgz -C /opt\nbash a.sh', ['working:a.sh']],
    ['tar --get -f a --directory /x\nbash a.sh', ['working:a.sh']],
    ['unzip a.zip -d /opt\nbash a.sh', ['working:a.sh']],
    ['git clone https://x/y /opt/y\nbash a.sh', ['working:a.sh']],
    ['git config a b\nbash a.sh', ['working:a.sh']],
    ['rsync x /opt\nbash a.sh', ['working:a.sh']],
    ['wget https://x/y\nbash a.sh', ['working:a.sh']],
    ['wget "/$U"\nbash a.sh', ['working:a.sh']],
    ['curl "$URL"\nbash a.sh', ['working:a.sh']],
    ['curl -o x "$U"\nbash a.sh', ['working:a.sh']],
    ['curl -O https://x/y\nbash a.sh', ['working:a.sh']],
    ['aws s3 sync s3://b/x /opt/x\nbash a.sh', ['working:a.sh']],
    ['aws s3 ls s3://b\nbash a.sh', ['working:a.sh']],
    ['aws s3 cpx a\nbash a.sh', ['working:a.sh']],
    ['aws s3 xcp a\nbash a.sh', ['working:a.sh']],
    ['aws s3api cp x\nbash a.sh', ['working:a.sh']],
  ])('what does not: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['[ -f a.sh ]\nbash a.sh', ['unknown:a.sh']],
    ['[ -f a.sh ] && bash a.sh', ['unknown:a.sh perhaps']],
    ['[[ -f a.sh ]]\nbash a.sh', ['unknown:a.sh']],
    ['test -e a.sh || exit 1\nbash a.sh', ['unknown:a.sh']],
    ['if [ -f lib/a.sh ]; then bash lib/a.sh; fi', ['unknown:lib/a.sh perhaps']],
    ['F=a.sh\n[ -f "$F" ] && bash "$F"', ['unknown:a.sh perhaps']],
    ['D=lib\n[ -d ${D} ] || exit\nbash $D/a.sh', ['unknown:lib/a.sh']],
    ['cat x > a.sh\nbash a.sh', ['unknown:a.sh']],
    ['cat x >a.sh\nbash a.sh', ['unknown:a.sh']],
    ['echo x > a.sh\nbash a.sh', ['unknown:a.sh']],
    ['echo x >> "a.sh"\nbash a.sh', ['unknown:a.sh']],
    ['F=a.sh\ncat x > "$F"\nbash "$F"', ['unknown:a.sh']],
    ['printf x > $F\nF=a.sh\nbash $F', ['unknown:a.sh']],
    ['F=a.sh\ncp x ${F}\nbash $F', ['unknown:a.sh']],
    ['D=lib\ntouch $D/a.sh\nbash $D/a.sh', ['unknown:lib/a.sh']],
    ['cp /opt/a.sh .\nbash a.sh', ['unknown:a.sh']],
    ['curl -o a.sh https://x\nbash a.sh', ['unknown:a.sh']],
    ['wget https://x/a.sh\nbash a.sh', ['unknown:a.sh']],
    ['sed -i s/a/b/ a.sh\nbash a.sh', ['unknown:a.sh']],
    ['bash a.sh\nrm a.sh', ['unknown:a.sh']],
    ['cat <<EOF > a.sh\nx\nEOF\nbash a.sh', ['unknown:a.sh']],
    ['cat <<EOF\na.sh\nEOF\nbash a.sh', ['unknown:a.sh']],
    ['bash b.sh > a.sh\nbash a.sh', ['working:b.sh', 'unknown:a.sh']],
  ])('a file that the script may make or tests for: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['echo a.sh\nbash a.sh', ['working:a.sh']],
    ['echo a.sh > log\nbash a.sh', ['working:a.sh']],
    ['printf a.sh\nlogger a.sh\nlog a.sh\nbash a.sh', ['working:a.sh']],
    ['chmod +x a.sh\nchown x a.sh\ndos2unix a.sh\nbash a.sh', ['working:a.sh']],
    ['# a.sh\ncp x y # a.sh\nbash a.sh', ['working:a.sh']],
    ['cp x y\t# a.sh\nbash a.sh', ['working:a.sh']],
    ['cp /opt/b.sh .\nbash a.sh', ['working:a.sh']],
    ['bash b.sh a.sh\nbash a.sh', ['working:b.sh', 'working:a.sh']],
    ['F=a.sh\necho $F\nbash $F', ['working:a.sh']],
    ['F=a.sh\ncp x ${FF} $G\nbash $F', ['working:a.sh']],
    ['D=lib\nmkdir $D\nbash $D/a.sh', ['working:lib/a.sh']],
    ['[ -f b.sh ]\nbash a.sh', ['working:a.sh']],
    ['[ -n "$X" ]\nF=a.sh\nbash $F', ['working:a.sh']],
  ])('a file that is spoken of only: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['F=a.sh\nbash "$F"', ['working:a.sh']],
    ['export F=a.sh\nbash $F', ['working:a.sh']],
    ['local F=a.sh\nbash $F', ['working:a.sh']],
    ['readonly F=a.sh\nbash $F', ['working:a.sh']],
    ['declare F=a.sh\nbash $F', ['working:a.sh']],
    ['F=a\nbash "$F"', ['unknown:a']],
    ['F=a\nbash "$F.sh"', ['working:a.sh']],
    ['D=lib\nbash $D/a.sh', ['working:lib/a.sh']],
    ['D=lib\n. $D/settings', ['unknown:lib/settings sourced']],
    ['for f in a.sh b.sh; do bash $f; done', ['working:a.sh', 'working:b.sh']],
    ['for f in a b; do bash $f.sh; done', ['working:a.sh', 'working:b.sh']],
    ['bash lib/*.sh', ['working:lib/*.sh']],
  ])('a file that a variable names: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test('each call is where it begins, as it is written', () => {
    expect(shellCalls('ls\nsudo bash "$(dirname "$0")/a.sh"\nF=$(bash b.sh)').calls).toMatchObject([
      { written: '$(dirname "$0")/a.sh', offset: 3 },
      { written: 'b.sh', offset: 36 },
    ])
  })

  test('500 calls are followed', () => {
    expect(shellCalls('bash a.sh\n'.repeat(500)).calls).toHaveLength(500)
    expect(shellCalls('bash a.sh\n'.repeat(501)).calls).toHaveLength(500)
  })

  test('of a script of more than 10,000 commands no call is certain', () => {
    const called = (count: number) => shellCalls(`${':\n'.repeat(count - 1)}bash a.sh`).calls.map(({ target }) => target.base)
    expect(called(10_000)).toEqual(['working'])
    expect(called(10_001)).toEqual(['unknown'])
  })

  test('all commands are told, with their places', () => {
    expect(shellCalls('ls -l\nif x; then\n  bash a.sh\nfi').commands).toEqual([
      { words: ['ls', '-l'], offset: 0, certainty: 'always' },
      { words: ['x'], offset: 9, certainty: 'perhaps' },
      { words: ['bash', 'a.sh'], offset: 19, certainty: 'perhaps' },
    ])
  })
})
