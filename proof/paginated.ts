import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as ec2 from '@aws-sdk/client-ec2'
import * as eks from '@aws-sdk/client-eks'
import * as fsx from '@aws-sdk/client-fsx'
import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as route53 from '@aws-sdk/client-route-53'
import * as s3 from '@aws-sdk/client-s3'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as servicequotas from '@aws-sdk/client-service-quotas'

const clients: Readonly<Record<string, object>> = { ec2, eks, fsx, iam, kms, logs, route53, s3, sagemaker, servicequotas }

/** Answered in pages, though the SDK has no paginator for them. */
const byHand: ReadonlySet<string> = new Set(['route53:ListHostedZonesByVPC'])

/** Whether AWS answers an operation (`ec2:DescribeSubnets`) in pages, by its own model. */
export const isPaginated = (operation: string): boolean => {
  const [service = '', name = ''] = operation.split(':')
  return byHand.has(operation) || Object.hasOwn(clients[service] ?? {}, `paginate${name}`)
}
