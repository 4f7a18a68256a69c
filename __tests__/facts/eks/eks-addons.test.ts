import { describe, expect, test } from '@jest/globals'
import { eksAccessEntries } from '../../../src/facts/eks/eks-access-entries.ts'
import { eksAddons, vpcCniAddon } from '../../../src/facts/eks/eks-addons.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import type { EksCluster } from '../../../src/model/facts/eks.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { anEksCluster, anEksPlan, aPlan } from '../../builders.ts'
import { eksAnswer, eksError, inOrder, useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('add-ons and access entries of the EKS cluster', () => {
  const absent = eksError(404, 'ResourceNotFoundException', 'not found')
  const addons = (plan: Plan = anEksPlan()) => attempt(() => eksAddons.collect(service.context(plan), nothing))
  const cni = (plan: Plan = anEksPlan()) => attempt(() => vpcCniAddon.collect(service.context(plan), nothing))
  const entries = (cluster: EksCluster | null = anEksCluster()) =>
    // The collector asks for this one fact alone.
    attempt(() => eksAccessEntries.collect(service.context(anEksPlan()), (async () => cluster) as never))

  test('names of add-ons, all pages of them', async () => {
    service.current().rest = inOrder(eksAnswer({ addons: ['vpc-cni'], nextToken: '1' }), eksAnswer({ addons: ['coredns'] }))
    expect(await addons()).toEqual({ ok: true, value: ['vpc-cni', 'coredns'] })
    expect(service.current().asked).toEqual(['GET /clusters/prod/addons', 'GET /clusters/prod/addons?nextToken=1'])
    service.current().rest = inOrder(eksAnswer({}))
    expect(await addons()).toMatchObject({ ok: false, gap: { reason: 'unexpected' } })
  })

  test('the VPC CNI with its version; one that EKS does not manage is absent', async () => {
    service.current().rest = inOrder(eksAnswer({ addon: { addonName: 'vpc-cni', addonVersion: 'v1.19.0-eksbuild.1', status: 'ACTIVE' } }))
    expect(await cni()).toEqual({ ok: true, value: { name: 'vpc-cni', version: 'v1.19.0-eksbuild.1', status: 'ACTIVE', issues: [] } })
    expect(service.current().asked).toEqual(['GET /clusters/prod/addons/vpc-cni'])
    const health = { issues: [{ code: 'ConfigurationConflict', message: 'Conflicts found', resourceIds: ['aws-node'] }, {}] }
    const failed = { addonName: 'vpc-cni', addonVersion: 'v1.19.0-eksbuild.1', status: 'CREATE_FAILED', health }
    service.current().rest = inOrder(eksAnswer({ addon: failed }))
    expect(await cni()).toMatchObject({ ok: true, value: { status: 'CREATE_FAILED', issues: ['ConfigurationConflict'] } })
    service.current().rest = inOrder(absent)
    expect(await cni()).toEqual({ ok: true, value: null })
    service.current().rest = inOrder(eksAnswer({ addon: { addonName: 'vpc-cni', status: 'ACTIVE' } }))
    expect(await cni()).toMatchObject({ ok: false, gap: { reason: 'unexpected', message: expect.stringContaining('addonVersion') } })
  })

  test('principals of access entries; a cluster without the mode for them is not asked', async () => {
    service.current().rest = inOrder(eksAnswer({ accessEntries: ['arn:aws:iam::111122223333:role/ci'] }))
    expect(await entries()).toEqual({ ok: true, value: ['arn:aws:iam::111122223333:role/ci'] })
    expect(await entries(anEksCluster({ authenticationMode: 'CONFIG_MAP' }))).toEqual({ ok: true, value: null })
    expect(await entries(null)).toEqual({ ok: true, value: null })
    expect(service.current().asked).toHaveLength(1)
  })

  test('an absent cluster has none, a denied call is a gap, other plans ask nothing', async () => {
    service.current().rest = inOrder(absent)
    expect(await addons()).toEqual({ ok: true, value: null })
    service.current().rest = inOrder(eksError(403, 'AccessDeniedException', 'no'))
    expect(await addons()).toMatchObject({ ok: false, gap: { reason: 'denied', action: 'eks:ListAddons' } })
    service.current().asked.length = 0
    expect([await addons(aPlan()), await cni(aPlan())]).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ])
    expect(service.current().asked).toEqual([])
  })
})
