import type { QueryAnswer } from '../loopback-service.ts'

/** Members of a list of the form, in order: `ActionNames.member.1` … */
export const members = (form: URLSearchParams, name: string): readonly string[] =>
  [...form].flatMap(([key, value]) => (key.startsWith(`${name}.member.`) && /^[^.]+\.member\.\d+$/.test(key) ? [value] : []))

const list = (tag: string, items: readonly string[]): string =>
  `<${tag}>${items.map((item) => `<member>${item}</member>`).join('')}</${tag}>`

const statement = (policy: string): string =>
  `<SourcePolicyId>${policy}</SourcePolicyId><SourcePolicyType>IAM Policy</SourcePolicyType><StartPosition><Line>3</Line><Column>17</Column></StartPosition><EndPosition><Line>8</Line><Column>6</Column></EndPosition>`

export const page = (results: readonly string[], marker?: string): string =>
  `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult>${marker === undefined ? '<IsTruncated>false</IsTruncated>' : `<IsTruncated>true</IsTruncated><Marker>${marker}</Marker>`}${list('EvaluationResults', results)}</SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>1cdb5b0a-4c15-11e5-b121-bd8c7EXAMPLE</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>`

export const refusal = (status: number, code: string, message: string): QueryAnswer => ({
  status,
  body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
})

/** What the simulation says to one action on one resource. */
export interface Given {
  readonly decision?: string
  readonly missing?: readonly string[]
  readonly organization?: boolean
  readonly boundary?: boolean
  readonly policy?: string
}

const details = ({ missing = [], boundary, policy }: Given): string =>
  [
    list('MatchedStatements', policy === undefined ? [] : [statement(policy)]),
    list('MissingContextValues', missing),
    ...(boundary === undefined
      ? []
      : [
          `<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>${boundary}</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>`,
        ]),
  ].join('')

const organized = (organization: boolean | undefined): string =>
  organization === undefined
    ? ''
    : `<OrganizationsDecisionDetail><AllowedByOrganizations>${organization}</AllowedByOrganizations></OrganizationsDecisionDetail>`

/** The result of one action without ARNs. */
export const whole = (action: string, given: Given): string =>
  `<EvalActionName>${action}</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>${given.decision ?? 'allowed'}</EvalDecision>${details(given)}${organized(given.organization)}`

/** The result of one action with ARNs: the name of the whole is the template of the resource type. */
export const specific = (action: string, of: Readonly<Record<string, Given>>, organization?: boolean): string =>
  `<EvalActionName>${action}</EvalActionName><EvalResourceName>arn:\${Partition}:s3:::\${BucketName}</EvalResourceName><EvalDecision>implicitDeny</EvalDecision><MatchedStatements/><MissingContextValues/>${organized(organization)}${list(
    'ResourceSpecificResults',
    Object.entries(of).map(
      ([arn, given]) =>
        `<EvalResourceName>${arn}</EvalResourceName><EvalResourceDecision>${given.decision ?? 'allowed'}</EvalResourceDecision>${details(given)}`,
    ),
  )}`
