import type { Outcome } from '../../model/finding.ts'
import type { RequestDocument } from '../../model/plan.ts'
import { type Part, requestGroups, requestPart } from '../../semantics/plan/request-part.ts'
import { statedRequest } from '../../semantics/plan/update.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'

export const duplicateNames = defineRule({
  id: 'plan/duplicate-names',
  title: 'Names of instance groups and keys of tags are unique',
  why: 'A group is addressed by its name, by the API and by the lifecycle scripts, and a resource has one value a tag key. A request that gives a name or a key twice is refused.',
  severity: 'error',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCluster.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Tag.html',
  ],
  needs: [],
  uses: [],
  applies: (plan) => plan.request !== null || 'There is no request file; cluster-config names one.',
  evaluate: (_, plan) => {
    const request = statedRequest(plan)
    return request === null ? [] : judge(request)
  },
})

const judge = (request: RequestDocument): readonly Outcome[] => {
  const names = requestGroups(request).map(({ part }) => part.at('InstanceGroupName'))
  const keys = requestPart(request)
    .at('Tags')
    .items.map((tag) => tag.at('Key'))
  const twice = [
    ...repeated(names).map(([part, first]) => duplicate(part, first, 'instance group', 'Give each instance group a name of its own.')),
    ...repeated(keys).map(([part, first]) => duplicate(part, first, 'tag', 'Keep one tag of each key.')),
  ]
  if (twice.length > 0) return twice
  return [pass(request.path, `${names.length} instance groups and ${keys.length} tags, each under its own name`)]
}

/** Each part whose text an earlier part has, with that part. */
const repeated = (parts: readonly Part[]): readonly (readonly [Part, Part])[] => {
  const first = new Map<string, Part>()
  return parts.flatMap((part) => {
    if (part.text === null) return []
    const earlier = first.get(part.text)
    if (earlier !== undefined) return [[part, earlier] as const]
    first.set(part.text, part)
    return []
  })
}

const duplicate = (part: Part, first: Part, what: string, text: string): Outcome =>
  fail(
    part.subject,
    `${part.path} is ${JSON.stringify(part.text)}, which names another ${what} already (${first.path}, line ${first.location.line})`,
    { text, commands: [] },
    { location: part.location, evidence: { name: part.text ?? '', firstLine: first.location.line } },
  )
