import { describe, expect, test } from '@jest/globals'
import { pythonCalls } from '../../../src/semantics/scripts/python-calls.ts'
import { callsInWords } from './calls-in-words.ts'

const config = 'class Config:\n    on = True\n    off = False\n    name = "a"\n    n = 3\n    other = load()\n'

const surroundings = { moduleText: (path: string) => (path === 'config.py' ? config : null), workloadManager: 'slurm' }

/** What most scripts begin with: the class of AWS's lifecycle_script.py is among it. */
const opening = `import os, subprocess
from pathlib import Path
from config import Config
class ExecuteBashScript:
    def __init__(self, script_name):
        self.script_name = script_name
    def run(self, *args):
        subprocess.run(["sudo", "bash", self.script_name, *args]).check_returncode()
def sh(script):
    subprocess.run(["bash", script], check=True)
`

const stepsOf = (text: string) => {
  const steps = pythonCalls(`${opening}${text}`, surroundings)
  return { ...steps, calls: steps.calls.filter(({ offset }) => offset >= opening.length) }
}

const called = (text: string): readonly string[] => callsInWords(stepsOf(text))

describe('the scripts that a Python script calls', () => {
  test.each<[string, readonly string[]]>([
    ['ExecuteBashScript("./utils/a.sh").run("x")', ['working:utils/a.sh']],
    ["ExecuteBashScript('a.sh').run()", ['working:a.sh']],
    ['ExecuteBashScript("a.sh")', []],
    ['ExecuteBashScript("").run()', []],
    ['ExecuteBashScript(name).run()', []],
    ['subprocess.run(["bash", "a.sh"], check=True)', ['working:a.sh']],
    ['subprocess.check_call(("bash a.sh"), shell=True)', ['working:a.sh']],
    ["subprocess.check_output('bash a.sh; python3 b.py', shell=True)", ['working:a.sh', 'working:b.py']],
    ['subprocess.check_call([\n    "sudo",\n    "bash",\n    "a.sh",\n])', ['working:a.sh']],
    ['subprocess.check_call(["sudo", "-u", "x", "env", "A=b", "bash", "-c", "bash a.sh && ./b.sh"])', ['working:a.sh', 'working:b.sh']],
    ['mysubprocess.check_call(["bash", "a.sh"])', []],
    ['os.system("bash a.sh")', ['working:a.sh unheeded']],
    ['subprocess.run(["bash", "a.sh"])', ['working:a.sh unheeded']],
    ['subprocess.Popen(["bash", "a.sh"])', ['working:a.sh unheeded']],
    ['subprocess.run(["./a.sh"])', ['working:a.sh']],
    ['os.execv("./a.sh", ["a"])', ['working:a.sh']],
    ['runpy.run_path("a.py")', ['working:a.py']],
    ['subprocess.check_call([sys.executable, "-u", "a.py"])', ['working:a.py']],
    ['subprocess.check_call(["bash", script])', []],
    ['subprocess.check_call(["bash", "-x", "a.sh", arg])', ['working:a.sh']],
    ['subprocess.check_call([*sudo, *more, "bash", "a.sh"])', ['working:a.sh']],
    ['subprocess.check_call(["bash", *args, "a.sh"])', []],
    ['subprocess.check_call(["bash" "a.sh"])', []],
    ['subprocess.check_call(["bash", "a.sh"] + args)', ['working:a.sh']],
    ["subprocess.check_call(['bash', \"it's.sh\"])", ["working:it's.sh"]],
    ['subprocess.check_call(f"bash a.sh")', []],
    ['subprocess.check_call()', []],
    ['command = ["bash", "a.sh"]\nsubprocess.check_call(command)', ['working:a.sh']],
    ['command = ["bash", "a.sh"]\ncommand = ["bash", "b.sh"]\nsubprocess.check_call(command)', ['working:b.sh']],
    ['subprocess.check_call(command)', []],
    ['subprocess.check_call(["bash", "/opt/a.sh"])', []],
    ['subprocess.check_call(["ls", "a.sh"])', []],
    ['# sh("a.sh")', []],
    ['"""\nsh("a.sh")\n"""', []],
    ['here = os.path.dirname(os.path.abspath(__file__))\nsh(os.path.join(here, "lib", "a.sh"))', ['own:lib/a.sh']],
    ['sh(str(Path(__file__).resolve().parent / "a.sh"))', ['own:a.sh']],
    ['sh(Path(__file__).parent.parent / "a.sh")', ['own:../a.sh']],
    ['base = "utils"\nsh(f"./{base}/a.sh")', ['working:utils/a.sh']],
    ['sh(f"./{base}/a.sh")', []],
    ['for name in ["a", "b"]:\n    sh(f"{name}.sh")', ['working:a.sh', 'working:b.sh']],
    ['sh("a.sh" if x else "b.sh")', ['working:a.sh perhaps', 'working:b.sh perhaps']],
  ])('what is started: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['check_call(["bash", "a.sh"], cwd="lib")', ['working:lib/a.sh from working:lib']],
    ["check_call(['bash', 'a.sh'], cwd = 'lib/x/..')", ['working:lib/a.sh from working:lib']],
    ['check_call(["bash", "../a.sh"], cwd="lib/x")', ['working:lib/a.sh from working:lib/x']],
    ['check_call(["bash", "a.sh"], cwd=os.path.dirname(os.path.abspath(__file__)))', ['own:a.sh from own:']],
    ['check_call(["bash", "a.sh"], cwd="/opt")', ['unknown:a.sh from unknown:']],
    ['check_call(["bash", "a.sh"], cwd=folder)', ['unknown:a.sh from unknown:']],
    ['check_call(["bash", "a.sh"], cwd=None)', ['working:a.sh']],
    ['check_call(["bash", "a.sh"], env={"A": ")"}, cwd="lib")', ['working:lib/a.sh from working:lib']],
    ['os.chdir("/opt")\ncheck_call(["bash", "a.sh"])', ['unknown:a.sh from unknown:']],
    ['os.chdir("lib")\nos.chdir("x")\ncheck_call(["bash", "a.sh"])', ['working:lib/x/a.sh from working:lib/x']],
    ['os.chdir(os.path.dirname(os.path.abspath(__file__)))\ncheck_call(["bash", "a.sh"])', ['own:a.sh from own:']],
    ['check_call(["bash", "a.sh"])\nos.chdir(x)', ['working:a.sh']],
    ['if x:\n    os.chdir("lib")\ncheck_call(["bash", "a.sh"])', ['unknown:a.sh from unknown:']],
    ['check_call("cd lib && bash a.sh", shell=True)', ['working:lib/a.sh from working:lib']],
  ])('the folder in which it is started: %j', (text, calls) => {
    expect(called(`from subprocess import check_call\n${text}`).filter((call) => !call.includes('subprocess.py'))).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['if os.path.exists("a.sh"):\n    sh("a.sh")', ['unknown:a.sh perhaps']],
    ['if os.path.isfile("lib/a.sh"):\n    sh("lib/a.sh")', ['unknown:lib/a.sh perhaps']],
    ['if Path("a.sh").is_file():\n    sh("a.sh")', ['unknown:a.sh perhaps']],
    ['open("a.sh", "w")\nsh("a.sh")', ['unknown:a.sh']],
    ['shutil.copy("/opt/a.sh", ".")\nsh("a.sh")', ['unknown:a.sh']],
    ['urlretrieve(x, "a.sh")\nsh("a.sh")', ['unknown:a.sh']],
    ['Path("a.sh").write_text(x)\nsh("a.sh")', ['unknown:a.sh']],
    ['boto3.client("s3").download_file(b, k, "a.sh")\nsh("a.sh")', ['unknown:a.sh']],
    ['subprocess.run(["aws", "s3", "cp", "s3://b/a.sh", "a.sh"])\nsh("a.sh")', ['unknown:a.sh from unknown:']],
    ['subprocess.run("curl -o a.sh https://x.org/a", shell=True)\nsh("a.sh")', ['unknown:a.sh']],
    ['subprocess.run(["git", "clone", "https://x.org/lib.git"])\nsh("lib/a.sh")', ['unknown:lib/a.sh from unknown:']],
    ['subprocess.run("cd /tmp && tar xf x.tar", shell=True)\nsh("lib/a.sh")', ['unknown:lib/a.sh from unknown:']],
    ['os.makedirs("lib")\nsh("lib/a.sh")', ['unknown:lib/a.sh']],
    ['open("/opt/a.sh")\nsh("a.sh")', ['working:a.sh']],
    ['subprocess.run(["chmod", "+x", "a.sh"])\nsh("a.sh")', ['working:a.sh']],
    ['print("a.sh")\nsh("a.sh")', ['working:a.sh']],
    ['import logging\nlog = logging.getLogger()\nlog.info("a.sh")\nsh("a.sh")', ['working:a.sh', 'unknown:logging.py']],
    ['open("b.sh")\nsh("a.sh")', ['working:a.sh']],
  ])('a file that the script may make or tests for: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  test.each<[string, readonly string[]]>([
    ['import a', ['unknown:a.py']],
    ['from b import c', ['unknown:b.py']],
    ['from  d.e import f', ['unknown:d.py']],
    ['import config', ['own:config.py']],
    ['if x:\n    import config', ['own:config.py perhaps']],
    ['x = "import a"', []],
    ['from . import a', []],
  ])('modules: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  const always = ['working:a.sh']
  const perhaps = ['working:a.sh perhaps']

  test.each<[string, readonly string[]]>([
    ['if x:\n    sh("a.sh")', perhaps],
    ['while x:\n    sh("a.sh")', perhaps],
    ['for x in y:\n    sh("a.sh")', perhaps],
    ['with x:\n    sh("a.sh")', always],
    ['try:\n    sh("a.sh")\nexcept Exception:\n    pass', ['working:a.sh optional']],
    ['try:\n    sh("a.sh")\nexcept Exception as e:\n    print(e)\n    raise', always],
    ['try:\n    x\nexcept Exception:\n    sh("a.sh")', perhaps],
    ['if Config.on:\n    sh("a.sh")', always],
    ['if Config.off:\n    sh("a.sh")', []],
    ['if not Config.on:\n    sh("a.sh")', []],
    ['if Config.on:\n    pass\nelse:\n    sh("a.sh")', []],
    ['if Config.off:\n    pass\nelif x:\n    pass\nelse:\n    sh("a.sh")', perhaps],
    ['if Config.off and x:\n    sh("a.sh")', []],
    ['if x and Config.off:\n    sh("a.sh")', []],
    ['if Config.on and x:\n    sh("a.sh")', perhaps],
    ['if Config.off or x:\n    sh("a.sh")', perhaps],
    ['if Config.name:\n    sh("a.sh")', always],
    ['if Config.n > 5:\n    sh("a.sh")', []],
    ['if Config.other:\n    sh("a.sh")', perhaps],
    ['if Config.absent:\n    sh("a.sh")', perhaps],
    ['setattr(Config, "off", True)\nif Config.off:\n    sh("a.sh")', always],
    ['if x:\n    Config.off = True\nif Config.off:\n    sh("a.sh")', perhaps],
    ['if params.workload_manager == "slurm":\n    sh("a.sh")', always],
    ['if params["workload_manager"] == "slurm":\n    sh("a.sh")', always],
    ['if params.get("workload_manager") != "slurm":\n    sh("a.sh")', []],
    ['if x == 1 and workload_manager == "pbs":\n    sh("a.sh")', []],
  ])('how certain: %j', (text, calls) => {
    expect(called(text)).toEqual(calls)
  })

  /** Line of the script, behind its opening, that is said to call. */
  test.each([
    ['sh("a.sh")', [1]],
    ['def go():\n    sh("a.sh")\ngo()', [2]],
    ['name = "a.sh"\ndef go():\n    sh(name)\ngo()', [3]],
    ['for name in ["a.sh",\n             "b.sh"]:\n    sh(name)', [3, 3]],
    ['def go(node_type):\n    cmd = ["bash", "a.sh", node_type]\n    subprocess.run(cmd)\ngo(x)', [3]],
    ['def go(node_type):\n    ExecuteBashScript("a.sh").run(node_type)\ngo(x)', [2]],
  ])('where it is called: %j', (text, lines) => {
    const { calls } = stepsOf(text)
    expect(calls.map(({ offset }) => `${opening}${text}`.slice(opening.length, offset).split('\n').length)).toEqual(lines)
  })

  test('commands have the words that are told', () => {
    const { commands } = stepsOf(
      'subprocess.run([*sudo, "apt-get", "install", "-y", package, "jq"])\nos.system("curl https://x.org | tee y")',
    )
    expect(commands).toMatchObject([
      { words: ['apt-get', 'install', '-y', 'jq'], offset: opening.length, certainty: 'always' },
      { words: ['curl', 'https://x.org'], certainty: 'always' },
      { words: ['tee', 'y'], certainty: 'always' },
    ])
  })

  test.each([
    ['sh(script)', ['bash …']],
    ['run_it("a.sh")', ['a.sh']],
    ['sh("a.sh")', []],
  ])('what is run is not told: %j', (text, doubts) => {
    expect(stepsOf(text).doubts.map(({ written }) => written)).toEqual(doubts)
  })

  test.each([
    ['x = 1', false],
    ['sh("a.sh"\n', true],
    ['with a as (b, c): pass', true],
  ])('a part that is not understood is a doubt: %j', (text, doubtful) => {
    expect(stepsOf(text).doubtful).toBe(doubtful)
  })

  test('more starts than are looked at are a doubt', () => {
    expect(stepsOf('sh("a.sh")\n'.repeat(500))).toMatchObject({ doubtful: false })
    expect(stepsOf('sh("a.sh")\n'.repeat(501))).toMatchObject({ doubtful: true })
  })

  test('a workload manager that is not known decides nothing', () => {
    const text = 'if workload_manager == "slurm":\n    subprocess.check_call(["bash", "a.sh"])'
    expect(pythonCalls(text, { ...surroundings, workloadManager: null }).calls).toMatchObject([{ certainty: 'perhaps' }])
  })
})
