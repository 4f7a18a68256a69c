import * as v from 'valibot'
import type { ParsedScript } from '../../model/facts/scripts.ts'
import { type Lookup, noVerdict, oneLine } from './script-parser.ts'

/** Compiles the text on standard input and says what is wrong with it. Compiling runs nothing. */
const program = `
import json, sys
fault = None
try:
    compile(sys.stdin.buffer.read(), "script", "exec", 0, True)
except SyntaxError as error:
    fault = {"line": error.lineno, "message": str(error.msg)}
except ValueError as error:
    fault = {"line": None, "message": str(error)}
print(json.dumps({"version": "%d.%d" % sys.version_info[:2], "fault": fault}))
`

const verdictSchema = v.object({
  version: v.string(),
  fault: v.nullable(v.object({ line: v.nullable(v.number()), message: v.string() })),
})

/**
 * What the compiler of Python says about a script. `-I` and `-S`: nothing of the user, the environment or the working folder is
 * imported. https://docs.python.org/3/using/cmdline.html
 */
export const parsePython = async (text: string, lookup: Lookup): Promise<ParsedScript> => {
  const file = await lookup.find('python3')
  if (file === null) return { kind: 'absent' }
  const answer = await lookup.run(file, ['-I', '-S', '-W', 'ignore', '-c', program], text)
  const verdict = v.safeParse(v.pipe(v.string(), v.parseJson(), verdictSchema), answer.stdout)
  if (answer.exitCode !== 0 || !verdict.success) throw noVerdict(file, answer)
  const { version, fault } = verdict.output
  if (fault === null) return { kind: 'accepted', openHereDocument: null }
  return { kind: 'refused', by: `Python ${version}`, line: fault.line, message: oneLine(fault.message, 200), doubt: null }
}
