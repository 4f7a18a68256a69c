import type { FinalizeRequestMiddleware, HandlerExecutionContext, Pluggable } from '@smithy/types'
import type { CallStatistics } from '../../model/snapshot.ts'
import { isThrottle, noteOperation, type Operation } from './gap.ts'

/** IAM's names where they differ from the API's. Source: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const iamActions: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
}

const servicePrefixes: Readonly<Record<string, string>> = {
  STSClient: 'sts',
  EC2Client: 'ec2',
  IAMClient: 'iam',
  S3Client: 's3',
  Route53Client: 'route53',
  ServiceQuotasClient: 'servicequotas',
  SageMakerClient: 'sagemaker',
  EKSClient: 'eks',
  FSxClient: 'fsx',
  KMSClient: 'kms',
  CloudWatchLogsClient: 'logs',
}

/** The API call that a middleware is in. */
export const operationOf = ({ clientName, commandName }: HandlerExecutionContext): Operation => {
  const name = `${servicePrefixes[String(clientName)] ?? String(clientName)}:${String(commandName).replace(/Command$/, '')}`
  return { name, action: iamActionOf(name) }
}

/** The IAM action that allows an operation: `s3:ListBucket` for `s3:HeadBucket`. */
export const iamActionOf = (operation: string): string => iamActions[operation] ?? operation

/** Counts calls, retries and throttles, and notes on each error which call it came from. */
export const callMeter = () => {
  const byOperation = new Map<string, number>()
  let attempts = 0
  let throttles = 0
  let first: number | null = null
  let last = 0
  const countAttempt =
    <I extends object, O extends object>(): FinalizeRequestMiddleware<I, O> =>
    (next) =>
    async (args) => {
      attempts += 1
      try {
        return await next(args)
      } catch (error) {
        if (isThrottle(error)) throttles += 1
        throw error
      }
    }
  const plugin = <I extends object, O extends object>(): Pluggable<I, O> => ({
    applyToStack: (stack) => {
      stack.add(
        (next, context) => async (args) => {
          const operation = operationOf(context)
          byOperation.set(operation.name, (byOperation.get(operation.name) ?? 0) + 1)
          first ??= performance.now()
          try {
            return await next(args)
          } catch (error) {
            noteOperation(error, operation)
            throw error
          } finally {
            last = performance.now()
          }
        },
        { step: 'initialize', name: 'meterCall' },
      )
      stack.addRelativeTo(countAttempt<I, O>(), { relation: 'after', toMiddleware: 'retryMiddleware', name: 'meterAttempt' })
    },
  })
  const statistics = (): CallStatistics => {
    const total = [...byOperation.values()].reduce((sum, count) => sum + count, 0)
    return {
      total,
      retries: Math.max(0, attempts - total),
      throttles,
      durationMs: first === null ? 0 : Math.round(last - first),
      byOperation: Object.fromEntries([...byOperation].sort(([a], [b]) => (a < b ? -1 : 1))),
    }
  }
  return { plugin, statistics }
}
