import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Context } from '../../../src/facts/engine/collect.ts'
import { bucketEncryptions, bucketOwners, publicAccessBlocks, publicGrants, publicPolicies } from '../../../src/facts/s3/bucket-security.ts'
import type { FactId, Facts } from '../../../src/model/facts.ts'
import { aPlan, denied, known } from '../../builders.ts'
import { useLoopbackService } from '../loopback-service.ts'

const xml = (name: string, content: string): string => `<?xml version="1.0"?><${name}>${content}</${name}>`
const error = (code: string): string => xml('Error', `<Code>${code}</Code><Message>${code}</Message>`)
const encryption = (content: string): string =>
  xml(
    'ServerSideEncryptionConfiguration',
    `<Rule><ApplyServerSideEncryptionByDefault>${content}</ApplyServerSideEncryptionByDefault></Rule>`,
  )
const grantee = (uri: string, permission: string): string =>
  `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>${uri}</URI></Grantee><Permission>${permission}</Permission></Grant>`

/** What each bucket answers, by the query of the request; HEAD by the account that is expected. */
const answers: Readonly<Record<string, Readonly<Record<string, readonly [number, string]>>>> = {
  kms: {
    encryption: [200, encryption('<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>alias/scripts</KMSMasterKeyID>')],
    publicAccessBlock: [
      200,
      xml(
        'PublicAccessBlockConfiguration',
        '<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets>',
      ),
    ],
    policyStatus: [200, xml('PolicyStatus', '<IsPublic>true</IsPublic>')],
    acl: [
      200,
      xml(
        'AccessControlPolicy',
        `<Owner><ID>o</ID></Owner><AccessControlList>${grantee('http://acs.amazonaws.com/groups/global/AllUsers', 'READ')}${grantee('http://acs.amazonaws.com/groups/s3/LogDelivery', 'WRITE')}</AccessControlList>`,
      ),
    ],
    head: [200, ''],
  },
  aws: { encryption: [200, encryption('<SSEAlgorithm>aws:kms</SSEAlgorithm>')], head: [403, ''] },
  odd: { encryption: [200, encryption('<SSEAlgorithm>aws:fsx</SSEAlgorithm>')], head: [500, ''] },
  plain: {
    encryption: [404, error('ServerSideEncryptionConfigurationNotFoundError')],
    publicAccessBlock: [404, error('NoSuchPublicAccessBlockConfiguration')],
    policyStatus: [404, error('NoSuchBucketPolicy')],
    acl: [200, xml('AccessControlPolicy', '<Owner><ID>o</ID></Owner><AccessControlList></AccessControlList>')],
  },
  absent: Object.fromEntries(
    ['encryption', 'publicAccessBlock', 'policyStatus', 'acl'].map((name) => [name, [404, error('NoSuchBucket')] as const]),
  ),
}

const { current, context } = useLoopbackService()
const requests: string[] = []

beforeEach(() => {
  current().rest = ({ method, url, headers }) => {
    const { pathname, searchParams } = new URL(url, 'http://s3')
    const bucket = pathname.split('/')[1] ?? ''
    const kind = method === 'HEAD' ? 'head' : ([...searchParams.keys()].find((name) => name !== 'x-id') ?? '')
    requests.push(`${kind} ${bucket} ${headers['x-amz-expected-bucket-owner'] ?? ''}`.trim())
    const [status, body] = answers[bucket]?.[kind] ?? [403, error('AccessDenied')]
    return { status, headers: { 'content-type': 'application/xml', 'x-amz-bucket-region': 'us-west-2' }, body }
  }
})

const learn = async <T>(names: readonly string[], collect: (context: Context) => Promise<T>): Promise<T> => {
  requests.length = 0
  return collect(context(aPlan({ lifecycleSources: names.map((bucket) => ({ bucket, prefix: '', location: null })) })))
}
const none = async (): Promise<never> => {
  throw new Error('these facts build on no other')
}
const all = [...Object.keys(answers), 'closed']

describe('security of buckets', () => {
  test('default encryption', async () => {
    const facts = await learn(all, (context) => bucketEncryptions.collect(context, none))
    expect(facts).toMatchObject({
      kms: known({ algorithm: 'aws:kms', kmsKeyId: 'alias/scripts' }),
      aws: known({ algorithm: 'aws:kms', kmsKeyId: null }),
      plain: known({ algorithm: 'AES256', kmsKeyId: null }),
      absent: known(null),
      odd: { ok: false, gap: { reason: 'unexpected' } },
      closed: { ok: false, gap: { reason: 'denied', action: 's3:GetEncryptionConfiguration' } },
    })
  })

  test('public access block', async () => {
    const facts = await learn(all, (context) => publicAccessBlocks.collect(context, none))
    expect(facts).toMatchObject({
      kms: known({ blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: false, restrictPublicBuckets: false }),
      plain: known(null),
      absent: known(null),
      closed: { ok: false, gap: { reason: 'denied', action: 's3:GetBucketPublicAccessBlock' } },
    })
  })

  test('public policy and public grants', async () => {
    const policies = await learn(all, (context) => publicPolicies.collect(context, none))
    expect(policies).toMatchObject({ kms: known(true), plain: known(null), absent: known(null) })
    expect(policies['closed']).toMatchObject({ ok: false, gap: { reason: 'denied', action: 's3:GetBucketPolicyStatus' } })
    const grants = await learn(all, (context) => publicGrants.collect(context, none))
    expect(grants).toMatchObject({ kms: known([{ group: 'AllUsers', permission: 'READ' }]), plain: known([]), absent: known([]) })
    expect(grants['closed']).toMatchObject({ ok: false, gap: { reason: 'denied', action: 's3:GetBucketAcl' } })
  })

  test('a bucket of several folders is asked once, and no bucket is not asked for', async () => {
    await learn(['kms', 'kms'], (context) => publicGrants.collect(context, none))
    expect(requests).toEqual(['acl kms'])
    expect(await learn([], (context) => bucketEncryptions.collect(context, none))).toEqual({})
    expect(requests).toEqual([])
  })
})

/** Hands out these facts, as the engine does. */
const factsOf =
  (facts: Partial<Facts>) =>
  async <K extends FactId>(id: K): Promise<Facts[K]> => {
    const value: Facts[K] | undefined = facts[id]
    if (value === undefined) throw new Error(`${id} is not a fact of this test`)
    return value
  }

describe('bucketOwners', () => {
  const facts: Pick<Facts, 'bucketPolicies' | 'buckets' | 'identity'> = {
    identity: { kind: 'caller', account: '123456789012', arn: 'arn:aws:iam::123456789012:role/ci', partition: 'aws' },
    bucketPolicies: {
      plain: known(null),
      kms: denied('s3:GetBucketPolicy'),
      aws: denied('s3:GetBucketPolicy'),
      odd: denied('s3:GetBucketPolicy'),
      closed: denied('s3:GetBucketPolicy'),
    },
    buckets: {
      ...Object.fromEntries(
        ['plain', 'kms', 'aws', 'odd'].map((name) => [name, known({ kind: 'found', name, region: 'us-west-2' } as const)]),
      ),
      closed: denied('s3:ListBucket'),
    },
  }

  test('told by the policy, else by the account expected; a bucket that is closed altogether tells nothing', async () => {
    const owners = await learn(['plain', 'kms', 'aws', 'odd', 'closed'], (context) => bucketOwners.collect(context, factsOf(facts)))
    expect(owners).toMatchObject({ plain: known('own'), kms: known('own'), aws: known('other'), closed: denied('s3:ListBucket') })
    expect(owners['odd']?.ok).toBe(false)
    expect(new Set(requests)).toEqual(new Set(['head kms 123456789012', 'head aws 123456789012', 'head odd 123456789012']))
  })
})
