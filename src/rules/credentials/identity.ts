import type { Identity } from '../../model/facts/iam.ts'
import type { Fix, Outcome } from '../../model/finding.ts'
import { command } from '../engine/command.ts'
import { defineRule } from '../engine/define.ts'
import { fail, pass } from '../engine/outcome.ts'

export const identity = defineRule({
  id: 'credentials/identity',
  title: 'The AWS credentials in use are valid',
  why: 'Everything else is read with these credentials. When AWS refuses them no other live rule can be judged, and CreateCluster would be refused as well. The finding names account and principal, so that a check of the wrong account is noticed.',
  severity: 'error',
  sources: [
    'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
    'https://github.com/aws-actions/configure-aws-credentials',
  ],
  needs: ['identity'],
  uses: [],
  applies: () => true,
  evaluate: (facts, plan) => [judge(facts.identity, plan.region)],
})

const subject = 'credentials'

const judge = (identity: Identity, region: string): Outcome => {
  if (identity.kind === 'caller') {
    const { account, arn, partition } = identity
    return pass(subject, `valid for account ${account} as ${arn}`, { evidence: { account, arn, partition } })
  }
  const { code, message } = identity
  return fail(
    subject,
    `AWS refuses these credentials: ${code}${message === '' ? '' : `, ${message.replace(/\.$/, '')}`}`,
    fixOf(code, region),
    {
      evidence: { code },
    },
  )
}

const inActions =
  'In GitHub Actions let the job have the permission id-token: write and run aws-actions/configure-aws-credentials before this check, or set role-to-assume.'

/** The first half says what the code means, the second is the way to fresh credentials. */
const fixOf = (code: string, region: string): Fix => ({
  text: `${meaningOf(code, region)} ${inActions}`,
  commands: [command('aws', 'configure', 'list'), command('aws', 'sts', 'get-caller-identity', '--region', region)],
})

const meaningOf = (code: string, region: string): string => {
  if (/Expired/.test(code)) return 'They are past their time, or the clock of this machine is wrong: get new ones.'
  if (/Signature/.test(code))
    return 'The secret access key does not belong to the access key id, or the clock of this machine is wrong: set both anew.'
  return `The access key is unknown, deleted or without its session token, or the account has not enabled ${region}: set them anew.`
}
