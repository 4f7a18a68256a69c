import { describe, expect, test } from '@jest/globals'
import type { NatGateway, Route, RouteTable } from '../../../src/model/facts/network.ts'
import type { Facts } from '../../../src/model/facts.ts'
import type { Plan } from '../../../src/model/plan.ts'
import { internet as rule } from '../../../src/rules/lifecycle/internet.ts'
import {
  aGroup,
  aNatGateway,
  aPlan,
  aRequest,
  aRoute,
  aRouteTable,
  aScriptedGroup,
  aSubnet,
  bucketScriptsOf,
  denied,
  findingsOf,
  known,
  repositoryScriptsOf,
  statuses,
} from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const closed: readonly RouteTable[] = [aRouteTable()]
const open: readonly RouteTable[] = [aRouteTable({ routes: [aRoute()] })]
const toEndpoint = aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0aaaaaaa' } })
const withS3 = [aRouteTable({ routes: [toEndpoint] })]
/** One table for each of the two subnets. */
const tablesOf = (first: readonly Route[], second: readonly Route[]) => [
  aRouteTable({ routes: first }),
  aRouteTable({ routeTableId: 'rtb-0bbbbbbb', isMain: false, subnetIds: ['subnet-0bbbbbbb'], routes: second }),
]

const aList = (name: string) => known({ prefixListId: 'pl-68a54001', name, cidrBlocks: [] })
const instead = 'Or take what the scripts install into a custom AMI or the bucket, and out of the scripts.'
const reports = 'network/subnets reports it'
const noSubnet = 'the plan names no subnet for the groups that run the scripts'

const listOfS3 = aList('com.amazonaws.us-west-2.s3')

const network = (routeTables: readonly RouteTable[], prefixLists: Facts['prefixLists'] = { 'pl-68a54001': listOfS3 }) => ({
  subnets: { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }) },
  routeTables,
  natGateways: [aNatGateway()],
  prefixLists,
})

const judge = (
  text: string,
  routeTables: readonly RouteTable[] = closed,
  others: Parameters<typeof repositoryScriptsOf>[0] = {},
  changes: Parameters<typeof findingsOf>[2] = {},
) =>
  findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
    repositoryScripts: repositoryScriptsOf({ 'on_create.sh': text, ...others }),
    bucketScripts: {},
    ...network(routeTables),
    ...changes,
  })

const location = { path: 'cluster.json', line: 11, column: 9 }
const inBucket = (scripts: Parameters<typeof bucketScriptsOf>[0], changes: Parameters<typeof findingsOf>[2] = {}, plan = aPlan()) =>
  findingsOf(
    rule,
    { ...plan, lifecycleSources: [{ bucket: 'sagemaker-lifecycle', prefix: 'hyperpod/', location }] },
    { repositoryScripts: null, bucketScripts: bucketScriptsOf(scripts), ...network(open), ...changes },
  )

describe('lifecycle/internet', () => {
  test.each([
    ['apt-get update', 'apt-get update'],
    ['sudo -E apt-get -y -o DPkg::Lock::Timeout=120 install equivs', 'apt-get install'],
    ['DEBIAN_FRONTEND=noninteractive apt install -y a', 'apt install'],
    ['yum install -y a', 'yum install'],
    ['dnf -y update', 'dnf update'],
    ['pip3 install a', 'pip install'],
    ['python3 -m pip install --break-system-packages "a==1"', 'pip install'],
    ['conda create -n a', 'conda create'],
    ['npm install -g a', 'npm install'],
    ['snap install a', 'snap install'],
    ['curl -fsSL https://download.docker.com/linux/gpg | gpg --dearmor', 'curl https://download.docker.com'],
    ['wget -q https://go.dev/dl/a.tgz', 'wget https://go.dev'],
    ['curl -o a https://docs.aws.amazon.com/a.zip', 'curl https://docs.aws.amazon.com'],
    ['git clone -b v1 https://github.com/a/b.git', 'git clone https://github.com'],
    ['git clone git@github.com:a/b.git', 'git clone https://github.com'],
    ['docker pull nvcr.io/nvidia/a:1', 'docker pull nvcr.io'],
    ['docker pull ubuntu:22.04', 'docker pull docker.io'],
    ['docker run -d -v /a:/a --rm public.ecr.aws/a/b:1', 'docker run public.ecr.aws'],
    ['bash -c "apt-get update && ls"', 'apt-get update'],
    ['sh -c "$(curl -fsSL https://get.docker.com)"', 'curl https://get.docker.com'],
    ['bash <(curl -s https://get.docker.com)', 'curl https://get.docker.com'],
    ['retry 5 "git clone https://github.com/a/b /opt/b"', 'git clone https://github.com'],
    ['K=$(curl https://example.org/key)', 'curl https://example.org'],
    ['export K=`curl https://example.org/key`', 'curl https://example.org'],
  ])('%s', (text, what) => {
    const [finding] = judge(`#!/bin/bash\n${text}\n`)
    expect(finding).toMatchObject({
      status: 'fail',
      severity: 'warning',
      subject: 'scripts',
      evidence: { commands: [`scripts/on_create.sh:2 ${what}`], subnetsWithoutInternet: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'] },
    })
  })

  test.each([
    ['ls'],
    ['# apt-get update'],
    ['echo "apt-get install a"'],
    ['echo apt-get install a'],
    ['apt-cache show a\napt-mark hold a\napt list'],
    ['apt-get -y install ./a.deb'],
    ['pip install --no-index -f /opt/wheels a'],
    ['pip install --index-url https://a-1.d.codeartifact.us-west-2.amazonaws.com/pypi/simple a'],
    ['curl -X PUT http://169.254.169.254/latest/api/token'],
    ['curl http://localhost:8080/health\ncurl http://10.0.0.5/a\ncurl http://127.0.0.1'],
    ['curl https://my-bucket.s3.us-west-2.amazonaws.com/a'],
    ['curl "https://$HOST/a"\ncurl "$URL"'],
    ['curl -H "Referer: https://example.org" http://169.254.169.254/'],
    ['git clone /fsx/repo\ngit status'],
    ['git clone https://git-codecommit.us-west-2.amazonaws.com/v1/repos/a'],
    ['docker pull 210987654321.dkr.ecr.us-west-2.amazonaws.com/a:1\ndocker pull "$IMAGE"\ndocker ps'],
    ['aws s3 cp s3://bucket/a .'],
    ['cat << EOF\napt-get update\nEOF'],
    ['f() { apt-get update; }\nls'],
    ['command -v pip install'],
  ])('needs nothing of the internet: %j', (text) => {
    expect(judge(text)).toEqual([
      {
        rule: 'lifecycle/internet',
        status: 'pass',
        severity: 'warning',
        subject: 'scripts',
        message: 'no script of scripts that is run fetches from the internet',
      },
    ])
  })

  test('repositories of Amazon Linux are reached by way of S3', () => {
    const message =
      'dnf install (scripts/on_create.sh line 1) needs the internet, the subnets lead there: rtb-0aaaaaaa leads to S3, which holds the repositories of Amazon Linux'
    expect(judge('dnf install -y a', withS3)).toMatchObject([{ status: 'pass', message }])
    expect(judge('dnf install -y a\napt-get update', withS3)).toMatchObject([
      { status: 'fail', evidence: { commands: ['scripts/on_create.sh:2 apt-get update'] } },
    ])
  })

  test('a subnet from which S3 is reached is not named with one that is cut off from it', () => {
    expect(judge('dnf install -y a', tablesOf([toEndpoint], []))).toMatchObject([
      { status: 'fail', evidence: { subnetsWithoutInternet: ['subnet-0bbbbbbb'] } },
    ])
  })

  test('where S3 is enough, a default route of which nothing is known does not matter', () => {
    const natGateways = denied('ec2:DescribeNatGateways')
    const tables = [aRouteTable({ routes: [aRoute(), toEndpoint] })]
    expect(statuses(judge('dnf install -y a', tables, {}, { natGateways }))).toEqual(['pass scripts'])
    expect(statuses(judge('dnf install -y a\napt update', tables, {}, { natGateways }))).toEqual(['unknown scripts'])
  })

  test.each<[string, Route, Parameters<typeof network>[1], string]>([
    ['a list that was not read', toEndpoint, {}, 'unknown'],
    ['a list that was denied', toEndpoint, { 'pl-68a54001': denied('ec2:DescribeManagedPrefixLists') }, 'unknown'],
    ['a list that AWS does not show', toEndpoint, { 'pl-68a54001': known(null) }, 'unknown'],
    ['the list of S3', toEndpoint, { 'pl-68a54001': listOfS3 }, 'pass'],
    ['the list of DynamoDB', toEndpoint, { 'pl-68a54001': aList('com.amazonaws.us-west-2.dynamodb') }, 'fail'],
    ['an endpoint that is gone', { ...toEndpoint, state: 'blackhole' }, {}, 'fail'],
    [
      'a list by another way',
      { ...toEndpoint, target: { kind: 'transit-gateway', id: 'tgw-0aaaaaaa' } },
      { 'pl-68a54001': aList('our.s3') },
      'fail',
    ],
    ['an endpoint for a network', { ...toEndpoint, destination: '10.1.0.0/16' }, {}, 'fail'],
  ])('an endpoint for S3, as far as is known: %s', (_, route, lists, status) => {
    const given = network([aRouteTable({ routes: [route] })], lists)
    expect(statuses(judge('dnf install -y a', [], {}, given))).toEqual([`${status} scripts`])
  })

  test('an endpoint whose list is not known may be the one of S3, and is not said to be', () => {
    const prefixLists = denied('ec2:DescribeManagedPrefixLists')
    expect(judge('dnf install -y a', withS3, {}, { prefixLists })).toMatchObject([
      {
        status: 'unknown',
        message: expect.stringContaining(
          'dnf install (scripts/on_create.sh line 1) needs the internet; whether the endpoint in rtb-0aaaaaaa leads to S3 is not known: ',
        ),
        location: { path: 'scripts/on_create.sh', line: 1, column: 1 },
      },
    ])
    expect(judge('dnf install -y a\napt-get update', withS3, {}, { prefixLists })).toMatchObject([
      { status: 'fail', evidence: { commands: ['scripts/on_create.sh:2 apt-get update'] } },
    ])
    expect(statuses(judge('dnf install -y a', [aRouteTable({ routes: [aRoute(), toEndpoint] })], {}, { prefixLists }))).toEqual([
      'pass scripts',
    ])
  })

  test('scripts on the way count, with their places; those that nobody calls do not', () => {
    expect(judge('bash a.sh\n  apt-get update', closed, { 'a.sh': '\npip install a', 'b.sh': 'snap install a' })).toMatchObject([
      {
        message:
          'apt-get update (scripts/on_create.sh line 2), pip install (scripts/a.sh line 2) need the internet, subnet-0aaaaaaa, subnet-0bbbbbbb have no way there: rtb-0aaaaaaa has no default route',
        location: { path: 'scripts/on_create.sh', line: 2, column: 3 },
        fix: {
          text: `Lead the default route of rtb-0aaaaaaa, the route table of subnet-0aaaaaaa, to NAT gateway nat-0aaaaaaa. ${instead}`,
          commands: [
            'aws ec2 create-route --region us-west-2 --route-table-id rtb-0aaaaaaa --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0aaaaaaa',
          ],
        },
      },
    ])
  })

  test.each([
    [3, ''],
    [4, ' and 1 more command'],
    [25, ' and 22 more commands'],
  ])('of %d commands three are named', (count, more) => {
    const [finding] = judge('apt-get update\n'.repeat(count))
    const named = [1, 2, 3].map((line) => `apt-get update (scripts/on_create.sh line ${line})`).join(', ')
    const commands = Array.from({ length: Math.min(20, count) }, (_, at) => `scripts/on_create.sh:${at + 1} apt-get update`)
    expect(finding?.message).toMatch(`${named}${more} need the internet, subnet-0aaaaaaa, `)
    expect(finding?.evidence).toMatchObject({ commands })
  })

  test('only subnets without a way are named', () => {
    expect(judge('apt-get update', tablesOf([aRoute()], []))).toMatchObject([
      {
        message:
          'apt-get update (scripts/on_create.sh line 1) needs the internet, subnet-0bbbbbbb has no way there: rtb-0bbbbbbb has no default route',
        evidence: { subnetsWithoutInternet: ['subnet-0bbbbbbb'] },
      },
    ])
  })

  test('one subnet whose way is not known leaves it open', () => {
    const elsewhere = aRoute({ target: { kind: 'nat-gateway', id: 'nat-0ccccccc' } })
    expect(judge(' apt-get update', tablesOf([aRoute()], [elsewhere]))).toMatchObject([
      {
        status: 'unknown',
        severity: 'warning',
        subject: 'scripts',
        message:
          'apt-get update (scripts/on_create.sh line 1) needs the internet; 0.0.0.0/0 in rtb-0bbbbbbb leads to NAT gateway nat-0ccccccc; ec2:DescribeNatGateways does not list nat-0ccccccc, which 0.0.0.0/0 leads to: whether it works is not known',
        location: { path: 'scripts/on_create.sh', line: 1, column: 2 },
      },
    ])
  })

  test('Python counts as well', () => {
    const [finding] = judge('python3 a.py', closed, { 'a.py': 'subprocess.run([*sudo, "apt", "install", "-y", *packages])' })
    expect(finding?.evidence).toMatchObject({ commands: ['scripts/a.py:1 apt install'] })
  })

  test('passes where the subnets lead out, each way once', () => {
    const needs = 'apt-get update (scripts/on_create.sh line 1) needs the internet, the subnets lead there'
    const way = '0.0.0.0/0 in rtb-0aaaaaaa leads to NAT gateway nat-0aaaaaaa'
    expect(judge('apt-get update', open)).toMatchObject([{ status: 'pass', message: `${needs}: ${way}` }])
    expect(judge('apt-get update', tablesOf([aRoute()], [aRoute()]))).toMatchObject([
      { status: 'pass', message: `${needs}: ${way}; 0.0.0.0/0 in rtb-0bbbbbbb leads to NAT gateway nat-0aaaaaaa` },
    ])
  })

  test.each<[string, Route, readonly NatGateway[]]>([
    [
      'behind an internet gateway, which others depend on',
      aRoute({ target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } }),
      [aNatGateway()],
    ],
    ['without a NAT gateway that works', aRoute({ state: 'blackhole' }), [aNatGateway({ state: 'deleted' })]],
  ])('no route is proposed %s', (_, route, natGateways) => {
    expect(judge('apt-get update', [aRouteTable({ routes: [route] })], {}, { natGateways })[0]?.fix).toEqual({
      text: `Run the scripts in a subnet whose default route leads to a public NAT gateway that works. ${instead}`,
      commands: ['aws ec2 describe-nat-gateways --region us-west-2 --filter Name=vpc-id,Values=vpc-0a1b2c3d'],
    })
  })

  test('a default route that leads nowhere is replaced', () => {
    const gone = aRoute({ target: { kind: 'nat-gateway', id: 'nat-0ccccccc' }, state: 'blackhole' })
    expect(judge('apt-get update', [aRouteTable({ routes: [gone] })])[0]?.fix?.commands).toEqual([
      'aws ec2 replace-route --region us-west-2 --route-table-id rtb-0aaaaaaa --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0aaaaaaa',
    ])
  })

  test.each([
    ['subnet-0bbbbbbb', 'fail'],
    ['subnet-0aaaaaaa', 'pass'],
  ])('only the groups that run the scripts count: they are in %s', (id, status) => {
    const override = (subnetId: string) => ({ subnetIds: [subnetId], securityGroupIds: [], location: null })
    const plan = aPlan({
      request: aRequest(),
      instanceGroups: [
        aScriptedGroup('on_create.sh', { overrideVpcConfig: override(id) }),
        aGroup({ name: 'other', overrideVpcConfig: override(id === 'subnet-0aaaaaaa' ? 'subnet-0bbbbbbb' : 'subnet-0aaaaaaa') }),
      ],
    })
    const found = inBucket({ 'on_create.sh': 'apt-get update' }, network(tablesOf([aRoute()], [])), plan)
    expect(found).toMatchObject([{ status, subject: uri, location }])
    expect(found[0]?.evidence).toEqual(
      status === 'pass' ? undefined : { commands: [`${uri}on_create.sh:1 apt-get update`], subnetsWithoutInternet: [id] },
    )
  })

  test.each<[string, Parameters<typeof findingsOf>[2], string]>([
    ['route tables', { routeTables: denied('ec2:DescribeRouteTables') }, 'ec2:DescribeRouteTables answered AccessDenied (HTTP 403)'],
    ['subnets', { subnets: denied('ec2:DescribeSubnets') }, 'ec2:DescribeSubnets answered AccessDenied (HTTP 403)'],
    [
      'NAT gateways',
      { natGateways: denied('ec2:DescribeNatGateways') },
      `apt update (${uri}on_create.sh line 1) needs the internet; 0.0.0.0/0 in rtb-0aaaaaaa leads to NAT gateway nat-0aaaaaaa; ec2:DescribeNatGateways answered AccessDenied (HTTP 403)`,
    ],
    [
      'the table of a subnet',
      { routeTables: [] },
      'ec2:DescribeRouteTables lists no route table for subnet-0aaaaaaa, not even the main one of vpc-0a1b2c3d',
    ],
  ])('what is not known of the network matters only where something is fetched: %s', (_, changes, message) => {
    expect(statuses(inBucket({ 'on_create.sh': 'ls' }, changes))).toEqual([`pass ${uri}`])
    expect(inBucket({ 'on_create.sh': 'apt update' }, changes)).toMatchObject([{ status: 'unknown', subject: uri, message, location }])
  })

  test('what a script does that could not be read matters only where no other one fetches', () => {
    const scripts = (text: string) => ({ 'on_create.sh': text, 'a.sh': { refused: 'it is not UTF-8 text' } })
    expect(inBucket(scripts('bash a.sh'))).toMatchObject([
      {
        status: 'unknown',
        message: `a.sh of ${uri} could not be read: whether they fetch from the internet is not known, lifecycle/readable says why`,
        location,
      },
    ])
    expect(statuses(inBucket(scripts('bash a.sh\napt update'), network(closed)))).toEqual([`fail ${uri}`])
    expect(statuses(inBucket({}, { bucketScripts: denied('s3:GetObject') }))).toEqual([`unknown ${uri}`])
  })

  test.each<[string, string, Parameters<typeof findingsOf>[2], Plan, string]>([
    ['no entry point', 'other.sh', {}, aPlan(), `no entry point is in ${uri}: lifecycle/entry-point reports it`],
    ['no subnet there', 'on_create.sh', { subnets: {} }, aPlan(), `no subnet of the groups that run the scripts exists: ${reports}`],
    ['no subnet in the plan', 'on_create.sh', {}, aPlan({ vpcConfig: null }), noSubnet],
    [
      'no subnet for the group',
      'on_create.sh',
      {},
      aPlan({ vpcConfig: null, request: aRequest(), instanceGroups: [aScriptedGroup()] }),
      noSubnet,
    ],
  ])('skipped: %s', (_, script, changes, plan, message) => {
    expect(inBucket({ [script]: 'apt update' }, changes, plan)).toEqual([
      { rule: 'lifecycle/internet', status: 'skipped', severity: 'warning', subject: uri, message, location },
    ])
  })
})
