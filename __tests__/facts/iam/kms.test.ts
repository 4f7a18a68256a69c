import { describe, expect, test } from '@jest/globals'
import { kmsGrants, kmsKeyPolicies, kmsKeys } from '../../../src/facts/iam/kms.ts'
import type { FactId, Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { aGroup, aPlan, bucketScriptsOf, denied, known } from '../../builders.ts'
import { type Input, useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const arnOf = (id: string) => `arn:aws:kms:us-west-2:123456789012:key/${id}`
const metadata = (id: string, changes: object = {}) => ({
  KeyMetadata: {
    KeyId: id,
    Arn: arnOf(id),
    AWSAccountId: '123456789012',
    KeyManager: 'CUSTOMER',
    KeyState: 'Enabled',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    ...changes,
  },
})
const withVolumes = (...keys: readonly string[]): Plan =>
  aPlan({
    lifecycleSources: [],
    instanceGroups: [aGroup({ ebsVolumes: keys.map((kmsKeyId) => ({ kind: 'secondary', sizeGb: 500, kmsKeyId, location: null })) })],
  })

/** Hands out these facts, as the engine does. */
const factsOf =
  (facts: Partial<Facts>) =>
  async <K extends FactId>(id: K): Promise<Facts[K]> => {
    const value: Facts[K] | undefined = facts[id]
    if (value === undefined) throw new Error(`${id} is not a fact of this test`)
    return value
  }

const keysOf = (plan: Plan, encryptions: Facts['bucketEncryptions'] = {}, scripts: Facts['bucketScripts'] = {}) =>
  kmsKeys.collect(service.context(plan), factsOf({ bucketEncryptions: encryptions, bucketScripts: scripts }))

describe('kmsKeys', () => {
  test('the keys of volumes, buckets and objects, each asked for once', async () => {
    service.current().operations = { DescribeKey: ({ KeyId }: Input) => metadata(String(KeyId).replace(/.*\//, '')) }
    const [script] = Object.values(bucketScriptsOf({ 'on_create.sh': '#!/bin/bash\n' }))
    if (script?.ok !== true || script.value === null) throw new Error('the builder gives a known folder')
    const files = { 'on_create.sh': { kind: 'text', text: '', executable: null, kmsKeyId: arnOf('object') } } as const
    const keys = await keysOf(
      withVolumes('volume', 'volume'),
      { a: known({ algorithm: 'aws:kms', kmsKeyId: 'bucket' }), b: known({ algorithm: 'AES256', kmsKeyId: null }), c: known(null) },
      { 's3://a/': known({ ...script.value, files }) },
    )
    expect(Object.keys(keys)).toEqual(['volume', 'bucket', arnOf('object')])
    expect(keys['volume']).toEqual(
      known({
        keyId: 'volume',
        arn: arnOf('volume'),
        account: '123456789012',
        region: 'us-west-2',
        manager: 'CUSTOMER',
        state: 'Enabled',
        usage: 'ENCRYPT_DECRYPT',
        spec: 'SYMMETRIC_DEFAULT',
      }),
    )
    expect(service.current().asked).toHaveLength(3)
  })

  test('absent is knowledge, denied a gap, another Region and an alias of AWS are not asked for', async () => {
    service.current().operations = {
      DescribeKey: ({ KeyId }: Input) =>
        KeyId === 'gone' ? 'NotFoundException' : KeyId === 'arn:bad' ? 'InvalidArnException' : 'AccessDeniedException',
    }
    const abroad = 'arn:aws:kms:eu-west-1:123456789012:key/k'
    const keys = await keysOf(withVolumes('gone', 'arn:bad', 'closed', abroad, 'alias/aws/ebs'))
    expect(keys['gone']).toEqual(known(null))
    expect(keys['arn:bad']).toEqual(known(null))
    expect(keys['closed']).toMatchObject({ ok: false, gap: { reason: 'denied', action: 'kms:DescribeKey' } })
    expect(keys[abroad]).toMatchObject({
      ok: false,
      gap: { reason: 'unsupported', message: `${abroad} is in eu-west-1, only keys in us-west-2 are read` },
    })
    expect(Object.keys(keys)).not.toContain('alias/aws/ebs')
    expect(service.current().asked).toHaveLength(3)
  })

  test('a bucket that could not be read leaves the other keys alone; without a key nothing is asked', async () => {
    service.current().operations = { DescribeKey: () => metadata('k') }
    expect(await keysOf(withVolumes('k'), { a: denied('s3:GetEncryptionConfiguration') })).toMatchObject({ k: { ok: true } })
    service.current().asked.length = 0
    expect(await keysOf(withVolumes())).toEqual({})
    expect(service.current().asked).toEqual([])
  })
})

const key = (id: string, manager: 'AWS' | 'CUSTOMER' = 'CUSTOMER') =>
  known({
    keyId: id,
    arn: arnOf(id),
    account: '123456789012',
    region: 'us-west-2',
    manager,
    state: 'Enabled',
    usage: 'ENCRYPT_DECRYPT',
    spec: 'SYMMETRIC_DEFAULT',
  })
const keys: Facts['kmsKeys'] = {
  'alias/a': key('k'),
  [arnOf('k')]: key('k'),
  aws: key('aws', 'AWS'),
  gone: known(null),
  closed: denied('kms:DescribeKey'),
}

describe('kmsKeyPolicies and kmsGrants', () => {
  test('the policy of a customer key, asked for by ARN and once for all its names', async () => {
    const asked: unknown[] = []
    service.current().operations = {
      GetKeyPolicy: (input) => {
        asked.push(input)
        return { Policy: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}}' }
      },
    }
    const policies = await kmsKeyPolicies.collect(service.context(), async () => keys)
    expect(asked).toEqual([{ KeyId: arnOf('k'), PolicyName: 'default' }])
    expect(policies['alias/a']).toMatchObject({ ok: true, value: { statements: [{ actions: { patterns: ['kms:*'] } }] } })
    expect(policies[arnOf('k')]).toEqual(policies['alias/a'])
    expect(policies['aws']).toEqual(known(null))
    expect(policies['gone']).toEqual(known(null))
    expect(policies['closed']).toEqual(keys['closed'])
  })

  test('a policy that may not be read, or is none, is a gap', async () => {
    service.current().operations = { GetKeyPolicy: () => 'AccessDeniedException' }
    expect((await kmsKeyPolicies.collect(service.context(), async () => keys))['alias/a']).toMatchObject({
      ok: false,
      gap: { reason: 'denied', action: 'kms:GetKeyPolicy' },
    })
    service.current().operations = { GetKeyPolicy: () => ({ Policy: '{}' }) }
    expect((await kmsKeyPolicies.collect(service.context(), async () => keys))['alias/a']?.ok).toBe(false)
  })

  test('all pages of the grants', async () => {
    const grant = (id: string, changes: object = {}) => ({ GrantId: id, GranteePrincipal: 'arn:p', Operations: ['Decrypt'], ...changes })
    service.current().operations = {
      ListGrants: ({ Marker }) =>
        Marker === undefined
          ? { Grants: [grant('1', { Constraints: { EncryptionContextSubset: { a: 'b' } } })], Truncated: true, NextMarker: 'm' }
          : {
              Grants: [grant('2', { GranteePrincipal: undefined, GranteeServicePrincipal: 'ec2.amazonaws.com', Constraints: {} })],
              Truncated: false,
            },
    }
    const grants = await kmsGrants.collect(service.context(), async () => keys)
    expect(grants['alias/a']).toEqual(
      known([
        { grantId: '1', granteePrincipal: 'arn:p', operations: ['Decrypt'], constrained: true },
        { grantId: '2', granteePrincipal: 'ec2.amazonaws.com', operations: ['Decrypt'], constrained: false },
      ]),
    )
    expect(grants['aws']).toEqual(known([]))
    expect(grants['gone']).toEqual(known([]))
    expect(service.current().asked).toHaveLength(2)
  })
})
