import type { ScriptFolder } from '../../model/facts/scripts.ts'
import { type ScriptCommand, workingWords } from '../scripts/script-calls.ts'
import type { ScriptReferences } from '../scripts/script-references.ts'

/** A step of a script that works with some images of HyperPod, and not with others. */
export interface MovingStep {
  readonly kind: 'pip' | 'pin' | 'kernel' | 'no-nodes'
  readonly script: string
  /** Offset in the script. */
  readonly offset: number
  /** What it is, as the script has it: `nvidia-driver-570=570.86.15-0ubuntu1`. */
  readonly written: string
}

/** Steps of one script that are kept. */
const mostSteps = 100

/**
 * Steps on the way from the entry points that depend on the image of the nodes, or on every group having nodes. `empty`: the plan has a
 * group of no nodes.
 */
export const movingSteps = (folder: ScriptFolder, { reached, steps }: ScriptReferences, empty: boolean): readonly MovingStep[] => {
  const texts = reached.flatMap((script) => {
    const file = Object.hasOwn(folder.files, script) ? folder.files[script] : undefined
    return file?.kind === 'text' ? [{ script, text: file.text }] : []
  })
  const isAllowed = texts.some(({ text }) => breaksSystemPackages.test(text))
  return texts.flatMap(({ script, text }) => {
    const commands = (steps[script]?.commands ?? []).filter(({ certainty }) => certainty === 'always' || certainty === 'perhaps')
    const found = commands.flatMap((command) => inCommand(command, { text, isAllowed, commands }))
    const loops = empty && script.endsWith('.py') ? loopsOverNodes(text) : []
    return [...found, ...loops].slice(0, mostSteps).map((step) => ({ ...step, script }))
  })
}

type Found = Omit<MovingStep, 'script'>

interface Surroundings {
  readonly text: string
  /** Something lets pip write to the system's Python. */
  readonly isAllowed: boolean
  readonly commands: readonly ScriptCommand[]
}

const inCommand = ({ words, offset }: ScriptCommand, around: Surroundings): readonly Found[] => {
  const working = workingWords(words)
  const found = (kind: MovingStep['kind'], written: string): Found => ({ kind, offset, written })
  if (installsIntoSystem(working) && !around.isAllowed && !isProvidedFor(around.text, offset)) {
    return [
      found(
        'pip',
        working
          .filter((word) => !word.startsWith('-'))
          .slice(0, 4)
          .join(' '),
      ),
    ]
  }
  const [program = '', ...args] = working
  if (/^(?:apt|apt-get)$/.test(program) && args.includes('install')) {
    return args.filter((word) => isPin(word, around.commands)).map((word) => found('pin', word))
  }
  const kernels = program === 'apt-mark' && args[0] === 'unhold' ? args.slice(1).filter((word) => /^(?:linux-|kernel)/.test(word)) : []
  return kernels.length === 0 ? [] : [found('kernel', [program, ...args].join(' '))]
}

/** Settings by which pip writes to the Python of the system. https://peps.python.org/pep-0668/ */
const breaksSystemPackages = /PIP_BREAK_SYSTEM_PACKAGES|global\.break-system-packages|EXTERNALLY-MANAGED/

/** An environment of its own, entered or made before; or the option, on the same line after `||`. */
const isProvidedFor = (text: string, offset: number): boolean => {
  const line = /^(?:[^\n]*\\\n)*[^\n]*/.exec(text.slice(offset))?.[0] ?? ''
  return line.includes('break-system-packages') || /\bactivate\b|\bPATH=[^\n]*(?:venv|conda|\benv\b)|pyenv/.test(text.slice(0, offset))
}

/** `--root`, `--target` and `--prefix` turn the check off. https://pip.pypa.io/en/stable/cli/pip_install/ */
const elsewhere = /^(?:--break-system-packages|--dry-run|--root|--prefix|--target|-t)(?:$|=)|^-t./

const installsIntoSystem = (words: readonly string[]): boolean => {
  const [program = '', ...args] = words
  const name = program.replace(/^\/usr(?:\/local)?\/bin\//, '')
  if (args.some((word) => elsewhere.test(word))) return false
  if (/^pip3?(?:\.\d+)?$/.test(name)) return args.find((word) => !word.startsWith('-')) === 'install'
  if (/^python3?(?:\.\d+)?$/.test(name)) return /^-m pip (?:-\S+ )*install\b/.test(args.join(' '))
  return name === 'uv' && args[0] === 'pip' && args[1] === 'install' && args.includes('--system')
}

/** Packages whose versions come with the image: NVIDIA's, EFA's, Neuron's, and the kernel's. */
const ofImage =
  /^(?:lib)?(?:nvidia|cuda|nccl|cudnn|nvlsm|gdrapi)|^xserver-xorg-video-nvidia|^datacenter-gpu-manager|^efa\b|^libfabric|^aws-neuron|^linux-(?:image|headers|modules|aws)/

const isPin = (word: string, commands: readonly ScriptCommand[]): boolean => {
  const [, name = '', version = ''] = /^([^=]+)=(.+)$/.exec(word) ?? []
  if (!ofImage.test(name) || version.includes('*')) return false
  const [, variable] = /\$\{?([A-Za-z_]\w*)/.exec(version) ?? []
  return variable === undefined ? !/[$`]/.test(version) : isFixed(variable, commands)
}

/** What the script gives the variable is written out, each time. */
const isFixed = (variable: string, commands: readonly ScriptCommand[]): boolean => {
  const values = commands.flatMap(({ words }) =>
    words.filter((word) => word.startsWith(`${variable}=`)).map((word) => word.slice(variable.length + 1)),
  )
  return values.length > 0 && values.every((value) => /^[\w.:+~-]+$/.test(value))
}

/** `for node in group["Instances"]`: a group without nodes has no list, or null in its place. */
const loopsOverNodes = (text: string): readonly Found[] =>
  [...text.matchAll(/\bin[ \t]+[A-Za-z_][\w.]*\[[ \t]*(["'])Instances\1[ \t]*\]/g)].flatMap(({ 0: all, index }) => {
    const before = text.slice(text.lastIndexOf('\n', index) + 1, index)
    return before.includes('#') ? [] : [{ kind: 'no-nodes' as const, offset: index, written: all.replace(/^in[ \t]+/, '') }]
  })
