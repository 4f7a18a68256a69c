import { describe, expect, test } from '@jest/globals'
import { foreignContent } from '../../../src/semantics/text/foreign-content.ts'

const fence = '```'

describe('what stands in place of a script', () => {
  test.each([
    [`${fence}bash\n#!/bin/bash\nset -e\n${fence}\n`, 'text with a Markdown fence', 1],
    [`\n${fence}\nset -e\n${fence}\n`, 'text with a Markdown fence', 2],
    [`Here is the script:\n\n${fence}sh\n#!/bin/sh\nls\n${fence}\nIt lists files.\n`, 'text with a Markdown fence', 3],
    [`~~~python\nprint(1)\n~~~\n`, 'text with a Markdown fence', 1],
    ['\n\n<!DOCTYPE html>\n<html lang="en">', 'an HTML page', 1],
    ['<html><body>404</body></html>', 'an HTML page', 1],
    ['<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>', 'an error answer of S3 (AccessDenied)', 1],
    ['404: Not Found', 'an error answer (404: Not Found)', 1],
    ['403 Forbidden\n', 'an error answer (403 Forbidden)', 1],
    ['{"message":"Not Found","documentation_url":"https://docs.github.com"}', 'an error answer in JSON', 1],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12\n', 'a pointer of Git LFS', 1],
  ])('%j', (text, what, line) => {
    expect(foreignContent(text)).toMatchObject({ what, line })
  })

  test.each([
    [`#!/bin/bash\ncat > README.md <<EOF\n${fence}bash\nls\n${fence}\nEOF\n`],
    [`set -e\ncat > a <<EOF\n${fence}\n#!/bin/sh\n${fence}\nEOF\n`],
    ['#!/bin/bash\necho "<html>"\ncurl https://example.org\n'],
    ['{ ls; }\n'],
    ['exit 0\n'],
    [''],
    ['# 404: Not Found\nls\n'],
    ['ls\n'],
  ])('may be a script: %j', (text) => {
    expect(foreignContent(text)).toBeNull()
  })
})
