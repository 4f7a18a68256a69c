import type { PolicyDocument, PolicyStatement } from '../../model/facts/iam.ts'
import type { Json } from '../../model/plan.ts'

type JsonObject = { readonly [key: string]: Json }
type Elements = ReadonlyMap<string, Json>

/** Elements of a document and of a statement, by their name in lower case: AWS stores documents with names in other cases too. */
const documentElements = ['version', 'id', 'statement']
const statementElements = ['sid', 'effect', 'action', 'notaction', 'resource', 'notresource', 'principal', 'notprincipal', 'condition']
const principalTypes: Readonly<Record<string, string>> = {
  aws: 'AWS',
  service: 'Service',
  federated: 'Federated',
  canonicaluser: 'CanonicalUser',
}

/** Thrown and caught in this file only: something is not in the grammar. */
class NotInGrammar extends Error {}

/**
 * Reads a policy as S3 and EC2 hand it out: a JSON document in the policy grammar, every single value turned into a list. Null where
 * it is anything else; never throws.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export const parsePolicyDocument = (text: string): PolicyDocument | null => {
  try {
    return documentOf(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * Reads a policy as IAM hands it out: the document percent-encoded (RFC 3986). A text that is plain JSON already is read as it is.
 * Null where it is neither; never throws.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
 */
export const parseEncodedPolicyDocument = (text: string): PolicyDocument | null => {
  if (text.trimStart().startsWith('{')) return parsePolicyDocument(text)
  try {
    return parsePolicyDocument(decodeURIComponent(text))
  } catch {
    return null
  }
}

/** The document in AWS's own form, on one line: what the AWS CLI takes. Its version is 2012-10-17, whatever it was read from. */
export const policyJson = ({ statements }: PolicyDocument): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ sid, effect, principals, actions, resources, conditions }) => ({
      ...(sid !== null && { Sid: sid }),
      Effect: effect,
      ...(principals !== null && { [principals.form]: principalsJson(principals.values) }),
      [actions.form]: single(actions.patterns),
      ...(resources !== null && { [resources.form]: single(resources.patterns) }),
      ...(Object.keys(conditions).length > 0 && { Condition: mapped(conditions, (keys) => mapped(keys, single)) }),
    })),
  })

/** Everybody is `*`: the policy of a gateway endpoint takes no other way to write it. */
const principalsJson = (values: Readonly<Record<string, readonly string[]>>): Json =>
  Object.keys(values).length === 1 && values['AWS']?.join() === '*' ? '*' : mapped(values, single)

const single = (values: readonly string[]): string | readonly string[] => (values.length === 1 ? (values[0] ?? values) : values)

const mapped = <T, U>(record: Readonly<Record<string, T>>, to: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]))

const documentOf = (value: Json): PolicyDocument => {
  const elements = elementsOf(value, documentElements)
  const version = elements.get('version') ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17') throw new NotInGrammar()
  const statements = [elements.get('statement') ?? fault()].flat()
  // Version 2008-10-17, which is what a document without a version has, knows no variables: `${` is text there. `${$}` is how version
  // 2012-10-17 writes a dollar sign that is text.
  const text =
    version === '2012-10-17'
      ? (value: string) => value
      : (value: string) => value.replaceAll(/\$(?=\{)/g, (dollar) => `${dollar}{${dollar}}`)
  return { statements: statements.map((statement) => statementOf(statement, text)) }
}

const statementOf = (value: Json, text: (value: string) => string): PolicyStatement => {
  const elements = elementsOf(value, statementElements)
  const sid = elements.get('sid') ?? null
  const effect = elements.get('effect')
  if (sid !== null && typeof sid !== 'string') throw new NotInGrammar()
  // The one word of the grammar whose value is case-sensitive:
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html
  if (effect !== 'Allow' && effect !== 'Deny') throw new NotInGrammar()
  const action = oneOf(elements, 'action', 'notaction') ?? fault()
  const resource = oneOf(elements, 'resource', 'notresource')
  const principal = oneOf(elements, 'principal', 'notprincipal')
  return {
    sid,
    effect,
    actions: { form: action.negated ? 'NotAction' : 'Action', patterns: strings(action.value) },
    resources: resource && { form: resource.negated ? 'NotResource' : 'Resource', patterns: strings(resource.value).map(text) },
    principals: principal && { form: principal.negated ? 'NotPrincipal' : 'Principal', values: principalsOf(principal.value) },
    conditions: conditionsOf(elements.get('condition') ?? {}, text),
  }
}

/** At most one of an element and its negation. */
const oneOf = (elements: Elements, name: string, negation: string): { readonly negated: boolean; readonly value: Json } | null => {
  const value = elements.get(name)
  const negated = elements.get(negation)
  if (value !== undefined && negated !== undefined) throw new NotInGrammar()
  if (value !== undefined) return { negated: false, value }
  return negated === undefined ? null : { negated: true, value: negated }
}

const principalsOf = (value: Json): Readonly<Record<string, readonly string[]>> => {
  if (value === '*') return { AWS: ['*'] }
  const elements = elementsOf(value, Object.keys(principalTypes))
  return Object.fromEntries([...elements].map(([type, values]) => [principalTypes[type] ?? fault(), strings(values)]))
}

const conditionsOf = (value: Json, text: (value: string) => string): PolicyStatement['conditions'] =>
  mapped(object(value), (keys) => mapped(object(keys), (values) => scalars(values).map(text)))

/** The members of an object by lower-case name. A name that is not in the grammar, or stands there twice, is a fault. */
const elementsOf = (value: Json, names: readonly string[]): Elements => {
  const entries = Object.entries(object(value)).map(([key, member]) => [key.toLowerCase(), member] as const)
  const elements = new Map(entries)
  if (elements.size !== entries.length || [...elements.keys()].some((key) => !names.includes(key))) throw new NotInGrammar()
  return elements
}

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

const object = (value: Json): JsonObject => (isObject(value) ? value : fault())

const strings = (value: Json): readonly string[] => [value].flat().map((item) => (typeof item === 'string' ? item : fault()))

/** Quotation marks are optional for the numbers and booleans of a condition. */
const scalars = (value: Json): readonly string[] => [value].flat().map((item) => (typeof item === 'object' ? fault() : String(item)))

const fault = (): never => {
  throw new NotInGrammar()
}
