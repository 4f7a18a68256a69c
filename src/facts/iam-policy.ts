import type { FactId } from '../model/facts.ts'
import { actionsOf, type Collectors } from './collect.ts'

/**
 * The least-privilege policy that learning these facts takes, as an IAM policy document. sts:GetCallerIdentity is in it for
 * completeness: AWS allows it to everyone.
 */
export const iamPolicy = (ids: Iterable<FactId>, collectors: Collectors): object => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'HyperPodPreflightReadOnly', Effect: 'Allow', Action: actionsOf(ids, collectors), Resource: '*' }],
})
