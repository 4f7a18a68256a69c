import type { Recorded, Recording } from '../../../proof/recorded-aws.ts'
import type { HttpRequest } from '../../loopback/server.ts'
import { operationOf } from '../../moto/aws-protocol.ts'
import { decisionsOf, quotaOf, quotas } from './asked-answers.ts'
import { networkAnswers } from './network-answers.ts'

export const account = '123456789012'
export const role = `arn:aws:iam::${account}:role/HyperPodExecutionRole`
export const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
export const eksCluster = `arn:aws:eks:us-west-2:${account}:cluster/research`
export const trainingPlan = `arn:aws:sagemaker:us-west-2:${account}:training-plan/p5`

const now = 1_780_000_000

const policy = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allowed = policy({ Effect: 'Allow', Action: '*', Resource: '*' })
const trust = policy({ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' })
const ofKey = policy({ Sid: 'root', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' })
const ofBucket = policy({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: 'arn:aws:s3:::sagemaker-scripts/*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
})

const json = (value: object): string => JSON.stringify(value)
const iam = (action: string, result: string): string =>
  `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`
const aRole = (name: string): string =>
  `<Role><Path>/</Path><RoleName>${name}</RoleName><RoleId>AROAEXAMPLE</RoleId><Arn>arn:aws:iam::${account}:role/${name}</Arn><CreateDate>2025-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${encodeURIComponent(trust)}</AssumeRolePolicyDocument><Tags><member><Key>team</Key><Value>research</Value></member></Tags></Role>`

const hyperPodAnswers: Readonly<Record<string, string>> = {
  'sagemaker:ListClusters': json({ ClusterSummaries: [{ ClusterName: 'other', ClusterStatus: 'InService' }] }),
  'sagemaker:DescribeCluster': json({
    ClusterName: 'other',
    ClusterArn: `arn:aws:sagemaker:us-west-2:${account}:cluster/abcdefghijkl`,
    ClusterStatus: 'InService',
    InstanceGroups: [
      { InstanceGroupName: 'a', InstanceType: 'ml.p5.48xlarge', CurrentCount: 2, TargetCount: 3, TrainingPlanArn: trainingPlan },
      {
        InstanceGroupName: 'b',
        CurrentCount: 1,
        TargetCount: 2,
        InstanceRequirements: { DesiredInstanceTypes: ['ml.g5.xlarge'], CurrentInstanceTypes: ['ml.g5.xlarge'] },
        InstanceTypeDetails: [{ InstanceType: 'ml.g5.xlarge', CurrentCount: 1 }],
      },
    ],
  }),
  'sagemaker:DescribeTrainingPlan': json({
    TrainingPlanName: 'p5',
    TrainingPlanArn: trainingPlan,
    Status: 'Active',
    StartTime: now,
    EndTime: now + 50_000_000,
    TotalInstanceCount: 8,
    AvailableInstanceCount: 8,
    TargetResources: ['hyperpod-cluster'],
    ReservedCapacitySummaries: [
      {
        ReservedCapacityArn: `arn:aws:sagemaker:us-west-2:${account}:reserved-capacity/a`,
        InstanceType: 'ml.p5.48xlarge',
        TotalInstanceCount: 8,
        Status: 'Active',
        AvailabilityZone: 'us-west-2a',
        AvailabilityZoneId: 'usw2-az1',
        StartTime: now,
        EndTime: now + 50_000_000,
      },
    ],
  }),
  'eks:DescribeCluster': json({
    cluster: {
      name: 'research',
      arn: eksCluster,
      status: 'ACTIVE',
      version: '1.33',
      endpoint: 'https://example.gr7.us-west-2.eks.amazonaws.com',
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
      resourcesVpcConfig: {
        vpcId: 'vpc-0a1b2c3d',
        subnetIds: ['subnet-0aaaaaaa', 'subnet-0bbbbbbb'],
        securityGroupIds: ['sg-0aaaaaaa'],
        clusterSecurityGroupId: 'sg-0bbbbbbb',
        endpointPublicAccess: false,
        endpointPrivateAccess: true,
        publicAccessCidrs: ['203.0.113.0/24'],
      },
      computeConfig: { enabled: false },
    },
  }),
  'eks:ListAddons': json({ addons: ['vpc-cni', 'eks-pod-identity-agent'] }),
  'eks:DescribeAddon': json({
    addon: { addonName: 'vpc-cni', addonVersion: 'v1.20.0-eksbuild.1', status: 'ACTIVE', health: { issues: [] } },
  }),
  'eks:ListAccessEntries': json({ accessEntries: [role] }),
  'fsx:DescribeFileSystems': json({
    FileSystems: [
      {
        FileSystemId: 'fs-0123456789abcdef0',
        FileSystemType: 'LUSTRE',
        Lifecycle: 'AVAILABLE',
        VpcId: 'vpc-0a1b2c3d',
        SubnetIds: ['subnet-0aaaaaaa'],
        NetworkInterfaceIds: ['eni-0aaaaaaa'],
        DNSName: 'fs-0123456789abcdef0.fsx.us-west-2.amazonaws.com',
        StorageCapacity: 1200,
        FileSystemTypeVersion: '2.15',
        LustreConfiguration: { MountName: 'abcdefgh', DeploymentType: 'PERSISTENT_2', EfaEnabled: false },
      },
    ],
  }),
  'kms:DescribeKey': json({
    KeyMetadata: {
      KeyId: keyId,
      Arn: `arn:aws:kms:us-west-2:${account}:key/${keyId}`,
      AWSAccountId: account,
      KeyManager: 'CUSTOMER',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeySpec: 'SYMMETRIC_DEFAULT',
    },
  }),
  'kms:GetKeyPolicy': json({ Policy: ofKey, PolicyName: 'default' }),
  'kms:ListGrants': json({
    Grants: [
      {
        GrantId: 'a',
        GranteePrincipal: role,
        Operations: ['Decrypt', 'DescribeKey'],
        Constraints: { EncryptionContextSubset: { a: 'b' } },
      },
    ],
    Truncated: false,
  }),
  'servicequotas:ListRequestedServiceQuotaChangeHistory': json({
    RequestedQuotas: [
      {
        Id: 'a',
        ServiceCode: 'sagemaker',
        QuotaCode: 'L-NEW',
        QuotaName: 'ml.x9.48xlarge for cluster usage',
        DesiredValue: 64,
        Status: 'PENDING',
        Created: now,
      },
    ],
  }),
}

const accountAnswers: Readonly<Record<string, string>> = {
  'sts:GetCallerIdentity': iam(
    'GetCallerIdentity',
    `<Arn>arn:aws:sts::${account}:assumed-role/Deployer/ci</Arn><UserId>AROAEXAMPLE:ci</UserId><Account>${account}</Account>`,
  ),
  'iam:ListAttachedRolePolicies': iam(
    'ListAttachedRolePolicies',
    `<IsTruncated>false</IsTruncated><AttachedPolicies><member><PolicyName>all</PolicyName><PolicyArn>arn:aws:iam::${account}:policy/all</PolicyArn></member></AttachedPolicies>`,
  ),
  'iam:ListRolePolicies': iam('ListRolePolicies', '<IsTruncated>false</IsTruncated><PolicyNames><member>own</member></PolicyNames>'),
  'iam:GetRolePolicy': iam(
    'GetRolePolicy',
    `<RoleName>HyperPodExecutionRole</RoleName><PolicyName>own</PolicyName><PolicyDocument>${encodeURIComponent(allowed)}</PolicyDocument>`,
  ),
  'iam:GetPolicy': iam(
    'GetPolicy',
    `<Policy><PolicyName>all</PolicyName><Arn>arn:aws:iam::${account}:policy/all</Arn><DefaultVersionId>v1</DefaultVersionId></Policy>`,
  ),
  'iam:GetPolicyVersion': iam(
    'GetPolicyVersion',
    `<PolicyVersion><Document>${encodeURIComponent(allowed)}</Document><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion></PolicyVersion>`,
  ),
  's3:GetBucketPolicy': ofBucket,
  's3:GetBucketPolicyStatus': '<PolicyStatus><IsPublic>FALSE</IsPublic></PolicyStatus>',
  's3:GetPublicAccessBlock':
    '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>',
  's3:GetBucketEncryption': `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>arn:aws:kms:us-west-2:${account}:key/${keyId}</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`,
  's3:GetBucketAcl':
    '<AccessControlPolicy><Owner><ID>a</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>a</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>',
  's3:ListObjectsV2':
    '<ListBucketResult><Name>sagemaker-scripts</Name><Prefix>hyperpod/</Prefix><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>hyperpod/on_create.sh</Key><ETag>&quot;0123456789abcdef0123456789abcdef&quot;</ETag><Size>20</Size></Contents></ListBucketResult>',
  's3:HeadBucket': '',
  's3:GetObject': '#!/bin/bash\nset -ex\n',
}

const answers: Readonly<Record<string, string>> = { ...networkAnswers, ...hyperPodAnswers, ...accountAnswers }

const answerTo = (operation: string, request: HttpRequest): string => {
  const body = request.body.toString('utf8')
  if (operation === 'iam:GetRole') return iam('GetRole', aRole(new URLSearchParams(body).get('RoleName') ?? ''))
  if (operation === 'iam:SimulatePrincipalPolicy') return decisionsOf(new URLSearchParams(body))
  if (operation === 'servicequotas:GetServiceQuota') return quotaOf(body)
  if (/^servicequotas:List(?:AWSDefault)?ServiceQuotas$/.test(operation)) return json({ Quotas: quotas })
  if (/^kms:/.test(operation) && !body.includes(keyId)) return json({ __type: 'NotFoundException', message: 'no such key' })
  if (operation === 'ec2:DescribeVpcAttribute') return networkAnswers[`${operation} ${new URLSearchParams(body).get('Attribute')}`] ?? ''
  return answers[operation] ?? ''
}

const typeOf = (operation: string): string => {
  if (operation.startsWith('eks:')) return 'application/json'
  return /^(?:ec2|iam|sts|s3|route53):/.test(operation) ? 'text/xml' : 'application/x-amz-json-1.1'
}

/** An account in which all is well, as AWS answers it: for each operation of the collectors, its answer, whatever account asks. */
export const trueAnswers: Recording = async (request): Promise<Recorded> => {
  const operation = operationOf(request)
  const body = answerTo(operation, request)
  return {
    status: body.includes('__type') ? 400 : 200,
    headers: { 'content-type': typeOf(operation), 'x-amz-bucket-region': 'us-west-2' },
    body: Buffer.from(body),
  }
}
