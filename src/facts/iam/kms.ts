import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  type GrantListEntry,
  InvalidArnException,
  KeyManagerType,
  type KeyMetadata,
  KeySpec,
  KeyState,
  KeyUsageType,
  type KMSClient,
  NotFoundException,
  paginateListGrants,
} from '@aws-sdk/client-kms'
import type { Fact } from '../../model/fact.ts'
import type { KmsGrant, KmsKey, PolicyDocument } from '../../model/facts/iam.ts'
import type { Facts } from '../../model/facts.ts'
import { isAwsAlias, keyRegion, namedKeys } from '../../semantics/policies/kms.ts'
import { parsePolicyDocument } from '../../semantics/policies/policy-document.ts'
import { field, forms, matching, oneOf, pages } from '../engine/answer.ts'
import type { Clients } from '../engine/clients.ts'
import { type Context, defineCollector } from '../engine/collect.ts'
import { attempt, attemptEach, GapError } from '../engine/gap.ts'

/**
 * Every key that volumes, buckets and objects of the plan name. Where the buckets or the objects could not be read, the keys that they
 * name are not known, which their own facts say; the other keys are learned all the same.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export const kmsKeys = defineCollector({
  id: 'kmsKeys',
  needs: ['bucketEncryptions', 'bucketScripts'],
  actions: ['kms:DescribeKey'],
  collect: async ({ plan, clients }: Context, get) => {
    const [encryptions, scripts] = await Promise.all([attempt(() => get('bucketEncryptions')), attempt(() => get('bucketScripts'))])
    const names = namedKeys(plan, encryptions, scripts).filter((name) => !isAwsAlias(name))
    return attemptEach(names, (name) => describe(clients, name, plan.region), 'kms:DescribeKey')
  },
})

/** A key of another Region is not asked for: this Region's endpoint would answer that it does not exist. */
const describe = async (clients: Clients, name: string, region: string): Promise<KmsKey | null> => {
  const elsewhere = keyRegion(name)
  if (elsewhere !== null && elsewhere !== region) {
    throw new GapError({
      reason: 'unsupported',
      action: 'kms:DescribeKey',
      message: `${name} is in ${elsewhere}, only keys in ${region} are read`,
    })
  }
  try {
    const key = toKey(field(await clients.kms.send(new DescribeKeyCommand({ KeyId: name })), 'KeyMetadata'))
    if (!isMeant(key, name)) throw new Error(`the answer is about ${key.arn}, asked for was ${name}`)
    return key
  } catch (error) {
    if (error instanceof NotFoundException || error instanceof InvalidArnException) return null
    throw error
  }
}

/** An alias leads to a key of any id; every other name is that of the key itself. */
const isMeant = ({ arn, keyId }: KmsKey, name: string): boolean => /(?:^|:)alias\//.test(name) || name === arn || name === keyId

const toKey = (key: KeyMetadata): KmsKey => {
  const arn = matching(key, 'Arn', forms.arn)
  return {
    keyId: field(key, 'KeyId'),
    arn,
    account: matching(key, 'AWSAccountId', forms.accountId),
    region: keyRegion(arn) ?? '',
    manager: oneOf(key, 'KeyManager', Object.values(KeyManagerType)),
    state: oneOf(key, 'KeyState', Object.values(KeyState)),
    usage: oneOf(key, 'KeyUsage', Object.values(KeyUsageType)),
    spec: oneOf(key, 'KeySpec', Object.values(KeySpec)),
  }
}

/**
 * The policy of each customer key. KMS hands it out in the key's own account only, and takes no alias.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
export const kmsKeyPolicies = defineCollector({
  id: 'kmsKeyPolicies',
  needs: ['kmsKeys'],
  actions: ['kms:GetKeyPolicy'],
  collect: async ({ clients }: Context, get) =>
    ofEachKey(await get('kmsKeys'), (arn) => readPolicy(clients.kms, arn), null, 'kms:GetKeyPolicy'),
})

const readPolicy = async (kms: KMSClient, arn: string): Promise<PolicyDocument | null> => {
  const document = parsePolicyDocument(field(await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' })), 'Policy'))
  if (document === null) throw new Error(`the policy of ${arn} is not a document in the policy grammar`)
  return document
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html */
export const kmsGrants = defineCollector({
  id: 'kmsGrants',
  needs: ['kmsKeys'],
  actions: ['kms:ListGrants'],
  collect: async ({ clients }: Context, get) =>
    ofEachKey(await get('kmsKeys'), (arn) => readGrants(clients.kms, arn), [], 'kms:ListGrants'),
})

const readGrants = async (kms: KMSClient, arn: string): Promise<readonly KmsGrant[]> => {
  const grants = await pages(paginateListGrants({ client: kms, pageSize: 100 }, { KeyId: arn }), 'Grants')
  return grants.map(toGrant)
}

const toGrant = (grant: GrantListEntry): KmsGrant => ({
  grantId: field(grant, 'GrantId'),
  granteePrincipal: grant.GranteePrincipal ?? field(grant, 'GranteeServicePrincipal'),
  operations: field(grant, 'Operations'),
  constrained: Object.values(grant.Constraints ?? {}).some((constraint) => constraint !== undefined),
})

/** Asks about each customer key once, however many names it has. */
const ofEachKey = async <T>(
  keys: Facts['kmsKeys'],
  learn: (arn: string) => Promise<T>,
  none: T,
  action: string,
): Promise<Record<string, Fact<T>>> => {
  const arns = Object.values(keys).flatMap((key) => (key.ok && key.value?.manager === 'CUSTOMER' ? [key.value.arn] : []))
  const learned = await attemptEach(arns, learn, action)
  return Object.fromEntries(
    Object.entries(keys).map(([name, key]) => {
      if (!key.ok) return [name, key]
      return [name, (key.value === null ? undefined : learned[key.value.arn]) ?? { ok: true, value: none }]
    }),
  )
}
