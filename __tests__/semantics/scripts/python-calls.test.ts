import { describe, expect, test } from '@jest/globals'
import { type PythonSettings, pythonCalls, settingsOf } from '../../../src/semantics/scripts/python-calls.ts'
import { callsInWords } from './calls-in-words.ts'

const given: PythonSettings = {
  settings: settingsOf(
    'class Config:\n    on = True\n    off = False\n    name = "a"\n    n = 3\n    twice = True\n    twice = False\ntop = True\n',
  ),
  workloadManager: 'slurm',
}

const called = (text: string): readonly string[] => callsInWords(pythonCalls(text, given))

describe('the scripts that a Python script calls', () => {
  test.each<[string, readonly string[]]>([
    ['ExecuteBashScript("./utils/a.sh").run("x")', ['working:utils/a.sh']],
    ["ExecuteBashScript('a.sh').run()", ['working:a.sh']],
    ['ExecuteBashScript("").run()', []],
    ['ExecuteBashScript(name).run()', []],
    ['ExecuteBashScript(["a.sh"])', []],
    ['ExecuteBashScript("a\\\\b.sh")', []],
    ['subprocess.run(["bash", "a.sh"])', ['working:a.sh']],
    ['subprocess.call(["bash", "a.sh"], check=True)', ['working:a.sh']],
    ['subprocess.check_call(("bash a.sh"), shell=True)', []],
    ['subprocess.check_call("bash a.sh", shell=True)', ['working:a.sh']],
    ["subprocess.check_output('bash a.sh; python3 b.py', shell=True)", ['working:a.sh', 'working:b.py']],
    ['subprocess.Popen( [ "bash" , "a.sh" ] )', ['working:a.sh']],
    ['subprocess.Popen([\n    "sudo",\n    "bash",\n    "a.sh",\n])', ['working:a.sh']],
    ['subprocess.getoutput("bash a.sh")', []],
    ['mysubprocess.run(["bash", "a.sh"])', []],
    ['os.system("bash a.sh")', ['working:a.sh']],
    ["os.popen('./a.sh')", ['working:a.sh']],
    ['os.execv("a.sh")', []],
    ['subprocess.run(["bash", script])', []],
    ['subprocess.run(["bash", "-x", "a.sh", arg])', ['working:a.sh']],
    ['subprocess.run([*sudo, "bash", "a.sh"])', ['working:a.sh']],
    ['subprocess.run([*sudo, *more, "bash", "a.sh"])', ['working:a.sh']],
    ['subprocess.run(["bash", *args, "a.sh"])', []],
    ['subprocess.run(["bash" "a.sh"])', []],
    ['subprocess.run(["bash", "a.sh"] + args)', ['working:a.sh']],
    ["subprocess.run(['bash', \"it's.sh\"])", ["working:it's.sh"]],
    ['subprocess.run(f"bash a.sh")', []],
    ['subprocess.run()', []],
    ['command = ["bash", "a.sh"]\nsubprocess.run(command)', ['working:a.sh']],
    ['command = ["bash", "a.sh"]\nsubprocess.run(command, check=True)', ['working:a.sh']],
    ['command = ["bash", "a.sh"]\ncommand = ["bash", "b.sh"]\nsubprocess.run(command)', []],
    ['command=[ "bash", "a.sh" ]\nsubprocess.run( command )', ['working:a.sh']],
    ['xcommand = ["bash", "a.sh"]\nsubprocess.run(command)', []],
    ['subprocess.run(command)', []],
    ['command = ["bash", "a.sh"]\nsubprocess.run(command + [])', []],
    ['subprocess.run(["source", "a.sh"])', ['working:a.sh sourced']],
    ['subprocess.run("source a.sh", shell=True)', ['working:a.sh sourced']],
    ['subprocess.run(["bash", "/opt/a.sh"])', []],
    ['subprocess.run(["bash", "$HOME/a.sh"])', []],
    ['subprocess.run(["bash", "*.sh"])', []],
    ['subprocess.run(["bash", "a?.sh"])', []],
    ['subprocess.run(["bash", "~/a.sh"])', []],
    ['subprocess.run(["bash", "{x}.sh"])', []],
    ['subprocess.run(["bash", "`x`.sh"])', []],
    ['subprocess.run(["ls", "a.sh"])', []],
    ['# subprocess.run(["bash", "a.sh"])', []],
    ['"""\nos.system("bash a.sh")\n"""', []],
  ])('what is started: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['subprocess.run(["bash", "a.sh"], cwd="lib")', ['working:lib/a.sh from working:lib']],
    ["subprocess.run(['bash', 'a.sh'], cwd = 'lib/x/..')", ['working:lib/a.sh from working:lib']],
    ['subprocess.run(["bash", "../a.sh"], cwd="lib/x")', ['working:lib/a.sh from working:lib/x']],
    ['subprocess.run(["bash", "a.sh"], cwd="/opt")', ['unknown:a.sh from unknown:']],
    ['subprocess.run(["bash", "a.sh"], cwd=folder)', ['unknown:a.sh from unknown:']],
    ['subprocess.run(["bash", "a.sh"], xcwd="lib")', ['working:a.sh']],
    [
      'subprocess.run(["bash", "a.sh"])\nsubprocess.run(["bash", "b.sh"], cwd="lib")',
      ['working:a.sh', 'working:lib/b.sh from working:lib'],
    ],
    ['subprocess.run(["bash", "a.sh"], env={"A": ")"}, cwd="lib")', ['working:lib/a.sh from working:lib']],
    ['subprocess.run(["bash", "a.sh"], env=dict(a="x\\")"), cwd="lib")', ['working:lib/a.sh from working:lib']],
    [
      "subprocess.run(['bash', 'a.sh'], env=f('('), cwd='lib')\nsubprocess.run(['bash', 'b.sh'])",
      ['working:lib/a.sh from working:lib', 'working:b.sh'],
    ],
    ['os.chdir("/opt")\nsubprocess.run(["bash", "a.sh"])', ['unknown:a.sh from unknown:']],
    ['myos.chdir("/opt")\nsubprocess.run(["bash", "a.sh"])', ['working:a.sh']],
    ['subprocess.run(["bash", "a.sh"])\nos.chdir(x)', ['unknown:a.sh from unknown:']],
  ])('the folder in which it is started: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['if os.path.exists("a.sh"):\n    os.system("bash a.sh")', ['unknown:a.sh perhaps']],
    ['if os.path.isfile("lib/a.sh"):\n    os.system("bash lib/a.sh")', ['unknown:lib/a.sh perhaps']],
    ['if Path("a.sh").is_file():\n    os.system("bash a.sh")', ['unknown:a.sh perhaps']],
    ['open("a.sh", "w")\nos.system("bash a.sh")', ['unknown:a.sh']],
    ['shutil.copy("/opt/a.sh", ".")\nos.system("bash a.sh")', ['unknown:a.sh']],
    ['shutil.copyfile(x, "a.sh")\nos.system("bash a.sh")', ['unknown:a.sh']],
    ['shutil.move(x, "a.sh")\nos.system("bash a.sh")', ['unknown:a.sh']],
    ['os.rename(x, "a.sh")\nos.system("bash a.sh")', ['unknown:a.sh']],
    ['urlretrieve(x, "a.sh")\nos.system("bash a.sh")', ['unknown:a.sh']],
    ['Path("a.sh").write_text(x)\nos.system("bash a.sh")', ['unknown:a.sh']],
    ['s3.download_file(b, k, "a.sh")\nos.system("bash a.sh")', ['unknown:a.sh']],
    ['print("a.sh")\nos.system("bash a.sh")', ['working:a.sh']],
    ['open("b.sh")\nos.system("bash a.sh")', ['working:a.sh']],
    ['reopened("a.sh")\nos.system("bash a.sh")', ['working:a.sh']],
  ])('a file that the script may make or tests for: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['import a', ['unknown:a.py']],
    ['from b import c', ['unknown:b.py']],
    ['    import os', ['unknown:os.py']],
    ['from  d.e import f', ['unknown:d.py']],
    ['important = 1', []],
    ['x = "import a"', []],
    ['import a\nos.system("bash a.sh")', ['working:a.sh', 'unknown:a.py']],
    ['from . import a', []],
  ])('modules: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['def main():\n    os.system("bash a.sh")', ['working:a.sh']],
    ['if __name__ == "__main__":\n    os.system("bash a.sh")', ['working:a.sh']],
    ["if __name__=='__main__':\n    os.system('bash a.sh')", ['working:a.sh']],
    ['try:\n    os.system("bash a.sh")\nexcept Exception:\n    pass', ['working:a.sh optional']],
    ['try :\n    os.system("bash a.sh")\nfinally:\n    pass', ['working:a.sh optional']],
    ['try:\n    x\nexcept Exception:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['try:\n    x\nfinally:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['try:\n    if x:\n        os.system("bash a.sh")\nexcept: pass', ['working:a.sh optional']],
    ['if x:\n    try:\n        os.system("bash a.sh")\n    except: pass', ['working:a.sh optional']],
    ['if x:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['while x:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['for x in y:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['with x:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['if Config.on:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['if Config.off:\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if not Config.on:\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if not  Config.off:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['if Config.on:\n    pass\nelse:\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if Config.off:\n    pass\nelse:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['if x:\n    pass\nelse :\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.on:\n    pass\nelif Config.off:\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if Config.off:\n    pass\nelif Config.on:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['if Config.off:\n    pass\nelif x:\n    pass\nelse:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.off: # why\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if (Config.off):\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if Config.off and x:\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if x and Config.off:\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if Config.on and x:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.on and not Config.off:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['if Config.off or x:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.off and (x or y):\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.name:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.n:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.twice:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.other:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if top:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.off.x:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['while Config.off:\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if params.workload_manager == "slurm":\n    os.system("bash a.sh")', ['working:a.sh']],
    ["if workload_manager=='pbs':\n    os.system('bash a.sh')", ['working:a.sh never']],
    ['if workload_manager != "slurm":\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if x == 1 and workload_manager == "pbs":\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if Config.off:\n    x\nos.system("bash a.sh")', ['working:a.sh']],
    ['if Config.off:\n    for x in y:\n\n        z\n        os.system("bash a.sh")', ['working:a.sh never']],
    ['if Config.off:\n    x\n    if Config.on:\n        y\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['def f():\n    if Config.on:\n        if Config.off:\n            x\n        os.system("bash a.sh")', ['working:a.sh']],
    ['if Config.off:\n    pass\nelse:\n    if x:\n        pass\n    else:\n        os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if x:\n    if Config.off:\n        pass\nelse:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['for x in y:\n    pass\nelse:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if x:\n    pass\nelif Config.on:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if x:\n    pass\nelif Config.on:\n    pass\nelse:\n    os.system("bash a.sh")', ['working:a.sh never']],
    ['if Config.off:\n    pass\nelif Config.off:\n    pass\nelse:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['if Config.off:\n    pass\nelif y:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['try:\n    x\nexcept y:\n    x\nelse:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if x: y\nelif Config.on:\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.off:\n    pass\nelif (x and\n    y):\n    os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['def f():\n    elif Config.on:\n        os.system("bash a.sh")', ['working:a.sh perhaps']],
    ['if Config.off:\n    x\n\n# y\nelse:\n    os.system("bash a.sh")', ['working:a.sh']],
    ['while x: y\nif x: os.system("bash a.sh")', ['working:a.sh']],
    ['if Config.off: x = 1\nos.system("bash a.sh")', ['working:a.sh']],
  ])('how certain: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test('each call is where it begins, as it is written', () => {
    expect(pythonCalls('import a\n\nos.system("bash ./b.sh; ls")\nif x:\n    subprocess.run(["bash", "c.sh"])', given)).toMatchObject({
      calls: [
        {
          written: './b.sh',
          offset: 10,
          target: { base: 'working', path: 'b.sh' },
          startedIn: { base: 'working', path: '' },
          certainty: 'always',
          sourced: false,
        },
        {
          written: 'c.sh',
          offset: 49,
          target: { base: 'working', path: 'c.sh' },
          startedIn: { base: 'working', path: '' },
          certainty: 'perhaps',
          sourced: false,
        },
        {
          written: 'a.py',
          offset: 0,
          target: { base: 'unknown', path: 'a.py' },
          startedIn: { base: 'working', path: '' },
          certainty: 'always',
          sourced: false,
        },
      ],
      commands: [
        { words: ['bash', './b.sh'], offset: 10, certainty: 'always' },
        { words: ['ls'], offset: 10, certainty: 'always' },
        { words: ['bash', 'c.sh'], offset: 49, certainty: 'perhaps' },
      ],
      doubtful: false,
    })
  })

  test('500 starts are looked at', () => {
    expect(pythonCalls('os.system("bash a.sh")\n'.repeat(500), given).calls).toHaveLength(500)
    expect(pythonCalls('os.system("bash a.sh")\n'.repeat(501), given).calls).toHaveLength(500)
  })

  test('a workload manager that is not known decides nothing', () => {
    const text = 'if workload_manager == "slurm":\n    os.system("bash a.sh")'
    expect(pythonCalls(text, { ...given, workloadManager: null }).calls).toMatchObject([{ certainty: 'perhaps' }])
  })
})

describe('settings', () => {
  test('those that are assigned once, with the class that they are in', () => {
    expect([...settingsOf('top = True\nclass A:\n    b = 1\n    c = "x"\n    c = "y"\nclass B:\n    b = True\n').keys()]).toEqual([
      'top',
      'A.b',
      'B.b',
    ])
    expect([...settingsOf('top = True\nclass A:\n    b = False\n    c = "x"\n')]).toEqual([
      ['top', true],
      ['A.b', false],
      ['A.c', 'x'],
    ])
  })
})
