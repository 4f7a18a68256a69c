import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { Identity } from '../../model/facts/iam.ts'
import { forms, matching } from '../engine/answer.ts'
import { type Context, defineCollector } from '../engine/collect.ts'

/**
 * Whose credentials these are. The call needs no permission, so a refusal of the credentials themselves is an answer and not a gap.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const identity = defineCollector({
  id: 'identity',
  needs: [],
  actions: ['sts:GetCallerIdentity'],
  collect: async ({ clients }: Context): Promise<Identity> => {
    try {
      const answer = await clients.sts.send(new GetCallerIdentityCommand({}))
      const arn = matching(answer, 'Arn', forms.arn)
      return { kind: 'caller', account: matching(answer, 'Account', forms.accountId), arn, partition: arn.split(':')[1] ?? 'aws' }
    } catch (error) {
      const refusal = refusalOf(error)
      if (refusal === null) throw error
      return refusal
    }
  },
})

/**
 * What AWS calls credentials that it does not accept, in the query and in the JSON protocols.
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const refusals =
  /^(?:ExpiredToken|RequestExpired|InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|AuthFailure)(?:Exception)?$/

const refusalOf = (error: unknown): Identity | null =>
  error instanceof Error && refusals.test(error.name) ? { kind: 'refused', code: error.name, message: firstSentence(error.message) } : null

/** Only the first sentence: what follows in a signature error repeats the signed request, which holds the session token. */
const firstSentence = (message: string): string => (/^[^\n]*?(?:\.(?=\s|$)|$)/m.exec(message)?.[0] ?? '').slice(0, 200)
