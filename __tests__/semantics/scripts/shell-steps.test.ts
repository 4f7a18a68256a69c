import { describe, expect, test } from '@jest/globals'
import { shellSteps } from '../../../src/semantics/scripts/shell-steps.ts'

/** `command: certainty` of each step, without what certainly runs. */
const uncertain = (text: string): readonly string[] =>
  shellSteps(text).flatMap(({ command, certainty }) => (certainty === 'always' ? [] : [`${command.words.join(' ')}: ${certainty}`]))

describe('how certain it is that a command runs', () => {
  test.each<readonly [string, readonly string[]]>([
    ['a\nb; c & d | e', []],
    ['if a; then b; fi\nc', ['a: perhaps', 'b: perhaps']],
    ['if a; then b; else c; fi; d', ['a: perhaps', 'b: perhaps', 'c: perhaps']],
    ['while a; do b; done; c', ['a: perhaps', 'b: perhaps']],
    ['until a; do b; done; c', ['a: perhaps', 'b: perhaps']],
    ['while a; do for x in 1; do b; done; c; done; d', ['a: perhaps', 'for x in 1: perhaps', 'b: perhaps', 'c: perhaps']],
    ['for x in 1 2; do a; done; b', []],
    ['for x in 1; do while a; do b; done; c; done; d', ['a: perhaps', 'b: perhaps']],
    ['case $x in 1) a;; *) b;; esac; c', ['a: perhaps', 'b: perhaps']],
    ['{ a; b; }; c', []],
    ['(a; b); c', []],
    ['if a; then (b); { c; }; fi; (d)', ['a: perhaps', 'b: perhaps', 'c: perhaps']],
  ])('%j', (text, expected) => {
    expect(uncertain(text)).toEqual(expected)
  })
})

describe('the file in which HyperPod tells each node of its cluster is there', () => {
  test.each<readonly [string, readonly string[]]>([
    ['[[ ! -f $SAGEMAKER_RESOURCE_CONFIG_PATH ]]', []],
    ['[ ! -f "$SAGEMAKER_RESOURCE_CONFIG_PATH" ]', []],
    [`test ! -e \${SAGEMAKER_RESOURCE_CONFIG_PATH}`, []],
    ['! [ -s /opt/ml/config/resource_config.json ]', []],
    ['[[ -f $SAGEMAKER_RESOURCE_CONFIG_PATH ]]', ['a']],
    ['! [[ ! -f $SAGEMAKER_RESOURCE_CONFIG_PATH ]]', ['a']],
    ['[[ ! -f $OTHER ]]', ['a']],
    ['[[ ! -d /opt/ml/config/resource_config.json ]]', ['a']],
    ['[[ ! -f /opt/ml/config/resource_config.json && $x ]]', ['a']],
  ])('if %s; then exit 0: what is behind it', (condition, doubted) => {
    const behind = shellSteps(`if ${condition}; then exit 0; fi\na`).filter(({ command }) => command.words[0] === 'a')
    expect(behind.map(({ certainty }) => certainty)).toEqual([doubted.length === 0 ? 'always' : 'perhaps'])
  })
})

describe('joined commands', () => {
  test.each<readonly [string, readonly string[]]>([
    ['a && b', []],
    ['[ -f x ] && b', ['b: perhaps']],
    ['[[ -f x ]] && b; c', ['b: perhaps']],
    ['test -f x && b && c; d', ['b: perhaps', 'c: perhaps']],
    ['grep x y && b\nc', ['b: perhaps']],
    ['[ -f x ] && { b; c; }; d', ['b: perhaps', 'c: perhaps']],
    ['[ -f x ] && (b; c); d', ['b: perhaps', 'c: perhaps']],
    ['[ -f x ] &&\nb\nc', ['b: perhaps']],
    ['a || b', ['a: perhaps', 'b: perhaps']],
    ['a ||\nb\nc', ['a: perhaps', 'b: perhaps']],
    ['a || true; b', ['a: optional', 'true: perhaps']],
    ['a || :', ['a: optional', ':: perhaps']],
    ['a | b || true', ['a: optional', 'b: optional', 'true: perhaps']],
    ['a |& b || true', ['a: optional', 'b: optional', 'true: perhaps']],
    ['a; b || true', ['b: optional', 'true: perhaps']],
    ['a && b || true', ['a: optional', 'b: optional', 'true: perhaps']],
    ['a || exit 1', ['exit 1: perhaps']],
    ['a || return 1', ['return 1: perhaps']],
    ['a || fail_here now', ['fail_here now: perhaps']],
    ['a || error now', ['error now: perhaps']],
    ['a || die', ['die: perhaps']],
    ['a || { echo no; exit 1; }; b', ['echo no: perhaps', 'exit 1: perhaps']],
    ['a || (exit 1)', ['a: perhaps', 'exit 1: perhaps']],
    ['a || dying', ['a: perhaps', 'dying: perhaps']],
    ['a || exiting', ['a: perhaps', 'exiting: perhaps']],
    ['if x; then a || true; fi', ['x: perhaps', 'a: optional', 'true: perhaps']],
  ])('%j', (text, expected) => {
    expect(uncertain(text)).toEqual(expected)
  })
})

describe('functions', () => {
  test.each<readonly [string, readonly string[]]>([
    ['f() { a; }\nf', []],
    ['f() { a; }', ['a: never']],
    ['f() { a; }\nif x; then f; fi', ['a: perhaps', 'x: perhaps', 'f: perhaps']],
    ['f() { a; }\nf || true\nf', ['f: optional', 'true: perhaps']],
    ['f() { a; }\nf\nf || true', ['f: optional', 'true: perhaps']],
    ['f() { a; }\nf || true', ['a: optional', 'f: optional', 'true: perhaps']],
    ['f() { a; }\ntrap f EXIT', ['a: perhaps']],
    ['f() { if x; then a; fi; b; }\nf', ['x: perhaps', 'a: perhaps']],
    ['f() { if x; then a; fi; b; }', ['x: never', 'a: never', 'b: never']],
  ])('%j', (text, expected) => {
    expect(uncertain(text)).toEqual(expected)
  })
})

test('where each ends', () => {
  const text = 'echo a; run "b c"\n'
  expect(shellSteps(text).map(({ command, end }) => text.slice(command.offset, end))).toEqual(['echo a', 'run "b c"'])
})
