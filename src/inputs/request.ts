import type { Checked, Fault } from '../model/fault.ts'
import type { Json, RequestDocument } from '../model/plan.ts'
import { isDescription, requestOfDescription } from '../semantics/plan/described-cluster.ts'
import { isList, isObject } from '../semantics/plan/request-part.ts'
import { type ParsedDocument, parseDocument } from './document.ts'
import { type ForeignForm, foreignForm, foreignText } from './foreign-forms.ts'

const expected = 'a CreateCluster request in JSON or YAML'

/**
 * Parses a CreateCluster request, JSON or YAML, and notes where each part of it stands. A list of instance groups, as
 * `--instance-groups file://…` takes it, and what DescribeCluster answers are read as the request that they stand for. Any other form is
 * one fault that names it. A file that is one text is refused, and nothing of it is quoted: YAML takes much for a text, a file of
 * credentials too.
 */
export const parseRequest = (path: string, text: string): Checked<RequestDocument> => {
  const foreign = foreignText(path, text)
  if (foreign !== null) return refused(`${path}:1:1`, foreign)
  const parsed = parseDocument({ path, expected }, text)
  return parsed.ok ? requestIn(parsed.value) : { ok: false, faults: parsed.faults.map((fault) => leftOpen(fault, text)) }
}

const requestIn = ({ path, value, positions, tags: [tag] }: ParsedDocument): Checked<RequestDocument> => {
  const whole = `${path}:1:1`
  const foreign = foreignForm(value)
  if (foreign !== null) return refused(whole, foreign)
  if (tag !== undefined)
    return refused(`${path}:${tag.place.line}:${tag.place.column}`, {
      what: `${tag.name}, a tag of CloudFormation or of another program, where a request has a plain value`,
      way: 'the value that it stands for',
    })
  if (typeof value === 'string') return { ok: false, faults: [{ source: whole, problem: 'the file is one text, not a mapping', expected }] }
  if (isSkeleton(value))
    return refused(whole, { what: 'the skeleton of a request, with nothing filled in', way: 'names, counts and ids in it' })
  if (isDescription(value)) return { ok: true, value: requestOfDescription({ path, value, positions }) }
  return { ok: true, value: isListOfGroups(value) ? requestOfGroups({ path, value, positions }) : { path, value, positions } }
}

const refused = (source: string, { what, way }: ForeignForm): Checked<never> => ({
  ok: false,
  faults: [{ source, problem: `this is ${what}`, expected: way }],
})

/** JSON that a variable in place of a number has broken: the variable is what is wrong. */
const leftOpen = (fault: Fault, text: string): Fault => {
  const [, line, column] = /:(\d+):(\d+)$/.exec(fault.source) ?? []
  const there = text.split(/\r?\n/)[Number(line) - 1]?.slice(Number(column) - 1)
  const variable = /^(?:\$\{\w[^}\n]{0,60}\}|\$\w{1,60}|\{\{[^}\n]{1,60}\}\}|<[\w .-]{1,60}>)/.exec(there ?? '')?.[0]
  return variable === undefined
    ? fault
    : { ...fault, problem: `the placeholder ${variable} was left open`, expected: 'its value: render the file before it is checked' }
}

/** What `aws sagemaker create-cluster --generate-cli-skeleton` prints: every member is there, and no name has a letter. */
const isSkeleton = (value: Json): boolean => {
  if (!isObject(value) || value['ClusterName'] !== '' || !isList(value['InstanceGroups'])) return false
  return value['InstanceGroups'].every((group) => isObject(group) && (group['InstanceGroupName'] ?? '') === '')
}

/** Names by which an item of a list is an instance group, sound or not. */
const groupKeys = ['InstanceGroupName', 'InstanceType', 'InstanceCount', 'InstanceRequirements']

const isListOfGroups = (value: Json): boolean =>
  isList(value) && value.length > 0 && value.every((item) => isObject(item) && groupKeys.some((key) => Object.hasOwn(item, key)))

const requestOfGroups = ({ path, value, positions }: RequestDocument): RequestDocument => ({
  path,
  value: { InstanceGroups: value },
  positions: {
    ...Object.fromEntries(Object.entries(positions).map(([pointer, place]) => [`/InstanceGroups${pointer}`, place])),
    '': positions[''] ?? { line: 1, column: 1 },
  },
})
