import type { Fact } from '../../model/fact.ts'
import type { MachineImage } from '../../model/facts/capacity.ts'
import type { Identity } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import type { InstanceGroup, Plan } from '../../model/plan.ts'
import type { Readable } from '../../model/rule.ts'
import { knownValue } from '../../semantics/fact.ts'
import { enumerate } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { eachImage, namesImage, type PlannedImage } from '../shared/planned-images.ts'

export const available = defineRule({
  id: 'image/available',
  title: 'Every image that a group names is there, available, for the processor of its nodes, of this account and not encrypted',
  why: 'A group with an ImageId starts from that image alone. One of another Region, or one that is still being made, fails every node of the group; so does one for another processor than the instance type has (arm64 for x86_64), or one of Windows. AWS asks for an image of the same account with unencrypted snapshots; as a blog of AWS shows an encrypted one in use, that and a foreign owner are warnings.',
  severity: 'error',
  otherSeverities: ['warning'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ProcessorInfo.html',
  ],
  needs: ['machineImages'],
  uses: ['identity', 'instanceTypes'],
  applies: namesImage,
  evaluate: ({ machineImages, identity, instanceTypes }, plan) =>
    eachImage(plan, machineImages, (image) => judge(image, { identity, instanceTypes }, plan)),
})

type Known = Readable<never, 'identity' | 'instanceTypes'>

const judge = ({ imageId, instanceGroups, location, found }: PlannedImage, { identity, instanceTypes }: Known, plan: Plan): Outcome => {
  const { region } = plan
  const groups = instanceGroups.join(', ')
  const fix = {
    text: `Name an image of this account in ${region} by ImageId, or leave ImageId out to take HyperPod's own.`,
    commands: [command('aws', 'ec2', 'describe-images', '--region', region, '--owners', 'self')],
  }
  if (found === null) {
    const message = `${imageId} (${groups}) does not exist in ${region}, or is not shared with this account`
    return fail(imageId, message, fix, { location })
  }
  const account = accountOf(identity)
  const starting = plan.instanceGroups.filter((group) => group.imageId === imageId)
  const problems = [...problemsOf(found, account), ...processorProblems(found, starting, knownValue(instanceTypes) ?? {})]
  const evidence = {
    name: found.name,
    state: found.state,
    ownerId: found.ownerId,
    encrypted: found.encrypted,
    ...(found.architecture !== undefined && { architecture: found.architecture }),
  }
  const certain = problems.some(({ severity }) => severity === 'error')
  if (!certain && found.architecture !== undefined && !instanceTypes.ok) return unknown(imageId, instanceTypes.gap, { location, evidence })
  if (problems.length === 0 && !account.ok) return unknown(imageId, account.gap, { location, severity: 'warning' })
  if (problems.length === 0) return pass(imageId, `${imageId} (${groups}) is available`, { location, evidence })
  const severity: Severity = certain ? 'error' : 'warning'
  return fail(imageId, `${imageId} (${groups}) ${problems.map(({ text }) => text).join(' and ')}`, fix, { location, evidence, severity })
}

/** The caller's account, which an image should be of. */
const accountOf = (identity: Fact<Identity>): Fact<string> => {
  if (!identity.ok) return identity
  if (identity.value.kind === 'caller') return { ok: true, value: identity.value.account }
  const message = `AWS refuses these credentials (${identity.value.code}): whose image it should be is not known`
  return { ok: false, gap: { reason: 'denied', action: 'sts:GetCallerIdentity', message } }
}

interface Problem {
  readonly text: string
  readonly severity: Severity
}

const problemsOf = ({ state, ownerId, encrypted, windows }: MachineImage, account: Fact<string>): readonly Problem[] => [
  ...(state === 'available' ? [] : [{ text: `is ${state}, it must be available`, severity: 'error' as const }]),
  ...(windows === true ? [{ text: 'is of Windows, nodes of HyperPod run Linux', severity: 'error' as const }] : []),
  ...(!account.ok || account.value === ownerId
    ? []
    : [{ text: `belongs to account ${ownerId}, AWS asks for one of account ${account.value}`, severity: 'warning' as const }]),
  ...(encrypted ? [{ text: 'has an encrypted snapshot, AWS asks for unencrypted ones', severity: 'warning' as const }] : []),
]

/** Types that cannot start the image. A group of several types comes up if one of them can. Types whose processor is not known are not judged. */
const processorProblems = (
  { architecture }: MachineImage,
  groups: readonly InstanceGroup[],
  types: Facts['instanceTypes'],
): readonly Problem[] => {
  if (architecture === undefined) return []
  const refuses = (type: string): boolean => types[type]?.architectures?.includes(architecture) === false
  const refusing = [...new Set(groups.flatMap(({ instanceTypes }) => instanceTypes.filter(refuses)))]
  if (refusing.length === 0) return []
  const titled = refusing.map((type) => `${type} (${types[type]?.architectures?.join(', ')})`)
  const severity = groups.some(({ instanceTypes }) => instanceTypes.length > 0 && instanceTypes.every(refuses)) ? 'error' : 'warning'
  return [{ text: `is for ${architecture}, which ${enumerate(titled, 5)} cannot start`, severity }]
}
