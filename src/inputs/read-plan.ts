import { stat } from 'node:fs/promises'
import { placeOf } from '../disk/checkout.ts'
import { readTextFile, whyNot } from '../disk/read.ts'
import type { Checked, Fault } from '../model/fault.ts'
import type { Plan, RequestDocument } from '../model/plan.ts'
import { notDiagnosed } from './existing/diagnosed-plan.ts'
import { planFromInputs, planFromRequest } from './plan.ts'
import { parseRequest } from './request.ts'
import { type InputName, type Inputs, inputNames, inputsFor, inputTable } from './table.ts'

const mebibyte = 1024 * 1024

/** A file of more bytes than this is no request (the largest that the API takes is far smaller) and no policy. */
const maxBytes = 4 * mebibyte

/** Snapshots hold the texts of two folders of scripts, of at most 16 MiB each, and reports what was found in them. */
const maxOwnBytes = 64 * mebibyte

/**
 * Makes the plan out of the inputs and the request file that they name. Everything that is wrong is told at once; `region` is the
 * environment's, for where the input leaves it open.
 */
export const readPlan = async (inputs: Inputs, environmentRegion: string | null): Promise<Checked<Plan>> => {
  const region = inputs.region ?? environmentRegion
  const [request, folder] = await Promise.all([readRequestFile(inputs['cluster-config']), checkFolder(inputs['lifecycle-scripts'])])
  const faults = [...(region === null ? [noRegion] : []), ...(request.ok ? [] : request.faults), ...folder, ...incomplete(inputs)]
  if (faults.length > 0 || region === null || !request.ok) return { ok: false, faults }
  const settled = { ...inputs, region }
  return { ok: true, value: request.value === null ? planFromInputs(settled) : planFromRequest(request.value, settled) }
}

const noRegion: Fault = {
  source: 'region',
  problem: 'no Region is given, and the environment names none',
  expected: 'an AWS Region such as us-west-2, as input region, in AWS_REGION or in the profile',
}

/** Inputs that name something to look at: a run without a snapshot needs one of these. */
const subjects = inputNames.filter((name) => inputTable[name].isSubject)

/** Whether an input of this name says what to look at. */
export const isSubject = (name: string): boolean => subjects.some((subject) => subject === name)

/** Whether nobody is asked: the inputs say so, or say nothing of the plan but a folder of scripts. */
export const isOffline = (inputs: Inputs): boolean =>
  inputs.offline ??
  (inputs['lifecycle-scripts'] !== null && inputsFor('plan').every((name) => name === 'lifecycle-scripts' || inputs[name] === null))

const incomplete = (inputs: Inputs): readonly Fault[] => [
  ...(subjects.every((name) => inputs[name] === null) && inputs['instance-count'] === null
    ? [
        {
          source: 'inputs',
          problem: 'there is nothing to check',
          expected: `cluster-config, or at least one of ${subjects.slice(1).join(', ')}`,
        },
      ]
    : []),
  ...notDiagnosed(inputs),
  ...needsType(inputs, 'instance-count'),
  ...needsType(inputs, 'training-plan'),
  ...(inputs.operation === 'update' && inputs['cluster-config'] === null
    ? [
        {
          source: 'operation',
          problem: 'operation is update, and no file says what is to change',
          expected: 'cluster-config with an UpdateCluster request as well, or operation auto or create',
        },
      ]
    : []),
]

const needsType = (inputs: Inputs, name: 'instance-count' | 'training-plan'): readonly Fault[] =>
  inputs[name] !== null && inputs['instance-type'] === null && inputs['cluster-config'] === null
    ? [{ source: name, problem: `${name} is given without an instance type`, expected: 'instance-type as well, or cluster-config instead' }]
    : []

const readRequestFile = async (path: string | null): Promise<Checked<RequestDocument | null>> => {
  if (path === null) return { ok: true, value: null }
  const text = await readText(path, 'cluster-config', 'a readable file with a CreateCluster request')
  return text.ok ? parseRequest(path, text.value) : text
}

/** Reads a text file that an input, or a word of the command, names; what goes wrong is a fault of that. */
export const readText = async (path: string, source: InputName | 'merge', expected: string): Promise<Checked<string>> => {
  try {
    return { ok: true, value: await readTextFile(path, source === 'snapshot' || source === 'merge' ? maxOwnBytes : maxBytes) }
  } catch (error) {
    return { ok: false, faults: [{ source, problem: `${path}: ${whyNot(error)}`, expected }] }
  }
}

const checkFolder = async (path: string | null): Promise<readonly Fault[]> => {
  if (path === null) return []
  const fault = (problem: string): readonly Fault[] => [
    { source: 'lifecycle-scripts', problem: `${path}: ${problem}`, expected: 'the path of a folder in the repository' },
  ]
  try {
    return (await stat(await placeOf(path))).isDirectory() ? [] : fault('is not a folder')
  } catch (error) {
    return fault(whyNot(error))
  }
}
