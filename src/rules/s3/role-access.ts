import type { Fact, Gap } from '../../model/fact.ts'
import type { PolicyDocument, PolicyStatement, Role } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { entry, keyed, knownValue } from '../../semantics/fact.ts'
import { type Origin, type OriginFacts, s3Origins } from '../../semantics/network/request-origin.ts'
import { folderUri } from '../../semantics/plan/s3-uri.ts'
import { tlsContext } from '../../semantics/policies/execution-role.ts'
import { statementName } from '../../semantics/policies/iam-policy.ts'
import { ownerOf, readersSubnets, roleSubject } from '../../semantics/policies/planned-role.ts'
import { policyJson } from '../../semantics/policies/policy-document.ts'
import { managedPolicyName, type RequiredAction, scriptActions } from '../../semantics/policies/required-actions.ts'
import { isDenied, type Permission, policyTitle, provePermissions } from '../../semantics/policies/role-permissions.ts'
import { reasons } from '../../semantics/text/enumerate.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass, reported } from '../engine/outcome.ts'
import { missingPermissionsFix } from '../shared/missing-permissions.ts'
import { policyToRead } from '../shared/unread-policy.ts'
import { eachRoleFolder, hasRoleFolder, type RoleFolder } from './folders/role-folders.ts'

export const roleAccess = defineRule({
  id: 's3/role-access',
  title: 'Every execution role may list and read its lifecycle scripts',
  why: 'Nodes download their scripts as the execution role: it needs `s3:ListBucket` on the bucket and `s3:GetObject` on the objects. `AmazonSageMakerClusterInstanceRolePolicy` grants both on buckets whose name starts with `sagemaker-` and that belong to the account of the role, on no others. A bucket of another account has to grant it in its own policy too. A Deny in the bucket policy overrules every grant. Policies of buckets, roles and boundaries often let in only what comes through a VPC endpoint, from a VPC or from an address: they are read with what requests from the subnets of the nodes carry, once for each way that these take to S3. A service control policy (SCP) of the organization that the policy simulation of AWS finds to deny it counts like any other Deny. Without access the instance group fails with “Lifecycle scripts did not run successfully”.',
  severity: 'error',
  checklist: '5',
  checklistDiffers:
    'The checklist wants read access for the “HyperPod node role” and tests it with a profile of that role. HyperPod has one execution role a group, which no user can assume, so its policies and the policy of the bucket are evaluated instead.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingEncryptionInTransit.html',
  ],
  needs: ['roles', 'buckets'],
  uses: [
    'rolePolicies',
    'roleSimulations',
    'bucketPolicies',
    'bucketOwners',
    'subnets',
    'routeTables',
    'vpcEndpoints',
    'natGateways',
    'prefixLists',
  ],
  applies: hasRoleFolder,
  evaluate: (facts, plan) => eachRoleFolder(plan, facts, (pair) => judge({ ...pair, facts, plan })),
})

interface Case extends RoleFolder {
  readonly facts: Pick<Facts, 'buckets'> &
    OriginFacts & { readonly [K in 'roleSimulations' | 'bucketPolicies' | 'bucketOwners']: Fact<Facts[K]> }
  readonly plan: Plan
}

/** A permission, asked for on one of the ways that nodes take to S3. */
interface Asked extends Permission {
  readonly origin: Origin
}

const judge = (given: Case): Outcome => {
  const { role, policies, folder, facts, planned, plan } = given
  const { bucket, location } = folder
  const subject = `${folderUri(folder)} for ${roleSubject(planned, plan)}`
  const found = knownValue(entry(facts.buckets, bucket))
  if (found?.kind === 'absent') return reported(subject, `${bucket} does not exist`, 's3/bucket', { location })
  const bucketPolicy = keyed(facts.bucketPolicies, bucket)
  const owner: Owner = bucketPolicy.ok ? 'own' : (knownValue(keyed(facts.bucketOwners, bucket)) ?? null)
  const isForeign = owner === 'other'
  const asked = permissionsOf(given, bucketPolicy, owner)
  const denied = asked.filter(isDenied)
  const missing = firstOfEach(denied)
  const evidence = { bucket, roleArn: role.arn, missing: actionsOf(missing), policies: policies.ok ? policies.value.map(policyTitle) : [] }
  if (missing.length > 0) {
    const reasonsToDeny = [
      because(given, missing, isForeign),
      ...wayOf(missing, (origin) => permissionsOn(given, bucketPolicy, owner, origin)),
    ]
    const message = `${role.name} may not do ${actionsOf(missing).join(' and ')} in ${folderUri(folder)}${onTheWay(denied, asked)}: ${reasonsToDeny.join('; ')}`
    return fail(subject, message, fixOf(given, missing, isForeign), { location, evidence })
  }
  const open = asked.filter(({ decision }) => decision.kind !== 'allowed')
  if (open.length > 0) return undecided(given, subject, gapOf(role, firstOfEach(open), onTheWay(open, asked)), evidence, isForeign)
  // Its own policies allow it. The bucket may still deny it, and one of another account has to allow it.
  if (!bucketPolicy.ok) {
    const message = isForeign
      ? `${bucket} belongs to another account, whose policy of the bucket has to let ${role.name} in: ${bucketPolicy.gap.message}`
      : `the policies of ${role.name} allow it, whether the policy of ${bucket} denies it was not learned: ${bucketPolicy.gap.message}`
    return undecided(given, subject, { ...bucketPolicy.gap, message }, evidence, isForeign)
  }
  return pass(subject, `${role.name} may list and read ${folderUri(folder)}`, { location, evidence })
}

type Owner = 'own' | 'other' | null

/** Every action on every way. */
const permissionsOf = (given: Case, bucketPolicy: Fact<PolicyDocument | null>, owner: Owner): readonly Asked[] => {
  const { planned, role, folder, facts, plan } = given
  const origins = s3Origins(readersSubnets(planned, folder, plan), plan.region, ownerOf(role.arn).account, facts)
  return origins.flatMap((origin) => permissionsOn(given, bucketPolicy, owner, origin))
}

const permissionsOn = (given: Case, bucketPolicy: Fact<PolicyDocument | null>, owner: Owner, origin: Origin): readonly Asked[] => {
  const { planned, role, folder, plan } = given
  const required = scriptActions(planned, role, plan, folder, owner === 'own').map(
    (action): RequiredAction => ({ ...action, context: { ...action.context, ...tlsContext, ...origin.context } }),
  )
  return prove(given, required, bucketPolicy, owner).map((permission) => ({ ...permission, origin }))
}

const prove = (
  { planned, role, policies, facts }: Case,
  required: readonly RequiredAction[],
  bucketPolicy: Fact<PolicyDocument | null>,
  owner: Owner,
): readonly Permission[] => {
  if (owner !== 'other') {
    return provePermissions(required, { role, policies, bucketPolicy, simulation: keyed(facts.roleSimulations, planned.name) })
  }
  // What the managed policy grants, it grants on buckets of the role's own account only.
  const others = policies.ok
    ? { ok: true as const, value: policies.value.filter(({ name, kind }) => !(kind === 'attached' && name === managedPolicyName)) }
    : policies
  const ungranted = required.map((action) => ({ ...action, managed: false }))
  return provePermissions(ungranted, {
    role,
    policies: others,
    bucketPolicy: { ok: true, value: null },
    simulation: { ok: true, value: null },
  })
}

/** The subnets that a finding is about, where it is not about all of them. */
const onTheWay = (concerned: readonly Asked[], asked: readonly Asked[]): string => {
  const subnetsOf = (list: readonly Asked[]): readonly string[] => [...new Set(list.flatMap(({ origin }) => origin.subnetIds))]
  const subnets = subnetsOf(concerned)
  return subnets.length === subnetsOf(asked).length ? '' : ` from ${subnets.join(' and ')}`
}

/** What requests carry on the way, where a policy that denies them hangs on it. */
const wayOf = (missing: readonly Asked[], permissionsOn: (origin: Origin) => readonly Permission[]): readonly string[] => {
  const anyhow = actionsOf(permissionsOn({ subnetIds: [], context: {} }).filter(isDenied))
  const hanging = missing.filter(({ required }) => !anyhow.includes(required.action))
  return [...new Set(hanging.map(({ origin }) => wayText(origin)))]
}

const wayText = ({ context }: Origin): string => {
  const [endpoint] = context['aws:SourceVpce'] ?? []
  const [address] = context['aws:SourceIp'] ?? []
  if (endpoint !== undefined) return `requests of the nodes come through ${endpoint} of ${context['aws:SourceVpc']?.[0]}`
  return `requests of the nodes come through no VPC endpoint${address === undefined ? '' : `, from ${address}`}`
}

const fromOrganization = ({ decision }: Permission): boolean => decision.kind === 'organization-deny'

const firstOfEach = <P extends Permission>(permissions: readonly P[]): readonly P[] =>
  [...new Map(permissions.toReversed().map((permission) => [permission.required.action, permission])).values()].toReversed()

const actionsOf = (permissions: readonly Permission[]): readonly string[] => [
  ...new Set(permissions.map(({ required }) => required.action)),
]

const because = ({ folder: { bucket }, policies }: Case, missing: readonly Permission[], isForeign: boolean): string => {
  const denies = missing.flatMap(({ decision }) => (decision.kind === 'explicit-deny' ? [`denied by ${statementName(decision.by)}`] : []))
  const layers = new Set(missing.flatMap(({ decision }) => (decision.kind === 'implicit-deny' ? [decision.layer] : [])))
  const hasManaged = policies.ok && policies.value.some(({ kind, name }) => kind === 'attached' && name === managedPolicyName)
  const limits = isForeign
    ? [`${bucket} belongs to another account, and ${managedPolicyName} covers buckets of the role's own account only`]
    : bucket.startsWith('sagemaker-')
      ? []
      : [`the name of ${bucket} does not start with sagemaker-, which is all that ${managedPolicyName} covers`]
  return [
    ...new Set(denies),
    ...(layers.has('identity')
      ? [isForeign ? 'no policy of the role allows it' : 'no policy of the role or of the bucket allows it', ...(hasManaged ? limits : [])]
      : []),
    ...(layers.has('boundary') ? ['the permissions boundary does not allow it'] : []),
    ...(missing.some(fromOrganization)
      ? ["service control policies (SCP) of the organization deny it, as AWS's policy simulation says"]
      : []),
    ...(missing.some(({ decision }) => decision.kind === 'simulated-deny') ? ["AWS's policy simulation finds a Deny"] : []),
  ].join('; ')
}

const fixOf = (given: Case, missing: readonly Permission[], isForeign: boolean): Fix => {
  const own = missingPermissionsFix(given.role, given.policies.ok ? given.policies.value : null, missing)
  return isForeign ? { text: `${own.text} ${ownerText(given)}`, commands: own.commands } : own
}

/** What the owner of the bucket has to add to its policy. */
const ownerText = ({ folder, role }: Case): string => {
  const arn = `arn:${ownerOf(role.arn).partition}:s3:::${folder.bucket}`
  const statement = (action: string, resource: string): PolicyStatement => ({
    sid: null,
    effect: 'Allow',
    principals: { form: 'Principal', values: { AWS: [role.arn] } },
    actions: { form: 'Action', patterns: [action] },
    resources: { form: 'Resource', patterns: [resource] },
    conditions: {},
  })
  const statements = [statement('s3:ListBucket', arn), statement('s3:GetObject', `${arn}/${folder.prefix}*`)]
  return `Ask the owner of ${folder.bucket} to have these statements in the policy of the bucket: ${policyJson({ statements })}`
}

const undecided = (given: Case, subject: string, gap: Gap, evidence: Evidence, isForeign: boolean): Outcome => {
  const { folder } = given
  return {
    status: 'unknown',
    subject,
    message: gap.message,
    gap,
    evidence,
    fix: {
      text: isForeign ? ownerText(given) : policyToRead(gap, `the policy of ${folder.bucket}`),
      commands: isForeign ? [] : [command('aws', 's3api', 'get-bucket-policy', '--bucket', folder.bucket)],
    },
    ...(folder.location !== null && { location: folder.location }),
  }
}

const gapOf = (role: Role, open: readonly Permission[], where: string): Gap => {
  const unread = open.flatMap(({ decision }) => (decision.kind === 'unread' ? [decision.gap] : []))[0]
  const doubts = open.flatMap(({ decision }) => (decision.kind === 'undecided' ? decision.because : []))
  const described = doubts.map(({ statement, policy, reason }) => `${statement === null ? policy : statementName(statement)}: ${reason}`)
  const because = reasons([...described, ...(unread === undefined ? [] : [unread.message])])
  return {
    reason: unread?.reason ?? 'unsupported',
    action: unread?.action ?? 's3:GetBucketPolicy',
    message: `it is not known whether ${role.name} may do ${actionsOf(open).join(' and ')}${where}: ${because}`,
  }
}
