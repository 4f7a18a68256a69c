import { describe, expect, test } from '@jest/globals'
import { pythonEnding, pythonHandling } from '../../../src/semantics/scripts/python-ending.ts'

const opening = 'import os, subprocess, sys\n'

describe('with what a Python script ends', () => {
  const of = (text: string): string => {
    const found = pythonEnding(`${opening}${text}\n`)
    return found.kind === 'never-zero' ? `${found.status} ${found.place.line}:${found.place.column} ${found.statement}` : found.kind
  }

  test.each([
    ['sys.exit(2)', '2 2:1 sys.exit(2)'],
    ['sys.exit("no")', '1 2:1 sys.exit("no")'],
    ['sys.exit(-1)', '255 2:1 sys.exit(-1)'],
    ['def main():\n    return 3\nsys.exit(main())', '3 4:1 sys.exit(main())'],
    ['def main():\n    raise ValueError("x")\nmain()', '1 3:5 raise ValueError("x")'],
    ['if x:\n    sys.exit(1)\nelse:\n    sys.exit(2)', '2 5:5 sys.exit(2)'],
    ['class Config:\n    s3 = ""\n    if not s3:\n        raise ValueError("no bucket")', '1 5:9 raise ValueError("no bucket")'],
    ['assert False', '1 2:1 assert False'],
    ['try:\n    pass\nfinally:\n    sys.exit(4)', '4 5:5 sys.exit(4)'],
    ['sys.exit(0)', 'steps'],
    ['sys.exit()', 'steps'],
    ['sys.exit(256)', 'steps'],
    ['sys.exit(main())', 'steps'],
    ['if x:\n    sys.exit(1)', 'steps'],
    ['for x in y:\n    sys.exit(1)', 'steps'],
    ['try:\n    raise ValueError\nexcept ValueError:\n    pass', 'steps'],
    ['def never():\n    sys.exit(1)', 'steps'],
    ['os.execvp("a", ["a"])', 'steps'],
    ['sys.exit(subprocess.call(["a"]))', 'steps'],
    ['print "a"\nsys.exit(1)', 'unreadable'],
  ])('%j', (text, expected) => {
    expect(of(text)).toBe(expected)
  })
})

describe('what becomes of a program that fails', () => {
  const of = (text: string): string => {
    const found = pythonHandling(`${opening}${text}\n`)
    return found.kind === 'goes-on' ? `${found.first.name} in line ${found.first.place.line}` : found.kind
  }

  test.each([
    ['subprocess.run(["mkdir", "a"])', 'mkdir in line 2'],
    ['subprocess.run(["sudo", "-E", "mkdir", "a"])', 'mkdir in line 2'],
    ['os.system("echo a; mkdir b")', 'mkdir in line 2'],
    ['def run(cmd):\n    subprocess.run(cmd)\nrun(["mkdir"])', 'mkdir in line 4'],
    ['subprocess.run(["mkdir"], check=True)\nsubprocess.call(["rmdir"])', 'rmdir in line 3'],
    ['subprocess.run(["mkdir"], check=True)', 'nothing-to-lose'],
    ['subprocess.run(["mkdir"]).check_returncode()', 'nothing-to-lose'],
    ['if subprocess.call(["mkdir"]) != 0:\n    sys.exit(1)', 'nothing-to-lose'],
    ['if subprocess.call(["mkdir"]) != 0:\n    print("no")', 'nothing-to-lose'],
    ['try:\n    subprocess.run(["mkdir"], check=True)\nexcept Exception:\n    pass', 'nothing-to-lose'],
    ['subprocess.Popen(["prometheus"])', 'nothing-to-lose'],
    ['subprocess.run(["echo", "a"])', 'nothing-to-lose'],
    ['def f():\n    subprocess.run(["mkdir"])', 'nothing-to-lose'],
    ['f(\n', 'unreadable'],
  ])('%j', (text, expected) => {
    expect(of(text)).toBe(expected)
  })
})
