import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { eksCluster } from '../../src/facts/eks/eks.ts'
import { eksAccessEntries } from '../../src/facts/eks/eks-access-entries.ts'
import { eksAddons, vpcCniAddon } from '../../src/facts/eks/eks-addons.ts'
import { type MeteredClients, makeClients } from '../../src/facts/engine/clients.ts'
import type { Context } from '../../src/facts/engine/collect.ts'
import { attempt } from '../../src/facts/engine/gap.ts'
import { fileSystems } from '../../src/facts/fsx.ts'
import { identity } from '../../src/facts/iam/identity.ts'
import type { EksCluster } from '../../src/model/facts/eks.ts'
import type { EksClusterReference, Plan } from '../../src/model/plan.ts'
import { anEksCluster, anEksPlan, aPlan } from '../builders.ts'

interface Answer {
  readonly status: number
  readonly body: string
  readonly errorType?: string
}

let server: Server
let made: MeteredClients
let answers: Answer[] = []
let asked: { readonly path: string; readonly body: string }[] = []

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

/** A service on loopback that answers one request after the other with what the test has put into `answers`. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked.push({ path: request.url ?? '', body: await bodyOf(request) })
    const { status, body, errorType } = answers.shift() ?? { status: 500, body: 'not expected' }
    const type = body.startsWith('<') ? 'text/xml' : 'application/json'
    response.writeHead(status, { 'content-type': type, ...(errorType !== undefined && { 'x-amzn-errortype': errorType }) }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  made = makeClients({
    region: 'us-west-2',
    credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
    signal: new AbortController().signal,
    userAgent: 'test',
  })
})

afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL']
  made.close()
  await new Promise((resolve) => server.close(resolve))
})

afterEach(() => {
  answers = []
  asked = []
})

const context = (plan: Plan = aPlan()): Context => ({ plan, clients: made.clients, signal: new AbortController().signal })
const nothing = () => Promise.reject(new Error('builds on no fact'))

describe('identity', () => {
  const ask = () => attempt(() => identity.collect(context(), nothing))
  const refusal = (code: string, message: string): Answer => ({
    status: 403,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  })

  test('the caller, with the partition of the ARN', async () => {
    const arn = 'arn:aws-cn:sts::111122223333:assumed-role/preflight/run'
    answers = [
      {
        status: 200,
        body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      },
    ]
    expect(await ask()).toEqual({ ok: true, value: { kind: 'caller', account: '111122223333', arn, partition: 'aws-cn' } })
  })

  test.each(['ExpiredToken', 'InvalidClientTokenId', 'UnrecognizedClientException'])('%s is an answer', async (code) => {
    answers = [refusal(code, 'The security token included in the request is invalid.')]
    expect(await ask()).toMatchObject({
      ok: true,
      value: { kind: 'refused', code, message: 'The security token included in the request is invalid.' },
    })
  })

  test('what a signature error repeats of the request, token and all, is not kept', async () => {
    const message =
      'The signature we calculated does not match. Check your key.\n\nThe Canonical String was\nx-amz-security-token:SECRETTOKEN'
    answers = [refusal('SignatureDoesNotMatch', message)]
    const fact = await ask()
    expect(fact).toMatchObject({ ok: true, value: { kind: 'refused', message: 'The signature we calculated does not match.' } })
  })

  test('another refusal is a gap', async () => {
    answers = [refusal('AccessDenied', 'endpoint policy')]
    expect(await ask()).toMatchObject({ ok: false, gap: { reason: 'denied', action: 'sts:GetCallerIdentity' } })
  })
})

describe('eksCluster', () => {
  const arn = 'arn:aws:eks:us-west-2:111122223333:cluster/prod'
  const onEks = (changes: Partial<EksClusterReference> = {}): Plan =>
    aPlan({ orchestrator: { kind: 'eks', cluster: { name: 'prod', arn: null, region: null, account: null, location: null, ...changes } } })
  const ask = (plan: Plan) => attempt(() => eksCluster.collect(context(plan), nothing))
  const answer = (changes: object = {}): Answer => ({
    status: 200,
    body: JSON.stringify({
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
    }),
  })

  test('is read by name', async () => {
    answers = [answer()]
    expect(await ask(onEks({ arn, region: 'us-west-2', account: '111122223333' }))).toEqual({ ok: true, value: anEksCluster() })
    expect(asked.map(({ path }) => path)).toEqual(['/clusters/prod'])
  })

  test('a cluster without an access configuration has no mode', async () => {
    answers = [answer({ accessConfig: undefined })]
    expect(await ask(onEks())).toMatchObject({ ok: true, value: { authenticationMode: null } })
  })

  test('one of the same name and another ARN is not it', async () => {
    answers = [answer()]
    expect(await ask(onEks({ arn: 'arn:aws:eks:us-west-2:444455556666:cluster/prod' }))).toEqual({ ok: true, value: null })
  })

  test('absent is null, denied is a gap, a field that is missing is a gap', async () => {
    answers = [
      { status: 404, errorType: 'ResourceNotFoundException', body: JSON.stringify({ message: 'No cluster found for name: prod.' }) },
    ]
    expect(await ask(onEks())).toEqual({ ok: true, value: null })
    answers = [{ status: 403, errorType: 'AccessDeniedException', body: JSON.stringify({ message: 'no' }) }]
    expect(await ask(onEks())).toMatchObject({ ok: false, gap: { reason: 'denied', action: 'eks:DescribeCluster' } })
    answers = [answer({ status: undefined })]
    expect(await ask(onEks())).toMatchObject({ ok: false, gap: { reason: 'unexpected', message: expect.stringContaining('status') } })
  })

  test.each([
    ['a Slurm plan', aPlan()],
    ['a plan that names none', aPlan({ orchestrator: { kind: 'eks', cluster: null } })],
    ['a cluster of another Region', onEks({ region: 'eu-west-1' })],
  ])('%s: nothing is asked', async (_, plan) => {
    expect(await ask(plan)).toEqual({ ok: true, value: null })
    expect(asked).toEqual([])
  })
})

describe('add-ons and access entries of the EKS cluster', () => {
  const json = (value: object): Answer => ({ status: 200, body: JSON.stringify(value) })
  const absent: Answer = { status: 404, errorType: 'ResourceNotFoundException', body: JSON.stringify({ message: 'not found' }) }
  const addons = (plan: Plan = anEksPlan()) => attempt(() => eksAddons.collect(context(plan), nothing))
  const cni = (plan: Plan = anEksPlan()) => attempt(() => vpcCniAddon.collect(context(plan), nothing))
  const entries = (cluster: EksCluster | null = anEksCluster()) =>
    // The collector asks for this one fact alone.
    attempt(() => eksAccessEntries.collect(context(anEksPlan()), (async () => cluster) as never))

  test('names of add-ons, all pages of them', async () => {
    answers = [json({ addons: ['vpc-cni'], nextToken: '1' }), json({ addons: ['coredns'] })]
    expect(await addons()).toEqual({ ok: true, value: ['vpc-cni', 'coredns'] })
    expect(asked.map(({ path }) => path)).toEqual(['/clusters/prod/addons', '/clusters/prod/addons?nextToken=1'])
    answers = [json({})]
    expect(await addons()).toMatchObject({ ok: false, gap: { reason: 'unexpected' } })
  })

  test('the VPC CNI with its version; one that EKS does not manage is absent', async () => {
    answers = [json({ addon: { addonName: 'vpc-cni', addonVersion: 'v1.19.0-eksbuild.1', status: 'ACTIVE' } })]
    expect(await cni()).toEqual({ ok: true, value: { name: 'vpc-cni', version: 'v1.19.0-eksbuild.1', status: 'ACTIVE' } })
    expect(asked.map(({ path }) => path)).toEqual(['/clusters/prod/addons/vpc-cni'])
    answers = [absent]
    expect(await cni()).toEqual({ ok: true, value: null })
    answers = [json({ addon: { addonName: 'vpc-cni', status: 'ACTIVE' } })]
    expect(await cni()).toMatchObject({ ok: false, gap: { reason: 'unexpected', message: expect.stringContaining('addonVersion') } })
  })

  test('principals of access entries; a cluster without the mode for them is not asked', async () => {
    answers = [json({ accessEntries: ['arn:aws:iam::111122223333:role/ci'] })]
    expect(await entries()).toEqual({ ok: true, value: ['arn:aws:iam::111122223333:role/ci'] })
    expect(await entries(anEksCluster({ authenticationMode: 'CONFIG_MAP' }))).toEqual({ ok: true, value: null })
    expect(await entries(null)).toEqual({ ok: true, value: null })
    expect(asked).toHaveLength(1)
  })

  test('an absent cluster has none, a denied call is a gap, other plans ask nothing', async () => {
    answers = [absent]
    expect(await addons()).toEqual({ ok: true, value: null })
    answers = [{ status: 403, errorType: 'AccessDeniedException', body: JSON.stringify({ message: 'no' }) }]
    expect(await addons()).toMatchObject({ ok: false, gap: { reason: 'denied', action: 'eks:ListAddons' } })
    asked = []
    expect([await addons(aPlan()), await cni(aPlan())]).toEqual([
      { ok: true, value: null },
      { ok: true, value: null },
    ])
    expect(asked).toEqual([])
  })
})

describe('fileSystems', () => {
  const named = aPlan({
    fileSystems: [
      { type: 'unstated', fileSystemId: 'fs-0123456789abcdef0', dnsName: null, mountName: null, instanceGroups: [], location: null },
    ],
  })
  const ask = (plan: Plan) => attempt(() => fileSystems.collect(context(plan), nothing))
  const fileSystem = (FileSystemId: string) => ({
    FileSystemId,
    FileSystemType: 'LUSTRE',
    Lifecycle: 'AVAILABLE',
    DNSName: `${FileSystemId}.fsx.us-west-2.amazonaws.com`,
    VpcId: 'vpc-0a1b2c3d',
    LustreConfiguration: { MountName: 'fsxmount' },
  })

  test('all pages are read', async () => {
    answers = [
      { status: 200, body: JSON.stringify({ FileSystems: [fileSystem('fs-00000001')], NextToken: 'more' }) },
      { status: 200, body: JSON.stringify({ FileSystems: [fileSystem('fs-00000002')] }) },
    ]
    expect(await ask(named)).toMatchObject({
      ok: true,
      value: [{ fileSystemId: 'fs-00000001', mountName: 'fsxmount' }, { fileSystemId: 'fs-00000002' }],
    })
    expect(asked.map(({ body }) => JSON.parse(body))).toEqual([{}, { NextToken: 'more' }])
  })

  test('nothing is asked where the plan names none', async () => {
    expect(await ask(aPlan({ lifecycleSources: [] }))).toEqual({ ok: true, value: [] })
    expect(asked).toEqual([])
  })
})
