import { describe, expect, test } from '@jest/globals'
import { eksCluster } from '../../../src/facts/eks/eks.ts'
import { attempt } from '../../../src/facts/engine/gap.ts'
import type { EksClusterReference, Plan } from '../../../src/model/plan.ts'
import { anEksCluster, aPlan } from '../../builders.ts'
import type { HttpAnswer } from '../../loopback/server.ts'
import { eksAnswer, eksError, inOrder, useLoopbackService } from '../loopback-service.ts'

const service = useLoopbackService()
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('eksCluster', () => {
  const arn = 'arn:aws:eks:us-west-2:111122223333:cluster/prod'
  const onEks = (changes: Partial<EksClusterReference> = {}): Plan =>
    aPlan({ orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location: null, ...changes } } })
  const ask = (plan: Plan) => attempt(() => eksCluster.collect(service.context(plan), nothing))
  const answer = (changes: object = {}): HttpAnswer =>
    eksAnswer({
      cluster: {
        name: 'prod',
        arn,
        status: 'ACTIVE',
        version: '1.33',
        accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
        resourcesVpcConfig: {
          vpcId: 'vpc-0a1b2c3d',
          subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
          clusterSecurityGroupId: 'sg-0eeeeeee',
          endpointPublicAccess: false,
          endpointPrivateAccess: true,
          publicAccessCidrs: [],
        },
        endpoint: 'https://0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.us-west-2.eks.amazonaws.com',
        computeConfig: { enabled: false },
        ...changes,
      },
    })

  test('is read by name', async () => {
    service.current().rest = inOrder(answer())
    expect(await ask(onEks({ arn, region: 'us-west-2', account: '111122223333' }))).toEqual({ ok: true, value: anEksCluster() })
    expect(service.current().asked).toEqual(['GET /clusters/prod'])
  })

  test('a cluster without an access configuration has no mode', async () => {
    service.current().rest = inOrder(answer({ accessConfig: undefined }))
    expect(await ask(onEks())).toMatchObject({ ok: true, value: { authenticationMode: null } })
  })

  test('the family of the addresses of pods', async () => {
    service.current().rest = inOrder(
      answer({ kubernetesNetworkConfig: { ipFamily: 'ipv6' } }),
      answer({ kubernetesNetworkConfig: { ipFamily: 'ipv5' } }),
    )
    expect(await ask(onEks())).toMatchObject({ ok: true, value: { ipFamily: 'ipv6' } })
    expect(await ask(onEks())).toMatchObject({ ok: false, gap: { reason: 'unexpected', message: expect.stringContaining('ipFamily') } })
  })

  test('one of the same name and another ARN is not it', async () => {
    service.current().rest = inOrder(answer())
    expect(await ask(onEks({ arn: 'arn:aws:eks:us-west-2:444455556666:cluster/prod' }))).toEqual({ ok: true, value: null })
  })

  test('absent is null, denied is a gap, a field that is missing is a gap', async () => {
    service.current().rest = inOrder(eksError(404, 'ResourceNotFoundException', 'No cluster found for name: prod.'))
    expect(await ask(onEks())).toEqual({ ok: true, value: null })
    service.current().rest = inOrder(eksError(403, 'AccessDeniedException', 'no'))
    expect(await ask(onEks())).toMatchObject({ ok: false, gap: { reason: 'denied', action: 'eks:DescribeCluster' } })
    service.current().rest = inOrder(answer({ status: undefined }))
    expect(await ask(onEks())).toMatchObject({ ok: false, gap: { reason: 'unexpected', message: expect.stringContaining('status') } })
  })

  test.each([
    ['a Slurm plan', aPlan()],
    ['a plan that names none', aPlan({ orchestrator: { kind: 'eks', cluster: null } })],
    ['a cluster of another Region', onEks({ region: 'eu-west-1' })],
  ])('%s: nothing is asked', async (_, plan) => {
    expect(await ask(plan)).toEqual({ ok: true, value: null })
    expect(service.current().asked).toEqual([])
  })
})
