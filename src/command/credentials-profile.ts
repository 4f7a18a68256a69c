/**
 * Makes a profile the one that the SDK takes. Keys in the environment would win over it, which is not what somebody who names a profile
 * means, nor what the AWS CLI does.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
export const useProfile = (name: string, environment: NodeJS.ProcessEnv = process.env): void => {
  environment['AWS_PROFILE'] = name
  for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete environment[key]
}
