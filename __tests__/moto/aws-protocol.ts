import type { HttpRequest } from '../loopback/server.ts'
import type { Answer } from './loopback-answer.ts'
import { eksOperation } from './loopback-eks.ts'

/** The service stands in the credential scope of the signature; the operation in the body, the target header or the path. */
export const operationOf = (request: HttpRequest): string => {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'sts'
  const target = request.headers['x-amz-target']
  if (typeof target === 'string') return `${service}:${target.slice(target.lastIndexOf('.') + 1)}`
  const action = new URLSearchParams(request.body.toString('utf8')).get('Action')
  if (action !== null) return `${service}:${action}`
  return `${service}:${restOperation(service, request)}`
}

const restOperation = (service: string, { method, url }: HttpRequest): string => {
  const { pathname, searchParams } = new URL(url, 'http://loopback')
  if (service === 'eks') return eksOperation(method, pathname)
  if (service === 'route53') return 'ListHostedZonesByVPC'
  const hasKey = pathname.split('/').filter((part) => part !== '').length > 1
  if (method === 'HEAD') return hasKey ? 'HeadObject' : 'HeadBucket'
  if (searchParams.has('list-type')) return 'ListObjectsV2'
  if (searchParams.has('policy')) return 'GetBucketPolicy'
  if (searchParams.has('policyStatus')) return 'GetBucketPolicyStatus'
  if (searchParams.has('publicAccessBlock')) return 'GetPublicAccessBlock'
  if (searchParams.has('encryption')) return 'GetBucketEncryption'
  if (searchParams.has('acl')) return 'GetBucketAcl'
  return 'GetObject'
}

/** How a service says that something went wrong: each protocol has its own way. */
export const errorAnswer = (
  operation: string,
  { status, code, message }: { readonly status: number; readonly code: string; readonly message: string },
): Answer => {
  const [service] = operation.split(':')
  const error = `<Code>${code}</Code><Message>${message}</Message>`
  if (service === 'ec2') {
    const body = `<Response><Errors><Error>${error}</Error></Errors><RequestID>loopback</RequestID></Response>`
    return { status, type: 'text/xml', body }
  }
  if (service === 'iam' || service === 'sts' || service === 'route53') {
    const body = `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>loopback</RequestId></ErrorResponse>`
    return { status, type: 'text/xml', body }
  }
  if (service === 's3') return { status, type: 'application/xml', body: `<Error>${error}</Error>` }
  return { status, type: 'application/x-amz-json-1.1', body: JSON.stringify({ __type: code, message }), errorType: code }
}

/** How a service says that the caller may not do this. */
export const refusal = (operation: string): Answer => {
  const [service = ''] = operation.split(':')
  const code = service === 'ec2' ? 'UnauthorizedOperation' : isJson(service) ? 'AccessDeniedException' : 'AccessDenied'
  const message = `User: arn:aws:iam::123456789012:user/preflight is not authorized to perform: ${operation}`
  return errorAnswer(operation, { status: isJson(service) && service !== 'eks' ? 400 : 403, code, message })
}

const isJson = (service: string): boolean => !['ec2', 'iam', 'route53', 'sts', 's3'].includes(service)
