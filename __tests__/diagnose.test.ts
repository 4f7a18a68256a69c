import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { cli } from '../src/cli.ts'
import type { Report } from '../src/report/schema/report.ts'
import { secretsOf } from '../src/run/secrets.ts'
import { type HttpAnswer, type HttpRequest, type Loopback, serve } from './loopback/server.ts'

jest.setTimeout(60_000)

const efa =
  'EFA health checks did not run successfully. Ensure that your VPC and security groups are properly configured before attempting to create a new cluster.'

/** Answers a JSON operation; a text is the name of the error to answer with. */
type Answers = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object | string>>

const arn = 'arn:aws:sagemaker:us-west-2:123456789012:cluster/a1b2c3d4e5f6'

/** A Slurm cluster as DescribeCluster answers it. */
const described = (changes: object = {}): object => ({
  ClusterArn: arn,
  ClusterName: 'prod',
  ClusterStatus: 'Failed',
  CreationTime: 1_795_168_800,
  FailureMessage: efa,
  InstanceGroups: [
    {
      InstanceGroupName: 'work',
      InstanceType: 'ml.p5.48xlarge',
      CurrentCount: 0,
      TargetCount: 2,
      ExecutionRole: 'arn:aws:iam::123456789012:role/nodes',
      LifeCycleConfig: { SourceS3Uri: 's3://sagemaker-scripts/prod/', OnCreate: 'on_create.sh' },
    },
  ],
  VpcConfig: { SecurityGroupIds: ['sg-0aaaaaaa'], Subnets: ['subnet-0aaaaaaa'] },
  ...changes,
})

/** The account has the cluster, its network, and nothing else that may be read. */
const failed: Answers = {
  DescribeCluster: ({ ClusterName }) =>
    ClusterName === 'prod' || ClusterName === 'research' ? described({ ClusterName }) : 'ResourceNotFound',
  ListClusters: () => ({ ClusterSummaries: [{ ClusterName: 'prod' }, { ClusterName: 'research' }] }),
  ListClusterNodes: () => ({ ClusterNodeSummaries: [] }),
  ListClusterEvents: () => 'ValidationException',
  FilterLogEvents: () => 'ResourceNotFoundException',
}

/** A security group that lets its members in and out to nobody but by HTTPS. */
const securityGroup = `<DescribeSecurityGroupsResponse><securityGroupInfo><item><groupId>sg-0aaaaaaa</groupId><groupName>nodes</groupName>
<ownerId>123456789012</ownerId><vpcId>vpc-0a1b2c3d</vpcId>
<ipPermissions><item><ipProtocol>-1</ipProtocol><groups><item><userId>123456789012</userId><groupId>sg-0aaaaaaa</groupId></item></groups></item></ipPermissions>
<ipPermissionsEgress><item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort>
<ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item></ipPermissionsEgress>
</item></securityGroupInfo></DescribeSecurityGroupsResponse>`

let aws: Loopback
let answers: Answers
let asked: string[]
let printed: { out: string; err: string }
const environment = { ...process.env }

beforeEach(async () => {
  answers = failed
  asked = []
  printed = { out: '', err: '' }
  aws = await serve(answerOf)
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-west-2',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_MAX_ATTEMPTS: '1',
  })
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += String(text)
    return true
  })
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += String(text)
    return true
  })
})

afterEach(async () => {
  jest.restoreAllMocks()
  process.exitCode = undefined
  process.env = { ...environment }
  await aws.close()
})

const answerOf = ({ headers, body }: HttpRequest): HttpAnswer => {
  const target = headers['x-amz-target']
  if (typeof target !== 'string') return queryAnswer(body.toString('utf8'))
  const operation = target.replace(/^.*\./, '')
  const input = JSON.parse(body.toString('utf8'))
  asked.push(operation === 'DescribeCluster' ? `${operation} ${input.ClusterName}` : operation)
  const answer = answers[operation]?.(input) ?? 'AccessDeniedException'
  const type = { 'content-type': 'application/x-amz-json-1.1' }
  return typeof answer === 'string'
    ? { status: 400, headers: type, body: JSON.stringify({ __type: answer, message: `${operation} is refused` }) }
    : { headers: type, body: JSON.stringify(answer) }
}

const queryAnswer = (form: string): HttpAnswer =>
  form.includes('Action=DescribeSecurityGroups')
    ? { headers: { 'content-type': 'text/xml' }, body: securityGroup }
    : {
        status: 403,
        headers: { 'content-type': 'text/xml' },
        body: '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>',
      }

const diagnose = async (
  ...words: readonly string[]
): Promise<{ readonly exitCode: unknown; readonly out: string; readonly err: string }> => {
  await cli(['diagnose', ...words], secretsOf({}))
  return { exitCode: process.exitCode, ...printed }
}

const report = async (...words: readonly string[]): Promise<Report> => JSON.parse((await diagnose(...words, '--output', 'json')).out)

const diagnosisOf = async (...words: readonly string[]): Promise<NonNullable<Report['diagnosis']>> => {
  const { diagnosis } = await report(...words)
  if (diagnosis === null) throw new Error('the report has no diagnosis')
  return diagnosis
}

describe('a cluster that failed with an EFA message', () => {
  test('is diagnosed with security-group/self-egress first: answer, cause, certainty, next steps', async () => {
    const { exitCode, out, err } = await diagnose('prod')
    expect([exitCode, err]).toEqual([1, ''])
    const [header, diagnosis, first] = out.split('\n\n')
    expect(header).toContain('cluster prod')
    expect(diagnosis?.split('\n')[0]).toBe('Why prod failed: security-group/self-egress explains it')
    expect(diagnosis).toContain('» AWS about the cluster: EFA health checks did not run successfully.')
    expect(diagnosis).toContain('✗ security-group/self-egress explains it: sg-0aaaaaaa has no outbound rule')
    expect(diagnosis).toContain('1. Fix security-group/self-egress')
    expect(diagnosis).toContain('aws sagemaker delete-cluster --region us-west-2 --cluster-name prod')
    expect(diagnosis).toContain('Rests on: DescribeCluster says Failed')
    expect(first).toContain('✗ error    security-group/self-egress')
    expect(first).toContain('aws ec2 authorize-security-group-egress')
  })

  test('the report has it as data, and its own configuration as the plan, in no file', async () => {
    const { verdict, target, findings, diagnosis } = await report('prod')
    expect([verdict, target]).toEqual(['blocked', expect.objectContaining({ clusterName: 'prod', orchestrator: 'slurm' })])
    expect(diagnosis).toMatchObject({
      cluster: 'prod',
      status: 'Failed',
      conclusion: 'explained',
      answers: [{ source: 'cluster', message: efa, explanations: [{ rule: 'security-group/self-egress', certainty: 'explains' }, {}, {}] }],
    })
    expect(findings.filter(({ location }) => location !== undefined)).toEqual([])
  })

  test.each([
    ['text', 'security-group/self-egress explains it'],
    ['markdown', '#### 🔎 Why prod failed'],
  ])('as %s', async (format, text) => {
    expect((await diagnose('prod', '--output', format)).out).toContain(text)
  })

  test('in one line for those who want no more', async () => {
    expect((await diagnose('prod', '--quiet')).out.split('\n')[0]).toBe('Why prod failed: security-group/self-egress explains it')
  })

  test('a few calls more than a check makes, and none that changes anything', async () => {
    await diagnose('prod')
    const ofCluster = asked.filter((operation) => /Cluster|FilterLog/.test(operation))
    expect([...new Set(ofCluster)].toSorted()).toEqual([
      'DescribeCluster prod',
      'DescribeCluster research',
      'FilterLogEvents',
      'ListClusterEvents',
      'ListClusterNodes',
      'ListClusters',
    ])
    expect(asked.filter((operation) => !/^(?:Describe|List|Get|Filter)/.test(operation))).toEqual([])
  })
})

describe('a cluster without its nodes', () => {
  const instanceId = 'i-0123456789abcdef0'
  const events = [
    {
      EventId: '83ea0bb5-be77-45e8-a458-0a87f778a205',
      ClusterArn: arn,
      ClusterName: 'prod',
      InstanceGroupName: 'work',
      InstanceId: instanceId,
      ResourceType: 'Instance',
      EventTime: 1_795_169_700,
      EventLevel: 'Error',
      Description: 'Instance creation in Cluster prod and InstanceGroup work failed',
    },
  ]
  const continuous: Answers = {
    ...failed,
    DescribeCluster: () => described({ ClusterStatus: 'InService', FailureMessage: '', NodeProvisioningMode: 'Continuous' }),
    ListClusterNodes: () => ({
      ClusterNodeSummaries: [
        { InstanceGroupName: 'work', InstanceId: instanceId, InstanceType: 'ml.p5.48xlarge', InstanceStatus: { Status: 'Failure' } },
      ],
    }),
    ListClusterEvents: () => ({ Events: events }),
    DescribeClusterEvent: () => ({
      EventDetails: {
        ...events[0],
        EventDetails: { EventMetadata: { Instance: { FailureMessage: 'Lifecycle scripts did not run successfully.' } } },
      },
    }),
    FilterLogEvents: () => ({
      events: [{ logStreamName: `LifecycleConfig/work/${instanceId}`, timestamp: 1_795_169_690_000, message: 'mount: /fsx failed' }],
    }),
  }

  test('is diagnosed by its events, its nodes and the log of the node that failed', async () => {
    answers = continuous
    expect(await diagnosisOf('prod')).toMatchObject({
      status: 'InService',
      conclusion: 'possible',
      answers: [
        {
          source: 'event',
          about: `work, ${instanceId}`,
          message: 'Instance creation in Cluster prod and InstanceGroup work failed: Lifecycle scripts did not run successfully.',
        },
        { source: 'cluster', message: 'The cluster is InService, and 0 of 2 nodes are running' },
      ],
      logs: [{ stream: `LifecycleConfig/work/${instanceId}`, lines: ['mount: /fsx failed'] }],
      sources: [
        { what: 'cluster' },
        { found: 'ListClusterNodes lists 1 node: 1 Failure' },
        { found: 'ListClusterEvents lists 1 event: 1 of them tells of a failure' },
        { what: 'logs' },
      ],
    })
  })

  test.each([
    ['denied', 'AccessDeniedException'],
    ['throttled', 'ThrottlingException'],
  ])('events and logs that are %s: it says what it rests on', async (reason, error) => {
    answers = { ...continuous, ListClusterEvents: () => error, FilterLogEvents: () => error }
    const { sources, answers: said } = await diagnosisOf('prod')
    expect(sources.flatMap(({ what, gap }) => (gap === undefined ? [] : [[what, gap.reason, gap.action]]))).toEqual([
      ['events', reason, 'sagemaker:ListClusterEvents'],
      ['logs', reason, 'logs:FilterLogEvents'],
    ])
    expect(said).toMatchObject([{ message: 'The cluster is InService, and 0 of 2 nodes are running' }])
  })

  test('that may not be described: what else AWS says is all that it rests on, and nothing is proved', async () => {
    answers = { ...continuous, DescribeCluster: () => 'AccessDeniedException' }
    const { verdict, diagnosis } = await report('prod')
    expect([verdict, process.exitCode]).toEqual(['unproven', 3])
    expect(diagnosis).toMatchObject({ status: null, answers: [{ source: 'event' }] })
    expect(diagnosis?.sources[0]).toMatchObject({ what: 'cluster', gap: { reason: 'denied', action: 'sagemaker:DescribeCluster' } })
  })
})

describe('bad input', () => {
  test('a name that no cluster has: the near names of the account', async () => {
    const { exitCode, out, err } = await diagnose('prd')
    expect([exitCode, out]).toEqual([2, ''])
    expect(err).toContain('there is no cluster prd in us-west-2: did you mean prod?')
    expect(err).toContain('the name of a cluster in us-west-2: prod, research')
  })

  test('no name at all, and a name that cannot be one', async () => {
    await cli(['diagnose'], secretsOf({}))
    expect([process.exitCode, printed.err]).toEqual([2, expect.stringContaining("missing required argument 'cluster'")])
    expect(await diagnose('not a name')).toMatchObject({ exitCode: 2, err: expect.stringContaining('"not a name" is not valid') })
  })

  test.each([
    ['--cluster-config', 'request.json'],
    ['--operation', 'create'],
    ['--instance-type', 'ml.p5.48xlarge'],
  ])('%s says what is to be, and the diagnosis is of what is', async (flag, value) => {
    expect(await diagnose('prod', flag, value)).toMatchObject({ exitCode: 2, out: '' })
    expect(printed.err).toContain(`${flag.slice(2)} is given with diagnose`)
  })

  test('--snapshot', async () => {
    expect(await diagnose('prod', '--snapshot', 'saved.json')).toMatchObject({ exitCode: 2 })
    expect(printed.err).toContain('diagnose')
  })
})

describe('iam-policy --diagnose', () => {
  const policy = async (
    ...words: readonly string[]
  ): Promise<readonly { readonly Sid: string; readonly Action: string[]; readonly Resource: string }[]> => {
    printed = { out: '', err: '' }
    await cli(['iam-policy', ...words], secretsOf({}))
    return JSON.parse(printed.out).Statement
  }

  test('adds a part of its own, and takes nothing away', async () => {
    const [without, any, one] = [await policy(), await policy('--diagnose'), await policy('--diagnose', 'prod')]
    expect(any.slice(0, without.length)).toEqual(without)
    expect(any.slice(without.length).map(({ Sid, Action }) => [Sid, Action])).toEqual([
      ['DiagnoseLogsLogGroup', ['logs:FilterLogEvents']],
      ['DiagnoseSagemakerCluster', ['sagemaker:DescribeClusterEvent', 'sagemaker:ListClusterEvents', 'sagemaker:ListClusterNodes']],
    ])
    expect(one.slice(without.length).map(({ Resource }) => Resource)).toEqual([
      'arn:aws:logs:us-west-2:*:log-group:/aws/sagemaker/Clusters/prod/*',
      'arn:aws:sagemaker:us-west-2:*:cluster/*',
    ])
    expect(JSON.stringify(without)).not.toMatch(/ListClusterEvents|logs:/)
  })

  test('goes with a plan', async () => {
    const planned = await policy('--vpc-id', 'vpc-0a1b2c3d', '--diagnose', 'prod')
    expect(planned.map(({ Sid }) => Sid)).toEqual(expect.arrayContaining(['Ec2Vpc', 'DiagnoseLogsLogGroup']))
    expect(planned.find(({ Sid }) => Sid === 'Ec2Vpc')?.Resource).toContain('vpc/vpc-0a1b2c3d')
  })
})
