import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import { EC2Client } from '@aws-sdk/client-ec2'
import { EKSClient } from '@aws-sdk/client-eks'
import { FSxClient } from '@aws-sdk/client-fsx'
import { IAMClient } from '@aws-sdk/client-iam'
import { KMSClient } from '@aws-sdk/client-kms'
import { Route53Client } from '@aws-sdk/client-route-53'
import { S3Client } from '@aws-sdk/client-s3'
import { SageMakerClient } from '@aws-sdk/client-sagemaker'
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { STSClient } from '@aws-sdk/client-sts'
import type { AwsCredentialIdentityProvider, Pluggable } from '@smithy/types'
import type { CallStatistics } from '../../model/snapshot.ts'
import { callMeter } from './meter.ts'
import { paced, requestHandler } from './transport.ts'
import { typedAnswers } from './typed-answer.ts'
import { Ec2Answers, QueryAnswers, RestXmlAnswers } from './xml-answer.ts'

/** One client a service, each made when it is first asked for, all on one connection pool and one set of credentials. */
export interface Clients {
  readonly sts: STSClient
  readonly ec2: EC2Client
  readonly iam: IAMClient
  readonly s3: S3Client
  readonly route53: Route53Client
  readonly serviceQuotas: ServiceQuotasClient
  readonly sageMaker: SageMakerClient
  readonly eks: EKSClient
  readonly fsx: FSxClient
  readonly kms: KMSClient
  readonly logs: CloudWatchLogsClient
}

export interface ClientSettings {
  readonly region: string
  readonly credentials: AwsCredentialIdentityProvider
  /** Aborted when the run's time is up: every request in flight ends then. */
  readonly signal: AbortSignal
  /** Name and version of this tool, for the user agent that AWS logs. */
  readonly userAgent: string
}

export interface MeteredClients {
  readonly clients: Clients
  /** Calls made so far. */
  readonly statistics: () => CallStatistics
  /** Closes the connections. */
  readonly close: () => void
}

/** Tries of one call, the first included. */
const maxAttempts = 4
/**
 * What AWS grants GetServiceQuota, and at least as much its other operations: five a second, and five more in one burst.
 * https://docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html
 */
const serviceQuotasPace = { perSecond: 5, burst: 10 }

export const makeClients = ({ region, credentials, signal, userAgent }: ClientSettings): MeteredClients => {
  const meter = callMeter()
  const handler = requestHandler(signal)
  const quotasHandler = paced(handler, serviceQuotasPace)
  const common = { region, credentials, maxAttempts, retryMode: 'standard', requestHandler: handler, customUserAgent: userAgent } as const
  const metered = <I extends object, O extends object, C>(
    client: C & { readonly middlewareStack: { use(plugin: Pluggable<I, O>): void } },
  ): C => {
    client.middlewareStack.use(typedAnswers<I, O>())
    client.middlewareStack.use(meter.plugin<I, O>())
    return client
  }
  const clients: Clients = lazily({
    sts: () => metered(new STSClient({ ...common, protocol: QueryAnswers })),
    ec2: () => metered(new EC2Client({ ...common, protocol: Ec2Answers })),
    iam: () => metered(new IAMClient({ ...common, protocol: QueryAnswers })),
    s3: () => metered(new S3Client({ ...common, protocol: RestXmlAnswers, followRegionRedirects: false })),
    route53: () => metered(new Route53Client({ ...common, protocol: RestXmlAnswers })),
    serviceQuotas: () => metered(new ServiceQuotasClient({ ...common, requestHandler: quotasHandler })),
    sageMaker: () => metered(new SageMakerClient(common)),
    eks: () => metered(new EKSClient(common)),
    fsx: () => metered(new FSxClient(common)),
    kms: () => metered(new KMSClient(common)),
    logs: () => metered(new CloudWatchLogsClient(common)),
  })
  return { clients, statistics: meter.statistics, close: () => handler.destroy() }
}

/** An object whose values are made when they are first read. */
const lazily = <T extends object>(makers: { readonly [K in keyof T]: () => T[K] }): T => {
  const made: Partial<T> = {}
  return new Proxy(made, {
    get: (_, key) => {
      const name = key as keyof T
      made[name] ??= makers[name]()
      return made[name]
    },
  }) as T
}
