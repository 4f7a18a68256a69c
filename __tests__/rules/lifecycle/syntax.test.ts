import { describe, expect, test } from '@jest/globals'
import type { Fact } from '../../../src/model/fact.ts'
import type { ParsedScript, ScriptSyntax, ShellcheckComment } from '../../../src/model/facts/scripts.ts'
import { syntax as rule } from '../../../src/rules/lifecycle/syntax.ts'
import { aPlan, bucketScriptsOf, denied, findingsOf, known, repositoryScriptsOf, statuses } from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const inRepository = aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] })

const accepted: ParsedScript = { kind: 'accepted', openHereDocument: null }
const refused = (changes: Partial<ParsedScript & { kind: 'refused' }> = {}): ParsedScript => ({
  kind: 'refused',
  by: 'bash',
  line: 3,
  message: "syntax error near unexpected token `fi'",
  doubt: null,
  ...changes,
})
const aSyntax = (
  parsed: ParsedScript,
  comments: readonly ShellcheckComment[] | null = null,
  total = comments?.length ?? 0,
): ScriptSyntax => ({
  interpreter: 'bash',
  parsed,
  shellcheck: known(comments === null ? null : { total, comments }),
})
const aComment = (line: number, code = 2164): ShellcheckComment => ({
  line,
  column: 5,
  level: 'warning',
  code,
  message: "Use 'cd ... || exit' in case cd fails.",
})

const judge = (syntax: ScriptSyntax | Fact<ScriptSyntax>, text = 'a\nb\nfi\n') =>
  findingsOf(rule, inRepository, {
    repositoryScripts: repositoryScriptsOf({ 'on_create.sh': text }),
    bucketScripts: {},
    scriptSyntax: { 'scripts/on_create.sh': 'ok' in syntax ? syntax : known(syntax) },
  })

describe('lifecycle/syntax', () => {
  test.each([
    [aSyntax(accepted), 'pass', 'bash accepts scripts/on_create.sh'],
    [aSyntax(accepted, []), 'pass', 'bash accepts scripts/on_create.sh, shellcheck finds nothing'],
    [aSyntax(refused()), 'fail', "bash refuses line 3 of scripts/on_create.sh: syntax error near unexpected token `fi'"],
    [aSyntax(refused({ line: null, message: 'parse error' })), 'fail', 'bash refuses scripts/on_create.sh: parse error'],
  ])('%#', (syntax, status, message) => {
    expect(judge(syntax)).toMatchObject([{ status, severity: 'error', subject: 'scripts/on_create.sh', message }])
  })

  test.each([
    [
      '```bash\n#!/bin/bash\nls\n```\n',
      'text with a Markdown fence',
      'Keep only the script: delete the fences, and all text outside of them.',
      [],
    ],
    [
      '404: Not Found',
      'an error answer (404: Not Found)',
      'Download the script again, with curl --fail, which writes no error answer to the file. On GitHub take the address of the raw file.',
      [],
    ],
    [
      'version https://git-lfs.github.com/spec/v1\n',
      'a pointer of Git LFS',
      'Fetch the file from Git LFS before you upload it.',
      ['git lfs pull'],
    ],
  ])('what is no script is an error, though bash accepts it: %j', (text, what, fix, commands) => {
    expect(judge(aSyntax(accepted), text)).toMatchObject([
      { status: 'fail', severity: 'error', message: `scripts/on_create.sh holds ${what}, not a script`, fix: { text: fix, commands } },
    ])
  })

  test('points at the line, and the command shows it again', () => {
    const [finding] = judge(aSyntax(refused()))
    expect(finding?.location).toEqual({ path: 'scripts/on_create.sh', line: 3, column: 1 })
    expect(finding?.fix?.commands).toEqual(['bash -n scripts/on_create.sh'])
    expect(finding?.evidence).toEqual({ parser: 'bash', line: 3 })
  })

  test('the line behind the last one is the last one', () => {
    expect(judge(aSyntax(refused({ line: 4, message: 'syntax error: unexpected end of file' })))).toMatchObject([
      { message: 'bash refuses line 3 of scripts/on_create.sh: syntax error: unexpected end of file', location: { line: 3 } },
    ])
  })

  test('what another version may accept warns, with the doubt', () => {
    expect(judge(aSyntax(refused({ by: 'bash 3.2', doubt: 'that of the nodes is newer' })))).toMatchObject([
      {
        status: 'fail',
        severity: 'warning',
        message: expect.stringMatching(/^bash 3\.2 refuses line 3 .* \(that of the nodes is newer\)$/),
      },
    ])
  })

  test('what stands below the end of the script is not read', () => {
    expect(judge(aSyntax(refused()), 'a\nexit 0\n<archive>)\n')).toMatchObject([
      { status: 'pass', message: 'bash accepts scripts/on_create.sh up to line 2, where it ends; what stands below is not read' },
    ])
    expect(statuses(judge(aSyntax(refused()), 'a\na || exit 0\n)\n'))).toEqual(['fail scripts/on_create.sh'])
    expect(statuses(judge(aSyntax(refused({ line: 1 })), '(\nexit 0\n'))).toEqual(['fail scripts/on_create.sh'])
  })

  test('a here-document without an end warns', () => {
    expect(judge(aSyntax({ kind: 'accepted', openHereDocument: { line: 2, delimiter: 'EOF' } }))).toMatchObject([
      {
        status: 'fail',
        severity: 'warning',
        message:
          'the here-document that starts in line 2 of scripts/on_create.sh has no end: everything below it is text of it, no line with EOF alone follows',
        location: { line: 2 },
      },
    ])
  })

  test('shellcheck is one notice with its count; what breaks a run is a warning of its own', () => {
    const findings = judge(aSyntax(accepted, [aComment(2), aComment(7, 2218), aComment(9), aComment(11, 2155)]))
    expect(findings.map(({ status, severity, subject, location }) => [status, severity, subject, location?.line])).toEqual([
      ['pass', 'error', 'scripts/on_create.sh', 1],
      ['fail', 'warning', 'scripts/on_create.sh SC2218', 7],
      ['fail', 'notice', 'scripts/on_create.sh shellcheck', 1],
    ])
    expect(findings[1]?.message).toBe(
      "line 7 of scripts/on_create.sh calls a function before it is defined: Use 'cd ... || exit' in case cd fails (SC2218)",
    )
    expect(findings[2]).toMatchObject({
      message: 'shellcheck reports 3 things in scripts/on_create.sh besides the warning above: SC2164, SC2155',
      fix: { commands: ['shellcheck --norc --severity=warning scripts/on_create.sh'] },
    })
  })

  test('only codes that break a run: no notice', () => {
    expect(judge(aSyntax(accepted, [aComment(2, 2283)])).map(({ severity }) => severity)).toEqual(['error', 'warning'])
  })

  test('more than were kept are counted', () => {
    expect(judge(aSyntax(accepted, [aComment(2)], 51)).at(-1)).toMatchObject({
      severity: 'notice',
      message: 'shellcheck reports 51 things in scripts/on_create.sh: SC2164',
    })
  })

  test.each([
    ['nothing names it', '#!/bin/bash\nset -e\necho ready\n', 'fail', 'warning', /; no entry point leads to the script$/],
    ['a comment names it', '#!/bin/bash\n# see tools/laptop.sh\nid\n', 'fail', 'warning', /no entry point/],
    ['a message names it', '#!/bin/bash\necho "run tools/laptop.sh first"\nid\n', 'fail', 'warning', /no entry point/],
    ['it is called', '#!/bin/bash\nset -e\nbash tools/laptop.sh\n', 'fail', 'error', /near unexpected token `fi'$/],
    ['called in a loop', '#!/bin/bash\nfor s in tools/*.sh; do bash "$s"; done\n', 'fail', 'error', /near unexpected token `fi'$/],
    ['it is copied', '#!/bin/bash\ncp tools/laptop.sh /usr/local/bin/laptop\n', 'unknown', 'error', /whether nodes run .* not known$/],
    ['all are run', '#!/bin/bash\nrun-parts --regex .sh ./tools\n', 'unknown', 'error', /whether nodes run .* not known$/],
  ])('a script that its parser refuses: %s', (_, entryPoint, status, severity, message) => {
    const findings = findingsOf(rule, inRepository, {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': entryPoint, 'tools/laptop.sh': 'a\nb\nfi\n' }),
      bucketScripts: {},
      scriptSyntax: { 'scripts/on_create.sh': known(aSyntax(accepted)), 'scripts/tools/laptop.sh': known(aSyntax(refused())) },
    })
    expect(findings[1]).toMatchObject({ status, severity, message: expect.stringMatching(message) })
  })

  test('what was not parsed is unknown, whatever the reason; only a failing shellcheck leaves nothing unproven', () => {
    expect(judge(denied('none'))).toMatchObject([{ status: 'unknown', severity: 'error' }])
    expect(judge(aSyntax({ kind: 'absent' }))).toMatchObject([
      {
        status: 'unknown',
        severity: 'error',
        message: 'bash is not installed on this machine, so scripts/on_create.sh was not parsed',
        gap: { reason: 'unsupported', action: 'none' },
        fix: { text: 'Run this check on a machine that has bash on its PATH.' },
      },
    ])
    expect(judge({ ...aSyntax(accepted), shellcheck: denied('none') })).toMatchObject([
      { status: 'pass' },
      { status: 'unknown', severity: 'warning', subject: 'scripts/on_create.sh shellcheck' },
    ])
    const facts = { repositoryScripts: repositoryScriptsOf({ 'on_create.sh': 'a' }), bucketScripts: {} }
    expect(findingsOf(rule, inRepository, { ...facts, scriptSyntax: {} })).toMatchObject([{ status: 'unknown', severity: 'error' }])
    expect(findingsOf(rule, inRepository, { ...facts, scriptSyntax: denied('none') })).toMatchObject([{ status: 'unknown' }])
  })

  test('Python is parsed where python3 is, and unknown where it is not', () => {
    const python = (syntax: Fact<ScriptSyntax>) =>
      findingsOf(rule, inRepository, {
        repositoryScripts: repositoryScriptsOf({ 'on_create.sh': 'python3 x.py\n./hook\n', 'x.py': 'a', hook: '#!/usr/bin/perl' }),
        bucketScripts: {},
        scriptSyntax: { 'scripts/on_create.sh': known(aSyntax(accepted)), 'scripts/x.py': syntax },
      })
    const syntax = { ...aSyntax(refused({ by: 'Python 3.11', line: 1, message: "expected ':'" })), interpreter: 'python3' }
    expect(python(known(syntax)).slice(1)).toMatchObject([
      {
        status: 'fail',
        severity: 'error',
        message: "Python 3.11 refuses line 1 of scripts/x.py: expected ':'",
        fix: { commands: ['python3 -m py_compile scripts/x.py'] },
      },
      {
        status: 'unknown',
        severity: 'error',
        message: 'scripts/hook is read by perl, whose syntax is not checked here',
        gap: { reason: 'unsupported', action: 'none' },
        fix: { text: 'Check scripts/hook with perl itself, then waive the finding in the policy file.' },
      },
    ])
    expect(python(known({ ...syntax, parsed: { kind: 'absent' } }))[1]).toMatchObject({
      status: 'unknown',
      severity: 'warning',
      message: 'scripts/x.py reads well, but python3 is not on this machine to say so',
      fix: { text: 'Run this check on a machine that has python3 on its PATH.' },
    })
    expect(python(denied('none'))[1]).toMatchObject({ status: 'unknown', severity: 'error' })
  })

  test('Python that does not read well leaves the cluster unproven where python3 is not', () => {
    const [, finding] = findingsOf(rule, inRepository, {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': 'python3 x.py\n', 'x.py': 'if a\n  b()\n' }),
      bucketScripts: {},
      scriptSyntax: {
        'scripts/on_create.sh': known(aSyntax(accepted)),
        'scripts/x.py': known({ ...aSyntax({ kind: 'absent' }), interpreter: 'python3' }),
      },
    })
    expect(finding).toMatchObject({ status: 'unknown', severity: 'error', subject: 'scripts/x.py' })
  })

  test('the copy in the bucket is judged as well: its object and line are in the message', () => {
    const findings = findingsOf(rule, aPlan({ lifecycleScripts: 'scripts' }), {
      repositoryScripts: repositoryScriptsOf({ 'on_create.sh': 'a' }),
      bucketScripts: bucketScriptsOf({ 'on_create.sh': 'a\n\nfi\n' }),
      scriptSyntax: { 'scripts/on_create.sh': known(aSyntax(accepted)), [`${uri}on_create.sh`]: known(aSyntax(refused())) },
    })
    expect(statuses(findings)).toEqual(['pass scripts/on_create.sh', `fail ${uri}on_create.sh`])
    expect(findings[1]?.message).toContain(`line 3 of ${uri}on_create.sh`)
    expect(findings[1]?.fix?.commands).toEqual(['bash -n scripts/on_create.sh', `aws s3 cp scripts/on_create.sh ${uri}on_create.sh`])
  })

  test('folders without scripts, absent and refused entry points, gaps', () => {
    const inBucket = (scripts: Parameters<typeof bucketScriptsOf>[0], syntax: Record<string, Fact<ScriptSyntax>> = {}) =>
      statuses(findingsOf(rule, aPlan(), { repositoryScripts: null, bucketScripts: bucketScriptsOf(scripts), scriptSyntax: syntax }))
    expect(inBucket({ 'provisioning_parameters.json': '{}' })).toEqual([`skipped ${uri}on_create.sh`])
    expect(inBucket({ 'on_create.sh': { refused: 'too large' }, 'b.sh': { refused: 'too large' } })).toEqual([`unknown ${uri}on_create.sh`])
    const facts = { repositoryScripts: null, bucketScripts: denied('s3:GetObject'), scriptSyntax: {} }
    expect(findingsOf(rule, aPlan(), facts)).toMatchObject([{ status: 'unknown', gap: { action: 's3:GetObject' } }])
  })
})
