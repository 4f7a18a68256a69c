import type { Fact, Gap } from '../../model/fact.ts'
import type { PolicyStatement, Role } from '../../model/facts/iam.ts'
import type { RouteTable, VpcEndpoint } from '../../model/facts/network.ts'
import type { Facts } from '../../model/facts.ts'
import type { Evidence, Fix, Outcome } from '../../model/finding.ts'
import type { Plan } from '../../model/plan.ts'
import { s3EndpointOf } from '../../semantics/network/endpoints.ts'
import { routeTableOf } from '../../semantics/network/routes.ts'
import { placementOf } from '../../semantics/plan/placement.ts'
import { folderUri } from '../../semantics/plan/s3-uri.ts'
import { managedPolicyName, type RequiredAction, requiredActions } from '../../semantics/policies/execution-role.ts'
import { statementName } from '../../semantics/policies/iam-policy.ts'
import { groupsOf, ownerOf } from '../../semantics/policies/planned-role.ts'
import { policyJson } from '../../semantics/policies/policy-document.ts'
import { type RequestContext, unknownPart } from '../../semantics/policies/policy-text.ts'
import { isDenied, type Permission, policyTitle, provePermissions } from '../../semantics/policies/role-permissions.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, keyed, pass, reported } from '../engine/outcome.ts'
import { missingPermissionsFix } from '../shared/missing-permissions.ts'
import { policyToRead } from '../shared/unread-policy.ts'
import { eachRoleFolder, hasRoleFolder, type RoleFolder } from './folders/role-folders.ts'

export const roleAccess = defineRule({
  id: 's3/role-access',
  title: 'Every execution role may list and read its lifecycle scripts',
  why: 'Nodes download their scripts as the execution role: it needs `s3:ListBucket` on the bucket and `s3:GetObject` on the objects. `AmazonSageMakerClusterInstanceRolePolicy` grants both on buckets whose name starts with `sagemaker-` and that belong to the account of the role, on no others. A bucket of another account has to grant it in its own policy too. A Deny in the bucket policy overrules every grant. Without access the instance group fails with “Lifecycle scripts did not run successfully”.',
  severity: 'error',
  checklist: '5',
  checklistDiffers:
    'The checklist wants read access for the “HyperPod node role” and tests it with a profile of that role. HyperPod has one execution role a group, which no user can assume, so its policies and the policy of the bucket are evaluated instead.',
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html',
    'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html',
  ],
  needs: ['roles', 'buckets'],
  uses: ['rolePolicies', 'roleSimulations', 'bucketPolicies', 'bucketOwners', 'subnets', 'routeTables', 'vpcEndpoints'],
  applies: hasRoleFolder,
  evaluate: (facts, plan) => eachRoleFolder(plan, facts, (pair) => judge({ ...pair, facts, plan })),
})

interface Case extends RoleFolder {
  readonly facts: Pick<Facts, 'buckets'> & {
    readonly [K in 'roleSimulations' | 'bucketPolicies' | 'bucketOwners' | 'subnets' | 'routeTables' | 'vpcEndpoints']: Fact<Facts[K]>
  }
  readonly plan: Plan
}

const judge = (given: Case): Outcome => {
  const { role, policies, folder, facts, planned } = given
  const { bucket, location } = folder
  const subject = `${folderUri(folder)} for ${planned.name}`
  const found = facts.buckets[bucket]
  if (found?.ok === true && found.value.kind === 'absent') return reported(subject, `${bucket} does not exist`, 's3/bucket', { location })
  const bucketPolicy = keyed(facts.bucketPolicies, bucket)
  const owner: Fact<'own' | 'other'> = bucketPolicy.ok ? { ok: true, value: 'own' } : keyed(facts.bucketOwners, bucket)
  const isForeign = owner.ok && owner.value === 'other'
  const permissions = contextsOf(given).flatMap((context) => permissionsOf(given, isForeign, owner.ok && !isForeign, context))
  const missing = firstOfEach(permissions.filter(isDenied))
  const evidence = { bucket, roleArn: role.arn, missing: actionsOf(missing), policies: policies.ok ? policies.value.map(policyTitle) : [] }
  if (missing.length > 0) {
    const message = `${role.name} may not do ${actionsOf(missing).join(' and ')} in ${folderUri(folder)}: ${because(given, missing, isForeign)}`
    // What the simulation does not show of the organisation's policies may explain their Deny: it does not block by itself.
    const severity = missing.every(fromOrganization) ? 'warning' : undefined
    return fail(subject, message, fixOf(given, missing, isForeign), { location, evidence, severity })
  }
  const open = firstOfEach(permissions.filter(({ decision }) => decision.kind !== 'allowed'))
  if (open.length > 0) return undecided(given, subject, gapOf(role, open), evidence, isForeign)
  // Its own policies allow it. The bucket may still deny it, and one of another account has to allow it.
  if (!bucketPolicy.ok) {
    const message = isForeign
      ? `${bucket} belongs to another account, whose policy of the bucket has to let ${role.name} in: ${bucketPolicy.gap.message}`
      : `the policies of ${role.name} allow it, whether the policy of ${bucket} denies it was not learned: ${bucketPolicy.gap.message}`
    return undecided(given, subject, { ...bucketPolicy.gap, message }, evidence, isForeign)
  }
  return pass(subject, `${role.name} may list and read ${folderUri(folder)}`, { location, evidence })
}

const permissionsOf = (
  { planned, role, policies, folder, facts, plan }: Case,
  isForeign: boolean,
  isOwn: boolean,
  context: RequestContext,
): readonly Permission[] => {
  const { bucket, prefix } = folder
  const only: Plan = {
    ...plan,
    lifecycleSources: plan.lifecycleSources.filter((source) => source.bucket === bucket && source.prefix === prefix),
  }
  const prefixContext = { 's3:prefix': [`${prefix.replace(/\/$/, '')}${unknownPart}`] }
  const required = requiredActions(planned, role, only, new Set(isOwn ? [bucket] : []))
    .filter((action) => action.bucket === bucket)
    .map((action): RequiredAction => {
      const changes = action.action === 's3:ListBucket' ? prefixContext : {}
      return { ...action, managed: action.managed && !isForeign, context: { ...action.context, ...context, ...changes } }
    })
  if (!isForeign) {
    const simulation = keyed(facts.roleSimulations, planned.name)
    return provePermissions(required, { role, policies, bucketPolicies: facts.bucketPolicies, simulation })
  }
  // What the managed policy grants, it grants on buckets of the role's own account only.
  const others = policies.ok
    ? { ok: true as const, value: policies.value.filter(({ name, kind }) => !(kind === 'attached' && name === managedPolicyName)) }
    : policies
  const noBucketPolicy = { ok: true as const, value: { [bucket]: { ok: true as const, value: null } } }
  return provePermissions(required, { role, policies: others, bucketPolicies: noBucketPolicy, simulation: { ok: true, value: null } })
}

/**
 * What the network adds to a request, once for each way that nodes of the role take to S3: policies of buckets often demand a VPC
 * endpoint. Nothing is added where the way is not known, so that such a condition stays open.
 */
const contextsOf = ({ planned, facts: { subnets, routeTables, vpcEndpoints }, plan }: Case): readonly RequestContext[] => {
  const ids = [...new Set(groupsOf(planned, plan).flatMap((group) => placementOf(group, plan)?.subnetIds ?? []))]
  if (ids.length === 0 || !subnets.ok || !routeTables.ok || !vpcEndpoints.ok) return [{}]
  const contexts = ids.map((id): RequestContext | null => {
    const subnet = subnets.value[id] ?? null
    const table = subnet && routeTableOf(subnet, routeTables.value)
    return subnet && table?.ok === true ? networkContext(subnet.vpcId, table.value, vpcEndpoints.value, plan.region) : null
  })
  const known = contexts.filter((context) => context !== null)
  if (known.length < contexts.length) return [{}]
  return [...new Map(known.map((context) => [JSON.stringify(context), context])).values()]
}

const networkContext = (vpcId: string, table: RouteTable, endpoints: readonly VpcEndpoint[], region: string): RequestContext | null => {
  const way = s3EndpointOf(region, table, endpoints)
  if (way.kind === 'unlisted') return null
  if (way.kind === 'none') return { 'aws:SourceVpce': null, 'aws:SourceVpc': null }
  return { 'aws:SourceVpce': [way.endpoint.vpcEndpointId], 'aws:SourceVpc': [vpcId] }
}

const fromOrganization = ({ decision }: Permission): boolean => decision.kind === 'organization-deny'

const firstOfEach = (permissions: readonly Permission[]): readonly Permission[] =>
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
      ? ["policies of the organisation deny it, on which conditions AWS's policy simulation does not tell"]
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

const gapOf = (role: Role, open: readonly Permission[]): Gap => {
  const unread = open.flatMap(({ decision }) => (decision.kind === 'unread' ? [decision.gap] : []))[0]
  const doubts = open.flatMap(({ decision }) => (decision.kind === 'undecided' ? decision.because : []))
  const reasons = doubts.map(({ statement, policy, reason }) => `${statement === null ? policy : statementName(statement)}: ${reason}`)
  const all = [...new Set([...reasons, ...(unread === undefined ? [] : [unread.message])])]
  return {
    reason: unread?.reason ?? 'unsupported',
    action: unread?.action ?? 's3:GetBucketPolicy',
    message: `whether ${role.name} may do ${actionsOf(open).join(' and ')} cannot be told: ${all.slice(0, 3).join('; ')}`,
  }
}
