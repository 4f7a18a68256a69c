import type { Fact } from '../../model/fact.ts'
import type { MachineImage } from '../../model/facts/capacity.ts'
import type { Identity } from '../../model/facts/iam.ts'
import type { Outcome, Severity } from '../../model/finding.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, unknown } from '../engine/outcome.ts'
import { eachImage, namesImage, type PlannedImage } from '../shared/planned-images.ts'

export const available = defineRule({
  id: 'image/available',
  title: 'Every image that a group names is there, available, of this account and not encrypted',
  why: 'A group with an ImageId starts from that image alone. One of another Region, or one that is still being made, fails every node of the group. AWS asks for an image of the same account with unencrypted snapshots; as a blog of AWS shows an encrypted one in use, that and a foreign owner are warnings.',
  severity: 'error',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ClusterInstanceGroupSpecification.html',
    'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html',
  ],
  needs: ['machineImages'],
  uses: ['identity'],
  applies: namesImage,
  evaluate: ({ machineImages, identity }, plan) => eachImage(plan, machineImages, (image) => judge(image, identity, plan.region)),
})

const judge = ({ imageId, instanceGroups, location, found }: PlannedImage, identity: Fact<Identity>, region: string): Outcome => {
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
  const problems = problemsOf(found, account)
  const evidence = { name: found.name, state: found.state, ownerId: found.ownerId, encrypted: found.encrypted }
  if (problems.length === 0 && !account.ok) return unknown(imageId, account.gap, { location, severity: 'warning' })
  if (problems.length === 0) return pass(imageId, `${imageId} (${groups}) is available`, { location, evidence })
  const severity: Severity = problems.some((problem) => problem.severity === 'error') ? 'error' : 'warning'
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

const problemsOf = ({ state, ownerId, encrypted }: MachineImage, account: Fact<string>): readonly Problem[] => [
  ...(state === 'available' ? [] : [{ text: `is ${state}, it must be available`, severity: 'error' as const }]),
  ...(!account.ok || account.value === ownerId
    ? []
    : [{ text: `belongs to account ${ownerId}, AWS asks for one of account ${account.value}`, severity: 'warning' as const }]),
  ...(encrypted ? [{ text: 'has an encrypted snapshot, AWS asks for unencrypted ones', severity: 'warning' as const }] : []),
]
