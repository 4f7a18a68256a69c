import { afterAll, describe, expect, test } from '@jest/globals'
import { contradictions } from '../../../proof/judged-run.ts'
import { type LieCell, lieCells, type TrueAccount } from '../../../proof/lie-matrix.ts'
import { lies, type Told } from '../../../proof/lies.ts'
import { type Asked, serveRecorded } from '../../../proof/recorded-aws.ts'
import { strayed } from '../../../proof/strayed.ts'
import { lyingAws } from '../../../proof/told-lies.ts'
import { makeClients } from '../../../src/facts/engine/clients.ts'
import { actionsOf, collect } from '../../../src/facts/engine/collect.ts'
import { iamActionOf } from '../../../src/facts/engine/meter.ts'
import { collectors } from '../../../src/facts/index.ts'
import type { FactId } from '../../../src/model/facts.ts'
import { judge } from '../../../src/rules/engine/judge.ts'
import { rules } from '../../../src/rules/index.ts'
import { diagnosisFacts } from '../../../src/semantics/diagnosis/diagnosis-facts.ts'
import { aSnapshot } from '../../builders.ts'
import { requestedPlan } from '../../requested-plan.ts'
import { eksCluster, keyId, role, trainingPlan, trueAnswers } from './true-answers.ts'

const group = (InstanceGroupName: string, InstanceType: string, more: object = {}): object => ({
  InstanceGroupName,
  InstanceType,
  InstanceCount: 2,
  ExecutionRole: role,
  LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-scripts/hyperpod/', OnCreate: 'on_create.sh' },
  InstanceStorageConfigs: [{ EbsVolumeConfig: { VolumeSizeInGB: 500, VolumeKmsKeyId: keyId } }],
  ...more,
})

/** A plan that makes the tool ask everything about the account of the true answers. */
const plan = requestedPlan(
  {
    ClusterName: 'training',
    Orchestrator: { Eks: { ClusterArn: eksCluster } },
    VpcConfig: { Subnets: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'], SecurityGroupIds: ['sg-0aaaaaaa'] },
    InstanceGroups: [
      group('worker-1', 'ml.p5.48xlarge', { TrainingPlanArn: trainingPlan, ImageId: 'ami-0123456789abcdef0' }),
      group('worker-2', 'ml.x9.48xlarge'),
    ],
  },
  { 'fsx-file-system-id': 'fs-0123456789abcdef0' },
)

const environment = { AWS_ACCESS_KEY_ID: 'AKIAPREFLIGHT', AWS_SECRET_ACCESS_KEY: 'secret' }

/** Facts of a check that take calls, and those that others build on: nothing of this machine, and nothing that only a diagnosis asks. */
const ofDiagnosis: ReadonlySet<FactId> = new Set(diagnosisFacts)
const facts = Object.values(collectors).flatMap(({ id }) => (actionsOf([id], collectors).length > 0 && !ofDiagnosis.has(id) ? [id] : []))

/** The account as it is when nobody lies. */
const trueAccount = async (): Promise<TrueAccount> => {
  const asked: Asked[] = []
  const aws = await serveRecorded(trueAnswers, async (one) => {
    asked.push(one)
    return one.answer()
  })
  Object.assign(process.env, environment, { AWS_ENDPOINT_URL: aws.url })
  const signal = AbortSignal.timeout(50_000)
  const credentials = async () => ({ accessKeyId: 'AKIAPREFLIGHT', secretAccessKey: 'secret' })
  const { clients, close } = makeClients({ region: plan.region, credentials, signal, userAgent: 'truth' })
  clients.serviceQuotas.config.requestHandler = clients.sageMaker.config.requestHandler
  try {
    const learned = await collect(facts, collectors, { plan, clients, signal })
    const truth = { ...aSnapshot(plan), facts: JSON.parse(JSON.stringify(learned)) }
    return { account: { name: 'handwritten', environment }, recording: trueAnswers, truth, findings: judge(rules, truth), asked }
  } finally {
    close()
    await aws.close()
  }
}

afterAll(() => {
  for (const name of ['AWS_ENDPOINT_URL', ...Object.keys(environment)]) delete process.env[name]
})

/** Words that make of a request to raise a quota of the plan one to raise another quota, which nobody can tell from the truth. */
const ofAnotherQuota: readonly (string | null)[] = ['RequestedQuotas[].ServiceCode', 'RequestedQuotas[].QuotaName']
const isTellable = ({ lie, member }: LieCell): boolean => lie !== 'unknown word' || !ofAnotherQuota.includes(member)

/** Of the lies about one operation, `npm run fuzz` tells all, and `npm test` the first of each sort and one in twelve of the others. */
const step = Number(process.env['FUZZ_RUNS'] ?? 0.1) >= 1 ? 1 : 12
const picked = (told: readonly Told[]): readonly Told[] =>
  told.filter((one, index) => index % step === 0 || told.findIndex(({ lie }) => lie === one.lie) === index)

/** Calls that this account gives no reason for: it has no transit gateway, and values of its own for all quotas. */
const notAsked = [
  'ec2:DescribeTransitGatewayAttachments',
  'ec2:DescribeTransitGatewayVpcAttachments',
  'ec2:SearchTransitGatewayRoutes',
  'servicequotas:GetAWSDefaultServiceQuota',
]

describe('an account in which AWS lies', () => {
  test('in truth all is known, and all is asked that the tool can ask of it', async () => {
    const { truth, asked } = await trueAccount()
    expect(facts.filter((id: FactId) => truth.facts[id]?.ok !== true)).toEqual([])
    expect(/"gap":.*/.exec(JSON.stringify(truth.facts))?.[0].slice(0, 300)).toBeUndefined()
    const used = new Set(asked.map(({ operation }) => iamActionOf(operation)))
    expect(actionsOf(facts, collectors).filter((action) => !used.has(action))).toEqual(notAsked)
  }, 60_000)

  test('about members of answers: what is told is a gap or the truth, and no rule passes by it', async () => {
    const cells = await lieCells(await trueAccount(), [], () => true, picked)
    const told = new Set(cells.map(({ lie }) => lie))
    expect(lies.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([])
    expect(cells.length).toBeGreaterThan(1_000 / step)
    const said = ({ operation, lie, member, violations }: LieCell) => ({ operation, lie, member, violations: violations.slice(0, 3) })
    expect(
      cells
        .filter(({ violations }) => violations.length > 0)
        .filter(isTellable)
        .map(said),
    ).toEqual([])
  }, 300_000)

  test('with a sign-in page in the place of any answer: nothing of it is a fact', async () => {
    const { truth, findings, asked } = await trueAccount()
    const aws = await lyingAws({ truth, recording: trueAnswers, environment })
    const body = Buffer.from(
      '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form><input name="user"/></form></body></html>',
    )
    try {
      // The body of these is text of the user's own, or there is none.
      const without = ['s3:GetObject', 's3:GetBucketPolicy', 's3:HeadBucket']
      const operations = [...new Set(asked.map(({ operation }) => operation))].filter((operation) => !without.includes(operation))
      expect(operations.length).toBeGreaterThan(35)
      for (const operation of operations) {
        const told = await aws.learn(operation, (_, answer) => ({ ...answer, body }))
        const wrong = [...strayed(truth.facts, told.facts).map(({ path }) => path), ...contradictions({ findings }, told)]
        expect({ operation, wrong }).toEqual({ operation, wrong: [] })
      }
    } finally {
      await aws.close()
    }
  }, 120_000)
})
