import type { Lie } from './lies.ts'

/** What a lie about a whole answer may be made of. */
interface Around {
  readonly operation: string
  /** What other accounts answer to the same operation. */
  readonly elsewhere: readonly string[]
}

/** A way of not telling the truth with a whole answer. */
export interface WholeLie extends Pick<Lie, 'name' | 'sort' | 'description'> {
  /** Null where it cannot be told of this answer. */
  readonly tell: (answer: string, around: Around) => string | null
}

/** The account that all answers are of, and one that nobody asked. */
const [own, foreign] = ['123456789012', '999999999999']

/** Where services say that a list goes on, with the flag that says so. Others say it by the token alone. */
const cutFlags: Readonly<Record<string, (answer: string) => string | null>> = {
  iam: (answer) => inResult(answer, '<IsTruncated>true</IsTruncated>'),
  s3: (answer) => (answer.includes('</ListBucketResult>') ? inResult(answer, '<IsTruncated>true</IsTruncated>') : null),
  kms: (answer) => JSON.stringify({ ...(JSON.parse(answer) as object), Truncated: true }),
}

/** Puts an element first into the result, in the place of the one that says the opposite, and takes the token away. */
const inResult = (answer: string, element: string): string =>
  answer
    .replaceAll(/<IsTruncated>\w+<\/IsTruncated>|<(Marker|NextContinuationToken)>[^<]*<\/\1>/g, '')
    .replace(/<(?:\w+Result)(?:\s[^>]*)?>/, (start) => `${start}${element}`)

export const wholeLies: readonly WholeLie[] = [
  {
    name: 'cut list',
    sort: 'tellable',
    description: 'the list says that it goes on, and not where',
    tell: (answer, { operation }) => (/:List/.test(operation) ? (cutFlags[operation.split(':')[0] ?? '']?.(answer) ?? null) : null),
  },
  {
    name: 'other account',
    sort: 'true elsewhere',
    description: 'the answer, with the id of another account in the place of the own',
    tell: (answer) => answer.replaceAll(own, foreign),
  },
  {
    name: 'other answer',
    sort: 'true elsewhere',
    description: 'what another account answers to the same question',
    tell: (answer, { elsewhere }) => elsewhere.find((other) => other !== answer) ?? null,
  },
]
