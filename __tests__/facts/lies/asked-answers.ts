import { members, page, specific, whole } from '../iam/simulation-answers.ts'

/** The quota of a type that is newer than any list of codes: it is found by its name. */
export const quotas: readonly object[] = [
  { ServiceCode: 'sagemaker', QuotaCode: 'L-NEW', QuotaName: 'ml.x9.48xlarge for cluster usage', Value: 1, Unit: 'None', Adjustable: true },
]

/** What Service Quotas answers about one code: under another name, so that the list is asked too. */
export const quotaOf = (body: string): string => {
  const { ServiceCode, QuotaCode }: { readonly ServiceCode?: string; readonly QuotaCode?: string } = JSON.parse(body)
  return JSON.stringify({
    Quota: { ServiceCode, QuotaCode, QuotaName: `the quota ${QuotaCode}`, Value: 5_000, Unit: 'None', Adjustable: true },
  })
}

/** What AWS's policy simulation answers where everything is allowed. */
export const decisionsOf = (form: URLSearchParams): string => {
  const arns = members(form, 'ResourceArns')
  const given = { policy: 'own' }
  return page(
    members(form, 'ActionNames').map((action) =>
      arns.length > 1
        ? specific(action, Object.fromEntries(arns.map((arn) => [arn, given])), true)
        : whole(action, { ...given, organization: true }),
    ),
  )
}
