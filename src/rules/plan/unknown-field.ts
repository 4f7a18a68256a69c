import { createClusterModel, shapeNamed } from '../../catalog/create-cluster.ts'
import type { Outcome } from '../../model/finding.ts'
import type { Plan, RequestDocument } from '../../model/plan.ts'
import { isObject, locationAt, pathOf, subjectAt } from '../../semantics/plan/request-part.ts'
import type { Fault } from '../../semantics/plan/request-shape.ts'
import { statedRequest } from '../../semantics/plan/update.ts'
import { statedFaults } from '../../semantics/plan/update-shape.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'

export const unknownField = defineRule({
  id: 'plan/unknown-field',
  title: 'Every key of the request is one that the API model knows',
  why: 'The AWS CLI and the SDKs refuse a key that their own copy of the API model does not know, so a misspelt key stops the request. A key can also be newer than the dated model of this tool, which is why this is a warning: what stands under such a key is not judged.',
  severity: 'warning',
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html', 'https://github.com/boto/botocore'],
  needs: [],
  uses: [],
  applies: (plan) => plan.request !== null || 'There is no request file; cluster-config names one.',
  evaluate: (_, plan) => {
    const request = statedRequest(plan)
    return request === null ? [] : judge(request, plan)
  },
})

const { version, date } = createClusterModel

const judge = (request: RequestDocument, plan: Plan): readonly Outcome[] => {
  if (!isObject(request.value)) return [reported(request.path, 'the request is no object', 'plan/request-shape')]
  const faults = statedFaults(plan).filter(({ kind }) => kind === 'unknown-key')
  if (faults.length > 0) return faults.map((fault) => unknownKey(request, fault))
  return [pass(request.path, `every key is in the API model of botocore ${version} (${date})`, { location: locationAt(request, '') })]
}

const unknownKey = (request: RequestDocument, fault: Fault): Outcome => {
  const { pointer, shape, expected, actual, nearest } = fault
  const at = { location: locationAt(request, pointer) }
  const other = otherListWith(fault)
  if (other !== null) {
    const message = `${pathOf(pointer)} is a key of ${other}, not of ${listOf[shape]}${actual === 'LifeCycleConfig' ? ': nodes of a restricted instance group run no lifecycle scripts' : ''}`
    const text = `Remove ${actual} from this group. If the group needs it, move the group to ${other}.`
    return fail(subjectAt(request, pointer), message, { text, commands: [] }, { ...at, evidence: { shape, key: actual } })
  }
  return fail(
    subjectAt(request, pointer),
    `${pathOf(pointer)} is newer than this tool (botocore ${version}, ${date}) or misspelt: ${shape} has no such member${nearest === undefined ? '' : `, the nearest is ${nearest}`}`,
    {
      text:
        nearest === undefined
          ? `Remove the key if it is a mistake. ${shape} takes ${expected}.`
          : `Write "${nearest}" if that is what was meant; else make sure that your AWS CLI knows ${JSON.stringify(actual)}.`,
      commands: [],
    },
    { ...at, evidence: { shape, key: actual, ...(nearest !== undefined && { nearest }) } },
  )
}

/** The lists of instance groups of a request, by the shape of their groups. */
const listOf: Readonly<Record<string, string>> = {
  ClusterInstanceGroupSpecification: 'InstanceGroups',
  ClusterRestrictedInstanceGroupSpecification: 'RestrictedInstanceGroups',
}

/** The other list of instance groups, whose groups do take the key; null where they do not either, or it is no key of a group. */
const otherListWith = ({ shape, actual }: Fault): string | null => {
  if (!Object.hasOwn(listOf, shape)) return null
  const takes = Object.keys(listOf).find((name) => {
    const other = shapeNamed(name)
    return name !== shape && other.type === 'structure' && Object.hasOwn(other.members, actual)
  })
  return takes === undefined ? null : (listOf[takes] ?? null)
}
