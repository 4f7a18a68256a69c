import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types'
import type { Checked, Fault } from '../../model/fault.ts'

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
}

/** The audience that AWS's own action asks GitHub for; trust policies are written for it. */
const audience = 'sts.amazonaws.com'

/**
 * Finds credentials once for the whole run. What is found may still be refused by AWS: `credentials/identity` judges that.
 */
export const findCredentials = async (source: CredentialSource): Promise<Checked<AwsCredentialIdentityProvider>> => {
  try {
    const provider = source.roleToAssume === null ? defaultProvider() : assumeRole(source, source.roleToAssume)
    return { ok: true, value: remembering(provider, await provider()) }
  } catch (error) {
    return { ok: false, faults: [fault(source.roleToAssume, error instanceof Error ? error.message : String(error))] }
  }
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
  ({ region, idToken }: CredentialSource, roleArn: string): AwsCredentialIdentityProvider =>
  async () => {
    const sts = new STSClient({ region, credentials: { accessKeyId: '', secretAccessKey: '' } })
    const answer = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roleArn,
        RoleSessionName: 'hyperpod-preflight',
        WebIdentityToken: await idToken(audience),
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

const fault = (roleToAssume: string | null, problem: string): Fault =>
  roleToAssume === null
    ? {
        source: 'credentials',
        problem: `no AWS credentials were found: ${problem}`,
        expected:
          'credentials of the default chain (environment, profile, container, instance); in a workflow a step with aws-actions/configure-aws-credentials before this one, or role-to-assume',
      }
    : {
        source: 'role-to-assume',
        problem: `${roleToAssume} could not be assumed: ${problem}`,
        expected: 'a role whose trust policy names this repository, and permissions: id-token: write in the workflow',
      }
