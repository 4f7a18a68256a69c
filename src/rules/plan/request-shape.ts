import { createClusterModel } from '../../catalog/create-cluster.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import type { Plan, RequestDocument } from '../../model/plan.ts'
import { locationAt, pathOf, subjectAt } from '../../semantics/plan/request-part.ts'
import type { Fault } from '../../semantics/plan/request-shape.ts'
import { operationOf, statedRequest } from '../../semantics/plan/update.ts'
import { statedFaults } from '../../semantics/plan/update-shape.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'

export const requestShape = defineRule({
  id: 'plan/request-shape',
  title: 'The request file is a CreateCluster request as the API takes it',
  why: 'SageMaker validates the request before it does anything else and refuses it for the first member of a wrong type, outside its bounds or not matching its pattern. Here every one of them is told at once, with its line. Members that the dated model does not know are left to `plan/unknown-field`, instance types that it does not list to `plan/instance-type`.',
  severity: 'error',
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html', 'https://github.com/boto/botocore'],
  needs: [],
  uses: [],
  applies: (plan) => plan.request !== null || 'There is no request file; cluster-config names one.',
  evaluate: (_, plan) => {
    const request = statedRequest(plan)
    return request === null ? [] : judge(request, plan)
  },
})

const judge = (request: RequestDocument, plan: Plan): readonly Outcome[] => {
  const faults = statedFaults(plan).filter(({ kind }) => kind !== 'unknown-key')
  if (faults.length > 0) return faults.map((fault) => refused(request, fault))
  const { version, date } = createClusterModel
  return [
    pass(
      request.path,
      `the request has the shape that ${operationOf(plan) === 'update' ? 'UpdateCluster' : 'CreateCluster'} takes (API model of botocore ${version}, ${date})`,
      {
        location: locationAt(request, ''),
      },
    ),
  ]
}

const refused = (request: RequestDocument, fault: Fault): Outcome =>
  fail(subjectAt(request, fault.pointer), message(fault), fix(fault), {
    location: locationAt(request, fault.pointer),
    evidence: { kind: fault.kind, shape: fault.shape, expected: fault.expected, actual: fault.actual },
  })

const message = ({ pointer, kind, expected, actual, nearest }: Fault): string => {
  const path = pathOf(pointer)
  if (kind === 'placeholder') return `${path}: the placeholder ${actual} was left open`
  if (kind !== 'required') return `${path} is ${actual}, it must be ${expected}`
  return nearest === undefined
    ? `${path} is missing, the API requires it`
    : `${path} is missing, the API requires it; ${nearest} stands there`
}

const fix = (fault: Fault): Fix => ({ text: change(fault), commands: [] })

const change = ({ pointer, kind, expected, actual, nearest, rewritten }: Fault): string => {
  const path = pathOf(pointer)
  const member = path.slice(path.lastIndexOf('.') + 1)
  if (kind === 'placeholder') return `Replace ${actual} with your own value${expected === 'text' ? '' : `: ${expected}`}.`
  if (kind === 'required' && pointer === '/ClusterName' && nearest === undefined)
    return 'Add ClusterName, or give the name as input cluster-name.'
  if (kind === 'required')
    return nearest === undefined ? `Add ${member}: ${expected}.` : `Rename ${nearest} to ${member}, or add ${member}: ${expected}.`
  if (kind === 'union')
    return nearest === undefined ? `Write ${path} as ${expected}.` : `Write ${path} as ${expected}; ${nearest} looks like one of them.`
  if (kind === 'enum' && nearest !== undefined) return `Write ${JSON.stringify(nearest)} if that is what was meant, else ${expected}.`
  if (actual === 'null')
    return `Give ${path} a value (${expected}), or remove the key: the AWS CLI takes null for a value, not for an absent one.`
  if (rewritten === undefined) return `Change ${path} to ${expected}.`
  if (!rewritten.startsWith('"')) return `Write the value without quotes: ${rewritten}.`
  return /\d/.test(rewritten)
    ? `Put the value in quotes, with the zeros that a number loses at its ends: ${rewritten}.`
    : `Put the value in quotes: ${rewritten}.`
}
