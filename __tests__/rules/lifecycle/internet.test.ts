import { describe, expect, test } from '@jest/globals'
import type { RouteTable } from '../../../src/model/facts.ts'
import { internet as rule } from '../../../src/rules/lifecycle/internet.ts'
import {
  aGroup,
  aPlan,
  aRequest,
  aRoute,
  aRouteTable,
  aScriptedGroup,
  aSubnet,
  bucketScriptsOf,
  denied,
  findingsOf,
  repositoryScriptsOf,
  statuses,
} from '../../builders.ts'

const uri = 's3://sagemaker-lifecycle/hyperpod/'
const nat = {
  natGatewayId: 'nat-0aaaaaaa',
  vpcId: 'vpc-0a1b2c3d',
  subnetId: null,
  state: 'available',
  connectivityType: 'public',
  publicIps: [],
} as const
const closed: readonly RouteTable[] = [aRouteTable()]
const open: readonly RouteTable[] = [aRouteTable({ routes: [aRoute()] })]
const withS3 = [aRouteTable({ routes: [aRoute({ destination: 'pl-68a54001', target: { kind: 'vpc-endpoint', id: 'vpce-0aaaaaaa' } })] })]

const network = (routeTables: readonly RouteTable[]) => ({
  subnets: { 'subnet-0aaaaaaa': aSubnet(), 'subnet-0bbbbbbb': aSubnet({ subnetId: 'subnet-0bbbbbbb' }) },
  routeTables,
  natGateways: [nat],
  prefixLists: {},
})

const judge = (text: string, routeTables: readonly RouteTable[] = closed, others: Parameters<typeof repositoryScriptsOf>[0] = {}) =>
  findingsOf(rule, aPlan({ lifecycleScripts: 'scripts', lifecycleSources: [] }), {
    repositoryScripts: repositoryScriptsOf({ 'on_create.sh': text, ...others }),
    bucketScripts: {},
    ...network(routeTables),
  })

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
    expect(judge(text)).toMatchObject([{ status: 'pass', message: 'no script of scripts that is run fetches from the internet' }])
  })

  test('repositories of Amazon Linux are reached by way of S3', () => {
    expect(statuses(judge('dnf install -y a', withS3))).toEqual(['pass scripts'])
    expect(judge('dnf install -y a\napt-get update', withS3)).toMatchObject([
      { status: 'fail', evidence: { commands: ['scripts/on_create.sh:2 apt-get update'] } },
    ])
  })

  test('scripts on the way count, with their places; those that nobody calls do not', () => {
    const [finding] = judge('bash a.sh\n  apt-get update', closed, { 'a.sh': '\npip install a', 'b.sh': 'snap install a' })
    expect(finding).toMatchObject({
      message:
        'apt-get update (scripts/on_create.sh line 2), pip install (scripts/a.sh line 2) need the internet, subnet-0aaaaaaa, subnet-0bbbbbbb have no way there: rtb-0aaaaaaa has no default route',
      location: { path: 'scripts/on_create.sh', line: 2, column: 3 },
      fix: {
        commands: [
          'aws ec2 create-route --region us-west-2 --route-table-id rtb-0aaaaaaa --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0aaaaaaa',
        ],
      },
    })
  })

  test('Python counts as well', () => {
    const [finding] = judge('python3 a.py', closed, { 'a.py': 'subprocess.run([*sudo, "apt", "install", "-y", *packages])' })
    expect(finding?.evidence).toMatchObject({ commands: ['scripts/a.py:1 apt install'] })
  })

  test('passes where the subnets lead out', () => {
    expect(judge('apt-get update', open)).toMatchObject([
      {
        status: 'pass',
        message:
          'apt-get update (scripts/on_create.sh line 1) needs the internet, the subnets lead there: 0.0.0.0/0 in rtb-0aaaaaaa leads to NAT gateway nat-0aaaaaaa',
      },
    ])
  })

  test('behind an internet gateway alone no route is proposed: others depend on it', () => {
    const tables = [aRouteTable({ routes: [aRoute({ target: { kind: 'internet-gateway', id: 'igw-0aaaaaaa' } })] })]
    expect(judge('apt-get update', tables)[0]?.fix?.commands).toEqual([
      'aws ec2 describe-nat-gateways --region us-west-2 --filter Name=vpc-id,Values=vpc-0a1b2c3d',
    ])
  })

  test('only the groups that run the scripts count', () => {
    const override = (id: string) => ({ subnetIds: [id], securityGroupIds: [], location: null })
    const plan = aPlan({
      request: aRequest(),
      instanceGroups: [
        aScriptedGroup('on_create.sh', { overrideVpcConfig: override('subnet-0bbbbbbb') }),
        aGroup({ name: 'other', overrideVpcConfig: override('subnet-0aaaaaaa') }),
      ],
    })
    const tables = [
      aRouteTable({ routes: [aRoute()] }),
      aRouteTable({ routeTableId: 'rtb-0bbbbbbb', isMain: false, subnetIds: ['subnet-0bbbbbbb'] }),
    ]
    const [finding] = findingsOf(rule, plan, {
      repositoryScripts: null,
      bucketScripts: bucketScriptsOf({ 'on_create.sh': 'apt-get update' }),
      ...network(tables),
    })
    expect(finding).toMatchObject({ status: 'fail', subject: uri, evidence: { subnetsWithoutInternet: ['subnet-0bbbbbbb'] } })
  })

  test('what is not known of the network matters only where something is fetched', () => {
    const facts = (text: string, changes: Parameters<typeof findingsOf>[2]) =>
      findingsOf(rule, aPlan(), {
        repositoryScripts: null,
        bucketScripts: bucketScriptsOf({ 'on_create.sh': text }),
        ...network(open),
        ...changes,
      })
    expect(statuses(facts('ls', { routeTables: denied('ec2:DescribeRouteTables') }))).toEqual([`pass ${uri}`])
    expect(statuses(facts('apt update', { routeTables: denied('ec2:DescribeRouteTables') }))).toEqual([`unknown ${uri}`])
    expect(statuses(facts('apt update', { subnets: denied('ec2:DescribeSubnets') }))).toEqual([`unknown ${uri}`])
    expect(statuses(facts('apt update', { natGateways: denied('ec2:DescribeNatGateways') }))).toEqual([`unknown ${uri}`])
    expect(statuses(facts('apt update', { bucketScripts: denied('s3:GetObject') }))).toEqual([`unknown ${uri}`])
    expect(statuses(facts('apt update', { subnets: {} }))).toEqual([`skipped ${uri}`])
    expect(
      statuses(facts('bash a.sh', { bucketScripts: bucketScriptsOf({ 'on_create.sh': 'bash a.sh', 'a.sh': { refused: 'no' } }) })),
    ).toEqual([`unknown ${uri}`])
  })

  test('a plan without a subnet is skipped where something is fetched', () => {
    const plan = aPlan({ vpcConfig: null })
    const given = { repositoryScripts: null, bucketScripts: bucketScriptsOf({ 'on_create.sh': 'apt update' }), ...network(open) }
    expect(statuses(findingsOf(rule, plan, given))).toEqual([`skipped ${uri}`])
  })
})
