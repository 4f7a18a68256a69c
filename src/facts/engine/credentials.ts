import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types'
import type { Checked, Fault } from '../../model/fault.ts'
import { inTime, Late } from '../../run/deadline.ts'
import { errorMessage } from '../../semantics/text/error-message.ts'
import { gapFrom } from './gap.ts'
import { requestHandler } from './transport.ts'

/** Region of the environment as the SDK and the AWS CLI find it: AWS_REGION, AWS_DEFAULT_REGION, the profile. Null where none does. */
export const environmentRegion = async (): Promise<string | null> => {
  const named = process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION']
  if (named) return named
  try {
    return await new STSClient({}).config.region()
  } catch {
    return null
  }
}

export interface CredentialSource {
  readonly region: string
  /** ARN of a role to assume with the workflow's OIDC token; null takes the SDK's default chain. */
  readonly roleToAssume: string | null
  /** The workflow's OIDC token for an audience. */
  readonly idToken: (audience: string) => Promise<string>
  /** Aborted when they have to be there. */
  readonly signal: AbortSignal
  /** Told each credential as it is learned, and the OIDC token, so that none is shown. */
  readonly onSecret: (secret: string | undefined) => void
}

/** The audience that AWS's own action asks GitHub for; trust policies are written for it. */
const audience = 'sts.amazonaws.com'

/**
 * Finds credentials once for the whole run. What is found may still be refused by AWS: `credentials/identity` judges that.
 */
export const findCredentials = async (source: CredentialSource): Promise<Checked<AwsCredentialIdentityProvider>> => {
  const led = source.roleToAssume === null ? whereTheChainIsLed(process.env) : null
  const waiting: Waiting = { for: led ?? 'the default profile (its credential_process, sign-in or role) or the metadata of the instance' }
  try {
    const found = source.roleToAssume === null ? defaultChain(source) : assumeRole(source, source.roleToAssume, waiting)
    const provider = telling(found, source.onSecret)
    return { ok: true, value: remembering(provider, await inTime(provider(), source.signal, () => waiting.for)) }
  } catch (error) {
    return { ok: false, faults: [fault(source.roleToAssume, problemOf(error, waiting, led), isUnreached(error))] }
  }
}

/** Nothing was said about the credentials themselves. */
const isUnreached = (error: unknown): boolean => error instanceof Late || ['timeout', 'unreachable'].includes(gapFrom(error).reason)

/** A time-out and a connection that failed do not say of whom they speak, and the chain not what it was led to. */
const problemOf = (error: unknown, waiting: Waiting, led: string | null): string => {
  const message = errorMessage(error)
  if (error instanceof Late) return message
  return led !== null || isUnreached(error) ? `${waiting.for}: ${message}` : message
}

/** What has not answered yet, for the case that it never does. */
interface Waiting {
  for: string
}

/**
 * What the environment leads the SDK's default chain to; what stands in a profile is not looked at. Null where it leads nowhere.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html
 */
const whereTheChainIsLed = (environment: Readonly<Record<string, string | undefined>>): string | null => {
  if (environment['AWS_PROFILE']) return `the profile ${environment['AWS_PROFILE']} (its credential_process, sign-in or role)`
  if (environment['AWS_WEB_IDENTITY_TOKEN_FILE'])
    return 'STS (sts:AssumeRoleWithWebIdentity, with the token of AWS_WEB_IDENTITY_TOKEN_FILE)'
  const container = environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] || environment['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']
  if (container) return 'the endpoint of container credentials (AWS_CONTAINER_CREDENTIALS_*_URI)'
  return null
}

/** STS behind a profile or a web identity is asked over the same proxies and with the same bounds as everything else. */
const defaultChain = ({ signal }: CredentialSource): AwsCredentialIdentityProvider =>
  defaultProvider({ clientConfig: { requestHandler: requestHandler(signal) } })

const telling =
  (provider: AwsCredentialIdentityProvider, onSecret: CredentialSource['onSecret']): AwsCredentialIdentityProvider =>
  async () => {
    const credentials = await provider()
    for (const secret of [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken]) onSecret(secret)
    return credentials
  }

/** The first answer serves until it is about to expire; every client shares it. */
const remembering = (provider: AwsCredentialIdentityProvider, first: AwsCredentialIdentity): AwsCredentialIdentityProvider => {
  const minuteMs = 60_000
  let current: Promise<AwsCredentialIdentity> = Promise.resolve(first)
  return async () => {
    const { expiration } = await current
    if (expiration !== undefined && expiration.getTime() - Date.now() < minuteMs) current = provider()
    return current
  }
}

const assumeRole =
  ({ region, idToken, signal, onSecret }: CredentialSource, roleArn: string, waiting: Waiting): AwsCredentialIdentityProvider =>
  async () => {
    waiting.for = "GitHub's OIDC endpoint (ACTIONS_ID_TOKEN_REQUEST_URL)"
    const token = await idToken(audience)
    onSecret(token)
    waiting.for = 'STS (sts:AssumeRoleWithWebIdentity)'
    const anonymous = { accessKeyId: '', secretAccessKey: '' }
    const sts = new STSClient({ region, credentials: anonymous, requestHandler: requestHandler(signal) })
    const answer = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: 'hyperpod-preflight',
        WebIdentityToken: token,
      }),
    )
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {}
    if (AccessKeyId === undefined || SecretAccessKey === undefined)
      throw new Error(`sts:AssumeRoleWithWebIdentity gave no credentials for ${roleArn}`)
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken !== undefined && { sessionToken: SessionToken }),
      ...(Expiration !== undefined && { expiration: Expiration }),
    }
  }

const fault = (roleToAssume: string | null, problem: string, unreached: boolean): Fault =>
  roleToAssume === null
    ? {
        source: 'credentials',
        problem: `no AWS credentials were found: ${problem}`,
        expected: wayToCredentials(problem, process.env['AWS_PROFILE']),
      }
    : {
        source: 'role-to-assume',
        problem: `${roleToAssume} could not be assumed: ${problem}`,
        expected: unreached
          ? 'an answer: look at the way from this machine there, and at its proxy and endpoint settings'
          : 'a role whose trust policy names this repository, and permissions: id-token: write in the workflow',
      }

/** What the SDK says is told apart by its words: it has one class of error for all of it. */
const wayToCredentials = (problem: string, profile: string | undefined): string => {
  const named = profile ? ` --profile ${profile}` : ''
  if (/\bSSO\b/.test(problem) && /expired|refresh|invalid/i.test(problem)) return `a session that holds: aws sso login${named}`
  if (profile && /could not (?:resolve|load|be found)|not found/i.test(problem))
    return `a profile of the AWS configuration with credentials: aws configure list-profiles lists them, aws configure${named} makes ${profile}`
  return 'credentials of the default chain (environment, profile, container, instance); in a workflow a step with aws-actions/configure-aws-credentials before this one, or role-to-assume'
}
